//! The index in which references are resolved: the instances of both sides of the plan, the
//! configuration that they came from, and the values of variables.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::configuration::{Module, NULL, expressions_at, field};
use super::document::{Changes, Planned};
use super::steps::{Address, AddressStep, Call, MAX_DEPTH, absolute, longest, spell};

/// An instance by its own key.
pub(super) type Instance<'e> = (Option<&'e str>, &'e Planned<'e>);

/// The plan, indexed.
pub(super) struct PlanIndex<'e> {
    /// By address without the instance's own key: `module.a["x"].aws_security_group.b`.
    instances: HashMap<String, Vec<Instance<'e>>>,
    /// The keys of module instances, by address without the last key.
    modules: HashMap<String, BTreeSet<Option<&'e str>>>,
    /// Data sources that are only read during apply, by address without their own key.
    later: HashSet<String>,
    /// The ids of all groups that the plan manages or reads as data sources.
    ids: HashSet<String>,
    /// The default groups of VPCs that the plan adopts, by address.
    pub(super) default_groups: Vec<&'e Planned<'e>>,
    root: Module<'e>,
    variables: &'e Value,
    /// How many texts of references may still be read, for all values of the plan together.
    left: Cell<usize>,
}

/// The most texts of references that are read in one plan. A plan with thousands of instances reads some
/// tens of thousands; the bound keeps hostile input cheap.
const BUDGET: usize = 1_000_000;

/// The module instance and the keys that an expression is evaluated with.
#[derive(Debug, Clone)]
pub(super) struct ExprScope<'e> {
    /// The module instance, outermost call first.
    pub(super) module: Vec<Call<'e>>,
    /// The key of the instance that the expression belongs to: `each.key` or `count.index`.
    pub(super) key: Option<&'e str>,
    /// What `each` runs over.
    pub(super) each: Option<&'e Value>,
}

/// An instance's resource in the configuration.
pub(super) struct ConfigSite<'e> {
    /// The scope of its expressions.
    pub(super) scope: ExprScope<'e>,
    resource: &'e Value,
}

/// The value of a variable.
pub(super) enum Argument<'e> {
    /// An expression, with its scope.
    Expression(&'e Value, ExprScope<'e>),
    /// A literal.
    Literal(&'e Value),
}

impl<'e> ConfigSite<'e> {
    /// Returns the expressions at a dotted path that refer to something.
    pub(super) fn expressions(&self, path: &str) -> Vec<&'e Value> {
        expressions_at(self.resource, path)
    }
}

