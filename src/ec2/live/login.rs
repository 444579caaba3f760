//! Credentials and configuration, as the AWS CLI finds them.

use std::env;
use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_sdk_ec2::config::retry::RetryConfig;
use aws_sdk_ec2::config::timeout::TimeoutConfig;
use aws_sdk_ec2::config::{Credentials, ProvideCredentials, Region, SharedCredentialsProvider};
use aws_sdk_sts::error::SdkError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;

use super::failure::{self, Failure};
use super::{Error, Identity, Options};

/// How often a call is tried, unless the user's configuration says so. A scan of many regions meets
/// EC2's limits more easily than the default of three allows for.
const ATTEMPTS: u32 = 8;

/// How often the SDK tries by itself.
const USUAL_ATTEMPTS: u32 = 3;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);

/// How long credentials may take: a login helper may ask a person.
const LOGIN: Duration = Duration::from_mins(2);

/// How long the question for the account may take. Answers do without it.
const WHOAMI: Duration = Duration::from_secs(5);

/// Where to ask for regions when nothing says so.
const FIRST_REGION: Region = Region::from_static("us-east-1");

/// An identity with its credentials, and the configuration that goes with them.
#[derive(Debug, Clone)]
pub(super) struct Login {
    pub(super) identity: Identity,
    pub(super) config: SdkConfig,
}

/// Logs in with each profile and each role.
pub(super) async fn all(options: &Options) -> Result<Vec<Login>, Error> {
    let named: Vec<Option<&str>> = options.profiles.iter().map(|name| Some(name.as_str())).collect();
    let profiles = if named.is_empty() { vec![None] } else { named };
    let mut logins = Vec::new();
    for profile in profiles {
        let login = with_profile(options, profile).await?;
        for role in &options.role_arns {
            logins.push(with_role(options, profile, role, &login).await?);
        }
        if options.role_arns.is_empty() {
            logins.push(login);
        }
    }
    Ok(logins)
}

/// What is configured for a profile, without its credentials being asked for.
fn loader(options: &Options, profile: Option<&str>) -> ConfigLoader {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(options.timeout.min(CONNECT))
        .operation_attempt_timeout(options.timeout)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts);
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = options.regions.first() {
        loader = loader.region(Region::new(region.clone()));
    }
    loader
}

async fn with_profile(options: &Options, profile: Option<&str>) -> Result<Login, Error> {
    let from_env = || env::var("AWS_PROFILE").ok().filter(|name| !name.is_empty());
    let identity = Identity { profile: profile.map(str::to_owned).or_else(from_env), role: None };
    let mut config = loader(options, profile).load().await;
    if config.region().is_none() {
        // Any region knows all regions.
        if !options.all_regions {
            return Err(Error::NoRegion { identity });
        }
        config = config.into_builder().region(FIRST_REGION).build();
    }
    let no_credentials = |reason| Error::NoCredentials { identity: identity.clone(), reason };
    let provider = match profile {
        // A profile that is named wins over keys in the environment, as in the AWS CLI. The SDK's
        // own chain takes the keys, and would read one account for all profiles.
        Some(name) => SharedCredentialsProvider::new(
            ProfileFileCredentialsProvider::builder()
                .configure(&ProviderConfig::without_region().with_region(config.region().cloned()))
                .profile_name(name)
                .build(),
        ),
        None => config.credentials_provider().ok_or_else(|| no_credentials("there are none".to_owned()))?,
    };
    let credentials = credentials(&provider).await.map_err(|(reason, _)| no_credentials(reason))?;
    Ok(Login { config: with_credentials(config, credentials), identity })
}

async fn with_role(
    options: &Options,
    profile: Option<&str>,
    role: &str,
    login: &Login,
) -> Result<Login, Error> {
    let mut base = match &options.endpoint_url {
        // Set for all services, and so for STS: nothing else is asked with this configuration.
        Some(url) => {
            let config = loader(options, profile).endpoint_url(url).no_credentials().load().await;
            config.into_builder().region(login.config.region().cloned())
        }
        None => login.config.to_builder(),
    };
    base.set_credentials_provider(login.config.credentials_provider());
    let base = base.retry_config(RetryConfig::standard()).build();
    let provider = AssumeRoleProvider::builder(role).session_name("sglens").configure(&base).build().await;
    let identity = Identity { role: Some(role.to_owned()), ..login.identity.clone() };
    match credentials(&provider).await {
        Ok(credentials) => {
            Ok(Login { identity, config: with_credentials(login.config.clone(), credentials) })
        }
        Err((_, Some(failure))) if failure.is_of_credentials() => {
            Err(Error::NoCredentials { identity: login.identity.clone(), reason: failure.reason() })
        }
        Err((reason, _)) => Err(Error::NoRole { identity, reason }),
    }
}

/// The configuration for calls with these credentials.
fn with_credentials(config: SdkConfig, credentials: Credentials) -> SdkConfig {
    let retries = config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
    let is_usual = retries.max_attempts() == USUAL_ATTEMPTS && env::var_os("AWS_MAX_ATTEMPTS").is_none();
    let retries = if is_usual { retries.with_max_attempts(ATTEMPTS) } else { retries };
    config
        .into_builder()
        .retry_config(retries)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

/// Asks for credentials once, so that a missing login is told once and not by each call.
async fn credentials(provider: &impl ProvideCredentials) -> Result<Credentials, (String, Option<Failure>)> {
    let Ok(answer) = tokio::time::timeout(LOGIN, provider.provide_credentials()).await else {
        return Err((format!("none within {} s", LOGIN.as_secs()), None));
    };
    answer.map_err(|error| {
        let chain = std::iter::successors(Some(&error as &(dyn std::error::Error + 'static)), |e| e.source());
        let refused = chain.filter_map(|error| error.downcast_ref::<SdkError<AssumeRoleError>>()).last();
        let failure = refused.map(Failure::of);
        let reason = failure.as_ref().map_or_else(|| words(&failure::cause(&error)), ToString::to_string);
        (reason, failure)
    })
}

/// What the SDK says, without what a login helper printed, which may be a secret.
fn words(text: &str) -> String {
    if text.starts_with("no credentials found in chain") {
        return "there are none in the environment, in a profile, or for this machine".to_owned();
    }
    let helper = [" Stderr: ", ", could not parse response"];
    let end = helper.iter().filter_map(|mark| text.find(mark)).min().unwrap_or(text.len());
    text[..end].trim_end_matches('.').to_owned()
}

/// The account of a login, if STS tells it soon.
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
