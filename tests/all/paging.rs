//! Lists that are read to their ends, and batches, from a server on the loopback interface.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use postwright::api::Next;
use postwright::config::Config;
use postwright::diagnostic::Diagnostics;
use postwright::postman::Source;
use postwright::secret::Secrets;
use postwright::{Input, model};

use crate::clients::probe;
use crate::server::{Recorded, Server};
use crate::support::{fixture, root, tree};

/// What the probe says that reads a list, and what it asked for.
fn walk(what: &str, server: &Server) -> (String, Vec<String>) {
    let run =
        Command::new(&probe().program).args(["walk", what]).env("ORIGIN", server.origin()).output().unwrap();
    assert!(run.status.success(), "{what}: {}", String::from_utf8_lossy(&run.stderr));
    let said = String::from_utf8_lossy(&run.stdout).trim_end().replace('\n', " ");
    let asked = server.take().into_iter().map(|it| format!("{} {}", it.method, it.target)).collect();
    (said, asked)
}

/// A server that answers a target with what stands beside it, and with 404 to all others.
fn serving(answers: &'static [(&'static str, &'static str)]) -> Server {
    Server::start(move |request| {
        let answer = answers.iter().find(|(target, _)| *target == request.target);
        answer.map_or((404, "{}".to_owned()), |(_, body)| (200, (*body).to_owned()))
    })
}