impl<'e> PlanIndex<'e> {
    /// Indexes a plan.
    pub(super) fn new(
        list: &'e [Planned<'e>],
        changes: &Changes<'_>,
        ids: HashSet<String>,
        configuration: &'e Value,
        variables: &'e Value,
    ) -> Self {
        let mut instances: HashMap<String, Vec<Instance<'e>>> = HashMap::new();
        let mut modules: HashMap<String, BTreeSet<Option<&'e str>>> = HashMap::new();
        let mut default_groups = Vec::new();
        for planned in list {
            let Some(address) = Address::parse(&planned.address) else { continue };
            if address.resource.starts_with("aws_default_security_group.") {
                default_groups.push(planned);
            }
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
        default_groups.sort_unstable_by_key(|planned| &planned.address);
        let (root, left) = (Module::root(configuration), Cell::new(BUDGET));
        Self { instances, modules, later, ids, default_groups, root, variables, left }
    }

    /// Tells whether the references of an expression may be read, and counts them.
    pub(super) fn may_read(&self, expression: &Value) -> bool {
        let texts = expression.get("references").and_then(Value::as_array).map_or(0, Vec::len);
        let left = self.left.get().checked_sub(texts);
        self.left.set(left.unwrap_or_default());
        left.is_some()
    }

    /// Finds an instance's resource in the configuration; `None` when it is not there.
    pub(super) fn site(&self, address: &'e str) -> Option<ConfigSite<'e>> {
        let address = Address::parse(address)?;
        let resource = self.root.descend(&address.module)?.resource(&address.resource)?;
        let each = resource.get("for_each_expression");
        Some(ConfigSite { scope: ExprScope { module: address.module, key: address.key, each }, resource })
    }

    /// Tells whether the configuration states an attribute of an instance.
    pub(super) fn states(&self, address: &'e str, attribute: &str) -> bool {
        let site = self.site(address);
        site.is_some_and(|site| {
            site.resource.get("expressions").is_some_and(|all| all.get(attribute).is_some())
        })
    }

    /// Returns the instances of a resource.
    pub(super) fn instances(&self, address: &str) -> &[Instance<'e>] {
        self.instances.get(address).map(Vec::as_slice).unwrap_or_default()
    }

    /// Tells whether a data source is only read during apply.
    pub(super) fn is_later(&self, address: &str) -> bool {
        self.later.contains(address)
    }

    /// Tells whether the plan manages a group of this id, or reads it as a data source.
    pub(super) fn has_group(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// Returns the scopes of the instances of a module that is called in a scope. A module without
    /// indexed resources has no known instances, so the key that a reference names is taken.
    pub(super) fn inside(
        &self,
        scope: &ExprScope<'e>,
        name: &'e str,
        named: Option<&'e str>,
    ) -> Vec<ExprScope<'e>> {
        let known = self.modules.get(&absolute(&scope.module, &format!("module.{name}")));
        let keys: Vec<Option<&'e str>> = match known {
            Some(keys) => keys.iter().copied().collect(),
            None => vec![named],
        };
        let instance = |key| {
            let mut module = scope.module.clone();
            module.push((name, key));
            ExprScope { module, key: None, each: None }
        };
        keys.into_iter().map(instance).collect()
    }

    /// Returns the expression of an output of the module of a scope.
    pub(super) fn output(&self, scope: &ExprScope<'e>, name: &str) -> Option<&'e Value> {
        self.root.descend(&scope.module)?.output(name)
    }

    /// Returns the addresses of the groups that a module, or one below it, plans and that have no id yet.
    pub(super) fn planned_groups(&self, module: &[Call<'e>]) -> Vec<&'e str> {
        let prefix = absolute(module, "");
        let is_planned = |planned: &&Planned<'e>| {
            let is_group = planned.spec.is_some_and(|spec| spec.handler.is_group());
            is_group && planned.managed && planned.values.text("id").is_none()
        };
        let below = self.instances.iter().filter(|(address, _)| address.starts_with(&prefix));
        let planned = below.flat_map(|(_, instances)| instances.iter().map(|(_, planned)| *planned));
        let mut found: Vec<&'e str> = planned.filter(is_planned).map(|planned| &*planned.address).collect();
        found.sort_unstable();
        found
    }

    /// Tells whether an output of a scope's module refers to an instance.
    pub(super) fn is_output(&self, scope: &ExprScope<'e>, address: &str) -> bool {
        let Some(address) = Address::parse(address) else { return false };
        let outputs = self.outputs(scope).into_iter().flat_map(|(_, expression)| longest(expression));
        outputs.map(|reference| spell(&reference)).any(|text| {
            let rest = text.strip_prefix(&*address.resource);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// Returns the expressions that the call of a scope's module gives, by variable, with their scope.
    pub(super) fn arguments(&self, scope: &ExprScope<'e>) -> Vec<(&'e str, &'e Value, ExprScope<'e>)> {
        let Some(((_, key), outer)) = scope.module.split_last() else { return Vec::new() };
        let Some(module) = self.root.descend(&scope.module) else { return Vec::new() };
        let parent = ExprScope { module: outer.to_vec(), key: *key, each: module.each() };
        module.arguments().map(|(name, expression)| (name, expression, parent.clone())).collect()
    }

    /// Returns the expressions of all outputs of the module of a scope.
    pub(super) fn outputs(&self, scope: &ExprScope<'e>) -> Vec<(&'e str, &'e Value)> {
        self.root.descend(&scope.module).map(Module::outputs).unwrap_or_default()
    }

    /// Returns the value of a variable of a scope.
    pub(super) fn argument(&self, scope: &ExprScope<'e>, name: &str) -> Argument<'e> {
        let Some(((_, key), outer)) = scope.module.split_last() else {
            let value = field(field(self.variables, name), "value");
            return Argument::Literal(if value.is_null() { self.root.default(name) } else { value });
        };
        let Some(module) = self.root.descend(&scope.module) else {
            return Argument::Literal(&NULL);
        };
        match module.argument(name) {
            Some(expression) => {
                let parent = ExprScope { module: outer.to_vec(), key: *key, each: module.each() };
                Argument::Expression(expression, parent)
            }
            None => Argument::Literal(module.default(name)),
        }
    }

    /// Returns the literal that an expression is, or that it refers to through variables.
    pub(super) fn literal(
        &self,
        expression: &'e Value,
        scope: &ExprScope<'e>,
        depth: usize,
    ) -> Option<&'e Value> {
        if let Some(value) = expression.get("constant_value") {
            return Some(value);
        }
        let references = expression.get("references")?.as_array()?;
        if references.len() != 1 || depth > MAX_DEPTH {
            return None;
        }
        let references = longest(expression);
        match references.first()?.as_slice() {
            [AddressStep::Name("var"), AddressStep::Name(name)] => self.variable(name, scope, depth + 1),
            _ => None,
        }
    }

    /// Returns the value of a variable, if it comes from a literal.
    pub(super) fn variable(&self, name: &str, scope: &ExprScope<'e>, depth: usize) -> Option<&'e Value> {
        match self.argument(scope, name) {
            Argument::Literal(value) => Some(value),
            Argument::Expression(expression, parent) => self.literal(expression, &parent, depth),
        }
    }
}
