//! What every verb says about small estates: whole reports beside these files, the flags that must
//! count, and the questions that were once answered wrongly.
//!
//! `UPDATE_GOLDEN=1 cargo test --test command snapshots` writes the expected reports anew.

mod flags;
mod questions;
mod snapshots;
mod state;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

/// The folder of a test's files.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command/reports").join(name)
}

/// How a command ended.
pub struct Run {
    /// What was asked, for messages.
    pub command: String,
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// What it printed: bytes, since a picture may be none of text.
    pub bytes: Vec<u8>,
    /// What it printed, as text.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
}

/// Runs `sglens` in a folder. Nothing of the developer's environment may change an answer.
pub fn run(folder: &Path, args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sglens"));
    let output = command.args(args).current_dir(folder).env_clear().output().unwrap();
    Run {
        command: format!("sglens {}", args.join(" ")),
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        bytes: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder of its own, gone when the test ends.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn empty() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("reports-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[allow(clippy::return_self_not_must_use)] // Each is an assertion; the run is for the next one.
impl Run {
    /// The run in full, for messages.
    pub fn shown(&self) -> String {
        let Self { command, code, stdout, stderr, .. } = self;
        format!("`{command}` exited with {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }

    /// It ended with this exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.shown());
        self
    }

    /// The first word of the report, which is the answer.
    pub fn first_word(&self) -> &str {
        self.stdout.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default()
    }

    /// The report begins with this word.
    #[track_caller]
    pub fn answers(self, word: &str) -> Self {
        assert_eq!(self.first_word(), word, "{}", self.shown());
        self
    }

    /// The report has this text.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "nothing says \"{text}\"\n{}", self.shown());
        self
    }

    /// The report has no such text.
    #[track_caller]
    pub fn never_says(self, text: &str) -> Self {
        assert!(!self.stdout.contains(text), "it says \"{text}\"\n{}", self.shown());
        self
    }

    /// It printed a JSON document.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("no JSON ({error})\n{}", self.shown()),
        }
    }
}
