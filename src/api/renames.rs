//! What `postwright.toml` says about names and types, where the collection's own are not wanted.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::build::reserved_type_names;
use super::types::Written;
use super::{Api, Group, Type, full_name};
use crate::error::{InputError, Result};
use crate::name::Name;

/// Another name for something. One of `folder`, `request` and `model` says for what; with a model, `field`
/// may say which of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    /// A folder, by its path in Postman: its group is renamed.
    pub folder: Option<String>,
    /// A request, by its path in Postman: its operation is renamed.
    pub request: Option<String>,
    /// A model, by the name that it has without this.
    pub model: Option<String>,
    /// A field of the model, by its key in JSON.
    pub field: Option<String>,
    /// The name that it gets.
    pub name: String,
}

/// Another type for a field of a model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retype {
    /// The model, by the name that it has without settings.
    pub model: String,
    /// The field, by its key in JSON.
    pub field: String,
    /// What it holds, or what is in the list that it holds.
    #[serde(rename = "type")]
    pub kind: Kind,
}

/// A type that a field can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Whatever JSON has.
    Any,
    /// `true` or `false`.
    Bool,
    /// A signed 64-bit integer.
    Integer,
    /// A number in binary floating point.
    Float,
    /// A number that keeps its digits, quoted or not.
    Decimal,
    /// A text.
    Text,
    /// An integer or a text.
    IntegerOrText,
    /// A day.
    Date,
    /// A time.
    DateTime,
}

impl From<Kind> for Type {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Any => Type::Any,
            Kind::Bool => Type::Bool,
            Kind::Integer => Type::Integer,
            Kind::Float => Type::Float,
            Kind::Decimal => Type::Decimal(Written::Either),
            Kind::Text => Type::Text,
            Kind::IntegerOrText => Type::IntOrText,
            Kind::Date => Type::Date,
            Kind::DateTime => Type::DateTime,
        }
    }
}

impl Api {
    /// Gives fields the types that a file of settings has for them.
    ///
    /// # Errors
    /// If a model or a field is none, or the field holds an object.
    pub fn set_types(&mut self, file: &str, types: &[Retype]) -> Result<()> {
        for own in types {
            let done = self.set_type(own);
            done.map_err(|(reason, help)| wrong(file, format!("a type cannot be set: {reason}"), help))?;
        }
        Ok(())
    }

    fn set_type(&mut self, own: &Retype) -> Result<(), Reason> {
        let record = self.types.named_mut(&own.model).ok_or_else(|| no_model(&own.model))?;
        let field = record.fields.iter_mut().find(|it| it.wire == own.field);
        let field = field.ok_or_else(|| no_field(&own.model, &own.field))?;
        let mut inner = &mut field.ty;
        while let Type::Nullable(next) | Type::List(next) | Type::Map(next) = inner {
            inner = next;
        }
        if matches!(inner, Type::Record(_) | Type::Page(_)) {
            let reason = format!("{}.{} holds an object", own.model, own.field);
            return Err((reason, "give types to the fields of that object's model"));
        }
        *inner = own.kind.into();
        Ok(())
    }

    /// Gives groups, operations, models and fields the names that a file of settings has for them. All of
    /// them are looked up by the names that they have before.
    ///
    /// # Errors
    /// If something is not there, or the name is none or taken.
    pub fn rename(&mut self, file: &str, renames: &[Rename]) -> Result<()> {
        let failed = |own: &Rename, (reason, help): Reason| {
            wrong(file, format!("{:?} cannot be a name: {reason}", own.name), help)
        };
        // Fields first, whose models may be renamed.
        let (fields, others): (Vec<_>, Vec<_>) = renames.iter().partition(|it| it.field.is_some());
        for own in fields.into_iter().chain(others) {
            self.rename_one(own).map_err(|reason| failed(own, reason))?;
        }
        for group in &mut self.groups {
            for operation in &mut group.operations {
                operation.id = format!("{}.{}", group.name.snake(), operation.name.snake());
            }
            full_name::give(&mut group.operations, &group.name);
        }
        self.are_unique().map_err(|(message, help)| wrong(file, message, help))?;
        Ok(())
    }

