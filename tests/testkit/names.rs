//! Names that somebody means ill with.

/// Names made to break some format, parser or terminal. The short ones are data: `names.json`.
///
/// # Panics
/// When that file is no list of texts.
pub fn hostile_names() -> Vec<String> {
    let mut names: Vec<String> =
        serde_json::from_str(include_str!("names.json")).expect("names.json is a list of texts");
    names.push("x".repeat(10_000));
    names.push("長".repeat(10_000));
    names.push("\"\\".repeat(5_000));
    names
}
