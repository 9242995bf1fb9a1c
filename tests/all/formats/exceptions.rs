//! Where a tool sends something else than Postman's runner for a reason of its own.

use postwright::api::Operation;
use postwright::collection::{Auth, PartContent, Text, WirePart};
use postwright::target::Target;

use crate::exceptions::{Difference, Exception, Sender, plain};
use crate::runner::{Content, Sent, headers_of};

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
    Exception {
        kind: "braces, a line break, or what a name or a path in a file of Bruno cannot have: is not sent",
        senders: "bruno",
        reason: "the format has no escapes. PW0013 says which request",
        fits: |it| {
            is_of(it, Target::Bruno) && it.got.as_ref().is_err_and(|it| it == "it says that it is not sent")
        },
    },
    Exception {
        kind: "a form: a blank goes out as `+`, and `~` and `*` in another way, which means the same",
        senders: "bruno",
        reason: "Bruno encodes the pairs",
        fits: |it| {
            let decoded = |it: &Content| match it {
                Content::Bytes(bytes) => plain(&String::from_utf8_lossy(bytes).replace('+', " ")),
                Content::Hash { .. } => Vec::new(),
            };
            is_of(it, Target::Bruno)
                && only(it, &["body"])
                && is_form(it)
                && both(it).is_some_and(|(got, wanted)| decoded(&got.body) == decoded(&wanted.body))
        },
    },
    Exception {
        kind: "a variable in the name of a field or a part: its name goes out",
        senders: "bruno",
        reason: "Bruno puts values into values only",
        fits: |it| is_of(it, Target::Bruno) && only(it, &["body"]) && has_name_of_variable(it),
    },
    Exception {
        kind: "JSON that is none, or with blanks around it: goes out as a text in quotes, and without them",
        senders: "bruno",
        reason: "axios makes JSON of what has that content type",
        fits: |it| is_of(it, Target::Bruno) && only(it, &["body"]) && is_json_to_axios(it),
    },
    Exception {
        kind: "several headers of one name: the last one goes out",
        senders: "bruno",
        reason: "Bruno has a map of them",
        fits: |it| {
            is_of(it, Target::Bruno)
                && both(it).is_some_and(|(got, wanted)| {
                    !it.fields.is_empty()
                        && it.fields.iter().all(|name| {
                            if name == "body" {
                                return is_json_to_axios(it);
                            }
                            let (got, wanted) = (headers_of(got, name), headers_of(wanted, name));
                            wanted.len() > 1 && got.len() == 1 && wanted.last() == got.first()
                        })
                })
        },
    },
    Exception {
        kind: "a URL with `.` or `..`, a bare `?`, or characters that Postman does not escape: as the WHATWG writes it",
        senders: "http, bruno",
        reason: "got and axios know no other URLs",
        fits: |it| {
            let is_theirs = is_of(it, Target::Http) || is_of(it, Target::Bruno);
            let is_rest_the_same =
                only(it, &["target"]) || only(it, &["target", "body"]) && has_same_lines(it);
            is_theirs && is_rest_the_same && has_same_url(it)
        },
    },
    Exception {
        kind: "line breaks of Windows in a body: go out as plain ones",
        senders: "bruno",
        reason: "a file has one kind of line breaks",
        fits: |it| is_of(it, Target::Bruno) && only(it, &["body"]) && has_same_lines(it),
    },
    Exception {
        kind: "form-data with a part that has no file, or a name of its own for one: goes out without it",
        senders: "bruno",
        reason: "it sends a file under its own name",
        fits: |it| {
            let is_odd = |it: &WirePart| matches!(&it.content, PartContent::File { path, name } if path.is_empty() || name.is_some());
            let parts = it.operation.map_or(&[][..], |it| it.wire.body_parts());
            is_of(it, Target::Bruno) && only(it, &["body"]) && parts.iter().any(is_odd)
        },
    },
    Exception {
        kind: "form data without parts, or a file without a content type: has a boundary, or a type, all the same",
        senders: "bruno",
        reason: "axios adds it",
        fits: |it| is_of(it, Target::Bruno) && only(it, &["content-type"]),
    },
    Exception {
        kind: "a variable whose value has a segment like `:id` in it: is taken for an argument of the path",
        senders: "bruno",
        reason: "Bruno puts arguments in after variables",
        fits: |it| {
            is_of(it, Target::Bruno)
                && only(it, &["target"])
                && it.wanted.as_ref().is_ok_and(|it| it.target.contains("/:"))
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

fn both<'a>(it: &'a Difference<'_>) -> Option<(&'a Sent, &'a Sent)> {
    it.got.as_ref().ok().zip(it.wanted.as_ref().ok())
}

fn got_text(it: &Difference<'_>) -> String {
    match it.got.as_ref().map(|it| &it.body) {
        Ok(Content::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    }
}

fn has_name_of_variable(it: &Difference<'_>) -> bool {
    let got = got_text(it);
    got.contains("{{") || got.contains("%7B%7B")
}

fn is_form(it: &Difference<'_>) -> bool {
    let kind = it.operation.and_then(|it| it.wire.header("content-type"));
    kind.is_some_and(|it| it.to_string().starts_with("application/x-www-form-urlencoded"))
}

/// Whether axios made of a body what it makes of everything that is sent as JSON.
fn is_json_to_axios(it: &Difference<'_>) -> bool {
    let Some(operation) = it.operation else { return false };
    let Content::Bytes(wanted) = it.case.wire(operation).body else { return false };
    let wanted = String::from_utf8_lossy(&wanted).replace("\r\n", "\n");
    let trimmed = wanted.trim();
    let got = got_text(it);
    let quoted = serde_json::Value::from(wanted.as_str()).to_string();
    match serde_json::from_str::<serde_json::Value>(trimmed) {
        Ok(_) => got == trimmed,
        Err(_) => got == quoted || serde_json::from_str::<String>(&got).is_ok_and(|it| it.trim() == trimmed),
    }
}

/// Whether the path or the query is written in the way of the WHATWG: without dots, with more escapes, and without
/// a `?` that has nothing behind it.
fn has_same_url(it: &Difference<'_>) -> bool {
    let Some((got, wanted)) = both(it) else { return false };
    let is_dotted = wanted.target.split(['/', '?']).any(|it| matches!(it, "." | ".."));
    is_dotted || plain(&got.target) == plain(wanted.target.trim_end_matches('?'))
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
