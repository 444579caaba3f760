//! PNG pictures: their size, their themes, that text is text, and the command that writes them.
//!
//! Needs the feature: `cargo test --no-default-features --features png --test library png`.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use resvg::tiny_skia::Pixmap;
use sglens::connectivity::{Connectivity, Map};
use sglens::input::{Input, Options, read};
use sglens::layout::{PADDING, Scene, layout_view};
use sglens::render::{SvgOptions, Theme, png, svg};
use sglens::view::{Emphasis, Node, NodeKind, View, ViewOptions, map_view};

/// The colour of labels, light and dark: `.sglens text` in the style sheets.
const INK: [[u8; 3]; 2] = [[0x1b, 0x24, 0x30], [0xe6, 0xed, 0xf3]];
/// The colour of the page: `.sglens-page`.
const PAGE: [[u8; 3]; 2] = [[0xff, 0xff, 0xff], [0x0f, 0x17, 0x20]];

const EXAMPLES: [&str; 5] =
    ["component-groups", "logstash", "microservices", "paired-groups", "subnet-shortcut"];

fn state(example: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example).join("terraform.tfstate")
}

/// The map of an example.
fn picture(example: &str) -> (View, Scene) {
    let inventory = read(&[Input::from_argument(&state(example))], Options::default()).unwrap();
    let index = Connectivity::new(inventory);
    let view = map_view(&index, &Map::new(&index), &ViewOptions::default());
    let (scene, _) = layout_view(&view);
    (view, scene)
}

/// A picture of one node.
fn node(label: &str) -> (View, Scene) {
    let node = Node {
        id: "sg-1".into(),
        kind: NodeKind::Group,
        label: label.into(),
        details: Vec::new(),
        tooltip: String::new(),
        cluster: None,
        emphasis: Emphasis::Normal,
        tags: Vec::new(),
    };
    let view = View { nodes: vec![node], ..View::default() };
    let (scene, _) = layout_view(&view);
    (view, scene)
}

fn bytes((view, scene): &(View, Scene), theme: Theme, scale: f64) -> Vec<u8> {
    png(view, scene, theme, scale).unwrap().bytes
}

fn decode(bytes: &[u8]) -> Pixmap {
    Pixmap::decode_png(bytes).unwrap()
}

fn colour(pixels: &Pixmap, x: u32, y: u32) -> [u8; 3] {
    let pixel = pixels.pixel(x, y).unwrap();
    assert_eq!(pixel.alpha(), 255, "every picture has a background");
    [pixel.red(), pixel.green(), pixel.blue()]
}

/// The numbers after the first occurrence of a text.
fn numbers(page: &str, after: &str, until: char) -> Vec<f64> {
    let rest = page.split_once(after).unwrap().1;
    let numbers = rest.split_once(until).unwrap().0.split(' ');
    numbers.map(|number| number.parse().unwrap()).collect()
}

#[test]
fn a_png_is_the_svg_in_pixels() {
    for example in EXAMPLES {
        let picture = picture(example);
        let page = svg(&picture.0, &picture.1, &SvgOptions::default());
        let size = numbers(&page, " viewBox=\"0 0 ", '"');
        for scale in [1.0, 1.5, 2.0] {
            let pixels = decode(&bytes(&picture, Theme::Auto, scale));
            let wanted = [(size[0] * scale) as u32, (size[1] * scale) as u32];
            assert_eq!([pixels.width(), pixels.height()], wanted, "{example} at scale {scale}");
        }
    }
}

/// Labels are there, in their colour and inside their boxes.
#[test]
fn labels_are_drawn() {
    let scale = 2.0;
    for (theme, ink) in [(Theme::Light, INK[0]), (Theme::Dark, INK[1])] {
        for example in EXAMPLES {
            let picture = picture(example);
            let page = svg(&picture.0, &picture.1, &SvgOptions::default());
            let moved = numbers(&page, "<g transform=\"translate(", ')');
            let pixels = decode(&bytes(&picture, theme, scale));
            for (node, rect) in picture.0.nodes.iter().zip(&picture.1.nodes) {
                let (left, right) = (moved[0] + rect.x, moved[0] + rect.right());
                let top = moved[1] + rect.y + PADDING.1;
                let columns = (left * scale) as u32..(right * scale) as u32;
                let rows = (top * scale) as u32..((top + 18.0) * scale) as u32;
                let is_ink = |colour: [u8; 3]| colour.iter().zip(ink).all(|(a, b)| a.abs_diff(b) <= 24);
                let found = rows
                    .flat_map(|y| columns.clone().map(move |x| (x, y)))
                    .filter(|(x, y)| is_ink(colour(&pixels, *x, *y)))
                    .count();
                let letters = node.label.chars().count();
                let name = &node.label;
                assert!(found >= 10 * letters, "{example}, {theme:?}: {found} pixels of ink in {name}");
            }
        }
    }
}