    fn rename_one(&mut self, own: &Rename) -> Result<(), Reason> {
        let name = Name::new(&own.name);
        if name.is_empty() {
            return Err((
                "it has no letter".to_owned(),
                "use letters and digits, words parted by _ or a blank",
            ));
        }
        match (&own.folder, &own.request, &own.model, &own.field) {
            (Some(folder), None, None, None) => {
                let wanted = place(folder);
                let is_in = |place: &[String]| place.split_last().is_some_and(|(_, own)| same(own, &wanted));
                let is_it = |group: &&mut Group| group.operations.first().is_some_and(|it| is_in(&it.place));
                let group = self.groups.iter_mut().find(is_it);
                group.ok_or_else(|| no_place("folder", folder))?.name = name;
            }
            (None, Some(request), None, None) => {
                let wanted = place(request);
                let mut operations = self.groups.iter_mut().flat_map(|group| &mut group.operations);
                let operation = operations.find(|it| same(&it.place, &wanted));
                operation.ok_or_else(|| no_place("request", request))?.name = name;
            }
            (None, None, Some(model), None) => {
                self.types.named_mut(model).ok_or_else(|| no_model(model))?.name = name;
            }
            (None, None, Some(model), Some(wire)) => {
                let record = self.types.named_mut(model).ok_or_else(|| no_model(model))?;
                let field = record.fields.iter_mut().find(|it| it.wire == *wire);
                field.ok_or_else(|| no_field(model, wire))?.name = name;
            }
            _ => {
                let reason = "it is not said for what, or for several things".to_owned();
                return Err((reason, "set one of folder, request and model; field goes with model"));
            }
        }
        Ok(())
    }

    /// Whether no two things that are told apart by their name have the same one.
    fn are_unique(&self) -> Result<(), Reason> {
        let mut groups = BTreeSet::new();
        for group in &self.groups {
            if !groups.insert(group.name.snake()) {
                return Err(taken("groups", &group.name.snake()));
            }
            let mut operations = BTreeSet::new();
            let bulk = group.operations.iter().filter_map(|it| it.bulk.as_ref()).map(|it| it.name.snake());
            let names = group.operations.iter().map(|it| it.name.snake()).chain(bulk);
            for name in names {
                if !operations.insert(name.clone()) {
                    return Err(taken(&format!("operations of {}", group.name.snake()), &name));
                }
            }
        }
        let reserved = reserved_type_names();
        let mut models = BTreeSet::new();
        for (_, record) in self.types.iter() {
            let name = record.name.pascal();
            if reserved.contains(&record.name) || !models.insert(name.clone()) {
                return Err(taken("models", &name));
            }
            let mut fields = BTreeSet::new();
            for field in &record.fields {
                if !fields.insert(field.name.snake()) {
                    return Err(taken(&format!("fields of {name}"), &field.name.snake()));
                }
            }
        }
        Ok(())
    }
}

/// What is wrong, and what to do.
type Reason = (String, &'static str);

fn wrong(file: &str, message: String, help: &str) -> InputError {
    InputError { file: file.to_owned(), position: None, path: String::new(), message, help: help.to_owned() }
}

fn no_model(model: &str) -> Reason {
    (format!("no model is called {model}"), "inspect --json lists the models, as they are without settings")
}

fn no_field(model: &str, field: &str) -> Reason {
    (format!("{model} has no field {field:?}"), "field is the key in JSON; inspect --json lists them")
}

fn no_place(what: &str, place: &str) -> Reason {
    let help = "it is the path in Postman with \" / \" between folders; inspect --json has it as path";
    (format!("no {what} is called {place:?}"), help)
}

fn taken(what: &str, name: &str) -> Reason {
    (format!("two {what} would be called {name}, or it is a word of the outputs"), "choose another name")
}

/// A path in Postman, whatever blanks are around its slashes.
fn place(path: &str) -> Vec<String> {
    path.split('/').map(|it| it.trim().to_owned()).collect()
}

/// Whether this is the place that was written so: names may have slashes themselves.
fn same(own: &[String], written: &[String]) -> bool {
    place(&own.join("/")) == written
}
