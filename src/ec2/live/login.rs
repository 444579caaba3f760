//! Credentials and configuration, as the AWS CLI finds them.

use std::env;
use std::time::Duration;

use aws_config::profile::{Profile, ProfileFileCredentialsProvider, ProfileSet};
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_sdk_ec2::config::retry::RetryConfig;
use aws_sdk_ec2::config::timeout::TimeoutConfig;
use aws_sdk_ec2::config::{Credentials, ProvideCredentials, Region, SharedCredentialsProvider};
use aws_sdk_sts::error::SdkError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;

use super::error::{CredentialSource, Error, Identity};
use super::failure::{self, Failure};
use super::helper;
use super::options::Options;
use super::profiles;
use super::region_name::RegionName;

/// How often a call is tried, unless `AWS_MAX_ATTEMPTS` says so. A scan of many regions meets EC2's
/// limits more easily than the default of three allows for.
const ATTEMPTS: u32 = 8;

/// The highest number of attempts that `AWS_MAX_ATTEMPTS` may ask for.
const MAX_ATTEMPTS: u32 = 50;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);

/// Credentials may take so many times what a call may, two minutes unless the user says: a login helper may
/// ask a person.
const LOGIN: u32 = 2;

/// How long the call for the account may take. Answers need no account.
const WHOAMI: Duration = Duration::from_secs(5);

/// The region that is asked for all regions when none is configured.
const FIRST_REGION: Region = Region::from_static("us-east-1");

/// An identity with its credentials, and the configuration that goes with them.
#[derive(Debug, Clone)]
pub(super) struct Login {
    pub(super) identity: Identity,
    pub(super) config: SdkConfig,
}

/// Logs in with each profile and each role.
pub(super) async fn all(options: &Options) -> Result<Vec<Login>, Error> {
    let profiles = profiles::read().await?;
    let named: Vec<Option<&str>> = options.profiles.iter().map(|name| Some(name.as_str())).collect();
    let named = if named.is_empty() { vec![None] } else { named };
    let mut logins = Vec::new();
    for profile in named {
        let login = with_profile(options, profile, &profiles).await?;
        for role in &options.role_arns {
            logins.push(with_role(options, profile, role, &login).await?);
        }
        if options.role_arns.is_empty() {
            logins.push(login);
        }
    }
    Ok(logins)
}

/// Returns a variable of the environment that is not blank.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// Returns the identity that the SDK's chain finds: keys in the environment, else the profile.
fn identity(profile: Option<&str>) -> Identity {
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    let source = match profile {
        Some(name) => CredentialSource::Profile(name.to_owned()),
        None if keys.iter().all(|name| variable(name).is_some()) => CredentialSource::Environment,
        None => variable("AWS_PROFILE").map_or(CredentialSource::Default, CredentialSource::Profile),
    };
    Identity { source, role: None }
}

/// Returns the region of the option, the environment or the profile. An empty one counts as missing,
/// though the SDK would take it for a region.
fn said_region(options: &Options, own: Option<&Profile>) -> Option<String> {
    let option = options.regions.first().cloned();
    let said = option.or_else(|| variable("AWS_REGION")).or_else(|| variable("AWS_DEFAULT_REGION"));
    said.or_else(|| own?.get("region").filter(|region| !region.is_empty()).map(str::to_owned))
}

/// Returns the configuration of a profile, without asking for its credentials.
fn loader(options: &Options, profile: Option<&str>, region: Option<String>) -> ConfigLoader {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(options.timeout.min(CONNECT))
        .operation_attempt_timeout(options.timeout)
        // Attempts and the pauses between them together.
        .operation_timeout(options.timeout)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts)
        // Set here, because the SDK panics at an unknown number or mode in the environment or the
        // profile.
        .retry_config(RetryConfig::standard());
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = region {
        loader = loader.region(Region::new(region));
    }
    loader
}

async fn with_profile(
    options: &Options,
    profile: Option<&str>,
    profiles: &ProfileSet,
) -> Result<Login, Error> {
    let identity = identity(profile);
    if let CredentialSource::Profile(name) = &identity.source {
        profiles::check(profiles, name)?;
    }
    let name = profile.map(str::to_owned).or_else(|| variable("AWS_PROFILE"));
    let own = profiles.get_profile(name.as_deref().unwrap_or("default"));
    let mut config = loader(options, profile, said_region(options, own)).load().await;
    let said = config.region().map(ToString::to_string).filter(|region| !region.is_empty());
    match said {
        Some(said) => drop(RegionName::new(said)?),
        // Any region lists all regions.
        None if options.all_regions => config = config.into_builder().region(FIRST_REGION).build(),
        None => return Err(Error::NoRegion { identity }),
    }
    let patience = options.timeout.saturating_mul(LOGIN);
    let is_of_profile = identity.source != CredentialSource::Environment;
    if let Some(command) = own.filter(|_| is_of_profile).and_then(helper::of) {
        return match helper::credentials(command, patience).await {
            Ok(credentials) => Ok(Login { config: with_credentials(config, credentials), identity }),
            Err(reason) => Err(Error::NoCredentials { identity, reason }),
        };
    }
    let provider = match profile {
        // A profile that is named wins over keys in the environment, as in the AWS CLI. The SDK's
        // own chain takes the keys, and would read one account for all profiles.
        Some(name) => SharedCredentialsProvider::new(
            ProfileFileCredentialsProvider::builder()
                .configure(&ProviderConfig::without_region().with_region(config.region().cloned()))
                .profile_name(name)
                .build(),
        ),
        None => config.credentials_provider().ok_or_else(|| Error::NoCredentials {
            identity: identity.clone(),
            reason: "there are none".to_owned(),
        })?,
    };
    match credentials(&provider, patience).await {
        Ok(credentials) => Ok(Login { config: with_credentials(config, credentials), identity }),
        Err(refusal) => {
            // A profile may name a role; only STS's own answer is about it.
            let role = own.and_then(|profile| profile.get("role_arn"));
            let role = role.filter(|_| refusal.failure.is_some());
            Err(refusal.told(&identity, role))
        }
    }
}

