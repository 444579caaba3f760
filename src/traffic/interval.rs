//! Sets of integers as sorted closed intervals that neither overlap nor touch.

use std::cmp::{max, min};

use smallvec::{SmallVec, smallvec};

/// An unsigned integer that can bound an interval: ports (`u16`) and addresses (`u32`, `u128`).
pub trait Bound: Copy + Ord + std::fmt::Debug {
    /// The smallest value.
    const MIN: Self;
    /// The largest value.
    const MAX: Self;
    /// The next value; `None` after the largest.
    fn next(self) -> Option<Self>;
    /// The value before; `None` before the smallest.
    fn previous(self) -> Option<Self>;
}

macro_rules! bound {
    ($($int:ty),*) => {$(
        impl Bound for $int {
            const MIN: Self = <$int>::MIN;
            const MAX: Self = <$int>::MAX;
            fn next(self) -> Option<Self> { self.checked_add(1) }
            fn previous(self) -> Option<Self> { self.checked_sub(1) }
        }
    )*};
}
bound!(u16, u32, u128);

/// A canonical set of integers: equal sets have equal representations.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct IntervalSet<T>(Ranges<T>);

/// Nearly all sets are a few intervals: they live without a heap allocation, which is most of the
/// time that an evaluation takes.
type Ranges<T> = SmallVec<[(T, T); 4]>;

// Derived, it would copy one interval after the other.
impl<T: Copy> Clone for IntervalSet<T> {
    fn clone(&self) -> Self {
        Self(Ranges::from_slice(&self.0))
    }
}

impl<T> Default for IntervalSet<T> {
    fn default() -> Self {
        Self(Ranges::new())
    }
}

impl<T: Bound> IntervalSet<T> {
    /// The empty set.
    pub fn empty() -> Self {
        Self(Ranges::new())
    }

    /// Every value of the type.
    pub fn full() -> Self {
        Self(smallvec![(T::MIN, T::MAX)])
    }

    /// The closed interval from `first` to `last`; empty when they are the wrong way round.
    pub fn range(first: T, last: T) -> Self {
        Self(if first <= last { smallvec![(first, last)] } else { Ranges::new() })
    }

    /// Collects closed intervals in any order, overlapping or not.
    pub fn from_ranges(ranges: impl IntoIterator<Item = (T, T)>) -> Self {
        let mut ranges: Ranges<T> = ranges.into_iter().filter(|(first, last)| first <= last).collect();
        ranges.sort_unstable();
        let mut merged: Ranges<T> = Ranges::new();
        for (first, last) in ranges {
            match merged.last_mut() {
                Some(open) if open.1.next().is_none_or(|after| first <= after) => open.1 = max(open.1, last),
                _ => merged.push((first, last)),
            }
        }
        Self(merged)
    }

    /// The intervals, ascending.
    pub fn ranges(&self) -> &[(T, T)] {
        &self.0
    }

    /// Tells whether the set holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells whether the set holds every value.
    pub fn is_full(&self) -> bool {
        self.0[..] == [(T::MIN, T::MAX)]
    }

    /// Tells whether `value` is in the set.
    pub fn contains(&self, value: T) -> bool {
        let after = self.0.partition_point(|&(first, _)| first <= value);
        after > 0 && self.0[after - 1].1 >= value
    }

