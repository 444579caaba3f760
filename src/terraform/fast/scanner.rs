//! A JSON scanner that skips unwanted values quickly: in a Terraform state two bytes in five are
//! indentation, and nine attributes in ten are skipped. It takes half of `serde_json`'s time.
//!
//! It accepts nothing that `serde_json` refuses. Its errors hold no details, because `serde_json` reads
//! again whatever the scanner cannot read, and reports the place.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The text is not JSON, or not of the expected shape.
#[derive(Debug)]
pub(super) struct ScanError;

/// A JSON text, scanned up to a place.
pub(super) struct Scanner<'de> {
    text: &'de str,
    at: usize,
    /// How many objects and arrays are open.
    depth: u32,
    /// Whether the next value is the first.
    is_first: bool,
}

/// The limit of `serde_json`, which keeps the stack small.
const MAX_DEPTH: u32 = 127;

impl<'de> Scanner<'de> {
    /// Scans a text that lies within `depth` open objects and arrays.
    pub(super) fn new(text: &'de str, depth: u32) -> Self {
        Self { text, at: 0, depth, is_first: true }
    }

    /// Tells whether another value follows in a list without its brackets.
    pub(super) fn has_more(&mut self) -> Result<bool, ScanError> {
        match (self.peek(), self.is_first) {
            (None, _) => return Ok(false),
            (Some(_), true) => self.is_first = false,
            (Some(_), false) => {
                self.expect(b',')?;
                // A list must not end with a comma.
                self.peek().ok_or(ScanError)?;
            }
        }
        Ok(true)
    }

    /// Returns the eight bytes from a place on as one number; `None` near the end of the text.
    #[inline]
    fn eight(&self, at: usize) -> Option<u64> {
        Some(u64::from_le_bytes(*self.text.as_bytes().get(at..)?.first_chunk()?))
    }

    /// Returns the next byte that is not white space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            // The most frequent case comes first. Single comparisons are faster than a jump table.
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
    fn expect(&mut self, byte: u8) -> Result<(), ScanError> {
        if self.peek() != Some(byte) {
            return Err(ScanError);
        }
        self.at += 1;
        Ok(())
    }

    /// Reads a text to its end; `at` is behind the opening quote. Returns whether it holds escapes.
    #[inline]
    fn close_text(&mut self) -> Result<bool, ScanError> {
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
                Some(0..0x20) | None => return Err(ScanError),
                Some(_) => self.at += 1,
            }
        }
    }

    #[inline]
    fn skip_text(&mut self) -> Result<(), ScanError> {
        let start = self.at;
        if self.close_text()? {
            // Escapes can be wrong in many ways, so serde_json checks them.
            skip_with_serde(self.text.get(start - 1..self.at).ok_or(ScanError)?)?;
        }
        Ok(())
    }

    /// Skips a number, `true`, `false` or `null`.
    #[inline]
    fn skip_bare(&mut self) -> Result<(), ScanError> {
        const FALSE: u64 = u64::from_le_bytes(*b"false\0\0\0");
        // The caller checks the byte after the value.
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

    /// Returns a number, `true`, `false` or `null`, unchecked.
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
    fn skip(&mut self) -> Result<(), ScanError> {
        let (mut objects, mut depth): (u128, u32) = (0, 0);
        loop {
            let byte = self.peek().ok_or(ScanError)?;
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
                        if depth + self.depth > MAX_DEPTH {
                            return Err(ScanError);
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
            // A value is followed by another one, or by the ends of lists.
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
                    _ => return Err(ScanError),
                }
                self.at += 1;
                depth -= 1;
                objects >>= 1;
            }
        }
    }

    #[inline]
    fn skip_key(&mut self) -> Result<(), ScanError> {
        self.expect(b'"')?;
        self.skip_text()?;
        self.expect(b':')
    }

    /// Steps into an object or array.
    #[inline]
    fn list<R>(&mut self, read: impl FnOnce(List<'_, 'de>) -> Result<R, ScanError>) -> Result<R, ScanError> {
        self.at += 1;
        let depth = self.depth;
        if depth == MAX_DEPTH {
            return Err(ScanError);
        }
        self.depth += 1;
        let result = read(List { json: self, is_first: true })?;
        // A visitor must read a list to its end.
        if self.depth == depth { Ok(result) } else { Err(ScanError) }
    }
}

