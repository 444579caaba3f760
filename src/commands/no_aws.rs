//! In a build without the feature `aws`: says so, and how to do without.

use anyhow::{Result, bail};
use sglens::input::Input;

use super::session::Session;
use crate::cli::AwsArgs;

const NO_AWS: &str = "this sglens is built without live AWS; get it with `cargo install --path .`, or collect \
    with the AWS CLI (`aws ec2 describe-security-groups > groups.json`, and likewise \
    describe-security-group-rules, describe-network-interfaces, describe-instances, describe-subnets, \
    describe-vpcs, describe-vpc-peering-connections, describe-managed-prefix-lists) and give sglens the files";

/// Fails: there is nothing to collect with.
pub fn inputs(_: &AwsArgs, _: Session) -> Result<Vec<Input>> {
    bail!(NO_AWS)
}

/// Fails: there is nothing to collect with.
pub fn snapshot(_: &AwsArgs, _: Session) -> Result<(String, Vec<Input>)> {
    bail!(NO_AWS)
}
