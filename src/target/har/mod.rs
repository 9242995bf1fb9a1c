//! An HTTP Archive of the requests (HAR 1.2, <http://www.softwareishard.com/blog/har-12-spec/>): one file for each
//! collection. It has values and no variables: those of the collection, and in the place of what it lacks the
//! name, as `{{name}}`.

mod entry;

use serde::Serialize;

use super::{Content, Later, Page, generated_line};
use crate::api::{Api, Operation};
use crate::collection::Auth;
use crate::seen;
use entry::Entry;

/// The whole file.
#[derive(Serialize)]
struct Har<'a> {
    log: Log<'a>,
}

#[derive(Serialize)]
struct Log<'a> {
    version: &'static str,
    // Before the entries, where a run looks for its own mark.
    comment: String,
    creator: Creator,
    entries: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Creator {
    name: &'static str,
    version: &'static str,
}

/// Whether an archive can say how a request is signed: only by what it has in a header or a query.
pub(super) fn signs(operation: &Operation) -> bool {
    matches!(operation.auth(), Auth::None | Auth::Basic { .. } | Auth::Bearer { .. } | Auth::ApiKey { .. })
}

/// The one file.
pub(super) const FILE: &str = "har/collection.har";

pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    let content = Content::Text(Later::new(|| text(api)));
    vec![Page { path: FILE.to_owned(), executable: false, content }]
}

fn text(api: &Api) -> String {
    let mut operations: Vec<&Operation> = api.groups.iter().flat_map(|group| &group.operations).collect();
    // As Postman shows them.
    operations.sort_by_key(|it| it.index);
    let entries = operations.into_iter().map(|it| Entry::of(api, it)).collect();
    let creator = Creator { name: "postwright", version: env!("CARGO_PKG_VERSION") };
    let har = Har { log: Log { version: "1.2", comment: generated_line(api), creator, entries } };
    // Texts, lists and numbers always become JSON.
    let mut text = seen::json(serde_json::to_string_pretty(&har).unwrap_or_default());
    text.push('\n');
    text
}
