//! The `configuration` of a plan: the modules, and the expressions of their resources, calls and
//! outputs. Any shape is taken; what is not as expected is not there.
//!
//! Terraform source, `internal/command/jsonconfig`.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::steps::Call;

/// What is not there.
pub(super) static NULL: Json = Json::Null;

/// One module, whatever the number of its instances.
#[derive(Debug)]
pub(super) struct Module<'c> {
    /// The call that makes it; null for the root.
    call: &'c Json,
    body: &'c Json,
    resources: HashMap<&'c str, &'c Json>,
    children: HashMap<&'c str, Module<'c>>,
}

impl<'c> Module<'c> {
    /// Indexes the root module and those below it. JSON is parsed to a bounded depth, which bounds
    /// the recursion.
    pub(super) fn root(configuration: &'c Json) -> Self {
        Self::new(&NULL, field(configuration, "root_module"))
    }

    fn new(call: &'c Json, body: &'c Json) -> Self {
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

    /// The module that a path of calls leads to.
    pub(super) fn descend(&self, path: &[Call<'_>]) -> Option<&Self> {
        path.iter().try_fold(self, |module, (name, _)| module.children.get(*name))
    }

    /// A resource by its address within the module.
    pub(super) fn resource(&self, address: &str) -> Option<&'c Json> {
        self.resources.get(address).copied()
    }

    /// The expression that the call gives for a variable.
    pub(super) fn argument(&self, name: &str) -> Option<&'c Json> {
        field(self.call, "expressions").get(name)
    }

    /// The expression that the instances of the module are made for.
    pub(super) fn each(&self) -> Option<&'c Json> {
        self.call.get("for_each_expression")
    }

    /// The default of a variable.
    pub(super) fn default(&self, name: &str) -> &'c Json {
        field(field(field(self.body, "variables"), name), "default")
    }

    /// The expression of an output.
    pub(super) fn output(&self, name: &str) -> Option<&'c Json> {
        field(self.body, "outputs").get(name)?.get("expression")
    }

    /// The expressions of all outputs, by name.
    pub(super) fn outputs(&self) -> Vec<(&'c str, &'c Json)> {
        let outputs = field(self.body, "outputs").as_object().into_iter().flatten();
        outputs.map(|(name, output)| (name.as_str(), field(output, "expression"))).collect()
    }
}

/// A field of an object; null when there is none.
pub(super) fn field<'c>(json: &'c Json, name: &str) -> &'c Json {
    json.get(name).unwrap_or(&NULL)
}

/// The expressions at a dotted path of a resource that refer to something. Blocks of one name are
/// merged: a path knows no indexes. Where an attribute is one expression for all that is below it
/// (inline rules), that is the one.
pub(super) fn expressions_at<'c>(resource: &'c Json, path: &str) -> Vec<&'c Json> {
    let mut found = vec![field(resource, "expressions")];
    for name in path.split('.') {
        let mut below = Vec::new();
        for node in found {
            match node.get(name) {
                _ if is_expression(node) => below.push(node),
                Some(Json::Array(blocks)) => below.extend(blocks),
                Some(other) => below.push(other),
                None => {}
            }
        }
        found = below;
    }
    found.into_iter().flat_map(leaves).filter(|expression| refers(expression)).collect()
}

/// The expressions of a block, or the expression itself.
fn leaves(node: &Json) -> Vec<&Json> {
    match node {
        Json::Object(fields) if !is_expression(node) => fields.values().collect(),
        _ => vec![node],
    }
}

fn is_expression(node: &Json) -> bool {
    node.get("references").is_some() || node.get("constant_value").is_some()
}

/// An attribute that is null or a function of literals refers to nothing: what is unknown about it
/// is for the provider to fill in.
fn refers(expression: &Json) -> bool {
    expression.get("references").and_then(Json::as_array).is_some_and(|references| !references.is_empty())
}
