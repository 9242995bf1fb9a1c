//! The section of an operation.

use serde::Serialize;

use super::place;
use super::types::{Models, scalar};
use crate::api::{Api, Body, Bulk, Example, FormPart, Group, Next, Operation, Paging, Parameter, Response};
use crate::collection::{Auth, Part, Text, WireBody};
use crate::target::quote::{self, markdown};
use crate::target::short::{self, Language};
use crate::target::{curl, powershell, python, rust, status as names};

/// What the section of an operation may say.
#[derive(Serialize)]
pub(super) struct Section {
    name: String,
    about: Vec<String>,
    has_about: bool,
    route: String,
    facts: Vec<String>,
    blocks: Vec<Block>,
    tabs: Vec<Tab>,
}

/// A part of a section.
#[derive(Serialize)]
struct Block {
    title: &'static str,
    lines: Vec<String>,
    examples: Vec<Code>,
}

/// A block of code.
#[derive(Serialize)]
struct Code {
    fence: String,
    info: &'static str,
    text: String,
}

/// A snippet: one of the lists has it, the others are empty.
#[derive(Serialize)]
struct Tab {
    title: &'static str,
    fence: String,
    info: &'static str,
    curl: Vec<curl::Short>,
    python: Vec<python::Short>,
    rust: Vec<rust::Short>,
    powershell: Vec<powershell::Short>,
}

impl Block {
    fn new(title: &'static str, lines: Vec<String>) -> Self {
        Self { title, lines, examples: Vec::new() }
    }
}

impl Code {
    fn new(info: &'static str, text: &str) -> Self {
        // What is shown is read: nothing in it may hide or turn the rest.
        let lines: Vec<String> = text.lines().map(quote::one_line).collect();
        let text = lines.join("\n");
        Self { fence: quote::fence(quote::longest_run(&text, '`')), info, text }
    }
}

pub(super) fn section(api: &Api, group: &Group, operation: &Operation, models: &Models<'_>) -> Section {
    let about = markdown::paragraphs(&operation.description);
    let mut blocks = Vec::new();
    blocks.extend(parameters(api, operation));
    blocks.extend(body(api, operation, models));
    blocks.push(answer(operation, models));
    blocks.extend(failures(operation));
    blocks.extend(operation.paging.as_ref().map(paging));
    blocks.extend(operation.bulk.as_ref().map(|it| bulk(group, it)));
    Section {
        name: operation.name.snake(),
        has_about: !about.is_empty(),
        about,
        route: markdown::code(&format!("{} {}", operation.wire.method, address(api, operation))),
        facts: facts(operation),
        blocks,
        tabs: Language::ALL.map(|language| tab(language, api, group, operation)).into(),
    }
}

/// Where it goes, arguments in braces.
pub(super) fn address(api: &Api, operation: &Operation) -> String {
    let server = api.servers.get(operation.server);
    let origin = server.map(|it| it.default.clone().unwrap_or_else(|| shown(api, &it.origin)));
    format!("{}{}", origin.unwrap_or_default(), operation.path())
}

/// A text with the names of environment variables where the collection has no value.
pub(super) fn shown(api: &Api, text: &Text) -> String {
    let default = |name: &str| {
        let variable = api.variables.named(name);
        variable.and_then(|it| it.default.clone())
    };
    let shown = |part: &Part| match part {
        Part::Literal(literal) => literal.clone(),
        Part::Variable { name, .. } => {
            let variable = api.variables.named(name);
            variable.map_or_else(String::new, |it| format!("${}", it.env))
        }
        Part::Dynamic { dynamic, .. } => dynamic.sample(),
    };
    text.with_values(default, |_| true).parts().iter().map(shown).collect()
}

fn facts(operation: &Operation) -> Vec<String> {
    let mut facts = vec![format!("In Postman: {}", place(&operation.place))];
    facts.push(match operation.auth() {
        Auth::None => "Signed: no".to_owned(),
        Auth::Bearer { oauth2: true, .. } => {
            "Signed: with a token of [OAuth 2.0](authentication.md)".to_owned()
        }
        auth => format!("Signed: [{}](authentication.md)", auth.scheme()),
    });
    if !operation.scopes().is_empty() {
        facts.push(format!("Scopes: {}", scopes(operation)));
    }
    facts
}

fn scopes(operation: &Operation) -> String {
    operation.scopes().iter().map(|it| markdown::code(it)).collect::<Vec<_>>().join(", ")
}

/// Values in the path, the query and the headers.
fn parameters(api: &Api, operation: &Operation) -> Option<Block> {
    let mut rows: Vec<String> = Vec::new();
    rows.extend(operation.arguments.iter().map(|it| row(api, it, "path", scalar(it.ty))));
    rows.extend(operation.query.iter().map(|it| row(api, it, "query", scalar(it.ty))));
    for header in operation.wire.headers.iter().filter(|it| !it.signs) {
        let (name, value) = (shown(api, &header.name), shown(api, &header.value));
        rows.push(format!(
            "| {} | header | text | {} | Sent by default. |",
            markdown::code_cell(&name),
            markdown::code_cell(&value)
        ));
    }
    if rows.is_empty() {
        return None;
    }
    let mut lines = table("| parameter | in | type | example | about |", 5);
    lines.extend(rows);
    Some(Block::new("Parameters", lines))
}

fn row(api: &Api, parameter: &Parameter, kind: &str, ty: &str) -> String {
    let example = parameter.example.as_ref().map(|it| shown(api, it)).filter(|it| !it.is_empty());
    let mut about = markdown::text(&quote::lines(&parameter.description).join(" "));
    if parameter.sent && kind != "path" {
        about.push_str(if about.is_empty() { "Sent by default." } else { " Sent by default." });
    }
    let cells = [
        markdown::code_cell(&parameter.wire),
        kind.to_owned(),
        ty.to_owned(),
        example.map_or(String::new(), |it| markdown::code_cell(&it)),
        about,
    ];
    format!("| {} |", cells.join(" | ")).replace("|  |", "| |")
}

