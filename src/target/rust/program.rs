//! The programs in `examples/`: what a team writes first, with the operations of its own API.

use serde::Serialize;

use super::choice::{self, Choice};
use super::usage::{self, Imports, Usage};
use super::{code, feature, record, scope};
use crate::api::{Api, Operation, Parameter, Response};
use crate::collection::OAuth2;
use crate::target::{Page, generated_line};

/// A program.
pub(super) struct Program {
    pub(super) name: &'static str,
    /// What it does, for a table.
    pub(super) about: &'static str,
    /// Features that it needs.
    pub(super) features: Vec<String>,
    pub(super) page: Page<'static>,
}

/// What every program says at its beginning.
#[derive(Serialize)]
struct Head {
    generated: String,
    route: String,
    imports: Vec<String>,
    client: Vec<String>,
}

/// What `rust/examples/sign_in.rs` may say.
#[derive(Serialize)]
struct SignIn {
    generated: String,
    environment: String,
    imports: Vec<String>,
    oauth2: Vec<String>,
}

/// What `rust/examples/list.rs` may say.
#[derive(Serialize)]
struct List {
    #[serde(flatten)]
    head: Head,
    items: Vec<String>,
    item: String,
    shown: String,
}

/// What `rust/examples/create.rs` may say.
#[derive(Serialize)]
struct Create {
    #[serde(flatten)]
    head: Head,
    call: Vec<String>,
    answer: String,
    shown: String,
}

/// What `rust/examples/upload.rs` may say.
#[derive(Serialize)]
struct Upload {
    #[serde(flatten)]
    head: Head,
    call: Vec<String>,
    shown: String,
}

/// What `rust/examples/sync.rs` may say.
#[derive(Serialize)]
struct Sync {
    #[serde(flatten)]
    head: Head,
    query: Vec<String>,
    setter: String,
    items: Vec<String>,
    item: String,
    shown: String,
    time: &'static str,
}

/// Those that the API has operations for.
pub(super) fn all(api: &Api, has_oauth2: bool) -> Vec<Program> {
    let list = choice::list(api);
    let create = choice::creating(api);
    let upload = choice::uploading(api);
    let changes = choice::changes(api);
    let writer = Writer { api, has_oauth2 };
    let called = [list, create, upload, changes.map(|(it, _)| it)];
    let sign_in = writer.sign_in(&called.into_iter().flatten().collect::<Vec<_>>());
    let programs = [
        sign_in,
        list.map(|it| writer.list(it)),
        create.map(|it| writer.create(it)),
        upload.map(|it| writer.upload(it)),
        changes.map(|(it, since)| writer.sync(it, since)),
    ];
    programs.into_iter().flatten().collect()
}

/// Types of the module for signing in.
const OAUTH2: [&str; 2] = ["FileTokenStore", "OAuth2"];

struct Writer<'a> {
    api: &'a Api,
    has_oauth2: bool,
}

