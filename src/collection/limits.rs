//! How much a collection may have of what is written again and again, or grows when it is written: whoever can edit a
//! collection must not be able to fill the memory or the disk of who generates from it.
//!
//! No collection that somebody works with comes near to any of these.

use crate::diagnostic::{At, Code, Diagnostics};
use crate::postman::{Document, Item, Param, Parts, Request, Scalar, Url};

/// Most rows of one request: of its address, headers and forms, with the variables that stand in it.
pub(super) const ROWS: usize = 50_000;

/// Longest name of a folder, a request or an answer, in characters. It stands in each path and page of what it names.
const NAME: usize = 1000;

/// How many bytes values of variables may add to texts, all together.
pub(super) const GROWTH: usize = 64 << 20;

/// Longest value of a variable, in bytes, that is a default in outputs: each script that uses the variable has it.
pub(super) const DEFAULT: usize = 64 << 10;

/// How many bytes of auth requests may inherit, all together.
pub(super) const INHERITED: usize = 128 << 20;

/// Cuts the names that are too long.
pub(super) fn cut_names(document: &mut Document, notes: &mut Diagnostics) {
    cut(&mut document.info.name, "/info/name", notes);
    cut_items(&mut document.item, "", notes);
}

fn cut_items(items: &mut [Item], parent: &str, notes: &mut Diagnostics) {
    for (index, item) in items.iter_mut().enumerate() {
        let is_plain = item.item.is_none() && item.response.is_empty();
        let is_short = |name: &Option<String>| name.as_ref().is_none_or(|it| it.len() <= NAME);
        if is_plain && is_short(&item.name) {
            continue;
        }
        let pointer = format!("{parent}/item/{index}");
        cut(&mut item.name, &format!("{pointer}/name"), notes);
        for (index, response) in item.response.iter_mut().enumerate() {
            let Some(response) = response.as_mut().filter(|it| !is_short(&it.name)) else { continue };
            cut(&mut response.name, &format!("{pointer}/response/{index}/name"), notes);
        }
        cut_items(item.item.as_deref_mut().unwrap_or_default(), &pointer, notes);
    }
}

fn cut(name: &mut Option<String>, pointer: &str, notes: &mut Diagnostics) {
    let Some(text) = name else { return };
    let Some((end, _)) = text.char_indices().nth(NAME) else { return };
    let length = text.chars().count();
    text.truncate(end);
    text.push('…');
    notes.add(
        Code::TooLarge,
        At::new("", pointer),
        format!("the name has {length} characters; {NAME} of them are used"),
        "give it a shorter one in Postman",
    );
}

/// Rows of a request, and variables that stand in it.
pub(super) fn rows(request: &Request) -> usize {
    let url = request.url.as_ref().map_or(0, of_url);
    let body = request.body.as_ref().map_or(0, |body| {
        of_rows(&body.urlencoded) + of_rows(&body.formdata) + body.raw.as_text().map_or(0, variables)
    });
    url + of_rows(&request.header) + body
}

fn of_url(url: &Url) -> usize {
    let of_text = |text: &str| text.matches(['&', '/']).count() + variables(text);
    let of_parts = |parts: &Parts| match parts {
        Parts::Absent => 0,
        Parts::Text(text) => of_text(text),
        Parts::List(list) => list.iter().map(|it| 1 + variables(it)).sum(),
    };
    let whole = url.text.as_deref().map_or(0, of_text).max(url.raw.as_deref().map_or(0, of_text));
    let query = url.query.as_deref().map_or(0, of_rows);
    whole.max(of_parts(&url.host) + of_parts(&url.path) + query + url.variable.len())
}

fn of_rows(rows: &[Param]) -> usize {
    let of_scalar = |it: &Scalar| it.as_text().map_or(0, variables);
    rows.iter().map(|it| 1 + of_scalar(&it.key) + of_scalar(&it.value)).sum()
}

fn variables(text: &str) -> usize {
    text.matches("{{").count()
}