    /// Everything in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if self.is_empty() || other.is_full() {
            return other.clone();
        }
        if other.is_empty() || self.is_full() {
            return self.clone();
        }
        Self::from_ranges(self.0.iter().chain(&other.0).copied())
    }

    /// Adds everything of another set.
    pub fn join(&mut self, other: &Self) {
        if !other.is_subset(self) {
            *self = self.union(other);
        }
    }

    /// Everything in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        if self.is_full() {
            return other.clone();
        }
        if other.is_full() {
            return self.clone();
        }
        let (mut left, mut right, mut common) = (0, 0, Ranges::new());
        while let (Some(&a), Some(&b)) = (self.0.get(left), other.0.get(right)) {
            let (first, last) = (max(a.0, b.0), min(a.1, b.1));
            if first <= last {
                common.push((first, last));
            }
            if a.1 < b.1 { left += 1 } else { right += 1 }
        }
        Self(common)
    }

    /// Tells whether the sets have a value in common, without building the common part.
    pub fn overlaps(&self, other: &Self) -> bool {
        let (mut left, mut right) = (0, 0);
        while let (Some(a), Some(b)) = (self.0.get(left), other.0.get(right)) {
            if max(a.0, b.0) <= min(a.1, b.1) {
                return true;
            }
            if a.1 < b.1 { left += 1 } else { right += 1 }
        }
        false
    }

    /// Everything that is not in the set.
    #[must_use]
    pub fn complement(&self) -> Self {
        let mut gaps = Ranges::new();
        let mut start = Some(T::MIN);
        for &(first, last) in &self.0 {
            if let (Some(from), Some(to)) = (start, first.previous())
                && from <= to
            {
                gaps.push((from, to));
            }
            start = last.next();
        }
        if let Some(from) = start {
            gaps.push((from, T::MAX));
        }
        Self(gaps)
    }

    /// Everything in this set that is not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        if self.is_empty() || other.is_empty() {
            return self.clone();
        }
        if other.is_full() {
            return Self::empty();
        }
        self.intersection(&other.complement())
    }

    /// Tells whether every value of this set is in the other.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.iter().all(|&(first, last)| {
            let after = other.0.partition_point(|&(start, _)| start <= first);
            after > 0 && other.0[after - 1].1 >= last
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Set = IntervalSet<u16>;

    fn sets() -> impl Strategy<Value = Set> {
        // Small values and the far end, so that intervals touch, overlap and reach the bounds.
        let bound = prop_oneof![0u16..20, 65_520u16..=65_535];
        proptest::collection::vec((bound.clone(), bound), 0..6).prop_map(Set::from_ranges)
    }

    proptest! {
        #[test]
        fn set_algebra_holds(a in sets(), b in sets(), c in sets()) {
            prop_assert_eq!(a.union(&b), b.union(&a));
            prop_assert_eq!(a.intersection(&b), b.intersection(&a));
            prop_assert_eq!(a.union(&b).union(&c), a.union(&b.union(&c)));
            prop_assert_eq!(a.intersection(&b.union(&c)), a.intersection(&b).union(&a.intersection(&c)));
            prop_assert_eq!(a.complement().complement(), a.clone());
            prop_assert_eq!(a.union(&b).complement(), a.complement().intersection(&b.complement()));
            prop_assert_eq!(a.difference(&b).union(&a.intersection(&b)), a.clone());
            prop_assert_eq!(a.is_subset(&b), a.difference(&b).is_empty());
            prop_assert_eq!(a.overlaps(&b), !a.intersection(&b).is_empty());
            let mut joined = a.clone();
            joined.join(&b);
            prop_assert_eq!(joined, a.union(&b));
        }

        #[test]
        fn membership_decides(a in sets(), b in sets(), near in 0u16..24, far in 65_515u16..=65_535) {
            for value in [near, far] {
                let (in_a, in_b) = (a.contains(value), b.contains(value));
                prop_assert_eq!(a.union(&b).contains(value), in_a || in_b);
                prop_assert_eq!(a.intersection(&b).contains(value), in_a && in_b);
                prop_assert_eq!(a.difference(&b).contains(value), in_a && !in_b);
                prop_assert_eq!(a.complement().contains(value), !in_a);
            }
        }

        #[test]
        fn the_form_is_canonical(a in sets()) {
            prop_assert!(a.ranges().windows(2).all(|pair| pair[0].1 < pair[1].0 - 1));
            prop_assert_eq!(Set::from_ranges(a.ranges().iter().rev().copied()), a);
        }
    }
}
