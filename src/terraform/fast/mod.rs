//! Reads a large state of version 4 fast: in chunks on all threads, with a JSON scanner that skips
//! quickly. [`read`] is the only way in; a state that it does not read is read by the usual way.

mod chunks;
mod scanner;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::de::DeserializeSeed;

use super::formats::state::ResourceSeed;
use super::resource::Reader;
use crate::inventory::{Builder, Source};
use scanner::Scanner;

/// Whether a fuzzer runs: then tiny states are cut too, by one thread, and the result is checked.
const FUZZING: bool = cfg!(fuzzing);
/// States below this length are read by one thread, because another costs more than it saves.
const MIN_LENGTH: usize = if FUZZING { 0 } else { 1 << 20 };
/// About the length of a chunk. It stays in a core's cache, and the last chunk keeps no thread long.
const CHUNK: usize = if FUZZING { 64 } else { 128 << 10 };

/// Reads the state if it can be cut; returns `None`, and has read nothing, if not.
pub(crate) fn read(text: &[u8], reader: &mut Reader<'_>) -> Option<()> {
    if text.len() < MIN_LENGTH {
        return None;
    }
    let builders = read_chunks(&chunks::cut(text, CHUNK)?, reader)?;
    if FUZZING {
        serde_json::from_slice::<serde::de::IgnoredAny>(text).expect("what is read in chunks is JSON");
    }
    for builder in builders {
        reader.builder.absorb(builder);
    }
    Some(())
}

/// Reads chunks on all threads, each of which takes the next one until none is left.
fn read_chunks(chunks: &[&[u8]], reader: &Reader<'_>) -> Option<Vec<Builder>> {
    let next = AtomicUsize::new(0);
    let source = &reader.source;
    let work = || {
        let mut builder = Builder::new();
        // Each thread has its own copy, because threads that count the users of one copy wait for
        // each other.
        let source = Arc::new(Source::clone(source));
        let mut reader = Reader::new(&source, &mut builder);
        while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
            // The state and its list are open around the chunk: a depth of two.
            let mut json = Scanner::new(std::str::from_utf8(chunk).ok()?, 2);
            let mut is_empty = chunks.len() > 1;
            while json.has_more().ok()? {
                ResourceSeed(&mut reader).deserialize(&mut json).ok()?;
                is_empty = false;
            }
            // A comma without a resource was cut off from an empty chunk.
            if is_empty {
                return None;
            }
        }
        reader.finish();
        Some(builder)
    };
    // A fuzzer counts the memory of its own thread.
    let builders = if FUZZING { vec![work()] } else { rayon::broadcast(|_| work()) };
    builders.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Inventory;
    use crate::terraform::formats::state::State;
    use crate::terraform::{Format, detect};
    use serde::Deserializer as _;

    /// Reads a state in chunks, however small it is.
    fn in_chunks(text: &str, length: usize) -> Option<Inventory> {
        let mut builder = Builder::new();
        let source = builder.source("estate");
        let reader = Reader::new(&source, &mut builder);
        for found in read_chunks(&chunks::cut(text.as_bytes(), length)?, &reader)? {
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
        json.deserialize_map(State(&mut reader)).expect("the fixture is a state");
        reader.finish();
        builder.finish()
    }

    #[test]
    fn fixtures_read_the_same_in_chunks() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
        let mut readings = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            if detect(text.as_bytes()) != Some(Format::State) {
                continue;
            }
            for length in [1, 300, 1 << 20] {
                if let Some(inventory) = in_chunks(&text, length) {
                    readings += 1;
                    assert_eq!(
                        format!("{inventory:?}"),
                        format!("{:?}", at_once(&text)),
                        "{}",
                        path.display()
                    );
                }
            }
        }
        assert!(readings > 90, "only {readings} readings in chunks");
    }

    #[test]
    fn what_only_looks_like_terraforms_layout_is_not_cut() {
        let element = |inner: &str| format!("\n    {{\n      \"mode\": \"managed\"{inner}\n    }}");
        let state = |list: &str, rest: &str| {
            format!("{{\n  \"version\": 4,\n  \"resources\": [{list}\n  ]{rest}\n}}\n")
        };
        let two = format!("{},{}", element(""), element(""));
        assert!(in_chunks(&state(&two, ""), 1).is_some());
        assert!(in_chunks(&state(&two, ",\n  \"check_results\": null"), 1).is_some());
        assert!(in_chunks(&state(&two, ",\n  \"check_results\": [\n    {\n    }\n  ]"), 1).is_some());
        assert!(in_chunks(&state("", ",\n  \"check_results\": [\n    {\n    }\n  ]"), 1).is_some());
        assert!(in_chunks(&state("", ""), 1).is_some());
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
            assert!(in_chunks(&broken, 1).is_none(), "{broken}");
        }
    }
}
