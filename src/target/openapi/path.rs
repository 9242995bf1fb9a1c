//! Paths as templates (§4.8.8): what is not fixed is a parameter.

use std::collections::HashSet;

use serde_json::Value;

use super::value;
use crate::api::{Api, Operation, Scalar};
use crate::collection::{Dynamic, Part, PathPart, Text};
use crate::name::Name;

/// The path of an operation.
pub(super) struct Path {
    pieces: Vec<Piece>,
    /// Whether a query stands in it, as it does where a `?` is in a segment.
    pub(super) has_query: bool,
}

enum Piece {
    Fixed(String),
    Parameter(PathParameter),
}

/// A value in a path. Its name is never sent, so that it can be another one than the collection's.
pub(super) struct PathParameter {
    pub(super) name: String,
    pub(super) ty: Scalar,
    pub(super) example: Option<Value>,
    pub(super) description: String,
}

impl Path {
    pub(super) fn of(api: &Api, operation: &Operation) -> Self {
        let mut path = Self { pieces: Vec::new(), has_query: false };
        let mut arguments = operation.arguments.iter();
        for part in &operation.wire.url.path {
            match part {
                _ if path.has_query => break,
                PathPart::Fixed(text) => path.fixed(api, text),
                PathPart::Argument { key, example } => {
                    let argument = arguments.next();
                    let ty = argument.map_or(Scalar::Text, |it| it.ty);
                    let example = example.as_ref().and_then(|it| value::encoded_example(api, it, ty));
                    let description = argument.map(|it| it.description.clone()).unwrap_or_default();
                    path.parameter(key, ty, example, description);
                }
            }
        }
        path
    }

    fn fixed(&mut self, api: &Api, text: &Text) {
        for part in text.parts() {
            match part {
                Part::Literal(literal) => {
                    let (literal, query) = match literal.split_once('?') {
                        Some((literal, _)) => (literal, true),
                        None => (literal.as_str(), false),
                    };
                    // Braces would begin and end a parameter.
                    let literal = literal.replace('{', "%7B").replace('}', "%7D");
                    self.pieces.push(Piece::Fixed(literal));
                    if query {
                        self.has_query = true;
                        return;
                    }
                }
                Part::Variable { name, .. } => {
                    let example = value::known(api, &Text::variable(name)).filter(|it| !it.is_empty());
                    let description = api.variables.named(name).map(|it| it.description.clone());
                    let description = description.unwrap_or_default();
                    self.parameter(name, Scalar::Text, example.map(Value::from), description);
                }
                Part::Dynamic { dynamic, .. } => {
                    let example = Some(Value::from(Dynamic::sample(*dynamic)));
                    self.parameter(dynamic.name(), Scalar::Text, example, String::new());
                }
            }
        }
    }

    fn parameter(&mut self, wire: &str, ty: Scalar, example: Option<Value>, description: String) {
        let taken: HashSet<&str> = self.parameters().map(|it| it.name.as_str()).collect();
        let name = unique(&plain(wire), |name| !taken.contains(name));
        self.pieces.push(Piece::Parameter(PathParameter { name, ty, example, description }));
    }

    /// Its parameters, in their order.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &PathParameter> {
        self.pieces.iter().filter_map(|it| match it {
            Piece::Fixed(_) => None,
            Piece::Parameter(parameter) => Some(parameter),
        })
    }

    /// The template.
    pub(super) fn template(&self) -> String {
        self.written(|it| &it.name)
    }

    /// What is equal for two templates that OpenAPI calls identical: those that differ in names only.
    pub(super) fn shape(&self) -> String {
        self.written(|_| "")
    }

    fn written<'a>(&'a self, name: impl Fn(&'a PathParameter) -> &'a str) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Fixed(text) => out.push_str(text),
                Piece::Parameter(parameter) => {
                    out.push('{');
                    out.push_str(name(parameter));
                    out.push('}');
                }
            }
        }
        if out.starts_with('/') { out } else { format!("/{out}") }
    }

    /// Gives the parameters the names that those of another path of this shape have.
    pub(super) fn rename_after(&mut self, other: &Self) {
        let names: Vec<String> = other.parameters().map(|it| it.name.clone()).collect();
        let own = self.pieces.iter_mut().filter_map(|it| match it {
            Piece::Fixed(_) => None,
            Piece::Parameter(parameter) => Some(parameter),
        });
        for (parameter, name) in own.zip(names) {
            parameter.name = name;
        }
    }
}

/// A name that can stand between braces, and be a word of most languages: the collection's own, if it can.
pub(super) fn plain(wire: &str) -> String {
    let fits = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
    let is_plain = wire.starts_with(|it: char| it.is_ascii_alphabetic()) && wire.chars().all(fits);
    if is_plain { wire.to_owned() } else { Name::new(wire).or(Name::new("value")).snake() }
}

/// The name, with the smallest number from 2 behind it that makes it free.
pub(super) fn unique(name: &str, is_free: impl Fn(&str) -> bool) -> String {
    let numbered = (2_usize..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|it| is_free(it)).unwrap_or_default()
}
