//! Identities. Names are labels; these are what things are.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

macro_rules! identity {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes an identity as its source spells it.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The identity as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&$name> for Arc<str> {
            fn from(id: &$name) -> Self {
                Self::clone(&id.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

identity! {
    /// A security group (`sg-…`), or the address of a group that is only planned.
    GroupId;
    /// A single rule in EC2 (`sgr-…`).
    RuleId;
    /// A network interface (`eni-…`).
    InterfaceId;
    /// A subnet (`subnet-…`).
    SubnetId;
    /// A VPC (`vpc-…`).
    VpcId;
    /// A VPC peering connection (`pcx-…`).
    PeeringId;
    /// A prefix list (`pl-…`).
    PrefixListId;
    /// An endpoint: an instance id, an interface id, or `type:id` of another resource.
    EndpointId;
}
