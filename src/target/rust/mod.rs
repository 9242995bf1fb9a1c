//! The Rust target: a crate with a method for each operation.
//!
//! The code that never varies is in templates without holes; what varies is laid out here so
//! that rustfmt has nothing to change. Formatting it afterwards would take longer than all the
//! rest, and a rustfmt on every machine.

mod auth;
mod choice;
mod code;
mod contract;
mod dynamic;
mod example;
mod feature;
mod group;
mod layout;
mod method;
mod models;
mod oauth2;
mod package;
mod paging;
mod program;
mod readme;
mod record;
mod scope;
mod short;
mod table;
mod usage;

use serde::Serialize;

pub use example::call as example_call;
pub use group::takes_query;
pub(super) use short::{Short, short};

use super::{Page, generated_line, quote};
use crate::api::{Api, Group, Operation, Response, Type};
use crate::collection::Text;
use crate::name::{Name, Scope};

/// What files without holes may say.
#[derive(Serialize)]
struct Runtime {
    generated: String,
}

/// What `rust/src/lib.rs` may say.
#[derive(Serialize)]
struct Library {
    generated: String,
    has_auth: bool,
    has_dynamic: bool,
    has_oauth2: bool,
}

/// What `rust/src/limits.rs` may say.
#[derive(Serialize)]
struct Limited {
    generated: String,
    about: String,
    default: Vec<String>,
}

/// What `rust/src/request.rs` and what belongs to it may say.
#[derive(Serialize)]
struct Sending {
    generated: String,
    has_auth: bool,
}

/// What `rust/src/variable.rs` may say.
#[derive(Serialize)]
struct Variables {
    generated: String,
    variables: Vec<VariableConstant>,
    all: Vec<String>,
}

/// A variable.
#[derive(Serialize)]
struct VariableConstant {
    doc: Vec<String>,
    constant: String,
    name: Vec<String>,
    env: Vec<String>,
    default: Vec<String>,
    secret: bool,
}

/// What `rust/src/api/mod.rs` may say.
#[derive(Serialize)]
struct Groups {
    generated: String,
    doc: Vec<String>,
    modules: Vec<Module>,
    has_groups: bool,
    groups: Vec<GroupMethod>,
    imports: Vec<String>,
    servers: Vec<Vec<String>>,
}

/// The module of a group.
#[derive(Serialize)]
struct Module {
    gate: Vec<String>,
    name: String,
}

/// A method that answers with the handle of a group.
#[derive(Serialize)]
struct GroupMethod {
    doc: Vec<String>,
    gate: Vec<String>,
    lines: Vec<String>,
}

/// Files without holes: path and template.
const RUNTIME: [(&str, &str); 21] = [
    ("rust/src/blocking.rs", "rust/src/blocking.rs"),
    ("rust/src/bulk.rs", "rust/src/bulk.rs"),
    ("rust/src/call.rs", "rust/src/call.rs"),
    ("rust/src/client.rs", "rust/src/client.rs"),
    ("rust/src/decimal.rs", "rust/src/decimal.rs"),
    ("rust/src/download.rs", "rust/src/download.rs"),
    ("rust/src/error.rs", "rust/src/error.rs"),
    ("rust/src/file.rs", "rust/src/file.rs"),
    ("rust/src/json.rs", "rust/src/json.rs"),
    ("rust/src/list.rs", "rust/src/list.rs"),
    ("rust/src/map.rs", "rust/src/map.rs"),
    ("rust/src/operation.rs", "rust/src/operation.rs"),
    ("rust/src/paging/mod.rs", "rust/src/paging/mod.rs"),
    ("rust/src/paging/place.rs", "rust/src/paging/place.rs"),
    ("rust/src/paging/walk.rs", "rust/src/paging/walk.rs"),
    ("rust/src/retry.rs", "rust/src/retry.rs"),
    ("rust/src/text.rs", "rust/src/text.rs"),
    ("rust/src/token.rs", "rust/src/token.rs"),
    ("rust/src/types.rs", "rust/src/types.rs"),
    ("rust/.gitignore", "rust/gitignore"),
    ("rust/rustfmt.toml", "rust/rustfmt.toml"),
];

pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    let generated = generated_line(api);
    let oauth2 = oauth2::pages(api, &Runtime { generated: generated.clone() });
    let runtime = Runtime { generated: generated.clone() };
    let mut pages: Vec<Page> =
        RUNTIME.iter().map(|(path, template)| Page::new(*path, template, &runtime)).collect();
    let schemes = auth::Schemes::of(api);
    pages.extend(schemes.pages(&runtime));
    let programs = program::all(api, !oauth2.is_empty());
    pages.push(package::page(api, !oauth2.is_empty(), &schemes, &programs));
    pages.push(readme::page(api, !oauth2.is_empty(), &schemes, &programs));
    pages.extend(programs.into_iter().map(|it| it.page));
    let sending = Sending { generated: generated.clone(), has_auth: schemes.any() };
    for path in ["rust/src/body.rs", "rust/src/request.rs", "rust/src/request/send.rs"] {
        pages.push(Page::new(path, path, &sending));
    }
    pages.push(Page::new("rust/src/limits.rs", "rust/src/limits.rs", &limited(api)));
    pages.push(Page::new("rust/src/scope.rs", "rust/src/scope.rs", &scope::view(api)));
    let dynamic = dynamic::view(api);
    let library = Library {
        generated,
        has_auth: schemes.any(),
        has_dynamic: dynamic.is_some(),
        has_oauth2: !oauth2.is_empty(),
    };
    pages.push(Page::new("rust/src/lib.rs", "rust/src/lib.rs", &library));
    pages.push(Page::new("rust/src/variable.rs", "rust/src/variable.rs", &variables(api)));
    pages.extend(models::pages(api));
    if let Some(dynamic) = dynamic {
        pages.push(Page::new("rust/src/dynamic.rs", "rust/src/dynamic.rs", &dynamic));
    }
    pages.extend(oauth2);
    let servers = server_names(api);
    let names = servers.clone();
    pages.push(Page::later("rust/src/api/mod.rs", "rust/src/api/mod.rs", move || groups(api, &names)));
    for group in &api.groups {
        let servers = servers.clone();
        let view = move || group::module(api, group, &servers);
        pages.push(Page::later(file_of(group), "rust/src/api/group.rs", view));
    }
    pages.extend(contract::pages(api));
    pages
}

/// The file of a group.
pub(super) fn file_of(group: &Group) -> String {
    format!("rust/src/api/{}.rs", group::module_name(group))
}

/// Whether the crate can sign a request this way.
pub(super) fn signs(auth: &crate::collection::Auth) -> bool {
    auth::signs(auth)
}

/// The name by which programs know the crate of an API.
#[must_use]
pub fn library_name(api: &Api) -> String {
    // Crates that every program has in scope, or that the client itself needs.
    const TAKEN: [&str; 19] = [
        "alloc",
        "bytes",
        "core",
        "digest_auth",
        "futures_core",
        "loopback",
        "oauth2",
        "proc_macro",
        "reqwest",
        "ring",
        "rustls",
        "secrecy",
        "serde",
        "serde_json",
        "serde_path_to_error",
        "std",
        "test",
        "tokio",
        "build",
    ];
    let name = code::identifier(&api.public_name(), &TAKEN);
    if name.ends_with('_') { format!("{name}client") } else { name }
}

/// The name of the crate's package.
pub(super) fn package_name(api: &Api) -> String {
    library_name(api).replace('_', "-")
}

/// The type of the answer of an operation with JSON, as a program outside of the crate names it.
#[must_use]
pub fn answer_type(api: &Api, operation: &Operation) -> Option<String> {
    match &operation.response {
        Response::Json(Type::List(item)) => {
            Some(format!("{}::List<{}>", library_name(api), outer_type(api, item)))
        }
        Response::Json(Type::Map(value)) => {
            Some(format!("{}::Map<{}>", library_name(api), outer_type(api, value)))
        }
        Response::Json(ty) => Some(outer_type(api, ty)),
        _ => None,
    }
}

/// A type, as a program outside of the crate names it.
fn outer_type(api: &Api, ty: &Type) -> String {
    let library = library_name(api);
    let mut text = code::type_name(api, ty, &format!("{library}::models::"));
    for name in ["Page", "DateTime", "Date", "Decimal", "IntOrText"] {
        let words: Vec<&str> = text.split_inclusive(['<', '>', ' ', ',']).collect();
        let qualified = |word: &&str| match word.strip_prefix(name) {
            Some(rest) if !rest.starts_with(|c: char| c.is_alphanumeric()) => {
                format!("{library}::{name}{rest}")
            }
            _ => (*word).to_owned(),
        };
        text = words.iter().map(qualified).collect();
    }
    text.replace("BTreeMap<", "std::collections::BTreeMap<")
}

