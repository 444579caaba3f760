//! Why a recognised document could not be read. No message quotes the input.

/// Why a document of the EC2 API could not be read.
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
    /// The JSON is well-formed but a member has another type than in the API.
    #[error("line {line}, column {column}: this is not shaped like an answer of the EC2 API")]
    Shape {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A snapshot of a version that does not exist yet.
    #[error("it is a snapshot of version {0}; sglens knows version 1")]
    SnapshotVersion(u64),
}

impl ReadError {
    /// Takes the place from a JSON error and leaves its text, which may quote the input, behind.
    pub(super) fn from_json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        match error.classify() {
            serde_json::error::Category::Data => Self::Shape { line, column },
            category => Self::Json { line, column, eof: category == serde_json::error::Category::Eof },
        }
    }
}
