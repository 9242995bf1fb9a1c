//! Operations: what is called, with what, and what it answers.

use std::collections::{HashMap, HashSet};

use super::Diff;
use super::pairs::{self, Found, Records};
use crate::api::{Api, Body, FormPart, Operation, Parameter, Response, Scalar};
use crate::collection::{Auth, WireHeader};
use crate::name::Name;
use crate::target::rust;

pub(super) fn compare(diff: &mut Diff, old: &Api, new: &Api, records: &Records) {
    let operations = pairs::operations(old, new);
    let renamed = groups(diff, new, &operations.pairs);
    for (_, operation) in &operations.removed {
        diff.breaks(
            "operation-removed",
            operation.id.as_str(),
            format!("is gone ({})", request(operation)),
            "there is no such method any more",
        );
    }
    for (_, operation) in &operations.added {
        diff.brings(
            "operation-added",
            operation.id.as_str(),
            format!("is new ({})", request(operation)),
            "there is a method more",
        );
    }
    for (before, after) in &operations.pairs {
        names(diff, *before, *after, &renamed);
        let mut pair = Pair { diff, old, new, records, before: before.1, after: after.1 };
        pair.request();
        pair.arguments();
        pair.query();
        pair.body();
        pair.response();
        pair.auth();
        pair.docs();
    }
}

fn request(operation: &Operation) -> String {
    code(&format!("{} {}", operation.wire.method, operation.path()))
}

/// A text of the collection within a phrase.
pub(super) fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'"))
}

/// Groups that have another name as a whole: one change, not one for each operation.
fn groups(diff: &mut Diff, new: &Api, pairs: &[(Found<'_>, Found<'_>)]) -> HashSet<(Name, Name)> {
    let mut targets: HashMap<&Name, HashSet<&Name>> = HashMap::new();
    let mut order = Vec::new();
    for ((before, _), (after, _)) in pairs {
        if !targets.contains_key(&before.name) {
            order.push((*before, *after));
        }
        targets.entry(&before.name).or_default().insert(&after.name);
    }
    let mut renamed = HashSet::new();
    for (before, after) in order {
        let is_gone = !new.groups.iter().any(|it| it.name == before.name);
        if before.name != after.name && is_gone && targets[&before.name].len() == 1 {
            renamed.insert((before.name.clone(), after.name.clone()));
            diff.breaks(
                "group-renamed",
                before.name.snake(),
                format!("is called {} now", after.name.snake()),
                "its operations, its module and its feature have another name",
            );
        } else if before.name == after.name
            && (&before.title, &before.description) != (&after.title, &after.description)
        {
            diff.documents("docs", after.name.snake(), "is described otherwise");
        }
    }
    renamed
}

/// What an operation is called.
fn names(diff: &mut Diff, before: Found<'_>, after: Found<'_>, renamed: &HashSet<(Name, Name)>) {
    let ((old_group, old), (new_group, new)) = (before, after);
    let moved = old_group.name != new_group.name;
    let is_known = renamed.contains(&(old_group.name.clone(), new_group.name.clone()));
    if moved && !is_known {
        diff.breaks(
            "operation-moved",
            old.id.as_str(),
            format!("is {} now", code(&new.id)),
            "it is a method of another group",
        );
    } else if old.name != new.name {
        diff.breaks(
            "operation-renamed",
            old.id.as_str(),
            format!("is {} now", code(&new.id)),
            "the method has another name",
        );
    } else if old.full_name != new.full_name && !is_known && has_records(old) {
        diff.breaks(
            "operation-renamed",
            new.id.as_str(),
            "has other names for what is set on it",
            "the type of its query or form has another name",
        );
    }
}

/// Whether a type is called after an operation.
fn has_records(operation: &Operation) -> bool {
    !operation.query.is_empty() || matches!(operation.body, Body::Form(_) | Body::Multipart(_))
}

/// An operation in both models.
struct Pair<'a> {
    diff: &'a mut Diff,
    old: &'a Api,
    new: &'a Api,
    records: &'a Records,
    before: &'a Operation,
    after: &'a Operation,
}

