//! Collects live EC2 into a [`Snapshot`], which [`read`](crate::ec2::read) then reads. It needs the
//! network, and makes no call that writes.
//!
//! ```no_run
//! use sglens::ec2::live::{Options, collect};
//! use sglens::inventory::Builder;
//!
//! let options = Options { regions: vec!["eu-west-1".to_owned()], ..Options::default() };
//! let snapshot = collect(&options, &|_| {})?;
//! let mut builder = Builder::new();
//! for region in snapshot.regions() {
//!     let source = builder.source(&region.source());
//!     sglens::ec2::read(&region.document(), &source, &mut builder)?;
//! }
//! let inventory = builder.finish();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod calls;
mod convert;
mod error;
mod failure;
mod helper;
mod login;
mod options;
mod pages;
mod profiles;
mod region;
mod region_name;
mod retry;
mod whole;

pub use error::{CredentialSource, Error, FailedCall, Identity};
pub use failure::Failure;
pub use options::{Options, Progress};

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};

use super::document::Answer;
use super::lenient::LenientText;
use super::snapshot::{Region, Snapshot};
use login::Login;
use options::Event;
use pages::Watch;
use region::RegionQuery;
use region_name::RegionName;

/// The whole may take so many times what one call may, whatever AWS answers: half an hour, unless the user says.
const WHOLE: u32 = 30;

/// An account has some forty regions. A server that lists more than this is not AWS.
const REGIONS: usize = 1000;

/// How many regions are asked at once.
const REGIONS_AT_ONCE: usize = 8;

/// Collects live EC2. `progress` is called from the calling thread.
///
/// # Errors
/// [`Error`] when there are no credentials or regions, and when a region cannot be read. With
/// `all_regions`, a region that denies the identity everything is noted in the snapshot instead,
/// unless all of them do.
///
/// # Panics
/// When it is called from within a tokio runtime: it brings its own.
pub fn collect(options: &Options, progress: &dyn Fn(&Progress)) -> Result<Snapshot, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Start)?;
    let patience = options.timeout.saturating_mul(WHOLE);
    let collected = runtime.block_on(async {
        let all = tokio::time::timeout(patience, collect_all(options, progress)).await;
        all.unwrap_or(Err(Error::TooLong { patience, timeout: options.timeout }))
    });
    // The lookup of a name may still be under way; its result is not needed any more.
    runtime.shutdown_background();
    collected
}

async fn collect_all(options: &Options, progress: &dyn Fn(&Progress)) -> Result<Snapshot, Error> {
    let mut queries = Vec::new();
    let mut accounts = Vec::new();
    for login in login::all(options).await? {
        let regions = regions(&login, options).await?;
        let account = tokio::spawn(login::account(login.clone(), options.endpoint_url.clone()));
        let of_login =
            regions.iter().map(|region| (accounts.len(), RegionQuery::new(&login, region, options)));
        queries.extend(of_login);
        accounts.push(account);
    }
    let answers = ask(&queries, options.all_regions, progress).await?;
    let accounts = known(accounts).await;
    let mut regions = Vec::new();
    for (number, answer) in answers {
        let mut answer = *answer;
        let account = &accounts[queries[number].0];
        answer.account = if account.get().is_some() { account.clone() } else { region::owner(&answer) };
        regions.push(Region::new(answer));
    }
    Ok(Snapshot::new(regions))
}

/// The regions to read with a login.
async fn regions(login: &Login, options: &Options) -> Result<Vec<RegionName>, Error> {
    let identity = || login.identity.clone();
    let mut regions = if options.all_regions || options.regions.is_empty() {
        let own = login.config.region().map(ToString::to_string);
        let own = own.ok_or_else(|| Error::NoRegion { identity: identity() })?;
        if options.all_regions {
            RegionQuery::new(login, &RegionName::new(own)?, options).regions().await?
        } else {
            vec![own]
        }
    } else {
        options.regions.clone()
    };
    regions.sort();
    regions.dedup();
    if regions.is_empty() {
        return Err(Error::NoRegions { identity: identity() });
    }
    if regions.len() > REGIONS {
        return Err(Error::TooManyRegions { regions: regions.len(), identity: identity() });
    }
    regions.into_iter().map(RegionName::new).collect()
}

/// Sends all queries, some of them at once. Returns the answers by the numbers of the queries.
async fn ask(
    queries: &[(usize, RegionQuery)],
    is_lenient: bool,
    progress: &dyn Fn(&Progress),
) -> Result<Vec<(usize, Box<Answer>)>, Error> {
    let (events, mut heard) = mpsc::unbounded_channel();
    let permits = Arc::new(Semaphore::new(REGIONS_AT_ONCE));
    // Tasks that are still under way end with the set when a query fails.
    let mut tasks = JoinSet::new();
    for (number, (_, query)) in queries.iter().enumerate() {
        let (query, permits) = (query.clone(), Arc::clone(&permits));
        let watch = Watch { region: query.region.as_str().into(), events: events.clone() };
        tasks.spawn(async move {
            let _permit = permits.acquire_owned().await;
            let answer = query.collect(&watch).await;
            // The receiver is gone when another query has failed.
            let _ = watch.events.send(Event::Done(number, answer.map(Box::new)));
        });
    }
    drop(events);
    let (mut found, mut left_out) = (Vec::new(), Vec::new());
    while let Some(event) = heard.recv().await {
        match event {
            Event::Progress(step) => progress(&step),
            Event::Done(number, Ok(answer)) => found.push((number, answer)),
            Event::Done(number, Err(error)) => match error.shut_out().filter(|_| is_lenient) {
                Some(reason) => left_out.push((number, reason, error)),
                None => return Err(error),
            },
        }
    }
    if found.len() + left_out.len() < queries.len() {
        return Err(Error::Ended);
    }
    left_out.sort_by_key(|(number, ..)| *number);
    if found.is_empty() && !left_out.is_empty() {
        return Err(left_out.swap_remove(0).2);
    }
    let silent =
        left_out.into_iter().map(|(number, reason, _)| (number, queries[number].1.left_out(&reason)));
    found.extend(silent.map(|(number, answer)| (number, Box::new(answer))));
    found.sort_by_key(|(number, _)| *number);
    Ok(found)
}

/// The accounts of the logins, as far as they are known by now.
async fn known(accounts: Vec<JoinHandle<Option<String>>>) -> Vec<LenientText> {
    let mut known = Vec::new();
    for account in accounts {
        known.push(LenientText::from(account.await.ok().flatten()));
    }
    known
}
