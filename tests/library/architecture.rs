//! The layers of ARCHITECTURE.md: which module of `src/` may know which, and that files stay small.
//!
//! The compiler lets any module of a crate know any other, so the `use` lines and the paths within the
//! code are read here. Not read: what tests import (`#[cfg(test)]` modules, files named `tests.rs`,
//! folders named `tests`), methods called on values, and what comes through `use x::*`, which counts as
//! an arrow to `x` alone. A module is a file: `super` within `mod x { … }` would be misread.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use petgraph::Graph;
use petgraph::algo::tarjan_scc;
use regex::Regex;

/// The modules, in the order in which data walks through them. Each may import those of the lines
/// above its own; those of one line do not know each other. There are no exceptions: a module that
/// needs one stands in the wrong place. `src/lib.rs` is exempt, because it lists them all.
const LAYERS: &[&[&str]] = &[
    &["traffic"],          // Sets of ports and addresses.
    &["parallel"],         // Work on several threads, whatever it is.
    &["shown"],            // Texts of the input, made safe to show.
    &["inventory"],        // Everything read, whatever it was read from.
    &["terraform", "ec2"], // The readers. Neither knows the other's format.
    &["input"],            // Files and streams, and which reader is theirs.
    &["connectivity"],     // Who may connect to whom.
    &["query"],            // Questions and their answers.
    &["words"],            // What all formats say alike.
    &["estate"],           // What a user of the library holds: the above under one name.
    &["report"],           // Answers as rows and cells.
    &["view"],             // What a picture shows.
    &["layout"],           // Where it stands.
    &["render"],           // One format a file.
    &["cli"],              // The binary: definitions, then verbs, then the process.
    &["commands"],
    &["main"],
];

/// The most lines of a file, tests included.
const LONGEST: usize = 600;

/// The most lines of the file in the middle.
const MEDIAN: usize = 150;

/// How often a name may be passed on before it is given up.
const HOPS: usize = 8;

