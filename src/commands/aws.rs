//! Reads live AWS for all verbs, and shows how far it is.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use indicatif::ProgressBar;
use sglens::ec2::Snapshot;
use sglens::ec2::live::{self, Options, Progress};
use sglens::input::Input;
use sglens::words::clean;

use super::session::Session;
use crate::cli::AwsArgs;

/// Collects, and gives each region as an input.
pub fn inputs(args: &AwsArgs, session: Session) -> Result<Vec<Input>> {
    Ok(regions(&collect(args, session)?))
}

/// Collects, and gives the whole as a document, and its regions as inputs.
pub fn snapshot(args: &AwsArgs, session: Session) -> Result<(String, Vec<Input>)> {
    let snapshot = collect(args, session)?;
    Ok((snapshot.document(), regions(&snapshot)))
}

fn regions(snapshot: &Snapshot) -> Vec<Input> {
    let regions = snapshot.regions().iter();
    regions.map(|region| Input::Fetched { name: region.source(), bytes: region.document().into() }).collect()
}

fn collect(args: &AwsArgs, session: Session) -> Result<Snapshot> {
    let options = Options {
        profiles: args.profile.clone(),
        regions: args.region.clone(),
        all_regions: args.all_regions,
        role_arns: args.role_arn.clone(),
        endpoint_url: args.endpoint_url.clone(),
        timeout: args.timeout.map_or(Options::default().timeout, Duration::from_secs),
    };
    let meter = Meter::new(session);
    let snapshot = live::collect(&options, &|progress| meter.show(progress));
    meter.bar.finish_and_clear();
    Ok(snapshot?)
}

/// One line on a terminal: nothing in a pipe, and nothing that stays.
struct Meter {
    bar: ProgressBar,
    /// How much has come, by region and by what it is: of all accounts together.
    seen: RefCell<BTreeMap<(Arc<str>, &'static str), usize>>,
}

impl Meter {
    fn new(session: Session) -> Self {
        let is_shown = !session.quiet && std::io::stderr().is_terminal();
        let bar = if is_shown { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        bar.set_message("logging in to AWS");
        if is_shown {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Self { bar, seen: RefCell::default() }
    }

    fn show(&self, progress: &Progress) {
        let Progress { region, what, objects } = progress;
        let mut seen = self.seen.borrow_mut();
        let so_far = seen.entry((Arc::clone(region), *what)).or_default();
        *so_far += objects;
        let so_far = *so_far;
        let all: usize = seen.values().sum();
        self.bar.set_message(format!("{}: {so_far} {what} · {all} objects in all", clean(region)));
    }
}
