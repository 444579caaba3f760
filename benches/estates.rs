//! Read, compile, focus and draw on synthetic estates, beside a bare `serde_json` pass over the
//! same bytes in the same run. Prints the best of several runs, and ratios.
//!
//! `cargo bench --bench estates` makes estates of 200, 1,000 and 5,000 groups with
//! `../shared/bench/estate.py`; `-- FILE…` takes states instead, `-- --sizes 1000,20000` other sizes.

#![allow(clippy::print_stdout, clippy::print_stderr)] // A bench speaks to whoever runs it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sglens::connectivity::{Connectivity, Map, Subject};
use sglens::input::{Options, read_document};
use sglens::inventory::{Builder, Direction, Inventory};
use sglens::query::{Target, focus};
use sglens::view::{ViewOptions, focus_view, map_view};
use sglens::{layout, render};

// As in the command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // As in the command.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().use_current_thread().num_threads(cores.min(8));
    pool.build_global().expect("nothing has started the pool before");
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    for file in files(&arguments) {
        match std::fs::read(&file) {
            Ok(bytes) => measure(&file, &bytes),
            Err(error) => eprintln!("{}: {error}", file.display()),
        }
    }
}

fn files(arguments: &[String]) -> Vec<PathBuf> {
    let sizes = match arguments {
        [] => "200,1000,5000",
        [flag, sizes] if flag == "--sizes" => sizes,
        named => return named.iter().map(PathBuf::from).collect(),
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/bench/estate.py");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let make = |size: &str| {
        let file = folder.join(format!("estate-{size}.tfstate"));
        if !file.exists() {
            let made =
                Command::new("python3").arg(&script).args(["state", "--n", size, "-o"]).arg(&file).status();
            assert!(
                made.is_ok_and(|status| status.success()),
                "the generator of estates is not there: {}",
                script.display()
            );
        }
        file
    };
    sizes.split(',').map(make).collect()
}

/// The best of several runs, and the last result.
fn best<T>(runs: usize, mut run: impl FnMut() -> T) -> (Duration, T) {
    let mut timed = || {
        let start = Instant::now();
        let result = run();
        (start.elapsed(), result)
    };
    let (mut least, mut last) = timed();
    for _ in 1..runs {
        let (time, result) = timed();
        least = least.min(time);
        last = result;
    }
    (least, last)
}

fn read(bytes: &[u8]) -> Inventory {
    let mut builder = Builder::new();
    read_document("estate", bytes, Options::default(), &mut builder).expect("the estate is a state");
    builder.finish()
}

fn measure(file: &Path, bytes: &[u8]) {
    // Enough for each to meet a quiet moment: cores are shared.
    let runs = if bytes.len() > 50_000_000 { 9 } else { 31 };
    let (floor, _) =
        best(runs, || serde_json::from_slice::<serde::de::IgnoredAny>(bytes).expect("it is JSON"));
    let (reading, inventory) = best(runs, || read(bytes));
    let inventory = Arc::new(inventory);
    let (building, index) = best(runs, || Connectivity::new(Arc::clone(&inventory)));
    let endpoints: Vec<_> = index.all_endpoints().collect();
    let some = endpoints[endpoints.len() / 3];
    let one = || {
        focus(&index, &[Target::Known(Subject::Endpoint(some))], &[Direction::Egress], 1)
            .expect("the estate is small")
    };
    let (asking, answer) = best(runs, one);
    let classes: Vec<_> =
        index.all_classes().filter_map(|class| index.class(class).members.first().copied()).collect();
    let (asking_all, links) = best(1, || {
        let links = classes.iter().map(|ix| index.links(Subject::Endpoint(*ix), Direction::Egress).len());
        links.sum::<usize>()
    });
    let (relating, related) = best(3, || {
        let rows = index.relation().map(|(_, row)| row.len());
        rows.sum::<usize>()
    });
    let (mapping, map) = best(3, || Map::new(&index));
    let (viewing, view) = best(3, || map_view(&index, &map, &ViewOptions::default()));
    let (drawing, _) = best(1, || {
        let (scene, trouble) = layout::layout_view(&view);
        (render::svg(&view, &scene, &render::SvgOptions::default()).len(), trouble)
    });
    let (focus_drawing, _) = best(3, || {
        let view = focus_view(&index, &answer, &ViewOptions::default());
        let (scene, _) = layout::layout_view(&view);
        render::svg(&view, &scene, &render::SvgOptions::default()).len()
    });
    let ms = |time: Duration| format!("{:9.2} ms", time.as_secs_f64() * 1000.0);
    println!(
        "{}: {} MB, {} groups, {} endpoints",
        file.display(),
        bytes.len() / 1_000_000,
        inventory.tally.groups,
        endpoints.len()
    );
    println!("  serde_json, all skipped  {}", ms(floor));
    println!(
        "  read to inventory        {}   {:.2} x the skip pass, on {} cores",
        ms(reading),
        reading.as_secs_f64() / floor.as_secs_f64(),
        std::thread::available_parallelism().map_or(1, usize::from)
    );
    println!("  compile                  {}", ms(building));
    println!("  focus of one machine     {}", ms(asking));
    println!("  focus of all, as classes {}   {} classes, {links} links", ms(asking_all), classes.len());
    println!("  every connection         {}   {related} pairs of classes", ms(relating));
    println!("  map                      {}   {} arrows", ms(mapping), map.graph.edge_count());
    println!(
        "  view                     {}   {} nodes, {} arrows",
        ms(viewing),
        view.nodes.len(),
        view.arrows.len()
    );
    println!("  layout and SVG           {}", ms(drawing));
    println!("  the same of the focus    {}", ms(focus_drawing));
}