#[test]
fn links_lead_on() {
    let server = serving(&[
        (
            "/links/things?since=2026",
            r#"{"results": [{"id": 1}, null], "next": "https://things.example.com/links/things?cursor=b%2Fc", "previous": null}"#,
        ),
        ("/links/things?cursor=b%2Fc", r#"{"results": [], "next": "?cursor=d", "previous": null}"#),
        ("/links/things?cursor=d", r#"{"data": [{"id": 3}], "next": null, "previous": "x", "new": {}}"#),
    ]);
    let (said, asked) = walk("things", &server);
    assert_eq!(said, "1 3", "an empty page and a null are no end");
    let want = ["?since=2026", "?cursor=b%2Fc", "?cursor=d"].map(|it| format!("GET /links/things{it}"));
    assert_eq!(asked, want);
}

#[test]
fn pages_come_one_by_one() {
    let first =
        r#"{"results": [{"id": 1}, {"id": 2}, null], "next": "/links/things?cursor=b", "previous": null}"#;
    let server = Server::start(move |request| match request.target.as_str() {
        "/links/things" => (200, first.to_owned()),
        _ => (500, "{}".to_owned()),
    });
    let (said, asked) = walk("one page", &server);
    assert_eq!((said.as_str(), asked.len()), ("2 of Some(\"b\")", 1), "only what is polled for is read");
    let (said, asked) = walk("pages of things", &server);
    assert_eq!((said.as_str(), asked.len()), ("2 error: the server answered 500 Internal Server Error", 2));
}

#[test]
fn objects_of_links_lead_on() {
    let server = serving(&[
        ("/links/rows", r#"{"rows": [{"id": 1}], "_links": {"next": {"href": "/links/rows?after=1"}}}"#),
        ("/links/rows?after=1", r#"{"rows": [{"id": 2}], "_links": {}}"#),
    ]);
    assert_eq!(walk("rows", &server).0, "1 2");
}

/// A token goes along, so a link is followed only to where the list is read from.
#[test]
fn a_link_that_leaves_the_api_is_refused() {
    let elsewhere = Server::start(|_| (200, r#"{"results": [{"id": 9}], "next": null}"#.to_owned()));
    let links = [
        format!("{}/links/things?cursor=b", elsewhere.origin()),
        "//127.0.0.2/links/things".to_owned(),
        "https://things.example.com.evil.example/links/things".to_owned(),
        "http://things.example.com/links/things".to_owned(),
        "https://user:pass@things.example.com/links/things".to_owned(),
        "https://things.example.com:8443/links/things".to_owned(),
        "file:///etc/passwd".to_owned(),
        "https://".to_owned(),
    ];
    for link in links {
        let next = link.clone();
        let server = Server::start(move |_| {
            (200, format!(r#"{{"results": [{{"id": 1}}], "next": "{next}", "previous": null}}"#))
        });
        let (said, asked) = walk("things", &server);
        assert!(said.starts_with("1 error: the list cannot be read to its end: the link"), "{link}: {said}");
        assert_eq!(asked.len(), 1, "{link}");
    }
    assert_eq!(elsewhere.take(), []);
}

#[test]
fn no_list_goes_round_in_circles() {
    let server = Server::start(|_| (200, r#"{"results": [{"id": 1}], "next": "?cursor=b"}"#.to_owned()));
    let (said, asked) = walk("things", &server);
    assert_eq!(asked.len(), 2);
    assert!(said.starts_with("1 1 error: ") && said.contains("was read already"), "{said}");
    // A server that knows no pages has the same ones on each.
    let server = Server::start(|_| (200, r#"[{"id": 1}, {"id": 2}]"#.to_owned()));
    let (said, asked) = walk("users", &server);
    assert_eq!(asked.len(), 2);
    assert!(said.starts_with("1 2 ") && said.contains("was read already"), "{said}");
}

#[test]
fn cursors_lead_on() {
    let server = serving(&[
        (
            "/cursors/events?limit=2",
            r#"{"data": [{"id": 1}], "meta": {"next_cursor": "b/c&d", "has_more": true}}"#,
        ),
        (
            "/cursors/events?limit=2&cursor=b/c%26d",
            r#"{"data": [{"id": 2}], "meta": {"next_cursor": "e", "has_more": false}}"#,
        ),
    ]);
    let (said, asked) = walk("events", &server);
    assert_eq!((said.as_str(), asked.len()), ("1 2", 2), "{asked:?}");
}

#[test]
fn numbers_of_pages_lead_on() {
    let server = serving(&[
        ("/pages/users?per_page=2", r#"[{"id": 1}, {"id": 2}]"#),
        ("/pages/users?per_page=2&page=2", r#"[{"id": 3}]"#),
        ("/pages/users", r#"[{"id": 1}, {"id": 2}]"#),
        ("/pages/users?page=2", "[]"),
        ("/pages/orders", r#"{"orders": [{"id": 1}], "total_pages": 2}"#),
        ("/pages/orders?page=1", r#"{"orders": [{"id": 2}], "total_pages": 2}"#),
    ]);
    // A page that is not full is the last one, and one that is empty.
    assert_eq!(walk("users", &server).0, "1 2 3");
    assert_eq!(walk("all users", &server).0, "1 2");
    // Counted from zero, and the server says how many there are.
    assert_eq!(walk("orders", &server).0, "1 2");
}

#[test]
fn offsets_lead_on() {
    let server = serving(&[
        ("/offsets/logs?offset=1&limit=2", r#"{"logs": [{"id": 2}, {"id": 3}], "total": 5}"#),
        ("/offsets/logs?offset=3&limit=2", r#"{"logs": [{"id": 4}, {"id": 5}], "total": 5}"#),
    ]);
    assert_eq!(walk("logs", &server).0, "2 3 4 5");
}

/// Starts a batch, asks until it is ready, and reads all pages of it.
#[test]
fn batches_are_read_when_they_are_ready() {
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |request| {
        let body = match (request.method.as_str(), request.target.as_str()) {
            ("POST", "/exports/rows?since=2026") => r#"{"uuid": "u/1", "status": "In progress"}"#,
            ("GET", "/exports/rows?uuid=u/1") => match asked.fetch_add(1, Ordering::Relaxed) {
                0 | 1 => r#"{"uuid": "u/1", "status": "In progress"}"#,
                _ => {
                    r#"{"status": "Complete", "results": [{"id": 1}], "pagination": {"page": 1, "pages": 2}}"#
                }
            },
            ("GET", "/exports/rows?uuid=u/1&page=2") => {
                r#"{"status": "Complete", "results": [{"id": 2}], "pagination": {"page": 2, "pages": 2}}"#
            }
            _ => return (404, "{}".to_owned()),
        };
        (200, body.to_owned())
    });
    let (said, asked) = walk("export", &server);
    assert_eq!((said.as_str(), asked.len()), ("1 2", 5), "{asked:?}");
}

#[test]
fn batches_may_fail() {
    let answers = |status: &'static str| {
        Server::start(move |_: &Recorded| (200, format!(r#"{{"uuid": "u", "status": "{status}"}}"#)))
    };
    let (said, asked) = walk("export", &answers("Failed"));
    assert!(said.contains("the server gave the batch up"), "{said}");
    assert_eq!(asked.len(), 2);
    let (said, asked) = walk("slow export", &answers("In progress"));
    assert!(said.contains("was not ready within"), "{said}");
    assert!(asked.len() > 2, "{asked:?}");
    let server = Server::start(|_| (200, r#"{"status": "In progress"}"#.to_owned()));
    assert!(walk("export", &server).0.contains("the batch has no id"));
}

/// The fixture with what `postwright.toml` says about its lists.
fn with_settings(paging: &str) -> postwright::error::Result<postwright::api::Api> {
    let path = fixture("paging");
    let text = std::fs::read_to_string(root().join(&path)).unwrap();
    let settings = format!("[[collection]]\npath = \"paging.json\"\n{paging}");
    let config = Config::parse("postwright.toml", &settings)?;
    let input = Input {
        collection: Source { file: &path, text: &text },
        environment: None,
        globals: None,
        name: None,
        secrets: &Secrets::default(),
        paging: Some(("postwright.toml", &config.collections[0].paging)),
    };
    model(input, &mut Diagnostics::default())
}

fn paging<'a>(api: &'a postwright::api::Api, id: &str) -> Option<&'a Next> {
    let mut all = api.groups.iter().flat_map(|group| &group.operations);
    all.find(|it| it.id == id).unwrap().paging.as_ref().map(|it| &it.next)
}

#[test]
fn settings_say_what_samples_do_not() {
    let api = with_settings(
        r#"
        [[collection.paging]]
        operation = "Plain / Get Report"
        style = "cursor"
        items = "lines"
        next = "last"
        parameter = "mark"

        [[collection.paging]]
        operation = "Pages/List Users"
        style = "none"
        "#,
    )
    .unwrap();
    let mark = Next::Cursor { at: "/last".to_owned(), parameter: "mark".to_owned(), more: None };
    assert_eq!(paging(&api, "plain.report"), Some(&mark));
    assert_eq!(paging(&api, "pages.list_users"), None);
    assert!(paging(&api, "pages.list_orders").is_some());
    let tree = tree(&api);
    let text = |path: &str| tree.files().find(|it| it.path == path).unwrap().text.clone();
    assert!(text("paging/rust/src/api/plain.rs").contains(r#"Next::cursor("/last", "mark", "")"#));
    assert!(!text("paging/rust/src/api/pages.rs").contains("per_page\", \"\")"));
}

#[test]
fn settings_that_cannot_be() {
    let table = [
        ("operation = \"Plain / Nothing\"\nstyle = \"links\"", "no request is called that"),
        ("operation = \"Plain / Get Report\"\nstyle = \"links\"", "its answer has no list, or several"),
        ("operation = \"Plain / Get Report\"\nstyle = \"page\"\nitems = \"lines\"", "parameter is missing"),
        ("operation = \"Plain / Get Report\"\nstyle = \"links\"\nitems = \"last\"", "there is no list at"),
        ("operation = \"Plain / Get Report\"\nstyle = \"spiral\"", "unknown variant `spiral`"),
        ("operation = \"Plain / Get Report\"\nstyle = \"bulk\"\nitems = \"lines\"", "start is missing"),
    ];
    for (settings, want) in table {
        let error = with_settings(&format!("[[collection.paging]]\n{settings}\n")).unwrap_err();
        assert!(error.to_string().contains(want), "{settings}: {error}");
    }
}

fn drchrono(server: &Server) -> drchrono::Client {
    drchrono::Client::builder()
        .set(drchrono::Variable::ACCESS_TOKEN, "t1")
        .origin("https://app.drchrono.com", server.origin())
        .build()
        .unwrap()
}

/// DrChrono names itself in its links, whatever server is asked in its place, and each page is
/// signed.
#[tokio::test]
async fn a_list_of_drchrono() {
    use drchrono::api::patients::ListPatients;

    let server = serving(&[
        (
            "/api/patients?doctor=42",
            r#"{"results": [{"id": 1}, {"id": 2}], "previous": null, "next": "https://app.drchrono.com/api/patients?cursor=b&doctor=42"}"#,
        ),
        ("/api/patients?cursor=b&doctor=42", r#"{"data": [{"id": 3}], "previous": "x", "next": null}"#),
    ]);
    let client = drchrono(&server);
    let mut patients = client.patients().list(&ListPatients::new().doctor(42)).items();
    let mut ids = Vec::new();
    while let Some(patient) = patients.try_next().await.unwrap() {
        ids.push(patient.id);
    }
    assert_eq!(ids, [1, 2, 3]);
    let asked = server.take();
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().all(|it| it.header("authorization") == Some("Bearer t1")));
}

#[tokio::test]
async fn a_batch_of_drchrono() {
    use drchrono::api::patients_list::StartBulkPatientList;

    let server = Server::start(|request| match (request.method.as_str(), request.target.as_str()) {
        ("POST", "/api/patients_list?since=2026-11-01") => {
            (200, r#"{"uuid": "9d3f", "status": "In progress"}"#.to_owned())
        }
        ("GET", "/api/patients_list?uuid=9d3f") => {
            (200, r#"{"uuid": "9d3f", "status": "Complete", "results": [{"id": 7}]}"#.to_owned())
        }
        _ => (404, "{}".to_owned()),
    });
    let client = drchrono(&server);
    let query = StartBulkPatientList::new().since("2026-11-01");
    let batch = client.patients_list().read_all(&query).interval(std::time::Duration::from_millis(5));
    let mut patients = batch.items();
    assert_eq!(patients.try_next().await.unwrap().unwrap().id, 7);
    assert!(patients.try_next().await.unwrap().is_none());
}

/// What the README shows is what is read.
#[test]
fn the_settings_of_the_readme_are_some() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (_, block) = readme.split_once("```toml\n[[collection.paging]]").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let text = format!(
        "[[collection]]\npath = \"a.json\"\n[[collection.paging]]{}",
        block.replace("# start", "start")
    );
    let config = Config::parse("postwright.toml", &text).unwrap();
    let all = format!("{:?}", config.collections[0].paging[0]);
    assert!(!all.contains("None"), "every key is shown: {all}");
}