/// A font that lacks a letter draws a box in its place: each of these looks unlike the box and unlike
/// the others.
#[test]
fn letters_are_letters() {
    let draw = |letter: char| bytes(&node(&letter.to_string()), Theme::Light, 2.0);
    let missing = draw('日');
    assert_eq!(missing, draw('本'), "the font has no ideographs: a box for each");
    assert_ne!(missing, draw(' '), "and the box shows");
    let letters = "aZ0éßŁőΛωЖяїễ→←↔·×–…\u{FFFD}";
    let mut seen = BTreeSet::from([missing, draw(' ')]);
    for letter in letters.chars() {
        assert!(seen.insert(draw(letter)), "{letter} is not in the font");
    }
}

#[test]
fn the_themes() {
    let picture = picture("paired-groups");
    let light = bytes(&picture, Theme::Light, 1.0);
    let dark = bytes(&picture, Theme::Dark, 1.0);
    assert_eq!(bytes(&picture, Theme::Auto, 1.0), light);
    for (file, page) in [(&light, PAGE[0]), (&dark, PAGE[1])] {
        let pixels = decode(file);
        assert_eq!(colour(&pixels, 0, 0), page);
        assert_eq!(colour(&pixels, pixels.width() - 1, pixels.height() - 1), page);
    }
}

#[test]
fn the_same_picture_has_the_same_bytes() {
    for example in EXAMPLES {
        let draw = || bytes(&picture(example), Theme::Auto, 2.0);
        assert_eq!(draw(), draw(), "{example}");
    }
}

/// Runs the command in a folder.
fn sglens(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sglens"));
    command.args(args).current_dir(folder).env_clear().output().unwrap()
}

#[track_caller]
fn says(output: &Output, code: i32, start: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.starts_with(start), "{said}");
}

#[test]
fn the_command_writes_and_checks_png_files() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::copy(state("logstash"), folder.join("net.tfstate")).unwrap();
    let write = ["graph", "net.tfstate", "-o", "net.png"];
    let check = ["graph", "net.tfstate", "-o", "net.png", "--check"];
    says(&sglens(folder, &check), 2, "net.png is missing; ");
    says(&sglens(folder, &write), 0, "wrote net.png\n");
    says(&sglens(folder, &write), 0, "unchanged net.png\n");
    says(&sglens(folder, &check), 0, "net.png is up to date\n");
    let file = fs::read(folder.join("net.png")).unwrap();
    let piped = sglens(folder, &["graph", "net.tfstate", "-f", "png", "-q"]);
    says(&piped, 0, "");
    assert!(piped.stdout == file, "a pipe gets what the file gets");
    let small = sglens(folder, &["graph", "net.tfstate", "-f", "png", "--scale", "1", "-q"]);
    let (small, file) = (decode(&small.stdout), decode(&file));
    assert_eq!([2 * small.width(), 2 * small.height()], [file.width(), file.height()]);
    let focus = ["focus", "application-1", "net.tfstate", "-o", "focus.png", "--theme", "dark"];
    says(&sglens(folder, &focus), 0, "wrote focus.png\n");
    let focus = decode(&fs::read(folder.join("focus.png")).unwrap());
    assert_eq!(colour(&focus, 0, 0), PAGE[1]);
}

#[test]
fn the_command_refuses_what_is_no_picture() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let state = "examples/logstash/terraform.tfstate";
    let refusal = "error: invalid value 'png' for '--format <FORMAT>'\n";
    says(&sglens(folder, &["members", "logstash", state, "-f", "png"]), 1, refusal);
    says(&sglens(folder, &["explain", "application", "logstash", state, "-f", "png"]), 1, refusal);
    for scale in ["0", "-1", "NaN", "inf", "big"] {
        let scale = format!("--scale={scale}");
        says(&sglens(folder, &["graph", state, "-f", "png", &scale]), 1, "error: invalid value ");
    }
}
