//! A copy of a collection for others: variables in the place of its secrets, and every other byte as it is.

use std::collections::HashMap;

use serde_json::Value;

use crate::error::{InputError, Result};
use crate::locate::{locate, positions};
use crate::postman::{self, Source};
use crate::secret::{Finding, MASK, Secrets, hint, scan};

/// A collection without its secrets.
#[derive(Debug, Clone)]
pub struct Clean {
    /// Its text.
    pub text: String,
    /// What was replaced and by what, a sentence each.
    pub replaced: Vec<String>,
}

/// Puts `{{name}}` where a secret is sent, and `…` where one is read. Nothing else changes, blanks and the
/// order of keys included.
///
/// # Errors
/// If the text is not JSON.
pub fn scrub(source: Source<'_>, secrets: &Secrets) -> Result<Clean> {
    let mut clean = once(source, secrets)?;
    // Without the secret in it, a name may be that of a secret itself.
    for _ in 0..ROUNDS {
        if clean.replaced.is_empty() {
            break;
        }
        let again = once(Source { text: &clean.text, ..source }, secrets)?;
        if again.replaced.is_empty() {
            break;
        }
        clean.text = again.text;
        clean.replaced.extend(again.replaced);
    }
    Ok(clean)
}

/// How often a copy is looked at again: each time there is less in it.
const ROUNDS: usize = 8;

fn once(source: Source<'_>, secrets: &Secrets) -> Result<Clean> {
    let json = postman::json(source)?;
    // What is a secret in one place is one in all others, names of what is beside them included.
    let secrets = &secrets.knowing(&scan(&json, secrets));
    let findings = scan(&json, secrets);
    let pointers: Vec<&str> = findings.iter().map(|it| it.pointer.as_str()).collect();
    let ranges = locate(source.text, &pointers);
    let starts: Vec<usize> = ranges.iter().map(|it| it.start).collect();
    let places = positions(source.text, &starts);
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|it| (ranges[*it].start, findings[*it].range.start));
    let mut names = Names::of(&json, secrets);
    let mut text = String::with_capacity(source.text.len());
    let mut replaced = Vec::new();
    let mut read = 0;
    // All secrets of one text at once, since it is written anew.
    for here in order.chunk_by(|a, b| ranges[*a] == ranges[*b]) {
        let range = ranges[here[0]].clone();
        // A copy that is called clean must not keep one in silence.
        let whole: String = serde_json::from_str(&source.text[range.clone()]).map_err(|_| InputError {
            file: source.file.to_owned(),
            position: Some(places[here[0]]),
            path: findings[here[0]].pointer.clone(),
            message: "a secret stands in here, and its text cannot be found to be replaced".to_owned(),
            help: "take it out in Postman, and export the collection again".to_owned(),
        })?;
        let mut clean = String::with_capacity(whole.len());
        let mut end = 0;
        for finding in here.iter().map(|it| &findings[*it]) {
            clean.push_str(&whole[end..finding.range.start]);
            if !finding.continued {
                // A name stays the same wherever it stands, and has no variable in it.
                let with =
                    if is_in_name(&whole, finding) { MASK.to_owned() } else { names.stand_in(finding) };
                clean.push_str(&with);
                let (line, column) = places[here[0]];
                let (title, hint) = (finding.kind.title, hint(&finding.value));
                let with = if with.is_empty() { "nothing" } else { &with };
                replaced.push(format!("{line}:{column}: {title} ({hint}) became {with}"));
            }
            end = finding.range.end;
        }
        clean.push_str(&whole[end..]);
        text.push_str(&source.text[read..range.start]);
        text.push_str(&Value::from(clean).to_string());
        read = range.end;
    }
    text.push_str(&source.text[read..]);
    Ok(Clean { text, replaced })
}

/// Variables by the secret that they stand for: one secret has one name, and no two have the same.
struct Names<'a> {
    /// Names and what they stand for, with the variables that the collection has.
    taken: HashMap<String, String>,
    secrets: &'a Secrets,
}

impl<'a> Names<'a> {
    /// With the variables of a collection.
    fn of(json: &Value, secrets: &'a Secrets) -> Self {
        let text = |row: &Value, key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
        let rows = json.get("variable").and_then(Value::as_array).into_iter().flatten();
        let taken = rows.filter_map(|row| Some((text(row, "key")?, text(row, "value").unwrap_or_default())));
        Self { taken: taken.collect(), secrets }
    }

    /// What a secret becomes.
    fn stand_in(&mut self, finding: &Finding) -> String {
        if is_read(&finding.pointer) {
            return MASK.to_owned();
        }
        // A variable that holds a secret is emptied: it cannot stand for itself.
        if finding.pointer.starts_with("/variable/") {
            return String::new();
        }
        let allowed = |it: char| if it.is_ascii_alphanumeric() || "_-.".contains(it) { it } else { '_' };
        let name: String = self.secrets.masked(&finding.variable).chars().map(allowed).collect();
        let numbered = std::iter::once(name.clone()).chain((2..).map(|number| format!("{name}_{number}")));
        let fits =
            |it: &String| self.taken.get(it).is_none_or(|value| value.is_empty() || *value == finding.value);
        // There is always a number that nobody has.
        let name = numbered.into_iter().find(fits).unwrap_or(name);
        self.taken.insert(name.clone(), finding.value.clone());
        format!("{{{{{name}}}}}")
    }
}

/// Whether a secret is a part of the name of a variable, where it is defined or used.
fn is_in_name(whole: &str, finding: &Finding) -> bool {
    let begins =
        whole[..finding.range.start].rfind(['{', '}']).is_some_and(|at| whole[..=at].ends_with("{{"));
    let ends = whole[finding.range.end..].find(['{', '}']);
    let ends = ends.is_some_and(|at| whole[finding.range.end + at..].starts_with("}}"));
    let steps: Vec<&str> = finding.pointer.split('/').collect();
    (begins && ends) || matches!(steps.as_slice(), ["", "variable", _, "key" | "id"])
}

/// Whether a text is read and not sent: descriptions, names, saved responses, scripts.
fn is_read(pointer: &str) -> bool {
    let mut steps = pointer.rsplit('/');
    matches!(steps.next(), Some("description" | "name" | "content"))
        || pointer.contains("/response/")
        || pointer.contains("/event/")
        || pointer.starts_with("/info/")
}
