//! Paths, folders, patterns, standard input, and documents in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{File, Metadata};
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

    /// Reads the whole input. What was found in a folder must be a regular file: a pipe may never end.
    pub(super) fn read(&self, is_found: bool) -> Result<Cow<'_, [u8]>, InputError> {
        let fail = |problem| InputError { name: self.name(), problem };
        let problem = |error: io::Error| fail(Problem::Io(error));
        let too_large = || fail(Problem::TooLarge { limit: MAX_BYTES });
        let mut bytes = Vec::new();
        match self {
            Self::Stdin => {
                io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(problem)?;
            }
            Self::Path(path) => {
                // Looked at before it is opened: to open a pipe waits for its writer.
                let meta = std::fs::metadata(path).map_err(problem)?;
                if let Some((what, may_end)) = odd_kind(&meta)
                    && (is_found || !may_end)
                {
                    return Err(fail(Problem::NotRegular(what)));
                }
                if meta.len() > MAX_BYTES {
                    return Err(too_large());
                }
                let memory = |_| problem(io::ErrorKind::OutOfMemory.into());
                bytes.try_reserve_exact(meta.len() as usize + 1).map_err(memory)?;
                let file = File::open(path).map_err(problem)?;
                file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(problem)?;
            }
            Self::Fetched { bytes, .. } => return Ok(Cow::Borrowed(&bytes[..])),
        }
        if bytes.len() as u64 > MAX_BYTES {
            return Err(too_large());
        }
        Ok(Cow::Owned(bytes))
    }
}

/// Returns what something is that is no regular file, and whether it ends as a file does. A folder is told
/// by opening it.
#[cfg(unix)]
fn odd_kind(meta: &Metadata) -> Option<(&'static str, bool)> {
    use std::os::unix::fs::FileTypeExt as _;
    let kind = meta.file_type();
    if kind.is_fifo() {
        Some(("a pipe", true))
    } else if kind.is_socket() {
        Some(("a socket", false))
    } else if kind.is_char_device() || kind.is_block_device() {
        Some(("a device", false))
    } else {
        None
    }
}

#[cfg(not(unix))]
fn odd_kind(meta: &Metadata) -> Option<(&'static str, bool)> {
    (!meta.is_file() && !meta.is_dir()).then_some(("a device", true))
}

/// The files of an input.
pub(super) struct Files {
    /// The files, sorted by path.
    pub(super) found: Vec<Input>,
    /// Whether they were found in a folder rather than named.
    pub(super) is_folder: bool,
    /// What of the folder was not looked at, with counts.
    pub(super) passed_over: BTreeMap<&'static str, usize>,
    /// What of the folder cannot be looked at.
    pub(super) unread: Vec<InputError>,
}

/// Finds the files of an input.
pub(super) fn expand(input: &Input) -> Result<Files, InputError> {
    let named = |found: Vec<Input>| Files {
        found,
        is_folder: false,
        passed_over: BTreeMap::new(),
        unread: Vec::new(),
    };
    let Input::Path(path) = input else { return Ok(named(vec![input.clone()])) };
    let fail = |problem| InputError { name: input.name(), problem };
    if path.is_dir() {
        let mut walk = Walk::default();
        walk.folder(path, 0).map_err(|error| fail(Problem::Io(error)))?;
        let Walk { mut found, passed_over, mut unread } = walk;
        found.sort();
        unread.sort_by(|one, other| one.name.cmp(&other.name));
        let found = found.into_iter().map(Input::Path).collect();
        return Ok(Files { found, is_folder: true, passed_over, unread });
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

fn leads_to_kernel(link: &Path) -> bool {
    link.canonicalize().is_ok_and(|path| ["/proc", "/sys"].iter().any(|root| path.starts_with(root)))
}

/// A search for `.tfstate` and `.json` files.
#[derive(Default)]
struct Walk {
    found: Vec<PathBuf>,
    passed_over: BTreeMap<&'static str, usize>,
    unread: Vec<InputError>,
}

impl Walk {
    fn fail(&mut self, path: &Path, problem: Problem) {
        self.unread.push(InputError { name: path.display().to_string(), problem });
    }

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
            let is_named = |ending: &str| {
                path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending))
            };
            let is_wanted = is_named("tfstate") || is_named("json");
            let kind = entry.file_type()?;
            if kind.is_dir() {
                // Terraform keeps its own files in hidden folders.
                if is_hidden {
                    self.pass_over("folders with a dot before the name");
                } else if depth == MAX_DEPTH {
                    self.fail(&path, Problem::TooDeep { limit: MAX_DEPTH });
                } else if let Err(error) = self.folder(&path, depth + 1) {
                    self.fail(&path, Problem::Io(error));
                }
            } else if name.contains(".tfstate.") && is_named("backup") {
                self.pass_over("backups of states");
            } else if is_wanted && is_hidden {
                self.pass_over("files with a dot before the name");
            } else if kind.is_symlink() && path.is_dir() {
                // They may lead back.
                self.pass_over("links to folders");
            } else if is_wanted && kind.is_symlink() && leads_to_kernel(&path) {
                // What the kernel shows there looks like a file, and may never end.
                self.fail(&path, Problem::NotRegular("a link to what the system tells of itself"));
            } else if is_wanted {
                // What a link leads to may be gone, which opening it tells.
                self.found.push(path);
            }
        }
        Ok(())
    }
}
