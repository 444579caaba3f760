//! The account and region that a thing is in.

use std::fmt;
use std::sync::Arc;

/// An account and a region (`111122223333/eu-west-1`), because names are only unique there. Either part
/// may be unknown, and is empty then.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AccountRegion(Arc<str>);

impl AccountRegion {
    /// Joins the two; an empty text is an unknown part.
    pub fn new(account: &str, region: &str) -> Self {
        Self(format!("{account}/{region}").into())
    }

    /// Returns what an ARN tells, if it tells both (`arn:partition:service:region:account:resource`).
    pub(crate) fn of_arn(arn: &str) -> Option<Self> {
        let (region, account) = Self::parts_of_arn(arn);
        Some(Self::new(account?, region?))
    }

    /// Returns the region and account of an ARN.
    pub(crate) fn parts_of_arn(arn: &str) -> (Option<&str>, Option<&str>) {
        let mut parts = arn.split(':').skip(3).map(|part| Some(part).filter(|part| !part.is_empty()));
        (parts.next().flatten(), parts.next().flatten())
    }

    /// Returns both parts.
    fn parts(&self) -> (&str, &str) {
        self.0.split_once('/').unwrap_or((&self.0, ""))
    }

    /// Returns the account, if known.
    pub fn account(&self) -> Option<&str> {
        Some(self.parts().0).filter(|account| !account.is_empty())
    }

    /// Returns the region, if known.
    pub fn region(&self) -> Option<&str> {
        Some(self.parts().1).filter(|region| !region.is_empty())
    }

    /// Tells whether both parts are known.
    pub fn is_whole(&self) -> bool {
        self.account().is_some() && self.region().is_some()
    }

    /// Tells whether one thing cannot be in both.
    pub fn contradicts(&self, other: &Self) -> bool {
        let differ =
            |one: Option<&str>, other: Option<&str>| one.is_some() && other.is_some() && one != other;
        self != other && (differ(self.account(), other.account()) || differ(self.region(), other.region()))
    }
}

impl fmt::Display for AccountRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.trim_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::AccountRegion;

    #[test]
    fn an_unknown_part_contradicts_nothing() {
        let [whole, other, region] = [("1", "eu"), ("1", "us"), ("", "eu")]
            .map(|(account, region)| AccountRegion::new(account, region));
        assert!(whole.contradicts(&other) && region.contradicts(&other) && other.contradicts(&region));
        assert!(!whole.contradicts(&region) && !region.contradicts(&whole) && !whole.contradicts(&whole));
        assert!(whole.is_whole() && !region.is_whole());
        assert_eq!([whole.to_string(), region.to_string()], ["1/eu", "eu"]);
    }
}
