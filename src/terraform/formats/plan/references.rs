//! What an unknown value refers to, according to the plan's `configuration`.
//!
//! Nothing is evaluated: an expression is the list of what it mentions. References are followed
//! through variables, module outputs and `for_each` to groups; a reference that leads elsewhere
//! (locals are not part of a plan) stays as text. A literal is never quoted unless it is a group id,
//! since variables hold secrets too.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::candidate::{Candidate, Object, describe, in_module, names_groups, one_of};
use super::document::Planned;
use super::index::{Argument, ExprScope, PlanIndex};
use super::keys::{Trail, as_key, choose};
use super::steps::{AddressStep, MAX_DEPTH, absolute, longest, spell, split_key, unquoted};

/// The most references that are followed for one value; the bound keeps hostile input cheap.
const BUDGET: usize = 2048;

/// Follows expressions to the objects of a kind that they mention, one or a list of them. The answer is empty when they only mention
/// literals, because then the provider fills the value in. Where a plain value is mentioned beside
/// several groups (`var.public ? a : b`), one of the groups is meant.
pub(super) fn candidates<'e>(
    plan: &'e PlanIndex<'e>,
    (object, is_one): (Object, bool),
    expressions: &[&'e Value],
    scope: &ExprScope<'e>,
) -> BTreeSet<Candidate> {
    let mut search = Search {
        plan,
        object,
        is_one,
        found: BTreeSet::new(),
        seen: HashSet::new(),
        left: BUDGET,
        elsewhere: false,
        plain: BTreeSet::new(),
        keys: BTreeSet::new(),
    };
    for &expression in expressions {
        search.expression(expression, scope, &Trail::default());
    }
    if search.found.is_empty() && search.elsewhere {
        search.found.insert(Candidate::Opaque(describe(expressions, scope, |_| true)));
    }
    if search.found.len() > 1 && !search.plain.is_subset(&search.keys) {
        return BTreeSet::from([Candidate::Opaque(one_of(&search.found))]);
    }
    search.found
}

struct Search<'e> {
    plan: &'e PlanIndex<'e>,
    /// What is looked for.
    object: Object,
    /// Whether the value is one object, and not a list.
    is_one: bool,
    found: BTreeSet<Candidate>,
    /// References that were followed, with their scope and keys.
    seen: HashSet<(String, Vec<String>)>,
    left: usize,
    /// Whether anything but literals and groups was mentioned.
    elsewhere: bool,
    /// Plain values of variables. None is a group, so each is a key or the test of a condition.
    plain: BTreeSet<String>,
    /// The keys of all instances that were met.
    keys: BTreeSet<String>,
}

impl<'e> Search<'e> {
    fn expression(&mut self, expression: &'e Value, scope: &ExprScope<'e>, trail: &Trail) {
        if trail.depth > MAX_DEPTH {
            return self.opaque("a longer chain of references than sglens follows", scope);
        }
        if let Some(value) = expression.get("constant_value") {
            self.literal(value, trail.hints());
        }
        if !self.plan.may_read(expression) {
            return self.opaque("more references than sglens follows", scope);
        }
        let references = longest(expression);
        let trail = self.keys(&references, scope, trail);
        for reference in &references {
            if self.enter(reference, scope, &trail) {
                self.follow(reference, scope, &trail);
            }
        }
    }

    /// Adds the keys that the references of one expression give. Terraform lists `each.key` of
    /// `aws_instance.a[each.key]` beside the reference, not within it.
    fn keys(&self, references: &[Vec<AddressStep<'e>>], scope: &ExprScope<'e>, trail: &Trail) -> Trail {
        let mut trail = trail.clone();
        for reference in references {
            match reference.as_slice() {
                [AddressStep::Name("each"), AddressStep::Name("key"), ..]
                | [AddressStep::Name("count"), ..] => {
                    own_key(&mut trail, scope);
                }
                [AddressStep::Name("each"), AddressStep::Name("value"), rest @ ..] => {
                    match self.each_key(scope, rest) {
                        Some(key) => trail.hint(key),
                        None => trail.unsure = true,
                    }
                }
                [AddressStep::Name("local"), ..] => trail.unsure = true,
                [AddressStep::Name("var"), AddressStep::Name(name), rest @ ..] => {
                    let value = self.plan.variable(name, scope, 0);
                    if let Some(key) = value.and_then(|value| as_key(value, rest)) {
                        trail.hint(key);
                    }
                }
                _ => {}
            }
        }
        trail
    }

    /// Returns `each.value` as a key where it is known: the value of a literal map, or the element of a
    /// set.
    fn each_key(&self, scope: &ExprScope<'e>, rest: &[AddressStep<'_>]) -> Option<String> {
        let (each, key) = (scope.each?, scope.key?);
        match self.plan.literal(each, scope, 0) {
            Some(Value::Object(fields)) => as_key(fields.get(unquoted(key))?, rest),
            Some(Value::Array(_)) if rest.is_empty() => Some(key.to_owned()),
            // A function of literals, which is `toset([…])` in practice.
            None if rest.is_empty() && longest(each).is_empty() => Some(key.to_owned()),
            _ => None,
        }
    }

