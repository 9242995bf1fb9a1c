//! Tables in the docs: the groups of the API, and the operations of each.

use super::group::{module_name, operation_name};
use super::{code, paging};
use crate::api::{Api, Group};
use crate::target::quote;

/// The longest summary that a row has room for.
const LONGEST: usize = 100;

/// Every group, with the number of its operations.
pub(super) fn groups(api: &Api) -> Vec<String> {
    let mut lines = vec!["The operations, by what they are about: a module for each group.".to_owned()];
    if api.groups.is_empty() {
        return lines;
    }
    lines.extend(["", "| module | operations | about |", "|---|---:|---|"].map(str::to_owned));
    lines.extend(api.groups.iter().map(|group| {
        let about = summary(&group.description, &group.title);
        format!("| [`{}`] | {} | {about} |", module_name(group), group.operations.len())
    }));
    lines
}

/// Every operation of a group.
pub(super) fn operations(group: &Group) -> Vec<String> {
    let mut lines = ["", "| method | request | summary |", "|---|---|---|"].map(str::to_owned).to_vec();
    for operation in &group.operations {
        let name = operation_name(operation);
        let route = format!("{} {}", operation.wire.method, operation.path());
        let about = summary(&operation.description, operation.title());
        lines.push(format!("| [`{name}`](Api::{name}) | {} | {about} |", code_cell(&route)));
        if let Some(bulk) = operation.bulk.as_ref().filter(|it| group.operations.get(it.start).is_some()) {
            let name = paging::whole_name(bulk);
            lines.push(format!("| [`{name}`](Api::{name}) | | Reads a whole batch. |"));
        }
    }
    lines
}

/// A text as code in a cell.
pub(super) fn code_cell(text: &str) -> String {
    if text.contains('|') { quote::rust_cell(text) } else { code::code_span(text) }
}

/// The first sentence of a description, or a title where there is none.
fn summary(description: &str, title: &str) -> String {
    let lines = quote::lines(description);
    let Some(first) = lines.iter().find(|it| !it.trim().is_empty()) else {
        return quote::rust_cell(&format!("{}.", quote::one_line(title)));
    };
    let sentence = first.split_once(". ").map_or(first.clone(), |(sentence, _)| format!("{sentence}."));
    quote::rust_cell(&match sentence.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", sentence[..end].trim_end()),
        None => sentence,
    })
}
