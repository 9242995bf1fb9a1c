//! Short snippets: a request in a few lines, to paste. They send what the scripts send when
//! nobody tells them otherwise, with the collection's own values in the place of variables.

use indexmap::IndexSet;
use serde::Serialize;
use serde_json::Value;

use super::{Page, curl, powershell, python, quote, rust};
use crate::api::{Api, Group, Operation, Server};
use crate::collection::{Encoding, Part, PathPart, Text, WireRequest, encode_path};

/// A language that short snippets are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// A command for bash and zsh.
    Curl,
    /// Python, with requests or httpx.
    Python,
    /// A call of the generated client.
    Rust,
    /// A command for PowerShell 7.
    PowerShell,
}

impl Language {
    /// All of them, in the order they are shown.
    pub const ALL: [Language; 4] = [Language::Curl, Language::Python, Language::Rust, Language::PowerShell];

    /// Its name in marks.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Language::Curl => "curl",
            Language::Python => "python",
            Language::Rust => "rust",
            Language::PowerShell => "powershell",
        }
    }

    /// The language of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.name() == name)
    }

    /// What people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Language::Curl => "curl",
            Language::Python => "Python",
            Language::Rust => "Rust",
            Language::PowerShell => "PowerShell",
        }
    }

    /// What highlighters call it, behind the fence of a block of code.
    #[must_use]
    pub fn info(self) -> &'static str {
        match self {
            Language::Curl => "sh",
            Language::Python => "python",
            Language::Rust => "rust",
            Language::PowerShell => "powershell",
        }
    }

    /// A snippet as a block of code of Markdown.
    #[must_use]
    pub fn fenced(self, snippet: &str) -> String {
        let fence = quote::fence(quote::longest_run(snippet, '`'));
        format!("{fence}{}\n{snippet}{fence}\n", self.info())
    }

    /// The snippet of an operation: a page that is rendered, and no file of its own.
    #[must_use]
    pub fn page(self, api: &Api, group: &Group, operation: &Operation) -> Page<'static> {
        let path = format!("{} {}", self.name(), operation.id);
        match self {
            Language::Curl => Page::new(path, "snippets/_curl.sh", &curl::short(api, operation)),
            Language::Python => Page::new(path, "snippets/_python.py", &python::short(api, operation)),
            Language::Rust => Page::new(path, "snippets/_rust.rs", &rust::short(api, group, operation)),
            Language::PowerShell => {
                Page::new(path, "snippets/_powershell.ps1", &powershell::short(api, operation))
            }
        }
    }
}

/// A request with the collection's own values.
pub(super) struct Filled {
    /// The operation, without arguments, and with variables only where the collection has no value.
    pub(super) operation: Operation,
    /// What the reader has to do before it can be sent.
    pub(super) notes: Vec<String>,
}

/// Fills in what the collection knows. Values that are left are encoded by the snippet if it `encodes`
/// in this way.
pub(super) fn fill(api: &Api, operation: &Operation, encodes: impl Fn(Encoding) -> bool) -> Filled {
    let default = |name: &str| {
        let variable = api.variables.named(name);
        variable.and_then(|it| it.default.clone())
    };
    let mut wire = operation.wire.map_texts(&|text| text.with_values(default, |_| true));
    let mut notes = encodings(api, &wire, &encodes);
    wire = wire.map_texts(&|text| text.with_values(default, &encodes));
    let mut path = Text::default();
    for part in std::mem::take(&mut wire.url.path) {
        match part {
            PathPart::Fixed(text) | PathPart::Argument { example: Some(text), .. } => path.push(text),
            PathPart::Argument { key, example: None } => {
                // What Postman sends in its place.
                path.push_literal(encode_path(&format!(":{key}")));
                notes.push(format!("Put a value in the place of :{}.", quote::one_line(&key)));
            }
        }
    }
    if !path.is_empty() {
        wire.url.path.push(PathPart::Fixed(path));
    }
    if api.servers.get(operation.server).is_some_and(Server::lacks_scheme) {
        // Postman takes a bare host for one of http.
        match wire.url.origin.as_literal() {
            Some(origin) => wire.url.origin = Text::literal(format!("http://{origin}")),
            None => notes.push(format!("{} has to begin with http:// or https://.", names(api, &wire))),
        }
    }
    let operation = Operation { wire, arguments: Vec::new(), query: Vec::new(), ..operation.clone() };
    Filled { operation, notes }
}

/// The environment variables that hold the address.
fn names(api: &Api, wire: &WireRequest) -> String {
    let env = |name| api.variables.named(name).map(|it| it.env.as_str());
    wire.url.origin.variables().filter_map(env).collect::<Vec<_>>().join("")
}

/// Which values have to be given as they go out, for there is no room for a function that encodes.
fn encodings(api: &Api, wire: &WireRequest, encodes: &impl Fn(Encoding) -> bool) -> Vec<String> {
    let mut notes: IndexSet<String> = IndexSet::new();
    for part in wire.texts().flat_map(Text::parts) {
        let Part::Variable { name, encoding } = part else { continue };
        let variable = api.variables.named(name);
        let Some(how) = how_encoded(*encoding).filter(|_| !encodes(*encoding)) else { continue };
        notes.extend(variable.map(|it| format!("{} has to be {how}.", it.env)));
    }
    notes.into_iter().collect()
}

/// What is done to a value in this encoding, in words; `None` if nothing is.
pub(super) fn how_encoded(encoding: Encoding) -> Option<&'static str> {
    match encoding {
        Encoding::Raw => None,
        Encoding::Path | Encoding::Query | Encoding::QueryValue | Encoding::Form => Some("percent-encoded"),
        Encoding::Json => Some("escaped for JSON"),
    }
}

/// A fence for a view: longer than any run of backticks in it.
pub(super) fn fence(view: &impl Serialize) -> String {
    let view = serde_json::to_value(view).unwrap_or_default();
    quote::fence(longest_run(&view))
}

fn longest_run(value: &Value) -> usize {
    match value {
        Value::String(text) => quote::longest_run(text, '`'),
        Value::Array(list) => list.iter().map(longest_run).max().unwrap_or_default(),
        Value::Object(map) => map.values().map(longest_run).max().unwrap_or_default(),
        _ => 0,
    }
}
