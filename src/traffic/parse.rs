//! Traffic as people write it: `443`, `tcp/443`, `443/tcp`, `udp:53`, `8000-8100`, `https`, `icmp`, `all`.

use std::str::FromStr;

use super::{Protocol, Traffic};

/// A text that is neither a port nor a protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a valid port: {reason}")]
pub struct TrafficSyntaxError {
    text: String,
    reason: Reason,
}

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Reason {
    #[error(
        "write a port from 0 to 65535 (443, tcp/443, udp/53), a range from low to high (8000-8100), a service \
         (https), icmp or all"
    )]
    Form,
    #[error("ports go from 0 to 65535")]
    Number,
    #[error("a range goes from low to high, as 8000-8100 does")]
    Order,
}

const TCP: &[Protocol] = &[Protocol::TCP];
const UDP: &[Protocol] = &[Protocol::UDP];
const BOTH: &[Protocol] = &[Protocol::TCP, Protocol::UDP];

/// Services by name, with the protocols that they are usually spoken over, and their port. The first name of
/// each is the one of the IANA service name registry (RFC 6335), where the ports come from too; the others
/// are what people write.
const SERVICES: [(&[&str], &[Protocol], u16); 30] = [
    (&["ftp"], TCP, 21),
    (&["ssh"], TCP, 22),
    (&["telnet"], TCP, 23),
    (&["smtp"], TCP, 25),
    (&["domain", "dns"], BOTH, 53),
    (&["http"], TCP, 80),
    (&["kerberos"], BOTH, 88),
    (&["pop3"], TCP, 110),
    (&["ntp"], UDP, 123),
    (&["imap"], TCP, 143),
    (&["snmp"], UDP, 161),
    (&["ldap"], TCP, 389),
    (&["https"], TCP, 443),
    (&["microsoft-ds", "smb"], TCP, 445),
    (&["submissions", "smtps"], TCP, 465),
    (&["syslog"], UDP, 514),
    (&["submission"], TCP, 587),
    (&["ldaps"], TCP, 636),
    (&["imaps"], TCP, 993),
    (&["pop3s"], TCP, 995),
    (&["ms-sql-s", "mssql"], TCP, 1433),
    (&["nfs"], TCP, 2049),
    (&["mysql"], TCP, 3306),
    (&["ms-wbt-server", "rdp"], TCP, 3389),
    (&["postgresql", "postgres"], TCP, 5432),
    (&["amqps"], TCP, 5671),
    (&["amqp"], TCP, 5672),
    (&["redis"], TCP, 6379),
    (&["memcache", "memcached"], TCP, 11_211),
    (&["mongodb"], TCP, 27_017),
];

impl FromStr for Traffic {
    type Err = TrafficSyntaxError;

    /// Reads a port, a range of ports, a protocol, or the name of a service. A bare port is TCP's.
    fn from_str(text: &str) -> Result<Self, TrafficSyntaxError> {
        let wrong = |reason| TrafficSyntaxError { text: text.to_owned(), reason };
        if let Some((protocols, port)) = service(text) {
            return Ok(on(protocols, port));
        }
        // Numbers as people write ports: without a sign, blanks, or zeros that might make them octal.
        let is_plain = |number: &str| number.len() < 2 || !number.starts_with('0');
        let is_usual = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | ':' | '-' | '_');
        if !text.chars().all(is_usual) || !text.split(['/', ':', '-']).all(is_plain) {
            return Err(wrong(Reason::Form));
        }
        let (protocol, ports) = match text.split_once(['/', ':']) {
            // A protocol may be a number too: then it is the first.
            Some((ports, protocol)) if begins_with_digit(ports) && !begins_with_digit(protocol) => {
                (protocol, ports)
            }
            Some((protocol, ports)) => (protocol, ports),
            None if begins_with_digit(text) => ("tcp", text),
            None => return Self::from_permission(text, None, None).map_err(|_| wrong(Reason::Form)),
        };
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u16>().map_err(|_| wrong(if is_number { Reason::Number } else { Reason::Form }))
        };
        let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
        let (first, last) = (number(first)?, number(last)?);
        // The type and the code of ICMP are in no order.
        Self::from_permission(protocol, Some(first.into()), Some(last.into()))
            .map_err(|_| wrong(if first > last { Reason::Order } else { Reason::Form }))
    }
}

