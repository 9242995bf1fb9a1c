//! Texts of a request as expressions of PowerShell, with the variables and functions that they need.

use std::collections::BTreeMap;

use serde::Serialize;

use super::names::Names;
use crate::api::{Api, Variable};
use crate::collection::{Dynamic, Encoding, Ingredient, Part, Text};
use crate::name::Name;
use crate::target::quote::{self, ps, ps_block, ps_format};

/// Which functions a script needs.
#[derive(Serialize, Default)]
pub(super) struct Functions {
    pub(super) encode_segment: bool,
    encode_path: bool,
    encode_query: bool,
    encode_value: bool,
    json_text: bool,
    characters: bool,
    moment: bool,
    dynamics: Vec<Function>,
}

/// A function that makes the value of a dynamic variable.
#[derive(Serialize)]
struct Function {
    name: String,
    about: String,
    value: String,
}

/// A piece of a text.
pub(super) enum Piece {
    /// Characters that stand for themselves.
    Literal(String),
    /// The value of a variable, by its name.
    Value(String),
    /// What an expression or a command answers.
    Answer(String),
}

/// Makes expressions.
pub(super) struct Source<'a> {
    pub(super) api: &'a Api,
    pub(super) names: Names,
    /// What the variables of the collection that were used are called.
    used: BTreeMap<usize, String>,
    /// Whether they are read where they are used, as `$env:NAME`.
    from_environment: bool,
    /// The variable that a script can tell if the environment does not, and the call for that.
    told: Option<(&'a Variable, String)>,
    pub(super) functions: Functions,
}

