//! How an operation is called, as its docs and the examples show it: with one or two of the
//! collection's own values, and with plain ones where it has none.

mod imports;
mod values;

use serde_json::Value;

use super::choice::Choice;
use super::code;
use super::{group, layout, library_name, record};
use crate::api::{Api, Body, FormPart, Group, Operation, Parameter, Response, Type};
use crate::collection::WireBody;
use crate::target::given::{base_name, decoded};
use crate::target::quote;
pub(super) use imports::Imports;
use values::{
    LONGEST, any_value, example_of_query, field_value, fields, form_setter, literal, path_value,
    sent_in_query, setting, text_value,
};
pub(super) use values::{sample, since};

/// Widest chain of calls on one line (`chain_width`).
const CHAIN_WIDTH: usize = 60;
/// Widest line.
const MAX_WIDTH: usize = 88;
/// Names of variables that an example has for itself.
const LOCALS: [&str; 9] = ["client", "query", "form", "body", "items", "count", "error", "path", "started"];
/// Fields that the docs show how to set: enough to see how it is done.
const FEW: usize = 2;
/// Fields that a program sets.
const MANY: usize = 6;

/// A call.
pub(super) struct Usage {
    /// What it names, by path.
    pub(super) imports: Imports,
    /// The statements before it.
    pub(super) before: Vec<String>,
    /// The call, not awaited.
    pub(super) call: Call,
    /// What its answer, or an item of it, is called.
    pub(super) answer: String,
    /// What shows it: its id, or all of it.
    pub(super) shown: String,
}

/// Calls an operation, as the docs show it.
pub(super) fn of(api: &Api, (group, operation): Choice<'_>, imports: Imports) -> Usage {
    Writer::new(api, imports).call(group, operation)
}

/// Calls an operation, as a program does: with more values, and with the file at this path.
pub(super) fn program(
    api: &Api,
    (group, operation): Choice<'_>,
    imports: Imports,
    path: Option<&'static str>,
) -> Usage {
    Writer { fields: MANY, path, ..Writer::new(api, imports) }.call(group, operation)
}

/// Asks for a list by the variable `query`, which can be changed before.
pub(super) fn changing(api: &Api, choice: Choice<'_>, imports: Imports) -> Usage {
    let mut usage = program(api, choice, imports, None);
    let query = usage.call.arguments.first_mut();
    match (usage.before.first_mut(), query) {
        (Some(first), _) => *first = first.replacen("let query", "let mut query", 1),
        (None, Some(query)) => {
            let record = std::mem::replace(query, "&query".to_owned());
            usage.before.push(format!("let mut query = {};", record.trim_start_matches('&')));
        }
        (None, None) => {}
    }
    usage
}

/// The example in the docs of an operation.
pub(super) fn doc(api: &Api, group: &Group, operation: &Operation) -> Vec<String> {
    let (imports, body) = example(api, group, operation);
    block(api, &imports, body)
}

/// The example of an operation: its imports, and its statements.
pub(super) fn example(api: &Api, group: &Group, operation: &Operation) -> (Imports, Vec<String>) {
    let usage = of(api, (group, operation), Imports::new(api));
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
    (usage.imports, body)
}

/// The example in the docs of the method that reads a whole batch.
pub(super) fn whole(api: &Api, group: &Group, start: &Operation, method: &str, item: &Type) -> Vec<String> {
    let mut writer = Writer::new(api, Imports::new(api));
    let query = if start.query.is_empty() { None } else { Some(writer.query(group, start)) };
    let call = Call::new(group, method, query.into_iter().collect());
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
pub(super) fn items(call: Call, item: &str, shown: &str) -> Vec<String> {
    let mut lines = then("let mut items = ", call, ".items();");
    lines.push(format!("while let Some({item}) = items.try_next().await? {{"));
    lines.push(format!("    println!({shown});"));
    lines.push("}".to_owned());
    lines
}

/// `binding call.await?;`
pub(super) fn awaited(binding: &str, call: Call) -> Vec<String> {
    then(binding, call, ".await?;")
}

/// A call with something in front of it and behind.
pub(super) fn then(before: &str, call: Call, after: &str) -> Vec<String> {
    let line = call.line();
    // rustfmt leaves room for one more behind a `?`.
    let chain = line.chars().count() + after.len() - 1 + usize::from(after.contains('?'));
    if chain <= CHAIN_WIDTH && before.len() + chain < MAX_WIDTH {
        return vec![format!("{before}{line}{after}")];
    }
    let mut lines = vec![format!("{before}client"), format!("    .{}()", call.group)];
    // Deep enough for a program; an indent of docs is not deeper.
    let method = layout::called(8, &format!(".{}", call.method), &call.arguments, "");
    lines.extend(method.into_iter().map(|line| format!("    {line}")));
    lines.push(format!("    {after}"));
    lines
}

/// `client.group().method(…)`
pub(super) struct Call {
    group: String,
    method: String,
    arguments: Vec<String>,
}

impl Call {
    fn new(group: &Group, method: &str, arguments: Vec<String>) -> Self {
        Self { group: group::method_name(group), method: method.to_owned(), arguments }
    }

    pub(super) fn line(&self) -> String {
        format!("client.{}().{}({})", self.group, self.method, self.arguments.join(", "))
    }
}

/// Writes the values of a call.
struct Writer<'a> {
    api: &'a Api,
    imports: Imports,
    before: Vec<String>,
    /// How many fields are set.
    fields: usize,
    /// The variable with the path of the file to upload; without it the file has a name.
    path: Option<&'static str>,
}

impl<'a> Writer<'a> {
    fn new(api: &'a Api, imports: Imports) -> Self {
        Self { api, imports, before: Vec::new(), fields: FEW, path: None }
    }

    fn call(mut self, group: &Group, operation: &Operation) -> Usage {
        let mut arguments: Vec<String> = operation.arguments.iter().map(path_value).collect();
        if !operation.query.is_empty() && !group::sets_query_on_call(operation) {
            arguments.push(self.query(group, operation));
        }
        arguments.extend(self.body(group, operation));
        let (answer, shown) = match &operation.paging {
            Some(paging) => self.item(&paging.item),
            None => (self.answer(&operation.response), String::new()),
        };
        let call = Call::new(group, &group::operation_name(operation), arguments);
        Usage { imports: self.imports, before: self.before, call, answer, shown }
    }

    fn query(&mut self, group: &Group, operation: &Operation) -> String {
        let module = format!("::api::{}", group::module_name(group));
        let record = self.imports.name(&module, &group::query_name(operation));
        let shown: Vec<&Parameter> = match self.fields {
            FEW => example_of_query(operation).into_iter().collect(),
            most => sent_in_query(operation).take(most).collect(),
        };
        let setter = shown.into_iter().map(|it| {
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
                let given = fields.iter().filter_map(form_setter).take(self.fields).collect();
                (!fields.is_empty()).then(|| self.record("form", &record, given))
            }
            Body::Multipart(parts) => {
                let record = self.imports.name(&module, &group::form_name(operation));
                let texts = parts.iter().filter(|it| !it.file).map(|it| &it.parameter);
                let mut given: Vec<_> = texts.filter_map(form_setter).take(self.fields).collect();
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
        if let Some(path) = self.path {
            return format!("{}::path({path})", self.imports.name("", "File"));
        }
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
                self.record("body", &record, fields(model, &sample, self.fields))
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
                let setter = fields(model, sample, 1).into_iter();
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
