//! Records: models, and what is set in queries and forms.

use std::collections::HashMap;

use serde::Serialize;

use super::code::{self, doc};
use super::layout;
use crate::api::{Api, Body, Field, Parameter, Response, Scalar, Type, TypeId, Written};
use crate::name::{Name, Scope};
use crate::target::{given, order, quote};

/// What `rust/src/_record.rs` may say.
#[derive(Serialize)]
pub(super) struct Record {
    doc: Vec<String>,
    attributes: Vec<String>,
    name: String,
    fields: Vec<Member>,
    has_json: bool,
    json: Vec<Json>,
    has_methods: bool,
    methods: Vec<Member>,
}

/// How a record is read from JSON, or written as it.
#[derive(Serialize)]
struct Json {
    /// The macro of `rust/src/json.rs`.
    kind: &'static str,
    model: String,
    fields: Vec<String>,
}

/// A field or a method.
#[derive(PartialEq, Serialize)]
struct Member {
    doc: Vec<String>,
    lines: Vec<String>,
}

impl Record {
    /// Whether it is another name for the same thing.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.fields == other.fields && self.methods == other.methods && self.attributes == other.attributes
    }
}

/// Names that the methods of a record need for themselves.
pub(super) const METHODS: [&str; 4] = ["new", "example", "default", "clone"];

pub(super) fn model(api: &Api, uses: &Uses, id: TypeId) -> Record {
    let record = api.types.get(id);
    let mut scope = Scope::default();
    for field in &record.fields {
        scope.claim(std::slice::from_ref(&field.name));
    }
    let members = record.fields.iter().map(|it| member(api, it, record)).collect();
    let mut methods = Vec::new();
    if record.input {
        methods.push(constructor());
        methods.extend(record.fields.iter().flat_map(|field| setters(api, field, record, &mut scope)));
    }
    Record {
        doc: doc(uses.doc(id)),
        attributes: attributes(record.input),
        name: record.name.pascal(),
        fields: members,
        has_json: true,
        json: vec![json(record)],
        has_methods: record.input,
        methods,
    }
}

/// The attributes of a record: one that is set by its methods begins with nothing.
fn attributes(set: bool) -> Vec<String> {
    let derives = if set { "Debug, Clone, Default, PartialEq" } else { "Debug, Clone, PartialEq" };
    vec![format!("#[derive({derives})]"), "#[non_exhaustive]".to_owned()]
}

/// The fields of a record as the macros of `rust/src/json.rs` want them.
fn json(record: &crate::api::Record) -> Json {
    let field = |field: &Field| {
        let name = code::identifier(&field.name, &[]);
        let key = (field.wire != name).then(|| format!(" = {}", quote::rust(&field.wire)));
        let kind = kind(field, record).map(|it| format!(" {it}"));
        format!("{name}{}{}", kind.unwrap_or_default(), key.unwrap_or_default())
    };
    let fields: Vec<String> = record.fields.iter().map(field).collect();
    Json {
        kind: if record.input { "input" } else { "answer" },
        model: record.name.pascal(),
        fields: layout::filled(8, &fields),
    }
}

fn constructor() -> Member {
    let lines = ["#[must_use]", "pub fn new() -> Self {", "    Self::default()", "}"];
    Member { doc: doc(["With nothing set.".to_owned()]), lines: lines.map(str::to_owned).to_vec() }
}

/// A constructor with the values of the collection, each set by a method.
fn example_constructor(values: Vec<(String, String)>) -> Member {
    let mut lines = vec!["#[must_use]".to_owned(), "pub fn example() -> Self {".to_owned()];
    lines.push("    let mut example = Self::new();".to_owned());
    for (method, value) in values {
        let call = layout::assignment(8, "example", &format!("example.{method}"), &[value]);
        lines.extend(call.into_iter().map(|line| format!("    {line}")));
    }
    lines.extend(["    example".to_owned(), "}".to_owned()]);
    Member { doc: doc(["With the values that the collection has.".to_owned()]), lines }
}

/// Whether a field tells a null from its absence.
fn is_double(field: &Field, record: &crate::api::Record) -> bool {
    record.input && (field.nullable || record.patched) && !field.required
}

