//! All calls of one region, side by side, and how those that fail are noted.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::config::Region;
use tokio::task::JoinSet;

use super::calls::{self, Call, Ended};
use super::error::{Error, FailedCall};
use super::failure::Failure;
use super::login::Login;
use super::options::Options;
use super::pages::Watch;
use super::region_name::RegionName;
use super::retry::GiveUp;
use super::whole::WholeAnswers;
use crate::ec2::document::Answer;
use crate::ec2::lenient::LenientText;

/// How many ids a reason names.
const NAMED: usize = 5;

/// Why the calls of one action have failed, with the ids that they were about.
type Lost = BTreeMap<String, BTreeSet<String>>;

/// What one identity asks of one region.
#[derive(Debug, Clone)]
pub(super) struct RegionQuery {
    pub(super) login: Login,
    pub(super) region: RegionName,
    endpoint_url: Option<String>,
    timeout: Duration,
}

impl RegionQuery {
    /// A query of a region with a login.
    pub(super) fn new(login: &Login, region: &RegionName, options: &Options) -> Self {
        Self {
            login: login.clone(),
            region: region.clone(),
            endpoint_url: options.endpoint_url.clone(),
            timeout: options.timeout,
        }
    }

    fn client(&self) -> Client {
        let mut builder = aws_sdk_ec2::config::Builder::from(&self.login.config)
            .region(Region::new(self.region.to_string()))
            .retry_classifier(GiveUp::default())
            .interceptor(WholeAnswers);
        if let Some(url) = &self.endpoint_url {
            builder = builder.endpoint_url(url);
        }
        Client::from_conf(builder.build())
    }

    /// Returns the address that is asked, where it is not AWS's own: from `--endpoint-url`, the
    /// environment or the profile.
    fn endpoint(&self) -> Option<String> {
        let named = self.endpoint_url.clone().or_else(|| std::env::var("AWS_ENDPOINT_URL_EC2").ok());
        let named = named.or_else(|| self.login.config.endpoint_url().map(str::to_owned));
        named.as_deref().map(host)
    }

    fn error(&self, action: &'static str, failure: Failure) -> Error {
        Error::Call(Box::new(FailedCall {
            action,
            identity: self.login.identity.clone(),
            region: self.region.to_string(),
            endpoint: self.endpoint(),
            timeout: self.timeout,
            failure,
        }))
    }

    /// Fetches the names of the regions that are enabled for the account.
    pub(super) async fn regions(&self) -> Result<Vec<String>, Error> {
        match self.client().describe_regions().send().await {
            Ok(answer) => {
                let regions = answer.regions.unwrap_or_default().into_iter();
                Ok(regions.filter_map(|region| region.region_name).collect())
            }
            Err(error) => Err(self.error(calls::REGIONS, Failure::of(&error))),
        }
    }

    /// Makes all calls. Without the groups there is no answer. Any other failed call is noted, unless
    /// its failure shows that the credentials are of no use.
    pub(super) async fn collect(&self, watch: &Watch) -> Result<Answer, Error> {
        let client = self.client();
        let mut answer = self.blank();
        self.gather(calls::all(&client, watch), &mut answer).await?;
        let mentioned = mentioned(&answer);
        self.gather(calls::of_lists(&client, watch, &mentioned), &mut answer).await?;
        Ok(answer)
    }

    /// Returns the answer of a region that denies the identity everything.
    pub(super) fn left_out(&self, reason: &str) -> Answer {
        let mut answer = self.blank();
        answer.unavailable.add(calls::GROUPS, reason);
        answer
    }

    fn blank(&self) -> Answer {
        Answer { region: LenientText::from(Some(self.region.as_str())), ..Answer::default() }
    }

    async fn gather(&self, calls: Vec<Call>, answer: &mut Answer) -> Result<(), Error> {
        let mut lost: BTreeMap<&str, Lost> = BTreeMap::new();
        let mut tasks: JoinSet<_> = calls.into_iter().collect();
        while let Some(ended) = tasks.join_next().await {
            let Ok(Ended { action, about, answer: ended }) = ended else { return Err(Error::Ended) };
            match ended {
                Ok(part) => answer.absorb(part),
                Err(failure) if action == calls::GROUPS || failure.is_of_credentials() => {
                    return Err(self.error(action, failure));
                }
                Err(failure) => {
                    lost.entry(action).or_default().entry(failure.reason()).or_default().extend(about);
                }
            }
        }
        for (action, lost) in &lost {
            answer.unavailable.add(action, &reasons(lost));
        }
        Ok(())
    }
}

