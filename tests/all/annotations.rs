//! `generate --check --format github`: lines of files are marked, and no text of a collection marks any.

use std::fs;
use std::path::Path;
use std::process::Command;

fn postwright(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_postwright")).args(arguments).current_dir(folder).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn stale_files_and_findings_are_annotated() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let collection = |path: &str| {
        format!(
            "{{\"info\": {{\"name\": \"A\"}}, \"item\": [\n{{\"name\": \"x\\n::error::y\", \"request\": {{\"url\": \"https://api.example.com/{path}\",\n\"method\": \"GE\\u2028T\\n::stop-commands::z\"}}}},\n{{\"name\": \"b\", \"request\": \"https://api.example.com/{path}\"}}]}}"
        )
    };
    fs::write(folder.join("a,b.json"), collection("one")).unwrap();
    assert!(postwright(folder, &["generate", "--target", "curl", "a,b.json"]).0);
    let check = ["generate", "--target", "curl", "--check", "--format", "github", "a,b.json"];
    let (ok, said) = postwright(folder, &check);
    assert!(ok, "{said}");
    let warning = "::warning file=a%2Cb.json,line=3,col=11,title=PW0001::x ::error::y: the method ";
    assert!(said.starts_with(warning), "{said}");
    assert!(said.lines().all(|it| it.starts_with("::warning file=")), "{said}");

    fs::write(folder.join("a,b.json"), collection("two")).unwrap();
    let script = folder.join("generated/a_b/curl/requests/b.sh");
    let script = if script.is_file() { script } else { folder.join("generated/a_b/curl/requests/list.sh") };
    let old = fs::read_to_string(&script).unwrap();
    let line = old.lines().position(|it| it.contains("/one")).unwrap() + 1;
    fs::remove_file(folder.join("generated/a_b/curl/oauth2.sh")).ok();
    let (ok, said) = postwright(folder, &check);
    assert!(!ok, "{said}");
    let file = script.strip_prefix(folder).unwrap().display().to_string();
    let marks =
        said.lines().find(|it| it.contains(&format!("file={file},"))).unwrap_or_else(|| panic!("{said}"));
    assert!(marks.starts_with(&format!("::error file={file},line=")), "{marks}");
    assert!(marks.contains(&format!(",line={line},")), "{marks}");
    assert!(marks.contains("run `postwright generate a,b.json --target curl`"), "{marks}");
    assert!(said.lines().all(|it| it.starts_with("::")), "{said}");
}

#[test]
fn a_collection_that_cannot_be_read_is_annotated() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("a.json"), "{\"info\": {},\n \"item\": [7]}").unwrap();
    let (ok, said) = postwright(folder, &["generate", "--check", "--format", "github", "a.json"]);
    assert!(!ok && said.starts_with("::error file=a.json,line=2,col=11,title=cannot be read::"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

/// GitHub shows ten: the first says how many there are.
#[test]
fn many_stale_files_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let request =
        |it: usize| format!("{{\"name\": \"get {it}\", \"request\": \"https://api.example.com/{it}\"}}");
    let requests: Vec<String> = (1..=20).map(request).collect();
    let text = format!("{{\"info\": {{\"name\": \"A\"}}, \"item\": [{}]}}", requests.join(","));
    fs::write(folder.join("a.json"), text).unwrap();
    let (ok, said) = postwright(folder, &["generate", "--check", "--format", "github", "a.json"]);
    assert!(!ok && said.lines().count() == 10, "{said}");
    let first = said.lines().next().unwrap();
    assert!(
        first.starts_with("::error title=not fresh::") && first.contains(" files are not fresh; run `"),
        "{first}"
    );
}
