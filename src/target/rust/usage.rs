//! How an operation is called, as its docs and the examples show it: with one or two of the
//! collection's own values, and with plain ones where it has none.

mod values;

use std::collections::BTreeMap;

use serde_json::Value;

use super::code;
use super::example::{base_name, decoded};
use super::{group, library_name, record};
use crate::api::{Api, Body, FormPart, Group, Operation, Response, Type};
use crate::collection::WireBody;
use crate::target::quote;
use values::{
    LONGEST, any_value, example_of_query, field_value, fields, form_setter, literal, path_value, setting,
    text_value,
};

/// Widest chain of calls on one line (`chain_width`).
const CHAIN_WIDTH: usize = 60;
/// Widest line.
const MAX_WIDTH: usize = 88;
/// Names of types that every program has.
const PRELUDE: [&str; 9] = ["Box", "Err", "None", "Ok", "Option", "Result", "Some", "String", "Vec"];
/// Names of variables that an example has for itself.
const LOCALS: [&str; 5] = ["client", "query", "form", "body", "items"];

/// A call.
pub(super) struct Usage {
    /// What it names, by path.
    pub(super) imports: Imports,
    /// The statements before it.
    pub(super) before: Vec<String>,
    /// The call, not awaited.
    pub(super) call: Vec<String>,
    /// What its answer, or an item of it, is called.
    pub(super) answer: String,
    /// What shows it: its id, or all of it.
    pub(super) shown: String,
}

/// Names that a program uses, each with the path that it is found under.
pub(super) struct Imports {
    library: String,
    names: BTreeMap<String, String>,
}

impl Imports {
    pub(super) fn new(api: &Api) -> Self {
        Self { library: library_name(api), names: BTreeMap::new() }
    }

    /// The name, or its path if the name stands for something else.
    pub(super) fn name(&mut self, module: &str, name: &str) -> String {
        let path = format!("{}{module}", self.library);
        let is_taken = PRELUDE.contains(&name) || self.names.get(name).is_some_and(|it| *it != path);
        if is_taken {
            return format!("{path}::{name}");
        }
        self.names.insert(name.to_owned(), path);
        name.to_owned()
    }

    /// As rustfmt sorts them.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut paths: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (name, path) in &self.names {
            paths.entry(path).or_default().push(name.clone());
        }
        let root = paths.remove(self.library.as_str()).unwrap_or_default();
        let own = || code::import(&self.library, &root);
        let mut lines = if root.len() == 1 { own() } else { Vec::new() };
        for (path, mut names) in paths {
            names.sort_by(|a, b| code::by_version(a, b));
            lines.extend(code::import(path, &names));
        }
        if root.len() > 1 {
            lines.extend(own());
        }
        lines
    }
}

/// Calls an operation.
pub(super) fn of(api: &Api, group: &Group, operation: &Operation) -> Usage {
    let mut writer = Writer { api, imports: Imports::new(api), before: Vec::new() };
    let mut arguments: Vec<String> = operation.arguments.iter().map(path_value).collect();
    if !operation.query.is_empty() && !group::sets_query_on_call(operation) {
        arguments.push(writer.query(group, operation));
    }
    arguments.extend(writer.body(group, operation));
    let (answer, shown) = match &operation.paging {
        Some(paging) => writer.item(&paging.item),
        None => (writer.answer(&operation.response), String::new()),
    };
    let call = chain(&handle(group), &group::operation_name(operation), &arguments);
    Usage { imports: writer.imports, before: writer.before, call, answer, shown }
}

/// The example in the docs of an operation.
pub(super) fn doc(api: &Api, group: &Group, operation: &Operation) -> Vec<String> {
    let usage = of(api, group, operation);
    let mut body = usage.before;
    if operation.paging.is_some() {
        body.extend(items(usage.call, &usage.answer, &usage.shown));
    } else {
        let binding = if operation.response == Response::Empty {
            String::new()
        } else {
            format!("let {} = ", usage.answer)
        };
        body.extend(awaited(&binding, usage.call));
    }
    block(api, &usage.imports, body)
}

/// The example in the docs of the method that reads a whole batch.
pub(super) fn whole(api: &Api, group: &Group, start: &Operation, method: &str, item: &Type) -> Vec<String> {
    let mut writer = Writer { api, imports: Imports::new(api), before: Vec::new() };
    let query = if start.query.is_empty() { None } else { Some(writer.query(group, start)) };
    let call = chain(&handle(group), method, &query.into_iter().collect::<Vec<_>>());
    let (item, shown) = writer.item(item);
    let mut body = std::mem::take(&mut writer.before);
    body.extend(items(call, &item, &shown));
    block(api, &writer.imports, body)
}

