//! Traffic as people write it: `443`, `tcp/443`, `udp/53`, `8000-8100`, `icmp`, `all`.

use std::str::FromStr;

use super::Traffic;

/// A text that is neither a port nor a protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a valid port: write 443, tcp/443, udp/53, 8000-8100, icmp or all")]
pub struct TrafficSyntaxError(String);

impl FromStr for Traffic {
    type Err = TrafficSyntaxError;

    /// Reads a port, a range of ports, or a protocol. A bare port is TCP's.
    fn from_str(text: &str) -> Result<Self, TrafficSyntaxError> {
        let wrong = || TrafficSyntaxError(text.to_owned());
        // Numbers as people write ports: without a sign, blanks, or zeros that might make them octal.
        let is_plain = |number: &str| number.len() < 2 || !number.starts_with('0');
        let is_usual = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_');
        if !text.chars().all(is_usual) || !text.split(['/', '-']).all(is_plain) {
            return Err(wrong());
        }
        let (protocol, ports) = match text.split_once('/') {
            Some((protocol, ports)) => (protocol, ports),
            None if is_bare(text) => ("tcp", text),
            None => return Self::from_permission(text, None, None).map_err(|_| wrong()),
        };
        let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
        let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>()) else { return Err(wrong()) };
        Self::from_permission(protocol, Some(first.into()), Some(last.into())).map_err(|_| wrong())
    }
}

impl Traffic {
    /// Reads a port, a range or a protocol to filter by. A bare port is TCP's and UDP's, because a
    /// filter that hides too much misleads.
    ///
    /// # Errors
    /// [`TrafficSyntaxError`] when the text is neither a port nor a protocol.
    pub fn parse_filter(text: &str) -> Result<Self, TrafficSyntaxError> {
        let tcp: Self = text.parse()?;
        Ok(if is_bare(text) { tcp.union(&format!("udp/{text}").parse()?) } else { tcp })
    }
}

/// Tells whether a text is a port or a range without a protocol.
fn is_bare(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traffic::Protocol;

    #[test]
    fn ports_and_protocols_are_read_as_people_write_them() {
        let read = |text: &str| text.parse::<Traffic>();
        assert_eq!(read("443"), Ok(Traffic::ports(Protocol::TCP, 443, 443)));
        assert_eq!(read("udp/53"), Ok(Traffic::ports(Protocol::UDP, 53, 53)));
        assert_eq!(read("8000-8100"), read("tcp/8000-8100"));
        assert_eq!(read("all"), Ok(Traffic::all()));
        for wrong in
            ["http", "8100-8000", "70000", "tcp/", "", "tcp/1-2-3", "+80", " 80", "080", "tcp/+80", "80 "]
        {
            assert_eq!(read(wrong), Err(TrafficSyntaxError(wrong.to_owned())), "{wrong}");
        }
        let both = Traffic::parse_filter("53");
        assert_eq!(
            both,
            Ok(Traffic::ports(Protocol::TCP, 53, 53).union(&Traffic::ports(Protocol::UDP, 53, 53)))
        );
    }
}
