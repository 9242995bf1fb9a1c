//! The variables of a collection: what is defined, what is used, and what had to be made up
//! because a secret stood where a variable should.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::resolve::Spot;
use super::text::{Part, Reader, Text, Unread, without_tokens};
use super::{Hidden, Variable, limits};
use crate::diagnostic::{At, Code, Diagnostics, File};
use crate::postman;
use crate::secret::{Found, Secrets, is_secret_name};

/// Variables by name, with a reader that knows their values.
pub(super) struct Variables {
    known: IndexMap<String, Variable>,
    reader: Reader,
    /// Literals that were replaced by a variable, by the name of that variable. Never leaves here.
    replaced: HashMap<String, String>,
    /// By name and literal, the variable that stands for it.
    stand_ins: HashMap<(String, String), String>,
    /// Up to which number the variables of a name are taken, where there are more than [`FEW`].
    numbers: HashMap<String, usize>,
    names: Names,
    secrets: Secrets,
}

/// So many variables of one name are looked at each time that another one is needed.
const FEW: usize = 16;

/// Names that variables have in the outputs: their own, unless a secret is in it.
#[derive(Debug, Default)]
struct Names(HashMap<String, String>);

impl Names {
    /// The name of a variable that was not met before. Two that differ in their secrets alone stay two.
    fn given(&mut self, name: &str, secrets: &Secrets) -> String {
        if let Some(given) = self.0.get(name) {
            return given.clone();
        }
        let masked = secrets.masked(name);
        if masked == name {
            return masked;
        }
        let alike = self.0.values().filter(|it| it.starts_with(&masked)).count();
        let given = if alike == 0 { masked } else { format!("{masked}_{}", alike + 1) };
        self.0.insert(name.to_owned(), given.clone());
        given
    }
}

impl Variables {
    /// Environment before collection before globals, as in the runner's order of scopes
    /// (postman-runtime `runner/util.js`).
    pub(super) fn new(
        collection: &[postman::Variable],
        environment: Option<&postman::Environment>,
        globals: Option<&postman::Environment>,
        secrets: &Secrets,
        notes: &mut Diagnostics,
    ) -> Self {
        let mut known = IndexMap::new();
        let mut values = IndexMap::new();
        let mut names = Names::default();
        for variable in globals.iter().flat_map(|it| &it.values).chain(collection) {
            define(variable, &mut known, &mut values, &mut names, secrets);
        }
        for (index, variable) in environment.iter().flat_map(|it| &it.values).enumerate() {
            if variable.enabled == Some(serde_json::Value::Bool(false)) {
                let pointer = format!("/values/{index}");
                notes.add(
                    Code::DisabledEnvironment,
                    At { place: String::new(), file: File::Environment, pointer },
                    format!(
                        "the environment switches {} off; its value is used all the same, as Postman's runner does",
                        variable.key.as_deref().unwrap_or_default()
                    ),
                    "delete the variable from the environment if it must not be used",
                );
            }
            define(variable, &mut known, &mut values, &mut names, secrets);
        }
        for variable in known.values_mut() {
            leave_long(variable, notes);
        }
        let secrets = secrets.clone();
        Self {
            known,
            reader: Reader::new(values),
            replaced: HashMap::new(),
            stand_ins: HashMap::new(),
            numbers: HashMap::new(),
            names,
            secrets,
        }
    }

    /// Reads a text and takes note of the variables in it. One takes the place of each secret that is told by
    /// its shape.
    pub(super) fn read(&mut self, text: &str, at: &Spot, notes: &mut Diagnostics) -> Text {
        let text = self.read_all(text, at, notes);
        self.without_secrets(text, |_| true)
    }

    /// As [`read`](Self::read), for an address: user and password in it are read by whoever takes it apart.
    pub(super) fn read_address(&mut self, text: &str, at: &Spot, notes: &mut Diagnostics) -> Text {
        let text = self.read_all(text, at, notes);
        self.without_secrets(text, |it| !it.is_user_info())
    }

    /// What stands in a path or a query like the user and password of an address is read by nobody else.
    pub(super) fn behind_user_info(&mut self, text: Text) -> Text {
        self.without_secrets(text, Found::is_user_info)
    }

    /// A text that is no template, with variables in the place of secrets.
    pub(super) fn literal(&mut self, text: String) -> Text {
        self.without_secrets(Text::literal(text), |_| true)
    }

    fn without_secrets(&mut self, text: Text, chosen: impl Fn(&Found) -> bool) -> Text {
        // Most texts have none, and stay as they are.
        if !text.literals().any(|literal| self.secrets.find(literal).iter().any(&chosen)) {
            return text;
        }
        let mut out = Text::default();
        for part in text.parts() {
            let Part::Literal(literal) = part else {
                out.push_part(part.clone());
                continue;
            };
            let mut end = 0;
            for it in self.secrets.find(literal).into_iter().filter(&chosen) {
                out.push_literal(&literal[end..it.range.start]);
                out.push(self.replace(&it.variable, &literal[it.range.clone()], true));
                end = it.range.end;
            }
            out.push_literal(&literal[end..]);
        }
        out
    }

