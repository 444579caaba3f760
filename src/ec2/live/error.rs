//! Why live AWS could not be read. Each message names the problem and the command or option that helps.

use std::fmt;
use std::io;
use std::time::Duration;

use super::Failure;

/// How many profiles a message lists.
const NAMED: usize = 10;

/// Why live AWS could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The files that hold the profiles cannot be understood.
    #[error("the profiles of the AWS CLI cannot be read: {0}")]
    Profiles(String),
    /// No file holds the profile.
    #[error("no profile `{name}` in ~/.aws/config or ~/.aws/credentials; there are {}", some_of(.known))]
    NoProfile {
        /// Its name.
        name: String,
        /// The profiles that there are.
        known: Vec<String>,
    },
    /// No region is configured.
    #[error(
        "no region for {identity}: add `--region eu-west-1`, set AWS_REGION, or give the profile one with \
         `aws configure set region eu-west-1{}`", .identity.option()
    )]
    NoRegion {
        /// The identity.
        identity: Identity,
    },
    /// A configured region does not look like one.
    #[error("`{0}` is no region; write one as in `eu-west-1`")]
    NotRegion(String),
    /// EC2 lists no region that is enabled.
    #[error("EC2 lists no region for {identity}; name one with `--region`")]
    NoRegions {
        /// The identity.
        identity: Identity,
    },
    /// There are no credentials, or they cannot be had.
    #[error("no credentials for {identity}: {reason}; {}", .identity.login())]
    NoCredentials {
        /// Whose.
        identity: Identity,
        /// Why not.
        reason: String,
    },
    /// The role cannot be assumed.
    #[error("{identity} cannot be assumed: {reason}{}", advice(*.is_denied))]
    NoRole {
        /// The role, and from whose credentials.
        identity: Identity,
        /// Why not.
        reason: String,
        /// Whether that is for want of a permission.
        is_denied: bool,
    },
    /// EC2 lists more regions than AWS can have.
    #[error("{regions} regions for {identity} are more than AWS has; name some with `--region`")]
    TooManyRegions {
        /// How many.
        regions: usize,
        /// The identity.
        identity: Identity,
    },
    /// All calls together took too long.
    #[error(
        "AWS was not read to its end within {} s; name fewer regions with `--region`, or wait longer with \
         `--timeout {}`", .patience.as_secs(), longer(*.timeout)
    )]
    TooLong {
        /// How long they could take.
        patience: Duration,
        /// How long one call could take.
        timeout: Duration,
    },
    /// A call that nothing goes without has failed.
    #[error("{0}")]
    Call(Box<FailedCall>),
    /// The collector cannot start.
    #[error("the collector cannot start")]
    Start(#[source] io::Error),
    /// The collector ended early: a mistake of ours.
    #[error("the collector ended before it had asked for everything; please report this")]
    Ended,
}

impl Error {
    /// The reason in a few words, when the identity is shut out of a region rather than anything
    /// being wrong.
    pub(super) fn shut_out(&self) -> Option<String> {
        match self {
            Self::Call(call) if call.failure.is_of_region() => Some(call.failure.reason()),
            _ => None,
        }
    }
}

/// The first of some names, and how many more there are.
fn some_of(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => "none".to_owned(),
        1..=NAMED => shown,
        all => format!("{shown} and {} more", all - NAMED),
    }
}

/// A longer time to wait for a call, in seconds.
fn longer(timeout: Duration) -> u64 {
    timeout.as_secs().saturating_mul(5).min(3600)
}

/// What helps against a denial, and against nothing else.
fn advice(is_denied: bool) -> &'static str {
    if is_denied {
        "; its trust policy must name the identity that assumes it, and that identity needs sts:AssumeRole \
         for it"
    } else {
        ""
    }
}

/// Where credentials come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialSource {
    /// A profile, by `--profile` or `AWS_PROFILE`.
    Profile(String),
    /// The keys in the environment.
    Environment,
    /// Nothing names them: the default profile, or the role of the machine.
    Default,
}

