//! A moto server for the tests of this process, and the AWS CLI: installed by `tests/install moto`.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::testkit::skip::{installed, skip};

/// What runs: moto, what its server needs, and two clients of AWS's own.
const PACKAGES: &str = include_str!("requirements.txt");

/// The account that moto's server knows keys of.
pub const ACCOUNT: &str = "123456789012";

/// A running server.
pub struct Moto {
    /// Where it is.
    pub url: String,
    folder: PathBuf,
    /// It ends when its standard input does: with this process, however that ends.
    _server: Child,
}

/// The server of this process; none, with a word, when moto is not wanted or not installed.
///
/// # Panics
/// When it is installed but does not start.
pub fn moto() -> Option<&'static Moto> {
    static MOTO: OnceLock<Result<Moto, String>> = OnceLock::new();
    if std::env::var_os("SGLENS_SKIP_MOTO").is_some() {
        skip("SGLENS_SKIP_MOTO is set");
        return None;
    }
    let folder = installed("moto", PACKAGES).inspect_err(|reason| skip(reason)).ok()?;
    match MOTO.get_or_init(|| Moto::start(folder)) {
        Ok(moto) => Some(moto),
        Err(reason) => panic!("no moto: {reason}; SGLENS_SKIP_MOTO=1 skips the tests that need it"),
    }
}

/// Runs a command that must succeed.
fn succeed(command: &mut Command) -> Result<Output, String> {
    let what = format!("`{}`", command.get_program().display());
    let run = command.stdin(Stdio::null()).output().map_err(|error| format!("{what}: {error}"))?;
    if run.status.success() {
        return Ok(run);
    }
    let arguments: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
    Err(format!("{what} {}:\n{}", arguments.join(" "), String::from_utf8_lossy(&run.stderr)))
}

impl Moto {
    fn start(folder: PathBuf) -> Result<Self, String> {
        let log = folder.join("server.log");
        let stderr = File::create(&log).map_err(|error| error.to_string())?;
        let mut command = python(&folder, &beside("serve.py"));
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(stderr);
        let mut server = command.spawn().map_err(|error| error.to_string())?;
        let mut port = String::new();
        if let Some(stdout) = server.stdout.take() {
            let _ = BufReader::new(stdout).read_line(&mut port);
        }
        match port.trim().parse::<u16>() {
            Ok(port) => Ok(Self { url: format!("http://127.0.0.1:{port}"), folder, _server: server }),
            Err(_) => Err(format!("it does not start; see {}", log.display())),
        }
    }

    /// A Python script that stands beside this file, to be run with moto's packages.
    pub fn python(&self, script: &str) -> Command {
        python(&self.folder, &beside(script))
    }

    /// Runs a Python script.
    #[track_caller]
    pub fn script(&self, script: &Path, arguments: &[&str]) -> String {
        let run = succeed(python(&self.folder, script).args(arguments));
        String::from_utf8(run.unwrap_or_else(|reason| panic!("{reason}")).stdout).unwrap()
    }

    /// Builds the estates of states, `[ACCOUNT/]REGION=STATE` each. Gives, by account and region, the
    /// ids in the state by live id.
    #[track_caller]
    pub fn load(&self, estates: &[String]) -> Value {
        let arguments: Vec<&str> = std::iter::once(&self.url).chain(estates).map(String::as_str).collect();
        serde_json::from_str(&self.script(&beside("load.py"), &arguments)).unwrap()
    }

    /// Writes what the AWS CLI prints of a region at an endpoint, to `folder/region`.
    #[track_caller]
    pub fn dump(&self, endpoint: &str, folder: &Path, region: &str) {
        self.script(&beside("dump.py"), &[endpoint, &folder.display().to_string(), region]);
    }
}

fn beside(script: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aws").join(script)
}

/// A script, with nothing of the developer's environment.
fn python(folder: &Path, script: &Path) -> Command {
    let mut command = Command::new(folder.join("bin/python"));
    command.arg(script).stdin(Stdio::null()).env_clear();
    command.envs([
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        // Nobody asks for images, and there are many.
        ("MOTO_EC2_LOAD_DEFAULT_AMIS", "false"),
    ]);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", folder.join("home"));
    command
}
