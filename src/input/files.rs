//! Paths, folders, patterns, standard input, and what is in memory already.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{InputError, Problem};

/// The largest input that is read; states are a thousandth of it.
pub(super) const MAX_BYTES: u64 = 4 << 30;

/// Folders deeper than this hold no states of one estate.
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
            return Err(InputError { name: self.name(), problem: Problem::TooLarge });
        }
        Ok(Cow::Owned(bytes))
    }
}

/// What an input stands for.
pub(super) struct Files {
    /// The files, sorted by path.
    pub(super) found: Vec<Input>,
    /// Whether they were found in a folder rather than named.
    pub(super) is_folder: bool,
}

/// Finds the files that an input stands for.
pub(super) fn expand(input: &Input) -> Result<Files, InputError> {
    let Input::Path(path) = input else { return Ok(Files { found: vec![input.clone()], is_folder: false }) };
    let fail = |problem| InputError { name: input.name(), problem };
    if path.is_dir() {
        let mut found = Vec::new();
        walk(path, 0, &mut found).map_err(|error| fail(Problem::Io(error)))?;
        found.sort();
        return Ok(Files { found: found.into_iter().map(Input::Path).collect(), is_folder: true });
    }
    // Shells expand patterns themselves; Windows' does not.
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

/// Collects `.tfstate` and `.json` files; leaves out what Terraform keeps for itself.
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
