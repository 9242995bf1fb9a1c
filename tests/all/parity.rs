//! What the scripts and snippets of every recorded collection send, against what Postman's runner
//! sent.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Component, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use postwright::api::{Body, Group, Operation, Settings};
use postwright::collection::{Auth, PartContent, Text, WireBody};
use postwright::target::Target;

use crate::exceptions::{EXCEPTIONS, Sender, on_httpx};
use crate::runner::{
    Case, Content, Outcome, Sent, Verdict, cases, compare_wire, differences, file_content, sent,
};
use crate::server::{Recorded, Server};
use crate::support::{
    SCRIPTS, SECRET, bash, betrays, curl, python_with_requests, root, tree_of, tree_of_all,
};

/// What a server asks for before it lets Digest and NTLM in.
pub(crate) fn challenge(auth: &Auth) -> Option<&'static str> {
    match auth {
        Auth::Digest { .. } => Some(
            "Digest realm=\"wire\", nonce=\"0123456789abcdef\", qop=\"auth\", algorithm=MD5, opaque=\"5ccc\"",
        ),
        Auth::Ntlm { .. } => Some("NTLM"),
        _ => None,
    }
}

/// Writes the files that a request sends, as the recorder has made them.
pub(crate) fn prepare_files(case: &Case, operation: &Operation, folder: &std::path::Path) {
    let of_parts = operation.wire.body_parts().iter().filter_map(|part| match &part.content {
        PartContent::File { path, .. } => Some(path),
        PartContent::Text(_) => None,
    });
    let of_body = match &operation.wire.body {
        WireBody::File(path) => Some(path),
        _ => None,
    };
    for path in of_parts.chain(of_body).map(|it| case.text(it)).filter(|it| !it.is_empty()) {
        // A collection may name any file of this machine.
        let is_here = std::path::Path::new(&path).components().all(|it| matches!(it, Component::Normal(_)));
        if is_here && !path.contains(['\0', '\\']) {
            let file = folder.join(&path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            let _ = fs::write(file, file_content(&path));
        }
    }
}

/// A place where the outputs of one collection run.
pub(crate) struct Stage<'a> {
    case: &'a Case,
    pub(crate) folder: tempfile::TempDir,
    server: Server,
    environment: Vec<(String, String)>,
    /// Runs snippets.
    python: Option<Python>,
    /// Calls methods of the package.
    package: Option<Python>,
    /// Interprets scripts of PowerShell.
    powershell: Option<Python>,
}

/// The folder of the snippets on httpx.
const HTTPX: &str = "httpx";

/// A Python that runs one thing after the other.
struct Python {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl<'a> Stage<'a> {
    pub(crate) fn new(case: &'a Case) -> Self {
        let folder = tempfile::tempdir().unwrap();
        tree_of_all(&case.api, &SCRIPTS).write(folder.path()).unwrap();
        let mut api = case.api.clone();
        api.set(Settings { http: on_httpx().http, ..api.settings.clone() });
        tree_of(&api, Target::Python).write(&folder.path().join(HTTPX)).unwrap();
        let server = Server::start(|_| (200, "{\"access_token\":\"t\"}".to_owned()));
        // curl reads its settings from there before its arguments.
        let settings = format!("connect-to = \"::127.0.0.1:{}\"\n", server.port());
        fs::write(folder.path().join(".curlrc"), settings).unwrap();
        // What has a value built in is not told: the value is to be sent all the same.
        let told = case.api.variables.iter().filter(|it| it.default.is_none());
        // No environment can hold a NUL.
        let told = told.filter(|it| !case.values.get(&it.wire).is_some_and(|it| it.contains('\0')));
        let told = told.map(|it| (it.env.clone(), case.values.get(&it.wire).cloned().unwrap_or_default()));
        let environment = told.chain([SECRET.map(str::to_owned).into()]).collect();
        Self { case, folder, server, environment, python: None, package: None, powershell: None }
    }

