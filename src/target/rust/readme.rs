//! The page that readers of the crate see first.

use serde::Serialize;

use super::auth::{self, Schemes};
use super::usage::{self, Usage};
use super::{code, group, library_name, limited, scope, table};
use crate::api::{Api, Body, Group, Operation, Response, Type};
use crate::target::{Page, generated_line, quote};

/// What `rust/README.md` may say.
#[derive(Serialize)]
struct Readme {
    generated: String,
    crate_name: String,
    library: String,
    title: String,
    count: String,
    feature: String,
    has_auth: bool,
    has_groups: bool,
    has_example: bool,
    example: Vec<String>,
    example_imports: Vec<String>,
    has_list: bool,
    list: Vec<String>,
    failing: Vec<String>,
    failing_imports: Vec<String>,
    limits: String,
    has_variables: bool,
    variables: Vec<ReadmeVariable>,
    has_oauth2: bool,
    has_client_credentials: bool,
    has_scopes: bool,
    sign_in_imports: Vec<String>,
    scopes: String,
    has_unsigned: bool,
    unsigned: Vec<String>,
}

/// A row of the table of variables.
#[derive(Serialize)]
struct ReadmeVariable {
    constant: String,
    env: String,
    default: String,
}

pub(super) fn page(api: &Api, has_oauth2: bool, schemes: &Schemes) -> Page {
    Page::new("rust/README.md", "rust/README.md", &readme(api, has_oauth2, schemes))
}

fn readme(api: &Api, has_oauth2: bool, schemes: &Schemes) -> Readme {
    let first = first_call(api);
    let list = list(api);
    let failing = failing(api).or(first);
    let (example_imports, example) = first.map(|it| bound(api, it)).unwrap_or_default();
    let (failing_imports, failing) = failing.map(|it| matched(api, it)).unwrap_or_default();
    let (sign_in_imports, scopes) = scopes(api, list.or(first));
    let operations: usize = api.groups.iter().map(|group| group.operations.len()).sum();
    let variables = api.variables.iter().map(|it| ReadmeVariable {
        constant: code::constant(it),
        env: it.env.clone(),
        default: match &it.default {
            Some(default) if default.is_empty() => "empty".to_owned(),
            Some(default) => table::code_cell(default),
            None => "missing".to_owned(),
        },
    });
    let unsigned = unsigned(api);
    Readme {
        // It stands in a comment of HTML, which ends at the first `-->`.
        generated: generated_line(api).replace('>', "&gt;"),
        crate_name: library_name(api).replace('_', "-"),
        library: library_name(api),
        title: quote::rust_doc(&quote::one_line(&api.title)),
        count: match operations {
            1 => "1 operation".to_owned(),
            count => format!("{count} operations"),
        },
        feature: list.or(first).map_or(String::new(), |(group, _)| super::feature::name(group)),
        has_auth: schemes.any(),
        has_groups: !api.groups.is_empty(),
        has_example: first.is_some(),
        example,
        example_imports,
        has_list: list.is_some(),
        list: list.map(|it| walked(api, it)).unwrap_or_default(),
        failing,
        failing_imports,
        limits: limited(api).about,
        has_variables: !api.variables.is_empty(),
        variables: variables.collect(),
        has_oauth2,
        has_client_credentials: api.oauth2.as_ref().is_some_and(|it| it.grant == "client_credentials"),
        has_scopes: api.oauth2.as_ref().is_some_and(|it| !it.scopes.is_empty()),
        sign_in_imports,
        scopes,
        has_unsigned: !unsigned.is_empty(),
        unsigned,
    }
}

type Call<'a> = (&'a Group, &'a Operation);

fn all(api: &Api) -> impl Iterator<Item = Call<'_>> {
    api.groups.iter().flat_map(|group| group.operations.iter().map(move |it| (group, it)))
}

/// A list of the largest group that can be asked for without knowing anything, else the first
/// operation of that kind, else the first one.
fn first_call(api: &Api) -> Option<Call<'_>> {
    let easy =
        |(_, it): &Call<'_>| it.wire.method == "GET" && it.arguments.is_empty() && it.body == Body::None;
    let is_list = |(_, it): &Call<'_>| matches!(&it.response, Response::Json(Type::Page(_) | Type::List(_)));
    let size = |(group, _): &Call<'_>| std::cmp::Reverse(group.operations.len());
    let list = all(api).filter(|it| easy(it) && is_list(it)).min_by_key(size);
    list.or_else(|| all(api).find(|it| easy(it))).or_else(|| all(api).next())
}

/// The list of the largest group that goes on.
pub(super) fn list(api: &Api) -> Option<Call<'_>> {
    let easy = |(_, it): &Call<'_>| it.paging.is_some() && it.arguments.is_empty() && it.body == Body::None;
    all(api).filter(easy).min_by_key(|(group, _)| std::cmp::Reverse(group.operations.len()))
}

/// A call that may find nothing: of a list's group, if there is one.
fn failing(api: &Api) -> Option<Call<'_>> {
    let reads_one =
        |it: &Operation| it.wire.method == "GET" && !it.arguments.is_empty() && it.paging.is_none();
    let of_list = list(api)
        .and_then(|(group, _)| group.operations.iter().find(|it| reads_one(it)).map(|it| (group, it)));
    of_list.or_else(|| all(api).find(|(_, it)| reads_one(it)))
}

/// The call with its answer bound to `answer`.
fn bound(api: &Api, (group, operation): Call<'_>) -> (Vec<String>, Vec<String>) {
    let Usage { imports, mut before, call, .. } = usage::of(api, group, operation);
    before.extend(usage::awaited("let answer = ", call));
    (imports.lines(), indented(before))
}

/// The call as what a `match` looks at.
fn matched(api: &Api, (group, operation): Call<'_>) -> (Vec<String>, Vec<String>) {
    let Usage { imports, mut before, call, .. } = usage::of(api, group, operation);
    before.push(format!("match {}.await {{", call.concat()));
    (imports.lines(), before)
}

/// Every item of a list.
fn walked(api: &Api, (group, operation): Call<'_>) -> Vec<String> {
    let mut lines = usage::doc(api, group, operation);
    if let Some(first) = lines.first_mut() {
        *first = "```rust,no_run".to_owned();
    }
    lines
}

fn indented(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| format!("    {line}")).collect()
}

/// The scopes that a call needs, as what is handed to `OAuth2::scopes`, and what that names.
pub(super) fn scopes(api: &Api, call: Option<Call<'_>>) -> (Vec<String>, String) {
    let library = library_name(api);
    let known = call.filter(|(_, operation)| scope::is_known(api, operation));
    match known {
        Some((group, operation)) => {
            let module = group::module_name(group);
            let constant = scope::constant_name(operation);
            let import = vec![format!("use {library}::Scope;"), format!("use {library}::api::{module};")];
            (import, format!(".scopes(Scope::least([&{module}::{constant}]))"))
        }
        None => (Vec::new(), ".all_scopes()".to_owned()),
    }
}

/// What this crate cannot sign.
fn unsigned(api: &Api) -> Vec<String> {
    let lines = all(api).filter(|(_, it)| !auth::signs(it.auth()));
    lines
        .map(|(_, it)| {
            let scheme = auth::described(it.auth());
            format!("- `{}`: sent without a signature, since this crate cannot do {scheme}.", it.id)
        })
        .collect()
}