/// A block of code that is compiled, and not run.
fn block(api: &Api, imports: &Imports, body: Vec<String>) -> Vec<String> {
    let library = library_name(api);
    let mut lines = vec![
        "```no_run".to_owned(),
        format!("# async fn example(client: &{library}::Client) -> Result<(), {library}::Error> {{"),
    ];
    let imports = imports.lines();
    if !imports.is_empty() {
        lines.extend(imports);
        lines.push(String::new());
    }
    lines.extend(body);
    lines.extend(["# Ok(())", "# }", "```"].map(str::to_owned));
    lines
}

/// Every item of a list, one by one.
pub(super) fn items(call: Vec<String>, item: &str, shown: &str) -> Vec<String> {
    let mut lines = then("let mut items = ", call, ".items();");
    lines.push(format!("while let Some({item}) = items.try_next().await? {{"));
    lines.push(format!("    println!({shown});"));
    lines.push("}".to_owned());
    lines
}

/// `binding call.await?;`
pub(super) fn awaited(binding: &str, call: Vec<String>) -> Vec<String> {
    then(binding, call, ".await?;")
}

/// A call with something in front of it and behind.
fn then(before: &str, mut call: Vec<String>, after: &str) -> Vec<String> {
    let is_wide = |call: &[String]| {
        let chain = call[0].chars().count() + after.len() - 1;
        chain > CHAIN_WIDTH || before.len() + chain >= MAX_WIDTH
    };
    if call.len() == 1 && is_wide(&call) {
        call = broken(&call[0]);
    }
    call[0].insert_str(0, before);
    match (call.len(), call.last_mut()) {
        (1, Some(line)) => line.push_str(after),
        _ => call.push(format!("    {after}")),
    }
    call
}

/// `client.group().method(…)` with a line for each call.
fn broken(call: &str) -> Vec<String> {
    let Some((client, rest)) = call.split_once('.') else { return vec![call.to_owned()] };
    let Some((group, method)) = rest.split_once("().") else { return vec![call.to_owned()] };
    vec![client.to_owned(), format!("    .{group}()"), format!("    .{method}")]
}

fn handle(group: &Group) -> String {
    format!("client.{}()", group::method_name(group))
}

fn chain(handle: &str, method: &str, arguments: &[String]) -> Vec<String> {
    vec![format!("{handle}.{method}({})", arguments.join(", "))]
}

/// Writes the values of a call.
struct Writer<'a> {
    api: &'a Api,
    imports: Imports,
    before: Vec<String>,
}

