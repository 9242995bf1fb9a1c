//! Formats besides Postman's: one API, written in each of them, is one model.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use postwright::api::{OpenApi, Settings};
use postwright::collection::{
    Auth, Collection, PartContent, PathPart, Request, Row, Text, WireBody, WireRequest, content_type_of,
    resolve,
};
use postwright::diagnostic::{Code, Diagnostics};
use postwright::postman::{Source, parse};
use postwright::reader;
use postwright::secret::Secrets;
use postwright::target::Target;
use proptest::prelude::*;

use crate::support::{DRCHRONO, files, operations, ours, postwright, root, said, tree_of};

const FOLDER: &str = "tests/fixtures/formats";

fn resolved(text: &str) -> Collection {
    let document = parse(Source { file: "a.json", text }).unwrap_or_else(|error| panic!("{error}\n{text}"));
    resolve(document, None, None, &Secrets::default(), &mut Diagnostics::default())
}

/// The collection of a file or folder of the fixtures, and what was left out of it.
fn read(name: &str) -> (Collection, Vec<String>) {
    let path = root().join(FOLDER).join(name);
    let mut notes = Diagnostics::default();
    let text = if path.is_dir() {
        reader::bruno::read_folder(&path, &mut notes).unwrap()
    } else {
        let text = fs::read_to_string(&path).unwrap();
        reader::read(Source { file: name, text: &text }, &mut notes).unwrap().unwrap_or(text)
    };
    let left_out = notes.sorted().into_iter().map(|it| {
        assert_eq!(it.code, Code::LeftOut);
        it.message.clone()
    });
    (resolved(&text), left_out.collect())
}

const FORMATS: [&str; 6] = [
    "shop.postman_collection.json",
    "shop.openapi.yaml",
    "shop.insomnia.json",
    "shop.insomnia.yaml",
    "bru",
    "opencollection",
];

/// A request as it goes out: the name of the variable that signs it is each format's own.
fn sent(wire: &WireRequest) -> String {
    let value = |name: &str| {
        if matches!(name, "baseUrl" | "base_url") {
            "https://api.example.com/v1".to_owned()
        } else {
            "TOKEN".to_owned()
        }
    };
    let text = |it: &Text| it.filled(value, |_, _| String::new());
    let path: String = wire
        .url
        .path
        .iter()
        .map(|it| match it {
            PathPart::Fixed(it) => text(it),
            PathPart::Argument { example, .. } => example.as_ref().map(text).unwrap_or_default(),
        })
        .collect();
    let query: Vec<String> = wire.url.query.iter().flatten().map(text).collect();
    let mut headers: Vec<String> =
        wire.headers.iter().map(|it| format!("{}: {}", text(&it.name), text(&it.value))).collect();
    headers.sort();
    let mut wire = wire.map_texts(&|it| Text::literal(text(it)));
    if let WireBody::Multipart(parts) = &mut wire.body {
        for part in parts {
            let PartContent::File { path, name } = &mut part.content else { continue };
            // The type that a file gets by its name, whoever says it; that it is sent under another, not all can say.
            *name = None;
            let kind = content_type_of(&path.to_string());
            part.content_type.get_or_insert_with(|| Text::literal(kind));
        }
    }
    let path = if path.is_empty() { "/".to_owned() } else { path };
    // What signs with a header or parameter of its own is there already.
    let is_signed = !matches!(wire.auth, Auth::None | Auth::Bearer { .. } | Auth::ApiKey { .. });
    format!(
        "{} {}{path}?{}\n{headers:#?}\n{:#?}\n{is_signed}",
        wire.method,
        text(&wire.url.origin),
        query.join("&"),
        wire.body
    )
}

