//! Texts of a request as expressions of Python.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::api::{Api, Variable};
use crate::collection::{Dynamic, Encoding, Part, Text};
use crate::name::Name;
use crate::target::quote::{py, py_format, py_quote};

/// Which helper functions a snippet needs.
#[derive(Serialize, Default)]
pub(super) struct Functions {
    bare_percent: bool,
    encode_path: bool,
    encode_query: bool,
    encode_value: bool,
}

/// Texts as expressions of Python, with the variables, imports and functions that they need.
pub(super) struct Source<'a> {
    pub(super) api: &'a Api,
    used: BTreeSet<usize>,
    pub(super) imports: BTreeSet<&'static str>,
    pub(super) functions: Functions,
}

impl<'a> Source<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        Self { api, used: BTreeSet::new(), imports: BTreeSet::new(), functions: Functions::default() }
    }

    /// The text as a string literal or f-string.
    pub(super) fn expression(&mut self, text: &Text) -> String {
        if let Some(literal) = text.as_literal() {
            return py(literal);
        }
        match text.parts() {
            [part @ Part::Variable { .. }] => return self.value(part),
            [part @ Part::Dynamic(_)] => return format!("str({})", self.value(part)),
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
            Part::Dynamic(Dynamic::Guid) => {
                self.imports.insert("import uuid");
                "uuid.uuid4()".to_owned()
            }
            Part::Dynamic(Dynamic::Timestamp) => {
                self.imports.insert("import time");
                "int(time.time())".to_owned()
            }
            Part::Dynamic(Dynamic::IsoTimestamp) => {
                self.imports.insert("import time");
                "time.strftime(\"%Y-%m-%dT%H:%M:%S.000Z\", time.gmtime())".to_owned()
            }
            Part::Dynamic(Dynamic::RandomInt) => {
                self.imports.insert("import random");
                "random.randint(0, 1000)".to_owned()
            }
            Part::Variable { name, encoding } => {
                let Some(index) = self.api.variables.iter().position(|it| it.wire == *name) else {
                    return py("");
                };
                self.used.insert(index);
                self.imports.insert("import os");
                let constant = constant(&self.api.variables[index]);
                match encoding {
                    Encoding::Raw => constant,
                    Encoding::Path => {
                        self.functions.encode_path = true;
                        self.escapes();
                        format!("encode_path({constant})")
                    }
                    Encoding::Query => {
                        self.functions.encode_query = true;
                        self.escapes();
                        format!("encode_query({constant})")
                    }
                    Encoding::QueryValue => {
                        self.functions.encode_value = true;
                        self.escapes();
                        format!("encode_value({constant})")
                    }
                    Encoding::Form => {
                        self.imports.insert("from urllib.parse import quote");
                        format!("quote({constant}, safe=\"\")")
                    }
                    Encoding::Json => {
                        self.imports.insert("import json");
                        format!("json.dumps({constant}, ensure_ascii=False)[1:-1]")
                    }
                }
            }
        }
    }

    /// What the functions that percent-encode need.
    fn escapes(&mut self) {
        self.functions.bare_percent = true;
        self.imports.insert("import re");
        self.imports.insert("from urllib.parse import quote");
    }

    /// `BASE_URL = os.environ.get(…)` for every variable that was used.
    pub(super) fn assignments(&self, optional: &[&str]) -> Vec<String> {
        let line = |index: &usize| {
            let variable = &self.api.variables[*index];
            let (name, env) = (constant(variable), py(&variable.env));
            match &variable.default {
                Some(default) => format!("{name} = os.environ.get({env}, {})", py(default)),
                None if optional.contains(&variable.wire.as_str()) => {
                    format!("{name} = os.environ.get({env}, \"\")")
                }
                None => format!("{name} = os.environ[{env}]"),
            }
        };
        self.used.iter().map(line).collect()
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
const KEYWORDS: [&str; 54] = [
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
    "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not",
    "or", "pass", "raise", "return", "try", "while", "with", "yield", "match", "case", "type", "id", "url",
    "query", "quote", "re", "os", "sys", "requests", "json", "uuid", "time", "random", "files", "headers",
    "response", "session", "request", "path", "lines",
];

pub(super) fn identifier(name: &Name) -> String {
    let name = name.snake();
    if KEYWORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}
