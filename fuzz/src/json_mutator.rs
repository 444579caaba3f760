//! Changes JSON as a tree: bytes changed at random are hardly ever JSON, and seldom get past the parser.

use super::dictionary;
use super::testkit::random::Random;
use super::tree::Tree;

/// libFuzzer's own mutator, `libfuzzer_sys::fuzzer_mutate`: data, its size, the largest size allowed.
pub type Bytes = fn(&mut [u8], usize, usize) -> usize;

/// The changes that one mutation is made of.
const CHANGES: [fn(&mut Tree, &mut Random); 13] =
    [swap, graft, echo, replace, remove, duplicate, nest, rename, retype, nudge, insert, splice, reorder];

/// Mutates `data[..size]` and returns the new size: half of the time as JSON, else (and where it is
/// none, or becomes too large) as bytes.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32, bytes: Bytes) -> usize {
    half(data, size, max_size, seed, bytes, |text, random| Some(reshape(text, random)?.into_bytes()))
}

/// As [`mutate`], with another way to make the new document.
pub fn half(
    data: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
    bytes: Bytes,
    make: impl FnOnce(&[u8], &mut Random) -> Option<Vec<u8>>,
) -> usize {
    let mut random = Random::new(u64::from(seed));
    if random.one_in(2)
        && let Some(made) = make(&data[..size], &mut random)
        && made.len() <= max_size
    {
        data[..made.len()].copy_from_slice(&made);
        return made.len();
    }
    bytes(data, size, max_size)
}

/// A document with a few changes; `None` when it is no JSON.
pub fn reshape(text: &[u8], random: &mut Random) -> Option<String> {
    let mut tree = Tree::parse(text)?;
    for _ in 0..=random.below(4) {
        random.pick(&CHANGES)(&mut tree, random);
    }
    Some(tree.print())
}

/// Some value of the tree.
fn any<'t>(tree: &'t mut Tree, random: &mut Random) -> &'t mut Tree {
    let position = random.below(tree.count());
    tree.at(position)
}

/// Some value that passes a test, if there is one.
fn some<'t>(tree: &'t mut Tree, random: &mut Random, test: fn(&Tree) -> bool) -> Option<&'t mut Tree> {
    let positions = tree.positions(test);
    if positions.is_empty() { None } else { Some(tree.at(*random.pick(&positions))) }
}

fn is_text(value: &Tree) -> bool {
    matches!(value, Tree::Text(_))
}

fn has_digit(value: &Tree) -> bool {
    matches!(value, Tree::Bare(text) | Tree::Text(text) if text.contains(|c: char| c.is_ascii_digit()))
}

fn is_full_map(value: &Tree) -> bool {
    matches!(value, Tree::Map(fields) if !fields.is_empty())
}

fn is_full(value: &Tree) -> bool {
    is_full_map(value) || matches!(value, Tree::List(items) if !items.is_empty())
}

fn is_open(value: &Tree) -> bool {
    matches!(value, Tree::Map(_) | Tree::List(_))
}

/// Two values change places; where one lies within the other, it takes the other's place.
fn swap(tree: &mut Tree, random: &mut Random) {
    let count = tree.count();
    let (one, other) = (random.below(count), random.below(count));
    let (first, last) = (one.min(other), one.max(other));
    let (early, late) = (tree.at(first).clone(), tree.at(last).clone());
    // The later place first: the earlier one does not move then.
    *tree.at(last) = early;
    *tree.at(first) = late;
}

/// A value appears in a second place.
fn graft(tree: &mut Tree, random: &mut Random) {
    let twig = any(tree, random).clone();
    *any(tree, random) = twig;
}

/// A text appears in the place of another: this is how ids come to meet.
fn echo(tree: &mut Tree, random: &mut Random) {
    let Some(word) = some(tree, random, is_text).cloned() else { return };
    if let Some(place) = some(tree, random, is_text) {
        *place = word;
    }
}

/// A value becomes one of the dictionary's.
fn replace(tree: &mut Tree, random: &mut Random) {
    let value = dictionary::value(random);
    *any(tree, random) = value;
}

/// A field or an element goes.
fn remove(tree: &mut Tree, random: &mut Random) {
    match some(tree, random, is_full) {
        Some(Tree::List(items)) => drop(items.remove(random.below(items.len()))),
        Some(Tree::Map(fields)) => drop(fields.remove(random.below(fields.len()))),
        _ => {}
    }
}

/// A field or an element is there twice, now and then often.
fn duplicate(tree: &mut Tree, random: &mut Random) {
    let times = if random.one_in(8) { random.below(64) } else { 1 };
    match some(tree, random, is_full) {
        Some(Tree::List(items)) => {
            let copy = random.pick(items).clone();
            items.extend(vec![copy; times]);
        }
        Some(Tree::Map(fields)) => {
            let copy = random.pick(fields).clone();
            fields.push(copy);
        }
        _ => {}
    }
}

/// A value moves down, now and then deeper than any parser goes.
fn nest(tree: &mut Tree, random: &mut Random) {
    let depth = if random.one_in(32) { random.below(200) } else { 1 + random.below(3) };
    let place = any(tree, random);
    for _ in 0..depth {
        let inner = std::mem::replace(place, Tree::List(Vec::new()));
        *place = if random.one_in(2) {
            Tree::List(vec![inner])
        } else {
            Tree::Map(vec![(dictionary::key(random).to_owned(), inner)])
        };
    }
}