impl Pair<'_> {
    fn id(&self) -> String {
        self.after.id.clone()
    }

    fn request(&mut self) {
        let (before, after) = (self.before, self.after);
        if (&before.wire.method, pairs::shape(before)) != (&after.wire.method, pairs::shape(after)) {
            let what = format!("asks for {} instead of {}", request(after), request(before));
            self.diff.alters("request", self.id(), what, "the call is the same, the request is not");
        }
        // What a variable of it holds is a change of the variable.
        let origin = |api: &Api, it: &Operation| {
            api.servers.get(it.server).map(|it| it.origin.to_string()).unwrap_or_default()
        };
        let (from, to) = (origin(self.old, before), origin(self.new, after));
        if from != to {
            let what = format!("goes to {} instead of {}", code(&to), code(&from));
            self.diff.alters("host", self.id(), what, "the call is the same, the server is not");
        }
        let headers = |it: &Operation| {
            // A content type comes with its body, whose change is told already.
            let is_own =
                |it: &&WireHeader| !it.signs && !it.name.to_string().eq_ignore_ascii_case("content-type");
            let own = it.wire.headers.iter().filter(is_own);
            own.map(|WireHeader { name, value, .. }| format!("{name}: {value}")).collect::<Vec<_>>()
        };
        if headers(before) != headers(after) {
            self.diff.alters("headers", self.id(), "sends other headers", "the client sets them by itself");
        }
    }

    fn arguments(&mut self) {
        let types = |it: &Operation| it.arguments.iter().map(|it| it.ty).collect::<Vec<Scalar>>();
        let names = |it: &Operation| it.arguments.iter().map(|it| it.wire.clone()).collect::<Vec<_>>();
        let (before, after) = (self.before, self.after);
        if types(before) != types(after) {
            let shown = |it: &Operation| {
                let all = it.arguments.iter().map(|it| format!("{}: {}", it.name.snake(), it.ty.name()));
                all.collect::<Vec<_>>().join(", ")
            };
            let what = format!("takes ({}) instead of ({})", shown(after), shown(before));
            self.diff.breaks(
                "arguments",
                self.id(),
                what,
                "its arguments are those of its path, in their order",
            );
            return;
        }
        if names(before) != names(after) {
            let mut sorted = (names(before), names(after));
            sorted.0.sort();
            sorted.1.sort();
            if sorted.0 == sorted.1 {
                let what = format!("takes {} in this order", code(&names(after).join(", ")));
                self.diff.breaks(
                    "arguments-reordered",
                    self.id(),
                    what,
                    "a program would give each the other's value",
                );
            } else {
                let what = format!("calls its arguments {}", code(&names(after).join(", ")));
                self.diff.alters("argument-names", self.id(), what, "they are given by their place");
            }
        }
    }

    fn query(&mut self) {
        let (before, after) = (self.before, self.after);
        if rust::takes_query(before) != rust::takes_query(after) {
            let what = match rust::takes_query(after) {
                true => "takes its query as an argument now",
                false => "takes no query as an argument any more",
            };
            self.diff.breaks("query", self.id(), what, "the method has another number of arguments");
        }
        self.parameters("query", &before.query, &after.query);
    }

    /// Parameters that are set by name.
    fn parameters(&mut self, kind: &str, before: &[Parameter], after: &[Parameter]) {
        let subject = |it: &Parameter| format!("{}({})", self.after.id, it.wire);
        let mut changes = Vec::new();
        for old in before {
            match after.iter().find(|it| it.wire == old.wire) {
                None => changes.push((subject(old), None, old)),
                Some(new) => changes.push((subject(new), Some(new), old)),
            }
        }
        let added: Vec<String> =
            after.iter().filter(|it| !before.iter().any(|old| old.wire == it.wire)).map(&subject).collect();
        let [gone, renamed, retyped, sent, new] = match kind {
            "query" => ["query-removed", "query-renamed", "query-type", "query-sent", "query-added"],
            _ => ["form-removed", "form-renamed", "form-type", "form-sent", "form-added"],
        };
        for (subject, found, old) in changes {
            let Some(new) = found else {
                self.diff.breaks(gone, subject, "is gone", "the method that sets it is gone");
                continue;
            };
            if old.name != new.name {
                let what = format!("is set by {} instead of {}", new.name.snake(), old.name.snake());
                self.diff.breaks(renamed, subject.as_str(), what, "the method that sets it has another name");
            }
            if old.ty != new.ty {
                let what = format!("is {} instead of {}", new.ty.name(), old.ty.name());
                self.diff.breaks(
                    retyped,
                    subject.as_str(),
                    what,
                    "the method that sets it takes another type",
                );
                continue;
            }
            if sent_value(old) != sent_value(new) {
                self.diff.alters(
                    sent,
                    subject.as_str(),
                    "has another value if it is not set",
                    "nobody has to set it",
                );
            } else if (&old.description, &old.example, old.sent) != (&new.description, &new.example, new.sent)
            {
                self.diff.documents("docs", subject, "is described otherwise");
            }
        }
        for subject in added {
            self.diff.brings(new, subject, "is new", "nobody has to set it");
        }
    }

    fn body(&mut self) {
        let (before, after) = (&self.before.body, &self.after.body);
        let is_same = match (before, after) {
            (Body::Json(old), Body::Json(new)) => self.records.is_same(old, new),
            (Body::Form(old), Body::Form(new)) => {
                self.parameters("form", old, new);
                old.is_empty() == new.is_empty()
            }
            (Body::Multipart(old), Body::Multipart(new)) => {
                self.parts(old, new);
                old.is_empty() == new.is_empty()
            }
            (old, new) => std::mem::discriminant(old) == std::mem::discriminant(new),
        };
        if !is_same {
            let what = format!("takes {} instead of {}", body(self.new, after), body(self.old, before));
            self.diff.breaks("body", self.id(), what, "the method takes another body");
        }
    }

    fn parts(&mut self, before: &[FormPart], after: &[FormPart]) {
        let kept = |own: &FormPart, other: &[FormPart]| {
            let same = other.iter().find(|it| it.parameter.wire == own.parameter.wire);
            same.is_none_or(|it| it.file == own.file)
        };
        let parameters = |own: &[FormPart], other: &[FormPart]| -> Vec<Parameter> {
            own.iter().filter(|it| kept(it, other)).map(|it| it.parameter.clone()).collect()
        };
        self.parameters("form", &parameters(before, after), &parameters(after, before));
        for old in before.iter().filter(|it| !kept(it, after)) {
            let subject = format!("{}({})", self.after.id, old.parameter.wire);
            let what = if old.file { "is a text instead of a file" } else { "is a file instead of a text" };
            self.diff.breaks("form-type", subject, what, "the method that sets it takes another type");
        }
    }

    fn response(&mut self) {
        let (before, after) = (self.before, self.after);
        let is_same = match (&before.response, &after.response) {
            (Response::Json(old), Response::Json(new)) => self.records.is_same(old, new),
            (old, new) => std::mem::discriminant(old) == std::mem::discriminant(new),
        };
        if !is_same {
            let what = format!(
                "answers {} instead of {}",
                response(self.new, &after.response),
                response(self.old, &before.response)
            );
            self.diff.breaks("response", self.id(), what, "its answer has another type");
        }
        match (&before.paging, &after.paging) {
            (None, Some(_)) => {
                let what = "is read page by page now";
                self.diff.breaks("paging", self.id(), what, "the call has another type");
            }
            (Some(_), None) => {
                let what = "is not read page by page any more";
                self.diff.breaks("paging", self.id(), what, "there is no stream of its items");
            }
            (Some(old), Some(new)) => {
                if !self.records.is_same(&old.item, &new.item) {
                    let what = format!(
                        "has items of {} instead of {}",
                        self.new.type_name(&new.item),
                        self.old.type_name(&old.item)
                    );
                    self.diff.breaks("items", self.id(), what, "its stream yields another type");
                }
                if (&old.items, &old.next) != (&new.items, &new.next) {
                    let what = "goes on to the next page in another way";
                    self.diff.alters("pages", self.id(), what, "the client reads the pages by itself");
                }
            }
            (None, None) => {}
        }
        if before.bulk.is_some() != after.bulk.is_some() {
            let what = match after.bulk {
                Some(_) => "is the result of a batch now",
                None => "is not the result of a batch any more",
            };
            match after.bulk {
                Some(_) => self.diff.brings("bulk", self.id(), what, "there is a method more"),
                None => self.diff.breaks("bulk", self.id(), what, "the method that waits for it is gone"),
            }
        }
    }

    fn auth(&mut self) {
        let (before, after) = (self.before, self.after);
        let scheme = |auth: &Auth| auth.scheme().to_owned();
        let (from, to) = (scheme(before.auth()), scheme(after.auth()));
        if from != to {
            let is_none = |auth: &Auth| matches!(auth, Auth::None);
            match (is_none(before.auth()), is_none(after.auth())) {
                (false, true) => {
                    let what = format!("is not signed by {from} any more");
                    self.diff.alters("auth", self.id(), what, "it needs less than it did");
                }
                (true, _) => {
                    let what = format!("is signed by {to} now");
                    self.diff.breaks("auth", self.id(), what, "it fails without what it is signed with");
                }
                (false, false) => {
                    let what = format!("is signed by {to} instead of {from}");
                    self.diff.breaks("auth", self.id(), what, "it fails without what it is signed with");
                }
            }
        } else if before.scopes().is_empty() && before.auth() != after.auth() && after.scopes().is_empty() {
            self.diff.alters(
                "auth",
                self.id(),
                format!("is signed by {to} in another way"),
                "the client signs",
            );
        }
        if from == to && self.new.oauth2.is_some() {
            self.scopes();
        }
    }

    fn scopes(&mut self) {
        let (before, after) = (self.before, self.after);
        let (old, new): (HashSet<_>, HashSet<_>) =
            (before.scopes().iter().collect(), after.scopes().iter().collect());
        let list = |scopes: Vec<&&String>| {
            let mut scopes: Vec<&str> = scopes.into_iter().map(|it| it.as_str()).collect();
            scopes.sort_unstable();
            scopes.join(" ")
        };
        let (more, less) = (list(new.difference(&old).collect()), list(old.difference(&new).collect()));
        if !more.is_empty() {
            let what = format!("asks for the scopes {}", code(&more));
            self.diff.breaks("scopes-added", self.id(), what, "who has signed in without them is refused");
        }
        if !less.is_empty() {
            let what = format!("asks no more for the scopes {}", code(&less));
            self.diff.alters("scopes-removed", self.id(), what, "it needs less than it did");
        }
    }

    fn docs(&mut self) {
        let (before, after) = (self.before, self.after);
        if before.failures != after.failures {
            self.diff.documents("failures", self.id(), "has other saved failures");
        }
        if before.examples != after.examples {
            self.diff.documents("examples", self.id(), "has other saved answers");
        }
        let differs = |new: &Parameter| {
            let old = before.arguments.iter().find(|it| it.wire == new.wire && it.ty == new.ty);
            old.is_some_and(|old| (&old.description, &old.example) != (&new.description, &new.example))
        };
        let texts = |it: &Operation| (it.title().to_owned(), it.description.clone());
        if texts(before) != texts(after) || after.arguments.iter().any(differs) {
            self.diff.documents("docs", self.id(), "is described otherwise");
        }
    }
}

/// What goes out if a parameter is not set: values with variables are the caller's own.
fn sent_value(parameter: &Parameter) -> Option<String> {
    let text = parameter.example.as_ref().filter(|it| parameter.sent && it.as_literal().is_none());
    text.map(ToString::to_string)
}

fn body(api: &Api, body: &Body) -> String {
    match body {
        Body::None => "no body".to_owned(),
        Body::Json(ty) => api.type_name(ty),
        Body::Text => "a text".to_owned(),
        Body::Binary => "bytes".to_owned(),
        Body::Form(_) => "a form".to_owned(),
        Body::Multipart(_) => "form data".to_owned(),
    }
}

fn response(api: &Api, response: &Response) -> String {
    match response {
        Response::Empty => "nothing".to_owned(),
        Response::Json(ty) => api.type_name(ty),
        Response::Text => "a text".to_owned(),
        Response::Unknown => "what no sample shows".to_owned(),
    }
}
