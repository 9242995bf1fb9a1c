//! A feature for each group, so that a program compiles what it calls.

use super::{group, layout};
use crate::api::{Api, Group};
use crate::target::quote;

/// Features that are no group's.
const TAKEN: [&str; 6] = ["all", "blocking", "default", "json", "oauth2", "tracing"];

/// The feature of a group: called as its module.
pub(super) fn name(group: &Group) -> String {
    let name = group::module_name(group);
    if TAKEN.contains(&name.as_str()) { format!("{name}_group") } else { name }
}

/// Every group's, sorted.
pub(super) fn all(api: &Api) -> Vec<String> {
    let mut names: Vec<String> = api.groups.iter().map(name).collect();
    names.sort();
    names
}

/// The attribute of what is there if one of these features is.
pub(super) fn gate<'a>(groups: impl IntoIterator<Item = &'a Group>) -> Vec<String> {
    let mut names: Vec<String> = groups.into_iter().map(name).collect();
    names.sort();
    let names: Vec<String> = names.iter().map(|it| format!("feature = {}", quote::rust(it))).collect();
    match names.as_slice() {
        [one] => layout::attribute("cfg", std::slice::from_ref(one)),
        names => layout::attribute_of_list("cfg", "any", names),
    }
}
