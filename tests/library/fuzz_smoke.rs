//! Every fuzz target for a moment, on changed seeds: always the same ones in the same order, so that
//! more time is only more of them. Finds what is broken outright; libFuzzer (`fuzz/run.sh`) finds more.
//!
//! `SGLENS_FUZZ_SECONDS` is the time of all targets together.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use arbitrary::{Arbitrary as _, Unstructured};

use crate::fuzz::estate::Estate;
use crate::fuzz::{encodings, json_mutator, pictures, readers};
use crate::testkit::random::Random;

/// Larger inputs are slow and find no more.
const LONGEST: usize = 32 << 10;

/// A way to change a seed, as libFuzzer's custom mutators are.
type Mutator = fn(&mut [u8], usize, usize, u32, json_mutator::Bytes) -> usize;

/// A target with what it starts from.
struct Target {
    name: &'static str,
    run: fn(&[u8]),
    /// How seeds are changed; none for a target that makes an estate of any bytes.
    mutate: Option<Mutator>,
    seeds: Vec<Vec<u8>>,
}

/// All targets of `fuzz/fuzz_targets/`.
fn targets() -> Vec<Target> {
    let state = seeds(&["tests/fixtures", "examples"], |name| name.ends_with(".tfstate"));
    let show = seeds(&["tests/fixtures"], |name| name.contains("show") && name.ends_with(".json"));
    let plan = seeds(&["tests/fixtures"], |name| name.contains("plan") && name.ends_with(".json"));
    let ec2 = seeds(&["fuzz/seeds"], |name| name.ends_with(".json"));
    let all: Vec<Vec<u8>> = [&state, &show, &plan, &ec2].into_iter().flatten().cloned().collect();
    let reader = |name: &'static str, run: fn(&[u8]), seeds: Vec<Vec<u8>>| Target {
        name,
        run,
        mutate: Some(json_mutator::mutate),
        seeds,
    };
    let writer = |name: &'static str, run: fn(&[u8])| Target { name, run, mutate: None, seeds: Vec::new() };
    vec![
        reader("state", readers::state, state),
        reader("show", readers::show, show),
        reader("plan", readers::plan, plan),
        reader("ec2", readers::ec2, ec2),
        Target { name: "input", run: readers::input, mutate: Some(encodings::mutate), seeds: all },
        writer("svg", |bytes| pictures::svg(&estate(bytes))),
        writer("dot", |bytes| pictures::dot(&estate(bytes))),
        writer("mermaid", |bytes| pictures::mermaid(&estate(bytes))),
    ]
}

/// The small files of folders (and of the folders in them) whose names pass a test, in order.
fn seeds(folders: &[&str], is_wanted: fn(&str) -> bool) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in folders {
        for path in entries(&root.join(folder)) {
            if path.is_dir() {
                paths.extend(entries(&path));
            } else {
                paths.push(path);
            }
        }
    }
    paths.retain(|path| path.file_name().is_some_and(|name| is_wanted(&name.to_string_lossy())));
    paths.sort();
    let read: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    let small: Vec<Vec<u8>> = read.into_iter().filter(|bytes| bytes.len() <= LONGEST).collect();
    assert!(!small.is_empty(), "{folders:?} hold seeds");
    small
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn estate(bytes: &[u8]) -> Estate {
    Estate::arbitrary(&mut Unstructured::new(bytes)).unwrap()
}

/// Input number so-and-so of a target.
fn input(target: &Target, number: u64) -> Vec<u8> {
    let mut random = Random::new(number);
    let Some(mutate) = target.mutate else {
        return (0..256 + random.below(4096)).map(|_| random.number() as u8).collect();
    };
    let seed = random.pick(&target.seeds);
    let mut data = vec![0; LONGEST];
    data[..seed.len()].copy_from_slice(seed);
    let mut size = seed.len();
    for _ in 0..=random.below(4) {
        size = mutate(&mut data, size, LONGEST, random.number() as u32, scratch);
    }
    data.truncate(size);
    data
}

/// Changes bytes, in the place of libFuzzer's own mutator. What it does follows from the bytes.
fn scratch(data: &mut [u8], size: usize, _: usize) -> usize {
    if size == 0 {
        return 0;
    }
    let sum = data[..size].iter().fold(0u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    let mut random = Random::new(sum);
    match random.below(4) {
        0 => return random.below(size),
        1 | 2 => {
            let at = random.below(size);
            data[at] = random.number() as u8;
        }
        _ => {
            let (from, to) = (random.below(size), random.below(size));
            let length = random.below(64).min(size - from.max(to));
            data.copy_within(from..from + length, to);
        }
    }
    size
}

#[test]
fn fuzz_smoke() {
    let given = std::env::var("SGLENS_FUZZ_SECONDS").ok();
    let seconds: f64 = given.map_or(3.0, |text| text.parse().expect("SGLENS_FUZZ_SECONDS is a number"));
    let targets = targets();
    let share = Duration::from_secs_f64(seconds / targets.len() as f64);
    for target in &targets {
        let start = Instant::now();
        let mut runs = 0;
        while runs == 0 || start.elapsed() < share {
            let bytes = input(target, runs);
            if catch_unwind(AssertUnwindSafe(|| (target.run)(&bytes))).is_err() {
                let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{}", target.name));
                fs::write(&file, &bytes).unwrap();
                panic!("target {}, run {runs}: the input is in {}", target.name, file.display());
            }
            runs += 1;
        }
        println!("{}: {runs} runs", target.name);
    }
}
