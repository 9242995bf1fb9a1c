//! Files for other tools: what the tools make of them, against what Postman's runner sent.
//!
//! The tools are none of those that `cargo test` may ask for: `.ci/formats` has them, and runs what is ignored here.

mod bruno;
mod exceptions;
mod har;
mod http;
mod hurl;
mod hurl_reader;

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use postwright::api::{Api, Operation};
use postwright::target::Target;

use crate::exceptions::{Difference, EXCEPTIONS, Sender};
use crate::parity::COLUMNS;
use crate::runner::{Case, Golden, Sent, cases, differences};
use crate::support::{fixture, fixtures, read, root, tree_of, tree_of_all};
use exceptions::OWN;

/// The targets that are formats of other tools.
pub(crate) const FORMATS: [Target; 4] = [Target::Hurl, Target::Har, Target::Http, Target::Bruno];

/// What is wrong with the files of a collection: a text that is not what it was, or something that is no text.
pub(crate) fn problems(api: &Api) -> Vec<String> {
    let mut problems = hurl::problems(api).1;
    for file in tree_of_all(api, &[Target::Http, Target::Bruno]).files() {
        problems.extend(match file.path.rsplit('.').next() {
            Some("http") => http::problem(&file.text),
            Some("bru") => bruno::problem(&file.text),
            _ => None,
        });
    }
    problems
}

/// How one request came out: nothing differs, or why something does.
enum Verdict {
    Equal,
    Known(&'static str),
    Different(String),
}

/// Compares what a tool sent for a request.
fn judge(
    case: &Case,
    golden: &Golden,
    wanted: &Sent,
    target: Target,
    operation: &Operation,
    got: Result<Sent, String>,
) -> Verdict {
    let found = match &got {
        Ok(got) => differences(wanted, got),
        Err(said) => vec![("sent".to_owned(), format!("nothing is sent: {said}"))],
    };
    if found.is_empty() {
        return Verdict::Equal;
    }
    let texts: Vec<String> = found.iter().map(|(field, text)| format!("{field}: {text}")).collect();
    let fields = found.into_iter().map(|(field, _)| field).collect();
    let sender = Sender::Program(target);
    let operation = Some(operation);
    let difference =
        Difference { case, place: &golden.place, sender, operation, wanted: &golden.sent, got, fields };
    match OWN.iter().chain(EXCEPTIONS).find(|it| (it.fits)(&difference)) {
        Some(exception) => Verdict::Known(exception.kind),
        None => Verdict::Different(format!(
            "{}#{} {:?}: {}",
            case.name,
            golden.index,
            golden.place,
            texts.join("; ")
        )),
    }
}

/// Runs each collection through a tool, two at a time, and compares the table of the docs with how it came out.
fn compare(target: Target, run: impl Fn(&Case) -> Vec<Verdict> + Sync) {
    // Those of others take minutes with each tool.
    let with_all = std::env::var("POSTWRIGHT_FORMATS").is_ok_and(|it| it == "all");
    let ours = fixtures();
    let is_chosen = |it: &Case| with_all || it.name == "drchrono" || ours.contains(&it.name);
    let cases: Vec<Case> = cases().into_iter().filter(is_chosen).collect();
    assert!(cases.len() > 15, "the recordings are gone");
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let verdicts = run(case);
            found.lock().unwrap().push((case.name.clone(), verdicts));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let found = found.into_inner().unwrap();
    let all = found.iter().flat_map(|(_, verdicts)| verdicts);
    let different: Vec<&str> = all
        .filter_map(|it| match it {
            Verdict::Different(line) => Some(line.as_str()),
            _ => None,
        })
        .collect();
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
    let table = table(&found);
    println!("{table}");
    if !cases.iter().any(|case| case.name == "twitter-api") {
        println!(
            "the table of the docs was not compared: that takes POSTWRIGHT_FORMATS=all, and collections in \
             ../shared/corpus/open"
        );
        return;
    }
    for exception in OWN.iter().filter(|it| it.senders.split(", ").any(|it| it == target.name())) {
        let is_used = table.contains(&exception.kind.replace('|', "\\|"));
        assert!(is_used, "nothing is of the kind {:?} any more", exception.kind);
    }
    check_docs(target, &table);
}

/// How many came out equal, and how often each known difference occurs, by column.
fn table(found: &[(String, Vec<Verdict>)]) -> String {
    let mut equal = String::new();
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (title, chosen) in COLUMNS {
        let of_column = || found.iter().filter(|(name, _)| chosen(name)).flat_map(|(_, it)| it);
        let count = of_column().filter(|it| matches!(it, Verdict::Equal)).count();
        equal.push_str(&format!(" {count} of {} |", of_column().count()));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for verdict in of_column() {
            if let Verdict::Known(kind) = verdict {
                *counts.entry(kind).or_default() += 1;
            }
        }
        for (kind, count) in counts {
            reasons.entry(kind).or_default().push(format!("{title} {count}"));
        }
    }
    let titles: Vec<&str> = COLUMNS.iter().map(|(title, _)| *title).collect();
    let mut out = format!("\n| {} |\n|---|---|---|---|\n|{equal}\n", titles.join(" | "));
    out.push_str("\n| what differs | how often |\n|---|---|\n");
    for (kind, counts) in reasons {
        out.push_str(&format!("| {} | {} |\n", kind.replace('|', "\\|"), counts.join(", ")));
    }
    out.push('\n');
    out
}

fn check_docs(target: Target, table: &str) {
    let path = root().join("docs/formats.md");
    let docs = fs::read_to_string(&path).unwrap();
    let begin = format!("<!-- {}: begin -->\n", target.name());
    let end = format!("<!-- {}: end -->", target.name());
    let (before, rest) = docs.split_once(&begin).unwrap();
    let (current, after) = rest.split_once(&end).unwrap();
    if current != table && std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{before}{begin}{table}{end}{after}")).unwrap();
        return;
    }
    assert!(current == table, "the table of docs/formats.md is not fresh; UPDATE_DOCS=1 writes it:\n{table}");
}

/// Files of each format, to be looked at.
#[test]
fn files_of_each_format() {
    for target in Target::ALL.into_iter().filter(|it| FORMATS.contains(it)) {
        for name in ["auth_kinds", "bodies", "path_variables"] {
            let (api, _) = read(&fixture(name));
            let mut text = String::new();
            for file in tree_of(&api, target).files().filter(|it| !it.path.ends_with("manifest.json")) {
                text.push_str(&format!("======== {}\n{}\n", file.path, file.text));
            }
            insta::assert_snapshot!(format!("{name}.{}", target.name()), text);
        }
    }
}
