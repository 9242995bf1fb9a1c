//! Where the token is kept: one file for the Rust client, the scripts and the Python module.

use super::rust::package_name;
use crate::api::Api;
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