impl Traffic {
    /// Reads a port, a range, a service or a protocol to filter by. Without a protocol it is TCP's and UDP's,
    /// because a filter that hides too much misleads.
    ///
    /// # Errors
    /// [`TrafficSyntaxError`] when the text is neither a port nor a protocol.
    pub fn parse_filter(text: &str) -> Result<Self, TrafficSyntaxError> {
        if let Some((_, port)) = service(text) {
            return Ok(on(BOTH, port));
        }
        let traffic: Self = text.parse()?;
        let is_bare = begins_with_digit(text) && !text.contains(['/', ':']);
        Ok(if is_bare { traffic.union(&format!("udp/{text}").parse()?) } else { traffic })
    }
}

/// Finds a service by name; case does not matter.
fn service(text: &str) -> Option<(&'static [Protocol], u16)> {
    let is_called = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(text));
    SERVICES.iter().find(|(names, ..)| is_called(names)).map(|(_, protocols, port)| (*protocols, *port))
}

/// Returns a port of several protocols.
fn on(protocols: &[Protocol], port: u16) -> Traffic {
    let each = protocols.iter().map(|protocol| Traffic::ports(*protocol, port, port));
    each.fold(Traffic::none(), |all, one| all.union(&one))
}

fn begins_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Traffic, TrafficSyntaxError> {
        text.parse()
    }

    #[test]
    fn ports_and_protocols_are_read_as_people_write_them() {
        let tcp = |first, last| Ok(Traffic::ports(Protocol::TCP, first, last));
        let udp = |port| Ok(Traffic::ports(Protocol::UDP, port, port));
        for text in ["443", "tcp/443", "TCP/443", "443/tcp", "tcp:443", "443:tcp", "6/443"] {
            assert_eq!(read(text), tcp(443, 443), "{text}");
        }
        for text in ["udp/53", "53/udp", "udp:53"] {
            assert_eq!(read(text), udp(53), "{text}");
        }
        for text in ["8000-8100", "tcp/8000-8100", "8000-8100/tcp", "tcp:8000-8100"] {
            assert_eq!(read(text), tcp(8000, 8100), "{text}");
        }
        assert_eq!(read("all"), Ok(Traffic::all()));
        assert_eq!(read("tcp"), tcp(0, 65_535));
        assert_eq!(read("icmp/8-0"), read("1/8-0"), "a type and a code");
    }

    #[test]
    fn services_have_names() {
        assert_eq!(read("https"), read("443"));
        assert_eq!(read("SSH"), read("22"));
        assert_eq!(read("postgres"), read("5432"));
        assert_eq!(read("postgresql"), read("postgres"));
        assert_eq!(read("ntp"), read("udp/123"));
        let both = Traffic::ports(Protocol::TCP, 53, 53).union(&Traffic::ports(Protocol::UDP, 53, 53));
        assert_eq!(read("dns"), Ok(both.clone()));
        assert_eq!(Traffic::parse_filter("53"), Ok(both));
        assert_eq!(Traffic::parse_filter("https"), Traffic::parse_filter("443"), "a filter hides less");
        assert_eq!(Traffic::parse_filter("443/tcp"), read("443"));
        let mut names: Vec<&str> = SERVICES.iter().flat_map(|(names, ..)| names.iter().copied()).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "a name means one service");
        for name in names {
            assert!(Traffic::from_permission(name, None, None).is_err(), "{name} is a protocol");
        }
    }

    #[test]
    fn what_is_no_traffic_is_refused_with_a_reason() {
        for (text, reason) in [
            ("htpp", Reason::Form),
            ("tcp/", Reason::Form),
            ("/tcp", Reason::Form),
            ("", Reason::Form),
            ("tcp/1-2-3", Reason::Form),
            ("tcp:80:81", Reason::Form),
            ("+80", Reason::Form),
            (" 80", Reason::Form),
            ("080", Reason::Form),
            ("tcp/+80", Reason::Form),
            ("80 ", Reason::Form),
            ("10.0.0.0/8", Reason::Form),
            ("70000", Reason::Number),
            ("tcp/65536", Reason::Number),
            ("1-99999", Reason::Number),
            ("8100-8000", Reason::Order),
            ("8100-8000/udp", Reason::Order),
        ] {
            assert_eq!(read(text), Err(TrafficSyntaxError { text: text.to_owned(), reason }), "{text}");
        }
        let message = read("70000").map_err(|error| error.to_string());
        assert_eq!(message, Err("`70000` is not a valid port: ports go from 0 to 65535".to_owned()));
    }
}
