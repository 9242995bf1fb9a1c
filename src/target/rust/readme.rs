//! The page that readers of the crate see first.

use serde::Serialize;

use super::auth::{self, Schemes};
use super::choice::{self, Choice};
use super::program::Program;
use super::usage::{self, Imports, Usage};
use super::{code, library_name, limited, package_name, scope, table};
use crate::api::Api;
use crate::collection::OAuth2;
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
    scopes: Vec<String>,
    has_programs: bool,
    programs: Vec<Row>,
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

/// A row of the table of programs.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    about: &'static str,
}

pub(super) fn page(api: &Api, has_oauth2: bool, schemes: &Schemes, programs: &[Program]) -> Page<'static> {
    Page::new("rust/README.md", "rust/README.md", &readme(api, has_oauth2, schemes, programs))
}

fn readme(api: &Api, has_oauth2: bool, schemes: &Schemes, programs: &[Program]) -> Readme {
    let first = choice::first_call(api);
    let list = choice::list(api);
    let failing = choice::failing(api).or(first);
    let (example_imports, example) = first.map(|it| bound(api, it)).unwrap_or_default();
    let (failing_imports, failing) = failing.map(|it| matched(api, it)).unwrap_or_default();
    let mut sign_in_imports =
        Imports::new(api).with("", &["Client"]).with("::oauth2", &["FileTokenStore", "OAuth2"]);
    let called: Vec<Choice<'_>> = list.or(first).into_iter().collect();
    let scopes = scope::asked(api, &called, &mut sign_in_imports);
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
        crate_name: package_name(api),
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
        has_client_credentials: api.oauth2.as_ref().is_some_and(OAuth2::is_without_user),
        has_scopes: api.oauth2.as_ref().is_some_and(|it| !it.scopes.is_empty()),
        sign_in_imports: sign_in_imports.lines(),
        scopes,
        has_programs: !programs.is_empty(),
        programs: programs.iter().map(|it| Row { name: it.name, about: it.about }).collect(),
        has_unsigned: !unsigned.is_empty(),
        unsigned,
    }
}

/// The call with its answer bound to `answer`.
fn bound(api: &Api, choice: Choice<'_>) -> (Vec<String>, Vec<String>) {
    let imports = Imports::new(api).with("", &["Client"]);
    let Usage { imports, mut before, call, .. } = usage::of(api, choice, imports);
    before.extend(usage::awaited("let answer = ", call));
    (imports.lines(), indented(before))
}

/// The call as what a `match` looks at.
fn matched(api: &Api, choice: Choice<'_>) -> (Vec<String>, Vec<String>) {
    let imports = Imports::new(api).with("", &["Error"]);
    let Usage { imports, mut before, call, .. } = usage::of(api, choice, imports);
    before.push(format!("match {}.await {{", call.line()));
    (imports.lines(), before)
}

/// Every item of a list.
fn walked(api: &Api, (group, operation): Choice<'_>) -> Vec<String> {
    let mut lines = usage::doc(api, group, operation);
    if let Some(first) = lines.first_mut() {
        *first = "```rust,no_run".to_owned();
    }
    lines
}

fn indented(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| format!("    {line}")).collect()
}

/// What this crate cannot sign.
fn unsigned(api: &Api) -> Vec<String> {
    let lines = choice::all(api).filter(|(_, it)| !auth::signs(it.auth()));
    lines
        .map(|(_, it)| {
            let scheme = auth::described(it.auth());
            format!("- `{}`: sent without a signature, since this crate cannot do {scheme}.", it.id)
        })
        .collect()
}
