//! The oldest curl that the scripts are for: they say it, and refuse one that is older.

use serde::Serialize;

use crate::api::{Api, Version};

/// What a script may say of the curl that it needs.
#[derive(Serialize, Clone)]
pub(super) struct Floor {
    floor: String,
    major: String,
    minor: String,
    /// Whether to ask curl which one it is: hardly anybody has one that is older than what we need anyway.
    has_check: bool,
}

impl Floor {
    pub(super) fn of(api: &Api) -> Self {
        let version = api.settings.curl;
        Self {
            floor: version.to_string(),
            major: version.major.to_string(),
            minor: version.minor.to_string(),
            has_check: version > Version::LEAST,
        }
    }
}
