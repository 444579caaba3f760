//! Why live AWS could not be read, told to people: what it is, and what to type.

use std::fmt;
use std::io;
use std::time::Duration;

use super::Failure;

/// Why live AWS could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing says which region is meant.
    #[error(
        "no region for {identity}: add `--region eu-west-1`, set AWS_REGION, or give the profile one with \
         `aws configure set region eu-west-1{}`", .identity.option()
    )]
    NoRegion {
        /// For whom.
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
    #[error(
        "{identity} cannot be assumed: {reason}; its trust policy must name the identity that assumes \
         it, and that identity needs sts:AssumeRole for it"
    )]
    NoRole {
        /// The role, and from whose credentials.
        identity: Identity,
        /// Why not.
        reason: String,
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
    /// Tells whether the identity is shut out of a region, rather than anything being wrong.
    pub(super) fn is_of_region(&self) -> bool {
        matches!(self, Self::Call(call) if call.failure.is_of_region())
    }
}

/// Whose credentials are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The profile, by `--profile` or `AWS_PROFILE`.
    pub profile: Option<String>,
    /// The role that is assumed with the profile's credentials.
    pub role: Option<String>,
}

impl Identity {
    /// How the AWS CLI is told the profile.
    fn option(&self) -> String {
        self.profile.as_ref().map(|profile| format!(" --profile {profile}")).unwrap_or_default()
    }

    /// What to type for new credentials.
    fn login(&self) -> String {
        let option = self.option();
        match &self.profile {
            Some(_) => format!("type `aws sso login{option}`, or `aws configure{option}` for access keys"),
            None => "name a profile with `--profile`, type `aws configure`, or set AWS_ACCESS_KEY_ID and \
                     AWS_SECRET_ACCESS_KEY"
                .to_owned(),
        }
    }
}

impl fmt::Display for Identity {
    /// `profile prod`, in backticks, and the role if there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let profile = match &self.profile {
            Some(profile) => format!("profile `{profile}`"),
            None => "the default credentials".to_owned(),
        };
        match &self.role {
            Some(role) => write!(f, "role `{role}` from {profile}"),
            None => f.write_str(&profile),
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
            Some(address) => format!("`{address}`"),
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
                "{endpoint} does not accept {identity} ({code}): its credentials are wrong, or the region is \
                 not enabled for the account; {who}"
            ),
            Failure::Invalid(code) => {
                write!(
                    f,
                    "AWS does not know the credentials of {identity} ({code}); {who}, or {}",
                    identity.login()
                )
            }
            Failure::Expired(code) => write!(
                f,
                "the credentials of {identity} have expired ({code}); {}; if they are new, this machine's \
                 clock is wrong",
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
                let seconds = self.timeout.as_secs();
                write!(
                    f,
                    "{endpoint} gave `{action}` no answer within {seconds} s; wait longer with `--timeout {}`",
                    seconds.saturating_mul(5).min(3600)
                )
            }
            Failure::Unreachable(reason) => {
                let (asked, name) = match &self.endpoint {
                    Some(address) => (format!("`{address}` for {region}"), "the address"),
                    None => (endpoint, "the name of the region"),
                };
                write!(f, "cannot reach {asked}: {reason}; check {name}, the network and the proxy")
            }
            Failure::Other(reason) => write!(f, "`{action}` failed for {identity} in {region}: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(failure: Failure, role: Option<&str>, endpoint: Option<&str>) -> String {
        let identity = Identity { profile: Some("prod".to_owned()), role: role.map(str::to_owned) };
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
            "`http://localhost:5000` gave `ec2:DescribeSecurityGroups` no answer within 60 s; wait longer \
             with `--timeout 300`"
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
        let identity = Identity { profile: None, role: None };
        assert!(
            Error::NoRegion { identity: identity.clone() }
                .to_string()
                .starts_with("no region for the default credentials: ")
        );
        let error = Error::NoCredentials { identity, reason: "there are none".to_owned() };
        assert!(error.to_string().contains("`aws configure`"), "{error}");
    }
}