/// The head of a table.
pub(super) fn table(head: &str, columns: usize) -> Vec<String> {
    vec![head.to_owned(), format!("|{}", "---|".repeat(columns))]
}

fn body(api: &Api, operation: &Operation, models: &Models<'_>) -> Option<Block> {
    let mut block = match &operation.body {
        Body::None => return None,
        Body::Json(ty) => Block::new("Body", vec![format!("JSON: {}.", models.link(ty))]),
        Body::Text => Block::new("Body", vec!["A text.".to_owned()]),
        Body::Binary => Block::new("Body", vec!["The bytes of a file.".to_owned()]),
        Body::Form(fields) => {
            let mut lines = vec!["A form (`application/x-www-form-urlencoded`).".to_owned(), String::new()];
            lines.extend(table("| field | in | type | example | about |", 5));
            lines.extend(fields.iter().map(|it| row(api, it, "form", scalar(it.ty))));
            Block::new("Body", lines)
        }
        Body::Multipart(parts) => {
            let mut lines = vec!["Form data (`multipart/form-data`).".to_owned(), String::new()];
            lines.extend(table("| part | in | type | example | about |", 5));
            lines.extend(parts.iter().map(|it| part(api, it)));
            Block::new("Body", lines)
        }
    };
    if let (Body::Json(_) | Body::Text, WireBody::Text(text)) = (&operation.body, &operation.wire.body) {
        let json = matches!(operation.body, Body::Json(_));
        block.examples.push(Code::new(if json { "json" } else { "text" }, &shown(api, text)));
    }
    Some(block)
}

fn part(api: &Api, part: &FormPart) -> String {
    row(api, &part.parameter, "form", if part.file { "file" } else { scalar(part.parameter.ty) })
}

fn answer(operation: &Operation, models: &Models<'_>) -> Block {
    let mut block = Block::new(
        "Answer",
        vec![match &operation.response {
            Response::Json(ty) => format!("JSON: {}.", models.link(ty)),
            Response::Text => "A text.".to_owned(),
            Response::Empty => "No body.".to_owned(),
            Response::Unknown => "The collection has no saved answer that tells.".to_owned(),
        }],
    );
    let example = operation.json_examples().find(|it| is_success(it.status));
    if let Some(example) = example {
        if example.is_cut() {
            block.lines.extend([String::new(), "Lists are cut in this example.".to_owned()]);
        }
        block.examples.extend(code(example));
    }
    block
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

fn failures(operation: &Operation) -> Option<Block> {
    if operation.failures.is_empty() {
        return None;
    }
    let lines = operation.failures.iter().map(|it| format!("- {}", status(*it)));
    let mut block = Block::new("Errors", lines.collect());
    let saved = operation.json_examples().filter(|it| !is_success(it.status));
    block.examples.extend(saved.filter_map(code));
    Some(block)
}

fn code(example: &Example) -> Option<Code> {
    Some(Code::new("json", example.json()?))
}

/// A status with its name.
pub(super) fn status(code: u16) -> String {
    match names::name(code) {
        Some(name) => format!("`{code}` {name}"),
        None => format!("`{code}`"),
    }
}

fn paging(paging: &Paging) -> Block {
    let at_place = |pointer: &str| match pointer.trim_start_matches('/') {
        "" => "the answer itself".to_owned(),
        path => markdown::code(&path.replace('/', ".")),
    };
    let items: Vec<String> = paging.items.iter().map(|it| at_place(it)).collect();
    let next = match &paging.next {
        Next::Link { at } => format!("The address of the next page is in {}.", at_place(at)),
        Next::Cursor { at, parameter, more } => {
            let more =
                more.as_ref().map_or(String::new(), |it| format!(", as long as {} is true", at_place(it)));
            format!(
                "The next page is asked for with {} from {}{more}.",
                markdown::code(parameter),
                at_place(at)
            )
        }
        Next::Page { parameter, first, .. } => {
            format!("Pages are asked for by {}, from {first}.", markdown::code(parameter))
        }
        Next::Offset { parameter, first, .. } => {
            format!("Items are asked for from {} on, from {first}.", markdown::code(parameter))
        }
    };
    Block::new("Pages", vec![format!("The items are in {}. {next}", items.join(" or "))])
}

fn bulk(group: &Group, bulk: &Bulk) -> Block {
    let start = group.operations.get(bulk.start).map_or(String::new(), |it| it.name.snake());
    let line = format!(
        "This reads a batch that [{start}](#{start}) has started: it is asked for with {} until it is ready.",
        markdown::code(&bulk.parameter)
    );
    Block::new("Batch", vec![line])
}

fn tab(language: Language, api: &Api, group: &Group, operation: &Operation) -> Tab {
    let mut tab = Tab {
        title: language.title(),
        fence: String::new(),
        info: language.info(),
        curl: Vec::new(),
        python: Vec::new(),
        rust: Vec::new(),
        powershell: Vec::new(),
    };
    match language {
        Language::Curl => tab.curl.push(curl::short(api, operation)),
        Language::Python => tab.python.push(python::short(api, operation)),
        Language::Rust => tab.rust.push(rust::short(api, group, operation)),
        Language::PowerShell => tab.powershell.push(powershell::short(api, operation)),
    }
    tab.fence = short::fence(&(&tab.curl, &tab.python, &tab.rust, &tab.powershell));
    tab
}
