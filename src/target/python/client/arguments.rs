//! The parameters of a method.

use super::names;
use crate::api::{Body, Operation};
use crate::name::{Name, Scope};

/// What the parameters of a method are called, each name once.
pub(super) struct Arguments {
    pub(super) path: Vec<String>,
    pub(super) query: Vec<String>,
    pub(super) form: Vec<String>,
}

impl Arguments {
    pub(super) fn of(operation: &Operation) -> Self {
        let mut scope = Scope::default();
        let mut claim = |name: &Name, kind: &str| {
            names::parameter(&scope.claim(&[name.clone(), name.then(&Name::new(kind))]))
        };
        let path = operation.arguments.iter().map(|it| claim(&it.name, "path")).collect();
        if matches!(operation.body, Body::Json(_) | Body::Text | Body::Binary) {
            claim(&Name::new("body"), "body");
        }
        // What is sent comes first: a name that both have is that of the form.
        let form = match &operation.body {
            Body::Form(fields) => fields.iter().map(|it| claim(&it.name, "field")).collect(),
            Body::Multipart(parts) => parts.iter().map(|it| claim(&it.parameter.name, "part")).collect(),
            _ => Vec::new(),
        };
        let query = operation.query.iter().map(|it| claim(&it.name, "query")).collect();
        Self { path, query, form }
    }
}
