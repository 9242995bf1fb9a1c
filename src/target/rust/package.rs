//! What makes a package of the crate: its manifest, and the page that readers see first.

use serde::Serialize;

use super::auth::Schemes;
use super::{code, feature, group, library_name};
use crate::api::{Api, Body, Group, Operation, Response, Type};
use crate::target::{Page, generated_line, quote};

/// What `rust/Cargo.toml` may say.
#[derive(Serialize)]
struct Manifest {
    generated: String,
    name: String,
    library: String,
    description: String,
    features: Vec<String>,
    all: Vec<String>,
    has_digest: bool,
    has_oauth2: bool,
    has_ring: bool,
    has_tests: bool,
    name_key: String,
}

/// What `rust/README.md` may say.
#[derive(Serialize)]
struct Readme {
    generated: String,
    crate_name: String,
    library: String,
    title: String,
    count: String,
    has_auth: bool,
    has_example: bool,
    has_tests: bool,
    example_imports: Vec<String>,
    example: String,
    has_variables: bool,
    variables: Vec<ReadmeVariable>,
    has_oauth2: bool,
    has_client_credentials: bool,
    has_scopes: bool,
}

/// A row of the table of variables.
#[derive(Serialize)]
struct ReadmeVariable {
    constant: String,
    env: String,
    default: String,
}

pub(super) fn pages(api: &Api, has_oauth2: bool, schemes: &Schemes) -> [Page; 2] {
    let example = example(api);
    let manifest = manifest(api, has_oauth2, schemes);
    let readme = readme(api, has_oauth2, schemes, example);
    [
        Page::new("rust/Cargo.toml", "rust/Cargo.toml", &manifest),
        Page::new("rust/README.md", "rust/README.md", &readme),
    ]
}

fn manifest(api: &Api, has_oauth2: bool, schemes: &Schemes) -> Manifest {
    Manifest {
        generated: generated_line(api),
        name: quote::toml(&library_name(api).replace('_', "-")),
        library: quote::toml(&library_name(api)),
        description: quote::toml(&format!("A client for {}", quote::one_line(&api.title))),
        features: feature::all(api).into_iter().map(key).collect(),
        all: all(api),
        has_digest: schemes.has_digest,
        has_oauth2,
        has_ring: schemes.has_ring(),
        has_tests: !api.groups.is_empty(),
        name_key: key(library_name(api).replace('_', "-")),
    }
}

/// A key of TOML.
fn key(name: String) -> String {
    if name.is_ascii() { name } else { quote::toml(&name) }
}

/// The feature that is all groups.
fn all(api: &Api) -> Vec<String> {
    let names = feature::all(api).into_iter().map(|it| quote::toml(&it));
    let mut lines = vec!["all = [".to_owned()];
    lines.extend(names.map(|it| format!("    {it},")));
    lines.push("]".to_owned());
    lines
}

fn readme(api: &Api, has_oauth2: bool, schemes: &Schemes, example: Option<Example>) -> Readme {
    let operations: usize = api.groups.iter().map(|group| group.operations.len()).sum();
    let has_example = example.is_some();
    let Example { imports, statement } = example.unwrap_or_default();
    let variables = api.variables.iter().map(|it| ReadmeVariable {
        constant: code::constant(it),
        env: it.env.clone(),
        default: match &it.default {
            Some(default) if default.is_empty() => "empty".to_owned(),
            Some(default) => code::code_span(default).replace('|', "\\|"),
            None => "missing".to_owned(),
        },
    });
    Readme {
        // It stands in a comment of HTML, which ends at the first `-->`.
        generated: generated_line(api).replace('>', "&gt;"),
        crate_name: library_name(api).replace('_', "-"),
        library: library_name(api),
        title: quote::rust_doc(&quote::one_line(&api.title)),
        count: operations.to_string(),
        has_auth: schemes.any(),
        has_example,
        has_tests: !api.groups.is_empty(),
        example_imports: imports,
        example: statement,
        has_variables: !api.variables.is_empty(),
        variables: variables.collect(),
        has_oauth2,
        has_client_credentials: api.oauth2.as_ref().is_some_and(|it| it.grant == "client_credentials"),
        has_scopes: api.oauth2.as_ref().is_some_and(|it| !it.scopes.is_empty()),
    }
}

/// A call to begin with.
#[derive(Default)]
struct Example {
    imports: Vec<String>,
    /// Binds `answer`.
    statement: String,
}

/// A list of the largest group that can be asked for without knowing anything, else the first
/// operation of that kind.
fn example(api: &Api) -> Option<Example> {
    let all = || api.groups.iter().flat_map(|group| group.operations.iter().map(move |it| (group, it)));
    let easy = |(_, it): &(&Group, &Operation)| {
        it.wire.method == "GET" && it.arguments.is_empty() && it.body == Body::None
    };
    let is_list = |(_, it): &(&Group, &Operation)| {
        matches!(&it.response, Response::Json(Type::Page(_) | Type::List(_)))
    };
    let size = |(group, _): &(&Group, &Operation)| std::cmp::Reverse(group.operations.len());
    let list = all().filter(|it| easy(it) && is_list(it)).min_by_key(size);
    let (group, operation) = list.or_else(|| all().find(|it| easy(it)))?;
    let mut imports = Vec::new();
    let mut argument = String::new();
    if !operation.query.is_empty() && !group::sets_query_on_call(operation) {
        let record = group::query_name(operation);
        imports.push(format!("use {}::api::{}::{record};", library_name(api), group::module_name(group)));
        argument = format!("&{record}::new()");
    }
    let (handle, method) = (group::method_name(group), group::operation_name(operation));
    let statement = format!("let answer = client.{handle}().{method}({argument}).await?;");
    Some(Example { imports, statement })
}
