//! A collection that is written as Postman's JSON reads back as the same model.

use std::fs;

use postwright::collection::{Collection, Request, export, resolve};
use postwright::diagnostic::Diagnostics;
use postwright::postman::{Source, parse};
use postwright::secret::Secrets;
use postwright::secrets;

use crate::corpus::collections;
use crate::support::{DRCHRONO, fixture, fixtures, root};

fn read(text: &str) -> Collection {
    let document = parse(Source { file: "a.json", text }).unwrap_or_else(|error| panic!("{error}\n{text}"));
    resolve(document, None, None, &Secrets::default(), &mut Diagnostics::default())
}

/// What differs between a request and the same one read back.
fn differences(old: &Request, new: &Request) -> Vec<String> {
    let mut found = Vec::new();
    let mut same = |what: &str, old: &dyn std::fmt::Debug, new: &dyn std::fmt::Debug| {
        // That a secret is escaped where it stands in JSON, Postman has no way to say.
        let [old, new] = [old, new].map(|it| format!("{it:?}").replace("encoding: Json", "encoding: Raw"));
        if old != new {
            found.push(format!("{what}\n  old {old}\n  new {new}"));
        }
    };
    same("folders", &old.folders, &new.folders);
    same("name", &old.name, &new.name);
    same("description", &old.description, &new.description);
    same("method", &old.wire.method, &new.wire.method);
    same("url", &old.wire.url, &new.wire.url);
    same("headers", &old.wire.headers, &new.wire.headers);
    same("body", &old.wire.body, &new.wire.body);
    same("auth", &old.wire.auth, &new.wire.auth);
    same("path rows", &old.path_rows, &new.path_rows);
    same("query rows", &old.query, &new.query);
    same("kind of body", &old.body, &new.body);
    same("samples", &old.samples, &new.samples);
    found
}

fn compare(path: &str, text: &str) -> (usize, Vec<String>) {
    let old = read(text);
    let new = read(&export(&old).to_string());
    let mut found = Vec::new();
    let mut same = |what: &str, old: &dyn std::fmt::Debug, new: &dyn std::fmt::Debug| {
        let (old, new) = (format!("{old:?}"), format!("{new:?}"));
        if old != new {
            found.push(format!("{path} {what}\n  old {old}\n  new {new}"));
        }
    };
    same("title", &old.title, &new.title);
    same("description", &old.description, &new.description);
    same("oauth2", &old.oauth2, &new.oauth2);
    same("folders", &old.folders, &new.folders);
    let variables = |it: &Collection| -> Vec<_> {
        // One that is in nothing that is sent, such as a fragment, is nowhere in the model.
        let is_used = |name: &str| {
            it.requests.iter().any(|it| it.wire.texts().any(|it| it.variables().any(|it| it == name)))
        };
        let all = it
            .variables
            .iter()
            .filter(|it| it.defined || it.secret || it.value.is_some() || is_used(&it.name));
        let mut all: Vec<_> =
            all.map(|it| (it.name.clone(), it.value.clone(), it.secret, it.description.clone())).collect();
        // Those that are only used stand in the order of their use.
        all.sort();
        all
    };
    same("variables", &variables(&old), &variables(&new));
    same("count", &old.requests.len(), &new.requests.len());
    for (old, new) in old.requests.iter().zip(&new.requests) {
        found.extend(differences(old, new).into_iter().map(|it| format!("{path} {}: {it}", old.place())));
    }
    (old.requests.len(), found)
}

/// Our own collections and those of others, by name.
fn all() -> Vec<(String, String)> {
    let ours = fixtures().into_iter().map(|name| root().join(fixture(&name)));
    let paths = ours.chain([root().join(DRCHRONO)]).chain(collections());
    let texts = paths.map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(&path).unwrap())
    });
    texts.filter(|(name, text)| parse(Source { file: name, text }).is_ok()).collect()
}

#[test]
fn what_the_model_holds_is_kept() {
    let (mut requests, mut found) = (0, Vec::new());
    for (name, text) in all() {
        let (count, differences) = compare(&name, &text);
        requests += count;
        found.extend(differences);
    }
    assert!(requests > 400, "{requests}");
    assert!(found.is_empty(), "{} of {requests}\n{}", found.len(), found.join("\n"));
}

/// What is written has variables in the place of secrets, wherever they stood.
#[test]
fn no_secret_is_written() {
    let mut found = Vec::new();
    let mut before = 0;
    for (name, text) in all() {
        let source = Source { file: &name, text: &text };
        let known = secrets(source, &Secrets::default());
        before += known.len();
        let parsed = postwright::parse(source, None, None, &Secrets::default()).unwrap();
        let written =
            export(&parsed.collection(&Secrets::default(), &mut Diagnostics::default())).to_string();
        let again = secrets(Source { file: &name, text: &written }, &Secrets::default());
        found.extend(again.iter().map(|it| format!("{name}: {it:?}")));
        let long = known.iter().filter(|it| it.value.len() >= 16 && written.contains(&it.value));
        found.extend(long.map(|it| format!("{name}: {it:?} is still there")));
    }
    assert!(before > 20, "{before}");
    assert_eq!(found, [""; 0]);
}