/// A field gets another key, or another index in its key.
fn rename(tree: &mut Tree, random: &mut Random) {
    if let Some(Tree::Map(fields)) = some(tree, random, is_full_map) {
        let at = random.below(fields.len());
        let key = match random.below(4) {
            0 => random.pick(fields).0.clone(),
            1 => other_number(&fields[at].0, random),
            _ => dictionary::key(random).to_owned(),
        };
        fields[at].0 = key;
    }
}

/// A value becomes one of another type that says much the same.
fn retype(tree: &mut Tree, random: &mut Random) {
    let place = any(tree, random);
    let is_wrapped = random.one_in(2);
    *place = match place.clone() {
        Tree::Bare(text) => Tree::Text(text),
        Tree::Text(text) if text.parse::<i64>().is_ok_and(|number| number.to_string() == text) => {
            Tree::Bare(text)
        }
        value @ Tree::Text(_) => Tree::List(vec![value]),
        Tree::List(items) if is_wrapped => {
            Tree::Map(items.into_iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect())
        }
        Tree::List(items) => items.into_iter().next().unwrap_or(Tree::Bare("null".to_owned())),
        value @ Tree::Map(_) if is_wrapped => Tree::List(vec![value]),
        Tree::Map(fields) => Tree::List(fields.into_iter().map(|(_, value)| value).collect()),
    };
}

/// A number changes: a port, a count, an index, a part of an address.
fn nudge(tree: &mut Tree, random: &mut Random) {
    if let Some(Tree::Bare(text) | Tree::Text(text)) = some(tree, random, has_digit) {
        *text = other_number(text, random);
    }
}

/// The text with another number in the place of one of its numbers.
fn other_number(text: &str, random: &mut Random) -> String {
    let is_digit = |at: &usize| text.as_bytes()[*at].is_ascii_digit();
    let starts: Vec<usize> =
        (0..text.len()).filter(|at| is_digit(at) && (*at == 0 || !is_digit(&(at - 1)))).collect();
    if starts.is_empty() {
        return text.to_owned();
    }
    let start = *random.pick(&starts);
    let end = (start..text.len()).find(|at| !is_digit(at)).unwrap_or(text.len());
    let old: u64 = text[start..end].parse().unwrap_or_default();
    let new = match random.below(6) {
        0 => old.wrapping_add(1),
        1 => old.saturating_sub(1),
        2 => old.wrapping_mul(2),
        3 => *random.pick(&[0, 31, 32, 33, 128, 255, 256, 65_535, 65_536, 1 << 31, 1 << 32, u64::MAX]),
        4 => random.below(10) as u64,
        _ => random.number() >> random.below(64),
    };
    format!("{}{new}{}", &text[..start], &text[end..])
}

/// A field or an element comes.
fn insert(tree: &mut Tree, random: &mut Random) {
    let value = if random.one_in(2) { any(tree, random).clone() } else { dictionary::value(random) };
    match some(tree, random, is_open) {
        Some(Tree::List(items)) => items.insert(random.below(items.len() + 1), value),
        Some(Tree::Map(fields)) => {
            let field = (dictionary::key(random).to_owned(), value);
            fields.insert(random.below(fields.len() + 1), field);
        }
        _ => {}
    }
}

/// A text is cut, and another put in.
fn splice(tree: &mut Tree, random: &mut Random) {
    if let Some(Tree::Text(text)) = some(tree, random, is_text) {
        let ends: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        let (one, other) = (*random.pick(&ends), *random.pick(&ends));
        let middle = if random.one_in(2) { dictionary::text(random) } else { "" };
        *text = format!("{}{middle}{}", &text[..one.min(other)], &text[one.max(other)..]);
    }
}

/// Two neighbours change places: readers must not count on an order of keys.
fn reorder(tree: &mut Tree, random: &mut Random) {
    let (one, other) = (random.below(64), random.below(64));
    match some(tree, random, is_full) {
        Some(Tree::List(items)) => {
            let length = items.len();
            items.swap(one % length, other % length);
        }
        Some(Tree::Map(fields)) => {
            let length = fields.len();
            fields.swap(one % length, other % length);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: &[u8] =
        br#"{"version":4,"resources":[{"type":"aws_vpc","instances":[{"attributes":{"id":"vpc-1"}}]}]}"#;

    #[test]
    fn the_same_seed_makes_the_same_document() {
        let make = |seed: u64| reshape(STATE, &mut Random::new(seed)).unwrap();
        let made: std::collections::BTreeSet<String> = (0..2000).map(make).collect();
        assert!(made.len() > 500, "{}", made.len());
        assert!((0..2000).all(|seed| made.contains(&make(seed))));
    }

    #[test]
    fn a_mutation_fits() {
        let own: Bytes = |data, size, _| {
            data[0] = b'!';
            size
        };
        let mut ways = [0, 0];
        for seed in 0..2000 {
            let mut data = vec![0; 120];
            data[..STATE.len()].copy_from_slice(STATE);
            let size = mutate(&mut data, STATE.len(), 110, seed, own);
            assert!(size <= 110);
            ways[usize::from(data[0] == b'!')] += 1;
        }
        assert!(ways[0] > 100 && ways[1] > 500, "{ways:?}");
    }
}