fn member(api: &Api, field: &Field, record: &crate::api::Record) -> Member {
    let plain = code::type_name(api, &field.ty, "");
    let any = field.ty == Type::Any;
    let double = is_double(field, record);
    let ty = match (field.required, double && !any) {
        (true, _) => plain,
        (false, true) => format!("Option<Option<{plain}>>"),
        (false, false) => format!("Option<{plain}>"),
    };
    let name = code::identifier(&field.name, &[]);
    let lines = layout::field(4, &format!("pub {name}"), &ty);
    let about = if record.input { None } else { inferred(field) };
    Member { doc: doc(about), lines }
}

/// What is special about how a field is read or written.
fn kind(field: &Field, record: &crate::api::Record) -> Option<&'static str> {
    match &field.ty {
        _ if field.required => Some("required"),
        Type::Any if record.input => Some("nullable"),
        _ if is_double(field, record) => Some("nullable"),
        Type::List(item) if !record.input && **item != Type::Any => Some("sparse"),
        Type::Map(value) if !record.input && **value != Type::Any => Some("sparse"),
        _ => None,
    }
}

/// What the samples of an answer show, where they do not all show a value.
fn inferred(field: &Field) -> Option<String> {
    let crate::api::Seen { samples, times, nulls } = field.seen;
    match (samples - times, nulls) {
        (0, 0) => None,
        (_, 0) => Some(format!("In {times} of {samples} samples.")),
        (0, _) if nulls == samples => Some("Null in every sample.".to_owned()),
        (0, _) => Some(format!("Null in {nulls} of {samples} samples.")),
        _ => Some(format!("In {times} of {samples} samples, null in {nulls}.")),
    }
}

fn setters(api: &Api, field: &Field, record: &crate::api::Record, scope: &mut Scope) -> Vec<Member> {
    let plain = code::type_name(api, &field.ty, "");
    let clears = is_double(field, record);
    let double = clears && field.ty != Type::Any;
    let name = code::identifier(&field.name, &[]);
    let into = format!("impl Into<{plain}>");
    let (parameter, value) = match field.ty {
        // As the API has it, whatever the caller has.
        Type::Decimal(Written::Quoted) => (into, "value.into().quoted()"),
        Type::Decimal(Written::Number) => (into, "value.into().unquoted()"),
        Type::Decimal(Written::Either) | Type::IntOrText | Type::Text | Type::Date | Type::DateTime => {
            (into, "value.into()")
        }
        _ => (plain, "value"),
    };
    let value = if double { format!("Some({value})") } else { value.to_owned() };
    let about = format!("Sets {}.", code::code_span(&field.wire));
    let mut out =
        vec![setter(&about, &code::identifier(&field.name, &METHODS), &name, Some(&parameter), &value)];
    if double || (clears && record.patched) {
        let method = scope.claim(&[Name::new("clear").then(&field.name)]);
        let about = format!("Sets {} to null.", code::code_span(&field.wire));
        let null = if double { "None" } else { "serde_json::Value::Null" };
        out.push(setter(&about, &code::identifier(&method, &METHODS), &name, None, null));
    }
    out
}

/// A method that sets a field to some value and answers with the record.
fn setter(about: &str, method: &str, field: &str, parameter: Option<&str>, value: &str) -> Member {
    let mut parameters = vec!["mut self".to_owned()];
    parameters.extend(parameter.map(|ty| format!("value: {ty}")));
    let mut lines = vec!["#[must_use]".to_owned()];
    lines.extend(layout::signature(4, &format!("pub fn {method}"), &parameters, "Self"));
    lines.extend([format!("    self.{field} = Some({value});"), "    self".to_owned(), "}".to_owned()]);
    Member { doc: doc([about.to_owned()]), lines }
}

/// A value that is set in a query or a form.
pub(super) struct Setting<'a> {
    /// What is known about it.
    pub(super) parameter: &'a Parameter,
    /// Whether it is a file.
    pub(super) file: bool,
    /// Whether its example may be percent-encoded already: Postman leaves that as it is.
    pub(super) encoded: bool,
}

