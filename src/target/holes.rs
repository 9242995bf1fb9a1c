//! Variables in formats that write them as `{{name}}`, and that cannot encode a value for its place: what stands
//! in the place of each, and which values the files of variables have.

use std::collections::{BTreeMap, HashSet};

use super::quote;
use super::short::how_encoded;
use crate::api::{Api, Operation, Server};
use crate::collection::{Dynamic, Encoding, Part, PathPart, Text, encode_literal};
use crate::name::Name;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Characters that stand for themselves.
    Literal(String),
    /// The name of what a tool puts there.
    Hole(String),
}

/// What a tool puts somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hole {
    pub(super) name: String,
    /// What the collection has; `None` if it has nothing, or a secret.
    pub(super) value: Option<String>,
    pub(super) secret: bool,
    /// Lines of a comment.
    pub(super) about: Vec<String>,
}

/// A value of the path that each call has its own of.
pub(super) struct Argument {
    /// Its name, no variable's.
    pub(super) name: String,
    /// The collection's own value, percent-encoded.
    pub(super) value: Option<String>,
}

/// Names of what tools put into texts.
pub(super) struct Holes<'a> {
    api: &'a Api,
    /// Names of variables.
    taken: HashSet<String>,
    /// Names of everything that some request needs.
    known: HashSet<String>,
    /// Names that the tool keeps for itself.
    reserved: &'static [&'static str],
    /// What the tool itself makes at each use, by its name there.
    made: fn(Dynamic) -> Option<&'static str>,
}

