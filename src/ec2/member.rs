//! How members of the API's objects are written to a snapshot.

use std::collections::BTreeMap;

use super::lenient::{LenientText, OneOrMany};

/// A member of an object.
pub(super) trait Member {
    /// Tells whether the member is missing, so that it is not written.
    fn is_absent(&self) -> bool {
        false
    }

    /// Sorts lists, because the API promises no order and the same estate must give the same bytes.
    // Only live answers are written.
    #[cfg_attr(not(feature = "aws"), allow(dead_code))]
    fn arrange(&mut self) {}
}

impl Member for bool {}
impl Member for i64 {}

impl Member for LenientText {
    fn is_absent(&self) -> bool {
        self.get().is_none()
    }
}

impl<T: Member> Member for Option<T> {
    /// An empty list means that there is nothing, a missing one that it is not known.
    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn arrange(&mut self) {
        self.iter_mut().for_each(T::arrange);
    }
}

impl<T: Member + Ord> Member for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn arrange(&mut self) {
        self.iter_mut().for_each(T::arrange);
        self.sort();
    }
}

impl<T: Member + Ord> Member for OneOrMany<T> {
    fn is_absent(&self) -> bool {
        self.0.is_absent()
    }

    fn arrange(&mut self) {
        self.0.arrange();
    }
}

impl<T: Member> Member for BTreeMap<String, T> {
    fn arrange(&mut self) {
        self.values_mut().for_each(T::arrange);
    }
}
