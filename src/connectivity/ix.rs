//! Dense indexes: positions in the tables of a compiled inventory. They mean nothing elsewhere.

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub(super) u32);

        impl $name {
            pub(crate) fn new(index: usize) -> Self {
                Self(u32::try_from(index).expect("fewer than 2^32 things fit into memory"))
            }

            /// Returns the position in the table that it indexes.
            pub fn get(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// A group.
    GroupIx;
    /// An endpoint.
    EndpointIx;
    /// A rule.
    RuleIx;
    /// A CIDR block that some rule names.
    BlockIx;
    /// What the peer of some rule stands for: one CIDR block, or the entries of a prefix list.
    BlocksIx;
    /// A VPC.
    VpcIx;
    /// A class of interfaces.
    ClassIx;
    /// Groups that an interface has attached and the input does not tell, by their expressions.
    UnknownIx;
}

/// A rule's peer, compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeerIx {
    /// The interfaces to which a group is attached.
    Group(GroupIx),
    /// The addresses in some blocks: one block, or the entries of a known prefix list.
    Blocks(BlocksIx),
    /// A prefix list whose entries are not in the input, or a value that the input does not tell.
    Unknown,
}