impl<'a> Source<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        let (used, functions) = (BTreeMap::new(), Functions::default());
        Self { api, names: Names::new(), used, from_environment: false, told: None, functions }
    }

    /// With variables that are read where they are used.
    pub(super) fn from_environment(api: &'a Api) -> Self {
        Self { from_environment: true, ..Self::new(api) }
    }

    /// With a call that tells a variable.
    pub(super) fn told_by(self, told: Option<(&'a Variable, String)>) -> Self {
        Self { told, ..self }
    }

    /// The call that tells this variable.
    pub(super) fn tells(&self, variable: &Variable) -> Option<&str> {
        let (_, call) = self.told.as_ref().filter(|(told, _)| told.wire == variable.wire)?;
        Some(call)
    }

    /// The variables that were used, in the order of the collection.
    pub(super) fn variables(&self) -> impl Iterator<Item = &'a Variable> {
        let api = self.api;
        self.used.keys().map(move |index| &api.variables[*index])
    }

    /// The text as one expression.
    pub(super) fn expression(&mut self, text: &Text) -> String {
        let pieces = self.pieces(text);
        expression(&pieces)
    }

    /// The text as an expression that shows its lines as such, if it can.
    pub(super) fn block(&mut self, text: &Text) -> String {
        if let Some(literal) = text.as_literal() {
            return ps_block(literal);
        }
        let pieces = self.pieces(text);
        let literals = pieces.iter().map(|it| if let Piece::Literal(literal) = it { literal } else { "x" });
        let literals: String = literals.collect();
        if !literals.contains('\n') || !quote::is_plain_in_ps_block(&literals) {
            return expression(&pieces);
        }
        let mut out = String::from("@\"\n");
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Literal(literal) => out.push_str(&quote::ps_block_format(literal)),
                piece => out.push_str(&inside(piece, pieces.get(at + 1))),
            }
        }
        out.push_str("\n\"@");
        out
    }

    pub(super) fn pieces(&mut self, text: &Text) -> Vec<Piece> {
        text.parts().iter().filter_map(|part| self.piece(part)).collect()
    }

    fn piece(&mut self, part: &Part) -> Option<Piece> {
        Some(match part {
            Part::Literal(literal) => Piece::Literal(literal.clone()),
            Part::Dynamic { dynamic, encoding } => {
                let value = self.dynamic(*dynamic);
                Piece::Answer(self.encoded(&format!("({value})"), *encoding).unwrap_or(value))
            }
            Part::Variable { name, encoding } => {
                let index = self.api.variables.place_of(name)?;
                let name = self.variable(index);
                match self.encoded(&format!("${name}"), *encoding) {
                    Some(call) => Piece::Answer(call),
                    None => Piece::Value(name),
                }
            }
        })
    }

    /// What a variable of the collection is called.
    fn variable(&mut self, index: usize) -> String {
        if let Some(name) = self.used.get(&index) {
            return name.clone();
        }
        let variable = &self.api.variables[index];
        let name = match self.from_environment {
            true => format!("env:{}", variable.env),
            false => self.names.variable(&variable.name),
        };
        self.used.insert(index, name.clone());
        name
    }

    /// The call that writes a value in this encoding; `None` if it stays as it is.
    fn encoded(&mut self, value: &str, encoding: Encoding) -> Option<String> {
        Some(match encoding {
            Encoding::Raw => return None,
            Encoding::Path => {
                self.functions.encode_path = true;
                format!("ConvertTo-UrlPath {value}")
            }
            Encoding::Query => {
                self.functions.encode_query = true;
                format!("ConvertTo-UrlQuery {value}")
            }
            Encoding::QueryValue => {
                self.functions.encode_query = true;
                self.functions.encode_value = true;
                format!("ConvertTo-UrlQueryValue {value}")
            }
            Encoding::Form => format!("[uri]::EscapeDataString({value})"),
            Encoding::Json if self.from_environment => format!(
                "[Text.Json.JsonEncodedText]::Encode({value}, [Text.Encodings.Web.JavaScriptEncoder]::UnsafeRelaxedJsonEscaping)"
            ),
            Encoding::Json => {
                self.functions.json_text = true;
                format!("ConvertTo-JsonText {value}")
            }
        })
    }

    /// A value made at each use: by an expression if that is short, else by a function.
    fn dynamic(&mut self, dynamic: Dynamic) -> String {
        use Ingredient::{Guid, Integer, Timestamp};
        if let [only @ (Guid | Timestamp | Integer(..))] = dynamic.recipe() {
            return self.ingredient(*only);
        }
        let name = format!("New-{}", Name::new(dynamic.name()).pascal());
        if !self.functions.dynamics.iter().any(|it| it.name == name) {
            let value = match dynamic.recipe() {
                [Ingredient::Literal(literal)] => ps(literal),
                [only] => self.ingredient(*only),
                recipe => {
                    let piece = |it: &Ingredient| match *it {
                        Ingredient::Literal(literal) => Piece::Literal(literal.to_owned()),
                        other => Piece::Answer(self.ingredient(other)),
                    };
                    let pieces: Vec<Piece> = recipe.iter().map(piece).collect();
                    expression(&pieces)
                }
            };
            let about = format!("Makes up a value like Postman's {{{{{}}}}}.", dynamic.name());
            self.functions.dynamics.push(Function { name: name.clone(), about, value });
        }
        name
    }

    fn ingredient(&mut self, ingredient: Ingredient) -> String {
        match ingredient {
            Ingredient::Literal(literal) => ps(literal),
            Ingredient::OneOf(words) => format!("Get-Random -InputObject ({}.Split('|'))", ps(words)),
            Ingredient::Characters(count, alphabet) => {
                self.functions.characters = true;
                format!("Get-RandomText {count} {}", ps(alphabet))
            }
            Ingredient::Integer(from, to) => format!("Get-Random -Minimum {from} -Maximum {}", to + 1),
            Ingredient::Guid => "[guid]::NewGuid()".to_owned(),
            Ingredient::Timestamp => "[DateTimeOffset]::UtcNow.ToUnixTimeSeconds()".to_owned(),
            Ingredient::IsoTimestamp => {
                "[datetime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ss.000Z', [cultureinfo]::InvariantCulture)"
                    .to_owned()
            }
            Ingredient::Moment(from, to) => {
                self.functions.moment = true;
                format!("Get-Moment {from} {to}")
            }
        }
    }

    /// `$baseUrl = if ($env:DRCHRONO_BASE_URL) …` for every variable that was used. The
    /// optional ones may stay empty.
    pub(super) fn assignments(&self, optional: &[&str]) -> Vec<String> {
        let line = |(index, name): (&usize, &String)| {
            let variable = &self.api.variables[*index];
            let env = format!("$env:{}", variable.env);
            let otherwise = match &variable.default {
                Some(default) => ps(default),
                None if self.tells(variable).is_some() => self.tells(variable).unwrap_or_default().to_owned(),
                None if optional.contains(&variable.wire.as_str()) => ps(""),
                None => format!("throw 'set {}: Get-Help says what it is'", variable.env),
            };
            format!("${name} = if ({env}) {{ {env} }} else {{ {otherwise} }}")
        };
        self.used.iter().map(line).collect()
    }
}

/// Pieces as one expression that may be an argument.
pub(super) fn expression(pieces: &[Piece]) -> String {
    match pieces {
        [Piece::Value(name)] => return format!("${name}"),
        _ if pieces.iter().all(|it| matches!(it, Piece::Literal(_))) => {
            let literals = pieces.iter().map(|it| if let Piece::Literal(it) = it { it } else { "" });
            return ps(&literals.collect::<String>());
        }
        _ => {}
    }
    let mut out = String::from("\"");
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Literal(literal) => out.push_str(&ps_format(literal)),
            piece => out.push_str(&inside(piece, pieces.get(at + 1))),
        }
    }
    out.push('"');
    out
}

/// A piece inside of double quotes, before another piece.
fn inside(piece: &Piece, next: Option<&Piece>) -> String {
    match piece {
        Piece::Literal(literal) => literal.clone(),
        Piece::Answer(answer) => format!("$({answer})"),
        Piece::Value(name) => {
            // What else may follow would be read as a part of the name, or as that of a drive.
            let ends =
                |it: &str| it.starts_with(['/', '&', '=', ' ', ',', ';', '-', '\n', '"', '<', '}', ')']);
            match next {
                Some(Piece::Literal(next)) if !ends(next) => format!("${{{name}}}"),
                _ => format!("${name}"),
            }
        }
    }
}
