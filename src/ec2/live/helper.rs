//! The login helper of a profile (`credential_process`), run within bounds: the SDK would leave one that
//! hangs running, and read one that prints without end into memory.

use std::io::IsTerminal as _;
use std::process::Stdio;
use std::time::Duration;

use aws_config::profile::Profile;
use aws_sdk_ec2::config::Credentials;
use serde_json::{Map, Value};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};

/// How much a helper may print. Credentials with a long session token take some two kilobytes.
const OUTPUT: u64 = 64 * 1024;

/// What makes the SDK look elsewhere than at the helper of a profile.
const BEFORE: [&str; 5] =
    ["role_arn", "web_identity_token_file", "sso_session", "sso_start_url", "sso_account_id"];

/// Returns the command of a profile's helper, unless the profile has its credentials from elsewhere.
/// A helper of a profile that is another's `source_profile` is left to the SDK.
pub(super) fn of(profile: &Profile) -> Option<&str> {
    let is_elsewhere = BEFORE.iter().any(|key| profile.get(key).is_some());
    profile.get("credential_process").filter(|_| !is_elsewhere)
}

/// Runs a helper and reads the credentials that it prints. The reason of a failure holds nothing of what
/// it printed, which may be a secret.
pub(super) async fn credentials(command: &str, patience: Duration) -> Result<Credentials, String> {
    let mut running = Running::start(command)?;
    match tokio::time::timeout(patience, running.output()).await {
        Ok(printed) => parse(&printed?),
        Err(_) => Err(format!("its login helper did not end within {} s", patience.as_secs())),
    }
}

/// A helper that runs. It ends with this value, and what it started too, where the system can tell.
struct Running {
    child: Child,
    /// Whether it is in a process group of its own.
    is_group: bool,
}

impl Running {
    fn start(command: &str) -> Result<Self, String> {
        let mut shell = shell(command);
        shell.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        // Who asks a person at the terminal must stay in the terminal's own process group.
        let is_group = cfg!(unix) && !std::io::stdin().is_terminal();
        #[cfg(unix)]
        if is_group {
            shell.process_group(0);
        }
        let child = shell.spawn();
        let child = child.map_err(|error| format!("its login helper cannot be started: {}", error.kind()))?;
        Ok(Self { child, is_group })
    }

    async fn output(&mut self) -> Result<Vec<u8>, String> {
        let stdout = self.child.stdout.take().expect("standard output is piped");
        let mut printed = Vec::new();
        let read = stdout.take(OUTPUT + 1).read_to_end(&mut printed).await;
        read.map_err(|error| format!("its login helper cannot be read: {}", error.kind()))?;
        if printed.len() as u64 > OUTPUT {
            return Err(format!("its login helper prints more than {} KiB", OUTPUT / 1024));
        }
        let ended = self.child.wait().await;
        let ended = ended.map_err(|error| format!("its login helper cannot be read: {}", error.kind()))?;
        if ended.success() { Ok(printed) } else { Err(format!("its login helper failed ({ended})")) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // There is no id when it has ended and was waited for.
        let id = self.child.id().filter(|_| self.is_group);
        #[cfg(unix)]
        if let Some(group) = id.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw)
        {
            // It may have ended by itself.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        #[cfg(not(unix))]
        let _ = id;
    }
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell
}

/// `cmd` takes off the outer quotes, and its own rules hold for what is within them.
#[cfg(not(unix))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd.exe");
    shell.arg("/C");
    #[cfg(windows)]
    shell.raw_arg(format!("\"{command}\""));
    #[cfg(not(windows))]
    shell.arg(command);
    shell
}

/// Reads what a helper prints (AWS SDKs and Tools Reference Guide, process credential provider). The keys'
/// case does not matter, as in the SDK.
fn parse(printed: &[u8]) -> Result<Credentials, String> {
    let object: Map<String, Value> = serde_json::from_slice(printed)
        .map_err(|_| "its login helper does not print a JSON object".to_owned())?;
    let field =
        |name: &str| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let text = |name: &str| field(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let needed = |name: &str| text(name).ok_or_else(|| format!("its login helper prints no `{name}`"));
    if field("Version").and_then(Value::as_i64) != Some(1) {
        return Err("its login helper does not print `\"Version\": 1`".to_owned());
    }
    let (id, secret) = (needed("AccessKeyId")?, needed("SecretAccessKey")?);
    let session = text("SessionToken").map(str::to_owned);
    // They are used at once: when they expire, AWS says so.
    Ok(Credentials::new(id, secret, session, None, "credential_process"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_checked_and_never_repeated() {
        let whole =
            br#"{"version": 1, "AccessKeyId": "AKIA", "SecretAccessKey": "s3cret", "SessionToken": "t"}"#;
        let credentials = parse(whole).unwrap();
        assert_eq!((credentials.access_key_id(), credentials.session_token()), ("AKIA", Some("t")));
        for wrong in [
            "s3cret",
            "[\"s3cret\"]",
            r#"{"Version": 2, "AccessKeyId": "AKIA", "SecretAccessKey": "s3cret"}"#,
            r#"{"Version": 1, "SecretAccessKey": "s3cret"}"#,
            r#"{"Version": 1, "AccessKeyId": "AKIA", "SecretAccessKey": ["s3cret"]}"#,
        ] {
            let reason = parse(wrong.as_bytes()).unwrap_err();
            assert!(reason.starts_with("its login helper") && !reason.contains("s3cret"), "{reason}");
        }
    }
}
