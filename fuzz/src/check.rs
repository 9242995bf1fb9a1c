//! What must hold, whatever the input: each function is a target, and panics where something does not.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashSet};
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, OnceLock, PoisonError};

use postwright::api::{Api, Http, Settings};
use postwright::config::Config;
use postwright::diagnostic::Diagnostics;
use postwright::diff::{self, Class, Verdict};
use postwright::error::{Error, InputError};
use postwright::lint::{self, Files};
use postwright::output::Tree;
use postwright::postman::{self, Source};
use postwright::render::{File, Templates};
use postwright::secret::{self, Secrets};
use postwright::target::{GENERATED_MARK, Language, Target};
use postwright::{Input, collection, inspect, scrub};
use proc_macro2::{TokenStream, TokenTree};
use serde_json::Value;

use super::mutate::CANARY;

const FILE: &str = "fuzz.postman_collection.json";

fn source(text: &str) -> Source<'_> {
    Source { file: FILE, text }
}

fn text(data: &[u8]) -> Option<&str> {
    // A file that is not UTF-8 is refused before it is parsed.
    std::str::from_utf8(data).ok()
}

fn same(what: &str, one: &impl Debug, two: &impl Debug) {
    let (one, two) = (format!("{one:?}"), format!("{two:?}"));
    if one != two {
        let at = one.bytes().zip(two.bytes()).take_while(|(a, b)| a == b).count().saturating_sub(60);
        let shown = |text: &str| text.bytes().skip(at).take(200).map(char::from).collect::<String>();
        panic!("{what} differs: {}\n{}", shown(&one), shown(&two));
    }
}

/// An error says where and what to do; what can be parsed can be scrubbed.
pub fn parse(data: &[u8]) {
    let Some(text) = text(data) else { return };
    // Any text can be given for an environment by mistake.
    if let Err(error) = postman::parse_environment(source(text)) {
        helps(text, &error);
    }
    match postman::parse(source(text)) {
        Ok(document) => {
            same(
                "the document",
                &document,
                &postman::parse(source(text)).ok().as_ref().expect("it was parsed"),
            );
            // A number may be too large for any type, in a place that is not read.
            let Ok(json) = postman::json(source(text)) else { return };
            scrubs(text);
            let secrets = Secrets::default();
            // Item by item, as all at once.
            same("what is secret", &secret::scan_text(text, &secrets).found, &secret::scan(&json, &secrets));
        }
        Err(error) => helps(text, &error),
    }
}

fn helps(text: &str, error: &Error) {
    let Error::Input(error) = error else { panic!("no error of an input: {error}") };
    let InputError { file, position, message, help, .. } = &**error;
    assert!(file == FILE && !message.is_empty() && !help.is_empty(), "{error}");
    if let Some((line, column)) = *position {
        is_place(text, (line, column), &error.to_string());
    }
    let said = error.to_string();
    assert!(said.contains("\n  help: "), "{said}");
    assert!(said.chars().count() < 2000, "too long to be read: {said}");
}

/// Line and column are in the file, or right behind it.
fn is_place(text: &str, (line, column): (usize, usize), what: &str) {
    let text = text.trim_start_matches('\u{feff}');
    let found = text.split('\n').nth(line.wrapping_sub(1));
    let Some(found) = found else { panic!("there is no line {line}: {what}") };
    let length = found.chars().count();
    assert!((1..=length + 1).contains(&column), "line {line} has {length} characters: {what}");
}

/// A clean copy is a collection, and there is nothing to clean in it.
fn scrubs(text: &str) {
    let secrets = Secrets::default();
    let clean = match scrub::scrub(source(text), &secrets) {
        Ok(clean) => clean,
        // It says so rather than to leave a secret.
        Err(error) => return helps(text, &error),
    };
    if clean.replaced.is_empty() {
        assert!(clean.text == text, "nothing is replaced, and the text is another one");
    }
    if let Err(error) = postman::parse(source(&clean.text)) {
        panic!("a clean copy is no collection: {error}");
    }
    match scrub::scrub(source(&clean.text), &secrets) {
        Ok(again) => {
            assert!(
                again.text == clean.text && again.replaced.is_empty(),
                "a clean copy is cleaned again: {:?}",
                again.replaced
            );
        }
        Err(error) => panic!("a clean copy cannot be cleaned: {error}"),
    }
}

