//! Where a tool sends something else than Postman's runner for a reason of its own.

use postwright::api::Operation;
use postwright::collection::{Auth, PartContent, Text, WirePart};
use postwright::target::Target;

use crate::exceptions::{Difference, Exception, Sender};
use crate::runner::{Content, headers_of};

/// Each is a row of the tables in `docs/formats.md`.
pub(super) const OWN: &[Exception] = &[
    Exception {
        kind: "a method that is no word of capital letters: nothing is sent",
        senders: "hurl",
        reason: "hurl has no other methods",
        fits: |it| {
            is_of(it, Target::Hurl) && it.got.as_ref().is_err_and(|it| it == "it says that it is not sent")
        },
    },
    Exception {
        kind: "form-data with a file, beside a part with a content type or a file name of its own, without a file or \
               a name: goes out without it",
        senders: "hurl",
        reason: "its section for form data has no words for that, and a body cannot be written out around a file",
        fits: |it| is_of(it, Target::Hurl) && only(it, &["body"]) && has_file_and_more(it),
    },
    Exception {
        kind: "a header with a character of Latin-1: goes out in UTF-8",
        senders: "hurl",
        reason: "all texts of a file are in UTF-8",
        fits: |it| {
            is_of(it, Target::Hurl)
                && it.wanted.as_ref().is_ok_and(|wanted| {
                    it.fields.iter().all(|name| headers_of(wanted, name).iter().any(|it| !it.is_ascii()))
                })
        },
    },
    Exception {
        kind: "a method, a header or a line of a body that a client would take for something else: is not sent",
        senders: "http",
        reason: "the format has no escapes. PW0013 says which request",
        fits: |it| {
            is_of(it, Target::Http) && it.got.as_ref().is_err_and(|it| it == "it says that it is not sent")
        },
    },
    Exception {
        kind: "line breaks of Windows in a body, or any at its ends: go out as plain ones, and not at all",
        senders: "http",
        reason: "a file has one kind of line breaks, and the clients cut empty lines",
        fits: |it| is_of(it, Target::Http) && only(it, &["body"]) && has_same_lines(it),
    },
    Exception {
        kind: "Basic with a blank, a colon or braces in the name or password, or nothing: is split elsewhere",
        senders: "http",
        reason: "what JetBrains' client knows has a blank between the two",
        fits: |it| {
            is_of(it, Target::Http)
                && (only(it, &["authorization"]) || it.got.is_err())
                && has_odd_credentials(it)
        },
    },
    Exception {
        kind: "a value of a variable with a `%` that begins no escape, in a URL: is not sent",
        senders: "http",
        reason: "got takes it for a mistake",
        fits: |it| {
            let texts = it.operation.into_iter().flat_map(|it| it.wire.texts());
            let mut names = texts.flat_map(Text::variables);
            is_of(it, Target::Http)
                && it.got.is_err()
                && names.any(|name| it.case.values.get(name).is_some_and(|it| it.contains('%')))
        },
    },
];

/// Whether nothing differs but how lines end, and empty lines at the ends of the body.
fn has_same_lines(it: &Difference<'_>) -> bool {
    let (Ok(got), Some(operation)) = (&it.got, it.operation) else { return false };
    let lines = |content: &Content| match content {
        Content::Bytes(bytes) => {
            Some(String::from_utf8_lossy(bytes).replace("\r\n", "\n").trim_matches('\n').to_owned())
        }
        Content::Hash { .. } => None,
    };
    // The recording keeps a hash of what is long.
    let wanted = it.case.wire(operation).body;
    lines(&got.body).is_some() && lines(&got.body) == lines(&wanted)
}

/// Whether the clients cannot tell where the name ends and the password begins.
fn has_odd_credentials(it: &Difference<'_>) -> bool {
    let Some(Auth::Basic { username, password }) = it.operation.map(Operation::auth) else { return false };
    let is_odd = |it: &str| it.is_empty() || it.contains([':', '{']) || it.contains(char::is_whitespace);
    [username, password].into_iter().any(|text| is_odd(&it.case.text(text)))
}

fn has_file_and_more(it: &Difference<'_>) -> bool {
    let parts = it.operation.map_or(&[][..], |it| it.wire.body_parts());
    let is_file = |it: &WirePart| matches!(&it.content, PartContent::File { path, .. } if !path.is_empty());
    let is_more = |it: &WirePart| match &it.content {
        PartContent::File { path, name } => path.is_empty() || name.is_some(),
        PartContent::Text(_) => it.content_type.is_some() || it.name.is_empty(),
    };
    parts.iter().any(is_file) && parts.iter().any(is_more)
}

fn is_of(it: &Difference<'_>, target: Target) -> bool {
    it.sender == Sender::Program(target)
}

fn only(it: &Difference<'_>, fields: &[&str]) -> bool {
    !it.fields.is_empty() && it.fields.iter().all(|field| fields.contains(&field.as_str()))
}
