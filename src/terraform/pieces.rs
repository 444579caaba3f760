//! Reads a large state of version 4 on several threads.
//!
//! Terraform writes states with an indentation of two: a resource begins with a line of four spaces
//! and a brace. JSON has no line breaks within texts, so such a line is what it seems, and only the
//! depth remains a guess. Whether it was right shows when the pieces are read: each must be whole
//! resources, and what stands around them a state without any. If not, the state is read in one go.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use memchr::memmem;
use serde::Deserialize;
use serde::de::DeserializeSeed;

use super::json::Json;
use super::resource::Reader;
use super::state::ResourceSeed;
use crate::inventory::{Builder, Source};
use crate::parallel;

/// Below this a thread costs more than it saves.
const LEAST: usize = if cfg!(fuzzing) { 0 } else { 1 << 20 };
/// About a piece's length: it stays in a core's cache, and no thread waits long for the last one.
const PIECE: usize = if cfg!(fuzzing) { 64 } else { 128 << 10 };

/// Reads the state if it can be cut; `None`, and nothing read, if not.
pub(super) fn read(text: &[u8], reader: &mut Reader<'_>) -> Option<()> {
    if text.len() < LEAST {
        return None;
    }
    let pieces = cut(text, PIECE)?;
    let builders = read_pieces(&pieces, reader)?;
    if cfg!(fuzzing) {
        serde_json::from_slice::<serde::de::IgnoredAny>(text).expect("what is read in pieces is JSON");
    }
    for builder in builders {
        reader.builder.absorb(builder);
    }
    Some(())
}

/// The list of resources in pieces of about a length, each without its last comma.
fn cut(text: &[u8], length: usize) -> Option<Vec<&[u8]>> {
    const HEAD: &[u8] = b"\n  \"resources\": [";
    if !text.starts_with(b"{\n  \"") {
        return None;
    }
    let start = memmem::find(text, HEAD)? + HEAD.len();
    let end = end_of_resources(text)?;
    // With a mark in place of the resources it shows whose list was found; two, since one may be
    // what stands there anyway.
    let marked = |mark: u8| {
        let around = [&text[..start], &[b'0' + mark], &text[end..]].concat();
        serde_json::from_slice::<Around>(&around).is_ok_and(|around| around.resources == [mark])
    };
    if !marked(0) || !marked(1) {
        return None;
    }
    let mut rest = text.get(start..end)?;
    let mut pieces = Vec::with_capacity(rest.len() / length + 1);
    while let Some(next) = rest.get(length..).and_then(|later| memmem::find(later, b"\n    {")) {
        let (piece, later) = rest.split_at(length + next);
        pieces.push(piece.strip_suffix(b",")?);
        rest = later;
    }
    pieces.push(rest);
    Some(pieces)
}

/// Where the list of resources ends: at the last end of a list, if its last element is like a resource,
/// else at the last before the results of checks. These are sought last, for the search is slow: older
/// states have none.
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

/// What stands around the resources. It is an error if the key is not there, or twice.
#[derive(Deserialize)]
struct Around {
    resources: Vec<u8>,
}

fn read_pieces(pieces: &[&[u8]], reader: &Reader<'_>) -> Option<Vec<Builder>> {
    let next = AtomicUsize::new(0);
    let source = &reader.source;
    let builders = parallel::on_all(|| {
        let mut builder = Builder::new();
        // One for each thread: they would wait for each other to count its users.
        let source = Arc::new(Source::clone(source));
        let mut reader = Reader::new(&source, &mut builder);
        while let Some(piece) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
            // Around it the state and its list are open.
            let mut json = Json::new(std::str::from_utf8(piece).ok()?, 2);
            let mut is_empty = pieces.len() > 1;
            while json.has_more().ok()? {
                ResourceSeed(&mut reader).deserialize(&mut json).ok()?;
                is_empty = false;
            }
            // Then the comma that was cut off stood alone.
            if is_empty {
                return None;
            }
        }
        reader.finish();
        Some(builder)
    });
    builders.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Inventory;
    use serde::Deserializer as _;

    /// Reads a state in pieces, however small it is.
    fn in_pieces(text: &str, length: usize) -> Option<Inventory> {
        let mut builder = Builder::new();
        let source = builder.source("estate");
        let reader = Reader::new(&source, &mut builder);
        for found in read_pieces(&cut(text.as_bytes(), length)?, &reader)? {
            reader.builder.absorb(found);
        }
        reader.finish();
        Some(builder.finish())
    }

    fn at_once(text: &str) -> Inventory {
        let mut builder = Builder::new();
        let source = builder.source("estate");
        let mut reader = Reader::new(&source, &mut builder);
        let mut json = serde_json::Deserializer::from_str(text);
        json.deserialize_map(super::super::state::State(&mut reader)).expect("the fixture is a state");
        reader.finish();
        builder.finish()
    }

    #[test]
    fn fixtures_read_the_same_in_pieces() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
        let mut cut = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            if super::super::detect(text.as_bytes()) != Some(super::super::Kind::State) {
                continue;
            }
            for length in [1, 300, 1 << 20] {
                if let Some(inventory) = in_pieces(&text, length) {
                    cut += 1;
                    assert_eq!(
                        format!("{inventory:?}"),
                        format!("{:?}", at_once(&text)),
                        "{}",
                        path.display()
                    );
                }
            }
        }
        assert!(cut > 90, "only {cut} readings in pieces");
    }

    #[test]
    fn what_only_looks_like_terraforms_layout_is_not_cut() {
        let element = |inner: &str| format!("\n    {{\n      \"mode\": \"managed\"{inner}\n    }}");
        let state = |list: &str, rest: &str| {
            format!("{{\n  \"version\": 4,\n  \"resources\": [{list}\n  ]{rest}\n}}\n")
        };
        let two = format!("{},{}", element(""), element(""));
        assert!(in_pieces(&state(&two, ""), 1).is_some());
        assert!(in_pieces(&state(&two, ",\n  \"check_results\": null"), 1).is_some());
        assert!(in_pieces(&state(&two, ",\n  \"check_results\": [\n    {\n    }\n  ]"), 1).is_some());
        assert!(in_pieces(&state("", ",\n  \"check_results\": [\n    {\n    }\n  ]"), 1).is_some());
        assert!(in_pieces(&state("", ""), 1).is_some());
        for broken in [
            state(&two, ",\n  \"resources\": []"),
            state(&format!("{two},"), ""),
            state(&format!(",{two}"), ""),
            format!("{{\n  \"check_results\": [\n  ],\n  \"resources\": [{two}\n]\n}}"),
            state(&format!("{}{}", element(""), element("")), ""),
            state(&two, ",\n  \"other\": [\n  ]"),
            // A list at the depth of the resources' own.
            state(&element(",\n      \"x\": [\n    {\n  }\n      ]"), ""),
            state(&two, "").replace('\n', "\r\n"),
            format!("{{\n  \"outputs\": {{\n  \"resources\": [{two}\n  ]\n}},\n  \"resources\": []}}"),
            format!("{{\n  \"outputs\": {{\n  \"resources\": [{two}\n  ]\n}},\n  \"resources\": [0]}}"),
        ] {
            assert!(in_pieces(&broken, 1).is_none(), "{broken}");
        }
    }
}