/// Whose credentials are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Where they come from.
    pub source: CredentialSource,
    /// The role that is assumed with them.
    pub role: Option<String>,
}

impl Identity {
    /// The same credentials, with a role that is assumed with them.
    pub(super) fn with_role(&self, role: &str) -> Self {
        Self { role: Some(role.to_owned()), ..self.clone() }
    }

    /// Returns the AWS CLI's option for the profile.
    fn option(&self) -> String {
        match &self.source {
            CredentialSource::Profile(name) => format!(" --profile {name}"),
            CredentialSource::Environment | CredentialSource::Default => String::new(),
        }
    }

    /// What to type for new credentials.
    fn login(&self) -> String {
        let option = self.option();
        match self.source {
            CredentialSource::Profile(_) => {
                format!("type `aws sso login{option}`, or `aws configure{option}` for access keys")
            }
            CredentialSource::Environment => "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, where they \
                                              have one, AWS_SESSION_TOKEN anew, or name a profile with \
                                              `--profile`"
                .to_owned(),
            CredentialSource::Default => "name a profile with `--profile`, type `aws configure`, or set \
                                          AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                .to_owned(),
        }
    }

    /// The credentials, as a noun.
    fn credentials(&self) -> String {
        match self {
            Self { source: CredentialSource::Environment, role: None } => self.to_string(),
            _ => format!("the credentials of {self}"),
        }
    }
}

impl fmt::Display for Identity {
    /// `profile prod`, in backticks, and the role if there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(role) = &self.role {
            write!(f, "role `{role}` from ")?;
        }
        match &self.source {
            CredentialSource::Profile(name) => write!(f, "profile `{name}`"),
            CredentialSource::Environment => f.write_str("the keys in the environment"),
            CredentialSource::Default => f.write_str("the default identity"),
        }
    }
}

/// A call that failed, and where.
#[derive(Debug)]
pub struct FailedCall {
    /// Its IAM action.
    pub action: &'static str,
    /// Whose credentials it used.
    pub identity: Identity,
    /// In which region.
    pub region: String,
    /// The address that was asked, where it is not AWS's own.
    pub endpoint: Option<String>,
    /// How long an attempt could take.
    pub timeout: Duration,
    /// Why it failed.
    pub failure: Failure,
}

