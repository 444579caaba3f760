//! JSON that can be shown: what steers terminals or build servers is written as an escape, which reads
//! as the same text.

use std::io;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};

use super::is_unsafe;

/// Prints JSON for people, with a line break at its end.
pub fn json(body: &impl Serialize) -> String {
    let mut text = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut text, Shown(PrettyFormatter::new()));
    body.serialize(&mut serializer).expect("plain data always becomes JSON");
    text.push(b'\n');
    String::from_utf8(text).expect("JSON is text")
}

/// [`PrettyFormatter`], but for what strings hold.
struct Shown(PrettyFormatter<'static>);

impl Formatter for Shown {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut from = 0;
        let mut before = ' ';
        for (at, c) in fragment.char_indices() {
            if is_unsafe(c) || (c == '#' && before == '#') {
                writer.write_all(&fragment.as_bytes()[from..at])?;
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
                from = at + c.len_utf8();
            }
            before = c;
        }
        writer.write_all(&fragment.as_bytes()[from..])
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_an_escape() {
        let text = "a\u{9b}\u{202e}b ##vso[x] \"\u{1b}\n\u{e0001} é";
        let printed = json(&[text]);
        assert_eq!(printed, "[\n  \"a\\u009b\\u202eb #\\u0023vso[x] \\\"\\u001b\\n\\udb40\\udc01 é\"\n]\n");
        assert_eq!(serde_json::from_str::<Vec<String>>(&printed).unwrap(), [text]);
        assert_eq!(json(&serde_json::json!({"a": [], "b": {}})), "{\n  \"a\": [],\n  \"b\": {}\n}\n");
    }
}