/// Twice the same, also with an environment that has the collection's variables.
pub fn resolve(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let Ok(document) = postman::parse(source(text)) else { return };
    let secrets = Secrets::default();
    let again = document.clone();
    let resolved = |document, notes: &mut _| collection::resolve(document, None, None, &secrets, notes);
    let (mut notes, mut others) = (Diagnostics::default(), Diagnostics::default());
    let first = resolved(document.clone(), &mut notes);
    same("the collection", &first, &resolved(again, &mut others));
    same("what is said", &notes, &others);
    says(text, None, &notes);
    let indices: Vec<usize> = first.requests.iter().map(|it| it.index).collect();
    assert!(indices.is_sorted_by(|a, b| a < b), "requests in no order: {indices:?}");
    let names: Vec<&str> = first.variables.iter().map(|it| it.name.as_str()).collect();
    unique("a variable", &names);
    reads_back(&first);

    let Ok(json) = postman::json(source(text)) else { return };
    let Some(rows) = json.get("variable").filter(|it| it.is_array()) else { return };
    let values = serde_json::json!({ "name": "Fuzz", "values": rows }).to_string();
    let Ok(environment) = postman::parse_environment(source(&values)) else { return };
    let mut notes = Diagnostics::default();
    let _ = collection::resolve(document, Some(&environment), Some(&environment), &secrets, &mut notes);
    says(text, Some(&values), &notes);
}

/// What is written of a collection for Postman reads back: all requests, as they go out.
fn reads_back(first: &collection::Collection) {
    let text = collection::export(first).to_string();
    let document = match postman::parse(source(&text)) {
        Ok(document) => document,
        Err(error) => panic!("what is written for Postman cannot be read: {error}"),
    };
    let second = collection::resolve(document, None, None, &Secrets::default(), &mut Diagnostics::default());
    let all = |of: &collection::Collection| of.requests.iter().map(sent).collect::<Vec<_>>();
    let has_words = |it: &str| !WITHOUT_WORDS.iter().any(|sign| it.contains(sign));
    for (old, new) in all(first).iter().zip(&all(&second)).filter(|(old, _)| has_words(old)) {
        same("what is written for Postman", old, new);
    }
    assert_eq!(first.requests.len(), second.requests.len(), "requests that are written for Postman");
}

/// What Postman has no way to write: braces that are no variable, a segment that begins with a colon and is none, and an
/// empty name with an empty password.
const WITHOUT_WORDS: [&str; 4] = ["{{", "%7B%7B", "/:", "Basic { username: Text([]), password: Text([]) }"];

/// A request as it goes out, but for what makes no difference or has no words in Postman: that a secret is escaped where it
/// stands in JSON, blanks at the end of a header's value (RFC 9110 §5.5), and a body that is put together of nothing.
fn sent(request: &collection::Request) -> String {
    let text = format!("{} {:?}", request.place(), request.wire);
    let text = text.replace(": Json", ": Raw").replace(" \")]), signs", "\")]), signs");
    without_numbers(&text.replace("body: Text(Text([]))", "body: None"))
}

/// Variables of one name are told apart by numbers, in the order in which they are met: what has a value counts first.
fn without_numbers(text: &str) -> String {
    let names = text.split("\", encoding");
    let names = names.map(|it| match it.trim_end_matches(|it: char| it.is_ascii_digit()).strip_suffix('_') {
        Some(name) => name,
        None => it,
    });
    names.collect::<Vec<_>>().join("\", encoding")
}

