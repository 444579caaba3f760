//! Opens the inputs that the user names, recognises each by its content, and hands it to the reader of its
//! format. Only this module, `ec2::live` and `commands` touch files.

mod decode;
mod error;
mod files;

pub use error::{InputError, Problem};
pub use files::Input;

use std::collections::BTreeSet;

use crate::ec2;
use crate::inventory::{Builder, Inventory};
use crate::terraform::{self, Detected, Moment};

/// How inputs are read.
#[derive(Debug, Default, Clone, Copy)]
pub struct Options {
    /// Which side of a plan to read: the estate after it, or before it. The command reads the side after;
    /// a comparison of both sides will read the side before.
    pub moment: Moment,
}

/// Opens, recognises and merges all inputs.
///
/// # Errors
/// [`InputError`] for the first input that cannot be opened or is nothing that sglens reads. Inside
/// a folder such files are skipped and counted instead.
pub fn read(inputs: &[Input], options: Options) -> Result<Inventory, InputError> {
    let mut builder = Builder::new();
    read_into(inputs, options, &mut builder)?;
    Ok(builder.finish())
}

/// As [`read`], into a builder that other sources fill too.
///
/// # Errors
/// As [`read`].
pub fn read_into(inputs: &[Input], options: Options, builder: &mut Builder) -> Result<(), InputError> {
    // Sorted, so that the order of the arguments does not matter.
    let inputs: BTreeSet<&Input> = inputs.iter().collect();
    // A file that is named twice, or by two spellings, is read once.
    let mut seen = BTreeSet::new();
    for input in inputs {
        let files = files::expand(input)?;
        let mut read = 0;
        for file in &files.found {
            let identity = file.identity();
            if seen.contains(&identity) {
                read += 1;
                continue;
            }
            let text = file.read()?;
            match read_document(&file.name(), &text, options, builder) {
                Ok(()) => {
                    read += 1;
                    seen.insert(identity);
                }
                Err(problem) if files.is_folder && problem.is_foreign() => {
                    builder.skip("files of other kinds", 1);
                }
                Err(problem) => return Err(InputError { name: file.name(), problem }),
            }
        }
        if read == 0 {
            let problem = Problem::EmptyFolder { looked_at: files.found.len() };
            return Err(InputError { name: input.name(), problem });
        }
    }
    Ok(())
}

/// Recognises and reads one document. Its name is shown in evidence and warnings.
///
/// # Errors
/// [`Problem`] when the document is broken or nothing that sglens reads.
pub fn read_document(
    name: &str,
    bytes: &[u8],
    options: Options,
    builder: &mut Builder,
) -> Result<(), Problem> {
    let text = decode::decode(bytes)?;
    let format = match terraform::recognise(&text) {
        Detected::Terraform(format) => format,
        Detected::StateVersion(version) => return Err(Problem::StateVersion(version)),
        Detected::Encrypted => return Err(Problem::Encrypted),
        Detected::Log => return Err(Problem::PlanLog),
        Detected::CloudApi => return Err(Problem::CloudApi),
        Detected::Unknown if ec2::detect(&text) => {
            let source = builder.source(name);
            return ec2::read(&text, &source, builder).map_err(Problem::BrokenEc2);
        }
        Detected::Unknown if ec2::is_other_aws(&text) => return Err(Problem::OtherAws),
        Detected::Unknown => return Err(unknown(&text)),
    };
    let source = builder.source(name);
    terraform::read(format, &text, &source, options.moment, builder).map_err(Problem::Broken)
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
