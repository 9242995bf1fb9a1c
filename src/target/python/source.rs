//! Texts of a request as expressions of Python.

use std::collections::BTreeSet;

use serde::Serialize;

use super::pages;
use crate::api::{Api, Http, Variable};
use crate::collection::{Dynamic, Encoding, Ingredient, Part, Text};
use crate::name::Name;
use crate::target::quote::{py, py_format, py_quote};

/// Which helper functions a snippet needs.
#[derive(Serialize, Default)]
pub(super) struct Functions {
    bare_percent: bool,
    encode_path: bool,
    encode_query: bool,
    encode_value: bool,
    one_of: bool,
    characters: bool,
    moment: bool,
    dynamics: Vec<Function>,
    has_dynamics: bool,
}

/// A function that makes the value of a dynamic variable.
#[derive(Serialize)]
struct Function {
    name: String,
    doc: String,
    body: Vec<String>,
}

/// Texts as expressions of Python, with the variables, imports and functions that they need.
pub(super) struct Source<'a> {
    pub(super) api: &'a Api,
    /// The library that sends the texts.
    pub(super) http: Http,
    /// What a variable is called.
    name_of: fn(&Variable) -> String,
    used: BTreeSet<usize>,
    pub(super) imports: BTreeSet<&'static str>,
    pub(super) functions: Functions,
}

impl<'a> Source<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        Self::with_names(api, constant)
    }

    /// Variables are called otherwise than the constants of a snippet.
    pub(super) fn with_names(api: &'a Api, name_of: fn(&Variable) -> String) -> Self {
        let (used, imports, functions) = (BTreeSet::new(), BTreeSet::new(), Functions::default());
        Self { api, http: Http::Requests, name_of, used, imports, functions }
    }

    /// The variables that were used, in the order of the collection.
    pub(super) fn variables(&self) -> impl Iterator<Item = &'a Variable> {
        let api = self.api;
        self.used.iter().map(move |index| &api.variables[*index])
    }

    /// The text as a string literal or f-string.
    pub(super) fn expression(&mut self, text: &Text) -> String {
        if let Some(literal) = text.as_literal() {
            return py(literal);
        }
        match text.parts() {
            [part @ Part::Variable { .. }] => return self.value(part),
            [part @ Part::Dynamic { dynamic, .. }] => {
                let value = self.value(part);
                return if is_text(*dynamic) { value } else { format!("str({value})") };
            }
            _ => {}
        }
        let values: Vec<String> = text.parts().iter().map(|part| self.value(part)).collect();
        let mut parts = text.parts().iter().zip(values);
        let literals: String = text.parts().iter().filter_map(literal).collect();
        // Before Python 3.12 an expression inside must have other quotes than the text around it.
        let quoted = parts.any(|(part, value)| literal(part).is_none() && value.contains(['"', '\'']));
        let quote = if quoted { '"' } else { py_quote(&literals) };
        format!("f{quote}{}{quote}", self.inside(text, quote))
    }

    /// The text as the inside of an f-string in these quotes.
    pub(super) fn inside(&mut self, text: &Text, quote: char) -> String {
        let mut out = String::new();
        for part in text.parts() {
            match part {
                Part::Literal(literal) => out.push_str(&py_format(literal, quote)),
                part => out.push_str(&format!("{{{}}}", self.value(part).replace('"', "'"))),
            }
        }
        out
    }

    fn value(&mut self, part: &Part) -> String {
        match part {
            Part::Literal(literal) => py(literal),
            Part::Dynamic { dynamic, encoding } => {
                let value = self.dynamic(*dynamic);
                self.encoded(value, *encoding)
            }
            Part::Variable { name, encoding } => {
                let Some(index) = self.api.variables.place_of(name) else {
                    return py("");
                };
                self.used.insert(index);
                self.imports.insert("import os");
                let name = (self.name_of)(&self.api.variables[index]);
                self.encoded(name, *encoding)
            }
        }
    }

    /// What the functions that percent-encode need.
    fn escapes(&mut self) {
        // urllib3 would escape all others as well; httpx is not asked.
        if self.http == Http::Requests {
            self.functions.bare_percent = true;
            self.imports.insert("import re");
        }
        self.imports.insert("from urllib.parse import quote");
    }

    /// The value of an expression in this encoding. It has to be a text, unless it stays as it is.
    fn encoded(&mut self, value: String, encoding: Encoding) -> String {
        match encoding {
            Encoding::Raw => value,
            Encoding::Path => {
                self.functions.encode_path = true;
                self.escapes();
                format!("encode_path({value})")
            }
            Encoding::Query => {
                self.functions.encode_query = true;
                self.escapes();
                format!("encode_query({value})")
            }
            Encoding::QueryValue => {
                self.functions.encode_value = true;
                self.escapes();
                format!("encode_value({value})")
            }
            Encoding::Form => {
                self.imports.insert("from urllib.parse import quote");
                format!("quote({value}, safe=\"\")")
            }
            Encoding::Json => {
                self.imports.insert("import json");
                format!("json.dumps({value}, ensure_ascii=False)[1:-1]")
            }
        }
    }

    /// A value made at each use: by an expression if that is short, else by a function.
    fn dynamic(&mut self, dynamic: Dynamic) -> String {
        use Ingredient::{Guid, Integer, Timestamp};
        // Without quotes of their own, which would decide on those of the text around them.
        if let [only @ (Guid | Timestamp | Integer(..))] = dynamic.recipe() {
            return self.ingredient(*only);
        }
        // No argument of a snippet begins with an underscore: none can hide the function.
        let name = format!("_{}", Name::new(dynamic.name()).snake());
        if !self.functions.dynamics.iter().any(|it| it.name == name) {
            let value = match dynamic.recipe() {
                [only] => self.ingredient(*only),
                recipe => {
                    let piece = |it: &Ingredient| match *it {
                        Ingredient::Literal(literal) => py_format(literal, '"'),
                        other => format!("{{{}}}", self.ingredient(other).replace('"', "'")),
                    };
                    format!("f\"{}\"", recipe.iter().map(piece).collect::<String>())
                }
            };
            let doc = format!("Make up a value like Postman's {{{{{}}}}}.", dynamic.name());
            self.functions.dynamics.push(Function {
                name: name.clone(),
                doc,
                body: statement(4, "return ", &value),
            });
            self.functions.has_dynamics = true;
        }
        format!("{name}()")
    }

    fn ingredient(&mut self, ingredient: Ingredient) -> String {
        let (import, expression) = match ingredient {
            Ingredient::Literal(literal) => return py(literal),
            Ingredient::OneOf(words) => {
                self.functions.one_of = true;
                ("import random", format!("_one_of({})", py(words)))
            }
            Ingredient::Characters(count, alphabet) => {
                self.functions.characters = true;
                ("import random", format!("_characters({count}, {})", py(alphabet)))
            }
            Ingredient::Integer(from, to) => ("import random", format!("random.randint({from}, {to})")),
            Ingredient::Guid => ("import uuid", "uuid.uuid4()".to_owned()),
            Ingredient::Timestamp => ("import time", "int(time.time())".to_owned()),
            Ingredient::IsoTimestamp => {
                ("import time", "time.strftime(\"%Y-%m-%dT%H:%M:%S.000Z\", time.gmtime())".to_owned())
            }
            Ingredient::Moment(from, to) => {
                self.functions.moment = true;
                self.imports.insert("import time");
                ("import random", format!("_moment({from}, {to})"))
            }
        };
        self.imports.insert(import);
        expression
    }

    /// `BASE_URL = os.environ.get(…)` for every variable that was used.
    pub(super) fn assignments(&self, optional: &[&str]) -> Vec<String> {
        let lines = |index: &usize| {
            let variable = &self.api.variables[*index];
            let (name, env) = (constant(variable), py(&variable.env));
            let get = |default: String| {
                bracketed(0, &format!("{name} = os.environ.get("), &[env.clone(), default], ")")
            };
            match &variable.default {
                Some(default) => get(py(default)),
                None if optional.contains(&variable.wire.as_str()) => get("\"\"".to_owned()),
                None => vec![format!("{name} = os.environ[{env}]")],
            }
        };
        self.used.iter().flat_map(lines).collect()
    }
}

