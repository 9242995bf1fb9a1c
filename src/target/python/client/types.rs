//! Types as annotations.

use super::names;
use crate::api::{Api, Operation, Scalar, Type, Written};

/// Writes types where they stand.
pub(super) struct Types<'a> {
    api: &'a Api,
    /// What stands before the name of a model.
    models: &'static str,
    /// Names of methods of the class around: they hide what Python has under these names.
    hidden: Vec<String>,
}

impl<'a> Types<'a> {
    /// In the module of the models.
    pub(super) fn of_models(api: &'a Api) -> Self {
        Self { api, models: "", hidden: Vec::new() }
    }

    /// In a class with these methods.
    pub(super) fn of_class(api: &'a Api, operations: &[Operation]) -> Self {
        Self { api, models: "models.", hidden: operations.iter().map(names::operation).collect() }
    }

    /// A type that Python has.
    pub(super) fn built_in(&self, name: &str) -> String {
        let is_hidden = self.hidden.iter().any(|it| it == name);
        if is_hidden { format!("builtins.{name}") } else { name.to_owned() }
    }

    pub(super) fn scalar(&self, ty: Scalar) -> String {
        self.built_in(match ty {
            Scalar::Text => "str",
            Scalar::Integer => "int",
            Scalar::Bool => "bool",
        })
    }

    pub(super) fn expression(&self, ty: &Type) -> String {
        match ty {
            Type::Any => format!("{}JsonValue", self.models),
            Type::Bool => self.built_in("bool"),
            Type::Integer => self.built_in("int"),
            // An int is as good (PEP 484).
            Type::Float | Type::Number | Type::Decimal(Written::Number) => self.built_in("float"),
            Type::Decimal(Written::Either) => {
                format!("{} | {}", self.built_in("float"), self.built_in("str"))
            }
            Type::Decimal(Written::Quoted) | Type::Text | Type::Date | Type::DateTime => self.built_in("str"),
            Type::IntOrText => format!("{} | {}", self.built_in("int"), self.built_in("str")),
            Type::Nullable(inner) => self.nullable(inner),
            Type::List(item) => format!("{}[{}]", self.built_in("list"), self.expression(item)),
            Type::Map(value) => {
                format!("{}[{}, {}]", self.built_in("dict"), self.built_in("str"), self.expression(value))
            }
            Type::Page(item) => format!("{}Page[{}]", self.models, self.expression(item)),
            Type::Record(id) => format!("{}{}", self.models, names::model(self.api.types.get(*id))),
        }
    }

    /// The type, or null.
    pub(super) fn nullable(&self, ty: &Type) -> String {
        match ty {
            Type::Any | Type::Nullable(_) => self.expression(ty),
            ty => format!("{} | None", self.expression(ty)),
        }
    }
}
