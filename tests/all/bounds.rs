//! Large inputs: each is read and written out within a bound that only a loop in a loop would reach.
//!
//! `POSTWRIGHT_BOUNDS` makes them so many times as large.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{postwright, said};

/// Rows of most kinds.
const ROWS: usize = 2000;

/// Rows of a query for each of those: enough for a loop within a loop within a loop to reach the bound, as there
/// was once.
const QUERY: usize = 3;

/// What a case may take, whatever else the machine does. Most take some seconds without optimisations.
const BOUND: Duration = Duration::from_secs(240);

fn collection(item: Value) -> Value {
    json!({ "info": { "name": "Large" }, "item": [item] })
}

fn request(fields: Value) -> Value {
    let mut request = json!({ "method": "POST", "url": "https://api.example.com/x" });
    for (key, value) in fields.as_object().unwrap() {
        request[key] = value.clone();
    }
    collection(json!({ "name": "Send it", "request": request }))
}

fn answered(body: &Value, count: usize) -> Value {
    let answer = |index: usize| {
        json!({
            "name": format!("Answer {index}"),
            "code": 200,
            "header": [{ "key": "Content-Type", "value": "application/json" }],
            "body": body.to_string(),
        })
    };
    let answers: Vec<Value> = (0..count).map(answer).collect();
    collection(json!({ "name": "Get it", "request": "https://api.example.com/x", "response": answers }))
}

fn cases(size: usize) -> Vec<(&'static str, Value)> {
    let rows: Vec<Value> = (0..size).map(|it| json!({ "key": format!("k{it}"), "value": "1" })).collect();
    let list =
        |row: &dyn Fn(usize) -> String, between: &str| (0..size).map(row).collect::<Vec<_>>().join(between);
    let host = "https://api.example.com";
    let query: Vec<Value> =
        (0..size * QUERY).map(|it| json!({ "key": format!("k{it}"), "value": "1" })).collect();
    let url = |field: &str, value: Value| json!({ "url": { "host": [host], "path": ["x"], field: value } });
    let fields: serde_json::Map<String, Value> = (0..size).map(|it| (format!("k{it}"), it.into())).collect();
    let names = ["Get thing", "get_thing", "Get Thing!"];
    let requests: Vec<Value> =
        (0..size / 3).map(|it| json!({ "name": (names[it % 3]), "request": host })).collect();
    let mut deep = json!({ "v": 1 });
    for depth in 0..100 {
        deep = json!({ format!("a{}", depth % 7): deep });
    }
    let mut variables =
        request(json!({ "url": format!("{host}/{}", list(&|it| format!("{{{{k{it}}}}}"), "/")) }));
    variables["variable"] = rows.clone().into();
    let mut path = url("path", (0..size).map(|it| format!(":k{it}")).collect());
    path["url"]["variable"] = rows.clone().into();
    let parts: Vec<Value> =
        (0..size).map(|it| json!({ "key": format!("k{it}"), "value": "1", "type": "text" })).collect();
    vec![
        ("a query", request(url("query", query.into()))),
        (
            "a query in a text",
            request(json!({ "url": format!("{host}/?{}", list(&|it| format!("k{it}=1"), "&")) })),
        ),
        ("path variables", request(path)),
        ("variables", variables),
        ("headers", request(json!({ "header": rows }))),
        ("a form", request(json!({ "body": { "mode": "urlencoded", "urlencoded": rows } }))),
        ("form data", request(json!({ "body": { "mode": "formdata", "formdata": parts } }))),
        (
            "a body of many fields",
            request(json!({ "body": { "mode": "raw", "raw": Value::from(fields).to_string() } })),
        ),
        ("a long text", request(json!({ "body": { "mode": "raw", "raw": "x".repeat(size * 1000) } }))),
        (
            "a long name",
            request(
                json!({ "description": "d ".repeat(size * 10), "url": format!("{host}/{}", "n".repeat(size * 10)) }),
            ),
        ),
        (
            "scopes",
            request(
                json!({ "auth": { "type": "oauth2", "oauth2": [{ "key": "scope", "value": list(&|it| format!("s{it}"), " ") }] } }),
            ),
        ),
        ("names that meet", collection(json!({ "name": "Folder", "item": requests }))),
        ("deep types", answered(&deep, 1)),
        ("answers of one shape", answered(&json!({ "id": 1, "tags": ["a"], "next": null }), size)),
    ]
}

#[test]
fn large_inputs_end() {
    let times = std::env::var("POSTWRIGHT_BOUNDS").map_or(1, |it| it.parse().unwrap());
    for (what, collection) in cases(ROWS * times) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("large.json"), collection.to_string()).unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let begin = Instant::now();
        let mut run = Command::new(env!("CARGO_BIN_EXE_postwright"))
            .args(["generate", "large.json"])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let status = loop {
            if let Some(status) = run.try_wait().unwrap() {
                break status;
            }
            if begin.elapsed() > BOUND * u32::try_from(times).unwrap() {
                run.kill().unwrap();
                panic!("{what}: no end after {} s", begin.elapsed().as_secs());
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let said = fs::read_to_string(folder.path().join("log")).unwrap();
        assert!(status.success() && said.contains(" files written"), "{what}: {said}");
        println!("{what}: {:.1} s", begin.elapsed().as_secs_f64());
    }
}