    fn read_all(&mut self, text: &str, at: &Spot, notes: &mut Diagnostics) -> Text {
        let text = self.reader.read(text).unwrap_or_else(|reason| {
            let (code, message, help) = match reason {
                Unread::Loop(name) => (
                    Code::VariableLoop,
                    format!("the value of {name} comes back to itself"),
                    "mend the value of the variable; until then the text is sent as it stands",
                ),
                Unread::Long => (
                    Code::TooLarge,
                    format!(
                        "values of variables in each other have made texts longer by {} MiB so far",
                        limits::GROWTH >> 20
                    ),
                    "shorten the values of the variables in this text; until then it is sent as it stands",
                ),
            };
            notes.add(code, at, message, help);
            Text::literal(text)
        });
        let text = self.with_given_names(text);
        for name in text.variables() {
            if !self.known.contains_key(name) {
                if name.starts_with('$') {
                    notes.add(
                        Code::DynamicVariable,
                        at,
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

    /// A text whose variables have the names that may be written out.
    fn with_given_names(&mut self, text: Text) -> Text {
        let unknown: Vec<String> =
            text.variables().filter(|it| !self.known.contains_key(*it)).map(str::to_owned).collect();
        let given: HashMap<String, String> = unknown
            .into_iter()
            .filter_map(|name| {
                let given = self.names.given(&name, &self.secrets);
                (given != name).then_some((name, given))
            })
            .collect();
        if given.is_empty() { text } else { text.with_names(|it| given.get(it).map(String::as_str)) }
    }

    /// Whether the project says that this value is no secret.
    pub(super) fn allows(&self, value: &str) -> bool {
        self.secrets.allows(value)
    }

    /// Whether a text has secrets that are told by their shape.
    pub(super) fn has_secret(&self, text: &str) -> bool {
        !self.secrets.find(text).is_empty()
    }

    /// A variable in the place of a literal. The same literal under the same name gives the
    /// same variable; an empty variable of that name in the collection is taken for it.
    pub(super) fn replace(&mut self, name: &str, literal: &str, secret: bool) -> Text {
        // The key of what is a secret may have one itself, or a variable, and no name of a variable has braces.
        let name = &self.names.given(&name.replace(['{', '}'], ""), &self.secrets);
        let known = (name.to_owned(), literal.to_owned());
        if let Some(stand_in) = self.stand_ins.get(&known).cloned() {
            return self.stand_for(stand_in, literal, secret);
        }
        // The first ones may have become free; where there are many, all others up to here are taken.
        let taken = self.numbers.get(name).copied().unwrap_or_default().max(FEW);
        for number in (1..=FEW).chain(taken + 1..) {
            let candidate = if number == 1 { name.to_owned() } else { format!("{name}_{number}") };
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
            if !literal.is_empty() {
                if number > FEW {
                    self.numbers.insert(name.to_owned(), number);
                }
                self.stand_ins.insert(known, candidate.clone());
            }
            return self.stand_for(candidate, literal, secret);
        }
        // There is always a number that nobody has.
        Text::variable(name)
    }

    /// A variable that stands for a literal from now on.
    fn stand_for(&mut self, name: String, literal: &str, secret: bool) -> Text {
        let variable = self.known.entry(name.clone()).or_default();
        variable.name.clone_from(&name);
        variable.secret |= secret;
        if variable.secret {
            variable.value = None;
        } else if variable.value.is_none() && !literal.is_empty() {
            variable.value = Some(literal.to_owned());
        }
        if !literal.is_empty() {
            self.replaced.insert(name.clone(), literal.to_owned());
        }
        Text::variable(name)
    }

    /// A text that must not be written out: a variable takes the place of a literal.
    pub(super) fn read_secret(
        &mut self,
        name: &str,
        value: &str,
        at: &Spot,
        notes: &mut Diagnostics,
    ) -> Text {
        let text = self.read_all(value, at, notes);
        match text.as_literal() {
            Some(literal) => self.replace(name, literal, true),
            None => {
                let text = self.without_secrets(text, |_| true);
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

    /// Says which ones the collection itself has.
    pub(super) fn defined_by(&mut self, collection: &[postman::Variable]) {
        for variable in collection.iter().filter(|it| !it.disabled) {
            let Some(key) = &variable.key else { continue };
            let name = self.names.given(key, &self.secrets);
            if let Some(known) = self.known.get_mut(&name) {
                known.defined = true;
            }
        }
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

/// A value that is too long to stand in each output is none of their defaults.
fn leave_long(variable: &mut Variable, notes: &mut Diagnostics) {
    let Some(length) = variable.value.as_ref().map(String::len).filter(|it| *it > limits::DEFAULT) else {
        return;
    };
    variable.value = None;
    notes.add(
        Code::TooLarge,
        At::new("", "/variable"),
        format!(
            "the value of {} has {length} bytes; more than {} are no default",
            variable.name,
            limits::DEFAULT
        ),
        "the outputs ask for it; give it to them when they run",
    );
}

fn define(
    variable: &postman::Variable,
    known: &mut IndexMap<String, Variable>,
    values: &mut IndexMap<String, String>,
    names: &mut Names,
    secrets: &Secrets,
) {
    // Only `key` counts: the runner does not find a variable that has `id` alone.
    let Some(name) = variable.key.clone().filter(|_| !variable.disabled) else {
        return;
    };
    let value = variable.value.non_empty();
    let allowed = value.as_deref().is_some_and(|it| secrets.allows(it));
    let named = is_secret_name(&name) || variable.kind.as_deref() == Some("secret");
    let shaped = value.as_deref().is_some_and(|it| !secrets.find(it).is_empty());
    let secret = !allowed && (named || shaped);
    // A value that is put together of others is expanded where it is used, which must not show a part of it.
    let whole = secret && value.as_deref().is_some_and(|it| secrets.is_secret("token", &without_tokens(it)));
    let shown = value.clone().filter(|_| !whole).unwrap_or_default();
    let given = names.given(&name, secrets);
    values.insert(name, shown);
    let entry = known.entry(given.clone()).or_default();
    entry.name = given;
    entry.secret |= secret;
    entry.hidden = value.clone().filter(|_| entry.secret).map(Hidden::new).unwrap_or_default();
    entry.value = value.filter(|_| !entry.secret);
    if let Some(description) = &variable.description {
        entry.description.clone_from(description);
    }
}
