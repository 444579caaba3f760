//! A JSON scanner that is quick over what nobody asked for: in a Terraform state two bytes in five
//! are indentation, and nine attributes in ten are skipped. It takes half of `serde_json`'s time.
//!
//! It accepts nothing that `serde_json` refuses, and never explains itself: whatever it cannot read,
//! `serde_json` reads again, and tells the place.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Something is not JSON, or not what was asked for.
#[derive(Debug)]
pub(super) struct Odd;

/// The rest of a text.
pub(super) struct Json<'de> {
    text: &'de str,
    at: usize,
    /// How many objects and arrays are open.
    depth: u32,
    /// Whether no value was asked for yet.
    is_first: bool,
}

/// As in `serde_json`, so that no input exhausts the stack.
const MOST_DEPTH: u32 = 127;

impl<'de> Json<'de> {
    /// Starts at a text that stands within so many objects and arrays.
    pub(super) fn new(text: &'de str, depth: u32) -> Self {
        Self { text, at: 0, depth, is_first: true }
    }

    /// Whether another value follows, where values stand without the brackets of their list.
    pub(super) fn has_more(&mut self) -> Result<bool, Odd> {
        match (self.peek(), self.is_first) {
            (None, _) => return Ok(false),
            (Some(_), true) => self.is_first = false,
            (Some(_), false) => {
                self.expect(b',')?;
                // Nothing behind a comma is not the end.
                self.peek().ok_or(Odd)?;
            }
        }
        Ok(true)
    }

    /// The bytes from a place on, eight of them as one number, if there are so many.
    #[inline]
    fn eight(&self, at: usize) -> Option<u64> {
        Some(u64::from_le_bytes(*self.text.as_bytes().get(at..)?.first_chunk()?))
    }

    /// The next byte that is no white space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            // Most often; asked first, and one by one: a jump through a table is slower.
            if byte > b' ' {
                return Some(byte);
            } else if byte == b'\n' {
                self.at += 1;
                while let Some(eight) = self.eight(self.at) {
                    let others = eight ^ repeat(b' ');
                    self.at += (others.trailing_zeros() / 8) as usize;
                    if others != 0 {
                        break;
                    }
                }
            } else if byte == b' ' || byte == b'\t' || byte == b'\r' {
                self.at += 1;
            } else {
                return Some(byte);
            }
        }
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), Odd> {
        if self.peek() != Some(byte) {
            return Err(Odd);
        }
        self.at += 1;
        Ok(())
    }

    /// Reads a text to its end; `at` is behind the opening quote. Returns whether it holds escapes.
    #[inline]
    fn close_text(&mut self) -> Result<bool, Odd> {
        let mut escapes = false;
        loop {
            while let Some(eight) = self.eight(self.at) {
                let found = ends(eight);
                if found != 0 {
                    self.at += (found.trailing_zeros() / 8) as usize;
                    break;
                }
                self.at += 8;
            }
            match self.text.as_bytes().get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(escapes);
                }
                Some(b'\\') => {
                    escapes = true;
                    self.at += 2;
                }
                Some(0..0x20) | None => return Err(Odd),
                Some(_) => self.at += 1,
            }
        }
    }

    #[inline]
    fn skip_text(&mut self) -> Result<(), Odd> {
        let start = self.at;
        if self.close_text()? {
            // Escapes can be wrong in many ways.
            skip_with_serde(self.text.get(start - 1..self.at).ok_or(Odd)?)?;
        }
        Ok(())
    }

    /// Skips a number, `true`, `false` or `null`.
    #[inline]
    fn skip_bare(&mut self) -> Result<(), Odd> {
        const FALSE: u64 = u64::from_le_bytes(*b"false\0\0\0");
        // Whoever calls looks at what comes behind.
        let eight = self.eight(self.at).unwrap_or_default();
        if eight as u32 == u32::from_le_bytes(*b"null") || eight as u32 == u32::from_le_bytes(*b"true") {
            self.at += 4;
        } else if eight & ((1 << 40) - 1) == FALSE {
            self.at += 5;
        } else {
            match self.bare() {
                "null" | "true" | "false" => {}
                number if is_small(number) => {}
                other => skip_with_serde(other)?,
            }
        }
        Ok(())
    }

    /// A number, `true`, `false` or `null`, not yet looked at.
    #[inline]
    fn bare(&mut self) -> &'de str {
        let start = self.at;
        while let Some(byte) = self.text.as_bytes().get(self.at)
            && (byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'))
        {
            self.at += 1;
        }
        // Only ASCII was passed, so this is between characters.
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Skips a value. `objects` has a bit for each open list: whether it is an object.
    #[inline]
    fn skip(&mut self) -> Result<(), Odd> {
        let (mut objects, mut depth): (u128, u32) = (0, 0);
        loop {
            let byte = self.peek().ok_or(Odd)?;
            match byte {
                b'"' => {
                    self.at += 1;
                    self.skip_text()?;
                }
                b'{' | b'[' => {
                    self.at += 1;
                    let is_object = byte == b'{';
                    if self.peek() == Some(if is_object { b'}' } else { b']' }) {
                        self.at += 1;
                    } else {
                        depth += 1;
                        if depth + self.depth > MOST_DEPTH {
                            return Err(Odd);
                        }
                        objects = objects << 1 | u128::from(is_object);
                        if is_object {
                            self.skip_key()?;
                        }
                        continue;
                    }
                }
                _ => self.skip_bare()?,
            }
            // Behind a value: another one, or the ends of lists.
            loop {
                if depth == 0 {
                    return Ok(());
                }
                let is_object = objects & 1 == 1;
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        if is_object {
                            self.skip_key()?;
                        }
                        break;
                    }
                    Some(b'}') if is_object => {}
                    Some(b']') if !is_object => {}
                    _ => return Err(Odd),
                }
                self.at += 1;
                depth -= 1;
                objects >>= 1;
            }
        }
    }

    #[inline]
    fn skip_key(&mut self) -> Result<(), Odd> {
        self.expect(b'"')?;
        self.skip_text()?;
        self.expect(b':')
    }

    /// Steps into an object or array.
    #[inline]
    fn list<R>(&mut self, read: impl FnOnce(List<'_, 'de>) -> Result<R, Odd>) -> Result<R, Odd> {
        self.at += 1;
        let depth = self.depth;
        if depth == MOST_DEPTH {
            return Err(Odd);
        }
        self.depth += 1;
        let result = read(List { json: self, is_first: true })?;
        // Whoever reads a list reads it to its end.
        if self.depth == depth { Ok(result) } else { Err(Odd) }
    }
}