#[test]
fn no_module_knows_a_later_one() {
    let sources = Sources::of_package();
    let modules: BTreeSet<&str> = sources.0.keys().map(|file| module(file)).collect();
    let unplaced: Vec<&str> =
        modules.into_iter().filter(|module| *module != LIBRARY && layer(module).is_none()).collect();
    assert!(unplaced.is_empty(), "LAYERS has no place for {}", unplaced.join(", "));
    let found = back_arrows(&sources.arrows());
    assert!(found.is_empty(), "{} arrows run back against LAYERS:\n{}", found.len(), found.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let found = circles(&Sources::of_package().arrows());
    assert!(found.is_empty(), "{} circles of files:\n{}", found.len(), found.join("\n\n"));
}

#[test]
fn files_stay_small() {
    let mut lengths: Vec<(usize, String)> =
        texts().into_iter().map(|(file, text)| (text.lines().count(), file)).collect();
    lengths.sort_unstable();
    let long: Vec<String> = lengths
        .iter()
        .filter(|(lines, _)| *lines > LONGEST)
        .map(|(lines, file)| format!("src/{file}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "files of more than {LONGEST} lines:\n{}", long.join("\n"));
    let (median, _) = lengths[lengths.len() / 2];
    assert!(median <= MEDIAN, "half of the files have {median} lines or more, not {MEDIAN}");
}

/// The name of a module or of an item from its crate on: `["sglens", "view", "fold"]`. The binary's
/// crate is called `main`.
type Name = Vec<String>;

const LIBRARY: &str = "sglens";
const BINARY: &str = "main";

/// The names that one file takes from another, by both.
type Arrows = BTreeMap<(Name, Name), BTreeSet<String>>;

/// What a file says of others.
#[derive(Debug, Default)]
struct Said {
    /// Its child modules.
    children: BTreeSet<String>,
    imports: Vec<Import>,
    /// Paths of two or more parts within the code, as they are written.
    inline: Vec<Vec<String>>,
    /// Words within the code that are no part of a path, or begin one.
    words: BTreeSet<String>,
}

/// One name that a `use` line brings in.
#[derive(Debug)]
struct Import {
    is_public: bool,
    path: Vec<String>,
    /// What the file calls it.
    name: String,
}

/// Every file of a package but its tests.
struct Sources(BTreeMap<Name, Said>);

impl Sources {
    fn of_package() -> Self {
        let texts = texts();
        Self::new(texts.iter().map(|(file, text)| (file.as_str(), text.as_str())))
    }

    /// Reads files, each given by its path below `src/` and its text.
    fn new<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let texts: BTreeMap<&str, &str> = texts.into_iter().collect();
        let binary = texts.get("main.rs").map(|text| read(text).children).unwrap_or_default();
        let is_test = |file: &str| file.split('/').any(|part| part == "tests" || part == "tests.rs");
        let texts = texts.into_iter().filter(|(file, _)| !is_test(file));
        Self(texts.map(|(file, text)| (file_name(file, &binary), read(text))).collect())
    }

    /// Returns what a path means in a file; nothing for a path into another package.
    fn absolute(&self, file: &[String], path: &[String], hops: usize) -> Option<Name> {
        let path = match path {
            [first, rest @ ..] if first == "self" => rest,
            _ => path,
        };
        let first = path.first()?;
        let ups = path.iter().take_while(|part| *part == "super").count();
        if ups > 0 {
            let depth = file.len().checked_sub(ups)?;
            return Some([&file[..depth], &path[ups..]].concat());
        }
        if first == "crate" {
            return Some([&file[..1], &path[1..]].concat());
        }
        if first == LIBRARY {
            return Some(path.to_vec());
        }
        let said = self.0.get(file)?;
        if said.children.contains(first) {
            return Some([file, path].concat());
        }
        let import = said.imports.iter().find(|import| import.name == *first && import.path != path)?;
        let known = self.absolute(file, &import.path, hops.checked_sub(1)?)?;
        Some([&known[..], &path[1..]].concat())
    }

    /// Returns the file that defines what a name means, through all files that only pass it on.
    fn definer(&self, name: &[String], hops: usize) -> Option<Name> {
        let lengths = (1..=name.len()).rev();
        let (file, said) =
            lengths.map(|length| &name[..length]).find_map(|file| self.0.get_key_value(file))?;
        let passed_on = || {
            let (item, rest) = name[file.len()..].split_first()?;
            let import = said.imports.iter().find(|import| import.name == *item)?;
            let known = self.absolute(file, &import.path, hops.checked_sub(1)?)?;
            self.definer(&[&known[..], rest].concat(), hops - 1)
        };
        Some(passed_on().unwrap_or_else(|| file.clone()))
    }

    fn arrows(&self) -> Arrows {
        let mut arrows = Arrows::new();
        for (file, said) in &self.0 {
            let imported = said.imports.iter().filter_map(|import| {
                let name = self.absolute(file, &import.path, HOPS)?;
                // A file that only passes on what is its own children's is a signpost.
                let is_used = said.words.contains(&import.name);
                let is_signpost = import.is_public && name.starts_with(file) && !is_used;
                (!is_signpost).then_some(name)
            });
            let inline = said.inline.iter().filter_map(|path| self.absolute(file, path, HOPS));
            for name in imported.chain(inline) {
                let Some(to) = self.definer(&name, HOPS) else { continue };
                if to != *file && ![file, &to].iter().any(|end| module(end) == LIBRARY) {
                    arrows.entry((file.clone(), to)).or_default().extend(name.last().cloned());
                }
            }
        }
        arrows
    }
}

/// Reads the files below `src/`, by path.
fn texts() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let file = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                texts.insert(file, fs::read_to_string(&path).unwrap());
            }
        }
    }
    texts
}

/// Returns the name of a file, given the modules of the binary.
fn file_name(file: &str, binary: &BTreeSet<String>) -> Name {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    if stem == "lib" {
        return vec![LIBRARY.to_owned()];
    }
    if stem == "main" {
        return vec![BINARY.to_owned()];
    }
    let parts: Name = stem.split('/').map(str::to_owned).collect();
    let package = if binary.contains(&parts[0]) { BINARY } else { LIBRARY };
    [vec![package.to_owned()], parts].concat()
}

/// Returns the module of the crate in which a file is.
fn module(file: &[String]) -> &str {
    file.get(1).unwrap_or(&file[0])
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|line| line.contains(&module))
}

/// Returns the arrows from a module to one that does not come before it.
fn back_arrows(arrows: &Arrows) -> Vec<String> {
    let is_allowed = |from: &str, to: &str| {
        from == to || matches!((layer(from), layer(to)), (Some(from), Some(to)) if to < from)
    };
    let back = arrows.iter().filter(|((from, to), _)| !is_allowed(module(from), module(to)));
    back.map(arrow_text).collect()
}