/// Each diagnostic stands somewhere in a file, and says something.
fn says(text: &str, environment: Option<&str>, notes: &Diagnostics) {
    for it in notes.sorted() {
        assert!(!it.message.trim().is_empty(), "{it:?}");
        assert!(it.pointer.is_empty() || it.pointer.starts_with('/'), "{it:?}");
    }
    let beside = Source { file: "environment.json", text: environment.unwrap_or("{}") };
    let files = Files { collection: source(text), environment: Some(beside), globals: Some(beside) };
    let findings = lint::findings(notes, files, &Config::default());
    assert_eq!(findings.len(), notes.sorted().len(), "some diagnostics are lost");
    for it in &findings {
        let read = if it.file == FILE { text } else { beside.text };
        let what = it.diagnostic.to_string();
        is_place(read, it.position, &what);
        is_place(read, it.end, &what);
        assert!(it.position <= it.end, "it ends before it begins: {what}");
    }
    assert_eq!(lint::text(&findings).is_empty(), findings.is_empty());
    assert!(lint::json(&findings).is_array() && lint::sarif(&findings).is_object());
}

fn unique<T: Hash + Eq + Debug>(what: &str, names: &[T]) {
    let mut seen = HashSet::new();
    for name in names {
        assert!(seen.insert(name), "{what} is there twice: {name:?}");
    }
}

fn model(text: &str, notes: &mut Diagnostics) -> Option<Api> {
    let input = Input {
        collection: source(text),
        environment: None,
        globals: None,
        name: None,
        secrets: &Secrets::default(),
        paging: None,
    };
    postwright::model(input, notes).ok()
}

/// Twice the same, with names that are unique where they are looked up.
pub fn build(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let (mut notes, mut others) = (Diagnostics::default(), Diagnostics::default());
    let Some(api) = model(text, &mut notes) else { return };
    same("the model", &Some(&api), &model(text, &mut others).as_ref());
    same("what is said", &notes, &others);
    names(&api);
    let json = inspect::json(&api);
    assert!(json.is_object() && !inspect::text(&api).is_empty());
    if let Err(error) = lint::check(source(text), &api, &Secrets::default(), &mut notes) {
        panic!("it was read, and cannot be checked: {error}");
    }
    postwright::target::gaps(&Target::ALL, &api, &mut notes);
    says(text, None, &notes);
    let secrets = secrets_of(text);
    for note in notes.sorted() {
        holds_none(&secrets, "a diagnostic", &note.to_string());
    }
    holds_none(&secrets, "the model as text", &inspect::text(&api));
    holds_none(&secrets, "the model as JSON", &json.to_string());
}

fn names(api: &Api) {
    assert!(!api.name.is_empty());
    unique("a group", &api.groups.iter().map(|it| it.name.snake()).collect::<Vec<_>>());
    unique("a variable", &api.variables.iter().map(|it| &it.wire).collect::<Vec<_>>());
    unique("an environment variable", &api.variables.iter().map(|it| &it.env).collect::<Vec<_>>());
    let operations: Vec<_> = api.groups.iter().flat_map(|it| &it.operations).collect();
    unique("an operation", &operations.iter().map(|it| &it.id).collect::<Vec<_>>());
    unique("a request", &operations.iter().map(|it| it.index).collect::<Vec<_>>());
    for group in &api.groups {
        assert!(!group.operations.is_empty(), "{} has no operations", group.name);
        unique("an operation", &group.operations.iter().map(|it| it.name.snake()).collect::<Vec<_>>());
        unique("a full name", &group.operations.iter().map(|it| it.full_name.pascal()).collect::<Vec<_>>());
    }
    for operation in operations {
        assert!(operation.server < api.servers.len(), "{} goes nowhere", operation.id);
        let parameters = operation.arguments.iter().chain(&operation.query);
        unique("an argument", &operation.arguments.iter().map(|it| it.name.snake()).collect::<Vec<_>>());
        unique("a parameter", &operation.query.iter().map(|it| it.name.snake()).collect::<Vec<_>>());
        for it in parameters {
            is_word(&it.name.snake());
        }
        is_word(&operation.name.snake());
        assert!(operation.failures.is_sorted_by(|a, b| a < b), "{:?}", operation.failures);
    }
    unique("a type", &api.types.iter().map(|(_, it)| it.name.pascal()).collect::<Vec<_>>());
    for (_, record) in api.types.iter() {
        is_word(&record.name.snake());
        unique("a field", &record.fields.iter().map(|it| it.name.snake()).collect::<Vec<_>>());
        unique("a key", &record.fields.iter().map(|it| &it.wire).collect::<Vec<_>>());
    }
    for it in &api.variables {
        assert!(
            it.env.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_'),
            "{it:?}"
        );
    }
}

