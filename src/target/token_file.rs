//! What gets tokens, and where they are kept: one file for the Rust client, the scripts and the Python module.

use super::rust::package_name;
use crate::api::{Api, Group};
use crate::name::Name;

/// The folder of it, below the one where settings are kept. The Rust client knows it as the name of its
/// package.
pub(super) fn folder(api: &Api) -> String {
    package_name(api)
}

/// The environment variable that names the file itself.
pub(super) fn env(api: &Api) -> String {
    api.env(&Name::new("token file"))
}

/// The folder of the programs that get tokens: `auth`, unless a group has that one.
pub(super) fn programs(api: &Api) -> &'static str {
    let is_taken = |group: &Group| matches!(group.name.words(), [word] if word == "auth");
    if api.groups.iter().any(is_taken) { "auth_" } else { "auth" }
}
