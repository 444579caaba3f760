//! What an unknown value refers to, as far as the plan's `configuration` tells.
//!
//! Nothing is evaluated: an expression is the list of what it mentions. References are followed
//! through variables, module outputs and `for_each` to groups; a reference that leads elsewhere
//! (locals are not part of a plan) stays as text. A literal is never quoted unless it is a group id,
//! since variables hold secrets too.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value as Json;

use super::candidate::{Candidate, describe, group_id, in_module, is_group, names_groups, one_of};
use super::estate::{Argument, Estate, Scope};
use super::keys::{Trail, as_key, choose};
use super::steps::{DEEPEST, Step, absolute, longest, spell, split_key, unquoted};

/// What may be followed for one value; the bound keeps hostile input cheap.
const BUDGET: usize = 2048;

/// Follows expressions to the groups that they mention. The answer is empty when they only mention
/// literals: then the value is for the provider to fill in. Where a plain value stands beside
/// several groups (`var.public ? a : b`), one of them is meant.
pub(super) fn candidates<'e>(
    estate: &'e Estate<'e>,
    expressions: &[&'e Json],
    scope: &Scope<'e>,
) -> BTreeSet<Candidate> {
    let mut search = Search {
        estate,
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
    estate: &'e Estate<'e>,
    found: BTreeSet<Candidate>,
    /// References that were followed, with the place and the keys.
    seen: HashSet<(String, Vec<String>)>,
    left: usize,
    /// Whether anything but literals and groups was met.
    elsewhere: bool,
    /// Plain values of variables, which carry no group: each is a key, or the test of a condition.
    plain: BTreeSet<String>,
    /// The keys of all instances that were met.
    keys: BTreeSet<String>,
}

impl<'e> Search<'e> {
    fn expression(&mut self, expression: &'e Json, scope: &Scope<'e>, trail: &Trail) {
        if trail.depth > DEEPEST {
            return self.opaque("a longer chain of references than sglens follows", scope);
        }
        if let Some(value) = expression.get("constant_value") {
            self.literal(value, trail.hints());
        }
        let references = longest(expression);
        let trail = self.keys(&references, scope, trail);
        for reference in &references {
            if self.enter(reference, scope, &trail) {
                self.follow(reference, scope, &trail);
            }
        }
    }

    /// Adds the keys that the references of one expression tell: those of `aws_instance.a[each.key]`
    /// are listed beside it, not within it.
    fn keys(&self, references: &[Vec<Step<'e>>], scope: &Scope<'e>, trail: &Trail) -> Trail {
        let mut trail = trail.clone();
        for reference in references {
            match reference.as_slice() {
                [Step::Name("each"), Step::Name("key"), ..] | [Step::Name("count"), ..] => {
                    own_key(&mut trail, scope);
                }
                [Step::Name("each"), Step::Name("value"), rest @ ..] => match self.each_key(scope, rest) {
                    Some(key) => trail.hint(key),
                    None => trail.unsure = true,
                },
                [Step::Name("local"), ..] => trail.unsure = true,
                [Step::Name("var"), Step::Name(name), rest @ ..] => {
                    let value = self.estate.variable(name, scope, 0);
                    if let Some(key) = value.and_then(|value| as_key(value, rest)) {
                        trail.hint(key);
                    }
                }
                _ => {}
            }
        }
        trail
    }

    /// `each.value` as a key, if it can be told: the value of a literal map, or the element of a set.
    fn each_key(&self, scope: &Scope<'e>, rest: &[Step<'_>]) -> Option<String> {
        let (each, key) = (scope.each?, scope.key?);
        match self.estate.literal(each, scope, 0) {
            Some(Json::Object(fields)) => as_key(fields.get(unquoted(key))?, rest),
            Some(Json::Array(_)) if rest.is_empty() => Some(key.to_owned()),
            // A function of literals, which is `toset([…])` in practice.
            None if rest.is_empty() && longest(each).is_empty() => Some(key.to_owned()),
            _ => None,
        }
    }

    /// Tells whether a reference is new in its place and affordable.
    fn enter(&mut self, reference: &[Step<'e>], scope: &Scope<'e>, trail: &Trail) -> bool {
        if self.left == 0 {
            self.opaque("more references than sglens follows", scope);
            return false;
        }
        self.left -= 1;
        let place = format!("{} {:?} {}", absolute(&scope.module, ""), scope.key, spell(reference));
        self.seen.insert((place, trail.hints().to_vec()))
    }

    fn follow(&mut self, reference: &[Step<'e>], scope: &Scope<'e>, trail: &Trail) {
        match reference {
            [Step::Name("var"), Step::Name(name), rest @ ..] => {
                self.variable(name, scope, &trail.after(rest));
            }
            [Step::Name("module"), Step::Name(name), rest @ ..] => self.module(name, rest, scope, trail),
            [Step::Name("local"), ..] => self.opaque(&spell(reference), scope),
            [Step::Name("each"), Step::Name("value"), rest @ ..] => {
                let mut trail = trail.after(rest);
                own_key(&mut trail, scope);
                if let Some(each) = scope.each {
                    self.expression(each, scope, &trail);
                }
            }
            [Step::Name("each" | "count" | "path" | "terraform" | "self"), ..] => {}
            [Step::Name("data"), Step::Name(kind), Step::Name(_), rest @ ..]
            | [Step::Name(kind), Step::Name(_), rest @ ..] => {
                self.resource(reference, kind, rest, scope, trail);
            }
            _ => {}
        }
    }

    fn variable(&mut self, name: &str, scope: &Scope<'e>, trail: &Trail) {
        match self.estate.argument(scope, name) {
            Argument::Expression(expression, parent) => self.expression(expression, &parent, trail),
            Argument::Literal(value) => {
                let is_group = value.as_str().is_some_and(|text| text.is_empty() || group_id(text).is_some());
                if !(is_group || value.is_null() || value.is_array() || value.is_object()) {
                    self.plain.insert(as_key(value, &[]).unwrap_or_default());
                }
                self.literal(value, trail.hints());
            }
        }
    }

    fn module(&mut self, name: &'e str, rest: &[Step<'e>], scope: &Scope<'e>, trail: &Trail) {
        let (key, rest) = split_key(rest);
        let inner = self.estate.inside(scope, name, key);
        let keys: Vec<Option<&str>> =
            inner.iter().map(|scope| scope.module.last().and_then(|call| call.1)).collect();
        self.keys.extend(keys.iter().flatten().map(ToString::to_string));
        let Some(chosen) = choose(&keys, key, trail) else {
            return self.opaque(&format!("module.{name}[…]"), scope);
        };
        for inner in chosen.into_iter().filter_map(|index| inner.get(index)) {
            match rest {
                [Step::Name(output), rest @ ..] => match self.estate.output(inner, output) {
                    Some(expression) => self.expression(expression, inner, &trail.after(rest)),
                    None => self.elsewhere = true,
                },
                _ => self.outputs(inner, trail),
            }
        }
    }

    /// `module.a[each.key].id` is listed as `module.a`: which output is meant is not told.
    fn outputs(&mut self, scope: &Scope<'e>, trail: &Trail) {
        self.elsewhere = true;
        let before = std::mem::take(&mut self.found);
        let mut groups = BTreeSet::new();
        let mut outputs = self.estate.outputs(scope);
        // What one output leads to is not followed again for the next: telling names go first.
        outputs.sort_by_key(|(name, _)| !names_groups(name));
        for (name, expression) in outputs {
            self.expression(expression, scope, &trail.after(&[]));
            let found = std::mem::take(&mut self.found);
            let counts =
                |candidate: &Candidate| names_groups(name) || !matches!(candidate, Candidate::Opaque(_));
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
        reference: &[Step<'e>],
        kind: &str,
        rest: &[Step<'e>],
        scope: &Scope<'e>,
        trail: &Trail,
    ) {
        let (base, _) = reference.split_at(reference.len() - rest.len());
        let address = absolute(&scope.module, &spell(base));
        let (key, attributes) = split_key(rest);
        let names =
            attributes.iter().filter_map(|step| if let Step::Name(name) = step { Some(*name) } else { None });
        let path = names.collect::<Vec<&str>>().join(".");
        let holds_groups = match kind {
            "aws_security_groups" => matches!(path.as_str(), "" | "ids" | "arns"),
            kind if is_group(kind) => matches!(path.as_str(), "" | "id" | "arn" | "name"),
            _ => path.rsplit('.').next().is_some_and(names_groups),
        };
        if !holds_groups {
            self.elsewhere = true;
            return;
        }
        let estate = self.estate;
        let instances = estate.instances(&address);
        if instances.is_empty() {
            self.elsewhere = true;
            if estate.is_later(&address) {
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
            if is_group(kind) {
                self.found.insert(match planned.values.text("id") {
                    Some(id) => Candidate::Known(id.to_owned()),
                    None => Candidate::Planned(planned.address.to_string()),
                });
                continue;
            }
            let texts =
                planned.values.texts(if kind == "aws_security_groups" { "ids" } else { path.as_str() });
            if texts.is_empty() {
                self.opaque(&spell(reference), scope);
            }
            self.found
                .extend(texts.into_iter().filter_map(group_id).map(|id| Candidate::Known(id.to_owned())));
        }
    }

    /// Takes the group ids of a literal, and nothing else of it.
    fn literal(&mut self, value: &Json, hints: &[String]) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        match value {
            Json::String(text) => self.found.extend(group_id(text).map(|id| Candidate::Known(id.to_owned()))),
            Json::Array(items) => items.iter().for_each(|item| self.literal(item, hints)),
            Json::Object(fields) => {
                let mut chosen: Vec<&Json> =
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

    fn opaque(&mut self, text: &str, scope: &Scope<'e>) {
        self.found.insert(Candidate::Opaque(in_module(text, scope)));
    }
}

fn own_key(trail: &mut Trail, scope: &Scope<'_>) {
    if let Some(key) = scope.key {
        trail.hint(key.to_owned());
    }
}