/// Returns the arrows of each group of files that import each other in a circle.
fn circles(arrows: &Arrows) -> Vec<String> {
    let mut graph = Graph::<&Name, ()>::new();
    let mut nodes = BTreeMap::new();
    for (from, to) in arrows.keys() {
        let [from, to] = [from, to].map(|file| *nodes.entry(file).or_insert_with(|| graph.add_node(file)));
        graph.add_edge(from, to, ());
    }
    let mut circles = Vec::new();
    for component in tarjan_scc(&graph) {
        if component.len() > 1 {
            let files: BTreeSet<&Name> = component.into_iter().map(|node| graph[node]).collect();
            let within = arrows.iter().filter(|((from, to), _)| files.contains(from) && files.contains(to));
            circles.push(within.map(arrow_text).collect::<Vec<_>>().join("\n"));
        }
    }
    circles.sort_unstable();
    circles
}

fn arrow_text(((from, to), names): (&(Name, Name), &BTreeSet<String>)) -> String {
    let shown = |file: &Name| file.get(1..).filter(|rest| !rest.is_empty()).unwrap_or(file).join("::");
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    format!("{} -> {} ({})", shown(from), shown(to), names.join(", "))
}

/// What may look like code and is none (comments, strings, characters, lifetimes), then words and signs.
const TOKENS: [&str; 9] = [
    r"//[^\n]*",
    r"/\*.*?\*/",
    r###"[bc]?r##".*?"##"###,
    r##"[bc]?r#".*?"#"##,
    r#"[bc]?r"[^"]*""#,
    r#"[bc]?"(?:\\.|[^"\\])*""#,
    r"b?'(?:\\'|\\[^']+|[^'\\])'",
    r"'\w+",
    r"\w+|::|\S",
];

/// Returns the words and signs of a text.
fn tokens(text: &str) -> Vec<&str> {
    static TOKEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(&format!("(?s){}", TOKENS.join("|"))).unwrap());
    let is_code = |token: &&str| *token == "::" || is_word(token) || token.chars().nth(1).is_none();
    TOKEN.find_iter(text).map(|found| found.as_str()).filter(is_code).collect()
}

fn is_word(token: &str) -> bool {
    token.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// Reads what a file says of others.
fn read(text: &str) -> Said {
    let tokens = tokens(text);
    let mut said = Said::default();
    let mut rest = tokens.as_slice();
    let mut before = "";
    while let [first, after @ ..] = rest {
        rest = match rest {
            ["#", "[", "cfg", "(", "test", ")", "]", item @ ..] => after_test_item(item),
            ["pub", "(", "in", ..] => after_group(after, "(", ")"),
            ["mod", child, ";", after @ ..] => {
                said.children.insert((*child).to_owned());
                after
            }
            ["use", start, ..] if is_word(start) || ["::", "{"].contains(start) => {
                // The bracket of `pub(crate)`, since nothing else before a `use` ends in one.
                let is_public = before == "pub" || before == ")";
                read_use(after, &[], is_public, &mut said.imports)
            }
            [word, "::", next, ..] if is_word(word) && is_word(next) => {
                let (path, after) = read_path(rest);
                said.words.insert((*word).to_owned());
                said.inline.push(path);
                after
            }
            _ => {
                if is_word(first) {
                    said.words.insert((*first).to_owned());
                }
                after
            }
        };
        before = *first;
    }
    said
}

/// Reads a path that begins here; returns what follows it.
fn read_path<'r, 't>(mut rest: &'r [&'t str]) -> (Vec<String>, &'r [&'t str]) {
    let mut path = Vec::new();
    while let [part, after @ ..] = rest {
        path.push((*part).to_owned());
        rest = after;
        match rest {
            ["::", next @ ..] if next.first().is_some_and(|next| is_word(next)) => rest = next,
            _ => break,
        }
    }
    (path, rest)
}