#[test]
fn each_format_sends_the_same() {
    let (wanted, _) = read(FORMATS[0]);
    for name in FORMATS {
        let (read, _) = read(name);
        assert_eq!(read.title, "Shop", "{name}");
        assert_eq!(read.description, "Orders of a shop.", "{name}");
        // Paths are in another order than requests.
        let mut names: Vec<_> = read.requests.iter().map(|it| it.place()).collect();
        let mut expected: Vec<_> = wanted.requests.iter().map(|it| it.place()).collect();
        if name.contains("openapi") {
            names.sort();
            expected.sort();
        }
        assert_eq!(names, expected, "{name}");
        for request in &read.requests {
            let same = wanted.requests.iter().find(|it| it.place() == request.place()).unwrap();
            assert_eq!(sent(&request.wire), sent(&same.wire), "{name}: {}", request.place());
            let rows =
                |of: &[Row]| -> Vec<_> { of.iter().map(|it| (it.key.to_string(), it.enabled)).collect() };
            let (mut query, mut wanted) = (rows(&request.query), rows(&same.query));
            query.sort();
            wanted.sort();
            assert_eq!(query, wanted, "{name}: {}", request.place());
            assert_eq!(rows(&request.path_rows), rows(&same.path_rows), "{name}: {}", request.place());
        }
    }
}

#[test]
fn what_is_left_out_is_said() {
    let table = [
        ("shop.postman_collection.json", &[][..]),
        ("shop.openapi.yaml", &["the answer of all other codes is of none in particular; it is left out"]),
        ("shop.insomnia.json", &["the environment \"Test\" is one of several; it is left out"]),
        ("shop.insomnia.yaml", &[]),
        ("bru", &[]),
        ("opencollection", &[]),
    ];
    for (name, wanted) in table {
        assert_eq!(read(name).1, wanted, "{name}");
    }
}

/// Schemas say what may be missing or null; two samples say it again.
#[test]
fn types_of_openapi_come_through() {
    let text = fs::read_to_string(root().join(FOLDER).join("shop.openapi.yaml")).unwrap();
    let source = Source { file: "shop.openapi.yaml", text: &text };
    let input = postwright::Input {
        collection: source,
        environment: None,
        globals: None,
        name: None,
        secrets: &Secrets::default(),
        paging: None,
    };
    let mut notes = Diagnostics::default();
    let api = postwright::model(input, &mut notes).unwrap();
    assert!(notes.sorted().iter().any(|it| it.code == Code::LeftOut));
    let order =
        api.types.iter().map(|it| it.1).find(|it| it.name.pascal() == "Order").expect("a record of orders");
    let fields: Vec<_> = order
        .fields
        .iter()
        .map(|it| format!("{}: {} {:?}", it.wire, api.type_name(&it.ty), it.seen))
        .collect();
    insta::assert_debug_snapshot!("order_of_openapi", fields);
}

#[test]
fn other_formats_are_refused_or_none() {
    let read = |text: &str| reader::read(Source { file: "a.yaml", text }, &mut Diagnostics::default());
    for text in ["", "[]", "a: [", "7", "a: b", "{\"a\": 1}", "- a"] {
        assert!(read(text).unwrap().is_none(), "{text:?}");
    }
    for (text, want) in [
        ("swagger: '2.0'", "Swagger 2.0, which is not read"),
        ("openapi: 4.0.0", "OpenAPI 4.0.0; 3.0, 3.1 and 3.2 can be read"),
    ] {
        let said = read(text).unwrap_err().to_string();
        assert!(said.starts_with("a.yaml: ") && said.contains(want) && said.contains("\n  help: "), "{said}");
    }
    let said =
        reader::bruno::read_folder(&root().join("src"), &mut Diagnostics::default()).unwrap_err().to_string();
    assert!(said.contains("none of Bruno's"), "{said}");
    // Half of a description is none of its halves.
    for name in [
        "openapi: 3.1.0",
        "{\"openapi\": \"3.0.0\", \"paths\": 7}",
        "{\"_type\": \"export\", \"resources\": []}",
    ] {
        assert!(read(name).unwrap().is_some(), "{name}");
    }
}

/// What is written in a format, as a folder or file of its own.
fn converted(api: &postwright::api::Api, target: Target, to: &Path) -> std::path::PathBuf {
    let folder = format!("{}/{}/", api.name.snake(), target.name());
    for file in tree_of(api, target).files() {
        let Some(path) = file.path.strip_prefix(&folder) else { continue };
        let path = to.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.text).unwrap();
    }
    to.to_owned()
}

