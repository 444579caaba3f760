//! Small collections as sorted lists. An estate has tens of thousands of endpoints with a handful of
//! groups, addresses and tags each, so trees would be most of its memory.

use std::borrow::Borrow;
use std::ops::Deref;
use std::sync::Arc;

use smallvec::SmallVec;

/// A set in order, each member once.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SortedSet<T>(SmallVec<[T; 1]>);

impl<T> Default for SortedSet<T> {
    fn default() -> Self {
        Self(SmallVec::new())
    }
}

impl<T: Ord> SortedSet<T> {
    /// Adds a member; tells whether it is new.
    pub fn insert(&mut self, member: T) -> bool {
        let place = self.0.binary_search(&member);
        if let Err(place) = place {
            self.0.insert(place, member);
        }
        place.is_err()
    }

    /// Tells whether something is a member.
    pub fn contains<Q: Ord + ?Sized>(&self, member: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.binary_search_by(|known| known.borrow().cmp(member)).is_ok()
    }

    /// Tells whether every member is in the other set too.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|member| other.contains(member))
    }

    /// Tells whether no member is in the other set.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.iter().all(|member| !other.contains(member))
    }
}

/// The members in order.
impl<T> Deref for SortedSet<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Ord> Extend<T> for SortedSet<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, members: I) {
        let before = self.0.len();
        self.0.extend(members);
        if self.0.len() > before.max(1) {
            self.0.sort_unstable();
            self.0.dedup();
        }
    }
}

impl<T: Ord> FromIterator<T> for SortedSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(members: I) -> Self {
        let mut set = Self::default();
        set.extend(members);
        set
    }
}

impl<'a, T> IntoIterator for &'a SortedSet<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T> IntoIterator for SortedSet<T> {
    type Item = T;
    type IntoIter = smallvec::IntoIter<[T; 1]>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Tags, in the order of their keys.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Tags(Box<[(Arc<str>, Arc<str>)]>);

impl Tags {
    /// Returns the value of a tag.
    pub fn get(&self, key: &str) -> Option<&Arc<str>> {
        self.0.binary_search_by(|(known, _)| (**known).cmp(key)).ok().map(|place| &self.0[place].1)
    }

    /// Returns the keys and values in order.
    pub fn iter(&self) -> impl Iterator<Item = &(Arc<str>, Arc<str>)> {
        self.0.iter()
    }

    /// Adds the tags whose keys are not there yet.
    pub(super) fn add_missing(&mut self, others: &Self) {
        if self.0.is_empty() {
            self.clone_from(others);
        } else if *self != *others {
            *self = others.iter().chain(self.iter()).cloned().collect();
        }
    }
}

/// The last value of a key counts.
impl FromIterator<(Arc<str>, Arc<str>)> for Tags {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Arc<str>)>>(tags: I) -> Self {
        let mut tags: Vec<_> = tags.into_iter().collect();
        // Sources mostly write them in order.
        if !tags.is_sorted_by(|(one, _), (other, _)| one < other) {
            // Stable, and backwards: the last of a key comes first and stays.
            tags.reverse();
            tags.sort_by(|(one, _), (other, _)| one.cmp(other));
            tags.dedup_by(|(later, _), (kept, _)| later == kept);
        }
        Self(tags.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_sorted_and_hold_each_member_once() {
        let mut set: SortedSet<u8> = [3, 1, 3, 2].into_iter().collect();
        assert_eq!(*set, [1, 2, 3]);
        assert!(!set.insert(2) && set.insert(0) && set.contains(&0));
        set.extend([9, 0, 5]);
        assert_eq!(*set, [0, 1, 2, 3, 5, 9]);
        let part: SortedSet<u8> = [9, 0].into_iter().collect();
        assert!(part.is_subset(&set) && !set.is_subset(&part) && !part.is_disjoint(&set));
        assert!(SortedSet::from_iter([4]).is_disjoint(&set));
    }

    #[test]
    fn the_last_value_of_a_tag_counts_and_missing_tags_are_added() {
        let tags = |list: &[(&str, &str)]| -> Tags {
            list.iter().map(|(key, value)| (Arc::from(*key), Arc::from(*value))).collect()
        };
        let mut all = tags(&[("b", "1"), ("a", "2"), ("b", "3")]);
        assert_eq!(all, tags(&[("a", "2"), ("b", "3")]));
        all.add_missing(&tags(&[("c", "4"), ("a", "5")]));
        assert_eq!(all, tags(&[("a", "2"), ("b", "3"), ("c", "4")]));
        assert_eq!((all.get("c").map(|value| &**value), all.get("d")), (Some("4"), None));
    }
}