/// Reads one tree of a `use` line, below the path that leads to it; returns what follows it.
fn read_use<'r, 't>(
    mut rest: &'r [&'t str],
    below: &[String],
    is_public: bool,
    imports: &mut Vec<Import>,
) -> &'r [&'t str] {
    let mut path = below.to_vec();
    loop {
        match rest {
            ["::", after @ ..] => rest = after,
            ["{", after @ ..] => {
                rest = after;
                loop {
                    rest = match rest {
                        [",", after @ ..] => after,
                        ["}", after @ ..] => return after,
                        [] => return rest,
                        _ => read_use(rest, &path, is_public, imports),
                    };
                }
            }
            ["*", after @ ..] => {
                imports.push(Import { is_public, path, name: "*".to_owned() });
                return after;
            }
            [part, after @ ..] if is_word(part) => {
                path.push((*part).to_owned());
                rest = after;
                if rest.first() != Some(&"::") {
                    break;
                }
            }
            // Not the grammar of a `use` line: step over it.
            [_, after @ ..] => return after,
            [] => return rest,
        }
    }
    if path.len() > 1 && path.last().is_some_and(|part| part == "self") {
        path.pop();
    }
    let (name, after) = match rest {
        ["as", name, after @ ..] => ((*name).to_owned(), after),
        _ => (path.last().cloned().unwrap_or_default(), rest),
    };
    imports.push(Import { is_public, path, name });
    after
}

/// Steps over the module or the `use` line behind a `#[cfg(test)]`; anything else is read as usual.
fn after_test_item<'r, 't>(mut item: &'r [&'t str]) -> &'r [&'t str] {
    while let ["#", attribute @ ..] = item {
        item = after_group(attribute, "[", "]");
    }
    match item {
        ["mod", _, body @ ..] if body.first() == Some(&"{") => after_group(body, "{", "}"),
        ["mod" | "use", ..] => {
            let end = item.iter().position(|token| *token == ";");
            &item[end.map_or(item.len(), |end| end + 1)..]
        }
        _ => item,
    }
}

/// Returns what follows the brackets that open here.
fn after_group<'r, 't>(rest: &'r [&'t str], open: &str, close: &str) -> &'r [&'t str] {
    let mut depth = 0_usize;
    for (at, token) in rest.iter().enumerate() {
        if *token == open {
            depth += 1;
        } else if *token == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return &rest[at + 1..];
            }
        }
    }
    &[]
}

/// What the reader understands, on small texts.
mod reader {
    use super::{Arrows, Sources, arrow_text, back_arrows, circles, read};

    fn arrows(texts: &[(&str, &str)]) -> Arrows {
        Sources::new(texts.iter().copied()).arrows()
    }

    fn arrow_texts(texts: &[(&str, &str)]) -> Vec<String> {
        arrows(texts).iter().map(arrow_text).collect()
    }

