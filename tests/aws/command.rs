//! Runs `sglens` as somebody whose whole AWS is one server on this machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

pub use crate::testkit::command::Run;
use crate::testkit::command::{SGLENS, run};

/// The region of whoever names no other.
pub const REGION: &str = "eu-west-1";

/// A user: an empty home, which is also the folder that commands run in, and an environment.
pub struct Sglens {
    folder: TempDir,
    variables: BTreeMap<&'static str, String>,
}

impl Sglens {
    /// A user with keys and a region. Every service is at this endpoint, so nothing leaves the machine.
    pub fn at(endpoint: &str) -> Self {
        let variables = [
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
            ("AWS_REGION", REGION),
            ("AWS_ENDPOINT_URL", endpoint),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ];
        let variables = variables.map(|(name, value)| (name, value.to_owned()));
        Self { folder: tempfile::tempdir().unwrap(), variables: variables.into() }
    }

    /// Sets a variable of the environment.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.insert(name, value.to_owned());
        self
    }

    /// Unsets variables of the environment.
    pub fn without(mut self, names: &[&str]) -> Self {
        self.variables.retain(|name, _| !names.contains(name));
        self
    }

    /// A file or folder of the user.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file of the user, with the folders above it.
    pub fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Reads a file of the user.
    #[track_caller]
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs `sglens`, with nothing of the developer's environment.
    pub fn run(&self, args: &[&str]) -> Run {
        let home = self.folder.path().display().to_string();
        let mut variables = vec![("HOME", home.as_str())];
        variables.extend(self.variables.iter().map(|(name, value)| (*name, value.as_str())));
        run(self.folder.path(), Path::new(SGLENS), args, &variables, None)
    }
}
