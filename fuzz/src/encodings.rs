//! Documents as other tools write them: byte order marks, UTF-16, the lines of Windows.

use std::borrow::Cow;

use super::json_mutator::{self, Bytes};
use super::testkit::random::Random;

/// As [`json_mutator::mutate`], for any encoding that the front door takes; once in a while the
/// document changes its encoding.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32, bytes: Bytes) -> usize {
    json_mutator::half(data, size, max_size, seed, bytes, |document, random| {
        let text = json_mutator::reshape(&undress(document), random)?;
        Some(if random.one_in(4) { dress(&text, random) } else { text.into_bytes() })
    })
}

/// The text of a document in UTF-8.
fn undress(document: &[u8]) -> Cow<'_, [u8]> {
    match document {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Cow::Borrowed(rest),
        [0xFF, 0xFE, rest @ ..] => narrow(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => narrow(rest, u16::from_be_bytes),
        [_, 0, ..] => narrow(document, u16::from_le_bytes),
        [0, _, ..] => narrow(document, u16::from_be_bytes),
        _ => Cow::Borrowed(document),
    }
}

fn narrow(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Cow<'static, [u8]> {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    Cow::Owned(String::from_utf16_lossy(&units).into_bytes())
}

/// A text in some encoding.
fn dress(text: &str, random: &mut Random) -> Vec<u8> {
    match random.below(6) {
        0 => marked(b"\xEF\xBB\xBF", text.bytes()),
        1 => marked(b"\xFF\xFE", text.encode_utf16().flat_map(u16::to_le_bytes)),
        2 => marked(b"\xFE\xFF", text.encode_utf16().flat_map(u16::to_be_bytes)),
        3 => marked(b"", text.encode_utf16().flat_map(u16::to_le_bytes)),
        4 => marked(b"", text.encode_utf16().flat_map(u16::to_be_bytes)),
        _ => marked(b"\r\n", text.replace(',', ",\r\n").bytes()),
    }
}

fn marked(mark: &[u8], bytes: impl Iterator<Item = u8>) -> Vec<u8> {
    mark.iter().copied().chain(bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_comes_back_from_every_encoding() {
        for seed in 0..50 {
            let dressed = dress(r#"{"a":"é"}"#, &mut Random::new(seed));
            assert_eq!(undress(&dressed).trim_ascii(), r#"{"a":"é"}"#.as_bytes());
        }
    }
}
