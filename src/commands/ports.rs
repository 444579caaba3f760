//! Ports as users write them: `443`, `tcp/443`, `udp/53`, `8000-8100`, `icmp`.

use sglens::traffic::Traffic;

/// Reads a port, a range, or a protocol to filter by. A bare port is TCP's and UDP's.
///
/// # Errors
/// What is wrong, and how to write it.
pub fn parse(text: &str) -> Result<Traffic, String> {
    let tcp = parse_one(text)?;
    let is_bare = text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains('/');
    Ok(if is_bare { tcp.union(&parse_one(&format!("udp/{text}"))?) } else { tcp })
}

/// Reads a port, a range, or a protocol to ask about. A bare port is TCP's.
///
/// # Errors
/// What is wrong, and how to write it.
pub fn parse_one(text: &str) -> Result<Traffic, String> {
    let wrong = || format!("`{text}` is no port: write 443, tcp/443, udp/53, 8000-8100, icmp or all");
    let (protocol, ports) = match text.split_once('/') {
        Some((protocol, ports)) => (protocol, ports),
        None if text.starts_with(|c: char| c.is_ascii_digit()) => ("tcp", text),
        None => return Traffic::from_permission(text, None, None).map_err(|_| wrong()),
    };
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>()) else { return Err(wrong()) };
    if first > last {
        return Err(wrong());
    }
    Traffic::from_permission(protocol, Some(first.into()), Some(last.into())).map_err(|_| wrong())
}
