//! One call, page by page, until its list is whole.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::sync::Arc;

use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use tokio::sync::mpsc::UnboundedSender;

use super::failure::Failure;
use super::options::{Event, Progress};
use crate::ec2::document::Answer;
use crate::ec2::lenient::OneOrMany;

/// The most objects that EC2 puts on a page. A call without a page size is told to fail in large
/// accounts, and empties a smaller bucket of requests.
pub(super) const PAGE: i32 = 1000;

/// The same of prefix lists and their entries.
pub(super) const SHORT_PAGE: i32 = 100;

/// A server that never ends its list is left after so many pages: two million objects.
const PAGES: usize = 2000;

/// The same of pages that hold nothing. AWS gives some, where it filters.
const EMPTY_PAGES: usize = 100;

/// Reports the progress of a region.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    pub(super) region: Arc<str>,
    pub(super) events: UnboundedSender<Event>,
}

impl Watch {
    fn tell(&self, what: &'static str, objects: usize) {
        let progress = Progress { region: Arc::clone(&self.region), what, objects };
        // The receiver is gone when another region has failed.
        let _ = self.events.send(Event::Progress(progress));
    }
}

/// Asks for pages until there is none. `ask` sends the request for the page of a token. `take` puts a page
/// into the answer, so that no more than one page is held in the SDK's types, and returns how many
/// objects the page held and the next token. A list that breaks off is an error, because half a list
/// would give wrong answers.
pub(super) async fn pages<F, O, E>(
    watch: &Watch,
    what: &'static str,
    ask: impl Fn(Option<String>) -> F,
    take: impl Fn(O, &mut Answer) -> (usize, Option<String>),
) -> Result<Answer, Failure>
where
    F: Future<Output = Result<O, SdkError<E>>>,
    E: ProvideErrorMetadata + StdError + 'static,
{
    let mut answer = Answer::default();
    let mut token: Option<String> = None;
    // A server that leads back to an earlier page would be asked for ever.
    let mut known = BTreeSet::new();
    let mut empty = 0;
    watch.tell(what, 0);
    loop {
        let page = ask(token).await.map_err(|error| Failure::of(&error))?;
        let (objects, next) = take(page, &mut answer);
        watch.tell(what, objects);
        let Some(next) = next.filter(|next| !next.is_empty()) else { return Ok(answer) };
        if !known.insert(next.clone()) {
            return Err(Failure::Other("the same page twice".to_owned()));
        }
        empty = if objects == 0 { empty + 1 } else { 0 };
        if known.len() > PAGES || empty > EMPTY_PAGES {
            return Err(Failure::Other("ever new pages, without an end".to_owned()));
        }
        token = Some(next);
    }
}

/// Adds the objects of a page to a list, and counts them.
pub(super) fn add<T>(list: &mut OneOrMany<T>, objects: impl Iterator<Item = T>) -> usize {
    let before = list.0.len();
    list.0.extend(objects);
    list.0.len() - before
}

impl Answer {
    /// Adds the lists of another answer. Each list is named, so that none is forgotten.
    pub(super) fn absorb(&mut self, other: Self) {
        let Self {
            account: _,
            region: _,
            security_groups,
            security_group_rules,
            network_interfaces,
            reservations,
            instances,
            subnets,
            vpcs,
            vpc_peering_connections,
            prefix_lists,
            managed_prefix_lists,
            prefix_list_entries,
            entries,
            security_group_vpc_associations,
            transit_gateway_vpc_attachments,
            transit_gateway_attachments,
            next_token: _,
            unavailable: _,
            foreign: _,
        } = other;
        self.security_groups.0.extend(security_groups.0);
        if let Some(rules) = security_group_rules {
            self.security_group_rules.get_or_insert_default().0.extend(rules.0);
        }
        self.network_interfaces.0.extend(network_interfaces.0);
        self.reservations.0.extend(reservations.0);
        self.instances.0.extend(instances.0);
        self.subnets.0.extend(subnets.0);
        self.vpcs.0.extend(vpcs.0);
        self.vpc_peering_connections.0.extend(vpc_peering_connections.0);
        self.prefix_lists.0.extend(prefix_lists.0);
        self.managed_prefix_lists.0.extend(managed_prefix_lists.0);
        if let Some(lists) = prefix_list_entries {
            self.prefix_list_entries.get_or_insert_default().extend(lists);
        }
        self.entries.0.extend(entries.0);
        self.security_group_vpc_associations.0.extend(security_group_vpc_associations.0);
        self.transit_gateway_vpc_attachments.0.extend(transit_gateway_vpc_attachments.0);
        self.transit_gateway_attachments.0.extend(transit_gateway_attachments.0);
    }
}
