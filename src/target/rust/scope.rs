//! The scopes of an API, and what is known of an operation before it is called.

use serde::Serialize;

use super::choice::Choice;
use super::usage::Imports;
use super::{code, group, layout};
use crate::api::{Api, Operation};
use crate::name::Name;
use crate::target::{generated_line, quote};

/// What `rust/src/scope.rs` may say.
#[derive(Serialize)]
pub(super) struct Scopes {
    generated: String,
    library: String,
    scopes: Vec<Constant>,
    all: Vec<String>,
}

/// A constant.
#[derive(Serialize)]
pub(super) struct Constant {
    doc: String,
    lines: Vec<String>,
}

pub(super) fn view(api: &Api) -> Scopes {
    let scopes = api.scopes();
    let names: Vec<String> = scopes.iter().map(|(_, name)| format!("Self::{}", name.screaming())).collect();
    let constant = |(wire, name): &(&str, Name)| {
        let head = format!("pub const {}: Self", name.screaming());
        let lines = layout::assignment(4, &head, "Self::known", &[quote::rust(wire)]);
        Constant { doc: format!("{}.", code::code_span(wire)), lines }
    };
    Scopes {
        generated: generated_line(api),
        library: super::library_name(api),
        scopes: scopes.iter().map(constant).collect(),
        all: layout::array(4, "pub const ALL: &'static [Self] = &", &names, ";"),
    }
}

/// Name of the constant of an operation, beside its method.
pub(super) fn constant_name(operation: &Operation) -> String {
    operation.name.screaming()
}

/// The constant of an operation.
pub(super) fn operation(api: &Api, operation: &Operation) -> Constant {
    let needed = operation.needed_scopes();
    // What nobody can ask for says nothing about a token.
    let is_sure = needed.iter().all(|it| can_be_asked_for(api, it));
    let scopes: Vec<String> = needed.iter().filter(|_| is_sure).map(|it| quote::rust(it)).collect();
    let arguments = [
        quote::rust(&operation.id),
        quote::rust(&operation.wire.method),
        quote::rust(&quote::one_line(&operation.path())),
        format!("&[{}]", scopes.join(", ")),
    ];
    let head = format!("pub const {}: Operation", constant_name(operation));
    let mut lines = layout::assignment(0, &head, "Operation::new", &arguments);
    if layout::inline(5, &scopes, 1).is_none() {
        // The last argument but for the closing line.
        let end = lines.len() - 2;
        let list = layout::array(4, "&", &scopes, ",").into_iter().map(|line| format!("    {line}"));
        lines.splice(end..=end, list);
    }
    Constant { doc: format!("{}.", code::route(operation)), lines }
}

/// Whether it is known which scopes an operation needs.
pub(super) fn is_known(api: &Api, operation: &Operation) -> bool {
    let needed = operation.needed_scopes();
    !needed.is_empty() && needed.iter().all(|it| can_be_asked_for(api, it))
}

/// The scopes that calls need, as what is said to `OAuth2`; all of them if not all are known.
pub(super) fn asked(api: &Api, called: &[Choice<'_>], imports: &mut Imports) -> Vec<String> {
    if called.is_empty() || !called.iter().all(|(_, operation)| is_known(api, operation)) {
        return vec![".all_scopes()".to_owned()];
    }
    let mut constants: Vec<String> = Vec::new();
    for (group, operation) in called {
        let module = imports.name("::api", &group::module_name(group));
        let constant = format!("&{module}::{}", constant_name(operation));
        if !constants.contains(&constant) {
            constants.push(constant);
        }
    }
    let scope = imports.name("", "Scope");
    let argument = format!("{scope}::least([{}])", constants.join(", "));
    match argument.chars().count() > layout::LIST_WIDTH {
        true => layout::list(8, &format!(".scopes({scope}::least("), &constants, "))"),
        false => vec![format!(".scopes({argument})")],
    }
}

/// Whether the collection's way to sign in has this scope.
fn can_be_asked_for(api: &Api, scope: &str) -> bool {
    let asked = api.oauth2.as_ref().map_or(&[][..], |it| &it.scopes);
    asked.is_empty() || asked.iter().any(|it| it == scope)
}

/// What the method of an operation says about its scopes, behind its method and path.
pub(super) fn about(api: &Api, operation: &Operation) -> String {
    let needed = operation.needed_scopes();
    let scopes: Vec<String> = needed.iter().map(|it| code::code_span(it)).collect();
    let unsure = match needed.iter().all(|it| can_be_asked_for(api, it)) {
        true => "",
        false => ", which is none of those to sign in with",
    };
    match scopes.as_slice() {
        [] => String::new(),
        scopes => format!(" · scope {}{unsure}", scopes.join(" or ")),
    }
}
