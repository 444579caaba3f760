//! Why a recognised document could not be read. No message quotes the input.

/// Why a recognised Terraform document could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The JSON breaks off or is malformed. The message names a place, never a value.
    #[error("the JSON is broken at line {line}, column {column}{}", if *.eof { ": the file ends too early" } else { "" })]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// Whether the input ended.
        eof: bool,
    },
    /// The JSON is well-formed but does not follow its format.
    #[error("line {line}, column {column}: this is not shaped like {expected}")]
    Shape {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was expected.
        expected: &'static str,
    },
    /// `format_version` of `show -json` or a plan is of a major version that sglens does not know.
    #[error("its format_version is newer than 1.x, the newest that sglens knows")]
    FormatVersion,
}

impl ReadError {
    /// Keeps the position of a JSON error and drops its text, because the text may quote the input.
    pub(crate) fn from_json(error: &serde_json::Error, expected: &'static str) -> Self {
        let (line, column) = (error.line(), error.column());
        match error.classify() {
            serde_json::error::Category::Data => Self::Shape { line, column, expected },
            category => Self::Json { line, column, eof: category == serde_json::error::Category::Eof },
        }
    }
}
