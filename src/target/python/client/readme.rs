//! `README.md` of the package.

use serde::Serialize;

use super::names;
use crate::api::{Api, Group, Operation, Variable};
use crate::target::{Page, generated_line, quote};

/// What `python/client/README.md` may say.
#[derive(Serialize)]
struct Readme {
    generated: String,
    title: String,
    package: String,
    example: String,
    has_token_store: bool,
    has_list: bool,
    list: String,
    variables: Vec<Row>,
}

/// A variable in the table.
#[derive(Serialize)]
struct Row {
    argument: String,
    env: String,
    default: String,
}

pub(super) fn page(api: &Api, variables: &[&Variable]) -> Page<'static> {
    Page::new("python/client/README.md", "python/client/README.md", &view(api, variables))
}

fn view(api: &Api, variables: &[&Variable]) -> Readme {
    let call = |(group, operation): (&Group, &Operation)| {
        let arguments: Vec<String> =
            operation.arguments.iter().map(|it| names::parameter(&it.name).to_uppercase()).collect();
        let name = format!("client.{}.{}", names::group(group), names::operation(operation));
        format!("{name}({})", arguments.join(", "))
    };
    let all = || api.groups.iter().flat_map(|group| group.operations.iter().map(move |it| (group, it)));
    // Large groups first: what an API is about has many operations.
    let by_size = |it: &(&Group, &Operation)| std::cmp::Reverse(it.0.operations.len());
    let plain = |it: &(&Group, &Operation)| it.1.wire.method == "GET" && it.1.paging.is_none();
    let list = all().filter(|it| it.1.paging.is_some() && it.1.arguments.is_empty()).min_by_key(by_size);
    let of_list = |it: &(&Group, &Operation)| list.is_none_or(|list| std::ptr::eq(list.0, it.0));
    let first = all().filter(plain).find(of_list).or_else(|| all().find(plain)).or_else(|| all().next());
    let row = |it: &&Variable| Row {
        argument: names::setting(it),
        env: it.env.clone(),
        default: it.default.as_deref().map(quote::markdown::code_cell).unwrap_or_default(),
    };
    Readme {
        generated: generated_line(api),
        title: quote::markdown::text(&quote::one_line(&api.title)),
        package: names::package(api),
        example: first.map(call).unwrap_or_default(),
        has_token_store: super::super::has_token_store(api),
        has_list: list.is_some(),
        list: list.map(call).unwrap_or_default(),
        variables: variables.iter().map(row).collect(),
    }
}
