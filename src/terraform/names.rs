//! A few names, told from thousands of others by a look at their ends.

/// Names, numbered in the order in which they came.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Names {
    names: Vec<Box<str>>,
    /// A hash table: the number of a name, from 1, at its mark or at the next free place behind it.
    /// Most names of an input are none of ours and meet a 0. Empty without names.
    places: Vec<u8>,
}

/// How many places a table has: many more than names, so that searches are short.
const PLACES: usize = 256;

impl Names {
    /// Nothing but strangers.
    pub(super) const NONE: Self = Self { names: Vec::new(), places: Vec::new() };

    /// The number of a name, which is taken in if it is new.
    pub(super) fn insert(&mut self, name: &str) -> usize {
        self.places.resize(PLACES, 0);
        self.search(name).unwrap_or_else(|place| {
            self.names.push(name.into());
            assert!(self.names.len() < PLACES / 2, "no resource type has so many attributes of use");
            self.places[place] = self.names.len() as u8;
            self.names.len() - 1
        })
    }

    /// The number of a name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.search(name).ok()
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The number of a name, or the place in the table where it would be entered.
    fn search(&self, name: &str) -> Result<usize, usize> {
        let mut place = mark(name);
        while let Some(entry @ 1..) = self.places.get(place) {
            let index = usize::from(*entry) - 1;
            if *self.names[index] == *name {
                return Ok(index);
            }
            place = (place + 1) % PLACES;
        }
        Err(place)
    }
}

/// Where the search for a name begins: by its length, first and last byte.
fn mark(name: &str) -> usize {
    let byte = |byte: Option<&u8>| byte.copied().map_or(0, usize::from);
    let (first, last) = (byte(name.as_bytes().first()), byte(name.as_bytes().last()));
    (name.len() * 37 + first * 5 + last * 11) % PLACES
}
