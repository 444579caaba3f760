//! What `--help` and the manual say beside the flags: examples first, exit codes last.

/// The order of a verb's help.
pub const ORDER: &str =
    "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// Headings of flags: the question.
pub const ASK: &str = "What to ask";
/// Headings of flags: the picture.
pub const DRAW: &str = "What to draw";
/// Headings of flags: the file and its format.
pub const WRITE: &str = "Where to write";
/// Headings of flags: tables of Markdown and CSV.
pub const TABLE: &str = "Tables (-f markdown, -f csv)";
/// Headings of flags: live AWS.
pub const AWS: &str = "AWS";

/// Examples of `sglens focus`.
pub const FOCUS: &str = "\
Examples:
  sglens focus web-1 terraform.tfstate
  sglens focus db --in states/
  terraform state pull | sglens focus web-1 --both --depth 2 -o web-1.svg";

/// Examples of `sglens explain`.
pub const EXPLAIN: &str = "\
Examples:
  sglens explain web-1 db 5432 terraform.tfstate
  sglens explain web-1 db https --via states/
  sglens explain internet db --expect no terraform.tfstate";

/// Examples of `sglens members`.
pub const MEMBERS: &str = "\
Examples:
  sglens members web terraform.tfstate
  sglens members sg-0123456789abcdef0 states/ -f json";

/// Examples of `sglens list`.
pub const LIST: &str = "\
Examples:
  sglens list terraform.tfstate
  sglens list groups --vpc prod states/
  sglens list rules --group web -f csv -o web.csv terraform.tfstate";

/// Examples of `sglens graph`.
pub const GRAPH: &str = "\
Examples:
  sglens graph terraform.tfstate -o network.svg
  sglens graph --level resource --vpc prod states/ -o prod.svg
  terraform show -json | sglens graph -f mermaid";

/// Examples of `sglens snapshot`.
pub const SNAPSHOT: &str = "\
Examples:
  sglens snapshot -o account.json
  sglens snapshot --profile work --region eu-west-1,us-east-1 -o account.json
  sglens snapshot --all-regions | sglens focus web-1";

/// Examples of `sglens iam-policy`.
pub const IAM_POLICY: &str = "\
Examples:
  sglens iam-policy > sglens-policy.json
  aws iam create-policy --policy-name sglens --policy-document \"$(sglens iam-policy)\"";

/// Examples of `sglens completions`.
pub const COMPLETIONS: &str = "\
Examples:
  sglens completions bash > ~/.local/share/bash-completion/completions/sglens
  sglens completions zsh > \"${fpath[1]}/_sglens\"
  sglens completions fish > ~/.config/fish/completions/sglens.fish";

/// Examples of `sglens man`.
pub const MAN: &str = "\
Examples:
  sglens man | man -l -
  sglens man focus > sglens-focus.1";

/// How a verb ends that answers and may write a file.
pub const CODES: &str = "\
Exit codes:
  0  done
  1  no answer, and stderr says why
  2  with --check: FILE is missing or stale";

/// How `sglens explain` ends.
pub const EXPLAIN_CODES: &str = "\
Exit codes:
  0  yes; with --expect: the answer is the expected one
  1  no answer, and stderr says why
  2  no, partly or undecided; with --expect: any other answer than the expected one
     with --check: FILE is missing or stale";

/// How a verb ends that only prints.
pub const PRINT_CODES: &str = "\
Exit codes:
  0  done
  1  nothing could be printed, and stderr says why";
