//! How time and memory of whole commands grow with estates in which two lists make a product. Prints a
//! table, and fails where twice the estate takes far more than what a product would: four times.
//!
//! `cargo bench --bench growth` measures the release; `--profile dev` what tests run. Linux alone tells
//! the memory of a process.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // A bench speaks to whoever runs it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[allow(dead_code)]
#[path = "../tests/testkit/products.rs"]
mod products;

/// Twice the estate may take so many times as long, if it takes longer than what noise can be.
const RATIO: f64 = 8.0;
const NOISE: Duration = Duration::from_millis(700);

type Estate = fn(usize) -> Vec<u8>;

/// An estate, its smallest size, and questions about it.
const CASES: [(&str, Estate, usize, &[&str]); 6] = [
    (
        "broad",
        products::broad,
        1000,
        &[
            "focus m5 -d both --depth 2 -f svg",
            "focus m5 -d in --depth 2",
            "graph -f svg",
            "graph -f svg --level endpoint",
        ],
    ),
    (
        "mesh",
        products::mesh,
        200,
        &["focus m5 -d both --depth 3 -f svg", "graph -f svg --hubs off --max-nodes 100000"],
    ),
    (
        "single",
        products::single,
        500,
        &["focus m0 -d both", "focus g0 -d both", "explain g0 g1", "graph -f svg --level endpoint"],
    ),
    ("nowhere", products::nowhere, 5000, &["focus m5", "graph -f svg"]),
    ("listed", products::listed, 1000, &["graph -f dot", "focus m5 -d both"]),
    ("chain", products::chain, 1000, &["explain m0 m999 --via", "graph -f svg --hubs off"]),
];

fn main() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut is_steep = false;
    println!("{:<52} {:>7} {:>9} {:>9} {:>9}  ended", "command", "size", "input KB", "ms", "MiB");
    for (name, estate, size, questions) in CASES {
        for question in questions {
            let mut before: Option<Duration> = None;
            for size in [size, 2 * size, 4 * size] {
                let state = estate(size);
                let file = folder.join(format!("growth-{name}.tfstate"));
                std::fs::write(&file, &state).unwrap();
                let (mut time, memory, code) = run(question, &file);
                let is_too_long = |time: Duration| {
                    let bound = before.map(|before| RATIO * before.max(NOISE / 8).as_secs_f64());
                    time > NOISE && bound.is_some_and(|bound| time.as_secs_f64() > bound)
                };
                // The machine may have been busy: what is steep is steep again.
                for _ in 0..3 {
                    if is_too_long(time) {
                        time = time.min(run(question, &file).0);
                    }
                }
                let steep = is_too_long(time);
                is_steep |= steep;
                println!(
                    "{:<52} {size:>7} {:>9} {:>9} {memory:>9}  {}{}",
                    format!("{name}: {question}"),
                    state.len() / 1000,
                    time.as_millis(),
                    match code {
                        Some(0 | 2) => "answered",
                        Some(1) => "refused",
                        _ => "killed",
                    },
                    if steep { ", too steep" } else { "" },
                );
                before = Some(time);
            }
        }
    }
    assert!(!is_steep, "an answer grows faster than the product of two lists");
}

/// Runs a command: its time, the most memory that it held in MiB, and its exit code.
fn run(question: &str, file: &Path) -> (Duration, u64, Option<i32>) {
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_sglens"))
        .args(question.split(' '))
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut memory = 0;
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        memory = memory.max(peak.unwrap_or(0) / 1024);
        if let Some(status) = child.try_wait().unwrap() {
            return (begun.elapsed(), memory, status.code());
        }
        if begun.elapsed() > Duration::from_mins(1) {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
