//! Operations (§4.8.10).

use super::plan::Entry;
use super::{Object, Writer, describe, merge, object};

impl<'a> Writer<'a> {
    /// The operation of a path and a method: one of the collection's, or several in one.
    pub(super) fn operations(&self, entries: &[Entry<'a>]) -> Object {
        let mut parts = entries.iter().map(|it| (it.operation, self.operation(it)));
        let Some((first, mut out)) = parts.next() else { return Object::new() };
        if entries.len() > 1 {
            merge::name_examples(&mut out, first);
        }
        for (operation, mut part) in parts {
            merge::name_examples(&mut part, operation);
            merge::add(&mut out, part);
        }
        let mut out = merge::in_order(out);
        let servers = self.servers.of_operations(entries.iter().map(|it| it.operation));
        if !servers.is_empty() {
            out.insert("servers".to_owned(), servers.into());
        }
        out
    }

    fn operation(&self, entry: &Entry<'a>) -> Object {
        let operation = entry.operation;
        let mut out = object([("tags", vec![self.tags.of_group(entry.group)].into())]);
        let title = operation.title().trim();
        if !title.is_empty() {
            out.insert("summary".to_owned(), title.into());
        }
        describe(&mut out, &operation.description);
        out.insert("operationId".to_owned(), operation.id.as_str().into());
        let parameters = self.parameters(entry);
        if !parameters.is_empty() {
            out.insert("parameters".to_owned(), parameters.into());
        }
        if let Some(body) = self.request_body(operation) {
            out.insert("requestBody".to_owned(), body);
        }
        out.insert("responses".to_owned(), self.responses(operation).into());
        let (security, says_scopes) = self.schemes.requirement(operation);
        out.insert("security".to_owned(), security.into());
        if !says_scopes {
            out.insert("x-postwright-scopes".to_owned(), operation.scopes().into());
        }
        out
    }
}