/// Operations, values of paths, rows of queries, those of them that are sent, and scopes, each as often as it is there.
fn counts(requests: &[Request]) -> [usize; 5] {
    let arguments =
        |it: &Request| it.wire.url.path.iter().filter(|it| matches!(it, PathPart::Argument { .. })).count();
    [
        requests.len(),
        requests.iter().map(arguments).sum(),
        requests.iter().map(|it| it.query.len()).sum(),
        requests.iter().flat_map(|it| &it.query).filter(|it| it.enabled).count(),
        requests.iter().map(|it| it.wire.auth.scopes().len()).sum(),
    ]
}

/// The flagship, described in OpenAPI and read again, has the same operations, parameters and scopes.
#[test]
fn drchrono_comes_back_from_openapi() {
    let collection = resolved(&fs::read_to_string(root().join(DRCHRONO)).unwrap());
    let (api, _) = crate::support::read(DRCHRONO);
    for version in [OpenApi::V3_1, OpenApi::V3_0] {
        let mut api = api.clone();
        let settings = Settings { openapi: version, ..api.settings.clone() };
        api.set(settings);
        let folder = tempfile::tempdir().unwrap();
        converted(&api, Target::OpenApi, folder.path());
        let text = fs::read_to_string(folder.path().join("openapi.json")).unwrap();
        let source = Source { file: "openapi.json", text: &text };
        let back = resolved(&reader::read(source, &mut Diagnostics::default()).unwrap().unwrap());
        assert_eq!(counts(&collection.requests), [331, 185, 1198, 20, 987]);
        // The two calls of one endpoint are one operation of OpenAPI.
        assert_eq!(counts(&back.requests), [330, 185, 1198, 20, 987], "{version:?}");
        let all = |it: &Collection| {
            let oauth2 = it.oauth2.clone().unwrap();
            (oauth2.grant, oauth2.token_url.to_string(), oauth2.scopes)
        };
        let (grant, url, mut scopes) = all(&collection);
        // Four reports ask for one that the list of the collection has not; OpenAPI lists what is asked for.
        scopes.push("billing".to_owned());
        let (same_grant, same_url, mut same) = all(&back);
        scopes.sort();
        same.sort();
        assert_eq!((same_grant, same_url, same), (grant, url, scopes), "{version:?}");
    }
}

/// Saved answers of a request, described in OpenAPI and read again, have the names, headers and bodies of before.
#[test]
fn saved_answers_come_back_from_openapi() {
    let (api, _) = crate::support::read(&crate::support::fixture("samples"));
    let text = fs::read_to_string(root().join(crate::support::fixture("samples"))).unwrap();
    let before = resolved(&text);
    let folder = tempfile::tempdir().unwrap();
    converted(&api, Target::OpenApi, folder.path());
    let text = fs::read_to_string(folder.path().join("openapi.json")).unwrap();
    let source = Source { file: "openapi.json", text: &text };
    let after = resolved(&reader::read(source, &mut Diagnostics::default()).unwrap().unwrap());
    let of =
        |it: &Collection| it.requests.iter().find(|it| it.name == "Get patient").unwrap().samples.clone();
    let (before, after) = (of(&before), of(&after));
    for one in before.iter().filter(|it| it.json) {
        let same = after.iter().find(|it| it.name == one.name).unwrap();
        let value = |body: &str| serde_json::from_str::<serde_json::Value>(body).unwrap();
        assert_eq!((same.status, value(&same.body)), (one.status, value(&one.body)), "{}", one.name);
    }
    let headers = |it: &[postwright::collection::Sample]| -> std::collections::BTreeSet<String> {
        it.iter().flat_map(|it| &it.headers).map(|it| it.to_ascii_lowercase()).collect()
    };
    let mut kept = headers(&before);
    assert!(kept.remove("date"));
    assert_eq!(headers(&after), kept);
    assert_eq!(kept.len(), 3, "{kept:?}");
}

