//! A small hash table of attribute names.

/// Attribute names, numbered in the order of insertion.
///
/// Most names of an input are not in the table, so a lookup is made to fail fast: it compares texts
/// only when length, first and last byte fit.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct KeyTable {
    names: Vec<Box<str>>,
    /// Open addressing: each slot holds the number of a name, from 1, or 0 when it is free. Empty
    /// without names.
    slots: Vec<u8>,
}

/// The number of slots. A table stays less than half full, so that searches are short.
const SLOTS: usize = 256;

impl KeyTable {
    /// A table without names.
    pub(crate) const EMPTY: Self = Self { names: Vec::new(), slots: Vec::new() };

    /// Returns the number of a name, which is added if it is new.
    pub(crate) fn insert(&mut self, name: &str) -> usize {
        self.slots.resize(SLOTS, 0);
        self.search(name).unwrap_or_else(|slot| {
            self.names.push(name.into());
            assert!(self.names.len() < SLOTS / 2, "no resource type has so many attributes of use");
            self.slots[slot] = self.names.len() as u8;
            self.names.len() - 1
        })
    }

    /// Returns the number of a name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.search(name).ok()
    }

    /// Returns how many names there are.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// Returns the number of a name, or the free slot for it.
    fn search(&self, name: &str) -> Result<usize, usize> {
        let mut slot = first_slot(name);
        while let Some(entry @ 1..) = self.slots.get(slot) {
            let index = usize::from(*entry) - 1;
            if *self.names[index] == *name {
                return Ok(index);
            }
            slot = (slot + 1) % SLOTS;
        }
        Err(slot)
    }
}

/// Returns the slot where the search for a name begins, by its length, first and last byte.
fn first_slot(name: &str) -> usize {
    let byte = |byte: Option<&u8>| byte.copied().map_or(0, usize::from);
    let (first, last) = (byte(name.as_bytes().first()), byte(name.as_bytes().last()));
    (name.len() * 37 + first * 5 + last * 11) % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_numbers_up_to_the_limit() {
        let mut table = KeyTable::default();
        assert_eq!(table.find("a"), None);
        // Same length, first and last byte: they share a first slot.
        let names: Vec<String> = (100..SLOTS / 2 + 99).map(|number| format!("a{number}z")).collect();
        for (index, name) in names.iter().enumerate() {
            assert_eq!(table.insert(name), index);
        }
        assert!(names.iter().enumerate().all(|(index, name)| table.find(name) == Some(index)));
        assert_eq!((table.insert("a100z"), table.len(), table.find("az")), (0, SLOTS / 2 - 1, None));
    }
}