/// A name that every language and file system can have.
fn is_word(name: &str) {
    let allowed = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
    assert!(!name.is_empty() && name.len() <= 120 && name.bytes().all(allowed), "no name: {name:?}");
    assert!(!name.starts_with(|it: char| it.is_ascii_digit()), "no name: {name:?}");
}

fn templates() -> &'static Templates {
    static LOADED: OnceLock<Templates> = OnceLock::new();
    LOADED.get_or_init(|| Templates::load(None).expect("the built-in templates"))
}

/// Everything is written, twice the same, and can be read by who reads it.
pub fn generate(data: &[u8]) {
    if let Some((api, tree)) = text(data).and_then(generated) {
        let (_, again) = text(data).and_then(generated).expect("it was written");
        let (one, two): (Vec<&File>, Vec<&File>) = (tree.files().collect(), again.files().collect());
        same("what is written", &one, &two);
        snippets(&api);
    }
}

/// Everything that is written for a collection, each file of which is as it should be.
pub fn generated(text: &str) -> Option<(Api, Tree)> {
    let mut notes = Diagnostics::default();
    let mut api = model(text, &mut notes)?;
    // Half of them on the other library, which is told by the text so that a run can be repeated.
    let http = if text.len().is_multiple_of(2) { Http::Requests } else { Http::Httpx };
    api.set(Settings { http, ..Settings::default() });
    let tree = match postwright::generate(&api, &Target::ALL, &[], templates(), &mut notes) {
        Ok(tree) => tree,
        Err(error) => panic!("it cannot be written: {error}"),
    };
    let secrets = secrets_of(text);
    let mut paths = BTreeSet::new();
    for file in tree.files() {
        is_inside(&file.path);
        assert!(paths.insert(file.path.to_lowercase()), "{} is there twice", file.path);
        holds_none(&secrets, &file.path, &file.text);
        holds_none(&secrets, "a path", &file.path);
        if is_new(file) {
            reads(file);
        }
    }
    let folder = api.name.snake();
    let manifest = tree.get(&format!("{folder}/manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_str(&manifest.text).expect("the manifest is JSON");
    for request in manifest["requests"].as_array().expect("requests") {
        for (target, path) in request["outputs"].as_object().expect("outputs") {
            let path = path.as_str().expect("a path").split('#').next().unwrap_or_default();
            assert!(tree.get(&format!("{folder}/{path}")).is_some(), "{target}: there is no {path}");
        }
    }
    Some((api, tree))
}

fn is_inside(path: &str) {
    let allowed = |it: char| it.is_ascii_alphanumeric() || "_-.".contains(it);
    for part in path.split('/') {
        assert!(!matches!(part, "" | "." | "..") && part.chars().all(allowed), "{path}");
        assert!(part.len() <= 200, "{path} is too long for a file system");
    }
}

/// Whether no file of this text was looked at before: most do not depend on the collection.
fn is_new(file: &File) -> bool {
    static SEEN: Mutex<Option<HashSet<u64>>> = Mutex::new(None);
    let mut hasher = DefaultHasher::new();
    (file.path.rsplit('.').next(), &file.text).hash(&mut hasher);
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let seen = seen.get_or_insert_default();
    // What fails is looked at again.
    if seen.len() > 100_000 {
        seen.clear();
    }
    seen.insert(hasher.finish())
}

fn reads(file: &File) {
    let File { path, text, .. } = file;
    let kind = path.rsplit('.').next().unwrap_or_default();
    assert!(!text.contains('\0'), "{path} has a NUL");
    if kind != "json" {
        let marked = text.lines().take(12).any(|it| it.contains(GENERATED_MARK));
        assert!(marked, "{path} does not say that it is generated");
    }
    match kind {
        "json" => {
            serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
        "toml" => {
            seen_by_eye(path, text);
            toml::from_str::<toml::Table>(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
        "rs" => {
            seen_by_eye(path, text);
            is_rust(path, text);
        }
        "py" => {
            seen_by_eye(path, text);
            let code = python_code(text).unwrap_or_else(|error| panic!("{path}: {error}"));
            if let Some(at) = code.find(CANARY) {
                panic!("{path}: a text is code: {}", around(&code, at));
            }
        }
        "ps1" => seen_by_eye(path, text),
        _ => {}
    }
}

fn around(text: &str, at: usize) -> String {
    let before: Vec<char> = text[..at].chars().rev().take(80).collect();
    before.into_iter().rev().chain(text[at..].chars().take(80)).collect()
}

/// No character that turns, hides or ends what follows it (Unicode TR 36).
fn seen_by_eye(path: &str, text: &str) {
    let hidden = |it: char| {
        it.is_control() && it != '\n' && it != '\t'
            || matches!(it, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    if let Some(at) = text.find(hidden) {
        panic!("{path} has what cannot be seen: {:?}", around(text, at));
    }
}

fn is_rust(path: &str, text: &str) {
    fn find(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|it| match it {
            TokenTree::Group(group) => find(group.stream()),
            TokenTree::Ident(ident) => ident == CANARY,
            _ => false,
        })
    }
    let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{path} is no Rust: {error}"));
    assert!(!find(tokens.clone()), "{path}: a text is code");
    // A short snippet is what stands in a function.
    let read = if path.contains("/snippets/") {
        syn::parse::Parser::parse2(syn::Block::parse_within, tokens).map(drop)
    } else {
        syn::parse2::<syn::File>(tokens).map(drop)
    };
    if let Err(error) = read {
        panic!("{path} is no Rust: {error}");
    }
}

/// A program of Python without its comments and texts, but with what f-strings compute.
fn python_code(text: &str) -> Result<String, String> {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '#' {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
            continue;
        }
        if c != '"' && c != '\'' {
            code.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let prefix = code.len() - code.trim_end_matches(|it: char| it.is_ascii_alphabetic()).len();
        let prefix = code[code.len() - prefix..].to_lowercase();
        let raw = prefix.contains('r') && prefix.len() <= 2;
        let format = matches!(prefix.as_str(), "f" | "rf" | "fr");
        let triple = [c; 3].iter().collect::<String>();
        let end = if rest.starts_with(&triple) { triple } else { c.to_string() };
        let (length, inner) = python_text(&rest[end.len()..], &end, raw, format)
            .ok_or_else(|| format!("a text has no end: {}", around(rest, 0)))?;
        rest = &rest[end.len() + length..];
        code.push_str(&inner);
        code.push('"');
    }
    Ok(code)
}

/// The length of the rest of a text, its end included, and what is code in it.
fn python_text(text: &str, end: &str, raw: bool, format: bool) -> Option<(usize, String)> {
    let mut code = String::new();
    let mut at = 0;
    let mut depth = 0_usize;
    while at < text.len() {
        let rest = &text[at..];
        let c = rest.chars().next()?;
        if depth == 0 && rest.starts_with(end) {
            return Some((at + end.len(), code));
        }
        if c == '\n' && end.len() == 1 {
            return None;
        }
        let mut step = c.len_utf8();
        if depth > 0 {
            code.push(c);
        }
        match c {
            // Also in a raw one, where it hides a quote all the same.
            '\\' if raw || depth == 0 => step += rest.chars().nth(1).map_or(0, char::len_utf8),
            '{' if format && depth == 0 && rest.starts_with("{{") => step = 2,
            '{' if format => depth += 1,
            '}' if depth > 0 => depth -= 1,
            _ => {}
        }
        at += step;
    }
    None
}

/// The short snippet of each operation in each language.
fn snippets(api: &Api) {
    for group in &api.groups {
        for operation in &group.operations {
            for language in Language::ALL {
                let id = &operation.id;
                match postwright::snippet(api, group, operation, language, templates()) {
                    Ok(text) => assert!(!text.contains('\0'), "{id} has a NUL in {}", language.name()),
                    Err(error) => panic!("{id} has no snippet in {}: {error}", language.name()),
                }
            }
        }
    }
}

/// Least length of a secret that stands nowhere else by chance.
const LEAST: usize = 16;

/// Secrets that are no words.
fn secrets_of(text: &str) -> Vec<String> {
    let plain = |it: &String| {
        it.len() >= LEAST
            && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
            && [u8::is_ascii_digit, u8::is_ascii_lowercase, u8::is_ascii_uppercase]
                .iter()
                .all(|kind| it.bytes().filter(kind).count() > 2)
    };
    let found = postwright::secrets(source(text), &Secrets::default()).into_iter();
    found.filter(|it| !it.continued).map(|it| it.value).filter(plain).collect()
}

fn holds_none(secrets: &[String], what: &str, text: &str) {
    if let Some((secret, at)) = secrets.iter().find_map(|it| Some((it, text.find(it)?))) {
        panic!("{what} has the secret {secret}: {}", around(text, at));
    }
}

/// Nothing has changed from a collection to itself, and a verdict is that of the changes. The input is a list of two
/// collections.
pub fn diff(data: &[u8]) {
    let Ok(Value::Array(pair)) = serde_json::from_slice(data) else { return };
    let [old, new] = pair.as_slice() else { return };
    let (old, new) = (old.to_string(), new.to_string());
    let read = |text: &str| model(text, &mut Diagnostics::default());
    let (Some(old_api), Some(new_api)) = (read(&old), read(&new)) else { return };
    for (api, text) in [(&old_api, &old), (&new_api, &new)] {
        let same = read(text).expect("it was read");
        let none = diff::diff(api, &same);
        assert!(none.changes.is_empty(), "it is not itself: {:?}", none.changes);
        assert!(none.verdict() == Verdict::None && !none.is_breaking());
    }
    let secrets: Vec<String> = secrets_of(&old).into_iter().chain(secrets_of(&new)).collect();
    for (old, new) in [(&old_api, &new_api), (&new_api, &old_api)] {
        let found = diff::diff(old, new);
        same("what has changed", &found, &diff::diff(old, new));
        told(&found, &secrets);
    }
}

fn told(found: &diff::Diff, secrets: &[String]) {
    for it in &found.changes {
        let fits = match it.class {
            Class::Breaking => it.verdict == Verdict::Major,
            Class::Compatible => matches!(it.verdict, Verdict::Minor | Verdict::Patch),
            Class::Docs => it.verdict == Verdict::Patch,
        };
        assert!(fits && !it.kind.is_empty() && !it.subject.is_empty() && !it.what.is_empty(), "{it:?}");
    }
    assert!(found.changes.is_sorted_by_key(|it| it.class), "the gravest are not first");
    assert_eq!(found.changes.is_empty(), found.verdict() == Verdict::None);
    assert_eq!(found.is_breaking(), found.verdict() == Verdict::Major);
    let sum = diff::sum(found);
    assert!(sum.starts_with(found.verdict().name()), "{sum}");
    let (text, markdown) = (diff::text(found), diff::markdown("Fuzz", found));
    assert!(text.ends_with(&format!("{sum}\n")) && markdown.contains(&sum), "{text}");
    for said in [&text, &markdown, &diff::json(FILE, found).to_string()] {
        holds_none(secrets, "what is told", said);
    }
    seen_by_eye("what is told", &text);
}