    /// Tells whether a reference is new in its scope and within the budget.
    fn enter(&mut self, reference: &[AddressStep<'e>], scope: &ExprScope<'e>, trail: &Trail) -> bool {
        if self.left == 0 {
            self.opaque("more references than sglens follows", scope);
            return false;
        }
        self.left -= 1;
        let site = format!("{} {:?} {}", absolute(&scope.module, ""), scope.key, spell(reference));
        self.seen.insert((site, trail.hints().to_vec()))
    }

    fn follow(&mut self, reference: &[AddressStep<'e>], scope: &ExprScope<'e>, trail: &Trail) {
        match reference {
            [AddressStep::Name("var"), AddressStep::Name(name), rest @ ..] => {
                self.variable(name, scope, &trail.after(rest));
            }
            [AddressStep::Name("module"), AddressStep::Name(name), rest @ ..] => {
                self.module(name, rest, scope, trail);
            }
            [AddressStep::Name("local"), ..] => self.local(reference, scope, trail),
            [AddressStep::Name("each"), AddressStep::Name("value"), rest @ ..] => {
                let mut trail = trail.after(rest);
                own_key(&mut trail, scope);
                if let Some(each) = scope.each {
                    self.expression(each, scope, &trail);
                }
            }
            [AddressStep::Name("each" | "count" | "path" | "terraform" | "self"), ..] => {}
            [AddressStep::Name("data"), AddressStep::Name(kind), AddressStep::Name(_), rest @ ..]
            | [AddressStep::Name(kind), AddressStep::Name(_), rest @ ..] => {
                self.resource(reference, kind, rest, scope, trail);
            }
            _ => {}
        }
    }

    fn variable(&mut self, name: &str, scope: &ExprScope<'e>, trail: &Trail) {
        match self.plan.argument(scope, name) {
            Argument::Expression(expression, parent) => self.expression(expression, &parent, trail),
            Argument::Literal(value) => {
                let is_group =
                    value.as_str().is_some_and(|text| text.is_empty() || self.object.id(text).is_some());
                if !(is_group || value.is_null() || value.is_array() || value.is_object()) {
                    self.plain.insert(as_key(value, &[]).unwrap_or_default());
                }
                self.literal(value, trail.hints());
            }
        }
    }

    /// A plan has no locals. Where the module of a local plans one group and gives it out, a local that is
    /// one group which is only known after apply can only be that group, or one that an argument of the
    /// module names.
    fn local(&mut self, reference: &[AddressStep<'e>], scope: &ExprScope<'e>, trail: &Trail) {
        let planned = self.plan.planned_groups(&scope.module);
        let [only] = planned.as_slice() else { return self.opaque(&spell(reference), scope) };
        if self.object != Object::Group || !self.is_one || !self.plan.is_output(scope, only) {
            return self.opaque(&spell(reference), scope);
        }
        self.found.insert(Candidate::Planned((*only).to_owned()));
        for (name, expression, parent) in self.plan.arguments(scope) {
            if names_groups(name) {
                self.expression(expression, &parent, &trail.after(&[]));
            }
        }
    }

    fn module(&mut self, name: &'e str, rest: &[AddressStep<'e>], scope: &ExprScope<'e>, trail: &Trail) {
        let (key, rest) = split_key(rest);
        let inner = self.plan.inside(scope, name, key);
        let keys: Vec<Option<&str>> =
            inner.iter().map(|scope| scope.module.last().and_then(|call| call.1)).collect();
        self.keys.extend(keys.iter().flatten().map(ToString::to_string));
        let Some(chosen) = choose(&keys, key, trail) else {
            return self.opaque(&format!("module.{name}[…]"), scope);
        };
        for inner in chosen.into_iter().filter_map(|index| inner.get(index)) {
            match rest {
                [AddressStep::Name(output), rest @ ..] => match self.plan.output(inner, output) {
                    Some(expression) => self.expression(expression, inner, &trail.after(rest)),
                    None => self.elsewhere = true,
                },
                _ => self.outputs(inner, trail),
            }
        }
    }

    /// Follows all outputs of a module, because Terraform lists `module.a[each.key].id` as `module.a`.
    fn outputs(&mut self, scope: &ExprScope<'e>, trail: &Trail) {
        self.elsewhere = true;
        let before = std::mem::take(&mut self.found);
        let mut groups = BTreeSet::new();
        let mut outputs = self.plan.outputs(scope);
        // A reference is followed once, so outputs that are named like groups go first.
        let object = self.object;
        outputs.sort_by_key(|(name, _)| !object.names(name));
        for (name, expression) in outputs {
            self.expression(expression, scope, &trail.after(&[]));
            let found = std::mem::take(&mut self.found);
            let counts =
                |candidate: &Candidate| object.names(name) || !matches!(candidate, Candidate::Opaque(_));
            groups.extend(found.into_iter().filter(counts));
        }
        self.found = before;
        if groups.len() > 1 {
            self.found.insert(Candidate::Opaque(one_of(&groups)));
        } else {
            self.found.extend(groups);
        }
    }

    fn resource(
        &mut self,
        reference: &[AddressStep<'e>],
        kind: &str,
        rest: &[AddressStep<'e>],
        scope: &ExprScope<'e>,
        trail: &Trail,
    ) {
        let (base, _) = reference.split_at(reference.len() - rest.len());
        let address = absolute(&scope.module, &spell(base));
        let (key, attributes) = split_key(rest);
        let names = attributes
            .iter()
            .filter_map(|step| if let AddressStep::Name(name) = step { Some(*name) } else { None });
        let path = names.collect::<Vec<&str>>().join(".");
        let object = self.object;
        let holds_it = match kind {
            "aws_security_groups" if object == Object::Group => matches!(path.as_str(), "" | "ids" | "arns"),
            kind if object.is(kind) => object.is_identity(&path),
            _ => path.rsplit('.').next().is_some_and(|name| object.names(name)),
        };
        if !holds_it {
            self.elsewhere = true;
            return;
        }
        let plan = self.plan;
        let instances = plan.instances(&address);
        if instances.is_empty() {
            self.elsewhere = true;
            if plan.is_later(&address) {
                self.opaque(&spell(reference), scope);
            }
            return;
        }
        let keys: Vec<Option<&str>> = instances.iter().map(|instance| instance.0).collect();
        self.keys.extend(keys.iter().flatten().map(ToString::to_string));
        let Some(chosen) = choose(&keys, key, trail) else {
            return self.opaque(&format!("{}[…]", spell(base)), scope);
        };
        for (_, planned) in chosen.into_iter().filter_map(|index| instances.get(index)) {
            if object.is(kind) {
                self.found.insert(Candidate::of(planned));
                continue;
            }
            if object == Object::Group && Object::Vpc.is(kind) && planned.values.text(&path).is_none() {
                self.default_group(planned, reference, scope);
                continue;
            }
            let texts =
                planned.values.texts(if kind == "aws_security_groups" { "ids" } else { path.as_str() });
            if texts.is_empty() {
                self.opaque(&spell(reference), scope);
            }
            self.found.extend(
                texts
                    .into_iter()
                    .filter_map(|text| object.id(text))
                    .map(|id| Candidate::Known(id.to_owned())),
            );
        }
    }

    /// Adds the default group of a VPC, which is planned where a resource adopts it.
    fn default_group(&mut self, vpc: &Planned<'e>, reference: &[AddressStep<'e>], scope: &ExprScope<'e>) {
        let home = Some(Candidate::of(vpc));
        let plan = self.plan;
        let adopts = |group: &&Planned<'e>| {
            let named = group.values.text("vpc_id").map(|id| Candidate::Known(id.to_owned()));
            let referred = || {
                let site = plan.site(&group.address)?;
                let vpcs = candidates(plan, (Object::Vpc, true), &site.expressions("vpc_id"), &site.scope);
                vpcs.into_iter().next()
            };
            named.or_else(referred) == home
        };
        match plan.default_groups.iter().copied().find(adopts) {
            Some(group) => drop(self.found.insert(Candidate::of(group))),
            None => self.opaque(&spell(reference), scope),
        }
    }

    /// Adds the group ids of a literal, and nothing else of it.
    fn literal(&mut self, value: &Value, hints: &[String]) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        match value {
            Value::String(text) => {
                self.found.extend(self.object.id(text).map(|id| Candidate::Known(id.to_owned())));
            }
            Value::Array(items) => items.iter().for_each(|item| self.literal(item, hints)),
            Value::Object(fields) => {
                let mut chosen: Vec<&Value> =
                    hints.iter().filter_map(|hint| fields.get(unquoted(hint))).collect();
                if chosen.is_empty() {
                    chosen = fields.values().collect();
                }
                for field in chosen {
                    self.literal(field, hints);
                }
            }
            _ => {}
        }
    }

    fn opaque(&mut self, text: &str, scope: &ExprScope<'e>) {
        self.found.insert(Candidate::Opaque(in_module(text, scope)));
    }
}

fn own_key(trail: &mut Trail, scope: &ExprScope<'_>) {
    if let Some(key) = scope.key {
        trail.hint(key.to_owned());
    }
}
