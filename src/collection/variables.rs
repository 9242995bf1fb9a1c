//! The variables of a collection: what is defined, what is used, and what had to be made up
//! because a secret stood where a variable should.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::secret::is_secret_name;
use super::text::{Reader, Text};
use super::{Hidden, Variable};
use crate::diagnostic::{Code, Diagnostics};
use crate::postman;

/// Variables by name, with a reader that knows their values.
pub(super) struct Variables {
    known: IndexMap<String, Variable>,
    reader: Reader,
    /// Literals that were replaced by a variable, by the name of that variable. Never leaves here.
    replaced: HashMap<String, String>,
}

impl Variables {
    /// Environment before collection before globals, as in the runner's order of scopes
    /// (postman-runtime `runner/util.js`).
    pub(super) fn new(
        collection: &[postman::Variable],
        environment: Option<&postman::Environment>,
        globals: Option<&postman::Environment>,
        notes: &mut Diagnostics,
    ) -> Self {
        let mut known = IndexMap::new();
        let mut values = IndexMap::new();
        for variable in globals.iter().flat_map(|it| &it.values).chain(collection) {
            define(variable, &mut known, &mut values, notes);
        }
        for variable in environment.iter().flat_map(|it| &it.values) {
            if variable.enabled == Some(serde_json::Value::Bool(false)) {
                notes.add(
                    Code::DisabledEnvironment,
                    "",
                    format!(
                        "the environment switches {} off; its value is used all the same, as Postman's runner does",
                        variable.key.as_deref().unwrap_or_default()
                    ),
                    "delete the variable from the environment if it must not be used",
                );
            }
            define(variable, &mut known, &mut values, notes);
        }
        Self { known, reader: Reader::new(values), replaced: HashMap::new() }
    }

    /// Reads a text and takes note of the variables in it.
    pub(super) fn read(&mut self, text: &str, place: &str, notes: &mut Diagnostics) -> Text {
        let text = self.reader.read(text).unwrap_or_else(|name| {
            notes.add(
                Code::VariableLoop,
                place,
                format!("the value of {name} comes back to itself"),
                "mend the value of the variable; until then the text is sent as it stands",
            );
            Text::literal(text)
        });
        for name in text.variables() {
            if !self.known.contains_key(name) {
                if name.starts_with('$') {
                    notes.add(
                        Code::DynamicVariable,
                        place,
                        format!("the dynamic variable {name} has no generator in the outputs"),
                        "its value is a parameter there; set it in a variable of the collection to give it a default",
                    );
                }
                // Postman's vault holds secrets only, whatever they are called.
                let secret = is_secret_name(name) || name.starts_with("vault:");
                let variable = Variable { name: name.to_owned(), secret, ..Variable::default() };
                self.known.insert(name.to_owned(), variable);
            }
        }
        text
    }

    /// A variable in the place of a literal. The same literal under the same name gives the
    /// same variable; an empty variable of that name in the collection is taken for it.
    pub(super) fn replace(&mut self, name: &str, literal: &str, secret: bool) -> Text {
        let mut number = 1;
        loop {
            let candidate = if number == 1 { name.to_owned() } else { format!("{name}_{number}") };
            number += 1;
            let fits = match (self.known.get(&candidate), self.replaced.get(&candidate)) {
                (None, _) => true,
                (Some(_), Some(other)) => other == literal || literal.is_empty(),
                (Some(variable), None) => {
                    variable.value.is_none() || variable.value.as_deref() == Some(literal)
                }
            };
            if !fits {
                continue;
            }
            let variable = self.known.entry(candidate.clone()).or_default();
            variable.name.clone_from(&candidate);
            variable.secret |= secret;
            if variable.secret {
                variable.value = None;
            } else if variable.value.is_none() && !literal.is_empty() {
                variable.value = Some(literal.to_owned());
            }
            if !literal.is_empty() {
                self.replaced.insert(candidate.clone(), literal.to_owned());
            }
            return Text::variable(candidate);
        }
    }

    /// A text that must not be written out: a variable takes the place of a literal.
    pub(super) fn read_secret(
        &mut self,
        name: &str,
        value: &str,
        place: &str,
        notes: &mut Diagnostics,
    ) -> Text {
        let text = self.read(value, place, notes);
        match text.as_literal() {
            Some(literal) => {
                if !literal.is_empty() {
                    notes.add(
                        Code::Secret,
                        place,
                        format!("a secret stands in {name}"),
                        "it was not written anywhere and is an environment variable now; \
                         take it out of the collection, and change it if the collection was shared",
                    );
                }
                self.replace(name, literal, true)
            }
            None => {
                let names: Vec<String> = text.variables().map(str::to_owned).collect();
                for name in names {
                    if let Some(variable) = self.known.get_mut(&name) {
                        variable.secret = true;
                        if let Some(value) = variable.value.take() {
                            variable.hidden = Hidden::new(value);
                        }
                    }
                }
                text
            }
        }
    }

    /// The text with the values of its variables, this for those that have none, and one of the
    /// values of what is made at each use.
    pub(super) fn fill(&self, text: &Text, missing: &str) -> String {
        use super::text::Part;
        let mut out = String::new();
        for part in text.parts() {
            match part {
                Part::Literal(literal) => out.push_str(literal),
                Part::Variable { name, .. } => {
                    let value = self.known.get(name).and_then(|it| it.value.as_deref());
                    out.push_str(value.unwrap_or(missing));
                }
                Part::Dynamic { dynamic, .. } => out.push_str(&dynamic.sample()),
            }
        }
        out
    }

    /// All of them.
    pub(super) fn into_vec(mut self) -> Vec<Variable> {
        for (name, literal) in self.replaced {
            if let Some(variable) = self.known.get_mut(&name).filter(|it| it.secret) {
                variable.hidden = Hidden::new(literal);
            }
        }
        self.known.into_values().collect()
    }
}

fn define(
    variable: &postman::Variable,
    known: &mut IndexMap<String, Variable>,
    values: &mut IndexMap<String, String>,
    notes: &mut Diagnostics,
) {
    // Only `key` counts: the runner does not find a variable that has `id` alone.
    let Some(name) = variable.key.clone().filter(|_| !variable.disabled) else {
        return;
    };
    let value = variable.value.non_empty();
    let secret = is_secret_name(&name) || variable.kind.as_deref() == Some("secret");
    if let Some(value) = &value {
        let harmless = value.contains("{{") || value.starts_with("http://") || value.starts_with("https://");
        if secret && !harmless {
            notes.add(
                Code::Secret,
                "",
                format!("the variable {name} holds a secret"),
                "its value was not written anywhere; keep it in a local environment instead of the collection",
            );
        }
    }
    values.insert(name.clone(), value.clone().unwrap_or_default());
    let entry = known.entry(name.clone()).or_default();
    entry.name = name;
    entry.secret |= secret;
    entry.hidden = value.clone().filter(|_| entry.secret).map(Hidden::new).unwrap_or_default();
    entry.value = value.filter(|_| !entry.secret);
    if let Some(description) = &variable.description {
        entry.description.clone_from(description);
    }
}
