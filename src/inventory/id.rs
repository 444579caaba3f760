//! Identities as newtypes. Names are only labels.

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

/// The beginnings of the ids that EC2 gives to endpoints.
const INSTANCE: &str = "i-";
const INTERFACE: &str = "eni-";
const VPC_ENDPOINT: &str = "vpce-";

impl GroupId {
    /// Tells whether a text is spelled as EC2 spells the id of a group.
    pub(crate) fn is_id(text: &str) -> bool {
        let digits = text.strip_prefix("sg-");
        digits.is_some_and(|digits| {
            (8..=17).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    }
}

impl EndpointId {
    /// Tells whether an id was given by EC2, which gives each id once in the world. Names of other
    /// things repeat across accounts and regions.
    pub fn is_global(id: &str) -> bool {
        [INSTANCE, INTERFACE, VPC_ENDPOINT].iter().any(|prefix| id.starts_with(prefix))
    }

    /// Returns the identity of a thing of a type: its id where EC2 gave it, else the type and the id.
    pub(crate) fn of(kind: &str, id: &str) -> Self {
        // The live API identifies a load balancer by the end of its ARN: `app/NAME/HASH`.
        if let Some((_, balancer)) = id.split_once(":loadbalancer/") {
            return Self::new(balancer);
        }
        if Self::is_global(id) { Self::new(id) } else { Self::new(format!("{kind}:{id}")) }
    }

    /// Tells whether this is the id of an instance.
    pub fn is_instance(&self) -> bool {
        self.as_str().starts_with(INSTANCE)
    }

    /// Returns the kind of an endpoint by its id alone. An id without a known prefix counts as a network
    /// interface, because groups are attached to interfaces.
    pub(super) fn kind(&self) -> &'static str {
        match self.as_str() {
            id if id.starts_with(INSTANCE) => "instance",
            id if id.starts_with(VPC_ENDPOINT) => "VPC endpoint",
            _ => "network interface",
        }
    }
}
