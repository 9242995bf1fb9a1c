//! Formats besides Postman's: one API, written in each of them, is one model.

use std::fs;

use postwright::collection::{Auth, Collection, PathPart, WireRequest, resolve};
use postwright::diagnostic::{Code, Diagnostics};
use postwright::postman::{Source, parse};
use postwright::reader;
use postwright::secret::Secrets;

use crate::support::root;

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
        if name == "baseUrl" { "https://api.example.com/v1".to_owned() } else { "TOKEN".to_owned() }
    };
    let text = |it: &postwright::collection::Text| it.filled(value, |_, _| String::new());
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
    let wire = wire.map_texts(&|it| postwright::collection::Text::literal(text(it)));
    let is_signed = wire.auth != Auth::None;
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
            let rows = |of: &[postwright::collection::Row]| -> Vec<_> {
                of.iter().map(|it| (it.key.to_string(), it.enabled)).collect()
            };
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
