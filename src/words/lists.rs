//! Lists of names as people write them: in the order in which they count, alike ones together.

use std::cmp::Ordering;

use super::short;

/// The shortest that a name becomes, in characters.
const SHORTEST: usize = 12;

/// So many names that differ in a number alone are written as a range.
const RANGE: usize = 3;

/// Compares names in the order in which people count: `web-2` before `web-10`. Names that only differ in
/// leading zeros are told apart in the end.
pub fn natural(one: &str, other: &str) -> Ordering {
    let parts = |text| Parts(text).map(|(stem, digits)| (stem, digits.trim_start_matches('0')));
    let compared = parts(one).map(|(stem, digits)| (stem, digits.len(), digits));
    compared.cmp(parts(other).map(|(stem, digits)| (stem, digits.len(), digits))).then_with(|| one.cmp(other))
}

/// The parts of a name: text without digits, and the digits after it.
struct Parts<'t>(&'t str);

impl<'t> Iterator for Parts<'t> {
    type Item = (&'t str, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let is_digit = |c: char| c.is_ascii_digit();
        let (stem, rest) = self.0.split_at(self.0.find(is_digit).unwrap_or(self.0.len()));
        let (digits, rest) = rest.split_at(rest.find(|c| !is_digit(c)).unwrap_or(rest.len()));
        self.0 = rest;
        Some((stem, digits))
    }
}

/// Returns names in natural order. Equal ones become `web ×3`, and those that count up `web-1..4`.
pub fn together(mut names: Vec<String>) -> Vec<String> {
    names.sort_by(|one, other| natural(one, other));
    let mut counted: Vec<(String, usize)> = Vec::new();
    for name in names {
        match counted.last_mut() {
            Some((last, times)) if *last == name => *times += 1,
            Some(_) | None => counted.push((name, 1)),
        }
    }
    let mut all = Vec::new();
    let mut rest = counted.as_slice();
    while let [(first, times), ..] = rest {
        let run = rest.windows(2).take_while(|pair| is_next(&pair[0], &pair[1])).count() + 1;
        if run >= RANGE {
            let (_, digits) = split(&rest[run - 1].0);
            all.push(format!("{first}..{digits}"));
            rest = &rest[run..];
        } else {
            all.push(if *times > 1 { format!("{first} ×{times}") } else { first.clone() });
            rest = &rest[1..];
        }
    }
    all
}

/// A name without the digits that it ends in, and these.
fn split(name: &str) -> (&str, &str) {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    name.split_at(stem.len())
}

/// Tells whether one name counts on from another.
fn is_next((one, once): &(String, usize), (other, again): &(String, usize)) -> bool {
    let ((stem, digits), (other_stem, next)) = (split(one), split(other));
    let number = |digits: &str| digits.parse::<u64>().ok();
    (*once, *again) == (1, 1)
        && stem == other_stem
        && !stem.is_empty()
        && (digits.len() == next.len() || !digits.starts_with('0'))
        && number(digits)
            .and_then(|number| number.checked_add(1))
            .is_some_and(|sum| Some(sum) == number(next))
}

/// Returns at most so many names, and how many more there are: `a, b and 3 more`. One more is named.
pub fn few(names: &[String], most: usize) -> String {
    if names.len() <= most + 1 {
        return names.join(", ");
    }
    format!("{} and {} more", names[..most].join(", "), names.len() - most)
}

/// Returns as many names as so many characters hold, and how many more there are. One at least is named,
/// shortened if need be.
pub fn within(names: &[String], length: usize) -> String {
    let Some(first) = names.first() else { return String::new() };
    let width = |text: &str| text.chars().count();
    let whole = names.join(", ");
    if width(&whole) <= length {
        return whole;
    }
    let room = length.saturating_sub(" and 99 more".len());
    let mut text = short(first, room.max(SHORTEST));
    let mut taken = 1;
    while let Some(next) = names.get(taken).filter(|next| width(&text) + 2 + width(next) <= room) {
        text = format!("{text}, {next}");
        taken += 1;
    }
    if taken == names.len() { text } else { format!("{text} and {} more", names.len() - taken) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(names: &[&str]) -> String {
        together(names.iter().map(|name| (*name).to_owned()).collect()).join(", ")
    }

    #[test]
    fn names_stand_as_people_count() {
        assert_eq!(natural("web-2", "web-10"), Ordering::Less);
        assert_eq!(natural("web-10", "web-9b"), Ordering::Greater);
        assert_eq!(natural("web-07", "web-7"), Ordering::Less);
        assert_eq!(natural("10.0.2.0/24", "10.0.10.0/24"), Ordering::Less);
        assert_eq!(natural("99999999999999999999998", "99999999999999999999999"), Ordering::Less);
    }

    #[test]
    fn alike_names_are_told_together() {
        assert_eq!(told(&["web-3", "web-1", "db", "web-2", "web-10"]), "db, web-1..3, web-10");
        assert_eq!(told(&["web", "web", "web", "api"]), "api, web ×3");
        assert_eq!(told(&["web-8", "web-9", "web-10"]), "web-8..10");
        assert_eq!(told(&["web-1", "web-2"]), "web-1, web-2");
        assert_eq!(told(&["1", "2", "3"]), "1, 2, 3", "numbers alone may be anything");
        assert_eq!(told(&["a-1", "a-1", "a-2", "a-3"]), "a-1 ×2, a-2, a-3");
        assert_eq!(told(&["ip-10-0-0-1", "ip-10-0-0-2", "ip-10-0-0-3"]), "ip-10-0-0-1..3");
    }

    #[test]
    fn a_few_names_are_all_that_is_read() {
        let names: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).into();
        assert_eq!(few(&names, 3), "a, b, c, d");
        assert_eq!(few(&names, 2), "a, b and 2 more");
        assert_eq!(within(&names, 10), "a, b, c, d");
        let names: Vec<String> = (1..100).map(|n| format!("name-{n}")).collect();
        assert_eq!(within(&names, 30), "name-1, name-2 and 97 more");
        assert_eq!(within(&["a-very-long-name".to_owned(), "b".to_owned()], 14), "a-very-long… and 1 more");
    }
}
