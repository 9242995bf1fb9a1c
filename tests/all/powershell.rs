//! Scripts of PowerShell for lists, which read them to their ends. They are read by the interpreter of
//! the tests, which knows the subset that they are written in.

mod token;

use std::process::{Command, Output};

use postwright::api::Http;
use postwright::target::Target;

use crate::server::Server;
use crate::snippets::Stage;
use crate::support::{python_with_requests, root};

/// The scripts of the fixture, and a server that answers like this.
fn lists(answers: &'static [(&'static str, &'static str)]) -> Stage {
    Stage::of(Target::PowerShell, Http::default(), answers)
}

/// Runs a script of the fixture.
fn run(stage: &Stage, file: &str, arguments: &[&str]) -> Output {
    Command::new(python_with_requests())
        .current_dir(stage.folder.path().join("paging/powershell"))
        .arg(root().join("tests/powershell/interpret.py"))
        .arg(stage.server.port().to_string())
        .arg(file)
        .args(arguments)
        .env("PAGING_BASE_URL", stage.server.origin())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap()
}

/// What it writes, what it says of a failure, and what it asked for.
fn walk(stage: &Stage, file: &str, arguments: &[&str]) -> (String, String, Vec<String>) {
    let run = run(stage, file, &[&["-All"], arguments].concat());
    let printed = String::from_utf8_lossy(&run.stdout).trim_end().replace('\n', " ");
    let failure = String::from_utf8_lossy(&run.stderr).trim_end().to_owned();
    assert_eq!(run.status.success(), failure.is_empty(), "{failure}");
    (printed, failure, stage.server.take().into_iter().map(|it| it.target).collect())
}

