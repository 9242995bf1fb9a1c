//! Which operations say most about an API: those that its README and its programs call.

use std::cmp::Reverse;

use super::{auth, usage};
use crate::api::{Api, Body, Group, Operation, Parameter, Response, Type};

/// An operation and its group.
pub(super) type Choice<'a> = (&'a Group, &'a Operation);

pub(super) fn all(api: &Api) -> impl Iterator<Item = Choice<'_>> {
    api.groups.iter().flat_map(|group| group.operations.iter().map(move |it| (group, it)))
}

/// Large groups first: what an API is about has many operations.
fn size((group, _): &Choice<'_>) -> Reverse<usize> {
    Reverse(group.operations.len())
}

/// A list of the largest group that can be asked for without knowing anything, else the first
/// operation of that kind, else the first one.
pub(super) fn first_call(api: &Api) -> Option<Choice<'_>> {
    let easy =
        |(_, it): &Choice<'_>| it.wire.method == "GET" && it.arguments.is_empty() && it.body == Body::None;
    let is_list =
        |(_, it): &Choice<'_>| matches!(&it.response, Response::Json(Type::Page(_) | Type::List(_)));
    let list = all(api).filter(|it| easy(it) && is_list(it)).min_by_key(size);
    list.or_else(|| all(api).find(|it| easy(it))).or_else(|| all(api).next())
}

/// Lists that go on, and that can be asked for without knowing anything.
fn lists(api: &Api) -> impl Iterator<Item = Choice<'_>> {
    all(api).filter(|(_, it)| it.paging.is_some() && it.arguments.is_empty() && it.body == Body::None)
}

/// The list of the largest group that goes on.
pub(super) fn list(api: &Api) -> Option<Choice<'_>> {
    lists(api).min_by_key(size)
}

/// The list of the largest group that can be asked for what has changed, and how it is.
pub(super) fn changes(api: &Api) -> Option<(Choice<'_>, &Parameter)> {
    lists(api).filter_map(|it| Some((it, usage::since(it.1)?))).min_by_key(|(it, _)| size(it))
}

/// A call that may find nothing: of a list's group, if there is one.
pub(super) fn failing(api: &Api) -> Option<Choice<'_>> {
    let reads_one =
        |it: &Operation| it.wire.method == "GET" && !it.arguments.is_empty() && it.paging.is_none();
    let of_list = list(api)
        .and_then(|(group, _)| group.operations.iter().find(|it| reads_one(it)).map(|it| (group, it)));
    of_list.or_else(|| all(api).find(|(_, it)| reads_one(it)))
}

/// A call that makes something of a record.
pub(super) fn creating(api: &Api) -> Option<Choice<'_>> {
    let takes_record = |body: &Body| matches!(body, Body::Json(Type::Record(_)));
    sending(api, takes_record).filter(|(_, it)| it.wire.method == "POST").min_by_key(|it| {
        let is_of_list = list(api).is_some_and(|(group, _)| std::ptr::eq(group, it.0));
        (!it.1.arguments.is_empty(), !is_of_list, size(it))
    })
}

/// A call that uploads a file.
pub(super) fn uploading(api: &Api) -> Option<Choice<'_>> {
    let takes_file = |body: &Body| match body {
        Body::Multipart(parts) => parts.iter().any(|it| it.file),
        _ => false,
    };
    sending(api, takes_file)
        .min_by_key(|it| (it.1.wire.method != "POST", !it.1.arguments.is_empty(), size(it)))
}

/// Calls with such a body that the crate can sign.
fn sending(api: &Api, takes: impl Fn(&Body) -> bool) -> impl Iterator<Item = Choice<'_>> {
    all(api).filter(move |(_, it)| takes(&it.body) && it.paging.is_none() && auth::signs(it.auth()))
}