    fn file(&self, target: Target, group: &Group, operation: &Operation) -> PathBuf {
        self.folder.path().join(self.case.api.name.snake()).join(target.file_of(group, operation))
    }

    /// Values for the path, where the collection lacks one: what Postman sends in its place.
    fn arguments(&self, operation: &Operation) -> Vec<String> {
        if operation.arguments.iter().all(|it| it.example.is_some()) {
            return Vec::new();
        }
        let value = |example: &Text| self.case.text(example);
        operation
            .arguments
            .iter()
            .map(|it| it.example.as_ref().map_or_else(|| format!(":{}", it.wire), value))
            .collect()
    }

    fn prepare_files(&self, operation: &Operation) {
        prepare_files(self.case, operation, self.folder.path());
    }

    fn send(
        &mut self,
        target: Target,
        group: &Group,
        operation: &Operation,
        wanted: &Sent,
    ) -> Result<Sent, String> {
        let request = self.record(target, group, operation)?;
        Ok(sent(&request, &wanted.headers))
    }

    /// The last request that the snippet on httpx sends.
    pub(crate) fn send_with_httpx(
        &mut self,
        group: &Group,
        operation: &Operation,
    ) -> Result<Recorded, String> {
        let file = self.folder.path().join(HTTPX).join(self.case.api.name.snake());
        let (file, arguments) =
            (file.join(Target::Python.file_of(group, operation)), self.arguments(operation));
        self.run(Target::Python, operation, &file, &arguments)
    }

    /// The last request that a program sends, or what it says where it sends none.
    pub(crate) fn record(
        &mut self,
        target: Target,
        group: &Group,
        operation: &Operation,
    ) -> Result<Recorded, String> {
        let (file, arguments) = (self.file(target, group, operation), self.arguments(operation));
        self.run(target, operation, &file, &arguments)
    }

    /// The last request that a file of this language sends for an operation.
    pub(crate) fn run(
        &mut self,
        target: Target,
        operation: &Operation,
        file: &PathBuf,
        arguments: &[String],
    ) -> Result<Recorded, String> {
        self.prepare_files(operation);
        self.server.challenge(challenge(operation.auth()));
        self.run_file(target, file, arguments)
    }

    /// The last request that a file of this language sends.
    pub(crate) fn run_file(
        &mut self,
        target: Target,
        file: &PathBuf,
        arguments: &[String],
    ) -> Result<Recorded, String> {
        let failure = match target {
            Target::Curl => self.run_script(file, arguments),
            Target::PowerShell => self.interpret(file, arguments),
            _ => self.run_snippet(file, arguments),
        };
        let mut requests = self.server.take();
        match (requests.pop(), failure) {
            (Some(request), _) => Ok(request),
            (None, failure) => Err(failure.unwrap_or_else(|| "nothing was sent".to_owned())),
        }
    }

