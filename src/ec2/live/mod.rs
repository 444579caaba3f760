//! Reads live EC2: asks for everything that a [`Snapshot`] holds, and leaves the reading to
//! [`read`](crate::ec2::read). It needs the network, and nothing of it writes.
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
mod login;
mod pages;
mod profiles;
mod region;
mod retry;

pub use error::{CredentialSource, Error, FailedCall, Identity};
pub use failure::Failure;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};

use super::document::Answer;
use super::lenient::Text;
use super::snapshot::{Region, Snapshot};
use login::Login;
use pages::Watch;
use region::Place;

/// How many regions are asked at once.
const REGIONS_AT_ONCE: usize = 8;

/// What to read, and as whom. What is not said here is taken from the environment and from the
/// files of the AWS CLI.
#[derive(Debug, Clone)]
pub struct Options {
    /// Profiles by name; none is the default one.
    pub profiles: Vec<String>,
    /// Regions by name; none is the profile's own.
    pub regions: Vec<String>,
    /// All regions that are enabled for the account, in place of `regions`.
    pub all_regions: bool,
    /// Roles to assume, each with the credentials of each profile.
    pub role_arns: Vec<String>,
    /// Whom to ask instead of AWS.
    pub endpoint_url: Option<String>,
    /// How long one attempt of a call may take.
    pub timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            profiles: Vec::new(),
            regions: Vec::new(),
            all_regions: false,
            role_arns: Vec::new(),
            endpoint_url: None,
            timeout: Duration::from_mins(1),
        }
    }
}

/// How far a call is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The region.
    pub region: Arc<str>,
    /// What is listed: `network interfaces`.
    pub what: &'static str,
    /// How many of them have come since the last time.
    pub objects: usize,
}

/// Collects live EC2. `progress` is called from the calling thread.
///
/// # Errors
/// [`Error`] when there are no credentials or regions, and when a region cannot be read; with
/// `all_regions`, the snapshot says of regions that shut the identity out that they do, unless all
/// of them do.
///
/// # Panics
/// When it is called from within a tokio runtime: it brings its own.
pub fn collect(options: &Options, progress: &dyn Fn(&Progress)) -> Result<Snapshot, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Start)?;
    let collected = runtime.block_on(collect_all(options, progress));
    // The lookup of a name may still be under way; nobody waits for it.
    runtime.shutdown_background();
    collected
}

/// What tasks tell the one that waits for them.
enum Event {
    /// A call has gone on.
    Progress(Progress),
    /// A place is done, by its number.
    Done(usize, Result<Box<Answer>, Error>),
}

async fn collect_all(options: &Options, progress: &dyn Fn(&Progress)) -> Result<Snapshot, Error> {
    let mut places = Vec::new();
    let mut accounts = Vec::new();
    for login in login::all(options).await? {
        let regions = regions(&login, options).await?;
        let account = tokio::spawn(login::account(login.clone(), options.endpoint_url.clone()));
        let of_login = regions.iter().map(|region| (accounts.len(), Place::new(&login, region, options)));
        places.extend(of_login);
        accounts.push(account);
    }
    let answers = ask(&places, options.all_regions, progress).await?;
    let accounts = known(accounts).await;
    let mut regions = Vec::new();
    for (number, answer) in answers {
        let mut answer = *answer;
        let account = &accounts[places[number].0];
        answer.account = if account.get().is_some() { account.clone() } else { region::owner(&answer) };
        regions.push(Region::new(answer));
    }
    Ok(Snapshot::new(regions))
}

/// The regions to read with a login.
async fn regions(login: &Login, options: &Options) -> Result<Vec<String>, Error> {
    let identity = || login.identity.clone();
    let mut regions = if options.all_regions || options.regions.is_empty() {
        let own = login.config.region().map(ToString::to_string);
        let own = own.ok_or_else(|| Error::NoRegion { identity: identity() })?;
        if options.all_regions { Place::new(login, &own, options).regions().await? } else { vec![own] }
    } else {
        options.regions.clone()
    };
    regions.sort();
    regions.dedup();
    if regions.is_empty() {
        return Err(Error::NoRegions { identity: identity() });
    }
    regions.iter().try_for_each(|region| region::check(region))?;
    Ok(regions)
}

/// Asks all places, some of them at once. The answers stand by the numbers of the places.
async fn ask(
    places: &[(usize, Place)],
    is_lenient: bool,
    progress: &dyn Fn(&Progress),
) -> Result<Vec<(usize, Box<Answer>)>, Error> {
    let (events, mut heard) = mpsc::unbounded_channel();
    let permits = Arc::new(Semaphore::new(REGIONS_AT_ONCE));
    // Whatever is still under way ends with the set, when a place fails.
    let mut tasks = JoinSet::new();
    for (number, (_, place)) in places.iter().enumerate() {
        let (place, permits) = (place.clone(), Arc::clone(&permits));
        let watch = Watch { region: place.region.as_str().into(), events: events.clone() };
        tasks.spawn(async move {
            let _permit = permits.acquire_owned().await;
            let answer = place.collect(&watch).await;
            // Nobody waits any more when another place has failed.
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
    if found.len() + left_out.len() < places.len() {
        return Err(Error::Ended);
    }
    left_out.sort_by_key(|(number, ..)| *number);
    if found.is_empty() && !left_out.is_empty() {
        return Err(left_out.swap_remove(0).2);
    }
    let silent = left_out.into_iter().map(|(number, reason, _)| (number, places[number].1.left_out(&reason)));
    found.extend(silent.map(|(number, answer)| (number, Box::new(answer))));
    found.sort_by_key(|(number, _)| *number);
    Ok(found)
}

/// The accounts of the logins, as far as they are known by now.
async fn known(accounts: Vec<JoinHandle<Option<String>>>) -> Vec<Text> {
    let mut known = Vec::new();
    for account in accounts {
        known.push(Text::from(account.await.ok().flatten()));
    }
    known
}