/// Joins the reasons with the ids that they are about: `denied for pl-1, pl-2`.
fn reasons(lost: &Lost) -> String {
    let each = lost.iter().map(|(reason, about)| {
        let named = about.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        match about.len() {
            0 => reason.clone(),
            1..=NAMED => format!("{reason} for {named}"),
            all => format!("{reason} for {named} and {} more", all - NAMED),
        }
    });
    each.collect::<Vec<_>>().join("; ")
}

/// Returns an address without its path, and without a password that may stand before the host.
fn host(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("https", address));
    let host = rest.split('/').next().and_then(|part| part.rsplit('@').next()).unwrap_or_default();
    format!("{scheme}://{host}")
}

/// Returns the prefix lists that rules mention.
fn mentioned(answer: &Answer) -> BTreeSet<String> {
    let permissions = answer.security_groups.0.iter().flat_map(|group| {
        let lists = [&group.ip_permissions, &group.ip_permissions_egress];
        lists.into_iter().flatten().flat_map(|list| &list.0)
    });
    let of_groups = permissions.flat_map(|permission| &permission.prefix_list_ids.0);
    let of_rules = answer.security_group_rules.iter().flat_map(|rules| &rules.0);
    let ids = of_groups.map(|list| &list.prefix_list_id).chain(of_rules.map(|rule| &rule.prefix_list_id));
    ids.filter_map(LenientText::get).map(str::to_owned).collect()
}

/// Returns the account that all groups belong to, if it is one.
pub(super) fn owner(answer: &Answer) -> LenientText {
    let mut owners = answer.security_groups.0.iter().map(|group| &group.owner_id);
    let first = owners.next().cloned().unwrap_or_default();
    if owners.all(|owner| *owner == first) { first } else { LenientText::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_without_passwords() {
        assert_eq!(host("http://localhost:4566"), "http://localhost:4566");
        assert_eq!(host("https://me:s3cret@gateway.example/ec2?key=1"), "https://gateway.example");
    }

    #[test]
    fn reasons_name_a_few_ids() {
        let ids = |range: std::ops::Range<usize>| range.map(|number| format!("pl-{number}")).collect();
        let lost = Lost::from([("denied".to_owned(), ids(1..3)), ("failed: x".to_owned(), ids(3..10))]);
        assert_eq!(
            reasons(&lost),
            "denied for pl-1, pl-2; failed: x for pl-3, pl-4, pl-5, pl-6, pl-7 and 2 more"
        );
        assert_eq!(reasons(&Lost::from([("denied".to_owned(), BTreeSet::new())])), "denied");
    }

    #[test]
    fn prefix_lists_and_owners_are_found_in_the_answer() {
        let answer: Answer = serde_json::from_value(serde_json::json!({
            "SecurityGroups": [
                {"GroupId": "sg-1", "OwnerId": "111122223333", "IpPermissions": [
                    {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "pl-1"}, {"PrefixListId": "pl-2"}]}]},
                {"GroupId": "sg-2", "OwnerId": "111122223333"}],
            "SecurityGroupRules": [{"SecurityGroupRuleId": "sgr-1", "PrefixListId": "pl-3"}],
        }))
        .unwrap();
        assert_eq!(mentioned(&answer), BTreeSet::from(["pl-1", "pl-2", "pl-3"].map(str::to_owned)));
        assert_eq!(owner(&answer).get(), Some("111122223333"));
        let answer: Answer = serde_json::from_value(serde_json::json!({
            "SecurityGroups": [{"GroupId": "sg-1", "OwnerId": "1"}, {"GroupId": "sg-2", "OwnerId": "2"}],
        }))
        .unwrap();
        assert_eq!(owner(&answer).get(), None, "groups of several accounts tell none");
    }
}
