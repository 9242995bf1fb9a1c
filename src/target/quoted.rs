//! Literals for templates of the user's own targets.

use super::quote;

/// Makes a literal of a text, quotes included.
pub(crate) type Quote = fn(&str) -> String;

/// Helpers by name.
pub(crate) const ALL: [(&str, Quote); 6] = [
    ("json", quote::jq),
    ("powershell", quote::ps),
    ("python", quote::py),
    ("rust", quote::rust),
    ("sh", quote::sh),
    ("toml", quote::toml),
];
