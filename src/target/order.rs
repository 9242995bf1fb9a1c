//! In which order a method puts together its query and its form: that of the wire. What Postman
//! does not send stands where its author put it.

use std::collections::HashMap;

use crate::api::{Body, FormPart, Operation, Parameter};
use crate::collection::{Encoding, Text, WireBody, WirePart, encode_literal, encode_query_key};

/// What a method adds at one place.
pub(super) enum Slot<'a, P, F> {
    /// What can be set.
    Parameter(&'a P),
    /// What has no name to set it by: it is sent as it is.
    Fixed(F),
}

/// The pieces of the query. The last one is left out if it is a token that is `signed` with.
pub(super) fn query(operation: &Operation, signed: bool) -> Vec<Slot<'_, Parameter, &Text>> {
    let mut pieces: Vec<&Text> = operation.wire.url.query.iter().flatten().collect();
    if signed {
        pieces.pop();
    }
    order(&operation.query, pieces, |it| encode_query_key(&it.wire), |it| key_of(it))
}

/// The fields of a form.
pub(super) fn form<'a>(operation: &'a Operation, fields: &'a [Parameter]) -> Vec<Slot<'a, Parameter, Text>> {
    let pieces = match &operation.wire.body {
        WireBody::Text(text) => text.split('&'),
        _ => Vec::new(),
    };
    order(fields, pieces, |it| encode_literal(Encoding::Form, &it.wire), key_of)
}

/// The parts of form data.
pub(super) fn parts(operation: &Operation) -> Vec<Slot<'_, FormPart, &WirePart>> {
    let Body::Multipart(parts) = &operation.body else { return Vec::new() };
    let sent = operation.wire.body_parts().iter().collect();
    let key_of = |it: &&WirePart| it.name.as_literal().map(str::to_owned);
    order(parts, sent, |it| it.parameter.wire.clone(), key_of)
}

/// Whether Postman sends a key of the query with nothing behind it, not even an equals sign.
pub(super) fn is_bare(parameter: &Parameter) -> bool {
    parameter.sent && parameter.example.is_none()
}

/// What is sent if the caller sets nothing: the variables of the collection are the caller's
/// own settings, while a literal is an example of somebody else.
pub(super) fn default_of(parameter: &Parameter) -> Option<&Text> {
    parameter.example.as_ref().filter(|it| parameter.sent && it.as_literal().is_none())
}

/// The key of a piece, encoded, if no variable is in it.
fn key_of(piece: &Text) -> Option<String> {
    match piece.split_once(&['=']) {
        Some((key, _, _)) => key.as_literal().map(str::to_owned),
        None => piece.as_literal().map(str::to_owned),
    }
}

/// Puts parameters and what is sent into one order, by the key that both have. Of what is sent under one name, only
/// the first stays: a parameter has one value.
fn order<'a, P, F>(
    parameters: &'a [P],
    sent: Vec<F>,
    key_of_parameter: impl Fn(&'a P) -> String,
    key_of_sent: impl Fn(&F) -> Option<String>,
) -> Vec<Slot<'a, P, F>> {
    let mut by_key: HashMap<String, usize> = HashMap::new();
    for (index, parameter) in parameters.iter().enumerate() {
        by_key.entry(key_of_parameter(parameter)).or_insert(index);
    }
    let index_of = |it: &F| by_key.get(&key_of_sent(it)?).copied();
    let indices: Vec<Option<usize>> = sent.iter().map(index_of).collect();
    let mut is_sent: Vec<bool> = vec![false; parameters.len()];
    for index in indices.iter().flatten() {
        is_sent[*index] = true;
    }
    let mut todo: Vec<bool> = vec![true; parameters.len()];
    let mut slots = Vec::new();
    // Behind the last parameter: auth, if it is among what is fixed, stays at the end.
    let mut last = 0;
    let mut reached = 0;
    for (index, piece) in indices.iter().zip(sent) {
        let Some(index) = *index else {
            slots.push(Slot::Fixed(piece));
            continue;
        };
        for before in (reached..index).filter(|it| !is_sent[*it]).chain([index]) {
            if std::mem::take(&mut todo[before]) {
                slots.push(Slot::Parameter(&parameters[before]));
                last = slots.len();
            }
        }
        reached = reached.max(index);
    }
    let rest = parameters.iter().zip(todo).filter(|(_, todo)| *todo);
    slots.splice(last..last, rest.map(|(parameter, _)| Slot::Parameter(parameter)));
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parameters in upper case are sent as those in lower case.
    fn shown(parameters: &str, sent: &str) -> String {
        let parameters: Vec<char> = parameters.chars().collect();
        let key = |it: &char| it.to_ascii_lowercase().to_string();
        let slots = order(&parameters, sent.chars().collect(), key, |it| Some(key(it)));
        let shown = slots.iter().map(|slot| match slot {
            Slot::Parameter(parameter) => **parameter,
            Slot::Fixed(piece) => *piece,
        });
        shown.collect()
    }

    #[test]
    fn what_is_sent_leads() {
        let table = [
            ("ABC", "abc", "ABC"),
            ("ABC", "b", "ABC"),
            ("ABC", "c-a", "BC-A"),
            ("AB", "-a-", "-AB-"),
            ("AB", "--", "AB--"),
            ("AB", "aab", "AB"),
            ("", "-", "-"),
        ];
        for (parameters, sent, want) in table {
            assert_eq!(shown(parameters, sent), want, "{parameters} {sent}");
        }
    }
}
