//! Paths, folders, patterns, standard input, and documents in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{InputError, Problem};

/// The largest number of bytes that is read; states have a thousandth of it.
const MAX_BYTES: u64 = 4 << 30;

/// The deepest level of a folder that is searched.
const MAX_DEPTH: usize = 32;

/// One input as the user named it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// `-`
    Stdin,
    /// A file, a folder, or a pattern with `*` and `?`.
    Path(PathBuf),
    /// A document that was fetched already.
    Fetched {
        /// The name to show in evidence and messages.
        name: String,
        /// The document.
        bytes: Arc<[u8]>,
    },
}

impl Input {
    /// Reads an argument: `-` is standard input.
    pub fn from_argument(argument: &Path) -> Self {
        if argument.as_os_str() == "-" { Self::Stdin } else { Self::Path(argument.to_owned()) }
    }

    /// The name to show in evidence and messages.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "standard input".into(),
            Self::Path(path) => path.display().to_string(),
            Self::Fetched { name, .. } => name.clone(),
        }
    }

    /// Returns what is equal for two spellings of one input: the canonical path of a file. A path that does
    /// not exist is its own; reading it fails later, with its name.
    pub(super) fn identity(&self) -> Self {
        match self {
            Self::Path(path) => Self::Path(path.canonicalize().unwrap_or_else(|_| path.clone())),
            other => other.clone(),
        }
    }

    /// Reads the whole input.
    pub(super) fn read(&self) -> Result<Cow<'_, [u8]>, InputError> {
        let problem = |error: io::Error| InputError { name: self.name(), problem: Problem::Io(error) };
        let mut bytes = Vec::new();
        match self {
            Self::Stdin => {
                io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(problem)?;
            }
            Self::Path(path) => {
                let file = File::open(path).map_err(problem)?;
                if let Ok(meta) = file.metadata() {
                    bytes.reserve_exact(meta.len().min(MAX_BYTES) as usize + 1);
                }
                file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(problem)?;
            }
            Self::Fetched { bytes, .. } => return Ok(Cow::Borrowed(&bytes[..])),
        }
        if bytes.len() as u64 > MAX_BYTES {
            return Err(InputError { name: self.name(), problem: Problem::TooLarge { limit: MAX_BYTES } });
        }
        Ok(Cow::Owned(bytes))
    }
}

/// The files of an input.
pub(super) struct Files {
    /// The files, sorted by path.
    pub(super) found: Vec<Input>,
    /// Whether they were found in a folder rather than named.
    pub(super) is_folder: bool,
    /// What of the folder was not looked at, with counts.
    pub(super) passed_over: BTreeMap<&'static str, usize>,
}

/// Finds the files of an input.
pub(super) fn expand(input: &Input) -> Result<Files, InputError> {
    let named = |found: Vec<Input>| Files { found, is_folder: false, passed_over: BTreeMap::new() };
    let Input::Path(path) = input else { return Ok(named(vec![input.clone()])) };
    let fail = |problem| InputError { name: input.name(), problem };
    if path.is_dir() {
        let mut walk = Walk::default();
        walk.folder(path, 0).map_err(|error| fail(Problem::Io(error)))?;
        let Walk { mut found, passed_over } = walk;
        found.sort();
        let found = found.into_iter().map(Input::Path).collect();
        return Ok(Files { found, is_folder: true, passed_over });
    }
    // Patterns are expanded here too, because the shell of Windows does not expand them.
    let text = path.to_string_lossy();
    if !path.exists() && text.contains(['*', '?']) {
        let found: Vec<PathBuf> =
            glob::glob(&text).into_iter().flatten().flatten().filter(|path| path.is_file()).collect();
        if found.is_empty() {
            return Err(fail(Problem::NoMatch));
        }
        return Ok(named(found.into_iter().map(Input::Path).collect()));
    }
    Ok(named(vec![input.clone()]))
}

/// A search for `.tfstate` and `.json` files.
#[derive(Default)]
struct Walk {
    found: Vec<PathBuf>,
    passed_over: BTreeMap<&'static str, usize>,
}

impl Walk {
    fn pass_over(&mut self, what: &'static str) {
        *self.passed_over.entry(what).or_default() += 1;
    }

    fn folder(&mut self, folder: &Path, depth: usize) -> io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_hidden = name.starts_with('.');
            let is_wanted = path.extension().is_some_and(|ext| ext == "tfstate" || ext == "json");
            if entry.file_type()?.is_dir() {
                // Terraform keeps its own files in hidden folders.
                if is_hidden {
                    self.pass_over("folders with a dot before the name");
                } else if depth == MAX_DEPTH {
                    self.pass_over("folders below 32 others");
                } else if self.folder(&path, depth + 1).is_err() {
                    self.pass_over("folders that cannot be opened");
                }
            } else if name.ends_with(".tfstate.backup") {
                self.pass_over("backups of states");
            } else if is_wanted && is_hidden {
                self.pass_over("files with a dot before the name");
            } else if is_wanted {
                // Links to folders are not followed, because they may lead back. Pipes and devices may never
                // end. What a link leads to may be gone, which opening it tells.
                match std::fs::metadata(&path) {
                    Ok(target) if !target.is_file() => self.pass_over("files of no regular kind"),
                    Ok(_) | Err(_) => self.found.push(path),
                }
            }
        }
        Ok(())
    }
}
