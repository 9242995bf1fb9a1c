//! What the outputs are held to.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use postwright::api::{Api, Group, Operation};
use postwright::diagnostic::Diagnostics;
use postwright::output::Tree;
use postwright::target::Target;

use super::{Attack, has_canary, requests, rounds, top, tops};
use crate::clients::{cargo, finish, workspace};
use crate::docs::texts_stay_texts;
use crate::formats;
use crate::parity::Stage;
use crate::programs::{powershell_parses, scripts_parse, snippets_compile};
use crate::runner::Case;
use crate::server::Recorded;
use crate::support::{betrays, operations, paths, postwright, said, tree, tree_of, tree_of_all};

/// Names that Windows keeps for devices, whatever follows after a dot.
const DEVICES: [&str; 9] = ["con", "prn", "aux", "nul", "com1", "com9", "lpt1", "lpt9", "conin$"];

/// Characters that show a text otherwise than it is, or do something to a terminal.
fn is_hidden(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a file may have this path.
fn may_be(path: &str) -> bool {
    path.split('/').all(|part| {
        let stem = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        part.chars().all(is_plain)
            && part.len() < 200
            && !matches!(part, "" | "." | "..")
            && !part.ends_with('.')
            && !DEVICES.contains(&stem.as_str())
    })
}

/// What is wrong with the text of a file, if something is.
fn wrong(path: &str, text: &str) -> Option<String> {
    if let Some(line) = text.lines().find(|line| line.contains(is_hidden)) {
        return Some(format!("a character that cannot be seen in {line:?}"));
    }
    if path.ends_with(".json") || path.ends_with(".har") {
        return serde_json::from_str::<serde_json::Value>(text).err().map(|it| it.to_string());
    }
    if path.ends_with(".toml") {
        return match toml::from_str::<toml::Table>(text) {
            Ok(read) => {
                let builds = read.get("package").and_then(|it| it.get("build"));
                let builds =
                    builds.or_else(|| read.get("package").and_then(|it| it.get("metadata")?.get("build")));
                builds.map(|it| format!("a build script: {it:?}"))
            }
            Err(error) => Some(error.to_string()),
        };
    }
    None
}

/// Each file may lie where it is to lie, and says no more than it seems to say.
fn check_files(attack: &Attack, tree: &Tree) {
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for file in tree.files() {
        let path = &file.path;
        let is_inside = path.starts_with(&format!("{}/", attack.name));
        if !is_inside || !may_be(path) || !known.insert(path.to_ascii_lowercase()) {
            found.push(format!("a path of another kind: {path:?}"));
        }
        found.extend(wrong(path, &file.text).map(|it| format!("{path}: {it}")));
    }
    assert!(found.is_empty(), "{}:\n{}", attack.said(), found.join("\n"));
}

/// The same of the files for other tools; those that are read back say what is sent, and nothing else.
fn check_formats(attack: &Attack, api: &Api) {
    check_files(attack, &tree_of_all(api, &formats::FORMATS));
    let problems = formats::problems(api);
    assert!(problems.is_empty(), "{}:\n{}", attack.said(), problems.join("\n"));
}

/// What a program sent, or why it sent nothing.
type Answer = Result<Recorded, String>;

/// Runs everything that an operation has.
fn run(stage: &mut Stage<'_>, group: &Group, operation: &Operation) -> Vec<(&'static str, Answer)> {
    let mut answers: Vec<_> = [Target::Curl, Target::Python, Target::PowerShell]
        .map(|target| (target.name(), stage.record(target, group, operation)))
        .into();
    answers.push(("python on httpx", stage.send_with_httpx(group, operation)));
    answers.push(("the python package", stage.call(group, operation)));
    answers
}

/// Runs the programs around tokens, which belong to no operation.
fn run_auth(stage: &mut Stage<'_>, name: &str) -> Vec<(String, Answer)> {
    let folder = stage.folder.path().join(name);
    // Where scripts look for a token to renew, or to revoke.
    let config = stage.folder.path().join(".config").join(name);
    fs::create_dir_all(&config).unwrap();
    let mut answers = Vec::new();
    for (target, ending) in [(Target::Curl, ".sh"), (Target::Python, ".py"), (Target::PowerShell, ".ps1")] {
        let is_auth = |path: &PathBuf| {
            let path = path.to_string_lossy().into_owned();
            let is_program = !path.contains("_session") && !path.contains("_dry_run");
            is_program
                && (path.starts_with("curl/auth/")
                    || path.starts_with("powershell/auth/")
                    || path.contains("oauth2"))
        };
        for path in paths(&folder, ending).into_iter().filter(is_auth) {
            let tokens = r#"{"access_token": "a", "refresh_token": "r", "expires_at": 1}"#;
            fs::write(config.join("tokens.json"), tokens).unwrap();
            let paste = path.ends_with("login.sh").then(|| "--paste".to_owned());
            let answer = stage.run_file(target, &folder.join(&path), &Vec::from_iter(paste));
            answers.push((path.display().to_string(), answer));
        }
    }
    answers
}

/// What a program says only if it is not the one that was meant.
const BROKEN: [&str; 9] = [
    "syntax error",
    "command not found",
    "unbound variable",
    "SyntaxError",
    "NameError",
    "UnreadableError",
    "of the interpreter",
    "it prints",
    "IndentationError",
];

/// Whether what a program did is what it was written for.
fn check_answer(said: &str, answer: &Answer) {
    match answer {
        Ok(request) => {
            let mut texts = vec![request.target.clone(), request.text()];
            texts.extend(request.headers.iter().map(|(name, value)| format!("{name}: {value}")));
            let betrayed = texts.iter().find(|it| betrays(it));
            assert_eq!(betrayed, None, "{said}");
            let injected = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-canary"));
            assert_eq!(injected, None, "{said}");
        }
        Err(failure) => {
            let broken = BROKEN.iter().find(|it| failure.contains(**it));
            assert_eq!(broken, None, "{said}: {failure}");
        }
    }
}

/// Runs all programs of a collection, on two threads; how many there were, and how many sent something.
fn run_all(attack: &Attack, api: Api) -> (usize, usize) {
    let (name, notes) = (attack.name.clone(), Diagnostics::default());
    let values = api.variables.iter().map(|it| (it.wire.clone(), "value".to_owned())).collect();
    let case = Case { name, api, notes, golden: Vec::new(), values };
    let all: Vec<(&Group, &Operation)> = operations(&case.api).collect();
    let next = AtomicUsize::new(0);
    let sums = Mutex::new((0, 0, HashMap::<String, usize>::new()));
    let work = || {
        let mut stage = Stage::new(&case);
        while let Some((group, operation)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            for (program, answer) in run(&mut stage, group, operation) {
                let case = attack.cases.get(operation.index).filter(|_| attack.cases.len() == all.len());
                let said = format!("{program} of {}, {case:?}", operation.id);
                check_answer(&said, &answer);
                let mut sums = sums.lock().unwrap();
                sums.0 += 1;
                sums.1 += usize::from(answer.is_ok());
                if let Err(failure) = answer {
                    let said: String = failure.chars().filter(|c| !c.is_ascii_digit()).take(50).collect();
                    *sums.2.entry(format!("{program}: {said}")).or_default() += 1;
                }
            }
            assert!(
                !has_canary(stage.folder.path()),
                "{}: {:?}",
                operation.id,
                attack.cases.get(operation.index)
            );
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let mut sums = sums.into_inner().unwrap();
    let mut stage = Stage::new(&case);
    for (program, answer) in run_auth(&mut stage, &attack.name) {
        check_answer(&format!("{program} of {}", attack.said()), &answer);
        sums.0 += 1;
        sums.1 += usize::from(answer.is_ok());
        if let Err(failure) = answer {
            *sums.2.entry(format!("{program}: {failure}")).or_default() += 1;
        }
    }
    assert!(!has_canary(stage.folder.path()), "{}", attack.said());
    let (ran, sent, failures) = sums;
    if std::env::var("POSTWRIGHT_FAILURES").is_ok() {
        let mut failures: Vec<_> = failures.into_iter().collect();
        failures.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        failures.iter().take(60).for_each(|(failure, count)| println!("{count:5} {failure:?}"));
    }
    (ran, sent)
}

/// Does something in each round, also if it has failed in one of them.
fn each_round(check: impl Fn(usize) + std::panic::RefUnwindSafe) {
    let failed = (0..rounds()).filter(|round| std::panic::catch_unwind(|| check(*round)).is_err());
    let failed: Vec<usize> = failed.collect();
    assert!(failed.is_empty(), "failed in rounds {failed:?}");
}

/// What the tool itself says of collections, to a terminal, a log or a page.
#[test]
fn no_text_becomes_a_line_of_a_log() {
    each_round(|round| {
        let folder = tempfile::tempdir().unwrap();
        let mut before = None;
        for attack in [requests(round), top(round)] {
            let file = format!("{}.json", attack.name);
            fs::write(folder.path().join(&file), attack.collection.to_string()).unwrap();
            let other = before.replace(file.clone()).unwrap_or_else(|| file.clone());
            let commands: [&[&str]; 11] = [
                &["generate", "--verbose", &file],
                &["generate", "--check", &file],
                &["generate", "--check", "--format", "github", "--out", "new", &file],
                &["lint", &file],
                &["lint", "--format", "sarif", &file],
                &["lint", "--format", "json", &file],
                &["inspect", &file],
                &["diff", &other, &file],
                &["diff", &file, &other, "--format", "markdown"],
                &["diff", &other, &file, "--format", "json"],
                &["scrub", &file, "--out", "clean.json"],
            ];
            for command in commands {
                let run = postwright(folder.path(), command);
                assert!(run.status.code().is_some_and(|it| it <= 1), "{command:?}: {}", said(&run));
                for text in [run.stdout, run.stderr].map(|it| String::from_utf8(it).unwrap()) {
                    for line in text.lines() {
                        let is_ours = !line.contains(is_hidden)
                            && ["::stop", "::add-path", "::set-env", "##[", "touch ", "X-Canary", "panic!"]
                                .iter()
                                .all(|it| !line.trim_start().starts_with(it));
                        assert!(is_ours, "{command:?}: {line:?}");
                    }
                }
            }
        }
        assert!(!has_canary(folder.path()));
    });
}

/// All outputs of some collections parse.
fn check_programs(folder: &Path) {
    assert!(scripts_parse(folder) > 0);
    assert!(snippets_compile(folder) > 0);
    assert!(powershell_parses(folder) > 0);
}

/// Places outside of requests, one after the other.
#[test]
fn no_place_outside_of_requests_lets_anything_in() {
    each_round(|round| {
        let folder = tempfile::tempdir().unwrap();
        let attacks = tops(round);
        for attack in &attacks {
            let api = attack.api();
            let tree = tree(&api);
            check_files(attack, &tree);
            check_formats(attack, &api);
            let pages = std::panic::catch_unwind(|| texts_stay_texts(&api, &tree));
            assert!(pages.is_ok(), "{}", attack.said());
            tree.write(folder.path()).unwrap();
        }
        check_programs(folder.path());
        for attack in &attacks {
            // It reads all modules of the crate, and breaks lines elsewhere if it reads something else than was written.
            let library = folder.path().join(&attack.name).join("rust/src/lib.rs");
            let run =
                Command::new("rustfmt").args(["--edition", "2024", "--check"]).arg(library).output().unwrap();
            assert!(run.status.success(), "{}: {}", attack.said(), String::from_utf8_lossy(&run.stderr));
        }
        println!("round {round}: {} collections", attacks.len());
    });
}

/// Places of requests, and all others at once: everything is compiled and run.
#[test]
fn no_text_becomes_code() {
    each_round(|round| {
        let crates = workspace("attacked");
        for attack in [requests(round), top(round)] {
            let api = attack.api();
            let tree = tree(&api);
            check_files(&attack, &tree);
            check_formats(&attack, &api);
            texts_stay_texts(&api, &tree);
            let folder = tempfile::tempdir().unwrap();
            tree.write(folder.path()).unwrap();
            check_programs(folder.path());
            tree_of(&api, Target::Rust).write(&crates).unwrap();
            let (ran, sent) = run_all(&attack, api);
            println!(
                "round {round}: {} cases, {ran} programs ran, {sent} sent something",
                attack.cases.len()
            );
            // With a payload in all places at once there may be nothing to send.
            assert!(
                sent * 2 > ran || attack.name == "attacked_top",
                "{sent} of {ran} programs sent something"
            );
        }
        finish(&crates);
        let said = cargo(&crates, &["test", "--workspace", "--offline", "--no-fail-fast"]);
        assert!(!betrays(&said) && !said.contains("warning"), "{said}");
        cargo(&crates, &["fmt", "--all", "--check"]);
        assert!(!has_canary(&crates));
    });
}

/// A test that cannot fail shows nothing: with the quotes of one text taken away, the payload does what it says.
#[test]
fn what_gets_in_is_found() {
    let text = r#"{"info": {"name": "A"}, "item": [{"name": "Send it", "request": {"method": "POST",
        "url": "http://api.example.com/x", "body": {"mode": "raw", "raw": "$(touch canary)${CANARY_SECRET}"}}}]}"#;
    let attack = Attack {
        name: "attacked".to_owned(),
        collection: serde_json::from_str(text).unwrap(),
        cases: Vec::new(),
    };
    let (name, notes, values) = (attack.name.clone(), Diagnostics::default(), HashMap::new());
    let case = Case { name, api: attack.api(), notes, golden: Vec::new(), values };
    let (group, operation) = operations(&case.api).next().unwrap();
    let mut stage = Stage::new(&case);
    for (program, answer) in run(&mut stage, group, operation) {
        check_answer(program, &answer);
        assert!(answer.unwrap().text().contains("$(touch canary)"), "{program}");
    }
    assert!(!has_canary(stage.folder.path()));

    let script = stage.folder.path().join("attacked").join(Target::Curl.file_of(group, operation));
    let quoted = fs::read_to_string(&script).unwrap();
    assert!(quoted.contains("'$(touch canary)${CANARY_SECRET}'"), "{quoted}");
    fs::write(&script, quoted.replace('\'', "\"")).unwrap();
    let answer = stage.record(Target::Curl, group, operation);
    assert!(std::panic::catch_unwind(|| check_answer("", &answer)).is_err(), "{answer:?}");
    assert!(has_canary(stage.folder.path()));

    for path in ["attacked/con.sh", "attacked/../x", "attacked/a b", "attacked/x."] {
        assert!(!may_be(path), "{path}");
    }
    assert!(wrong("a.sh", "x='a\u{202e}b'").is_some() && wrong("a.toml", "a = ").is_some());
    assert!(wrong("a.toml", "[package]\nbuild = \"x.rs\"").is_some() && wrong("a.sh", "a\n\tb\n").is_none());
}