/// A path without its origin, in the words of OpenAPI.
fn path_of(request: &Request) -> String {
    let piece = |it: &PathPart| match it {
        PathPart::Fixed(text) => text.to_string(),
        PathPart::Argument { key, .. } => format!("{{{key}}}"),
    };
    request.wire.url.path.iter().map(piece).collect()
}

/// What DrChrono publishes of its API has the operations, parameters and scopes of the collection.
#[test]
fn drchrono_is_what_is_published_of_it() {
    type Operation = (Vec<String>, Vec<String>, Vec<String>);
    let all = |collection: &Collection| -> BTreeMap<(String, String), Operation> {
        let operation = |it: &Request| {
            let values = it.path_rows.iter().map(|row| row.key.to_string());
            let mut query: Vec<String> = it.query.iter().map(|row| row.key.to_string()).collect();
            let mut scopes = it.wire.auth.scopes().to_vec();
            query.sort();
            scopes.sort();
            ((it.wire.method.clone(), path_of(it)), (values.collect(), query, scopes))
        };
        collection.requests.iter().map(operation).collect()
    };
    let collection = resolved(&fs::read_to_string(root().join(DRCHRONO)).unwrap());
    let (published, left_out) = read("drchrono.openapi.yaml");
    let sum = |it: &BTreeMap<_, Operation>| {
        it.values().fold((0, 0), |sum, it| (sum.0 + it.0.len(), sum.1 + it.1.len()))
    };
    assert_eq!(left_out, Vec::<String>::new());
    let (mut ours, published) = (all(&collection), all(&published));
    // The two calls of the token's endpoint have one path; none of the three is an operation of what is published.
    for (method, path) in [("POST", "/o/token/"), ("POST", "/o/revoke_token/"), ("GET", "/api/users/current")]
    {
        ours.remove(&(method.to_owned(), path.to_owned())).unwrap();
    }
    assert_eq!((ours.len(), published.len()), (327, 327));
    assert_eq!(sum(&published), (185, 1198));
    assert!(ours.keys().eq(published.keys()));
    // Eight are published with an empty list, which is all scopes here as there. Two are published without any auth, and the
    // collection gives them its own.
    let everything = collection.oauth2.unwrap().scopes.len();
    let (mut named, mut all_of_them, mut without) = (0, 0, Vec::new());
    for ((at, one), other) in ours.iter().zip(published.values()) {
        assert_eq!((&one.0, &one.1), (&other.0, &other.1), "{at:?}");
        if other.2.is_empty() {
            without.push(at.1.as_str());
            assert_eq!(one.2.len(), everything, "{at:?}");
            continue;
        }
        assert_eq!(one.2, other.2, "{at:?}");
        if one.2.len() == everything {
            all_of_them += 1;
        } else {
            named += one.2.len();
        }
    }
    assert_eq!((named, all_of_them), (745, 8));
    assert_eq!(without, ["/api/availability", "/api/patient_authorizations"]);
}

/// What is written for Bruno is read as what it was written from, where Bruno can say it.
#[test]
fn bruno_comes_back() {
    let (mut requests, mut different) = (0, Vec::new());
    for (path, api, _) in ours() {
        let collection = resolved(&fs::read_to_string(root().join(path)).unwrap());
        let folder = tempfile::tempdir().unwrap();
        converted(api, Target::Bruno, folder.path());
        let text = reader::bruno::read_folder(folder.path(), &mut Diagnostics::default()).unwrap();
        let back = resolved(&text);
        let signs = |index: usize| {
            let operation = operations(api).map(|it| it.1).find(|it| it.index == index).unwrap();
            Target::Bruno.signs(operation, &api.settings)
        };
        for request in collection.requests.iter().filter(|it| signs(it.index)) {
            let alike: Vec<_> = back.requests.iter().filter(|it| it.name == request.name).collect();
            // One that Bruno has no words for is not there, which is said.
            if alike.is_empty() {
                continue;
            }
            requests += 1;
            let old = sent(&request.wire);
            if !alike.iter().any(|it| sent(&it.wire) == old) {
                different.push(format!("{path}: {}\n{old}\n{}", request.place(), sent(&alike[0].wire)));
            }
        }
    }
    assert!(requests > 400, "{requests}");
    assert!(different.is_empty(), "{} of {requests}\n{}", different.len(), different.join("\n"));
}

