//! Servers (§4.8.5): the one that most operations go to for all, others for those that go there.

use serde_json::{Value, json};

use super::path::{plain, unique};
use super::{Object, describe, object, value};
use crate::api::{Api, Operation, Server};
use crate::collection::{Part, Text};

pub(super) struct Servers<'a> {
    api: &'a Api,
    /// The place of the main one.
    main: usize,
}

impl<'a> Servers<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        let mut counts = vec![0_usize; api.servers.len()];
        for operation in api.groups.iter().flat_map(|it| &it.operations) {
            if let Some(count) = counts.get_mut(operation.server) {
                *count += 1;
            }
        }
        // Of those with the most operations, the first.
        let most = counts.iter().enumerate().rev().max_by_key(|(_, count)| **count);
        Self { api, main: most.map_or(0, |(place, _)| place) }
    }

    /// That of all operations that say nothing else.
    pub(super) fn of_all(&self) -> Vec<Value> {
        self.api.servers.get(self.main).into_iter().map(|it| self.server(it)).collect()
    }

    /// Those of operations that share a path and a method; nothing if that is the main one.
    pub(super) fn of_operations<'b>(&self, operations: impl Iterator<Item = &'b Operation>) -> Vec<Value> {
        let mut places: Vec<usize> = operations.map(|it| it.server).collect();
        places.sort_unstable_by_key(|it| (*it != self.main, *it));
        places.dedup();
        if places == [self.main] {
            return Vec::new();
        }
        places.iter().filter_map(|it| self.api.servers.get(*it)).map(|it| self.server(it)).collect()
    }

    fn server(&self, server: &Server) -> Value {
        let mut url = String::new();
        let mut variables = Object::new();
        let mut about = Vec::new();
        let is_whole = server.origin.parts().len() == 1;
        // Postman takes a bare host for one of http. What the user has to give says its scheme itself.
        if server.lacks_scheme() && (server.default.is_some() || !is_whole) {
            url.push_str("http://");
        }
        for part in server.origin.parts() {
            let (wire, value, description) = match part {
                Part::Literal(literal) => {
                    url.push_str(&literal.replace('{', "%7B").replace('}', "%7D"));
                    continue;
                }
                Part::Variable { name, .. } => self.variable(name, is_whole),
                Part::Dynamic { dynamic, .. } => (dynamic.name(), dynamic.sample(), ""),
            };
            let name = unique(&plain(wire), |it| !variables.contains_key(it));
            url.push_str(&format!("{{{name}}}"));
            let description = description.trim();
            if !description.is_empty() {
                about.push(if is_whole {
                    description.to_owned()
                } else {
                    format!("`{name}`: {description}")
                });
            }
            variables.insert(name, json!({"default": value}));
        }
        let mut out = object([("url", url.into())]);
        // Not those of the variables: the first schema of 3.1 misspells them, and some validators still go by it.
        describe(&mut out, &about.join("\n\n"));
        if !variables.is_empty() {
            out.insert("variables".to_owned(), variables.into());
        }
        out.into()
    }

    /// Name, value and description of a variable. OpenAPI wants a value in any case: with an empty one for the whole
    /// address, paths are relative to where the description lies, as they are without servers (§4.8.1.1).
    fn variable<'b>(&'b self, name: &'b str, is_whole: bool) -> (&'b str, String, &'b str) {
        let variable = self.api.variables.named(name);
        let description = variable.map_or("", |it| it.description.as_str());
        let other = if is_whole { String::new() } else { plain(name).replace('_', "-") };
        let value = value::known(self.api, &Text::variable(name));
        (name, value.unwrap_or(other), description)
    }
}
