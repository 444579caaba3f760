//! The `configuration` of a plan: the modules, and the expressions of their resources, calls and
//! outputs. Any shape is accepted; a member of an unexpected shape counts as missing.
//!
//! Terraform source, `internal/command/jsonconfig`.

use std::collections::HashMap;

use serde_json::Value;

use super::steps::Call;

/// The value of members that are missing.
pub(super) static NULL: Value = Value::Null;

/// One module, whatever the number of its instances.
#[derive(Debug)]
pub(super) struct Module<'c> {
    /// The call that makes it; null for the root.
    call: &'c Value,
    body: &'c Value,
    resources: HashMap<&'c str, &'c Value>,
    children: HashMap<&'c str, Module<'c>>,
}

impl<'c> Module<'c> {
    /// Indexes the root module and those below it. JSON is parsed to a bounded depth, which bounds
    /// the recursion.
    pub(super) fn root(configuration: &'c Value) -> Self {
        Self::new(&NULL, field(configuration, "root_module"))
    }

    fn new(call: &'c Value, body: &'c Value) -> Self {
        let resources = field(body, "resources").as_array().into_iter().flatten();
        let calls = field(body, "module_calls").as_object().into_iter().flatten();
        Self {
            call,
            body,
            resources: resources
                .filter_map(|resource| Some((resource.get("address")?.as_str()?, resource)))
                .collect(),
            children: calls
                .map(|(name, call)| (name.as_str(), Self::new(call, field(call, "module"))))
                .collect(),
        }
    }

    /// Returns the module that a path of calls leads to.
    pub(super) fn descend(&self, path: &[Call<'_>]) -> Option<&Self> {
        path.iter().try_fold(self, |module, (name, _)| module.children.get(*name))
    }

    /// Returns a resource by its address within the module.
    pub(super) fn resource(&self, address: &str) -> Option<&'c Value> {
        self.resources.get(address).copied()
    }

    /// Returns the expression that the call gives for a variable.
    pub(super) fn argument(&self, name: &str) -> Option<&'c Value> {
        field(self.call, "expressions").get(name)
    }

    /// Returns the expressions that the call gives, by variable.
    pub(super) fn arguments(&self) -> impl Iterator<Item = (&'c str, &'c Value)> {
        let all = field(self.call, "expressions").as_object().into_iter().flatten();
        all.map(|(name, expression)| (name.as_str(), expression))
    }

    /// Returns the `for_each` expression of the module.
    pub(super) fn each(&self) -> Option<&'c Value> {
        self.call.get("for_each_expression")
    }

    /// Returns the default of a variable.
    pub(super) fn default(&self, name: &str) -> &'c Value {
        field(field(field(self.body, "variables"), name), "default")
    }

    /// Returns the expression of an output.
    pub(super) fn output(&self, name: &str) -> Option<&'c Value> {
        field(self.body, "outputs").get(name)?.get("expression")
    }

    /// Returns the expressions of all outputs, by name.
    pub(super) fn outputs(&self) -> Vec<(&'c str, &'c Value)> {
        let outputs = field(self.body, "outputs").as_object().into_iter().flatten();
        outputs.map(|(name, output)| (name.as_str(), field(output, "expression"))).collect()
    }
}

/// Returns a field of an object; null when there is none.
pub(super) fn field<'c>(json: &'c Value, name: &str) -> &'c Value {
    json.get(name).unwrap_or(&NULL)
}

/// Returns the expressions at a dotted path of a resource that refer to something. Blocks of one name
/// are merged, because a path has no indexes. Where one expression covers all blocks (inline rules),
/// it is the answer.
pub(super) fn expressions_at<'c>(resource: &'c Value, path: &str) -> Vec<&'c Value> {
    let mut found = vec![field(resource, "expressions")];
    for name in path.split('.') {
        let mut below = Vec::new();
        for node in found {
            match node.get(name) {
                _ if is_expression(node) => below.push(node),
                Some(Value::Array(blocks)) => below.extend(blocks),
                Some(other) => below.push(other),
                None => {}
            }
        }
        found = below;
    }
    found.into_iter().flat_map(leaves).filter(|expression| refers(expression)).collect()
}

/// Returns the expressions of a block, or the expression itself.
fn leaves(node: &Value) -> Vec<&Value> {
    match node {
        Value::Object(fields) if !is_expression(node) => fields.values().collect(),
        _ => vec![node],
    }
}

fn is_expression(node: &Value) -> bool {
    node.get("references").is_some() || node.get("constant_value").is_some()
}

/// Tells whether an expression refers to anything. One that is null or a function of literals does
/// not, and the provider fills in what is unknown about it.
fn refers(expression: &Value) -> bool {
    expression.get("references").and_then(Value::as_array).is_some_and(|references| !references.is_empty())
}
