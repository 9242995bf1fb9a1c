//! Texts of Postman: literals with variables between them.
//!
//! Nothing below this module ever sees `{{`.

use std::cell::Cell;
use std::fmt;

use indexmap::IndexMap;

use super::dynamic::Dynamic;
use super::{encode, limits};

/// How a value that is not known yet is written where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Encoding {
    /// As it is.
    #[default]
    Raw,
    /// Percent-encoded as Postman encodes a path.
    Path,
    /// Percent-encoded as Postman encodes a query.
    Query,
    /// As in a query, and `&` and `#` as well, which would end the value.
    QueryValue,
    /// Percent-encoded as a field of `application/x-www-form-urlencoded`.
    Form,
    /// Escaped as the inside of a JSON string.
    Json,
}

/// A piece of a [`Text`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// Characters that stand for themselves.
    Literal(String),
    /// The value of a variable.
    Variable {
        /// Its name in Postman, taken literally: no trimming, case-sensitive.
        name: String,
        /// How its value is written.
        encoding: Encoding,
    },
    /// A value made at each use.
    Dynamic {
        /// How it is made.
        dynamic: Dynamic,
        /// How it is written.
        encoding: Encoding,
    },
}

/// Literals and variables, in order. No two literals stand side by side, none is empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Text(Vec<Part>);

impl Text {
    /// A text without variables.
    #[must_use]
    pub fn literal(text: impl Into<String>) -> Self {
        let mut out = Self::default();
        out.push_literal(text.into());
        out
    }

    /// A text that is one variable.
    #[must_use]
    pub fn variable(name: impl Into<String>) -> Self {
        Self(vec![Part::Variable { name: name.into(), encoding: Encoding::Raw }])
    }

    /// The pieces.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// Whether nothing would be sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, if no variable is in it.
    #[must_use]
    pub fn as_literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Its literals, in order.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Literal(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Names of the variables in it, in order, each as often as it stands there.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Variable { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }

    /// Adds characters at the end.
    pub fn push_literal(&mut self, text: impl AsRef<str>) {
        let text = text.as_ref();
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(Part::Literal(last)) => last.push_str(text),
            _ => self.0.push(Part::Literal(text.to_owned())),
        }
    }

    /// Adds a piece at the end.
    pub(super) fn push_part(&mut self, part: Part) {
        match part {
            Part::Literal(text) => self.push_literal(text),
            part => self.0.push(part),
        }
    }

    /// Adds another text at the end.
    pub fn push(&mut self, other: Text) {
        for part in other.0 {
            self.push_part(part);
        }
    }

    /// The text with every literal rewritten, and every variable and value made at each use
    /// encoded in this way.
    #[must_use]
    pub fn encoded(&self, encoding: Encoding, literal: impl Fn(&str) -> String) -> Self {
        let mut out = Self::default();
        for part in &self.0 {
            match part {
                Part::Literal(text) => out.push_literal(literal(text)),
                Part::Variable { name, .. } => {
                    out.0.push(Part::Variable { name: name.clone(), encoding });
                }
                Part::Dynamic { dynamic, .. } => {
                    out.0.push(Part::Dynamic { dynamic: *dynamic, encoding: dynamic.encoding(encoding) });
                }
            }
        }
        out
    }

    /// The text with every literal rewritten, and its variables as they are.
    #[must_use]
    pub fn map_literals(&self, literal: impl Fn(&str) -> String) -> Self {
        let mut out = Self::default();
        for part in &self.0 {
            match part {
                Part::Literal(text) => out.push_literal(literal(text)),
                part => out.0.push(part.clone()),
            }
        }
        out
    }

