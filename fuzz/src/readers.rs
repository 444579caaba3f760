//! What the targets of the readers do: read a document, and answer from what was read. Nothing may
//! panic, an error quotes nothing, and memory stays in proportion to the document.

use std::fmt::Display;
use std::hint::black_box;
use std::sync::LazyLock;

use sglens::connectivity::{Connectivity, Map, Subject};
use sglens::inventory::{Builder, Direction, Inventory};
use sglens::query::{Target, focus};
use sglens::terraform::{Format, Moment, detect};
use sglens::{ec2, input, terraform};

use super::memory::{Bound, bounded};

/// What reading may hold.
const READING: Bound = Bound { factor: 20, allowance: 1 << 20 };
/// What answering may hold: a block in a list of blocks is a dozen bytes of input, and a rule, an
/// arrow of the map and its evidence of output.
const ANSWERING: Bound = Bound { factor: 100, allowance: 4 << 20 };
/// No message is longer: a longer one quotes its input.
const LONGEST_MESSAGE: usize = 400;

/// Tables and patterns are made on first use, and belong to no document.
static TABLES: LazyLock<()> = LazyLock::new(|| {
    let documents: [&[u8]; 3] = [
        include_bytes!("../seeds/snapshot.json"),
        include_bytes!("../../tests/fixtures/same-v4.tfstate"),
        include_bytes!("../../tests/fixtures/plan-modules.json"),
    ];
    let mut builder = Builder::new();
    for document in documents {
        let read = input::read_document("seed", document, input::Options::default(), &mut builder);
        assert!(read.is_ok(), "a seed can be read");
    }
    answer(&builder.finish());
});

/// A raw state, of version 4 unless it says that it is older.
pub fn state(text: &[u8]) {
    let is_old = detect(text) == Some(Format::LegacyState);
    terraform(if is_old { Format::LegacyState } else { Format::State }, Moment::After, text);
}

/// `terraform show -json` of a state.
pub fn show(text: &[u8]) {
    terraform(Format::Show, Moment::After, text);
}

/// Plan JSON, both sides of it.
pub fn plan(text: &[u8]) {
    terraform(Format::Plan, Moment::After, text);
    terraform(Format::Plan, Moment::Before, text);
}

/// JSON of the EC2 API, and snapshots.
pub fn ec2(text: &[u8]) {
    let _ = black_box((ec2::detect(text), ec2::is_other_aws(text)));
    check(text, |builder| {
        let source = builder.source("document");
        ec2::read(text, &source, builder)
    });
}

/// Any bytes, as the front door takes them.
pub fn input(bytes: &[u8]) {
    check(bytes, |builder| input::read_document("document", bytes, input::Options::default(), builder));
}

fn terraform(format: Format, moment: Moment, text: &[u8]) {
    check(text, |builder| {
        let source = builder.source("document");
        terraform::read(format, text, &source, moment, builder)
    });
}

/// Reads a document, and asks what was read.
fn check<E: Display>(document: &[u8], read: impl FnOnce(&mut Builder) -> Result<(), E>) {
    LazyLock::force(&TABLES);
    let inventory = bounded("reading", READING, document.len(), || {
        let mut builder = Builder::new();
        read(&mut builder).map(|()| builder.finish())
    });
    match inventory {
        Ok(inventory) => bounded("answering from", ANSWERING, document.len(), || answer(&inventory)),
        Err(error) => {
            let message = error.to_string();
            assert!(
                message.len() <= LONGEST_MESSAGE && !message.contains('\n'),
                "an error quotes: {message}"
            );
        }
    }
}

/// The map, and what the first group and the first machine connect to.
fn answer(inventory: &Inventory) {
    let index = Connectivity::new(inventory.clone());
    let _ = black_box(Map::new(&index));
    let group = index.all_groups().next().map(Subject::Group);
    let machine = index.all_endpoints().next().map(Subject::Endpoint);
    for subject in group.into_iter().chain(machine) {
        let _ =
            black_box(focus(&index, &[Target::Known(subject)], &[Direction::Egress, Direction::Ingress], 2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_read() {
        LazyLock::force(&TABLES);
        ec2(include_bytes!("../seeds/describe.json"));
        ec2(include_bytes!("../seeds/list.json"));
        let seeds: [&[u8]; 4] = [
            include_bytes!("../seeds/describe.json"),
            include_bytes!("../seeds/list.json"),
            include_bytes!("../seeds/services.json"),
            include_bytes!("../seeds/config.json"),
        ];
        for text in seeds {
            assert!(ec2::detect(text));
        }
    }
}
