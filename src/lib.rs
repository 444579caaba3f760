//! What does this machine connect to?
//!
//! AWS security groups say, per service, who may come in. sglens turns the rules round: it reads
//! them from Terraform state or from the EC2 API, and answers which services a machine may open
//! connections to, on which ports, and because of which rule.

pub mod connectivity;
pub mod ec2;
pub mod input;
pub mod inventory;
pub mod layout;
pub mod parallel;
pub mod query;
pub mod render;
pub mod terraform;
pub mod traffic;
pub mod view;
