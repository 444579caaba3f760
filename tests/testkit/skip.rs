//! What a test does that lacks something.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Says that the rest of a test is skipped.
///
/// # Panics
/// Under `SGLENS_CI=1`: the gate installs all that the tests need, so nothing may be skipped there.
#[track_caller]
pub fn skip(reason: &str) {
    let is_gate = std::env::var_os("SGLENS_CI").is_some_and(|value| !value.is_empty());
    assert!(!is_gate, "nothing may be skipped under SGLENS_CI: {reason}");
    println!("skipped: {reason}");
}

/// Says that something outside this project is not here, which no gate can install. The words go past
/// the test harness, which would keep them to itself: they stand in the output of every run.
pub fn outside(what: &str) {
    let line = format!("NOT TESTED: {what} stands outside this repository and is not here\n");
    // Nobody to tell is no reason to fail.
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// The folder in which `tests/install NAME` has installed what `wanted` lists.
///
/// # Errors
/// What to do when nothing is there, or something else.
pub fn installed(name: &str, wanted: &str) -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name(name);
    // Written last: an install that was cut short does not count.
    match fs::read_to_string(folder.join("complete")) {
        Ok(found) if found == wanted => Ok(folder),
        _ => Err(format!("{name} is not installed, or is another version: `tests/install {name}`")),
    }
}
