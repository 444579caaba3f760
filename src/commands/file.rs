//! Writes files whole or not at all: beside the old one, which the new one then takes the place of.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail};
use same_file::is_same_file;

/// So many links may lead from one to the next; more are a loop.
const LINKS: usize = 40;

/// Who may read a file that is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Whoever may read files of the user.
    Usual,
    /// The user alone.
    Own,
}

/// A file to write to.
pub struct Target<'p> {
    /// As the user named it.
    pub name: &'p Path,
    /// Where it is, links followed.
    place: PathBuf,
    /// What is there.
    there: There,
}

enum There {
    Nothing,
    File(Metadata),
    /// A pipe or a device: it takes what it is given and has no content to compare with.
    Stream,
}

impl<'p> Target<'p> {
    /// Looks at what an answer is to be written to.
    ///
    /// # Errors
    /// When it is a folder, one of the inputs, or leads nowhere.
    pub fn new(name: &'p Path, inputs: &[PathBuf]) -> Result<Self> {
        let shown = name.display();
        let there = match fs::metadata(name) {
            Ok(meta) if meta.is_dir() => bail!("cannot write `{shown}`: it is a folder; name a file in it"),
            Ok(meta) if meta.is_file() => There::File(meta),
            Ok(_) => There::Stream,
            Err(error) if error.kind() == io::ErrorKind::NotFound => There::Nothing,
            Err(error) => return Err(error).with_context(|| format!("cannot write `{shown}`")),
        };
        if let There::File(_) = there
            && let Some(input) = inputs.iter().find(|input| is_same_file(input, name).unwrap_or(false))
        {
            let same = if input == name { String::new() } else { format!(", {}", input.display()) };
            bail!("`-o {shown}` would overwrite an input{same}; name another file");
        }
        let place = match there {
            There::File(_) => fs::canonicalize(name).with_context(|| format!("cannot write `{shown}`"))?,
            There::Nothing => end_of_links(name).with_context(|| format!("cannot write `{shown}`"))?,
            There::Stream => name.to_owned(),
        };
        Ok(Self { name, place, there })
    }

    /// Tells whether there is nothing yet.
    pub fn is_missing(&self) -> bool {
        matches!(self.there, There::Nothing)
    }

    /// Tells whether it is a file, or will be one.
    pub fn is_file(&self) -> bool {
        !matches!(self.there, There::Stream)
    }

    /// Tells whether the file holds this content already. A file of another length is not read.
    ///
    /// # Errors
    /// When there is no file to compare with, but a pipe or a device.
    pub fn holds(&self, content: &[u8]) -> Result<bool> {
        match &self.there {
            There::Nothing => Ok(false),
            There::File(meta) if meta.len() != content.len() as u64 => Ok(false),
            There::File(_) => Ok(is_content(&self.place, content).unwrap_or(false)),
            There::Stream => {
                bail!(
                    "`{}` is no file: there is nothing that `--check` could compare with",
                    self.name.display()
                )
            }
        }
    }

    /// Makes the folder of a new file, and those above it. Returns it if it was not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make_folder(&self) -> Result<Option<&Path>> {
        let folder = self.place.parent().filter(|_| self.is_missing());
        let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) else {
            return Ok(None);
        };
        fs::create_dir_all(folder)
            .with_context(|| format!("the folder `{}` is not there and cannot be made", folder.display()))?;
        Ok(Some(folder))
    }

    /// Makes a file that is left as it is no older than the inputs. `make` compares these times, and would
    /// otherwise ask for the file anew each time. A file system that refuses costs no more than that.
    pub fn refresh(&self, inputs: &[PathBuf]) {
        let There::File(own) = &self.there else { return };
        let metas = inputs.iter().filter_map(|input| fs::metadata(input).ok()).filter(Metadata::is_file);
        let newest = metas.filter_map(|meta| meta.modified().ok()).max();
        if let (Ok(own), Some(newest)) = (own.modified(), newest)
            && own < newest
        {
            let now = SystemTime::now().max(newest);
            let _ = File::options().write(true).open(&self.place).and_then(|file| file.set_modified(now));
        }
    }

    /// Writes the content.
    ///
    /// # Errors
    /// When it cannot be written; the old file is still there then.
    pub fn write(&self, content: &[u8], access: Access) -> Result<()> {
        let written = match &self.there {
            There::Stream => File::options().write(true).open(&self.place).and_then(|mut stream| {
                stream.write_all(content)?;
                stream.flush()
            }),
            There::Nothing => self.replace(content, access, None),
            There::File(old) => self.replace(content, access, Some(old)),
        };
        written.with_context(|| format!("cannot write `{}`", self.name.display()))
    }

    fn replace(&self, content: &[u8], access: Access, old: Option<&Metadata>) -> io::Result<()> {
        let folder = match self.place.parent() {
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) => folder,
            None => return Err(io::ErrorKind::IsADirectory.into()),
        };
        let mut beside = tempfile::Builder::new();
        beside.prefix(".sglens-");
        allow(&mut beside, access);
        let mut file = match beside.tempfile_in(folder) {
            Ok(file) => file,
            // A file that may be written, in a folder that may not be.
            Err(error) if old.is_some() && is_refused(&error) => return fs::write(&self.place, content),
            // Without the name of the file that was to be made: nobody knows it.
            Err(error) => return Err(error.kind().into()),
        };
        file.as_file_mut().write_all(content)?;
        if let Some(old) = old {
            keep_owner(file.path(), old);
            file.as_file().set_permissions(old.permissions())?;
        }
        file.as_file().sync_all()?;
        match file.persist(&self.place) {
            Ok(_) => Ok(()),
            // A file that is mounted by itself, as into a container, cannot be replaced.
            Err(error) if old.is_some() && is_refused(&error.error) => fs::write(&self.place, content),
            Err(error) => Err(error.error),
        }
    }
}

/// Returns where links lead of which the last leads to nothing.
fn end_of_links(name: &Path) -> io::Result<PathBuf> {
    let mut place = name.to_owned();
    for _ in 0..LINKS {
        match fs::read_link(&place) {
            Ok(next) => place = place.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(place),
        }
    }
    Err(io::Error::other("too many links"))
}

fn is_content(place: &Path, content: &[u8]) -> io::Result<bool> {
    let mut known = Vec::with_capacity(content.len() + 1);
    // It may grow while it is read.
    File::open(place)?.take(content.len() as u64 + 1).read_to_end(&mut known)?;
    Ok(known == content)
}

/// Tells whether a file cannot be made beside another, or take its place, though that may be written.
fn is_refused(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, PermissionDenied, ReadOnlyFilesystem, ResourceBusy};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem | ResourceBusy | CrossesDevices)
}

#[cfg(unix)]
fn allow(beside: &mut tempfile::Builder<'_, '_>, access: Access) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = match access {
        Access::Usual => 0o666,
        Access::Own => 0o600,
    };
    // What the user's mask forbids is taken from it when the file is made.
    beside.permissions(fs::Permissions::from_mode(mode));
}

#[cfg(not(unix))]
fn allow(_: &mut tempfile::Builder<'_, '_>, _: Access) {}

/// Gives a file the owner of another one, where that may be done: only root may.
#[cfg(unix)]
fn keep_owner(path: &Path, old: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let _ = chown(path, Some(old.uid()), Some(old.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Metadata) {}
