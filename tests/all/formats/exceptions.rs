//! Where a tool sends something else than Postman's runner for a reason of its own.

use postwright::collection::{PartContent, WirePart};
use postwright::target::Target;

use crate::exceptions::{Difference, Exception, Sender};
use crate::runner::headers_of;

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
];

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
