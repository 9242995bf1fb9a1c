//! Literals for templates of the user's own targets.

use super::quote;

/// Makes a literal of a text, quotes included.
pub(crate) type Quote = fn(&str) -> String;

/// Helpers by name.
pub(crate) const ALL: [(&str, Quote); 5] = [
    ("json", quote::jq),
    ("python", quote::py),
    ("rust", quote::rust),
    ("sh", quote::sh),
    ("toml", quote::toml),
];
