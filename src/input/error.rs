//! What can be wrong with an input. Each message names the problem and the remedy.

use std::io;

use crate::terraform::ReadError;

/// An input that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("`{name}` {problem}")]
pub struct InputError {
    /// The input as the user named it.
    pub name: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with an input.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file cannot be opened or read.
    #[error("cannot be read: {}", io_reason(.0))]
    Io(#[source] io::Error),
    /// No file: a device, or in a folder a pipe or a socket, which may never end.
    #[error("is {0}, and no file; it is not opened")]
    NotRegular(&'static str),
    /// A folder so deep that nobody made it by hand; a loop, perhaps.
    #[error("is below {limit} other folders; nothing in it is looked at")]
    TooDeep {
        /// The deepest level that is searched.
        limit: usize,
    },
    /// The input is empty.
    #[error("is empty; if it comes from `terraform state pull`, that command failed or has no state yet")]
    Empty,
    /// Larger than sglens reads into memory.
    #[error("is larger than {} GiB, the most that sglens reads", .limit >> 30)]
    TooLarge {
        /// The largest number of bytes that is read.
        limit: u64,
    },
    /// Not JSON at all.
    #[error(
        "is not JSON; sglens reads Terraform state, `terraform show -json`, plan JSON and EC2 `describe-*` output"
    )]
    NotJson,
    /// JSON of another kind.
    #[error("is JSON, but no Terraform state, plan or EC2 `describe-*` output that sglens knows")]
    OtherJson,
    /// A recognised document that is broken.
    #[error("cannot be read to its end: {0}")]
    Broken(#[source] ReadError),
    /// JSON that is broken before a key identifies it.
    #[error("cannot be read to its end: {0}")]
    BrokenJson(#[source] ReadError),
    /// EC2 output that is broken.
    #[error("cannot be read to its end: {0}")]
    BrokenEc2(#[source] crate::ec2::ReadError),
    /// Output of another AWS service.
    #[error(
        "is an answer of AWS that holds no security groups and nothing that they are attached to; give \
         sglens `aws ec2 describe-security-groups`, `describe-network-interfaces` or `describe-instances`"
    )]
    OtherAws,
    /// A raw state of a future version.
    #[error("is a Terraform state of version {0}; sglens knows versions 1 to 4")]
    StateVersion(i64),
    /// A binary plan.
    #[error("is a binary plan; run `terraform show -json PLAN > plan.json` and give sglens that file")]
    BinaryPlan,
    /// The log of `terraform plan -json`.
    #[error(
        "is the log of `terraform plan -json`, not a plan; run `terraform plan -out=PLAN`, then \
         `terraform show -json PLAN > plan.json`, and give sglens that file"
    )]
    PlanLog,
    /// Encrypted by `OpenTofu`.
    #[error("is encrypted by OpenTofu; run `tofu state pull` and give sglens its output")]
    Encrypted,
    /// An answer of the Terraform Cloud API.
    #[error(
        "is an answer of the Terraform Cloud API, not a state; fetch the state itself from its \
         `hosted-state-download-url`, or run `terraform state pull`"
    )]
    CloudApi,
    /// A stack of Pulumi.
    #[error(
        "is a stack of Pulumi, which sglens does not read; run `aws ec2 describe-security-groups` and \
         `aws ec2 describe-network-interfaces`, and give sglens their output, or use `--aws`"
    )]
    Pulumi,
    /// Terraform's note of its backend.
    #[error(
        "only notes which backend holds the state; run `terraform state pull > state.tfstate` there and \
         give sglens that file"
    )]
    Backend,
    /// A state of version 1 to 3 without modules.
    #[error(
        "is a Terraform state of version 3 or older without the modules that hold its resources; run \
         `terraform state pull > state.tfstate` and give sglens that file"
    )]
    NoModules,
    /// One of several documents in one file.
    #[error("holds several documents; number {number} {problem}")]
    OneOfSeveral {
        /// Its place in the file, from 1.
        number: usize,
        /// What is wrong with it.
        problem: Box<Problem>,
    },
    /// Configuration instead of state.
    #[error(
        "is Terraform configuration, not state; run `terraform state pull` there and give sglens its output"
    )]
    Configuration,
    /// A web page.
    #[error("is an HTML page, probably a login or error page; fetch the file again")]
    Html,
    /// A compressed file.
    #[error("is compressed; unpack it first")]
    Compressed,
    /// The input is not text.
    #[error("is not text in UTF-8 or UTF-16")]
    Encoding,
    /// A folder or pattern without any document that sglens reads.
    #[error("holds no Terraform state or plan and no EC2 output (looked at {looked_at} .tfstate and .json file{})", if *.looked_at == 1 { "" } else { "s" })]
    EmptyFolder {
        /// How many files were opened.
        looked_at: usize,
    },
    /// A pattern that matches no file.
    #[error("fits no file")]
    NoMatch,
}

impl Problem {
    /// Names the kind of a file that is left out.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Io(_)
            | Self::NotRegular(_)
            | Self::TooDeep { .. }
            | Self::TooLarge { .. }
            | Self::EmptyFolder { .. }
            | Self::NoMatch => "unreadable",
            Self::Empty => "empty",
            Self::NotJson => "not JSON",
            Self::OtherJson => "other JSON",
            Self::Broken(_) | Self::BrokenJson(_) | Self::BrokenEc2(_) => "broken",
            Self::OtherAws => "another answer of AWS",
            Self::StateVersion(_) => "a state of another version",
            Self::BinaryPlan => "a binary plan",
            Self::PlanLog => "a log of a plan",
            Self::Encrypted => "encrypted",
            Self::CloudApi => "an answer of the Terraform Cloud API",
            Self::Pulumi => "a stack of Pulumi",
            Self::Backend => "the name of a backend",
            Self::NoModules => "a state without modules",
            Self::OneOfSeveral { problem, .. } => problem.kind(),
            Self::Configuration => "configuration",
            Self::Html => "a web page",
            Self::Compressed => "compressed",
            Self::Encoding => "not text",
        }
    }

    /// Tells whether the file is of a kind that sglens does not read, and that a folder may hold.
    pub(super) fn is_foreign(&self) -> bool {
        !matches!(
            self,
            Self::Io(_)
                | Self::NotRegular(_)
                | Self::TooDeep { .. }
                | Self::TooLarge { .. }
                | Self::Broken(_)
                | Self::BrokenJson(_)
                | Self::BrokenEc2(_)
                | Self::Pulumi
                | Self::StateVersion(_)
                | Self::Encrypted
                | Self::EmptyFolder { .. }
                | Self::NoMatch
        )
    }
}

/// Returns the reason without the number of the operating system's error.
fn io_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}
