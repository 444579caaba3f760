//! What references are looked up in: the instances of both sides of the plan, the configuration that
//! they came from, and the values of variables.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value as Json;

use super::configuration::{Module, NULL, expressions_at, field};
use super::steps::{Address, Call, DEEPEST, Step, absolute, longest};
use super::{Changes, Planned};

/// An instance by its own key.
pub(super) type Instance<'e> = (Option<&'e str>, &'e Planned<'e>);

/// The plan, indexed.
pub(super) struct Estate<'e> {
    /// By address without the instance's own key: `module.a["x"].aws_security_group.b`.
    instances: HashMap<String, Vec<Instance<'e>>>,
    /// The keys of module instances, by address without the last key.
    modules: HashMap<String, BTreeSet<Option<&'e str>>>,
    /// Data sources that are only read during apply, by address without their own key.
    later: HashSet<String>,
    /// All groups that the plan manages or looks up.
    ids: HashSet<String>,
    root: Module<'e>,
    variables: &'e Json,
}

/// Where an expression stands.
#[derive(Debug, Clone)]
pub(super) struct Scope<'e> {
    /// The module instance, outermost call first.
    pub(super) module: Vec<Call<'e>>,
    /// The key of the instance that the expression belongs to: `each.key` or `count.index`.
    pub(super) key: Option<&'e str>,
    /// What `each` runs over.
    pub(super) each: Option<&'e Json>,
}

/// The place of an instance in the configuration.
pub(super) struct Place<'e> {
    /// Where its expressions stand.
    pub(super) scope: Scope<'e>,
    resource: &'e Json,
}

/// What a variable was given.
pub(super) enum Argument<'e> {
    /// An expression, and where it stands.
    Expression(&'e Json, Scope<'e>),
    /// A value.
    Literal(&'e Json),
}

impl<'e> Place<'e> {
    /// The expressions at a dotted path that refer to something.
    pub(super) fn expressions(&self, path: &str) -> Vec<&'e Json> {
        expressions_at(self.resource, path)
    }
}

impl<'e> Estate<'e> {
    /// Indexes a plan.
    pub(super) fn new(
        list: &'e [Planned<'e>],
        changes: &Changes<'_>,
        ids: HashSet<String>,
        configuration: &'e Json,
        variables: &'e Json,
    ) -> Self {
        let mut instances: HashMap<String, Vec<Instance<'e>>> = HashMap::new();
        let mut modules: HashMap<String, BTreeSet<Option<&'e str>>> = HashMap::new();
        for planned in list {
            let Some(address) = Address::parse(&planned.address) else { continue };
            for (depth, (name, key)) in address.module.iter().enumerate() {
                let module = absolute(&address.module[..depth], &format!("module.{name}"));
                modules.entry(module).or_default().insert(*key);
            }
            let resource = absolute(&address.module, &address.resource);
            instances.entry(resource).or_default().push((address.key, planned));
        }
        let read = changes.iter().filter(|(_, delta)| delta.reads());
        let read = read.filter_map(|(address, _)| Address::parse(address));
        let later = read.map(|address| absolute(&address.module, &address.resource)).collect();
        Self { instances, modules, later, ids, root: Module::root(configuration), variables }
    }

    /// Finds an instance's place; `None` when the configuration does not hold it.
    pub(super) fn place(&self, address: &'e str) -> Option<Place<'e>> {
        let address = Address::parse(address)?;
        let resource = self.root.descend(&address.module)?.resource(&address.resource)?;
        let each = resource.get("for_each_expression");
        Some(Place { scope: Scope { module: address.module, key: address.key, each }, resource })
    }

    /// The instances of a resource.
    pub(super) fn instances(&self, address: &str) -> &[Instance<'e>] {
        self.instances.get(address).map(Vec::as_slice).unwrap_or_default()
    }

    /// Tells whether a data source is only read during apply.
    pub(super) fn is_later(&self, address: &str) -> bool {
        self.later.contains(address)
    }

    /// Tells whether an id is that of a group which the plan manages or looks up.
    pub(super) fn has_group(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// The instances of a module that is called in a scope. A module that holds nothing of ours
    /// leaves no trace: the key that a reference names stands for it.
    pub(super) fn inside(&self, scope: &Scope<'e>, name: &'e str, named: Option<&'e str>) -> Vec<Scope<'e>> {
        let known = self.modules.get(&absolute(&scope.module, &format!("module.{name}")));
        let keys: Vec<Option<&'e str>> = match known {
            Some(keys) => keys.iter().copied().collect(),
            None => vec![named],
        };
        let instance = |key| {
            let mut module = scope.module.clone();
            module.push((name, key));
            Scope { module, key: None, each: None }
        };
        keys.into_iter().map(instance).collect()
    }

    /// The expression of an output of the module that a scope stands in.
    pub(super) fn output(&self, scope: &Scope<'e>, name: &str) -> Option<&'e Json> {
        self.root.descend(&scope.module)?.output(name)
    }

    /// The expressions of all its outputs.
    pub(super) fn outputs(&self, scope: &Scope<'e>) -> Vec<(&'e str, &'e Json)> {
        self.root.descend(&scope.module).map(Module::outputs).unwrap_or_default()
    }

    /// What a variable of a scope was given.
    pub(super) fn argument(&self, scope: &Scope<'e>, name: &str) -> Argument<'e> {
        let Some(((_, key), outer)) = scope.module.split_last() else {
            let value = field(field(self.variables, name), "value");
            return Argument::Literal(if value.is_null() { self.root.default(name) } else { value });
        };
        let Some(module) = self.root.descend(&scope.module) else {
            return Argument::Literal(&NULL);
        };
        match module.argument(name) {
            Some(expression) => {
                let parent = Scope { module: outer.to_vec(), key: *key, each: module.each() };
                Argument::Expression(expression, parent)
            }
            None => Argument::Literal(module.default(name)),
        }
    }

    /// The value of an expression that is a literal or hands a literal on.
    pub(super) fn literal(&self, expression: &'e Json, scope: &Scope<'e>, depth: usize) -> Option<&'e Json> {
        if let Some(value) = expression.get("constant_value") {
            return Some(value);
        }
        let references = expression.get("references")?.as_array()?;
        if references.len() != 1 || depth > DEEPEST {
            return None;
        }
        let references = longest(expression);
        match references.first()?.as_slice() {
            [Step::Name("var"), Step::Name(name)] => self.variable(name, scope, depth + 1),
            _ => None,
        }
    }

    /// The value of a variable, if it comes from a literal.
    pub(super) fn variable(&self, name: &str, scope: &Scope<'e>, depth: usize) -> Option<&'e Json> {
        match self.argument(scope, name) {
            Argument::Literal(value) => Some(value),
            Argument::Expression(expression, parent) => self.literal(expression, &parent, depth),
        }
    }
}
