//! One call, page by page, until its list is whole.

use std::error::Error as StdError;
use std::sync::Arc;

use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use tokio::sync::mpsc::UnboundedSender;

use super::failure::Failure;
use super::{Event, Progress};
use crate::ec2::document::Answer;

/// The most objects that EC2 puts on a page. A call without a page size is told to fail in large
/// accounts, and empties a smaller bucket of requests.
pub(super) const PAGE: i32 = 1000;

/// The same of prefix lists and their entries.
pub(super) const SHORT_PAGE: i32 = 100;

/// Tells what has been seen of a region.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    pub(super) region: Arc<str>,
    pub(super) events: UnboundedSender<Event>,
}

impl Watch {
    fn tell(&self, what: &'static str, objects: usize) {
        let progress = Progress { region: Arc::clone(&self.region), what, objects };
        // Nobody listens any more when another region has failed.
        let _ = self.events.send(Event::Progress(progress));
    }
}

/// Asks for pages until there is none. `ask` sends the request for the page of a token; `take` puts
/// a page into the answer, so that no more than one page is held as the SDK has it, and returns the
/// next token. All of the list, or none: half a list would answer wrongly.
pub(super) async fn pages<F, O, E>(
    watch: &Watch,
    what: &'static str,
    ask: impl Fn(Option<String>) -> F,
    take: impl Fn(O, &mut Answer) -> Option<String>,
) -> Result<Answer, Failure>
where
    F: Future<Output = Result<O, SdkError<E>>>,
    E: ProvideErrorMetadata + StdError + 'static,
{
    let mut answer = Answer::default();
    let mut token: Option<String> = None;
    watch.tell(what, 0);
    loop {
        let page = ask(token.clone()).await.map_err(|error| Failure::of(&error))?;
        let next = take(page, &mut answer).filter(|next| !next.is_empty());
        watch.tell(what, answer.size());
        match next {
            None => return Ok(answer),
            next if next == token => return Err(Failure::Other("the same page twice".to_owned())),
            next => token = next,
        }
    }
}

impl Answer {
    /// How many objects it lists.
    fn size(&self) -> usize {
        let entries = self.prefix_list_entries.iter().flat_map(|lists| lists.values());
        self.security_groups.0.len()
            + self.security_group_rules.as_ref().map_or(0, |rules| rules.0.len())
            + self.network_interfaces.0.len()
            + self.reservations.0.len()
            + self.subnets.0.len()
            + self.vpcs.0.len()
            + self.vpc_peering_connections.0.len()
            + self.managed_prefix_lists.0.len()
            + entries.map(|list| list.0.len()).sum::<usize>()
            + self.security_group_vpc_associations.0.len()
    }

    /// Takes over what another answer lists.
    pub(super) fn absorb(&mut self, other: Self) {
        self.security_groups.0.extend(other.security_groups.0);
        if let Some(rules) = other.security_group_rules {
            self.security_group_rules.get_or_insert_default().0.extend(rules.0);
        }
        self.network_interfaces.0.extend(other.network_interfaces.0);
        self.reservations.0.extend(other.reservations.0);
        self.subnets.0.extend(other.subnets.0);
        self.vpcs.0.extend(other.vpcs.0);
        self.vpc_peering_connections.0.extend(other.vpc_peering_connections.0);
        self.managed_prefix_lists.0.extend(other.managed_prefix_lists.0);
        if let Some(entries) = other.prefix_list_entries {
            self.prefix_list_entries.get_or_insert_default().extend(entries);
        }
        self.security_group_vpc_associations.0.extend(other.security_group_vpc_associations.0);
    }
}
