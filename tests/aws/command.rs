//! Runs `sglens` as somebody whose whole AWS is one server on this machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

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
        let mut command = Command::new(env!("CARGO_BIN_EXE_sglens"));
        command.args(args).stdin(Stdio::null()).current_dir(self.folder.path());
        command.env_clear().envs(&self.variables).env("HOME", self.folder.path());
        let output = command.output().unwrap();
        Run {
            command: args.join(" "),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// How a command ended.
pub struct Run {
    command: String,
    code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
}

impl Run {
    /// It ended with this exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        let Self { command, stdout, stderr, .. } = &self;
        assert_eq!(self.code, Some(code), "`{command}`\n--- stdout\n{stdout}\n--- stderr\n{stderr}");
        self
    }

    /// It failed with exit code 1 and nothing on stdout, and said all of this.
    #[track_caller]
    pub fn fails(self, words: &[&str]) {
        let run = self.exits(1);
        assert_eq!(run.stdout, "", "`{}`", run.command);
        for word in words {
            assert!(run.stderr.contains(word), "`{}` does not say {word}:\n{}", run.command, run.stderr);
        }
    }

    /// It printed a JSON document.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("`{}` printed no JSON: {error}\n{}", self.command, self.stderr),
        }
    }

    /// It said this on one line of stderr, not on more.
    #[track_caller]
    pub fn says_once(&self, word: &str) {
        let count = self.stderr.lines().filter(|line| line.contains(word)).count();
        assert_eq!(count, 1, "`{}` says {word} {count} times:\n{}", self.command, self.stderr);
    }
}