/// Repeats a byte eight times.
const fn repeat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Marks the first quote, backslash or control character among eight bytes by its highest bit. Bits
/// above it have no meaning.
const fn ends(eight: u64) -> u64 {
    // A byte below a limit borrows from its highest bit, which bytes of ASCII do not have.
    let (quote, escape) = (eight ^ repeat(b'"'), eight ^ repeat(b'\\'));
    let quote = quote.wrapping_sub(repeat(1)) & !quote;
    let escape = escape.wrapping_sub(repeat(1)) & !escape;
    let control = eight.wrapping_sub(repeat(0x20)) & !eight;
    (quote | escape | control) & repeat(0x80)
}

/// Tells whether a text is a whole number of up to 17 digits, as nearly all numbers are.
fn is_small(number: &str) -> bool {
    let digits = number.as_bytes();
    let is_zero = digits.first() == Some(&b'0');
    (1..18).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit)
        && (!is_zero || digits.len() == 1)
}

#[cold]
fn skip_with_serde(text: &str) -> Result<(), ScanError> {
    serde_json::from_str::<IgnoredAny>(text).map(drop).map_err(|_| ScanError)
}

impl<'de> Deserializer<'de> for &mut Scanner<'de> {
    type Error = ScanError;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ScanError> {
        match self.peek().ok_or(ScanError)? {
            b'"' => self.deserialize_str(visitor),
            b'{' => self.list(|list| visitor.visit_map(list)),
            b'[' => self.list(|list| visitor.visit_seq(list)),
            _ => match self.bare() {
                "null" => visitor.visit_unit(),
                "true" => visitor.visit_bool(true),
                "false" => visitor.visit_bool(false),
                number if is_small(number) => visitor.visit_u64(number.parse().map_err(|_| ScanError)?),
                other => {
                    let mut json = serde_json::Deserializer::from_str(other);
                    let value = json.deserialize_any(visitor).map_err(|_| ScanError)?;
                    json.end().map(|()| value).map_err(|_| ScanError)
                }
            },
        }
    }

    /// Reads a text; most of them are keys.
    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ScanError> {
        self.expect(b'"')?;
        let start = self.at;
        if self.close_text()? {
            let quoted = self.text.get(start - 1..self.at).ok_or(ScanError)?;
            visitor.visit_string(serde_json::from_str(quoted).map_err(|_| ScanError)?)
        } else {
            visitor.visit_borrowed_str(self.text.get(start..self.at - 1).ok_or(ScanError)?)
        }
    }

    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ScanError> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ScanError> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ScanError> {
        self.skip()?;
        visitor.visit_unit()
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ScanError> {
        if self.peek() == Some(b'n') {
            self.skip()?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, ScanError> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct enum
    }
}

/// The members of an object, or the elements of an array.
struct List<'a, 'de> {
    json: &'a mut Scanner<'de>,
    is_first: bool,
}

impl List<'_, '_> {
    /// Tells whether another member follows before the end.
    #[inline]
    fn more(&mut self, end: u8) -> Result<bool, ScanError> {
        match self.json.peek() {
            Some(byte) if byte == end => {
                self.json.at += 1;
                self.json.depth -= 1;
                return Ok(false);
            }
            _ if self.is_first => self.is_first = false,
            Some(b',') => self.json.at += 1,
            _ => return Err(ScanError),
        }
        Ok(true)
    }
}

impl<'de> MapAccess<'de> for List<'_, 'de> {
    type Error = ScanError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ScanError> {
        if !self.more(b'}')? {
            return Ok(None);
        }
        if self.json.peek() != Some(b'"') {
            return Err(ScanError);
        }
        seed.deserialize(&mut *self.json).map(Some)
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ScanError> {
        self.json.expect(b':')?;
        seed.deserialize(&mut *self.json)
    }
}

impl<'de> SeqAccess<'de> for List<'_, 'de> {
    type Error = ScanError;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ScanError> {
        if self.more(b']')? { seed.deserialize(&mut *self.json).map(Some) } else { Ok(None) }
    }
}

impl fmt::Display for ScanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not read by the quick scanner")
    }
}

impl std::error::Error for ScanError {}

impl de::Error for ScanError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests;
