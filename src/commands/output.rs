//! Writes answers: to stdout, or to a file, and to a file only when it changes.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::file::{Access, Target};
use super::session::{Outcome, Session};
use crate::cli::{Format, OutputArgs};

/// What a build without the feature `png` says.
pub const NO_PNG: &str = "this sglens is built without PNG; get it with `cargo install --path . --features png`, \
    or write `-o FILE.svg` and turn that into a PNG with `rsvg-convert`";

/// The format asked for: `-f`, else the extension of `-o`, else the verb's own. One that this build
/// lacks is refused before anything is read.
pub fn format(args: &OutputArgs, default: Format) -> Result<Format> {
    let format = named(args, default)?;
    if format == Format::Png && !cfg!(feature = "png") {
        bail!(NO_PNG);
    }
    Ok(format)
}

fn named(args: &OutputArgs, default: Format) -> Result<Format> {
    let Some(path) = &args.output else { return Ok(args.format.unwrap_or(default)) };
    let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    let by_name = match extension.as_deref() {
        Some("svg") => Some(Format::Svg),
        Some("png") => Some(Format::Png),
        Some("dot" | "gv") => Some(Format::Dot),
        Some("mmd" | "mermaid") => Some(Format::Mermaid),
        Some("json") => Some(Format::Json),
        Some("txt") => Some(Format::Text),
        _ => None,
    };
    match (args.format, by_name, extension) {
        (Some(format), ..) | (None, Some(format), _) => Ok(format),
        (None, None, None) if is_format_name(path) => {
            bail!("`-o` takes a file; did you mean `-f {}`?", path.display())
        }
        (None, None, _) => {
            bail!(
                "`{}` does not end in .svg, .png, .dot, .mmd, .json or .txt; name the format with `-f`",
                path.display()
            )
        }
    }
}

fn is_format_name(path: &Path) -> bool {
    path.to_str().is_some_and(|name| <Format as clap::ValueEnum>::from_str(name, false).is_ok())
}

/// Writes an answer. `inputs` are the files that it was made of.
pub fn write(
    args: &OutputArgs,
    format: Format,
    content: &[u8],
    inputs: &[PathBuf],
    session: Session,
) -> Result<Outcome> {
    write_for(Access::Usual, args, format, content, inputs, session)
}

/// Writes a document that is the user's own: a new file is readable for the user alone.
pub fn write_own(args: &OutputArgs, format: Format, content: &[u8], session: Session) -> Result<Outcome> {
    write_for(Access::Own, args, format, content, &[], session)
}

fn write_for(
    access: Access,
    args: &OutputArgs,
    format: Format,
    content: &[u8],
    inputs: &[PathBuf],
    session: Session,
) -> Result<Outcome> {
    match &args.output {
        None => to_stdout(format, content),
        Some(path) => {
            let target = Target::new(path, inputs)?;
            to_file(&target, args.check, access, format, content, session)
        }
    }
}

fn to_stdout(format: Format, content: &[u8]) -> Result<Outcome> {
    let picture = match format {
        Format::Svg => Some(("an SVG", "svg")),
        Format::Png => Some(("a PNG", "png")),
        _ => None,
    };
    if let Some((name, extension)) = picture
        && io::stdout().is_terminal()
    {
        bail!(
            "{name} file is nothing to read on a terminal; write it with `-o FILE.{extension}`, or pipe it"
        );
    }
    if format == Format::Text {
        let mut out = anstream::stdout();
        out.write_all(content).context("cannot write to standard output")?;
        out.flush().context("cannot write to standard output")?;
    } else {
        let mut out = io::stdout().lock();
        out.write_all(content).context("cannot write to standard output")?;
        out.flush().context("cannot write to standard output")?;
    }
    Ok(Outcome::Done)
}

fn to_file(
    target: &Target<'_>,
    check: bool,
    access: Access,
    format: Format,
    content: &[u8],
    session: Session,
) -> Result<Outcome> {
    let content: Cow<'_, [u8]> = if format == Format::Text {
        Cow::Owned(anstream::adapter::strip_bytes(content).into_vec())
    } else {
        Cow::Borrowed(content)
    };
    let name = target.name.display();
    if check {
        let is_same = target.holds(&content)?;
        session.say(&if is_same { format!("{name} is up to date") } else { format!("{name} is stale") });
        return Ok(if is_same { Outcome::Done } else { Outcome::Findings });
    }
    let is_same = target.holds(&content).unwrap_or(false);
    if !is_same {
        target.write(&content, access)?;
    }
    session.say(&format!("{} {name}", if is_same { "unchanged" } else { "wrote" }));
    Ok(Outcome::Done)
}