impl Writer<'_> {
    fn sign_in(&self, called: &[Choice<'_>]) -> Option<Program> {
        let oauth2 = self.api.oauth2.as_ref().filter(|it| self.has_oauth2 && !it.is_without_user())?;
        if called.is_empty() {
            return None;
        }
        let mut imports = Imports::new(self.api).with("", &["Error"]);
        let lines = self.oauth2(called, &mut imports);
        let needed = [&oauth2.client_id, &oauth2.client_secret];
        let needed = needed.into_iter().filter_map(|it| code::only_variable(self.api, it));
        let view = SignIn {
            generated: generated_line(self.api),
            environment: needed.map(|it| format!("{}=… ", it.env)).collect(),
            imports: imports.lines(),
            oauth2: lines,
        };
        let about = "signs a user in, and keeps the token for the others";
        Some(self.program("rust/examples/sign_in.rs", about, called, &view))
    }

    fn list(&self, choice: Choice<'_>) -> Program {
        let usage = usage::program(self.api, choice, self.imports(), None);
        let (item, shown) = (usage.answer.clone(), usage.shown.clone());
        let (head, items) = self.head(choice, usage, "let mut items = ", ".items();");
        let view = List { head, items, item, shown };
        self.program("rust/examples/list.rs", "reads a list to its end", &[choice], &view)
    }

    fn create(&self, choice: Choice<'_>) -> Program {
        let usage = usage::program(self.api, choice, self.imports(), None);
        let (answer, shown) = answered(choice.1, &usage.answer);
        let (head, call) = self.head(choice, usage, "let answer = ", ".await;");
        let view = Create { head, call, answer, shown };
        self.program(
            "rust/examples/create.rs",
            "creates something, or says which fields are wrong",
            &[choice],
            &view,
        )
    }

    fn upload(&self, choice: Choice<'_>) -> Program {
        let usage = usage::program(self.api, choice, self.imports(), Some("path"));
        let (answer, shown) = answered(choice.1, &usage.answer);
        let binding = if answer == "()" { String::new() } else { format!("let {answer} = ") };
        let (head, call) = self.head(choice, usage, &binding, ".await?;");
        let view = Upload { head, call, shown };
        self.program("rust/examples/upload.rs", "uploads a file", &[choice], &view)
    }

    fn sync(&self, choice: Choice<'_>, since: &Parameter) -> Program {
        let imports = self.imports().without(&["Duration", "SystemTime", "Write"]);
        let mut usage = usage::changing(self.api, choice, imports);
        let query = std::mem::take(&mut usage.before);
        let (item, shown) = (usage.answer.clone(), usage.shown.clone());
        let (head, items) = self.head(choice, usage, "let mut items = ", ".items();");
        let setter = code::identifier(&since.name, &record::METHODS);
        let view = Sync { head, query, setter, items, item, shown, time: written(since) };
        self.program("rust/examples/sync.rs", "reads what has changed since it ran last", &[choice], &view)
    }

    fn imports(&self) -> Imports {
        Imports::new(self.api).with("", &["Client", "Error"])
    }

    /// The head of a program that makes one call, and the lines of that call.
    fn head(&self, choice: Choice<'_>, mut usage: Usage, before: &str, after: &str) -> (Head, Vec<String>) {
        let client = match self.has_oauth2 {
            true => {
                let is_without_user = self.api.oauth2.as_ref().is_some_and(OAuth2::is_without_user);
                let scopes = if is_without_user { &[choice][..] } else { &[] };
                let mut lines = self.oauth2(scopes, &mut usage.imports);
                lines.push(
                    "let client = Client::builder().variables_from_env().auth(auth).build()?;".to_owned(),
                );
                lines
            }
            false => vec!["let client = Client::from_env()?;".to_owned()],
        };
        let head = Head {
            generated: generated_line(self.api),
            route: code::route(choice.1),
            imports: usage.imports.lines(),
            client,
        };
        let mut lines = usage.before;
        lines.extend(usage::then(before, usage.call, after));
        (head, lines)
    }

    /// Whoever is signed in, for these calls; without any the scopes are those of the token.
    fn oauth2(&self, called: &[Choice<'_>], imports: &mut Imports) -> Vec<String> {
        for name in OAUTH2 {
            imports.name("::oauth2", name);
        }
        let (new, store) = ("let auth = OAuth2::from_env()?", ".store(FileTokenStore::in_config_dir()?);");
        let has_scopes = self.api.oauth2.as_ref().is_some_and(|it| !it.scopes.is_empty());
        if called.is_empty() || !has_scopes {
            return vec![format!("{new}{store}")];
        }
        let mut lines = vec![new.to_owned()];
        lines.extend(scope::asked(self.api, called, imports).into_iter().map(|line| format!("    {line}")));
        lines.push(format!("    {store}"));
        lines
    }

    fn program(
        &self,
        path: &'static str,
        about: &'static str,
        called: &[Choice<'_>],
        view: &impl Serialize,
    ) -> Program {
        let mut features: Vec<String> = called.iter().map(|(group, _)| feature::name(group)).collect();
        if self.has_oauth2 {
            features.push("oauth2".to_owned());
        }
        features.sort();
        features.dedup();
        let name = path.trim_start_matches("rust/examples/").trim_end_matches(".rs");
        Program { name, about, features, page: Page::new(path, path, view) }
    }
}

/// The pattern of an answer, and what `println!` shows of it.
fn answered(operation: &Operation, answer: &str) -> (String, String) {
    match operation.response {
        Response::Empty => ("()".to_owned(), "\"done\"".to_owned()),
        Response::Json(_) => (answer.to_owned(), format!("\"{{{answer}:#?}}\"")),
        Response::Text => (answer.to_owned(), format!("\"{{{answer}}}\"")),
        Response::Unknown => (answer.to_owned(), format!("\"{{}}\", {answer}.text()")),
    }
}

/// The bytes of the variable `time`, an RFC 3339 time in UTC, as the API writes it by its sample: as a date, or
/// without a zone.
fn written(since: &Parameter) -> &'static str {
    let sample = usage::sample(since);
    let is_date = sample.as_bytes().get(4) == Some(&b'-');
    match sample.len() {
        10 if is_date => "&time.as_bytes()[..10]",
        19 if is_date => "&time.as_bytes()[..19]",
        _ => "time.as_bytes()",
    }
}
