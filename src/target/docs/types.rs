//! Types and records as tables.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::api::{Api, Body, Field, Operation, Record, Response, Scalar, Type, TypeId};
use crate::target::quote::markdown;

/// A record.
#[derive(Serialize)]
pub(super) struct Model {
    name: String,
    /// Whether one of its fields is known.
    has_fields: bool,
    rows: Vec<String>,
}

/// The records of a page, and where each is described.
pub(super) struct Models<'a> {
    api: &'a Api,
    ids: Vec<TypeId>,
    /// Their names, told apart where only the case differs: an anchor has none.
    titles: HashMap<TypeId, String>,
}

impl<'a> Models<'a> {
    /// The records that operations send and answer with, in the order of their first use.
    pub(super) fn of(api: &'a Api, operations: &[Operation]) -> Self {
        let mut models = Self { api, ids: Vec::new(), titles: HashMap::new() };
        for operation in operations {
            if let Body::Json(ty) = &operation.body {
                models.add(ty);
            }
            if let Response::Json(ty) = &operation.response {
                models.add(ty);
            }
        }
        models.give_titles();
        models
    }

    fn add(&mut self, ty: &Type) {
        match ty {
            Type::Nullable(inner) | Type::List(inner) | Type::Map(inner) | Type::Page(inner) => {
                self.add(inner)
            }
            Type::Record(id) if !self.ids.contains(id) => {
                self.ids.push(*id);
                for field in &self.api.types.get(*id).fields {
                    self.add(&field.ty);
                }
            }
            _ => {}
        }
    }

    fn give_titles(&mut self) {
        let mut taken = HashSet::new();
        for id in &self.ids {
            let name = self.api.types.get(*id).name.pascal();
            let mut title = name.clone();
            let mut number = 1;
            while !taken.insert(title.to_lowercase()) {
                number += 1;
                title = format!("{name} {number}");
            }
            self.titles.insert(*id, title);
        }
    }

    /// A type, with links to its records.
    pub(super) fn link(&self, ty: &Type) -> String {
        described(ty, &|id| {
            let title = self.titles.get(&id).map_or("", String::as_str);
            let anchor = title.to_lowercase().replace(' ', "-");
            format!("[{}](#model-{anchor})", self.api.types.get(id).name.pascal())
        })
    }

    /// A table for each of them.
    pub(super) fn tables(&self) -> Vec<Model> {
        let table = |id: &TypeId| {
            let record = self.api.types.get(*id);
            let rows: Vec<String> = record.fields.iter().map(|it| self.row(record, it)).collect();
            let name = self.titles.get(id).cloned().unwrap_or_default();
            Model { name, has_fields: !rows.is_empty(), rows }
        };
        self.ids.iter().map(table).collect()
    }

    fn row(&self, record: &Record, field: &Field) -> String {
        format!(
            "| {} | {} | {} |",
            markdown::code_cell(&field.wire),
            self.link(&field.ty),
            presence(record, field)
        )
    }
}

/// Whether a field is always there, and whether it is null.
pub(super) fn presence(record: &Record, field: &Field) -> &'static str {
    let may_be_null = field.nullable || record.input && record.patched;
    match (field.required, may_be_null) {
        (true, false) => "required",
        (true, true) => "required, nullable",
        (false, true) => "optional, nullable",
        (false, false) => "optional",
    }
}

/// A type in words.
pub(super) fn described(ty: &Type, name: &dyn Fn(TypeId) -> String) -> String {
    let of = |inner: &Type| described(inner, name);
    match ty {
        Type::Any => "anything".to_owned(),
        Type::Bool => "boolean".to_owned(),
        Type::Integer => "integer".to_owned(),
        Type::Float | Type::Number => "number".to_owned(),
        Type::Decimal(_) => "decimal".to_owned(),
        Type::Text => "text".to_owned(),
        Type::IntOrText => "integer or text".to_owned(),
        Type::Date => "date".to_owned(),
        Type::DateTime => "date and time".to_owned(),
        Type::Nullable(inner) => format!("{} or null", of(inner)),
        Type::List(inner) => format!("list of {}", of(inner)),
        Type::Map(inner) => format!("map of {}", of(inner)),
        Type::Page(inner) => format!("page of {}", of(inner)),
        Type::Record(id) => name(*id),
    }
}

/// The type of a parameter.
pub(super) fn scalar(ty: Scalar) -> &'static str {
    match ty {
        Scalar::Text => "text",
        Scalar::Integer => "integer",
        Scalar::Bool => "boolean",
    }
}
