//! Texts as words of the shell, with the variables and functions that they need.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::api::{Api, Variable};
use crate::collection::{Dynamic, Encoding, Ingredient, Part, Text};
use crate::name::Name;
use crate::target::quote::{self, sh, sh_quoted};

/// Which shell functions a script needs.
#[derive(Serialize, Default)]
pub(super) struct Functions {
    pub(super) encode_form: bool,
    pub(super) encode_segment: bool,
    pub(super) encode_path: bool,
    pub(super) encode_query: bool,
    pub(super) encode_value: bool,
    pub(super) escape: bool,
    pub(super) one_line: bool,
    pub(super) quote: bool,
    pub(super) guid: bool,
    pub(super) set_query: bool,
    one_of: bool,
    characters: bool,
    moment: bool,
    dynamics: Vec<Function>,
}

/// A function that makes the value of a dynamic variable.
#[derive(Serialize)]
struct Function {
    name: String,
    about: String,
    command: String,
}

/// A piece of a word.
pub(super) enum Piece {
    /// Characters that stand for themselves.
    Literal(String),
    /// The value of a shell variable.
    Value(String),
    /// What a command prints.
    Output(String),
    /// A number that the shell computes.
    Number(String),
}

/// Makes words.
pub(super) struct Shell<'a> {
    api: &'a Api,
    used: BTreeSet<usize>,
    pub(super) functions: Functions,
    /// The variable that a program can tell if the environment does not, and the command for that.
    told: Option<(&'a str, String)>,
}

