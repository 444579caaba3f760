//! Resource addresses: `module.db[0].aws_instance.web["a"]`.

use std::fmt::Write as _;

use super::value::Value;

/// Joins the parts of an absolute resource address (Terraform, "Resource Addressing").
pub(crate) fn absolute_address(
    module: Option<&str>,
    managed: bool,
    kind: &str,
    name: &str,
    key: Option<&Value<'_>>,
) -> String {
    let mut address = String::with_capacity(48);
    if let Some(module) = module.filter(|module| !module.is_empty()) {
        address.push_str(module);
        address.push('.');
    }
    if !managed {
        address.push_str("data.");
    }
    address.push_str(kind);
    address.push('.');
    address.push_str(name);
    match key {
        Some(Value::Int(index)) => write!(address, "[{index}]"),
        Some(Value::Text(key)) => write!(address, "[{key:?}]"),
        _ => Ok(()),
    }
    .expect("a String takes all that is written");
    address
}

/// Returns the resource type of an absolute address; empty when it has none. Keys may hold dots and
/// brackets.
pub(crate) fn kind_of(address: &str) -> &str {
    let mut rest = address;
    while let Some(module) = rest.strip_prefix("module.") {
        rest = after_step(module);
    }
    let rest = rest.strip_prefix("data.").unwrap_or(rest);
    rest.split_once('.').map_or("", |(kind, _)| kind)
}

/// Returns what follows one step, which is a name and perhaps a key, and its dot.
fn after_step(address: &str) -> &str {
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (place, letter) in address.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '.' if !is_quoted => return &address[place + 1..],
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_follows_modules_whatever_their_keys() {
        assert_eq!(kind_of("aws_instance.web[0]"), "aws_instance");
        assert_eq!(kind_of(r#"module.a["x.y\"]."].module.b[1].data.aws_lb.l["z"]"#), "aws_lb");
        assert_eq!(["", "module.a", "x"].map(kind_of), [""; 3]);
    }

    #[test]
    fn indexes_and_keys_are_part_of_the_address() {
        let key = Value::Text("a\"b".into());
        assert_eq!(absolute_address(None, true, "aws_instance", "web", None), "aws_instance.web");
        assert_eq!(
            absolute_address(Some("module.m[0]"), true, "t", "n", Some(&Value::Int(2))),
            "module.m[0].t.n[2]"
        );
        assert_eq!(absolute_address(Some(""), false, "t", "n", Some(&key)), r#"data.t.n["a\"b"]"#);
    }
}
