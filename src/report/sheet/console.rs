//! Traffic in the words of the EC2 console: type, protocol, port range (User Guide, security group rules).

use crate::traffic::{Traffic, TrafficItem};

/// The types that the console has names for, by protocol and port.
const TYPES: [(&str, i32, &str); 22] = [
    ("tcp", 22, "SSH"),
    ("tcp", 25, "SMTP"),
    ("udp", 53, "DNS (UDP)"),
    ("tcp", 53, "DNS (TCP)"),
    ("tcp", 80, "HTTP"),
    ("tcp", 110, "POP3"),
    ("tcp", 143, "IMAP"),
    ("tcp", 389, "LDAP"),
    ("tcp", 443, "HTTPS"),
    ("tcp", 445, "SMB"),
    ("tcp", 465, "SMTPS"),
    ("tcp", 993, "IMAPS"),
    ("tcp", 995, "POP3S"),
    ("tcp", 1433, "MSSQL"),
    ("tcp", 1521, "Oracle-RDS"),
    ("tcp", 2049, "NFS"),
    ("tcp", 3306, "MYSQL/Aurora"),
    ("tcp", 3389, "RDP"),
    ("tcp", 5432, "PostgreSQL"),
    ("tcp", 5439, "Redshift"),
    ("tcp", 5985, "WinRM-HTTP"),
    ("tcp", 5986, "WinRM-HTTPS"),
];

/// Some traffic of one protocol.
pub(super) struct Part {
    /// `HTTPS`, `Custom TCP`, `All traffic`.
    pub(super) kind: String,
    /// `TCP`, `All`.
    pub(super) protocol: String,
    /// `443`, `8000-8100`, `All`; of ICMP its messages.
    pub(super) ports: String,
}

/// Returns traffic by protocol, the ports of one together.
pub(super) fn parts(traffic: &Traffic) -> Vec<Part> {
    let items = traffic.items();
    let mut parts: Vec<Part> = Vec::new();
    for item in &items {
        let part = part(item);
        match parts.last_mut().filter(|last| last.protocol == part.protocol) {
            Some(last) => {
                last.ports = format!("{}, {}", last.ports, part.ports);
                last.kind = format!("Custom {}", last.protocol);
            }
            None => parts.push(part),
        }
    }
    parts
}

fn part(item: &TrafficItem) -> Part {
    let protocol = match item.protocol.as_str() {
        "all" => "All".to_owned(),
        "icmpv6" => "ICMPv6".to_owned(),
        other => other.to_uppercase(),
    };
    let but = match item.except.len() {
        0 => "",
        _ => " with exceptions",
    };
    let (kind, ports) = match (item.protocol.as_str(), item.from_port, item.to_port) {
        ("all", ..) => ("All traffic".to_owned(), "All".to_owned()),
        ("tcp" | "udp", Some(0), Some(65535)) => (format!("All {protocol}"), "All".to_owned()),
        ("tcp" | "udp", Some(first), Some(last)) => {
            let known = TYPES.iter().find(|(own, port, _)| *own == item.protocol && *port == first);
            let known = known.filter(|_| first == last).map(|(.., name)| (*name).to_owned());
            let ports = if first == last { first.to_string() } else { format!("{first}-{last}") };
            (known.unwrap_or_else(|| format!("Custom {protocol}")), ports)
        }
        (_, Some(-1), _) => (format!("All {protocol}"), "All".to_owned()),
        (_, Some(kind), Some(code)) => {
            let code = if code < 0 { String::new() } else { format!(" code {code}") };
            (format!("Custom {protocol}"), format!("type {kind}{code}"))
        }
        _ => ("Custom protocol".to_owned(), "All".to_owned()),
    };
    Part { kind, protocol, ports: format!("{ports}{but}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traffic_reads_as_in_the_console() {
        let told = |text: &str| -> Vec<String> {
            let traffic: Traffic = text.parse().unwrap();
            parts(&traffic)
                .iter()
                .map(|part| format!("{} | {} | {}", part.kind, part.protocol, part.ports))
                .collect()
        };
        assert_eq!(told("443"), ["HTTPS | TCP | 443"]);
        assert_eq!(told("tcp/8000-8100"), ["Custom TCP | TCP | 8000-8100"]);
        assert_eq!(told("udp"), ["All UDP | UDP | All"]);
        assert_eq!(told("all"), ["All traffic | All | All"]);
        assert_eq!(told("icmp"), ["All ICMP | ICMP | All"]);
        let two = "443".parse::<Traffic>().unwrap().union(&"8080".parse().unwrap());
        assert_eq!(parts(&two)[0].ports, "443, 8080");
        assert_eq!(parts(&two)[0].kind, "Custom TCP");
    }
}