/// Whether the expression of a value is a text already, and not a number or a UUID.
fn is_text(dynamic: Dynamic) -> bool {
    !matches!(dynamic.recipe(), [Ingredient::Guid | Ingredient::Timestamp | Ingredient::Integer(..)])
}

/// Widest line.
pub(super) const MAX_WIDTH: usize = 100;

/// Something with a list in brackets, on as many lines as `ruff format` gives it at this indent.
pub(super) fn bracketed(indent: usize, head: &str, items: &[String], tail: &str) -> Vec<String> {
    let fits = |text: &str| indent + text.chars().count() <= MAX_WIDTH;
    let line = format!("{head}{}{tail}", items.join(", "));
    if items.is_empty() || fits(&line) || line.contains('\n') {
        return vec![line];
    }
    let inside = format!("    {}", items.join(", "));
    let mut lines = vec![head.to_owned()];
    if fits(&inside) && items.len() > 1 {
        lines.push(inside);
    } else {
        lines.extend(items.iter().map(|it| format!("    {it},")));
    }
    lines.push(tail.to_owned());
    lines
}

/// The lines of a statement at an indent, as `ruff format` breaks them. The value is a text or a
/// call with one argument; of the lines behind the first, those inside get four blanks.
pub(super) fn statement(indent: usize, head: &str, value: &str) -> Vec<String> {
    let fits = |text: &str| indent + text.chars().count() <= MAX_WIDTH;
    let line = format!("{head}{value}");
    let inside = format!("    {value}");
    let is_text = value.ends_with(['"', '\'']);
    if fits(&line) || value.contains('\n') {
        return vec![line];
    }
    // A text is put on a line of its own if it fits there, an argument in any case.
    match value.strip_suffix(')').and_then(|call| call.split_once('(')) {
        _ if is_text && fits(&inside) => vec![format!("{head}("), inside, ")".to_owned()],
        Some((function, argument)) if !is_text => {
            vec![format!("{head}{function}("), format!("    {argument}"), ")".to_owned()]
        }
        _ => vec![line],
    }
}

fn literal(part: &Part) -> Option<&str> {
    match part {
        Part::Literal(literal) => Some(literal),
        _ => None,
    }
}

/// Names that the snippets use for something else.
const RESERVED: [&str; 3] = ["BODY", "BARE_PERCENT", "__all__"];

fn constant(variable: &Variable) -> String {
    let name = variable.name.screaming();
    if RESERVED.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// Keywords of Python, and what the snippets use for something else.
const KEYWORDS: [&str; 55] = [
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
    "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not",
    "or", "pass", "raise", "return", "try", "while", "with", "yield", "match", "case", "type", "id", "url",
    "query", "quote", "re", "os", "sys", "requests", "json", "uuid", "time", "random", "files", "headers",
    "response", "session", "request", "path", "lines", "httpx",
];

pub(super) fn identifier(name: &Name) -> String {
    let name = name.snake();
    let is_taken = KEYWORDS.contains(&name.as_str()) || pages::NAMES.split(' ').any(|it| it == name);
    if is_taken { format!("{name}_") } else { name }
}