/// What is larger than anything that somebody works with is cut or left out, and said.
#[test]
fn what_is_too_large_is_refused() {
    let rows: Vec<Value> = (0..50_001).map(|it| json!({ "key": format!("k{it}") })).collect();
    let many = list_of("k", 50_001);
    let url = |query: &Value| json!({ "url": { "host": ["https://api.example.com"], "query": query } });
    let mut growing = request(json!({ "url": "https://api.example.com/{{v0}}" }));
    let value =
        |it: usize| json!({ "key": format!("v{it}"), "value": format!("{{{{v{}}}}}", it + 1).repeat(10) });
    growing["variable"] = (0..15).map(value).collect();
    let mut value = request(json!({ "url": "https://api.example.com/{{long}}" }));
    value["variable"] = json!([{ "key": "long", "value": "x".repeat(70_000) }]);
    let claims = json!([{ "key": "payload", "value": { "text": "x".repeat(3 << 20) } }, { "key": "secret", "value": "s" }]);
    let items: Vec<Value> = (0..50)
        .map(|it| json!({ "name": format!("Get {it}"), "request": "https://api.example.com/x" }))
        .collect();
    let mut inherited = collection(json!({ "name": "Folder", "item": items }));
    inherited["auth"] = json!({ "type": "jwt", "jwt": claims });
    let mut name = request(json!({}));
    name["item"][0]["name"] = "Get thing ".repeat(200).into();
    let cases = [
        (
            "rows of a query",
            request(url(&rows.clone().into())),
            "rows and variables, more than 50000; it is left out",
            0,
        ),
        (
            "rows of a query in a text",
            request(json!({ "url": format!("https://api.example.com/?{many}") })),
            "rows and variables, more than 50000; it is left out",
            0,
        ),
        (
            "a form",
            request(json!({ "body": { "mode": "urlencoded", "urlencoded": rows } })),
            "rows and variables, more than 50000; it is left out",
            0,
        ),
        (
            "headers",
            request(json!({ "header": rows })),
            "rows and variables, more than 50000; it is left out",
            0,
        ),
        (
            "variables",
            request(json!({ "body": { "mode": "raw", "raw": "{{v}}".repeat(50_001) } })),
            "rows and variables, more than 50000; it is left out",
            0,
        ),
        ("values in each other", growing, "have made texts longer by 64 MiB", 1),
        ("a value", value, "the value of long has 70000 bytes; more than 65536 are no default", 1),
        ("auth of a folder", inherited, "and that of all requests more than 128 MiB", 42),
        ("a name", name, "the name has 2000 characters; 1000 of them are used", 1),
    ];
    for (what, collection, message, requests) in cases {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("large.json"), collection.to_string()).unwrap();
        let run = Command::new(env!("CARGO_BIN_EXE_postwright"))
            .args(["generate", "--target", "curl", "large.json"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        let said: String = said.chars().take(4000).collect();
        assert!(
            run.status.success() && said.contains("warning[PW0024]") && said.contains(message),
            "{what}: {said}"
        );
        let scripts = fs::read_dir(folder.path().join("generated/large/curl")).map_or(0, |it| {
            it.flatten()
                .filter(|it| it.path().is_dir())
                .flat_map(|it| fs::read_dir(it.path()).unwrap())
                .count()
        });
        assert_eq!(scripts, requests, "{what}: {said}");
        if requests == 0 {
            assert!(said.contains("PW0015"), "{what}: {said}");
        }
    }
}

/// `k0=1&k1=1` and so on.
fn list_of(name: &str, count: usize) -> String {
    (0..count).map(|it| format!("{name}{it}=1")).collect::<Vec<_>>().join("&")
}

#[test]
fn a_large_collection_is_told_as_a_small_one() {
    let get = json!({ "name": "Get it", "request": "https://api.example.com/x" });
    let text = json!({ "info": { "name": "Large" }, "item": [get, get] }).to_string();
    let told = |padding: usize| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("large.json"), text.clone() + &" ".repeat(padding)).unwrap();
        let run = |arguments: &[&str]| {
            let output = postwright(folder.path(), arguments);
            let told = said(&output);
            let places = told.lines().filter(|line| line.starts_with("large.json:"));
            places.map(str::to_owned).collect::<Vec<_>>()
        };
        [
            run(&["generate", "--target", "curl", "large.json"]),
            run(&["generate", "--target", "curl", "--check", "large.json"]),
        ]
    };
    let [written, compared] = told(17 << 20);
    assert!(written.iter().any(|it| it.contains("warning[PW0007]")), "{written:?}");
    assert_eq!(written, compared);
    assert_eq!([written, compared], told(0));
}
