//! Lists that are read to their ends.

use crate::server::Server;
use crate::support::{fixture, program};

use super::Scripts;

/// A server that answers a target with what stands beside it, and with 404 to all others.
fn serving(answers: &'static [(&'static str, &'static str)]) -> Server {
    Server::start(move |request| {
        let answer = answers.iter().find(|(target, _)| *target == request.target);
        answer.map_or((404, "{}".to_owned()), |(_, body)| (200, (*body).to_owned()))
    })
}

fn jq() {
    program("jq", "install it with the package manager of the system");
}

#[test]
fn lists_are_read_to_their_ends() {
    jq();
    let scripts = Scripts::of(&fixture("paging"));
    let server = serving(&[
        (
            "/links/things?since=2026",
            r#"{"results": [{"id": 1, "x": "a b"}, null], "next": "https://things.example.com/links/things?cursor=b%2Fc"}"#,
        ),
        ("/links/things?cursor=b%2Fc", r#"{"results": [], "next": "?cursor=d"}"#),
        ("/links/things?cursor=d", "{\"data\":\n [{\"id\": 3}], \"next\": null}"),
        ("/links/rows", r#"{"rows": [{"id": 1}], "_links": {"next": {"href": "/links/rows?after=1"}}}"#),
        ("/links/rows?after=1", r#"{"rows": [{"id": 2}], "_links": {}}"#),
        (
            "/cursors/events?limit=2",
            r#"{"data": [{"id": 1}], "meta": {"next_cursor": "b/c&d", "has_more": true}}"#,
        ),
        (
            "/cursors/events?limit=2&cursor=b%2Fc%26d",
            r#"{"data": [{"id": 2}], "meta": {"next_cursor": "e", "has_more": false}}"#,
        ),
        ("/pages/users?per_page=2", r#"[{"id": 1}, {"id": 2}]"#),
        ("/pages/users?per_page=2&page=2", r#"[{"id": 3}]"#),
        ("/pages/users", r#"[{"id": 1}, {"id": 2}]"#),
        ("/pages/users?page=2", "[]"),
        ("/pages/orders", r#"{"orders": [{"id": 1}], "total_pages": 2}"#),
        ("/pages/orders?page=1", r#"{"orders": [{"id": 2}], "total_pages": 2}"#),
        ("/offsets/logs?offset=1&limit=2", r#"{"logs": [{"id": 2}, {"id": 3}], "total": 5}"#),
        ("/offsets/logs?limit=2&offset=3", r#"{"logs": [{"id": 4}, {"id": 5}], "total": 5}"#),
    ]);
    let table: [(&str, &[&str], &str); 8] = [
        ("links/list_things.sh", &["since=2026"], "{\"id\":1,\"x\":\"a b\"}\n{\"id\":3}\n"),
        ("links/list_rows.sh", &[], "{\"id\":1}\n{\"id\":2}\n"),
        ("cursors/list_events.sh", &["limit=2"], "{\"id\":1}\n{\"id\":2}\n"),
        ("pages/list_users.sh", &["per_page=2"], "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n"),
        ("pages/list_users.sh", &[], "{\"id\":1}\n{\"id\":2}\n"),
        ("pages/list_orders.sh", &[], "{\"id\":1}\n{\"id\":2}\n"),
        (
            "offsets/list_logs.sh",
            &["offset=1", "limit=2"],
            "{\"id\":2}\n{\"id\":3}\n{\"id\":4}\n{\"id\":5}\n",
        ),
        ("links/list_rows.sh", &["--dry-run"], ""),
    ];
    for (script, arguments, want) in table {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--all"]).collect();
        let said = scripts.said(script, &server, &arguments);
        if want.is_empty() {
            assert!(said.starts_with("curl \\\n"), "{said}");
        } else {
            assert_eq!(said, want, "{script} {arguments:?}");
        }
    }
    // Without --all it is one page, as it came.
    assert!(scripts.said("links/list_things.sh", &server, &["since=2026"]).contains("null], \"next\""));
}

#[test]
fn lists_that_cannot_be_read_say_why() {
    jq();
    let scripts = Scripts::of(&fixture("paging"));
    let elsewhere = Server::start(|_| (200, r#"{"results": [{"id": 9}], "next": null}"#.to_owned()));
    let links = [
        format!("{}/links/things?cursor=b", elsewhere.origin()),
        "//127.0.0.2/links/things".to_owned(),
        "https://things.example.com.evil.example/links/things".to_owned(),
        "http://things.example.com/links/things".to_owned(),
        "https://user:pass@things.example.com/links/things".to_owned(),
        "https://things.example.com:8443/links/things".to_owned(),
        "https://things.example.com\\\\@evil.example/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "https://".to_owned(),
        "?cursor=\\u00e9".to_owned(),
    ];
    for link in links {
        let next = link.clone();
        let server =
            Server::start(move |_| (200, format!(r#"{{"results": [{{"id": 1}}], "next": "{next}"}}"#)));
        let run = scripts.run("links/list_things.sh", &server, &["--all"]);
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(!run.status.success() && said.starts_with("the link to the next page"), "{link}: {said}");
        assert_eq!(String::from_utf8_lossy(&run.stdout), "{\"id\":1}\n");
        assert_eq!(server.take().len(), 1, "{link}");
    }
    assert_eq!(elsewhere.take(), []);
    let circle = Server::start(|_| (200, r#"{"results": [{"id": 1}], "next": "?cursor=b"}"#.to_owned()));
    let run = scripts.run("links/list_things.sh", &circle, &["--all"]);
    assert!(!run.status.success() && String::from_utf8_lossy(&run.stderr).contains("read already"));
    let same = Server::start(|_| (200, r#"[{"id": 1}, {"id": 2}]"#.to_owned()));
    let run = scripts.run("pages/list_users.sh", &same, &["--all"]);
    assert!(!run.status.success() && String::from_utf8_lossy(&run.stderr).contains("the same page again"));
    let none = Server::start(|_| (200, r#"{"other": []}"#.to_owned()));
    let run = scripts.run("links/list_things.sh", &none, &["--all"]);
    assert!(!run.status.success() && String::from_utf8_lossy(&run.stderr).contains("there is no list"));
    let down = Server::start(|_| (500, r#"{"why": "broken"}"#.to_owned()));
    let run = scripts.run("links/list_things.sh", &down, &["--all"]);
    assert_eq!(run.status.code(), Some(22), "curl's own code");
    assert!(String::from_utf8_lossy(&run.stderr).contains(r#"{"why": "broken"}"#));
}