    /// The text with other names for the variables that have one here.
    pub(super) fn with_names<'a>(&self, other: impl Fn(&str) -> Option<&'a str>) -> Self {
        let named = |part: &Part| match part {
            Part::Variable { name, encoding } => {
                let name = other(name).unwrap_or(name).to_owned();
                Part::Variable { name, encoding: *encoding }
            }
            part => part.clone(),
        };
        Self(self.0.iter().map(named).collect())
    }

    /// The text as it goes out with these values. That of a variable is encoded for its place,
    /// what is made anew stands as `made` gives it, who is told the encoding of its place.
    #[must_use]
    pub fn filled(
        &self,
        value: impl Fn(&str) -> String,
        made: impl Fn(Dynamic, Encoding) -> String,
    ) -> String {
        let fill = |part: &Part| match part {
            Part::Literal(text) => text.clone(),
            Part::Variable { name, encoding } => encode::literal(*encoding, &value(name)),
            Part::Dynamic { dynamic, encoding } => made(*dynamic, *encoding),
        };
        self.0.iter().map(fill).collect()
    }

    /// The text with the value of each variable that has one, encoded for its place, and one of the
    /// values that a dynamic variable can have. What is left are variables, of which those keep their
    /// encoding that `keep` says so of.
    #[must_use]
    pub fn with_values(
        &self,
        value: impl Fn(&str) -> Option<String>,
        keep: impl Fn(Encoding) -> bool,
    ) -> Self {
        let mut out = Self::default();
        for part in &self.0 {
            match part {
                Part::Literal(text) => out.push_literal(text),
                Part::Variable { name, encoding } => match value(name) {
                    Some(value) => out.push_literal(encode::literal(*encoding, &value)),
                    None if keep(*encoding) => out.0.push(part.clone()),
                    None => out.push(Self::variable(name)),
                },
                Part::Dynamic { dynamic, encoding } => {
                    out.push_literal(encode::literal(*encoding, &dynamic.sample()));
                }
            }
        }
        out
    }

    /// Splits at the first of these characters that stands in a literal. The character
    /// itself is in neither half.
    #[must_use]
    pub fn split_once(&self, at: &[char]) -> Option<(Text, char, Text)> {
        for (index, part) in self.0.iter().enumerate() {
            let Part::Literal(text) = part else { continue };
            let Some(position) = text.find(at) else {
                continue;
            };
            let found = text[position..].chars().next()?;
            let mut before = Text(self.0[..index].to_vec());
            before.push_literal(&text[..position]);
            let mut after = Text::literal(&text[position + found.len_utf8()..]);
            after.push(Text(self.0[index + 1..].to_vec()));
            return Some((before, found, after));
        }
        None
    }

    /// Splits at each of this character that stands in a literal.
    #[must_use]
    pub fn split(&self, at: char) -> Vec<Text> {
        let mut pieces = Vec::new();
        let mut piece = Self::default();
        for part in &self.0 {
            let Part::Literal(text) = part else {
                piece.0.push(part.clone());
                continue;
            };
            let mut runs = text.split(at);
            piece.push_literal(runs.next().unwrap_or_default());
            for run in runs {
                pieces.push(std::mem::take(&mut piece));
                piece.push_literal(run);
            }
        }
        pieces.push(piece);
        pieces
    }
}

/// As Postman shows it, with `{{name}}` for variables.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Literal(text) => f.write_str(text)?,
                Part::Variable { name, .. } => write!(f, "{{{{{name}}}}}")?,
                Part::Dynamic { dynamic, .. } => write!(f, "{{{{{}}}}}", dynamic.name())?,
            }
        }
        Ok(())
    }
}

/// How often Postman's runner substitutes before it gives up on variables that contain each other.
const ROUNDS: usize = 19;

/// Reads texts, with the values of the variables at hand.
///
/// A variable whose value contains variables is replaced by that value, so that what is left
/// are variables that a user sets one by one. A variable with a plain value stays a variable.
#[derive(Debug, Default)]
pub(super) struct Reader {
    values: IndexMap<String, String>,
    /// How many bytes values have added to texts so far.
    grown: Cell<usize>,
}

/// Why a text stays as it stands in the collection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// The value of this variable comes back to itself.
    Loop(String),
    /// With the values of its variables it would be too long.
    Long,
}

impl Reader {
    /// A reader that knows these values.
    #[must_use]
    pub(super) fn new(values: IndexMap<String, String>) -> Self {
        Self { values, grown: Cell::new(0) }
    }

    /// Reads a text.
    pub(super) fn read(&self, text: &str) -> Result<Text, Unread> {
        if !text.contains("{{") {
            return Ok(Text::literal(text));
        }
        let mut text = text.to_owned();
        for _ in 0..ROUNDS {
            match self.substitute_nested(&text)? {
                Some(next) => text = next,
                None => return Ok(self.split(&text)),
            }
        }
        let name = tokens(&text).next().map_or("", |(_, _, name)| name);
        Err(Unread::Loop(name.to_owned()))
    }

