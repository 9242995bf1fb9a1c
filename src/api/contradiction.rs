//! Samples that say different things about one place.

use super::infer::{Kind, Shape};
use super::plain::Plain;

/// A place where two samples have nothing in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The way to it, such as `results[].id`; empty for the whole.
    pub path: String,
    /// What it is in the first sample.
    pub first: &'static str,
    /// What it is in the second.
    pub second: &'static str,
}

/// Where two samples of JSON contradict each other. A text that is empty or a variable fits every text; `null`
/// fits everything. Nothing if one of them is not JSON.
#[must_use]
pub fn contradictions(first: &str, second: &str) -> Vec<Contradiction> {
    let mut found = Vec::new();
    if let (Ok(first), Ok(second)) = (Shape::of(first), Shape::of(second)) {
        compare(&first, &second, "", &mut found);
    }
    found
}

fn compare(first: &Shape, second: &Shape, path: &str, found: &mut Vec<Contradiction>) {
    match (&first.kind, &second.kind) {
        (Kind::Record(first), Kind::Record(second)) => {
            for (key, seen) in &first.fields {
                if let Some(other) = second.fields.get(key) {
                    let dot = if path.is_empty() { "" } else { "." };
                    compare(&seen.shape, &other.shape, &format!("{path}{dot}{key}"), found);
                }
            }
        }
        (Kind::List(first), Kind::List(second)) => compare(first, second, &format!("{path}[]"), found),
        (first, second) => {
            if let (Some(first), Some(second)) = (title(first), title(second))
                && first != second
            {
                found.push(Contradiction { path: path.to_owned(), first, second });
            }
        }
    }
}

/// What a kind is called; `None` if it says nothing, or several things itself.
fn title(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Nothing | Kind::Any => None,
        Kind::Record(_) => Some("an object"),
        Kind::List(_) => Some("a list"),
        Kind::Plain(plain) if plain.within(Plain::BOOL) => Some("a boolean"),
        Kind::Plain(plain) if plain.within(Plain::NUMBERS) => Some("a number"),
        Kind::Plain(plain) if plain.within(Plain::TEXTS) => Some("a text"),
        Kind::Plain(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_nothing_in_common_contradicts() {
        let table = [
            ("{\"a\": 1}", "{\"a\": 2.5}", ""),
            ("{\"a\": 1}", "{\"b\": []}", ""),
            ("{\"a\": null}", "{\"a\": {}}", ""),
            ("{\"a\": \"2026-01-31\"}", "{\"a\": \"\"}", ""),
            ("[]", "[1]", ""),
            ("{\"a\": [{\"b\": 1}]}", "{\"a\": [{\"b\": \"x\"}]}", "a[].b: a number, a text"),
            ("{\"a\": {}}", "{\"a\": []}", "a: an object, a list"),
            ("{}", "[]", ": an object, a list"),
            ("true", "1", ": a boolean, a number"),
            ("no", "1", ""),
        ];
        for (first, second, want) in table {
            let found = contradictions(first, second);
            let text: Vec<String> =
                found.iter().map(|it| format!("{}: {}, {}", it.path, it.first, it.second)).collect();
            assert_eq!(text.join("; "), want, "{first} {second}");
        }
    }
}
