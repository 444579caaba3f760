//! Reads a large state of version 4 on several threads.
//!
//! Terraform writes states with an indentation of two: a resource begins with a line of four spaces
//! and a brace. JSON has no line breaks within texts, so such a line is what it seems, and only the
//! depth remains a guess. Whether it was right shows when the pieces are read: each must be whole
//! resources, and what stands around them a state without any. If not, the state is read in one go.

use std::sync::atomic::{AtomicUsize, Ordering};

use memchr::memmem;
use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny};

use super::json::Json;
use super::resource::Reader;
use super::state::ResourceSeed;
use crate::inventory::Builder;
use crate::parallel;

/// Below this a thread costs more than it saves.
const LEAST: usize = 1 << 20;
/// About a piece's length: it stays in a core's cache, and no thread waits long for the last one.
const PIECE: usize = 256 << 10;

/// Reads the state if it can be cut; `None`, and nothing read, if not.
pub(super) fn read(text: &[u8], reader: &mut Reader<'_>) -> Option<()> {
    if text.len() < LEAST || parallel::threads() < 2 {
        return None;
    }
    let pieces = cut(text, PIECE)?;
    for builder in read_pieces(&pieces, reader)? {
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
    let after = memmem::rfind(text, b"\n  \"check_results\": ").unwrap_or(text.len());
    let end = memmem::rfind(&text[..after], b"\n  ]")?;
    let around = [&text[..start], &text[end..]].concat();
    let around: State = serde_json::from_slice(&around).ok()?;
    if !around.resources.is_empty() {
        return None;
    }
    let mut pieces = Vec::with_capacity((end - start) / length + 1);
    let mut rest = text.get(start..end)?;
    while let Some(next) = rest.get(length..).and_then(|later| memmem::find(later, b"\n    {")) {
        let (piece, later) = rest.split_at(length + next);
        pieces.push(piece.strip_suffix(b",")?);
        rest = later;
    }
    pieces.push(rest);
    Some(pieces)
}

/// What stands around the resources. It is an error if the key is not there, or twice.
#[derive(Deserialize)]
struct State {
    resources: Vec<IgnoredAny>,
}

fn read_pieces(pieces: &[&[u8]], reader: &Reader<'_>) -> Option<Vec<Builder>> {
    let next = AtomicUsize::new(0);
    let source = &reader.source;
    let builders = parallel::on_all(|| {
        let mut builder = Builder::new();
        let mut reader = Reader::new(source, &mut builder);
        while let Some(piece) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut json = Json::new(std::str::from_utf8(piece).ok()?);
            while json.has_more().ok()? {
                ResourceSeed(&mut reader).deserialize(&mut json).ok()?;
            }
        }
        reader.finish();
        Some(builder)
    });
    builders.into_iter().collect()
}
