//! Short snippets: the call of an operation, as the docs of its method have it.

use serde::Serialize;

use super::usage;
use crate::api::{Api, Group, Operation};

/// What `snippets/_rust.rs` may say.
#[derive(Serialize)]
pub(in crate::target) struct Short {
    lines: Vec<String>,
}

/// The short snippet of an operation. `client` is a `Client` of the crate.
pub(in crate::target) fn short(api: &Api, group: &Group, operation: &Operation) -> Short {
    let (imports, body) = usage::example(api, group, operation);
    let mut lines = imports.lines();
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.extend(body);
    Short { lines }
}