    /// One round: replaces the tokens that have tokens in their value, and the tokens inside
    /// an unfinished token (`{{a{{b}}c}}`). `None` if there are none.
    fn substitute_nested(&self, text: &str) -> Result<Option<String>, Unread> {
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        let mut changed = false;
        for (start, stop, name) in tokens(text) {
            out.push_str(&text[end..start]);
            let inside = out.rfind("{{").is_some_and(|open| !out[open..].contains("}}"));
            match self.values.get(name) {
                Some(value) if inside || tokens(value).next().is_some() => {
                    self.grown.set(self.grown.get().saturating_add(value.len()));
                    if self.grown.get() > limits::GROWTH {
                        return Err(Unread::Long);
                    }
                    out.push_str(value);
                    changed = true;
                }
                _ => out.push_str(&text[start..stop]),
            }
            end = stop;
        }
        out.push_str(&text[end..]);
        Ok(changed.then_some(out))
    }

    fn split(&self, text: &str) -> Text {
        let mut out = Text::default();
        let mut end = 0;
        for (start, stop, name) in tokens(text) {
            out.push_literal(&text[end..start]);
            // A variable of the user beats the dynamic one of the same name.
            let dynamic = Dynamic::of(name).filter(|_| !self.values.contains_key(name));
            out.0.push(match dynamic {
                Some(dynamic) => Part::Dynamic { dynamic, encoding: Encoding::Raw },
                None => Part::Variable { name: name.to_owned(), encoding: Encoding::Raw },
            });
            end = stop;
        }
        out.push_literal(&text[end..]);
        out
    }
}

/// A text without its variables.
pub(super) fn without_tokens(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for (start, stop, _) in tokens(text) {
        out.push_str(&text[end..start]);
        end = stop;
    }
    out + &text[end..]
}

/// Every `{{name}}` without braces in its name: start, end and name.
fn tokens(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let open = from + text[from..].find("{{")?;
            let inner = open + 2;
            let length = text[inner..].find(['{', '}'])?;
            let stop = inner + length;
            if text[stop..].starts_with("}}") {
                from = stop + 2;
                return Some((open, from, &text[inner..stop]));
            }
            // `{{{name}}`: the token begins at the last two braces.
            from = if text[stop..].starts_with('{') && length == 0 { open + 1 } else { stop.max(open + 1) };
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader() -> Reader {
        let pairs = [
            ("base", "https://{{host}}/v1"),
            ("host", "api.example.com"),
            ("name", "host"),
            ("a", "{{b}}"),
            ("b", "{{a}}"),
        ];
        Reader::new(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn variables_are_taken_literally() {
        let table = [
            ("plain", "plain", 0),
            ("{{x}}", "{{x}}", 1),
            ("a{{ x }}b", "a{{ x }}b", 1),
            ("{{{x}}}", "{{{x}}}", 1),
            ("{{x", "{{x", 0),
            ("{{}}", "{{}}", 1),
            ("{{a.b}}{{c}}", "{{a.b}}{{c}}", 2),
            ("{{a}b}}", "{{a}b}}", 0),
        ];
        for (text, shown, variables) in table {
            let read = Reader::default().read(text).unwrap();
            assert_eq!(read.to_string(), shown);
            assert_eq!(read.variables().count(), variables, "{text}");
        }
    }

    #[test]
    fn values_with_variables_are_expanded() {
        assert_eq!(reader().read("{{base}}/x").unwrap().to_string(), "https://{{host}}/v1/x");
        assert_eq!(reader().read("{{{{name}}}}").unwrap().to_string(), "{{host}}");
        assert_eq!(
            reader().read("{{a}}"),
            Err(Unread::Loop("a".to_owned())).or(Err(Unread::Loop("b".to_owned())))
        );
    }

    #[test]
    fn dynamic_variables_are_told_from_others() {
        let text = Reader::default().read("{{$randomUUID}}-{{$unknown}}").unwrap();
        assert_eq!(text.to_string(), "{{$randomUUID}}-{{$unknown}}");
        assert!(matches!(text.parts()[0], Part::Dynamic { encoding: Encoding::Raw, .. }));
        assert_eq!(text.variables().collect::<Vec<_>>(), ["$unknown"]);
        let values = IndexMap::from([("$guid".to_owned(), "mine".to_owned())]);
        let text = Reader::new(values).read("{{$guid}}").unwrap();
        assert_eq!(text.variables().collect::<Vec<_>>(), ["$guid"]);
    }

    #[test]
    fn splits_only_in_literals() {
        let text = Reader::default().read("{{a/b}}/c?d").unwrap();
        let (origin, _, rest) = text.split_once(&['/', '?']).unwrap();
        assert_eq!((origin.to_string().as_str(), rest.to_string().as_str()), ("{{a/b}}", "c?d"));
    }
}
