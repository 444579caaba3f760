//! The files of a folder that are not read: each is named, so that nothing is missing in silence.

use std::path::{Path, PathBuf};

use super::InputError;
use crate::inventory::Builder;

/// So many files of other kinds are named; a folder may hold any number.
const NAMED: usize = 10;

/// The files that are left out.
#[derive(Default)]
pub(super) struct LeftOut(Vec<InputError>);

impl LeftOut {
    pub(super) fn add(&mut self, error: InputError) {
        self.0.push(error);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the files that should be read.
    pub(super) fn broken_files(&self) -> impl Iterator<Item = PathBuf> {
        self.0.iter().filter(|error| !is_foreign(error)).map(|error| PathBuf::from(&error.name))
    }

    /// Returns the first file that should be read, if any, without some that were left out earlier.
    pub(super) fn into_broken(self, earlier: usize) -> Option<InputError> {
        self.0.into_iter().skip(earlier).find(|error| !is_foreign(error))
    }

    /// Warns of each file that should be read, and of those of other kinds together.
    pub(super) fn tell(self, builder: &mut Builder) {
        let (foreign, broken): (Vec<_>, Vec<_>) = self.0.into_iter().partition(is_foreign);
        builder.skip("files or folders that cannot be read", broken.len());
        for error in broken {
            builder.warn(format!("{error}; it is left out"));
        }
        if foreign.is_empty() {
            return;
        }
        builder.skip("files of other kinds", foreign.len());
        let named = foreign.iter().take(NAMED);
        let mut names: Vec<String> =
            named.map(|error| format!("{} ({})", error.name, error.problem.kind())).collect();
        if foreign.len() > NAMED {
            names.push(format!("and {} more", foreign.len() - NAMED));
        }
        builder.warn(format!("files of other kinds are left out: {}", names.join(", ")));
    }
}

/// Tells whether a folder of states may well hold the file: JSON of another kind. A file that is called a
/// state is none of them, nor is JSON that ends too early.
fn is_foreign(error: &InputError) -> bool {
    error.problem.is_foreign() && Path::new(&error.name).extension().is_none_or(|name| name != "tfstate")
}