    #[test]
    fn use_lines_in_every_form() {
        let said = read(
            r##"
            //! use crate::comment::A;
            mod child;
            pub mod other;
            use crate::a::{self, b::{C, D as E}, /* use crate::x::Y; */ f,};
            pub(crate) use child::G; pub use super::super::{
                H, // use crate::z::Z;
                i::*,
            };
            use std::fmt::Write as _;
            const TEXT: &str = r#"use crate::raw::"B";"#;
            fn f<'a>(x: &'a str) -> (char, impl Iterator + use<'a>) { ('"', "use crate::text::C; \" ") }
            "##,
        );
        let imports = said.imports.iter().map(|import| {
            let of = if import.is_public { "pub " } else { "" };
            format!("{of}{} = {}", import.path.join("::"), import.name)
        });
        assert_eq!(
            imports.collect::<Vec<_>>(),
            [
                "crate::a = a",
                "crate::a::b::C = C",
                "crate::a::b::D = E",
                "crate::a::f = f",
                "pub child::G = G",
                "pub super::super::H = H",
                "pub super::super::i = *",
                "std::fmt::Write = _",
            ]
        );
        assert_eq!(said.children.into_iter().collect::<Vec<_>>(), ["child", "other"]);
        assert!(said.inline.is_empty(), "{:?}", said.inline);
    }

    #[test]
    fn paths_within_the_code() {
        let found = arrow_texts(&[
            ("view/mod.rs", "mod fold; mod map; pub use fold::Fold;"),
            ("view/fold.rs", "pub struct Fold;"),
            (
                "view/map.rs",
                "use crate::traffic; use super::fold as f;
                pub(in crate::view) fn a() -> crate::words::Label { f::fold(); super::Fold::new() }
                fn b() { traffic::set::none(); std::mem::take(); <A as crate::query::Ask>::ask(); }",
            ),
            ("words/mod.rs", "mod label; pub use label::Label;"),
            ("words/label.rs", ""),
            ("query.rs", ""),
            ("traffic/mod.rs", "pub mod set;"),
            ("traffic/set.rs", ""),
        ]);
        assert_eq!(
            found,
            [
                "view::map -> query (Ask)",
                "view::map -> traffic (traffic)",
                "view::map -> traffic::set (none)",
                "view::map -> view::fold (fold, new)",
                "view::map -> words::label (Label)",
            ]
        );
    }

    #[test]
    fn a_circle_is_found() {
        let found = circles(&arrows(&[
            ("query/mod.rs", "mod a; mod b; mod c; pub use a::A;"),
            ("query/a.rs", "use super::b::{B, other};"),
            ("query/b.rs", "use crate::query::A;"),
            ("query/c.rs", "use super::A; use super::b::B;"),
        ]));
        assert_eq!(found, ["query::a -> query::b (B, other)\nquery::b -> query::a (A)"]);
    }

    #[test]
    fn a_circle_of_a_module_with_its_children_is_found() {
        let found = circles(&arrows(&[
            (
                "layout/mod.rs",
                "mod elk; mod plain; pub use elk::Elk; pub struct Scene;
                fn layout() -> Scene { plain::place(&Elk) }",
            ),
            ("layout/elk.rs", "use super::Scene;"),
            ("layout/plain.rs", "use super::Scene;"),
        ]));
        assert_eq!(
            found,
            ["layout -> layout::elk (Elk)\n\
              layout -> layout::plain (place)\n\
              layout::elk -> layout (Scene)\n\
              layout::plain -> layout (Scene)"]
        );
    }

    #[test]
    fn passing_a_name_on_is_no_circle() {
        let found = circles(&arrows(&[
            ("lib.rs", "pub mod view; pub use view::View;"),
            (
                "view/mod.rs",
                "mod map; mod parts; pub use map::map_view; pub use parts::View; use parts::slug;",
            ),
            ("view/map.rs", "use super::{View, slug}; use crate::View as Same;"),
            ("view/parts.rs", ""),
        ]));
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn an_arrow_back_is_found() {
        let texts = [
            ("lib.rs", "pub mod traffic; pub mod render; pub mod ec2; pub mod terraform;"),
            ("traffic.rs", "pub use crate::render::dot;"),
            ("render/mod.rs", "mod dot; pub use dot::dot; use crate::traffic::Traffic;"),
            ("render/dot.rs", ""),
            ("ec2/mod.rs", "fn f() { crate::terraform::read() }"),
            ("terraform.rs", "use crate::{inventory::Rule, traffic};"),
            ("inventory.rs", ""),
        ];
        assert_eq!(back_arrows(&arrows(&texts)), ["ec2 -> terraform (read)", "traffic -> render::dot (dot)"]);
    }

    #[test]
    fn the_binary_comes_after_the_library() {
        let texts = [
            ("lib.rs", "pub mod query;"),
            ("query.rs", "use sglens::Anything; use crate::Anything;"),
            ("main.rs", "mod cli; mod commands; use commands::run; fn main() { cli::parse() }"),
            ("cli.rs", "use crate::commands::Outcome; use sglens::query;"),
            ("commands/mod.rs", "use crate::cli; use crate::Cores;"),
        ];
        assert_eq!(back_arrows(&arrows(&texts)), ["cli -> commands (Outcome)", "commands -> main (Cores)"]);
        assert_eq!(arrows(&texts).len(), 6);
    }

    #[test]
    fn tests_may_import_what_they_like() {
        let found = arrow_texts(&[
            (
                "traffic/mod.rs",
                "#[cfg(test)] mod tests;
                #[cfg(test)] use crate::render::dot;
                #[cfg(test)] #[allow(dead_code)] mod within { use crate::view::{View}; fn f() {} }
                use crate::parallel;",
            ),
            ("traffic/tests.rs", "use crate::view::View;"),
            ("traffic/tests/more.rs", "use crate::view::View;"),
            ("parallel.rs", ""),
            ("view.rs", ""),
            ("render.rs", ""),
        ]);
        assert_eq!(found, ["traffic -> parallel (parallel)"]);
    }
}
