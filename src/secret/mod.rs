//! Secrets in a collection: found by their place (a `password`, a `clientSecret`) and by their shape (a JSON
//! Web Token, a GitHub token).
//!
//! What writes outputs, what reports and what scrubs all ask here, so that they cannot disagree.

mod names;
mod scan;
mod shapes;

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use indexmap::IndexMap;

use crate::seen::is_invisible;

pub use names::is_secret_name;
pub use scan::{Finding, Scanned, scan, scan_text};
pub use shapes::{Found, Kind};

/// What a secret in a text that people read becomes.
pub const MASK: &str = "…";

/// What is a secret and what is not, as a project sees it.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    allowed: Vec<String>,
    /// Secrets that were found by their place.
    known: Option<Known>,
}

/// Secrets that are known, with what finds all of them in a text at once.
#[derive(Clone)]
struct Known {
    /// Names of the variables that take their places.
    variables: Vec<String>,
    finder: AhoCorasick,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} secrets", self.variables.len())
    }
}

/// A shorter secret may be a word that stands elsewhere for itself.
const KNOWN_LENGTH: usize = 12;

impl Secrets {
    /// With these values as no secrets. A `*` at the end of one stands for any end.
    #[must_use]
    pub fn allowing(values: &[String]) -> Self {
        Self { allowed: values.to_vec(), known: None }
    }

    /// Which knows these secrets again wherever they stand: a key that somebody has put into a header is often
    /// in a description as well.
    #[must_use]
    pub fn knowing(&self, findings: &[Finding]) -> Self {
        let mut known: IndexMap<&str, &str> = IndexMap::new();
        for it in findings.iter().filter(|it| it.value.len() >= KNOWN_LENGTH) {
            known.entry(&it.value).or_insert(&it.variable);
        }
        // More than it can hold are more than a file has.
        let finder = AhoCorasick::new(known.keys()).ok().filter(|_| !known.is_empty());
        let variables = known.values().map(|it| (*it).to_owned()).collect();
        Self { allowed: self.allowed.clone(), known: finder.map(|finder| Known { variables, finder }) }
    }

    /// Whether the project says that this value is no secret.
    #[must_use]
    pub fn allows(&self, value: &str) -> bool {
        self.allowed.iter().any(|it| match it.strip_suffix('*') {
            Some(start) => value.starts_with(start),
            None => value == it,
        })
    }

    /// Secrets in a text that are told by their shape, or because the text itself says so.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Found> {
        let mut found = shapes::find(text);
        // A secret that is a word is sent for itself elsewhere.
        self.again(text, &mut found, names::is_random);
        self.without_allowed(text, found)
    }

    /// As [`find`](Self::find), in a text for people.
    #[must_use]
    pub fn find_in_prose(&self, text: &str) -> Vec<Found> {
        let mut found = shapes::find(text);
        self.again(text, &mut found, |_| true);
        self.without_allowed(text, found)
    }

    /// Adds the secrets that are known from elsewhere.
    fn again(&self, text: &str, found: &mut Vec<Found>, chosen: impl Fn(&str) -> bool) {
        let Some(known) = &self.known else { return };
        // Those that were found first go first, each from left to right.
        let mut again: Vec<_> = known.finder.find_overlapping_iter(text).collect();
        again.sort_by_key(|it| (it.pattern(), it.start()));
        let mut taken: BTreeMap<usize, usize> =
            found.iter().map(|it| (it.range.start, it.range.end)).collect();
        for it in again {
            let range = it.range();
            let apart = taken.range(..range.end).next_back().is_none_or(|(_, end)| *end <= range.start);
            if apart && chosen(&text[range.clone()]) {
                taken.insert(range.start, range.end);
                let variable = known.variables[it.pattern().as_usize()].clone();
                found.push(Found { range, kind: shapes::NAMED, variable });
            }
        }
        found.sort_by_key(|it| it.range.start);
    }

    /// As [`find`](Self::find), in a program: there a quoted text beside a name is its value.
    fn find_in_script(&self, text: &str) -> Vec<Found> {
        self.without_allowed(text, shapes::find_in_script(text))
    }

    /// As [`find`](Self::find), and what stands in JSON under the name of a secret.
    #[must_use]
    pub fn find_in_json(&self, text: &str) -> Vec<Found> {
        let mut found = self.find_in_prose(text);
        let texts = json_texts(text).into_iter();
        let named: Vec<Found> = texts
            .filter_map(|(name, range)| Some((name?, range)))
            .filter(|(name, range)| self.is_secret(name, &text[range.clone()]))
            .map(|(variable, range)| Found { range, kind: shapes::NAMED, variable })
            .collect();
        // They stand one after the other.
        let is_in_named = |range: &Range<usize>| {
            let next = named.partition_point(|it| it.range.end <= range.start);
            named.get(next).is_some_and(|it| it.range.start < range.end)
        };
        found.retain(|it| !is_in_named(&it.range));
        found.extend(named);
        found.sort_by_key(|it| it.range.start);
        found
    }

    fn without_allowed(&self, text: &str, mut found: Vec<Found>) -> Vec<Found> {
        found.retain(|it| !self.allows(&text[it.range.clone()]));
        found
    }

    /// Whether this is the value of a secret because of the name it has, and no example of one.
    #[must_use]
    pub fn is_secret(&self, name: &str, value: &str) -> bool {
        is_secret_name(name) && !names::is_placeholder(name, value) && !self.allows(value)
    }

    /// A text for people, with a mark in the place of each secret.
    #[must_use]
    pub fn masked(&self, text: &str) -> String {
        replace(text, &self.find_in_prose(text), |_| MASK.to_owned())
    }

    /// As [`masked`](Self::masked), for a text that may be JSON.
    #[must_use]
    pub fn masked_json(&self, text: &str) -> String {
        replace(text, &self.find_in_json(text), |_| MASK.to_owned())
    }
}

/// A text with each of these parts replaced.
pub(crate) fn replace(text: &str, found: &[Found], with: impl Fn(&Found) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for it in found {
        out.push_str(&text[end..it.range.start]);
        out.push_str(&with(it));
        end = it.range.end;
    }
    out.push_str(&text[end..]);
    out
}

/// The beginning of a secret, enough to know it again and too little to use it: at most four characters, and
/// none of a short one.
#[must_use]
pub fn hint(value: &str) -> String {
    let shown = if value.chars().count() < 16 { 0 } else { 4 };
    let start: String = value.chars().take(shown).filter(|it| !is_invisible(*it)).collect();
    format!("{start}{MASK}")
}

/// Each text of a JSON text, without its quotes, and the key it stands under. The whole need not be JSON yet:
/// variables may stand anywhere in it.
pub(crate) fn json_texts(text: &str) -> Vec<(Option<String>, Range<usize>)> {
    let mut texts = Vec::new();
    if !text.trim_start().starts_with(['{', '[', '/']) {
        return texts;
    }
    let mut position = 0;
    let mut key: Option<String> = None;
    while let Some(found) = text[position..].find('"') {
        let start = position + found;
        let end = start + string_end(&text[start..]);
        position = end;
        let Ok(value) = serde_json::from_str::<String>(&text[start..end]) else { continue };
        if text[end..].trim_start().starts_with(':') {
            key = Some(value);
            continue;
        }
        let under = key.take().filter(|_| text[..start].trim_end().ends_with(':'));
        texts.push((under, start + 1..end - 1));
    }
    texts
}

/// Where the string of JSON or JavaScript that begins here ends.
pub(crate) fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'\\' if !escaped => escaped = true,
            b'"' if !escaped => return index + 1,
            _ => escaped = false,
        }
    }
    text.len()
}