fn variables(api: &Api) -> Variables {
    let constants = api.variables.iter().map(|it| {
        let mut about = code::description(&it.description);
        if about.is_empty() {
            about.push(format!("{} of the collection.", code::code_span(&it.wire)));
        }
        about.extend([String::new(), format!("Environment variable `{}`.", it.env)]);
        // rustfmt breaks no line before a literal.
        let text = |name: &str, value: &str| vec![format!("{name}: {value},")];
        VariableConstant {
            doc: code::doc(about),
            constant: code::constant(it),
            name: text("name", &quote::rust(&it.wire)),
            env: text("env", &quote::rust(&it.env)),
            default: match &it.default {
                Some(default) => some(default),
                None => text("default", "None"),
            },
            secret: it.secret,
        }
    });
    let names: Vec<String> = api.variables.iter().map(|it| format!("Self::{}", code::constant(it))).collect();
    Variables {
        generated: generated_line(api),
        variables: constants.collect(),
        all: layout::array(4, "pub const ALL: &'static [Self] = &", &names, ";"),
    }
}

/// `default: Some("…"),`
fn some(default: &str) -> Vec<String> {
    let mut lines = layout::call(8, "default: Some", &[quote::rust(default)]);
    if let Some(last) = lines.last_mut() {
        // The end of the statement only: the value may have semicolons of its own.
        last.pop();
        last.push(',');
    }
    lines
}

fn limited(api: &Api) -> Limited {
    let limits = api.limits;
    let mut default = "Self::none()".to_owned();
    let mut about = Vec::new();
    if let Some(count) = limits.per_clock_hour {
        default.push_str(&format!(".per_clock_hour({count})"));
        about.push(format!("{count} between two full hours of the clock"));
    }
    if let Some(count) = limits.per_second {
        default.push_str(&format!(".per_second({count})"));
        about.push(format!("{count} within a second"));
    }
    Limited {
        generated: generated_line(api),
        about: match about.is_empty() {
            true => "No limit.".to_owned(),
            false => format!("What the API allows: {}.", about.join(", ")),
        },
        default: vec![default],
    }
}

/// A constant for each server, named after the variable that it is or after its host.
fn server_names(api: &Api) -> Vec<String> {
    let mut scope = Scope::default();
    let name = |text: &Text| match code::only_variable(api, text) {
        Some(variable) => variable.name.clone(),
        None => {
            let shown = text.to_string();
            Name::new(shown.split_once("://").map_or(shown.as_str(), |(_, host)| host))
                .or(Name::new("server"))
        }
    };
    api.servers.iter().map(|it| scope.claim(&[name(&it.origin)]).screaming()).collect()
}

fn groups(api: &Api, servers: &[String]) -> Groups {
    let module = |it: &Group| Module { gate: feature::gate([it]), name: group::module_name(it) };
    let mut modules: Vec<Module> = api.groups.iter().map(module).collect();
    modules.sort_by(|a, b| code::by_version(&a.name, &b.name));
    let methods = api.groups.iter().map(|it| {
        let module = group::module_name(it);
        let head = format!("pub fn {}", group::method_name(it));
        let mut lines = layout::signature(4, &head, &["&self".to_owned()], &format!("{module}::Api<'_>"));
        lines.push(format!("    {module}::Api {{ client: self }}"));
        lines.push("}".to_owned());
        let title = quote::rust_doc(&quote::one_line(&it.title));
        let doc = code::doc([format!("{title}: see [`{module}`].")]);
        GroupMethod { doc, gate: feature::gate([it]), lines }
    });
    let mut pieces: Vec<String> = Vec::new();
    let mut constants = Vec::new();
    for (server, name) in api.servers.iter().zip(servers) {
        let own = code::pieces(api, &server.origin);
        let head = format!("pub(crate) const {name}: &[Piece] = &");
        constants.push(layout::array(4, &head, &own, ";"));
        pieces.extend(own);
    }
    let begins = |name: &str| pieces.iter().any(|it| it.starts_with(name));
    let (variable, dynamic) = (begins("Piece::Variable"), begins("Piece::Dynamic"));
    let imports = [
        (variable, "use crate::Variable;"),
        (dynamic, "use crate::dynamic;"),
        (variable || dynamic, "use crate::text::{Encoding, Piece};"),
        (!variable && !dynamic, "use crate::text::Piece;"),
    ];
    Groups {
        generated: generated_line(api),
        doc: code::inner_doc(table::groups(api)),
        modules,
        has_groups: !api.groups.is_empty(),
        groups: methods.collect(),
        imports: imports.iter().filter(|(used, _)| *used).map(|(_, it)| (*it).to_owned()).collect(),
        servers: constants,
    }
}
