//! Bytes to text: byte order marks, UTF-16 (PowerShell's `>`), and formats that users take for states.

use std::borrow::Cow;

use super::Problem;

/// Decodes a document to UTF-8, and refuses a document whose first bytes show that it is no JSON.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Problem> {
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Cow::Borrowed(rest),
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)?),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)?),
        [b'{' | b'[', 0, ..] => Cow::Owned(utf16(bytes, u16::from_le_bytes)?),
        [0, b'{' | b'[', ..] => Cow::Owned(utf16(bytes, u16::from_be_bytes)?),
        _ => Cow::Borrowed(bytes),
    };
    let start = text.trim_ascii_start();
    match start {
        [] => Err(Problem::Empty),
        [b'{' | b'[', ..] => Ok(text),
        [b'P', b'K', 3, 4, ..] => Err(Problem::BinaryPlan),
        [0x1F, 0x8B, ..] | [b'B', b'Z', b'h', ..] | [0x28, 0xB5, 0x2F, 0xFD, ..] => Err(Problem::Compressed),
        [b'<', ..] => Err(Problem::Html),
        _ if is_configuration(start) => Err(Problem::Configuration),
        _ if std::str::from_utf8(&start[..start.len().min(64)]).is_err_and(|e| e.error_len().is_some()) => {
            Err(Problem::Encoding)
        }
        _ => Ok(text),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Vec<u8>, Problem> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Problem::Encoding);
    }
    let decoded: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    decoded.map(String::into_bytes).map_err(|_| Problem::Encoding)
}

/// Recognises Terraform configuration by the first line that is not a comment.
fn is_configuration(start: &[u8]) -> bool {
    const BLOCKS: [&str; 8] = [
        "resource \"",
        "terraform {",
        "provider \"",
        "variable \"",
        "module \"",
        "data \"",
        "locals {",
        "output \"",
    ];
    let head = String::from_utf8_lossy(&start[..start.len().min(4096)]);
    let is_comment = |line: &str| line.starts_with('#') || line.starts_with("//") || line.is_empty();
    head.lines()
        .map(str::trim)
        .find(|line| !is_comment(line))
        .is_some_and(|line| BLOCKS.iter().any(|block| line.starts_with(block)) || line.starts_with("/*"))
}
