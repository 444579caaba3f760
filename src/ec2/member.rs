//! What all members of the API's objects have in common when a snapshot is written.

use std::collections::BTreeMap;

use super::lenient::{Flat, Text};

/// A member of an object.
pub(super) trait Member {
    /// Whether it says nothing: then it is left out.
    fn is_absent(&self) -> bool {
        false
    }

    /// Puts lists into an order of ours, since the API promises none: the same estate gives the
    /// same bytes.
    // Only what was collected live is written.
    #[cfg_attr(not(feature = "aws"), allow(dead_code))]
    fn arrange(&mut self) {}
}

impl Member for bool {}
impl Member for i64 {}

impl Member for Text {
    fn is_absent(&self) -> bool {
        self.get().is_none()
    }
}

impl<T: Member> Member for Option<T> {
    /// An empty list that is there says that there is nothing; none says that nobody knows.
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

impl<T: Member + Ord> Member for Flat<T> {
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