async fn with_role(
    options: &Options,
    profile: Option<&str>,
    role: &str,
    login: &Login,
) -> Result<Login, Error> {
    let mut base = match &options.endpoint_url {
        // The address holds for all services, so for STS too; this configuration asks nothing else.
        Some(url) => {
            let region = login.config.region().map(ToString::to_string);
            let config = loader(options, profile, region).endpoint_url(url).no_credentials().load().await;
            config.into_builder()
        }
        None => login.config.to_builder(),
    };
    base.set_credentials_provider(login.config.credentials_provider());
    let base = base.retry_config(RetryConfig::standard()).build();
    let provider = AssumeRoleProvider::builder(role).session_name("sglens").configure(&base).build().await;
    match credentials(&provider, options.timeout.saturating_mul(LOGIN)).await {
        Ok(credentials) => Ok(Login {
            identity: login.identity.with_role(role),
            config: with_credentials(login.config.clone(), credentials),
        }),
        Err(refusal) => Err(refusal.told(&login.identity, Some(role))),
    }
}

/// Returns the configuration for calls with some credentials.
fn with_credentials(config: SdkConfig, credentials: Credentials) -> SdkConfig {
    let attempts = attempts(variable("AWS_MAX_ATTEMPTS").as_deref());
    config
        .into_builder()
        .retry_config(RetryConfig::standard().with_max_attempts(attempts))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

/// Returns how often to try a call. A value of the environment that is no such number is ignored.
fn attempts(said: Option<&str>) -> u32 {
    let said = said.and_then(|text| text.trim().parse().ok());
    said.filter(|attempts| (1..=MAX_ATTEMPTS).contains(attempts)).unwrap_or(ATTEMPTS)
}

/// Why there are no credentials.
struct Refusal {
    reason: String,
    /// The answer of STS, where a role is to be assumed.
    failure: Option<Failure>,
}

impl Refusal {
    /// Returns the error, which is about the role unless the credentials to assume it are of no use.
    fn told(self, identity: &Identity, role: Option<&str>) -> Error {
        let Self { reason, failure } = self;
        match role {
            Some(role) if !failure.as_ref().is_some_and(Failure::is_of_credentials) => Error::NoRole {
                identity: identity.with_role(role),
                reason,
                is_denied: matches!(failure, Some(Failure::Denied(_))),
            },
            _ => Error::NoCredentials { identity: identity.clone(), reason },
        }
    }
}

/// Fetches credentials once, so that a missing login is reported once and not by each call.
async fn credentials(provider: &impl ProvideCredentials, patience: Duration) -> Result<Credentials, Refusal> {
    let Ok(answer) = tokio::time::timeout(patience, provider.provide_credentials()).await else {
        return Err(Refusal { reason: format!("none within {} s", patience.as_secs()), failure: None });
    };
    answer.map_err(|error| {
        let chain = std::iter::successors(Some(&error as &(dyn std::error::Error + 'static)), |e| e.source());
        let refused = chain.filter_map(|error| error.downcast_ref::<SdkError<AssumeRoleError>>()).last();
        let failure = refused.map(Failure::of);
        let reason = failure.as_ref().map_or_else(|| words(&failure::cause(&error)), ToString::to_string);
        Refusal { reason, failure }
    })
}

/// Returns the SDK's message without the output of a login helper, which may hold a secret.
fn words(text: &str) -> String {
    if text.starts_with("no credentials found in chain") {
        return "there are none in the environment, in a profile, or for this machine".to_owned();
    }
    let helper = [" Stderr: ", ", could not parse response"];
    let end = helper.iter().filter_map(|mark| text.find(mark)).min().unwrap_or(text.len());
    text[..end].trim_end_matches('.').to_owned()
}

/// Fetches the account of a login, if STS answers soon.
pub(super) async fn account(login: Login, endpoint_url: Option<String>) -> Option<String> {
    let timeouts = TimeoutConfig::builder().connect_timeout(WHOAMI / 2).operation_timeout(WHOAMI).build();
    let mut builder = aws_sdk_sts::config::Builder::from(&login.config)
        .retry_config(RetryConfig::standard().with_max_attempts(2))
        .timeout_config(timeouts);
    if let Some(url) = endpoint_url {
        builder = builder.endpoint_url(url);
    }
    let client = aws_sdk_sts::Client::from_conf(builder.build());
    client.get_caller_identity().send().await.ok()?.account
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_a_small_number() {
        assert_eq!(attempts(None), ATTEMPTS);
        assert_eq!([attempts(Some("1")), attempts(Some(" 20 ")), attempts(Some("50"))], [1, 20, 50]);
        for wrong in ["", "0", "51", "-1", "abc"] {
            assert_eq!(attempts(Some(wrong)), ATTEMPTS, "{wrong}");
        }
    }

    #[test]
    fn what_a_login_helper_prints_is_not_repeated() {
        assert_eq!(
            words(
                "Error retrieving credentials: external process exited with code exit status: 1. Stderr: k3y"
            ),
            "Error retrieving credentials: external process exited with code exit status: 1"
        );
        assert_eq!(
            words("no credentials found in chain. Attempted:\n  Environment: …"),
            "there are none in the environment, in a profile, or for this machine"
        );
        assert_eq!(
            words("the SSO token has expired and cannot be refreshed"),
            "the SSO token has expired and cannot be refreshed"
        );
    }
}
