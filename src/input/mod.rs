//! Opens the inputs that the user names, recognises each by its content, and hands it to the reader of its
//! format. Only this module, `ec2::live` and `commands` touch files.

mod decode;
mod error;
mod files;
mod left_out;
mod lineage;

pub use error::{InputError, Problem};
pub use files::Input;

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::ec2;
use crate::inventory::{Builder, Inventory};
use crate::terraform::{self, Detected, Moment};
use files::Files;
use left_out::LeftOut;
use lineage::Document;

/// How inputs are read.
#[derive(Debug, Default, Clone, Copy)]
pub struct Options {
    /// Which side of a plan to read: the estate after it, or before it. The command reads the side after;
    /// a comparison of both sides will read the side before.
    pub moment: Moment,
    /// Whether a file of a folder that cannot be read is an error, as it is when it is named itself.
    pub strict: bool,
}

/// Opens, recognises and merges all inputs.
///
/// # Errors
/// [`InputError`] for the first input that cannot be opened or is nothing that sglens reads. Inside
/// a folder such files are left out with a warning instead, unless [`Options::strict`] is set.
pub fn read(inputs: &[Input], options: Options) -> Result<Inventory, InputError> {
    let mut builder = Builder::new();
    read_into(inputs, options, &mut builder)?;
    Ok(builder.finish())
}

/// As [`read`], into a builder that other sources fill too. Returns the files that were read, and those of
/// folders that should have been: an answer must not be written to one of them.
///
/// # Errors
/// As [`read`].
pub fn read_into(
    inputs: &[Input],
    options: Options,
    builder: &mut Builder,
) -> Result<Vec<PathBuf>, InputError> {
    // Sorted, so that the order of the arguments does not matter.
    let inputs: BTreeSet<&Input> = inputs.iter().collect();
    let expanded: Vec<(&Input, Files)> =
        inputs.into_iter().map(|input| Ok((input, files::expand(input)?))).collect::<Result<_, _>>()?;
    let is_alone = matches!(&expanded[..], [(_, files)] if files.found.len() == 1);
    // A file that is named twice, or by two spellings, is read once.
    let mut seen = BTreeSet::new();
    let mut documents: Vec<Document> = Vec::new();
    let mut left_out = LeftOut::default();
    let mut used: Vec<PathBuf> = Vec::new();
    for (input, files) in expanded {
        let (mut read, earlier) = (0, left_out.len());
        for error in files.unread {
            if options.strict {
                return Err(error);
            }
            left_out.add(error);
        }
        for file in &files.found {
            let identity = file.identity();
            if seen.contains(&identity) {
                read += 1;
                continue;
            }
            match read_file(file, options, is_alone, files.is_folder) {
                Ok(document) => {
                    read += 1;
                    seen.insert(identity);
                    if let Input::Path(path) = file {
                        used.push(path.clone());
                    }
                    documents.push(document);
                }
                Err(error) if files.is_folder && !options.strict => left_out.add(error),
                Err(error) => return Err(error),
            }
        }
        if read == 0 {
            if let Some(error) = left_out.into_broken(earlier) {
                return Err(error);
            }
            let problem = Problem::EmptyFolder { looked_at: files.found.len() };
            return Err(InputError { name: input.name(), problem });
        }
        files.passed_over.into_iter().for_each(|(what, count)| builder.skip(what, count));
    }
    used.extend(left_out.broken_files());
    left_out.tell(builder);
    for document in lineage::newest(documents, builder) {
        builder.absorb(document.builder);
    }
    Ok(used)
}

fn read_file(file: &Input, options: Options, is_alone: bool, is_found: bool) -> Result<Document, InputError> {
    let bytes = file.read(is_found)?;
    let mut builder = Builder::new();
    let name = file.name();
    let fail = |problem| InputError { name: file.name(), problem };
    let text = decode::decode(&bytes).map_err(fail)?;
    read_text(&name, &text, options, &mut builder).map_err(fail)?;
    let snapshot = if is_alone { None } else { lineage::of(&text) };
    Ok(Document { name, builder, snapshot })
}

/// Recognises and reads one document, or several that follow one another. Its name is shown in evidence
/// and warnings.
///
/// # Errors
/// [`Problem`] when the document is broken or nothing that sglens reads.
pub fn read_document(
    name: &str,
    bytes: &[u8],
    options: Options,
    builder: &mut Builder,
) -> Result<(), Problem> {
    read_text(name, &decode::decode(bytes)?, options, builder)
}

fn read_text(name: &str, text: &[u8], options: Options, builder: &mut Builder) -> Result<(), Problem> {
    let mut own = Builder::new();
    match read_one(name, text, options, &mut own) {
        Ok(()) => builder.absorb(own),
        Err(problem) => {
            let is_broken =
                matches!(problem, Problem::Broken(_) | Problem::BrokenJson(_) | Problem::BrokenEc2(_));
            let several = if is_broken { several(text) } else { Vec::new() };
            if several.is_empty() {
                return Err(problem);
            }
            for (number, text) in (1..).zip(several) {
                let name = format!("{name} (document {number})");
                read_one(&name, text.as_bytes(), options, builder)
                    .map_err(|problem| Problem::OneOfSeveral { number, problem: Box::new(problem) })?;
            }
        }
    }
    Ok(())
}

/// Returns the JSON documents of a text that holds several, one after the other.
fn several(text: &[u8]) -> Vec<&str> {
    let stream = serde_json::Deserializer::from_slice(text).into_iter::<&serde_json::value::RawValue>();
    let documents: Result<Vec<&str>, _> =
        stream.map(|raw| raw.map(serde_json::value::RawValue::get)).collect();
    documents.ok().filter(|documents| documents.len() > 1).unwrap_or_default()
}

fn read_one(name: &str, text: &[u8], options: Options, builder: &mut Builder) -> Result<(), Problem> {
    let format = match terraform::recognise(text) {
        Detected::Terraform(format) => format,
        Detected::StateVersion(version) => return Err(Problem::StateVersion(version)),
        Detected::Encrypted => return Err(Problem::Encrypted),
        Detected::Log => return Err(Problem::PlanLog),
        Detected::CloudApi => return Err(Problem::CloudApi),
        Detected::Pulumi => return Err(Problem::Pulumi),
        Detected::Backend => return Err(Problem::Backend),
        Detected::NoModules => return Err(Problem::NoModules),
        Detected::Unknown if ec2::detect(text) => {
            let source = builder.source(name);
            return ec2::read(text, &source, builder).map_err(Problem::BrokenEc2);
        }
        Detected::Unknown if ec2::is_other_aws(text) => return Err(Problem::OtherAws),
        Detected::Unknown => return Err(unknown(text)),
    };
    let source = builder.source(name);
    terraform::read(format, text, &source, options.moment, builder).map_err(Problem::Broken)
}

/// Returns what is wrong with a document that no reader recognises: broken JSON, or JSON of another kind.
fn unknown(text: &[u8]) -> Problem {
    let mut json = serde_json::Deserializer::from_slice(text);
    match <serde::de::IgnoredAny as serde::Deserialize>::deserialize(&mut json).and_then(|_| json.end()) {
        Ok(()) => Problem::OtherJson,
        Err(_) if !matches!(text.trim_ascii_start(), [b'{' | b'[', ..]) => Problem::NotJson,
        Err(error) => Problem::BrokenJson(terraform::ReadError::Json {
            line: error.line(),
            column: error.column(),
            eof: error.is_eof(),
        }),
    }
}