impl Writer<'_> {
    fn query(&mut self, group: &Group, operation: &Operation) -> String {
        let module = format!("::api::{}", group::module_name(group));
        let record = self.imports.name(&module, &group::query_name(operation));
        let setter = example_of_query(operation).into_iter().map(|it| {
            let value = setting(it, &decoded(literal(it).unwrap_or_default()));
            (code::identifier(&it.name, &record::METHODS), value)
        });
        self.record("query", &record, setter.collect())
    }

    /// `&record`, bound to a variable if it is too long to stand in the call.
    fn record(&mut self, variable: &str, record: &str, setters: Vec<(String, String)>) -> String {
        let new = format!("{record}::new()");
        let setters: Vec<String> =
            setters.into_iter().map(|(method, value)| format!(".{method}({value})")).collect();
        let line = format!("{new}{}", setters.concat());
        if variable == "query" && line.len() <= 30 || setters.is_empty() {
            return format!("&{line}");
        }
        if line.chars().count() <= CHAIN_WIDTH {
            self.before.push(format!("let {variable} = {line};"));
        } else if let [setter] = setters.as_slice() {
            self.before.push(format!("let {variable} = {new}{setter};"));
        } else {
            self.before.push(format!("let {variable} = {new}"));
            self.before.extend(setters.iter().map(|it| format!("    {it}")));
            if let Some(last) = self.before.last_mut() {
                last.push(';');
            }
        }
        format!("&{variable}")
    }

    fn body(&mut self, group: &Group, operation: &Operation) -> Option<String> {
        let module = format!("::api::{}", group::module_name(group));
        match &operation.body {
            Body::None => None,
            Body::Json(ty) => Some(self.json(ty, operation)),
            Body::Text => Some("\"…\".to_owned()".to_owned()),
            Body::Binary => {
                let path = match &operation.wire.body {
                    WireBody::File(path) => path.as_literal(),
                    _ => None,
                };
                Some(format!("&{}", self.file(path)))
            }
            Body::Form(fields) => {
                let record = self.imports.name(&module, &group::form_name(operation));
                let given = fields.iter().filter_map(form_setter).take(2).collect();
                (!fields.is_empty()).then(|| self.record("form", &record, given))
            }
            Body::Multipart(parts) => {
                let record = self.imports.name(&module, &group::form_name(operation));
                let texts = parts.iter().filter(|it| !it.file).map(|it| &it.parameter);
                let mut given: Vec<_> = texts.filter_map(form_setter).take(2).collect();
                if let Some(part) = parts.iter().find(|it| it.file) {
                    given.push(self.file_setter(part));
                }
                (!parts.is_empty()).then(|| self.record("form", &record, given))
            }
        }
    }

    fn file_setter(&mut self, part: &FormPart) -> (String, String) {
        let path = part.parameter.example.as_ref().and_then(|it| it.as_literal());
        (code::identifier(&part.parameter.name, &record::METHODS), self.file(path))
    }

    fn file(&mut self, path: Option<&str>) -> String {
        let name = path.map(base_name).filter(|it| !it.is_empty() && it.len() <= LONGEST);
        let file = self.imports.name("", "File");
        format!("{file}::path({})", quote::rust(name.unwrap_or("file.pdf")))
    }

    /// An expression for a reference to a body of JSON.
    fn json(&mut self, ty: &Type, operation: &Operation) -> String {
        let sample = match &operation.wire.body {
            WireBody::Text(json) => json.as_literal().and_then(|it| serde_json::from_str(it).ok()),
            _ => None,
        };
        let sample: Value = sample.unwrap_or_default();
        match ty {
            Type::Record(id) => {
                let model = self.api.types.get(*id);
                let record = self.imports.name("::models", &model.name.pascal());
                self.record("body", &record, fields(model, &sample))
            }
            Type::List(item) => {
                let first = sample.get(0).cloned().unwrap_or_default();
                format!("&[{}]", self.value(item, &first))
            }
            Type::Text => text_value(&sample),
            ty => format!("&{}", self.value(ty, &sample)),
        }
    }

    /// An expression for a value of JSON.
    fn value(&mut self, ty: &Type, sample: &Value) -> String {
        match ty {
            Type::Any => any_value(sample),
            Type::Record(id) => {
                let model = self.api.types.get(*id);
                let record = self.imports.name("::models", &model.name.pascal());
                let setter = fields(model, sample).into_iter().take(1);
                let setter = setter.map(|(method, value)| format!(".{method}({value})"));
                format!("{record}::new(){}", setter.collect::<String>())
            }
            Type::Nullable(inner) => format!("Some({})", self.value(inner, sample)),
            Type::List(_) | Type::Map(_) | Type::Page(_) => "Default::default()".to_owned(),
            Type::Number => "1.into()".to_owned(),
            Type::Bool | Type::Integer | Type::Float => field_value(ty, sample)
                .or_else(|| field_value(ty, &serde_json::json!(true)))
                .or_else(|| field_value(ty, &serde_json::json!(42)))
                .unwrap_or_else(|| "1.5".to_owned()),
            _ => format!("{}.into()", text_value(sample)),
        }
    }

    /// What an item is called, and what shows it.
    fn item(&self, ty: &Type) -> (String, String) {
        let name = self.variable(ty).unwrap_or_else(|| "item".to_owned());
        let id = match ty {
            Type::Record(id) => self.api.types.get(*id).fields.iter().find(|it| it.wire == "id"),
            _ => None,
        };
        let shown = match id {
            Some(id) => format!("\"{{:?}}\", {name}.{}", code::identifier(&id.name, &[])),
            None => format!("\"{{{name}:?}}\""),
        };
        (name, shown)
    }

    fn answer(&self, response: &Response) -> String {
        let known = match response {
            Response::Json(ty) => self.variable(ty),
            Response::Text => Some("text".to_owned()),
            Response::Empty | Response::Unknown => None,
        };
        known.unwrap_or_else(|| "answer".to_owned())
    }

    /// What a record is called.
    fn variable(&self, ty: &Type) -> Option<String> {
        let Type::Record(id) = ty else { return None };
        let name = code::identifier(&self.api.types.get(*id).name, &LOCALS);
        Some(name).filter(|it| it.len() <= 24)
    }
}