impl<'a> Shell<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        Self { api, used: BTreeSet::new(), functions: Functions::default(), told: None }
    }

    /// With a command that tells a variable.
    pub(super) fn told_by(mut self, variable: &'a Variable, command: String) -> Self {
        self.told = Some((&variable.wire, command));
        self
    }

    /// Whether a command tells this variable.
    pub(super) fn tells(&self, variable: &Variable) -> bool {
        self.told.as_ref().is_some_and(|(wire, _)| *wire == variable.wire)
    }

    /// Whether the value of a secret is in it.
    pub(super) fn is_secret(&self, text: &Text) -> bool {
        text.variables().any(|name| self.api.variables.named(name).is_some_and(|it| it.secret))
    }

    /// The variables that were used, in the order of the collection.
    pub(super) fn variables(&self) -> impl Iterator<Item = &'a Variable> {
        self.used.iter().filter_map(|index| self.api.variables.get(*index))
    }

    /// The text as one word.
    pub(super) fn word(&mut self, text: &Text) -> String {
        let pieces = self.pieces(text);
        word(&pieces)
    }

    /// The text as pieces of a word.
    pub(super) fn pieces(&mut self, text: &Text) -> Vec<Piece> {
        text.parts().iter().filter_map(|part| self.piece(part)).collect()
    }

    fn piece(&mut self, part: &Part) -> Option<Piece> {
        Some(match part {
            Part::Literal(literal) => Piece::Literal(literal.clone()),
            Part::Dynamic { dynamic, encoding } => self.dynamic(*dynamic, *encoding),
            Part::Variable { name, encoding } => {
                let index = self.api.variables.place_of(name)?;
                self.used.insert(index);
                let name = shell_name(self.api.variables.get(index)?);
                match self.encoder(*encoding) {
                    Some(function) => Piece::Output(format!("{function} \"${name}\"")),
                    None => Piece::Value(name),
                }
            }
        })
    }

    /// The function that writes a value in this encoding; `None` if it stays as it is.
    fn encoder(&mut self, encoding: Encoding) -> Option<&'static str> {
        let (needed, function) = match encoding {
            Encoding::Raw => return None,
            Encoding::Path => (&mut self.functions.encode_path, "encode_path"),
            Encoding::Query => (&mut self.functions.encode_query, "encode_query"),
            Encoding::QueryValue => {
                self.functions.encode_query = true;
                (&mut self.functions.encode_value, "encode_value")
            }
            Encoding::Form => (&mut self.functions.encode_form, "encode_form"),
            Encoding::Json => (&mut self.functions.escape, "escape"),
        };
        *needed = true;
        Some(function)
    }

    /// A value made at each use: by a command if that is short, else by a function.
    fn dynamic(&mut self, dynamic: Dynamic, encoding: Encoding) -> Piece {
        use Ingredient::{Guid, Integer, IsoTimestamp, Timestamp};
        let piece = match dynamic.recipe() {
            [only @ (Guid | Timestamp | IsoTimestamp | Integer(..))] => self.ingredient(*only),
            _ => Piece::Output(self.function(dynamic)),
        };
        match (piece, self.encoder(encoding)) {
            (Piece::Output(command), Some(function)) => Piece::Output(format!("{function} \"$({command})\"")),
            (piece, _) => piece,
        }
    }

    /// The name of the function that makes a value.
    fn function(&mut self, dynamic: Dynamic) -> String {
        let name = Name::new(dynamic.name()).snake();
        if !self.functions.dynamics.iter().any(|it| it.name == name) {
            let pieces: Vec<Piece> = dynamic.recipe().iter().map(|it| self.ingredient(*it)).collect();
            let command = match pieces.as_slice() {
                [Piece::Output(command)] => command.clone(),
                pieces => format!("printf '%s' {}", word(pieces)),
            };
            let about = format!("a value like Postman's {{{{{}}}}}", dynamic.name());
            self.functions.dynamics.push(Function { name: name.clone(), about, command });
        }
        name
    }

    fn ingredient(&mut self, ingredient: Ingredient) -> Piece {
        Piece::Output(match ingredient {
            Ingredient::Literal(literal) => return Piece::Literal(literal.to_owned()),
            Ingredient::Integer(from, to) => {
                let count = to - from + 1;
                return Piece::Number(match from {
                    0 => format!("RANDOM % {count}"),
                    ..0 => format!("RANDOM % {count} - {}", -from),
                    _ => format!("RANDOM % {count} + {from}"),
                });
            }
            Ingredient::OneOf(words) => {
                self.functions.one_of = true;
                let words: Vec<String> = words.split('|').map(sh).collect();
                format!("one_of {}", words.join(" "))
            }
            Ingredient::Characters(count, alphabet) => {
                self.functions.characters = true;
                format!("characters {count} {}", sh(alphabet))
            }
            Ingredient::Guid => {
                self.functions.guid = true;
                "guid".to_owned()
            }
            Ingredient::Timestamp => "date +%s".to_owned(),
            Ingredient::IsoTimestamp => "date -u +%Y-%m-%dT%H:%M:%S.000Z".to_owned(),
            Ingredient::Moment(from, to) => {
                self.functions.moment = true;
                format!("moment {from} {to}")
            }
        })
    }

    /// `base_url=${DRCHRONO_BASE_URL:-…}` for every variable that was used. The optional ones
    /// may stay empty.
    pub(super) fn assignments(&self, optional: &[&str]) -> Vec<String> {
        let line = |variable: &Variable| {
            let (name, env) = (shell_name(variable), &variable.env);
            match &variable.default {
                Some(default) => format!("{name}=${{{env}:-{}}}", default_word(default)),
                None if self.tells(variable) => {
                    let command = self.told.as_ref().map_or("", |(_, command)| command);
                    format!("{name}=${{{env}:-$({command})}}")
                }
                None if optional.contains(&variable.wire.as_str()) => format!("{name}=${{{env}:-}}"),
                None => format!("{name}=${{{env}:?set it, --help says what it is}}"),
            }
        };
        self.variables().map(line).collect()
    }
}

/// Pieces as one word: in double quotes where that reads well, else quoted one by one.
pub(super) fn word(pieces: &[Piece]) -> String {
    if pieces.iter().all(|it| matches!(it, Piece::Literal(_))) {
        let literals = pieces.iter().map(|it| if let Piece::Literal(literal) = it { literal } else { "" });
        return sh(&literals.collect::<String>());
    }
    let plain =
        |it: &Piece| !matches!(it, Piece::Literal(literal) if !quote::is_plain_in_double_quotes(literal));
    if !pieces.iter().all(plain) {
        let quoted = |it: &Piece| match it {
            Piece::Literal(literal) => sh_quoted(literal),
            Piece::Value(name) => format!("\"${name}\""),
            Piece::Output(command) => format!("\"$({command})\""),
            Piece::Number(sum) => format!("\"$(({sum}))\""),
        };
        return pieces.iter().map(quoted).collect();
    }
    double_quoted(pieces)
}

