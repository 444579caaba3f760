//! What all verbs share: how a run ended, and where messages go.

use std::io::{self, Write as _};

use sglens::words::{line, short};

/// How a run ended, when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Done, and there is something: a difference, a stale file.
    Findings,
}

/// The longest message, in characters.
const MESSAGE: usize = 4000;

/// Returns a message on one line, with nothing in it that steers a terminal or a build server.
pub fn message(text: &str) -> String {
    line(&short(text, MESSAGE)).into_owned()
}

/// What all verbs share.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    /// Say nothing but errors.
    pub quiet: bool,
}

impl Session {
    /// Says something on stderr. A closed stderr is no reason to stop.
    pub fn say(self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{}", message(text));
        }
    }
}