impl<'a> Holes<'a> {
    pub(super) fn new(
        api: &'a Api,
        reserved: &'static [&'static str],
        made: fn(Dynamic) -> Option<&'static str>,
    ) -> Self {
        let taken: HashSet<String> = api.variables.iter().map(|it| it.name.snake()).collect();
        let mut holes = Self { api, known: taken.clone(), taken, reserved, made };
        let all = holes.all().into_iter().map(|it| it.name);
        holes.known.extend(all.collect::<Vec<_>>());
        holes
    }

    /// A text in pieces. No two literals stand side by side, none is empty.
    pub(super) fn pieces(&self, text: &Text) -> Vec<Piece> {
        text.parts().iter().filter_map(|part| self.piece(part)).collect()
    }

    fn piece(&self, part: &Part) -> Option<Piece> {
        Some(match part {
            Part::Literal(literal) => Piece::Literal(literal.clone()),
            Part::Dynamic { dynamic, .. } if (self.made)(*dynamic).is_some() => {
                Piece::Hole((self.made)(*dynamic)?.to_owned())
            }
            part => Piece::Hole(self.hole(part)?.1.name),
        })
    }

    /// What stands in the place of a variable, with its place in the order of all: a value that is written in
    /// another way than it is has a name of its own.
    fn hole(&self, part: &Part) -> Option<(usize, Hole)> {
        match part {
            Part::Literal(_) => None,
            Part::Dynamic { dynamic, encoding } => {
                let name = self.free(&Name::new(dynamic.name()).snake());
                let about =
                    format!("In place of Postman's {}, which has another value each time.", dynamic.name());
                // A line break is what few files of variables can hold.
                let sample = dynamic.sample().replace('\n', " ");
                let (name, value) = encoded(name, *encoding, Some(sample));
                Some((usize::MAX, Hole { name, value, secret: false, about: vec![about] }))
            }
            Part::Variable { name, encoding } => {
                let place = self.api.variables.place_of(name)?;
                let variable = self.api.variables.get(place)?;
                let own = variable.name.snake();
                let (name, value) = encoded(own.clone(), *encoding, variable.default.clone());
                let about = match how_encoded(*encoding).filter(|_| name != own) {
                    Some(how) => vec![format!("{own}, {how}.")],
                    None => quote::lines(&variable.description),
                };
                let is_own = name == own && !self.reserved.contains(&name.as_str());
                let name = if is_own { name } else { self.free(&name) };
                Some((place, Hole { name, value, secret: variable.secret, about }))
            }
        }
    }

    /// The name, or one like it that no variable has.
    fn free(&self, name: &str) -> String {
        let mut name = name.to_owned();
        while self.taken.contains(&name) || self.reserved.contains(&name.as_str()) {
            name.push('_');
        }
        name
    }

    /// Whether something has this name already.
    pub(super) fn is_known(&self, name: &str) -> bool {
        self.known.contains(name) || self.reserved.contains(&name)
    }

    /// Everything that the requests of the API need, in the order of its variables. What the tool makes itself
    /// is not among it.
    pub(super) fn all(&self) -> Vec<Hole> {
        let operations = self.api.groups.iter().flat_map(|group| &group.operations);
        let mut found: BTreeMap<(usize, String), Hole> = BTreeMap::new();
        for part in operations.flat_map(parts_of) {
            if matches!(part, Part::Dynamic { dynamic, .. } if (self.made)(*dynamic).is_some()) {
                continue;
            }
            if let Some((place, hole)) = self.hole(part) {
                found.entry((place, hole.name.clone())).or_insert(hole);
            }
        }
        found.into_values().collect()
    }

    /// What a request needs and the collection has no value for.
    pub(super) fn lacking(&self, operation: &Operation) -> Vec<Hole> {
        let mut lacking: Vec<Hole> = Vec::new();
        for (_, hole) in parts_of(operation).filter_map(|part| self.hole(part)) {
            if hole.value.is_none() && !lacking.iter().any(|it| it.name == hole.name) {
                lacking.push(hole);
            }
        }
        lacking
    }

    /// Which values have to be given as they go out.
    pub(super) fn notes(&self, operation: &Operation) -> Vec<String> {
        let mut notes = Vec::new();
        for part in operation.wire.texts().flat_map(Text::parts) {
            let Part::Variable { encoding, .. } = part else { continue };
            let (Some(how), Some((_, hole))) = (how_encoded(*encoding), self.hole(part)) else { continue };
            let note = format!("{} has to be {how}.", hole.name);
            if hole.value.is_none() && !notes.contains(&note) {
                notes.push(note);
            }
        }
        notes
    }

    /// What each call has its own value of, in the order of the path. A value that has a variable in it is
    /// given by that.
    pub(super) fn arguments(&self, operation: &Operation) -> Vec<Argument> {
        let examples = operation.wire.url.path.iter().filter_map(|part| match part {
            PathPart::Argument { example, .. } => Some(example.as_ref()),
            PathPart::Fixed(_) => None,
        });
        let mut arguments: Vec<Argument> = Vec::new();
        for (parameter, example) in operation.arguments.iter().zip(examples) {
            if example.is_some_and(|it| it.as_literal().is_none()) {
                continue;
            }
            let own = parameter.name.snake();
            let is_taken = |it: &str| self.is_known(it) || arguments.iter().any(|has| has.name == *it);
            let mut name = if is_taken(&own) { format!("path_{own}") } else { own };
            while is_taken(&name) {
                name.push('_');
            }
            let value = example.and_then(Text::as_literal).map(str::to_owned);
            arguments.push(Argument { name, value });
        }
        arguments
    }

    /// Where a request goes, without what stands behind a `?`.
    pub(super) fn address(&self, operation: &Operation, arguments: &[Argument]) -> Vec<Piece> {
        let url = &operation.wire.url;
        let mut pieces = Vec::new();
        if self.api.servers.get(operation.server).is_some_and(Server::lacks_scheme) {
            // Postman takes a bare host for one of http.
            pieces.push(Piece::Literal("http://".to_owned()));
        }
        pieces.extend(self.pieces(&url.origin));
        let mut arguments = arguments.iter();
        for part in &url.path {
            match part {
                PathPart::Argument { example: Some(text), .. } if text.as_literal().is_none() => {
                    pieces.extend(self.pieces(text));
                }
                PathPart::Fixed(text) => pieces.extend(self.pieces(text)),
                PathPart::Argument { .. } => {
                    pieces.extend(arguments.next().map(|it| Piece::Hole(it.name.clone())));
                }
            }
        }
        joined(pieces)
    }

    /// The same with the query.
    pub(super) fn url(&self, operation: &Operation, arguments: &[Argument]) -> Vec<Piece> {
        let mut pieces = self.address(operation, arguments);
        if let Some(query) = &operation.wire.url.query {
            pieces.push(Piece::Literal("?".to_owned()));
            for (at, piece) in query.iter().enumerate() {
                pieces.extend((at > 0).then(|| Piece::Literal("&".to_owned())));
                pieces.extend(self.pieces(piece));
            }
        }
        joined(pieces)
    }
}

/// Every part of a request, those of its auth included.
fn parts_of(operation: &Operation) -> impl Iterator<Item = &Part> {
    operation.wire.texts().chain(operation.wire.auth.texts()).flat_map(Text::parts)
}

/// Name and value of what is written in this encoding: others than those of the variable only where the
/// encoding changes something.
fn encoded(name: String, encoding: Encoding, value: Option<String>) -> (String, Option<String>) {
    let suffix = match encoding {
        Encoding::Raw => return (name, value),
        Encoding::Path => "in_path",
        Encoding::Query => "in_query",
        Encoding::QueryValue => "in_query_value",
        Encoding::Form => "in_form",
        Encoding::Json => "in_json",
    };
    match value {
        Some(value) => {
            let written = encode_literal(encoding, &value);
            let name = if written == value { name } else { format!("{name}_{suffix}") };
            (name, Some(written))
        }
        None => (name, None),
    }
}

/// Pieces without literals that stand side by side or are empty.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (out.last_mut(), piece) {
            (_, Piece::Literal(text)) if text.is_empty() => {}
            (Some(Piece::Literal(last)), Piece::Literal(text)) => last.push_str(&text),
            (_, piece) => out.push(piece),
        }
    }
    out
}