/// Pieces as one word in double quotes.
fn double_quoted(pieces: &[Piece]) -> String {
    let mut out = String::from("\"");
    for (at, piece) in pieces.iter().enumerate() {
        let glued = match pieces.get(at + 1) {
            Some(Piece::Literal(next)) => {
                next.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '[')
            }
            _ => false,
        };
        match piece {
            Piece::Literal(literal) => out.push_str(literal),
            Piece::Value(name) if glued => out.push_str(&format!("${{{name}}}")),
            Piece::Value(name) => out.push_str(&format!("${name}")),
            Piece::Output(command) => out.push_str(&format!("$({command})")),
            Piece::Number(sum) => out.push_str(&format!("$(({sum}))")),
        }
    }
    out.push('"');
    out
}

/// Pieces as one word that has double quotes of its own: where it reads well, they are escaped
/// in a word in double quotes.
pub(super) fn word_with_quotes(mut pieces: Vec<Piece>) -> String {
    let has_value = pieces.iter().any(|it| !matches!(it, Piece::Literal(_)));
    let plain = |it: &Piece| match it {
        Piece::Literal(literal) => quote::is_plain_in_double_quotes(&literal.replace('"', "")),
        _ => true,
    };
    if !has_value || !pieces.iter().all(plain) {
        return word(&pieces);
    }
    for piece in &mut pieces {
        if let Piece::Literal(literal) = piece {
            *literal = literal.replace('"', "\\\"");
        }
    }
    double_quoted(&pieces)
}

/// The default of a parameter expansion: quoted, since blanks and braces would end it.
fn default_word(default: &str) -> String {
    if !default.contains('\'') {
        return sh(default);
    }
    // Inside the braces quotes do not nest in bash 3.2: a backslash before everything that the
    // shell could care about.
    let escaped = |c: char| match c {
        '\n' => "$'\\n'".to_owned(),
        c if quote::is_invisible_in_sh(c) => format!("$'{}'", quote::sh_escape(c)),
        c if c.is_ascii_alphanumeric() || !c.is_ascii() => c.to_string(),
        c => format!("\\{c}"),
    };
    default.chars().map(escaped).collect()
}

/// Names that the scripts use for something else.
const RESERVED: [&str; 14] = [
    "all",
    "here",
    "query",
    "body",
    "body_file",
    "url",
    "usage",
    "config",
    "quote",
    "guid",
    "unknown",
    "count",
    "optional",
    "argument",
];

/// Variables of scripts are in lower case: those of the environment are in upper case.
fn shell_name(variable: &Variable) -> String {
    let name = variable.name.snake();
    let taken = RESERVED.contains(&name.as_str())
        || ["path_", "form_", "encode_", "json_", "set_", "oauth_"]
            .iter()
            .any(|prefix| name.starts_with(prefix));
    if taken { format!("var_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `${NAME:-default}` has rules of its own for quotes, braces and backslashes.
    #[test]
    fn a_shell_reads_defaults() {
        let pieces = ["'", "\"", "\\", "}", "{", "$(id)`id`", "\n", " ", "!~*", "a", "\u{fc}\u{1f600}", "\t"];
        let mut texts: Vec<String> = vec!["it's \"a\" \\ {test}\n$x".to_owned(), "\n'\n".to_owned()];
        for one in pieces {
            for two in pieces {
                texts.push(format!("{one}{two}"));
                texts.push(format!("{one}'{two}"));
            }
        }
        let lines: Vec<String> = texts
            .iter()
            .map(|it| format!("x=${{UNSET:-{}}}\nprintf '%s\\0' \"$x\"", default_word(it)))
            .collect();
        let run = std::process::Command::new("bash").args(["-c", &lines.join("\n")]).output();
        let run = run.unwrap_or_else(|_| panic!("this test needs bash: install it"));
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let read = String::from_utf8(run.stdout).unwrap();
        assert_eq!(read.split_terminator('\0').collect::<Vec<_>>(), texts);
    }
}