impl fmt::Display for FailedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { action, identity, region, failure, .. } = self;
        let option = identity.option();
        let endpoint = match &self.endpoint {
            Some(address) => format!("`{address}` for {region}"),
            None => format!("EC2 in {region}"),
        };
        let who = format!("check with `aws sts get-caller-identity{option}` who you are");
        match failure {
            Failure::Denied(code) => write!(
                f,
                "`{action}` was denied for {identity} in {region} ({code}); `sglens iam-policy` prints what \
                 sglens needs"
            ),
            Failure::Rejected(code) => write!(
                f,
                "{endpoint} does not accept {identity} ({code}): the credentials are wrong, or the region is \
                 not enabled for the account; {who}"
            ),
            Failure::Invalid(code) => {
                write!(
                    f,
                    "AWS does not know {} ({code}); {who}, or {}",
                    identity.credentials(),
                    identity.login()
                )
            }
            Failure::Expired(code) => write!(
                f,
                "{} have expired ({code}); {}; if they are new, this machine's clock is wrong",
                identity.credentials(),
                identity.login()
            ),
            Failure::NotEnabled(code) => write!(
                f,
                "{region} is not enabled for the account of {identity} ({code}); enable it, or name other \
                 regions with `--region`"
            ),
            Failure::Throttled(code) => write!(
                f,
                "{endpoint} throttles `{action}` ({code}), after all attempts; try again later, name fewer \
                 regions, or set AWS_MAX_ATTEMPTS=20"
            ),
            Failure::Unsupported => {
                write!(f, "{endpoint} does not support `{action}`; check `--endpoint-url`")
            }
            Failure::Page(status) => write!(
                f,
                "{endpoint} answered `{action}` with a web page (HTTP {status}), which is not EC2; check \
                 `--endpoint-url`, and the proxy or login page in between"
            ),
            Failure::TimedOut => {
                let (seconds, longer) = (self.timeout.as_secs(), longer(self.timeout));
                write!(
                    f,
                    "{endpoint} gave `{action}` no answer within {seconds} s; wait longer with `--timeout \
                     {longer}`"
                )
            }
            Failure::Unreachable(reason) => {
                let name = if self.endpoint.is_some() { "the address" } else { "the name of the region" };
                write!(f, "cannot reach {endpoint}: {reason}; check {name}, the network and the proxy")
            }
            Failure::Untrusted(reason) => {
                write!(f, "no secure connection to {endpoint}: {reason}")
            }
            Failure::TooLarge => write!(
                f,
                "{endpoint} answered `{action}` with more than any answer of EC2 has; check `--endpoint-url`"
            ),
            Failure::Other(reason) => write!(f, "`{action}` failed for {identity} in {region}: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(failure: Failure, role: Option<&str>, endpoint: Option<&str>) -> String {
        let source = CredentialSource::Profile("prod".to_owned());
        let identity = Identity { source, role: role.map(str::to_owned) };
        let call = FailedCall {
            action: "ec2:DescribeSecurityGroups",
            identity,
            region: "eu-west-1".to_owned(),
            endpoint: endpoint.map(str::to_owned),
            timeout: Duration::from_mins(1),
            failure,
        };
        Error::Call(Box::new(call)).to_string()
    }

    #[test]
    fn messages_say_what_to_type() {
        assert_eq!(
            told(Failure::Denied("UnauthorizedOperation".to_owned()), None, None),
            "`ec2:DescribeSecurityGroups` was denied for profile `prod` in eu-west-1 \
             (UnauthorizedOperation); `sglens iam-policy` prints what sglens needs"
        );
        assert_eq!(
            told(Failure::TimedOut, None, Some("http://localhost:5000")),
            "`http://localhost:5000` for eu-west-1 gave `ec2:DescribeSecurityGroups` no answer within 60 s; \
             wait longer with `--timeout 300`"
        );
        assert_eq!(
            told(Failure::Unreachable("Connection refused".to_owned()), None, None),
            "cannot reach EC2 in eu-west-1: Connection refused; check the name of the region, the network \
             and the proxy"
        );
        let expired = told(Failure::Expired("ExpiredToken".to_owned()), Some("arn:aws:iam::1:role/r"), None);
        assert!(expired.contains("role `arn:aws:iam::1:role/r` from profile `prod`"), "{expired}");
        assert!(expired.contains("`aws sso login --profile prod`"), "{expired}");
    }

    #[test]
    fn an_error_names_whose_it_is() {
        let identity = Identity { source: CredentialSource::Default, role: None };
        assert!(
            Error::NoRegion { identity: identity.clone() }
                .to_string()
                .starts_with("no region for the default identity: ")
        );
        let error = Error::NoCredentials { identity, reason: "there are none".to_owned() };
        assert!(error.to_string().contains("`aws configure`"), "{error}");
        let keys = Identity { source: CredentialSource::Environment, role: None };
        assert_eq!(keys.credentials(), "the keys in the environment");
        let role = keys.with_role("r");
        assert_eq!(role.credentials(), "the credentials of role `r` from the keys in the environment");
        let error = |is_denied| Error::NoRole { identity: role.clone(), reason: "x".to_owned(), is_denied };
        assert!(error(true).to_string().contains("trust policy"));
        assert!(error(false).to_string().ends_with("cannot be assumed: x"));
    }

    #[test]
    fn a_profile_that_is_not_there_is_told_with_those_that_are() {
        let told = |known: &[&str]| {
            let known = known.iter().map(|name| (*name).to_owned()).collect();
            Error::NoProfile { name: "x".to_owned(), known }.to_string()
        };
        assert_eq!(
            told(&["a", "b"]),
            "no profile `x` in ~/.aws/config or ~/.aws/credentials; there are a, b"
        );
        assert!(told(&[]).ends_with("there are none"));
        assert!(told(&["a"; 12]).ends_with(", a and 2 more"));
    }
}
