//! Paths, folders, patterns, standard input, and documents in memory.

use std::borrow::Cow;
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
}

/// Finds the files of an input.
pub(super) fn expand(input: &Input) -> Result<Files, InputError> {
    let Input::Path(path) = input else { return Ok(Files { found: vec![input.clone()], is_folder: false }) };
    let fail = |problem| InputError { name: input.name(), problem };
    if path.is_dir() {
        let mut found = Vec::new();
        walk(path, 0, &mut found).map_err(|error| fail(Problem::Io(error)))?;
        found.sort();
        return Ok(Files { found: found.into_iter().map(Input::Path).collect(), is_folder: true });
    }
    // Patterns are expanded here too, because the shell of Windows does not expand them.
    let text = path.to_string_lossy();
    if !path.exists() && text.contains(['*', '?']) {
        let found: Vec<PathBuf> =
            glob::glob(&text).into_iter().flatten().flatten().filter(|path| path.is_file()).collect();
        if found.is_empty() {
            return Err(fail(Problem::NoMatch));
        }
        return Ok(Files { found: found.into_iter().map(Input::Path).collect(), is_folder: false });
    }
    Ok(Files { found: vec![input.clone()], is_folder: false })
}

/// Collects `.tfstate` and `.json` files, but none in hidden folders, where Terraform keeps its own.
fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let kind = entry.file_type()?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // Links to folders are not followed: they may lead back.
        if kind.is_dir() {
            if !name.starts_with('.') && depth < MAX_DEPTH {
                walk(&path, depth + 1, found)?;
            }
        } else if path.extension().is_some_and(|ext| ext == "tfstate" || ext == "json")
            && !name.starts_with('.')
        {
            found.push(path);
        }
    }
    Ok(())
}
