//! Words that sglens looks for, and words that it should not trip over. They are data: `words/`.

use std::sync::LazyLock;

use super::testkit::random::Random;
use super::tree::Tree;

/// Keys of states, `show -json` and plans; then of the EC2 API. Attributes come from the table too.
const KEYS: &str = include_str!("../words/keys.txt");
/// Resource types that are not in the table.
const TYPES: &str = include_str!("../words/types.txt");
/// What stands in JSON without quotes; the last of them are too large for any number of ours.
const BARE: &str = include_str!("../words/bare.txt");
/// The attachment table: resource types, and the paths of their attributes.
const TABLE: &str = include_str!("../../assets/attachments.tsv");

/// Texts that mean something somewhere, and texts that nearly do.
static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| list(include_str!("../words/texts.json")));

/// What means something to a format, a parser or a terminal: pieces of hostile names.
pub static PIECES: LazyLock<Vec<String>> = LazyLock::new(|| list(include_str!("../words/names.json")));

static ALL_BARE: LazyLock<Vec<&str>> = LazyLock::new(|| BARE.split_whitespace().collect());

static ALL_KEYS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let paths = rows().flat_map(|row| row.split('\t').skip(4)).flat_map(|cell| cell.split([' ', '+', '.']));
    let mut keys: Vec<&str> = KEYS.split_whitespace().chain(paths).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
});

static ALL_TYPES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let table = rows().filter_map(|row| row.split('\t').next());
    TYPES.split_whitespace().chain(table).collect()
});

fn rows() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter(|line| line.starts_with("aws_"))
}

fn list(json: &str) -> Vec<String> {
    serde_json::from_str(json).expect("a list of texts")
}

/// A key.
pub fn key(random: &mut Random) -> &'static str {
    *random.pick(&ALL_KEYS)
}

/// What may stand without quotes.
pub fn bare(random: &mut Random) -> &'static str {
    *random.pick(&ALL_BARE)
}

/// A text.
pub fn text(random: &mut Random) -> &'static str {
    if random.one_in(6) { *random.pick(&ALL_TYPES) } else { random.pick(&TEXTS).as_str() }
}

/// A value without parts that matter.
pub fn value(random: &mut Random) -> Tree {
    match random.below(8) {
        0 => Tree::List(Vec::new()),
        1 => Tree::Map(Vec::new()),
        2..=4 => Tree::Bare(bare(random).to_owned()),
        _ => Tree::Text(text(random).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found() {
        assert!(ALL_TYPES.contains(&"aws_lambda_function"));
        assert!(TEXTS.len() > 50 && PIECES.len() > 50 && ALL_BARE.len() > 20);
        assert!(ALL_KEYS.contains(&"vpc_config") && ALL_KEYS.contains(&"security_group_ids"));
    }
}
