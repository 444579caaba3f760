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
        "is an answer of AWS that holds no security groups, interfaces or networks of EC2; give sglens \
         `aws ec2 describe-security-groups`, `describe-network-interfaces` or `describe-instances`"
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
    /// Tells whether the file is of a kind that sglens does not read, and that a folder may hold.
    pub(super) fn is_foreign(&self) -> bool {
        !matches!(
            self,
            Self::Io(_)
                | Self::TooLarge { .. }
                | Self::Broken(_)
                | Self::BrokenEc2(_)
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
