//! What does this resource connect to?
//!
//! AWS security groups say, for each service, who may connect to it. sglens inverts the rules: it reads
//! them from Terraform state or from the EC2 API, and answers which services a resource may open
//! connections to, on which ports, and because of which rule.
//!
//! # The types
//!
//! | type | what it is |
//! | --- | --- |
//! | [`Estate`] | everything that was read, owned; the place to ask |
//! | [`Subject`] | what a question is about, found by [`Estate::find`] |
//! | [`Connection`] | one answer of [`Estate::connections`]: [`Peer`], [`Verdict`], [`Traffic`], [`Resource`]s, [`Rule`]s |
//! | [`Explanation`] | the answer of [`Estate::explain`], in [`Finding`]s |
//! | [`Error`] | why there is no answer |
//!
//! Answers own what they hold: ids, labels, traffic. They outlive the estate, and a subject of another
//! estate is refused.
//!
//! # Example
//!
//! ```
//! use sglens::{Estate, Verdict, Way};
//!
//! # fn main() -> Result<(), sglens::Error> {
//! let estate = Estate::read(["examples/logstash/terraform.tfstate"])?;
//! let application = estate.find("application-1")?;
//! for connection in estate.connections(&application, Way::Out)? {
//!     if connection.verdict == Verdict::Allowed {
//!         println!("{:?} {}", connection.peer, connection.traffic);
//!     }
//! }
//! let logstash = estate.find("logstash")?;
//! let answer = estate.explain(&application, &logstash, Some(&"tcp/5000".parse().expect("a port")))?;
//! assert_eq!(answer.answer.name(), "yes");
//! assert_eq!(answer.findings[0].rules[0].sentence, "ingress of logstash: tcp 5000 from application");
//! # Ok(())
//! # }
//! ```
//!
//! The other modules are what the command is made of. They are public for the command and its tests,
//! and may change with any version.

mod estate;
mod parallel;
mod shown;

pub mod traffic;

#[doc(hidden)]
pub mod connectivity;
#[doc(hidden)]
pub mod ec2;
#[doc(hidden)]
pub mod input;
#[doc(hidden)]
pub mod inventory;
#[doc(hidden)]
pub mod layout;
#[doc(hidden)]
pub mod query;
#[doc(hidden)]
pub mod render;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod terraform;
#[doc(hidden)]
pub mod view;
#[doc(hidden)]
pub mod words;

pub use estate::{
    Connection, Error, Estate, Explanation, Finding, Peer, Resource, Rule, Subject, Verdict, Way,
};
pub use query::Answer;
pub use traffic::{Family, Traffic};