/// A byte eight times.
const fn repeat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The highest bit of the first byte that a text cannot simply hold: a quote, a backslash, a control
/// character. Bits above it are of no meaning.
const fn ends(eight: u64) -> u64 {
    // A byte below a limit borrows from its highest bit, which bytes of ASCII do not have.
    let (quote, escape) = (eight ^ repeat(b'"'), eight ^ repeat(b'\\'));
    let quote = quote.wrapping_sub(repeat(1)) & !quote;
    let escape = escape.wrapping_sub(repeat(1)) & !escape;
    let control = eight.wrapping_sub(repeat(0x20)) & !eight;
    (quote | escape | control) & repeat(0x80)
}

/// Whether this is a number in the form that nearly all have.
fn is_small(number: &str) -> bool {
    let digits = number.as_bytes();
    let is_zero = digits.first() == Some(&b'0');
    (1..18).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit)
        && (!is_zero || digits.len() == 1)
}

#[cold]
fn skip_with_serde(text: &str) -> Result<(), Odd> {
    serde_json::from_str::<IgnoredAny>(text).map(drop).map_err(|_| Odd)
}

impl<'de> Deserializer<'de> for &mut Json<'de> {
    type Error = Odd;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        match self.peek().ok_or(Odd)? {
            b'"' => self.deserialize_str(visitor),
            b'{' => self.list(|list| visitor.visit_map(list)),
            b'[' => self.list(|list| visitor.visit_seq(list)),
            _ => match self.bare() {
                "null" => visitor.visit_unit(),
                "true" => visitor.visit_bool(true),
                "false" => visitor.visit_bool(false),
                number if is_small(number) => visitor.visit_u64(number.parse().map_err(|_| Odd)?),
                other => {
                    let mut json = serde_json::Deserializer::from_str(other);
                    let value = json.deserialize_any(visitor).map_err(|_| Odd)?;
                    json.end().map(|()| value).map_err(|_| Odd)
                }
            },
        }
    }

    /// Keys, mostly.
    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        self.expect(b'"')?;
        let start = self.at;
        if self.close_text()? {
            let quoted = self.text.get(start - 1..self.at).ok_or(Odd)?;
            visitor.visit_string(serde_json::from_str(quoted).map_err(|_| Odd)?)
        } else {
            visitor.visit_borrowed_str(self.text.get(start..self.at - 1).ok_or(Odd)?)
        }
    }

    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        self.skip()?;
        visitor.visit_unit()
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        if self.peek() == Some(b'n') {
            self.skip()?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Odd> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct enum
    }
}

/// The members of an object, or the elements of an array.
struct List<'a, 'de> {
    json: &'a mut Json<'de>,
    is_first: bool,
}

impl List<'_, '_> {
    /// Whether another one follows before the end.
    #[inline]
    fn more(&mut self, end: u8) -> Result<bool, Odd> {
        match self.json.peek() {
            Some(byte) if byte == end => {
                self.json.at += 1;
                self.json.depth -= 1;
                return Ok(false);
            }
            _ if self.is_first => self.is_first = false,
            Some(b',') => self.json.at += 1,
            _ => return Err(Odd),
        }
        Ok(true)
    }
}

impl<'de> MapAccess<'de> for List<'_, 'de> {
    type Error = Odd;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Odd> {
        if !self.more(b'}')? {
            return Ok(None);
        }
        if self.json.peek() != Some(b'"') {
            return Err(Odd);
        }
        seed.deserialize(&mut *self.json).map(Some)
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Odd> {
        self.json.expect(b':')?;
        seed.deserialize(&mut *self.json)
    }
}

impl<'de> SeqAccess<'de> for List<'_, 'de> {
    type Error = Odd;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Odd> {
        if self.more(b']')? { seed.deserialize(&mut *self.json).map(Some) } else { Ok(None) }
    }
}

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not read by the quick scanner")
    }
}

impl std::error::Error for Odd {}

impl de::Error for Odd {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests;