#[test]
fn links_lead_on() {
    let stage = lists(&[
        ("/links/things", r#"{"results": [{"id": 1}, null], "next": "ORIGIN/links/things?cursor=b%2Fc"}"#),
        ("/links/things?cursor=b%2Fc", r#"{"results": [], "next": "?cursor=d"}"#),
        ("/links/things?cursor=d", r#"{"data": [{"id": "ü"}], "next": null}"#),
    ]);
    let (printed, failure, asked) = walk(&stage, "links/list_things.ps1", &[]);
    assert_eq!((printed.as_str(), failure.as_str()), (r#"{"id": 1} {"id": "\u00fc"}"#, ""));
    assert_eq!(asked.len(), 3);
    let stage = lists(&[
        ("/links/rows", r#"{"rows": [{"id": 1}], "_links": {"next": {"href": "/links/rows?after=1"}}}"#),
        ("/links/rows?after=1", r#"{"rows": [{"id": 2}], "_links": {}}"#),
    ]);
    assert_eq!(walk(&stage, "links/list_rows.ps1", &[]).0, r#"{"id": 1} {"id": 2}"#);
    // Without the switch it is one request.
    let run = run(&stage, "links/list_rows.ps1", &[]);
    assert!(String::from_utf8_lossy(&run.stdout).starts_with(r#"{"rows": [{"id": 1}]"#));
    assert_eq!(stage.server.take().len(), 1);
}

/// A token goes along, so a link is followed only to where the list is read from.
#[test]
fn a_link_that_leaves_the_api_is_refused() {
    let links = [
        "http://things.example.com/links/things?cursor=b",
        "//127.0.0.2/links/things",
        "https://127.0.0.1/links/things",
        "ORIGIN.evil.example/links/things",
        "http://user:pass@HOST/links/things",
        "file:///etc/passwd",
    ];
    for link in links {
        let mut stage = lists(&[]);
        stage.server = Server::start(move |request| {
            let host = request.header("host").unwrap_or_default();
            let next = link.replace("ORIGIN", &format!("http://{host}")).replace("HOST", host);
            (200, format!(r#"{{"results": [{{"id": 1}}], "next": "{next}"}}"#))
        });
        let (printed, failure, asked) = walk(&stage, "links/list_things.ps1", &[]);
        assert_eq!(printed, r#"{"id": 1}"#, "{link}");
        // A link that is no address, or of a scheme that .NET sends nothing to, fails before.
        let whys = ["leads to another server", "Invalid URI", "scheme is not supported"];
        assert!(whys.iter().any(|it| failure.contains(it)), "{link}: {failure}");
        assert_eq!(asked.len(), 1, "{link}");
    }
}

#[test]
fn no_list_goes_round_in_circles() {
    let stage = lists(&[
        ("/links/things", r#"{"results": [1], "next": "?cursor=b"}"#),
        ("/links/things?cursor=b", r#"{"results": [2], "next": "?cursor=b"}"#),
    ]);
    let (printed, failure, asked) = walk(&stage, "links/list_things.ps1", &[]);
    assert_eq!((printed.as_str(), asked.len()), ("1 2", 2));
    assert!(failure.contains("was read already"), "{failure}");
    // A server that knows no pages has the same ones on each.
    let stage = lists(&[("/pages/users", "[1, 2]"), ("/pages/users?page=2", "[1, 2]")]);
    let (_, failure, asked) = walk(&stage, "pages/list_users.ps1", &[]);
    assert_eq!(asked.len(), 2);
    assert!(failure.contains("the same again"), "{failure}");
}

#[test]
fn cursors_lead_on() {
    let stage = lists(&[
        ("/cursors/events?limit=2", r#"{"data": [1], "meta": {"next_cursor": "b/c&d", "has_more": true}}"#),
        (
            "/cursors/events?limit=2&cursor=b%2Fc%26d",
            r#"{"data": [2], "meta": {"next_cursor": 7, "has_more": true}}"#,
        ),
        (
            "/cursors/events?limit=2&cursor=7",
            r#"{"data": [3], "meta": {"next_cursor": "x", "has_more": false}}"#,
        ),
    ]);
    let (printed, failure, asked) = walk(&stage, "cursors/list_events.ps1", &["-Limit", "2"]);
    assert_eq!((printed.as_str(), failure.as_str(), asked.len()), ("1 2 3", "", 3));
}

/// PowerShell makes a date of such a text before the script sees it.
#[test]
fn cursors_that_are_times_lead_on() {
    let stage = lists(&[
        (
            "/cursors/events",
            r#"{"data": [1], "meta": {"next_cursor": "2026-03-15T10:30:00Z", "has_more": true}}"#,
        ),
        (
            "/cursors/events?cursor=2026-03-15T10%3A30%3A00Z",
            r#"{"data": [2], "meta": {"next_cursor": null, "has_more": false}}"#,
        ),
    ]);
    let (printed, failure, asked) = walk(&stage, "cursors/list_events.ps1", &[]);
    assert_eq!((printed.as_str(), failure.as_str()), ("1 2", ""), "{asked:?}");
}

#[test]
fn numbers_of_pages_lead_on() {
    // A page that is not full is the last one.
    let stage = lists(&[
        ("/pages/users?page=1&per_page=2", "[1, 2]"),
        ("/pages/users?per_page=2&page=2", "[3, 4]"),
        ("/pages/users?per_page=2&page=3", "[5]"),
    ]);
    let given = ["-Page", "1", "-PerPage", "2"];
    let (printed, failure, asked) = walk(&stage, "pages/list_users.ps1", &given);
    assert_eq!((printed.as_str(), failure.as_str(), asked.len()), ("1 2 3 4 5", "", 3));
    // Without a size, one without items is.
    let stage = lists(&[("/pages/users", "[1]"), ("/pages/users?page=2", "[]")]);
    assert_eq!(walk(&stage, "pages/list_users.ps1", &[]).0, "1");
    // Pages that begin at 0, and an answer that says how many there are.
    let stage = lists(&[
        ("/pages/orders", r#"{"orders": [1], "total_pages": 2}"#),
        ("/pages/orders?page=1", r#"{"orders": [2], "total_pages": 2}"#),
    ]);
    let (printed, failure, asked) = walk(&stage, "pages/list_orders.ps1", &[]);
    assert_eq!((printed.as_str(), failure.as_str(), asked.len()), ("1 2", "", 2));
}

#[test]
fn offsets_lead_on() {
    let stage = lists(&[
        ("/offsets/logs?offset=0&limit=2", r#"{"logs": [1, 2], "total": 4}"#),
        ("/offsets/logs?limit=2&offset=2", r#"{"logs": [3, 4], "total": 4}"#),
    ]);
    let given = ["-Offset", "0", "-Limit", "2"];
    let (printed, failure, asked) = walk(&stage, "offsets/list_logs.ps1", &given);
    assert_eq!((printed.as_str(), failure.as_str(), asked.len()), ("1 2 3 4", "", 2));
}

#[test]
fn a_page_that_fails_ends_it() {
    let stage = lists(&[("/links/things", r#"{"results": [1], "next": "?cursor=b"}"#)]);
    let (printed, failure, _) = walk(&stage, "links/list_things.ps1", &[]);
    assert_eq!(printed, "1");
    assert!(failure.contains("does not indicate success: 404"), "{failure}");
    let stage = lists(&[("/links/things", r#"{"error": "none"}"#)]);
    assert!(walk(&stage, "links/list_things.ps1", &[]).1.contains("the answer holds no list"));
}
