//! What to read from live EC2, and what is told meanwhile.

use std::sync::Arc;
use std::time::Duration;

use super::error::Error;
use crate::ec2::document::Answer;

/// What to read, and with which identities. Everything else comes from the environment and from the
/// files of the AWS CLI.
#[derive(Debug, Clone)]
pub struct Options {
    /// Profiles by name; none is the default one.
    pub profiles: Vec<String>,
    /// Regions by name; none is the profile's own.
    pub regions: Vec<String>,
    /// All regions that are enabled for the account, in query of `regions`.
    pub all_regions: bool,
    /// Roles to assume, each with the credentials of each profile.
    pub role_arns: Vec<String>,
    /// The address to ask instead of AWS.
    pub endpoint_url: Option<String>,
    /// How long a call may take, all attempts together. A login may take twice as long, and the whole thirty
    /// times.
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

/// The progress of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The region.
    pub region: Arc<str>,
    /// What is listed: `network interfaces`.
    pub what: &'static str,
    /// How many of them have come since the last time.
    pub objects: usize,
}

/// What tasks send to the task that waits for them.
pub(super) enum Event {
    /// A call has gone on.
    Progress(Progress),
    /// A query is done, by its number.
    Done(usize, Result<Box<Answer>, Error>),
}