/// The record of what is set in a query or a form.
pub(super) fn settings(about: Vec<String>, name: String, settings: &[Setting<'_>]) -> Record {
    let mut fields = Vec::new();
    let mut setters = Vec::new();
    let mut values = Vec::new();
    for Setting { parameter, file, encoded } in settings {
        let name = code::identifier(&parameter.name, &[]);
        let ty = if *file { "File" } else { code::scalar(parameter.ty) };
        let lines = layout::field(4, &format!("pub {name}"), &format!("Option<{ty}>"));
        fields.push(Member { doc: doc(about_setting(parameter, *file)), lines });
        let method = code::identifier(&parameter.name, &METHODS);
        let text = parameter.ty == Scalar::Text && !file;
        let (ty, value) = if text { ("impl Into<String>", "value.into()") } else { (ty, "value") };
        let about = format!("Sets {}.", code::code_span(&parameter.wire));
        setters.push(setter(&about, &method, &name, Some(ty), value));
        let bare = *encoded && order::is_bare(parameter);
        let example = parameter.example.as_ref().and_then(|it| it.as_literal()).or(bare.then_some(""));
        if let Some(example) = example.filter(|_| parameter.sent && !file) {
            let value = if *encoded { given::decoded(example) } else { example.to_owned() };
            let value = if text { quote::rust(&value) } else { value };
            values.push((method, value));
        }
    }
    let mut methods = vec![constructor()];
    if !values.is_empty() {
        methods.push(example_constructor(values));
    }
    methods.extend(setters);
    Record {
        doc: doc(about),
        attributes: attributes(true),
        name,
        fields,
        has_json: false,
        json: Vec::new(),
        has_methods: true,
        methods,
    }
}

fn about_setting(parameter: &Parameter, file: bool) -> Vec<String> {
    let mut lines = code::description(&parameter.description);
    if let Some(example) = parameter.example.as_ref().filter(|it| !it.is_empty() && !file) {
        let mut example = example.to_string();
        // A name of a key in the sentence below is enough; a text of pages is not an example.
        if example.chars().count() > 80 {
            example = example.chars().take(77).chain("...".chars()).collect();
        }
        let sent = if parameter.sent { "Postman sends" } else { "For example" };
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!("{sent} {}.", code::code_span(&example)));
    }
    if lines.is_empty() {
        lines.push(format!("{}.", code::code_span(&parameter.wire)));
    }
    lines
}

/// Where each record is used, for its docs.
pub(super) struct Uses {
    answered: HashMap<TypeId, Vec<String>>,
    sent: HashMap<TypeId, Vec<String>>,
    around: HashMap<TypeId, Vec<String>>,
}

impl Uses {
    pub(super) fn of(api: &Api) -> Self {
        let mut uses = Self { answered: HashMap::new(), sent: HashMap::new(), around: HashMap::new() };
        for operation in api.groups.iter().flat_map(|group| &group.operations) {
            if let Response::Json(ty) = &operation.response
                && let Some(id) = ty.record()
            {
                uses.answered.entry(id).or_default().push(operation.id.clone());
            }
            if let Body::Json(ty) = &operation.body
                && let Some(id) = ty.record()
            {
                uses.sent.entry(id).or_default().push(operation.id.clone());
            }
        }
        for (_, record) in api.types.iter() {
            for id in record.fields.iter().filter_map(|field| field.ty.record()) {
                let around = uses.around.entry(id).or_default();
                if !around.contains(&record.name.pascal()) {
                    around.push(record.name.pascal());
                }
            }
        }
        uses
    }

    fn doc(&self, id: TypeId) -> Vec<String> {
        let list = |names: &[String], quote: &dyn Fn(&String) -> String| {
            names.iter().map(quote).collect::<Vec<_>>().join(", ")
        };
        let mut lines = Vec::new();
        let mut add = |about: &str, names: Option<&Vec<String>>, quote: &dyn Fn(&String) -> String| {
            if let Some(names) = names {
                if !lines.is_empty() {
                    lines.push(String::new());
                }
                lines.push(format!("{about} {}.", list(names, quote)));
            }
        };
        add("Answer of", self.answered.get(&id), &|name| format!("`{name}`"));
        add("Sent by", self.sent.get(&id), &|name| format!("`{name}`"));
        add("Part of", self.around.get(&id), &|name| format!("[`{name}`](super::{name})"));
        lines
    }
}
