//! Arguments that are missing, or stand where others belong: says which, and what to type instead.

use std::path::Path;

use anyhow::{Error, Result, anyhow, bail};
use sglens::traffic::Traffic;

use super::typed::{Typed, quoted};

/// Nothing was named, and there is nothing that would be read instead.
#[derive(Debug, thiserror::Error)]
#[error("no input: {0}")]
pub struct NoInput(pub String);

/// The words that a verb takes before its inputs.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// What the help calls them.
    names: &'static [&'static str],
    /// Whether a port may stand among the inputs.
    takes_port: bool,
}

/// The words of `sglens focus`.
pub const TARGET: Shape = Shape { names: &["TARGET"], takes_port: false };

/// The words of `sglens members`.
pub const GROUP: Shape = Shape { names: &["GROUP"], takes_port: false };

/// The words of `sglens explain`.
pub const FROM_TO: Shape = Shape { names: &["FROM", "TO"], takes_port: true };

/// Words by what they look like.
#[derive(Debug, Default)]
struct Sorted<'w> {
    names: Vec<&'w str>,
    ports: Vec<&'w str>,
    inputs: Vec<&'w str>,
}

impl Shape {
    /// Checks the words that the verb asks about, and those after them.
    ///
    /// # Errors
    /// When an input or a port stands before a name that it should follow, and when an input stands in the
    /// place of a name that is missing. A word is only blamed when nothing else makes sense: a file may be
    /// called as a resource is.
    pub fn check(self, wanted: &[&str], rest: &[String]) -> Result<()> {
        // A number may be a name; what makes it a port is that there are names enough without it.
        for is_number_port in [true, false] {
            let sorted = self.sort(wanted, rest, is_number_port);
            let misplaced = wanted.iter().find(|word| !sorted.names.contains(word));
            let late = sorted.names.iter().find(|word| !wanted.contains(word));
            if let (Some(misplaced), Some(late)) = (misplaced, late)
                && sorted.names.len() == self.names.len()
            {
                let what = if sorted.ports.contains(misplaced) { "a port" } else { "an input" };
                bail!(
                    "put {} first: `{misplaced}` is {what}, and `{late}` is none; type `{}`",
                    self.names.join(" and "),
                    self.command(&sorted)
                );
            }
        }
        let has_input = rest.iter().any(|word| is_input(word) || is_pattern(word));
        let is_short = !has_input && wanted.iter().any(|word| is_surely_input(word));
        self.missing(wanted, rest).filter(|_| is_short).map_or(Ok(()), Err)
    }

    /// Says which word is missing, when no input was found and one of the words before the inputs names
    /// a path.
    pub fn or_missing(self, error: Error, wanted: &[&str], rest: &[String]) -> Error {
        self.missing(wanted, rest).filter(|_| error.is::<NoInput>()).unwrap_or(error)
    }

    /// Says which names are missing, if an input is there in the place of one.
    fn missing(self, wanted: &[&str], rest: &[String]) -> Option<Error> {
        let mut sorted = self.sort(wanted, rest, true);
        let input = *sorted.inputs.first()?;
        let missing = self.names.get(sorted.names.len()..).filter(|missing| !missing.is_empty())?;
        sorted.names.extend(missing);
        let is = if missing.len() == 1 { "is" } else { "are" };
        let (missing, command) = (missing.join(" and "), self.command(&sorted));
        Some(anyhow!("{missing} {is} missing: `{input}` is an input; type `{command}`"))
    }

    fn sort<'w>(self, wanted: &[&'w str], rest: &'w [String], is_number_port: bool) -> Sorted<'w> {
        let mut sorted = Sorted::default();
        for word in wanted.iter().copied() {
            let kind = if is_input(word) {
                &mut sorted.inputs
            } else if is_number_port && is_port(word) {
                &mut sorted.ports
            } else {
                &mut sorted.names
            };
            kind.push(word);
        }
        for word in rest.iter().map(String::as_str) {
            let may_be_service = self.takes_port || is_number_port;
            let kind = if is_input(word) || is_pattern(word) {
                &mut sorted.inputs
            } else if is_port(word) || (may_be_service && word.parse::<Traffic>().is_ok()) {
                &mut sorted.ports
            } else {
                &mut sorted.names
            };
            kind.push(word);
        }
        sorted
    }

    /// Returns the command with each word in its place.
    fn command(self, sorted: &Sorted<'_>) -> String {
        let Sorted { names, ports, inputs } = sorted;
        let none: &[&str] = &[];
        let (among, flags) = if self.takes_port { (&ports[..], none) } else { (none, &ports[..]) };
        let words = [&names[..], among, &inputs[..]].concat();
        let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        let flags = flags.iter().map(|port| format!(" --port {}", quoted(port)));
        flags.fold(Typed::now().with(&words), |command, flag| command + &flag)
    }
}

/// Refuses an input that is no path, and says how it is given instead.
///
/// # Errors
/// For an address of something to download, and for a port.
pub fn check_input(input: &Path) -> Result<()> {
    let Some(text) = input.to_str().filter(|_| !input.exists()) else { return Ok(()) };
    if let Some((scheme, _)) = text.split_once("://") {
        bail!("`{text}` is an address, and sglens reads files: {}", download(text, scheme));
    }
    if is_port(text) {
        bail!("`{text}` cannot be read: no such file or folder; a port is given as `--port {text}`");
    }
    Ok(())
}

/// Says how to download something, into the standard input of the same command if that is free.
fn download(address: &str, scheme: &str) -> String {
    let from = quoted(address);
    let (to_pipe, to_file) = match scheme.to_ascii_lowercase().as_str() {
        "s3" => (format!("aws s3 cp {from} -"), format!("aws s3 cp {from} .")),
        "gs" => (format!("gcloud storage cat {from}"), format!("gcloud storage cp {from} .")),
        "http" | "https" => (format!("curl -fsSL {from}"), format!("curl -fsSLO {from}")),
        _ => return "download it first, and name the file".to_owned(),
    };
    let typed = Typed::now();
    let is_stream = |word: &&String| *word == "-" || word.contains("://");
    if typed.positionals().iter().filter(is_stream).count() > 1 {
        return format!("download it first with `{to_file}`, and name the file");
    }
    let words = typed.positionals().iter().map(|word| if word == address { "-" } else { word.as_str() });
    let words: Vec<String> = words.map(str::to_owned).collect();
    format!("download it first, as `{to_pipe} | {}` does", typed.with(&words))
}

/// Tells whether a word that stands for a name is an input instead, or may be: a path that is there.
fn is_input(word: &str) -> bool {
    is_surely_input(word) || Path::new(word).exists()
}

/// Tells whether a word can be nothing but an input.
fn is_surely_input(word: &str) -> bool {
    let extension = Path::new(word).extension();
    let is_document = |ending: &str| extension.is_some_and(|known| known.eq_ignore_ascii_case(ending));
    word == "-" || word.contains("://") || is_document("tfstate") || is_document("json")
}

/// Tells whether a word after the names is a pattern of files.
fn is_pattern(word: &str) -> bool {
    word.contains(['*', '?'])
}

/// Tells whether a word is a port that shows its number. A service has a name, and so may a resource.
fn is_port(word: &str) -> bool {
    let shows_number = word.starts_with(|c: char| c.is_ascii_digit()) || word.contains(['/', ':']);
    shows_number && word.parse::<Traffic>().is_ok()
}
