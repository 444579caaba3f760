//! Writes answers: to stdout, or to a file, and to a file only when it changes.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::file::{Access, Target};
use super::refuse::refuse;
use super::session::{Outcome, Session};
use super::typed::Typed;
use crate::cli::{Format, Offer, OutputArgs, TextArgs};

/// How wide a report is in a pipe or a file, in columns.
const WIDTH: u16 = 80;

/// What a build without the feature `png` says.
pub const NO_PNG: &str = "this sglens is built without PNG; get it with `cargo install --path . --features png`, \
    or write `-o FILE.svg` and turn that into a PNG with `rsvg-convert`";

/// The format asked for: `-f`, else the extension of `-o`, else the verb's own. One that the verb or this
/// build lacks is refused before anything is read.
pub fn format(args: &OutputArgs, offer: Offer) -> Result<Format> {
    let format = named(args, offer)?;
    if !format.is_built_in() {
        bail!(NO_PNG);
    }
    Ok(format)
}

/// The same, where people at a terminal get another format if they name none.
pub fn format_or(args: &OutputArgs, offer: Offer, on_terminal: Format) -> Result<Format> {
    let is_for_people = args.format.is_none() && file(args)?.is_none() && io::stdout().is_terminal();
    if is_for_people { Ok(on_terminal) } else { format(args, offer) }
}

/// How wide a report is: as wide as was asked for, as the terminal that it is for, or as any.
pub fn width(args: &OutputArgs, asked: Option<u16>) -> usize {
    let is_for_terminal = args.output.is_none() && io::stdout().is_terminal();
    let terminal = || terminal_size::terminal_size().filter(|_| is_for_terminal).map(|(width, _)| width.0);
    asked.or_else(terminal).unwrap_or(WIDTH).into()
}

/// Refuses flags of reports that have no effect on a format.
pub fn refuse_without_effect(args: &TextArgs, format: Format) -> Result<()> {
    let is_text = format == Format::Text;
    refuse(&[("--rules", args.rules, is_text), ("--width", args.width.is_some(), is_text)], format)
}

/// The file to write to, if it is not standard output, which `-o -` is.
pub fn file(args: &OutputArgs) -> Result<Option<&Path>> {
    let file = args.output.as_deref().filter(|path| path.as_os_str() != "-");
    if file.is_none() && args.check {
        bail!("`-o -` is standard output: there is nothing that `--check` could compare with");
    }
    Ok(file)
}

fn named(args: &OutputArgs, offer: Offer) -> Result<Format> {
    let Some(path) = file(args)? else { return Ok(args.format.unwrap_or(offer.usual())) };
    let shown = path.display();
    let extension = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    let known = extension.as_deref().and_then(Format::of_extension);
    let fits =
        |format: &Format| extension.as_deref().is_some_and(|known| format.extensions().contains(&known));
    match (args.format, known) {
        (Some(format), Some(other)) if !fits(&format) => bail!(
            "`-o {shown}` says {} and `-f {}` another format: leave out `-f`, or end the name of the file in .{}",
            other.name(),
            format.name(),
            format.extensions()[0]
        ),
        (Some(format), _) => Ok(format),
        (None, Some(other)) => match offer.formats.iter().copied().find(fits) {
            Some(format) => Ok(format),
            None => bail!(
                "`-o {shown}` says {}, which `{}` does not write: it writes {}",
                other.name(),
                offer.verb,
                one_of(offer.built_in().map(Format::name))
            ),
        },
        (None, None)
            if extension.is_none() && offer.built_in().any(|format| shown.to_string() == format.name()) =>
        {
            bail!("`-o` takes a file; did you mean `-f {shown}`?")
        }
        (None, None) => bail!(
            "`{shown}` does not end in {}; name the format with `-f`",
            one_of(offer.built_in().map(|format| format!(".{}", format.extensions()[0])))
        ),
    }
}

/// Lists names, each once, as a choice.
fn one_of(names: impl Iterator<Item = String>) -> String {
    let mut listed: Vec<String> = Vec::new();
    for name in names {
        if !listed.contains(&name) {
            listed.push(name);
        }
    }
    match listed.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => listed.concat(),
    }
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
    let Some(path) = file(args)? else { return to_stdout(format, content) };
    let target = Target::new(path, inputs)?;
    // Colours are for terminals.
    let content: Cow<'_, [u8]> = if format == Format::Text {
        Cow::Owned(anstream::adapter::strip_bytes(content).into_vec())
    } else {
        Cow::Borrowed(content)
    };
    if args.check {
        check(&target, &content, session)
    } else {
        to_file(&target, access, &content, inputs, session)
    }
}

/// Prints bytes as they are.
pub fn print(content: &[u8]) -> Result<Outcome> {
    let mut out = io::stdout().lock();
    out.write_all(content).context("cannot write to standard output")?;
    out.flush().context("cannot write to standard output")?;
    Ok(Outcome::Done)
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
    if format != Format::Text {
        return print(content);
    }
    let mut out = anstream::stdout();
    out.write_all(content).context("cannot write to standard output")?;
    out.flush().context("cannot write to standard output")?;
    Ok(Outcome::Done)
}

/// Compares a file with what would be written to it.
fn check(target: &Target<'_>, content: &[u8], session: Session) -> Result<Outcome> {
    let name = target.name.display();
    let is_same = target.holds(content)?;
    if is_same {
        session.say(&format!("{name} is up to date"));
    } else {
        let what = if target.is_missing() { "missing" } else { "stale" };
        let command = Typed::now().without("--check");
        session.say(&format!("{name} is {what}; the same command without `--check` writes it: {command}"));
    }
    tell_actions(!is_same)?;
    Ok(if is_same { Outcome::Done } else { Outcome::Findings })
}

fn to_file(
    target: &Target<'_>,
    access: Access,
    content: &[u8],
    inputs: &[PathBuf],
    session: Session,
) -> Result<Outcome> {
    let name = target.name.display();
    let is_same = target.holds(content).unwrap_or(false);
    if is_same {
        target.refresh(inputs);
    } else {
        if let Some(folder) = target.make_folder()? {
            session.say(&format!("made the folder {}", folder.display()));
        }
        target.write(content, access)?;
    }
    session.say(&format!("{} {name}", if is_same { "unchanged" } else { "wrote" }));
    if target.is_file() {
        tell_actions(!is_same)?;
    }
    Ok(Outcome::Done)
}

/// Tells the further steps of a job of GitHub Actions whether the file changed, as the output `changed` of
/// this step (docs.github.com, "Setting an output parameter").
fn tell_actions(is_changed: bool) -> Result<()> {
    let Some(path) = std::env::var_os("GITHUB_OUTPUT").filter(|path| !path.is_empty()) else { return Ok(()) };
    let file = File::options().append(true).create(true).open(&path);
    let told = file.and_then(|mut file| file.write_all(format!("changed={is_changed}\n").as_bytes()));
    told.with_context(|| {
        format!("cannot write to `{}`, which `GITHUB_OUTPUT` names", Path::new(&path).display())
    })
}
