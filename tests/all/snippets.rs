//! Python snippets of lists, which read them to their ends.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use postwright::api::{Http, Settings};
use postwright::target::Target;

use crate::server::Server;
use crate::support::{fixture, python_with_requests, read, tree_of};

/// What they are on.
const LIBRARIES: [Http; 2] = [Http::Requests, Http::Httpx];

/// Snippets of the fixture, and a server that they take for the API.
pub(crate) struct Stage {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) server: Server,
}

impl Stage {
    /// With a server that answers a target with what stands beside it, and with 404 to all others.
    /// `ORIGIN` in an answer is its own.
    fn new(http: Http, answers: &'static [(&'static str, &'static str)]) -> Self {
        Self::of(Target::Python, http, answers)
    }

    /// With the outputs of one target.
    pub(crate) fn of(target: Target, http: Http, answers: &'static [(&'static str, &'static str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (mut api, _) = read(&fixture("paging"));
        api.set(Settings { http, ..Settings::default() });
        tree_of(&api, target).write(folder.path()).unwrap();
        let server = Server::start(move |request| {
            let answer = answers.iter().find(|(target, _)| *target == request.target);
            let host = request.header("host").unwrap_or_default();
            let body = |body: &str| body.replace("ORIGIN", &format!("http://{host}"));
            answer.map_or((404, "{}".to_owned()), |(_, it)| (200, body(it)))
        });
        Self { folder, server }
    }

    /// Takes the mark of a comment away: what users do who want a parameter to be sent.
    fn send(self, file: &str, row: &str) -> Self {
        let path = self.folder.path().join("paging/python").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(&format!("# \"{row}\",")), "{text}");
        fs::write(&path, text.replace(&format!("# \"{row}\","), &format!("\"{row}\","))).unwrap();
        self
    }

    fn run(&self, file: &str, arguments: &[&str]) -> Output {
        Command::new(python_with_requests())
            .current_dir(self.folder.path().join("paging/python"))
            .arg(Path::new(file))
            .args(arguments)
            .env("PAGING_BASE_URL", self.server.origin())
            .env("NO_PROXY", "*")
            .output()
            .unwrap()
    }

    /// What it prints, what it says of a failure, and what it asked for.
    fn walk(&self, file: &str) -> (String, String, Vec<String>) {
        let run = self.run(file, &["--all"]);
        let printed = String::from_utf8_lossy(&run.stdout).trim_end().replace('\n', " ");
        let failure = String::from_utf8_lossy(&run.stderr).lines().last().unwrap_or_default().to_owned();
        assert_eq!(run.status.success(), failure.is_empty(), "{failure}");
        (printed, failure, self.server.take().into_iter().map(|it| it.target).collect())
    }
}