    fn run_script(&self, file: &PathBuf, arguments: &[String]) -> Option<String> {
        if arguments.iter().any(|it| it.contains('\0')) {
            return Some("no program can be given a NUL".to_owned());
        }
        let run = Command::new(bash())
            .current_dir(self.folder.path())
            .arg(file)
            .args(arguments)
            .envs(self.environment.iter().cloned())
            .env("CURL_HOME", self.folder.path())
            .env("HOME", self.folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let (said, failure) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(!betrays(&said) && !betrays(&failure), "{}: {said}{failure}", file.display());
        (!run.status.success()).then(|| failure.trim().to_owned())
    }

    fn run_snippet(&mut self, file: &PathBuf, arguments: &[String]) -> Option<String> {
        let mut python = self.python.take().unwrap_or_else(|| self.start("wire/run_snippets.py", &[]));
        let answer = python.ask(&serde_json::json!([file, arguments]));
        self.python = Some(python);
        answer
    }

    fn interpret(&mut self, file: &PathBuf, arguments: &[String]) -> Option<String> {
        let mut python = self.powershell.take().unwrap_or_else(|| self.start("powershell/interpret.py", &[]));
        let answer = python.ask(&serde_json::json!([file, arguments]));
        self.powershell = Some(python);
        answer
    }

    /// Has PowerShell itself run a script: its requests go through the server as through a proxy.
    fn run_with_pwsh(&self, file: &PathBuf, arguments: &[String]) -> Option<String> {
        let proxy = format!("http://127.0.0.1:{}", self.server.port());
        let run = Command::new("pwsh")
            .args(["-NoProfile", "-NonInteractive", "-File"])
            .current_dir(self.folder.path())
            .arg(file)
            .args(arguments)
            .envs(self.environment.iter().cloned())
            .env("HOME", self.folder.path())
            .env("http_proxy", proxy)
            .env_remove("no_proxy")
            .env_remove("NO_PROXY")
            .env("POWERSHELL_TELEMETRY_OPTOUT", "1")
            .env("POWERSHELL_UPDATECHECK", "Off")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        (!run.status.success()).then(|| String::from_utf8_lossy(&run.stderr).trim().to_owned())
    }

    /// The last request that the Python package sends for an operation.
    pub(crate) fn call(&mut self, group: &Group, operation: &Operation) -> Result<Recorded, String> {
        let text = |it: &Text| Some(self.case.text(it));
        let call = postwright::target::python::example_call(group, operation, &text).unwrap();
        self.prepare_files(operation);
        self.server.challenge(challenge(operation.auth()));
        let mut python = self.package.take().unwrap_or_else(|| {
            let client = self.folder.path().join(self.case.api.name.snake()).join("python/client/src");
            let package = fs::read_dir(&client).unwrap().next().unwrap().unwrap().file_name();
            self.start("wire/run_client.py", &[client.as_os_str(), &package])
        });
        let failure = python.ask(&serde_json::json!(call));
        self.package = Some(python);
        self.server.take().pop().ok_or_else(|| failure.unwrap_or_else(|| "nothing was sent".to_owned()))
    }

    fn start(&self, program: &str, arguments: &[&std::ffi::OsStr]) -> Python {
        let mut child = Command::new(python_with_requests())
            .current_dir(self.folder.path())
            .arg(root().join("tests").join(program))
            .arg(self.server.port().to_string())
            .args(arguments)
            .envs(self.environment.iter().cloned())
            .env("HOME", self.folder.path())
            .env("NO_PROXY", "*")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Python { child, input, output: BufReader::new(output) }
    }
}

impl Python {
    /// Has it run something; answers with what went wrong.
    fn ask(&mut self, job: &serde_json::Value) -> Option<String> {
        writeln!(self.input, "{job}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("{job}: {line:?}"))
    }
}

/// The body that was wanted, if the other one is the same JSON: a method takes values, not a text.
fn same_json(case: &Case, operation: &Operation, got: Sent, wanted: &Sent) -> Sent {
    let (Body::Json(_), WireBody::Text(text)) = (&operation.body, &operation.wire.body) else { return got };
    let Content::Bytes(body) = &got.body else { return got };
    let read = |json: &[u8]| serde_json::from_slice::<serde_json::Value>(json).ok();
    match (read(body), read(case.text(text).as_bytes())) {
        (Some(own), Some(theirs)) if own == theirs => Sent { body: wanted.body.clone(), ..got },
        _ => got,
    }
}

/// Runs all programs of the recorded collections, two collections at a time.
fn compare_all(cases: &[Case]) -> Vec<(usize, Vec<Outcome>)> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let found = std::sync::Mutex::new(Vec::new());
    let work = || {
        while let Some((index, case)) = {
            let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            cases.get(index).map(|case| (index, case))
        } {
            let outcomes = compare(case);
            found.lock().unwrap().push((index, outcomes));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let mut found = found.into_inner().unwrap();
    found.sort_by_key(|(index, _)| *index);
    found
}

/// What the contract tests of the Rust crate compare, by what they say of themselves. That they pass is
/// shown by running them: `clients::contracts_of_ours_hold` and `clients::contracts_of_all_hold`.
fn compare_contracts(case: &Case, wire: &[Outcome]) -> Vec<Outcome> {
    let tree = tree_of(&case.api, Target::Rust);
    let contract = tree.files().find(|it| it.path.ends_with("/rust/tests/contract.rs"));
    let notes = contract.into_iter().flat_map(|it| it.text.lines()).filter_map(|it| it.strip_prefix("// - "));
    let notes: std::collections::HashMap<&str, &str> = notes.filter_map(|it| it.split_once(": ")).collect();
    let operations = case.operations();
    let mut outcomes = Vec::new();
    for (golden, wire) in case.golden.iter().zip(wire) {
        let (Ok(wanted), Some((_, operation))) = (&golden.sent, operations.get(&golden.index)) else {
            continue;
        };
        let sender = Sender::Program(Target::Rust);
        // The contract reads headers as UTF-8, which the runner does not send.
        let mut headers = wanted.headers.iter().filter(|(_, value)| !value.is_ascii());
        if let Some((name, _)) = headers.next() {
            let found = vec![(name.clone(), "goes out in UTF-8".to_owned())];
            outcomes.push(Outcome::new(case, golden, sender, Some(operation), Ok(wanted.clone()), found));
            continue;
        }
        let found = match notes.get(operation.id.as_str()) {
            // The contract compares with the model: in what the model differs, it does as well.
            None => {
                outcomes.push(Outcome { sender, line: wire.line.clone(), verdict: wire.verdict });
                continue;
            }
            Some(reason) => (*reason).to_owned(),
        };
        let unsigned = !Target::Rust.signs(operation, &case.api.settings)
            && found.starts_with(operation.auth().scheme());
        let got = if unsigned { Ok(wanted.clone()) } else { Err(found.clone()) };
        let found = vec![("contract".to_owned(), found)];
        outcomes.push(Outcome::new(case, golden, sender, Some(operation), got, found));
    }
    outcomes
}

/// What the adversarial texts would make, were one of them taken for code.
fn has_canary(folder: &std::path::Path) -> bool {
    crate::support::files(folder)
        .iter()
        .any(|(path, _)| path.file_name().is_some_and(|it| it.to_string_lossy().starts_with("canary")))
}

fn compare(case: &Case) -> Vec<Outcome> {
    let mut outcomes = compare_wire(case);
    let contracts = compare_contracts(case, &outcomes);
    outcomes.extend(contracts);
    let mut stage = Stage::new(case);
    let operations = case.operations();
    for golden in &case.golden {
        let (Ok(wanted), Some((group, operation))) = (&golden.sent, operations.get(&golden.index)) else {
            continue;
        };
        for target in [Target::Curl, Target::Python, Target::PowerShell] {
            let got = stage.send(target, group, operation, wanted);
            let found = match &got {
                Ok(got) => differences(wanted, got),
                Err(said) => vec![("sent".to_owned(), format!("nothing is sent: {said}"))],
            };
            outcomes.push(Outcome::new(case, golden, Sender::Program(target), Some(operation), got, found));
        }
        let got = stage.send_with_httpx(group, operation).map(|it| sent(&it, &wanted.headers));
        let found = match &got {
            Ok(got) => differences(wanted, got),
            Err(said) => vec![("sent".to_owned(), format!("nothing is sent: {said}"))],
        };
        outcomes.push(Outcome::new(case, golden, Sender::Httpx, Some(operation), got, found));
        let got = stage.call(group, operation).map(|it| sent(&it, &wanted.headers));
        let got = got.map(|it| same_json(case, operation, it, wanted));
        let found = match &got {
            Ok(got) => differences(wanted, got),
            Err(said) => vec![("sent".to_owned(), format!("nothing is sent: {said}"))],
        };
        outcomes.push(Outcome::new(case, golden, Sender::Package, Some(operation), got, found));
    }
    assert!(!has_canary(stage.folder.path()), "{}: a text was run as code", case.name);
    outcomes
}

/// A target as a server gets it that is no proxy: path and query alone.
fn without_origin(request: Recorded) -> Recorded {
    let Some(rest) = request.target.strip_prefix("http://") else { return request };
    let target = rest.find('/').map_or("/", |at| &rest[at..]).to_owned();
    Recorded { target, ..request }
}

/// What the interpreter says of the scripts, asked of PowerShell itself. Most machines have none, and
/// nobody has run this yet: if it fails, it may be this test that is wrong, or the interpreter.
#[test]
#[ignore = "needs PowerShell 7.4, and starts it once for each request"]
fn powershell_sends_what_the_runner_sends() {
    let version = Command::new("pwsh").arg("--version").output();
    assert!(
        version.is_ok_and(|it| it.status.success()),
        "this test needs pwsh: install PowerShell 7.4 or later"
    );
    let sender = Sender::Program(Target::PowerShell);
    let mut different = Vec::new();
    for case in cases() {
        let stage = Stage::new(&case);
        let operations = case.operations();
        for golden in &case.golden {
            let (Ok(wanted), Some((group, operation))) = (&golden.sent, operations.get(&golden.index)) else {
                continue;
            };
            stage.prepare_files(operation);
            let file = stage.file(Target::PowerShell, group, operation);
            let failure = stage.run_with_pwsh(&file, &stage.arguments(operation));
            let got = stage.server.take().pop().map(without_origin);
            let got = got.map(|it| sent(&it, &wanted.headers));
            let got = got.ok_or_else(|| failure.unwrap_or_else(|| "nothing was sent".to_owned()));
            let found = match &got {
                Ok(got) => differences(wanted, got),
                Err(said) => vec![("sent".to_owned(), format!("nothing is sent: {said}"))],
            };
            let outcome = Outcome::new(&case, golden, sender, Some(operation), got, found);
            if outcome.verdict == Verdict::Different {
                different.push(outcome.line);
            }
        }
        assert!(!has_canary(stage.folder.path()), "{}: a text was run as code", case.name);
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// Whether a collection of this name belongs to a column.
pub(crate) type Chosen = fn(&str) -> bool;

/// The collections of the table's columns.
pub(crate) const COLUMNS: [(&str, Chosen); 4] = [
    ("DrChrono", |name| name == "drchrono"),
    ("our fixtures", |name| !name.starts_with("probe") && is_ours(name)),
    ("corpus", |name| name != "drchrono" && !name.starts_with("probe") && !is_ours(name)),
    ("probes", |name| name.starts_with("probe")),
];

fn is_ours(name: &str) -> bool {
    ["ok", "odd", "wire"]
        .iter()
        .any(|folder| root().join(format!("tests/fixtures/{folder}/{name}.postman_collection.json")).exists())
}

#[test]
fn programs_send_what_the_runner_sends() {
    curl();
    let cases = cases();
    let outcomes = compare_all(&cases);
    let different: Vec<&str> = outcomes
        .iter()
        .flat_map(|(_, outcomes)| outcomes)
        .filter(|it| it.verdict == Verdict::Different)
        .map(|it| it.line.as_str())
        .collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
    if !cases.iter().any(|case| case.name == "twitter-api") {
        println!(
            "the table of the README was not compared: there are no collections in ../shared/corpus/open"
        );
        return;
    }
    let table = table(&cases, &outcomes);
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (begin, end) = ("<!-- wire: begin -->\n", "<!-- wire: end -->");
    let (before, rest) = readme.split_once(begin).unwrap();
    let (current, after) = rest.split_once(end).unwrap();
    if current != table && std::env::var_os("UPDATE_README").is_some() {
        fs::write(root().join("README.md"), format!("{before}{begin}{table}{end}{after}")).unwrap();
        return;
    }
    assert!(current == table, "the table of the README is not fresh; UPDATE_README=1 writes it:\n{table}");
}

/// The counts, and the exceptions with how often each occurs.
fn table(cases: &[Case], outcomes: &[(usize, Vec<Outcome>)]) -> String {
    let of_column = |column: usize| {
        let all = outcomes.iter().filter(move |(index, _)| COLUMNS[column].1(&cases[*index].name));
        all.flat_map(|(_, outcomes)| outcomes)
    };
    let mut out = String::from("\n| equal to the runner, byte for byte |");
    COLUMNS.iter().for_each(|(title, _)| out.push_str(&format!(" {title} |")));
    out.push_str("\n|---|---|---|---|---|\n");
    let programs = [Target::Curl, Target::Python, Target::PowerShell, Target::Rust].map(Sender::Program);
    for sender in std::iter::once(Sender::Wire).chain(programs).chain([Sender::Httpx, Sender::Package]) {
        out.push_str(&format!("| {} |", sender.name()));
        for column in 0..COLUMNS.len() {
            let all: Vec<&Outcome> = of_column(column).filter(|it| it.sender == sender).collect();
            let equal = all.iter().filter(|it| it.verdict == Verdict::Equal).count();
            out.push_str(&format!(" {equal} of {} |", all.len()));
        }
        out.push('\n');
    }
    out.push_str("\n| request | sent differently by | what, and why | how often |\n|---|---|---|---|\n");
    for (row, exception) in EXCEPTIONS.iter().enumerate() {
        let counts: Vec<String> = (0..COLUMNS.len())
            .filter_map(|column| {
                let count = of_column(column).filter(|it| it.verdict == Verdict::Excepted(row)).count();
                (count > 0).then(|| format!("{} {count}", COLUMNS[column].0))
            })
            .collect();
        assert!(!counts.is_empty(), "nothing is of the kind {:?} any more", exception.kind);
        out.push_str(&format!(
            "| {} | {} | {} | {} |\n",
            exception.kind.replace('|', "\\|"),
            exception.senders,
            exception.reason,
            counts.join(", ")
        ));
    }
    out.push('\n');
    out
}

/// Whether a server would take the signature: the recordings only tell how it looks.
pub(crate) fn problem(scheme: &str, request: &Recorded, secret: &str) -> String {
    let latin1 = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect::<String>();
    let job = serde_json::json!({
        "scheme": scheme,
        "secret": secret,
        "request": {
            "method": request.method,
            "target": request.target,
            "headers": request.headers,
            "body": latin1(&request.body),
        },
    });
    let mut child = Command::new(python_with_requests())
        .arg(root().join("tests/wire/verify.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(job.to_string().as_bytes()).unwrap();
    let run = child.wait_with_output().unwrap();
    assert!(run.status.success(), "verify.py failed");
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn signatures_are_right() {
    let mut verified = std::collections::BTreeMap::new();
    for case in cases() {
        let signed = |it: &&Operation| matches!(it.auth(), Auth::Aws(_) | Auth::Digest { .. });
        if !case.operations().values().any(|(_, it)| signed(it)) {
            continue;
        }
        let mut stage = Stage::new(&case);
        for (group, operation) in case.operations().into_values().filter(|(_, it)| signed(it)) {
            for target in [Target::Curl, Target::Python]
                .into_iter()
                .filter(|it| it.signs(operation, &case.api.settings))
            {
                let (scheme, secret) = match operation.auth() {
                    Auth::Aws(aws) => ("aws", &aws.secret_key),
                    Auth::Digest { password, .. } => ("digest", password),
                    _ => continue,
                };
                let request = stage.record(target, group, operation).unwrap();
                let wrong = problem(scheme, &request, &case.text(secret));
                assert_eq!(wrong, "", "{} {} in {}", case.name, operation.id, target.name());
                // What is changed on the way is found.
                let other = Recorded { method: "PURGE".to_owned(), ..request };
                assert_ne!(problem(scheme, &other, &case.text(secret)), "");
                *verified.entry((scheme, target.name())).or_insert(0) += 1;
            }
        }
    }
    assert!(verified.contains_key(&("digest", "curl")) && verified.contains_key(&("digest", "python")));
    println!("{verified:?}");
}