#[test]
fn the_command_writes_a_file_or_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let shop = root().join(FOLDER).join("shop.openapi.yaml");
    let run = |arguments: &[&str]| {
        postwright(folder.path(), &[&["convert", shop.to_str().unwrap(), "--to"], arguments].concat())
    };
    let file = run(&["postman"]);
    assert!(file.status.success(), "{}", said(&file));
    assert!(said(&file).contains("gap[PW0025]"), "{}", said(&file));
    let printed = String::from_utf8(file.stdout).unwrap();
    assert_eq!(resolved(&printed).requests.len(), 5);
    // The same into a file, over what is there.
    for _ in 0..2 {
        assert!(run(&["postman", "--out", "new/shop.json"]).status.success());
        assert_eq!(fs::read_to_string(folder.path().join("new/shop.json")).unwrap(), printed);
    }
    for (format, some) in [
        ("hurl", "orders/list.hurl"),
        ("http", "orders.http"),
        ("bruno", "bruno.json"),
        ("har", "collection.har"),
    ] {
        let out = folder.path().join(format);
        if format == "har" {
            fs::create_dir(&out).unwrap();
        } else {
            let run = run(&[format]);
            assert_eq!(run.status.code(), Some(2));
            assert!(said(&run).contains("name a folder for them with --out"), "{}", said(&run));
        }
        let done = run(&[format, "--out", format]);
        assert!(done.status.success(), "{}", said(&done));
        let before = files(&out);
        assert!(out.join(some).is_file(), "{format}: {before:?}");
        // What is there stays.
        let again = run(&[format, "--out", format]);
        assert_eq!(again.status.code(), Some(2));
        assert!(said(&again).contains(" is not empty\n  help: name another folder"), "{}", said(&again));
        assert_eq!(files(&out), before);
    }
    let nothing = postwright(folder.path(), &["convert", "nothing.json", "--to", "har"]);
    assert_eq!(nothing.status.code(), Some(1));
    let unknown = run(&["soap"]);
    assert_eq!(unknown.status.code(), Some(2));
}

/// Whatever stands in a file, it is read, refused or none; and what is made of it is a collection.
#[test]
fn files_with_random_edits_are_read_or_refused() {
    let files: Vec<String> = FORMATS
        .iter()
        .map(|it| root().join(FOLDER).join(it))
        .filter(|it| it.is_file())
        .map(|it| fs::read_to_string(it).unwrap())
        .collect();
    let words = [
        "null",
        "[]",
        "{}",
        "7",
        "\"\"",
        "$ref: '#/paths'",
        "- a",
        "*x",
        "&x",
        "{{ _.a",
        "type: 1",
        "\u{0}",
        "ü",
    ];
    let edit =
        (0..files.len(), proptest::collection::vec((0..10_000_usize, 0..4_usize, 0..words.len()), 1..6));
    proptest!(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) }, |((file, edits) in edit)| {
        let mut lines: Vec<String> = files[file].lines().map(str::to_owned).collect();
        for (at, kind, word) in edits {
            let at = at % lines.len();
            let line = lines[at].clone();
            match kind {
                0 => drop(lines.remove(at)),
                1 => lines.insert(at, line),
                2 => lines.insert(at, words[word].to_owned()),
                _ => {
                    let (key, _) = line.split_once(':').unwrap_or((&line, ""));
                    lines[at] = format!("{key}: {}", words[word]);
                }
            }
            if lines.is_empty() {
                break;
            }
        }
        let text = lines.join("\n");
        let source = Source { file: "a.yaml", text: &text };
        if let Ok(Some(made)) = reader::read(source, &mut Diagnostics::default()) {
            parse(Source { file: "made.json", text: &made }).unwrap();
        }
    });
}
