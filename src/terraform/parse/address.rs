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

#[cfg(test)]
mod tests {
    use super::*;

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
