//! Runs `sglens` in a folder, and says how it ended.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use serde_json::Value;

/// Where the command is.
pub const SGLENS: &str = env!("CARGO_BIN_EXE_sglens");

/// The top of the repository.
pub const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");

/// The folder that commands run in.
pub struct Case {
    folder: PathBuf,
    is_scratch: bool,
}

impl Case {
    /// An empty folder, gone when the test ends.
    pub fn scratch() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("cli-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        Self { folder, is_scratch: true }
    }

    /// The top of the repository: for commands that write nothing.
    pub fn repository() -> Self {
        Self { folder: PathBuf::from(REPOSITORY), is_scratch: false }
    }

    /// A file or folder in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file, with the folders above it.
    pub fn write(&self, name: &str, content: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Reads a text file.
    #[track_caller]
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs `sglens` with nothing on standard input.
    pub fn run(&self, args: &[&str]) -> Run {
        self.finish(Path::new(SGLENS), args, None)
    }

    /// Runs `sglens` with a pipe on standard input.
    pub fn pipe(&self, stdin: &[u8], args: &[&str]) -> Run {
        self.finish(Path::new(SGLENS), args, Some(stdin))
    }

    /// Runs a line of shell that finds `sglens` on its path.
    pub fn sh(&self, line: &str) -> Run {
        self.finish(Path::new("sh"), &["-c", line], None)
    }

    fn finish(&self, program: &Path, args: &[&str], stdin: Option<&[u8]>) -> Run {
        run(&self.folder, program, args, &[], stdin)
    }
}

/// Runs a program in a folder, with nothing of the developer's environment but these variables and a
/// path on which `sglens` is found.
pub fn run(
    folder: &Path,
    program: &Path,
    args: &[&str],
    variables: &[(&str, &str)],
    stdin: Option<&[u8]>,
) -> Run {
    let known = std::env::var_os("PATH").unwrap_or_default();
    let own = Path::new(SGLENS).parent().unwrap().to_path_buf();
    let paths = std::env::join_paths([own].into_iter().chain(std::env::split_paths(&known))).unwrap();
    let mut command = Command::new(program);
    // Nothing of the developer's environment may change an answer.
    command.args(args).current_dir(folder).env_clear().env("PATH", paths);
    command.envs(variables.iter().copied());
    command.stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let pipe = child.stdin.take();
    let output = thread::scope(|scope| {
        if let (Some(mut pipe), Some(bytes)) = (pipe, stdin) {
            // A command may end without reading all of it.
            scope.spawn(move || drop(pipe.write_all(bytes)));
        }
        child.wait_with_output().unwrap()
    });
    Run {
        command: format!("{} {}", program.display(), args.join(" ")),
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        if self.is_scratch {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// How a command ended.
pub struct Run {
    /// What was run, for messages.
    pub command: String,
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
}

impl Run {
    /// It ended with this exit code.
    #[track_caller]
    #[allow(clippy::return_self_not_must_use)] // Often the code is all that is asked.
    pub fn exits(self, code: i32) -> Self {
        let Self { command, stdout, stderr, .. } = &self;
        assert_eq!(self.code, Some(code), "`{command}`\n--- stdout\n{stdout}\n--- stderr\n{stderr}");
        self
    }

    /// It failed with this message and nothing else: exit code 1, nothing on stdout.
    #[track_caller]
    pub fn fails(self, message: &str) {
        let run = self.exits(1);
        assert_eq!(run.stderr, format!("error: {message}\n"), "`{}`", run.command);
        assert_eq!(run.stdout, "", "`{}`", run.command);
    }

    /// It failed with exit code 1 and nothing on stdout, and said all of this.
    #[track_caller]
    pub fn fails_saying(self, words: &[&str]) {
        let run = self.exits(1);
        assert_eq!(run.stdout, "", "`{}`", run.command);
        for word in words {
            assert!(run.stderr.contains(word), "`{}` does not say {word}:\n{}", run.command, run.stderr);
        }
    }

    /// It said this on one line of stderr, not on more.
    #[track_caller]
    pub fn says_once(&self, word: &str) {
        let count = self.stderr.lines().filter(|line| line.contains(word)).count();
        assert_eq!(count, 1, "`{}` says {word} {count} times:\n{}", self.command, self.stderr);
    }

    /// It printed a JSON document.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("`{}` printed no JSON: {error}\n{}", self.command, self.stderr),
        }
    }
}

/// The path of an example's state, from the top of the repository.
pub fn state(example: &str) -> String {
    format!("examples/{example}/terraform.tfstate")
}

/// The text of an example's state.
pub fn state_text(example: &str) -> String {
    Case::repository().read(&state(example))
}
