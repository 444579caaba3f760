//! Cuts a state into chunks of whole resources, without parsing it.
//!
//! Terraform writes states with an indentation of two, so a resource begins with a line of four spaces
//! and a brace. JSON has no line breaks within texts, so such a line is never part of a text. Its depth
//! remains a guess, which reading the chunks confirms: each must hold whole resources, and the text
//! around them must be a state without resources.

use memchr::memmem;
use serde::Deserialize;

/// Cuts the list of resources into chunks of about a length, each without its last comma. Returns
/// `None` when the text does not have Terraform's layout.
pub(super) fn cut(text: &[u8], length: usize) -> Option<Vec<&[u8]>> {
    const HEAD: &[u8] = b"\n  \"resources\": [";
    if !text.starts_with(b"{\n  \"") {
        return None;
    }
    let start = memmem::find(text, HEAD)? + HEAD.len();
    let end = end_of_resources(text)?;
    // Parsing the text around the list, with a mark in place of the resources, shows that the list is
    // the state's own. Two marks are tried, because one may equal what the text holds anyway.
    let marked = |mark: u8| {
        let around = [&text[..start], &[b'0' + mark], &text[end..]].concat();
        serde_json::from_slice::<Around>(&around).is_ok_and(|around| around.resources == [mark])
    };
    if !marked(0) || !marked(1) {
        return None;
    }
    let mut rest = text.get(start..end)?;
    let mut chunks = Vec::with_capacity(rest.len() / length + 1);
    while let Some(next) = rest.get(length..).and_then(|later| memmem::find(later, b"\n    {")) {
        let (chunk, later) = rest.split_at(length + next);
        chunks.push(chunk.strip_suffix(b",")?);
        rest = later;
    }
    chunks.push(rest);
    Some(chunks)
}

/// Finds the end of the list of resources: the last end of a list, if its last element looks like a
/// resource, else the last one before the check results. Check results are searched for last, because
/// that search is slow and older states have none.
fn end_of_resources(text: &[u8]) -> Option<usize> {
    let before = |end: usize| memmem::rfind(&text[..end], b"\n  ]");
    let last = before(text.len())?;
    // Its first key is `module` or `mode`.
    let is_resource = |at: usize| text[at..].starts_with(b"\n    {\n      \"mod");
    if memmem::rfind(&text[..last], b"\n    {").is_some_and(is_resource) {
        return Some(last);
    }
    before(memmem::rfind(text, b"\n  \"check_results\": ").unwrap_or(text.len()))
}

/// The text around the resources. Deserializing it fails when the key is missing or repeated.
#[derive(Deserialize)]
struct Around {
    resources: Vec<u8>,
}