#[test]
fn links_lead_on() {
    for http in LIBRARIES {
        let stage = Stage::new(
            http,
            &[
                (
                    "/links/things",
                    r#"{"results": [{"id": 1}, null], "next": "ORIGIN/links/things?cursor=b%2Fc"}"#,
                ),
                ("/links/things?cursor=b%2Fc", r#"{"results": [], "next": "?cursor=d"}"#),
                ("/links/things?cursor=d", r#"{"data": [{"id": "ü"}], "next": null}"#),
            ],
        );
        let (printed, failure, asked) = stage.walk("links/list_things.py");
        assert_eq!((printed.as_str(), failure.as_str()), (r#"{"id": 1} {"id": "\u00fc"}"#, ""));
        assert_eq!(asked.len(), 3);
        let stage = Stage::new(
            http,
            &[
                (
                    "/links/rows",
                    r#"{"rows": [{"id": 1}], "_links": {"next": {"href": "/links/rows?after=1"}}}"#,
                ),
                ("/links/rows?after=1", r#"{"rows": [{"id": 2}], "_links": {}}"#),
            ],
        );
        assert_eq!(stage.walk("links/list_rows.py").0, r#"{"id": 1} {"id": 2}"#);
        // Without the option it is one request, as before.
        let run = stage.run("links/list_rows.py", &[]);
        assert!(String::from_utf8_lossy(&run.stdout).starts_with(r#"{"rows": [{"id": 1}]"#));
        assert_eq!(stage.server.take().len(), 1);
    }
}

/// A token goes along, so a link is followed only to where the list is read from.
#[test]
fn a_link_that_leaves_the_api_is_refused() {
    for http in LIBRARIES {
        let elsewhere = Server::start(|_| (200, r#"{"results": [{"id": 9}], "next": null}"#.to_owned()));
        let links = [
            format!("{}/links/things?cursor=b", elsewhere.origin()),
            "//127.0.0.2/links/things".to_owned(),
            "https://127.0.0.1/links/things".to_owned(),
            "ORIGIN.evil.example/links/things".to_owned(),
            "http://user:pass@HOST/links/things".to_owned(),
            "ORIGIN\\\\@127.0.0.2/".to_owned(),
            "file:///etc/passwd".to_owned(),
        ];
        for link in links {
            let next = link.clone();
            let mut stage = Stage::new(http, &[]);
            stage.server = Server::start(move |request| {
                let host = request.header("host").unwrap_or_default();
                let next = next.replace("ORIGIN", &format!("http://{host}")).replace("HOST", host);
                (200, format!(r#"{{"results": [{{"id": 1}}], "next": "{next}"}}"#))
            });
            let (printed, failure, asked) = stage.walk("links/list_things.py");
            assert_eq!(printed, r#"{"id": 1}"#, "{link}");
            // httpx takes no port that is none.
            let is_refused = failure.contains("leads to another server") || failure.contains("InvalidURL");
            assert!(is_refused, "{link}: {failure}");
            assert_eq!(asked.len(), 1, "{link}");
        }
        assert_eq!(elsewhere.take(), []);
    }
}

#[test]
fn no_list_goes_round_in_circles() {
    for http in LIBRARIES {
        let stage = Stage::new(
            http,
            &[
                ("/links/things", r#"{"results": [1], "next": "?cursor=b"}"#),
                ("/links/things?cursor=b", r#"{"results": [2], "next": "?cursor=b"}"#),
            ],
        );
        let (printed, failure, asked) = stage.walk("links/list_things.py");
        assert_eq!((printed.as_str(), asked.len()), ("1 2", 2));
        assert!(failure.contains("was read already"), "{failure}");
        // A server that knows no pages has the same ones on each.
        let stage = Stage::new(http, &[("/pages/users", "[1, 2]"), ("/pages/users?page=2", "[1, 2]")]);
        let (_, failure, asked) = stage.walk("pages/list_users.py");
        assert_eq!(asked.len(), 2);
        assert!(failure.contains("the same again"), "{failure}");
    }
}

#[test]
fn cursors_lead_on() {
    for http in LIBRARIES {
        let stage = Stage::new(
            http,
            &[
                (
                    "/cursors/events?limit=2",
                    r#"{"data": [1], "meta": {"next_cursor": "b/c&d", "has_more": true}}"#,
                ),
                (
                    "/cursors/events?limit=2&cursor=b%2Fc%26d",
                    r#"{"data": [2], "meta": {"next_cursor": 7, "has_more": true}}"#,
                ),
                (
                    "/cursors/events?limit=2&cursor=7",
                    r#"{"data": [3], "meta": {"next_cursor": "x", "has_more": false}}"#,
                ),
            ],
        );
        let stage = stage.send("cursors/list_events.py", "limit=2");
        assert_eq!(stage.walk("cursors/list_events.py").0, "1 2 3");
    }
}

#[test]
fn numbers_of_pages_lead_on() {
    for http in LIBRARIES {
        // A page that is not full is the last one.
        let stage = Stage::new(
            http,
            &[
                ("/pages/users?page=1&per_page=2", "[1, 2]"),
                ("/pages/users?per_page=2&page=2", "[3, 4]"),
                ("/pages/users?per_page=2&page=3", "[5]"),
            ],
        );
        let stage = stage.send("pages/list_users.py", "page=1").send("pages/list_users.py", "per_page=2");
        let (printed, failure, asked) = stage.walk("pages/list_users.py");
        assert_eq!((printed.as_str(), failure.as_str(), asked.len()), ("1 2 3 4 5", "", 3));
        // Without a size, one without items is.
        let stage = Stage::new(http, &[("/pages/users", "[1]"), ("/pages/users?page=2", "[]")]);
        assert_eq!(stage.walk("pages/list_users.py").0, "1");
        // Pages that begin at 0, and an answer that says how many there are.
        let stage = Stage::new(
            http,
            &[
                ("/pages/orders", r#"{"orders": [1], "total_pages": 2}"#),
                ("/pages/orders?page=1", r#"{"orders": [2], "total_pages": 2}"#),
            ],
        );
        let (printed, failure, asked) = stage.walk("pages/list_orders.py");
        assert_eq!((printed.as_str(), failure.as_str(), asked.len()), ("1 2", "", 2));
    }
}

#[test]
fn offsets_lead_on() {
    for http in LIBRARIES {
        let stage = Stage::new(
            http,
            &[
                ("/offsets/logs?offset=0&limit=2", r#"{"logs": [1, 2], "total": 4}"#),
                ("/offsets/logs?limit=2&offset=2", r#"{"logs": [3, 4], "total": 4}"#),
            ],
        );
        let stage = stage.send("offsets/list_logs.py", "offset=0").send("offsets/list_logs.py", "limit=2");
        let (printed, failure, asked) = stage.walk("offsets/list_logs.py");
        assert_eq!((printed.as_str(), failure.as_str(), asked.len()), ("1 2 3 4", "", 2));
    }
}

#[test]
fn a_page_that_fails_ends_it() {
    for http in LIBRARIES {
        let stage = Stage::new(http, &[("/links/things", r#"{"results": [1], "next": "?cursor=b"}"#)]);
        let (printed, failure, _) = stage.walk("links/list_things.py");
        assert_eq!((printed.as_str(), failure.as_str()), ("1", "RuntimeError: 404 Answer"));
        let stage = Stage::new(http, &[("/links/things", r#"{"error": "none"}"#)]);
        assert_eq!(stage.walk("links/list_things.py").1, "RuntimeError: the answer holds no list");
    }
}
