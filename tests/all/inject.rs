//! `postwright snippets`: what it writes between marks, what it leaves alone, and what it refuses.

use std::fs;
use std::path::Path;
use std::process::Output;

use postwright::snippets::inject;
use postwright::target::Language;

use crate::support::{DRCHRONO, fixture, fixtures, operations, postwright, read, root, said, templates};

const OPEN: &str = "<!-- postwright: curl patients.list -->";
const CLOSE: &str = "<!-- /postwright -->";

fn injected(text: &str) -> Result<String, String> {
    let (api, _) = read(DRCHRONO);
    inject("README.md", text, &[api], templates()).map_err(|it| it.to_string())
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let collection = root().join(DRCHRONO);
    let collection = ["--collection", collection.to_str().unwrap()];
    postwright(folder, &[&["snippets", "inject"], arguments, &collection[..]].concat())
}

#[test]
fn a_snippet_is_put_between_its_marks() {
    let text = injected(&format!("# Mine\n\n{OPEN}\nold\n{CLOSE}\n\nrest")).unwrap();
    let command = "curl --fail-with-body \\\n  --url https://app.drchrono.com/api/patients \\\n  \
                   --header @<(printf '%s\\n' \"Authorization: Bearer $DRCHRONO_ACCESS_TOKEN\")";
    assert_eq!(text, format!("# Mine\n\n{OPEN}\n\n```sh\n{command}\n```\n\n{CLOSE}\n\nrest"));
}

#[test]
fn everything_outside_is_left_to_the_byte() {
    let outside = ["\u{feff}# Mine \t\r\n\r\n\r\nno end\rof line\u{0} \r\n", "\r\n  \r\nlast line"];
    let text = format!("{}{OPEN}\r\n{CLOSE}\r\n{}", outside[0], outside[1]);
    let fresh = injected(&text).unwrap();
    assert!(fresh.starts_with(&format!("{}{OPEN}\r\n\r\n```sh\r\ncurl ", outside[0])), "{fresh:?}");
    assert!(fresh.ends_with(&format!("```\r\n\r\n{CLOSE}\r\n{}", outside[1])), "{fresh:?}");
    let inside = &fresh[outside[0].len()..fresh.len() - outside[1].len()];
    assert_eq!(inside.matches('\n').count(), inside.matches("\r\n").count(), "{inside:?}");
    assert_eq!(injected(&fresh).unwrap(), fresh);
    assert_eq!(injected(outside[0]).unwrap(), outside[0]);
}

/// Whatever a collection says: what was written is what is read, and stays as it is.
#[test]
fn what_is_fresh_stays_so() {
    let mut seen = 0;
    for path in fixtures().iter().map(|name| fixture(name)).chain([DRCHRONO.to_owned()]) {
        let (api, _) = read(&path);
        let mut text = String::new();
        for (_, operation) in operations(&api) {
            for language in Language::ALL {
                text.push_str(&format!(
                    "<!-- postwright: {} {} -->\n<!-- /postwright -->\n",
                    language.name(),
                    operation.id
                ));
                seen += 1;
            }
        }
        let apis = [api];
        let once = inject("x.md", &text, &apis, templates()).unwrap();
        assert!(once.len() > text.len() || text.is_empty());
        assert!(inject("x.md", &once, &apis, templates()).unwrap() == once, "{path}");
    }
    assert!(seen > 1200, "{seen}");
}

#[test]
fn marks_in_code_are_text() {
    for text in [
        format!("```md\n{OPEN}\n```\n"),
        format!("~~~~\n~~~\n{OPEN}\n~~~~~\n"),
        format!("    {OPEN}\n"),
        format!("\t{CLOSE}\n"),
        format!("````\n```\n{OPEN}\n"),
        format!("Say `{OPEN}` where it should be.\n"),
    ] {
        assert_eq!(injected(&text).as_deref(), Ok(text.as_str()));
    }
    let text = format!("``` no ` fence\n{OPEN}\n{CLOSE}\n");
    assert_ne!(injected(&text).as_deref(), Ok(text.as_str()), "this line begins no block of code");
}

/// In an item of a list the block belongs to the item.
#[test]
fn a_mark_gives_its_indent() {
    let text = injected(&format!("- an item\n\n  {OPEN}\n  {CLOSE}\n")).unwrap();
    let block = text.lines().skip_while(|it| !it.contains("```sh"));
    let block: Vec<&str> = block.take_while(|it| !it.contains(CLOSE)).collect();
    assert!(block.len() > 3 && block.iter().all(|it| it.is_empty() || it.starts_with("  ")), "{text}");
    assert_eq!(injected(&text).unwrap(), text);
}

#[test]
fn mistakes_have_a_place_and_a_help() {
    let open = |what: &str| format!("one\n<!-- postwright: {what} -->\n{CLOSE}\n");
    let table = [
        (
            open("curl patients.lst"),
            "README.md:2:1: there is no operation patients.lst",
            "did you mean patients.list?",
        ),
        (open("crul patients.list"), "README.md:2:1: there is no language crul", "did you mean curl?"),
        (
            open("curl patients.list collection=drcrono"),
            "README.md:2:1: there is no collection drcrono",
            "did you mean drchrono?",
        ),
        (open("curl"), "README.md:2:1: this is no mark", "LANGUAGE GROUP.OPERATION"),
        (open("curl patients.list drchrono"), "README.md:2:1: this is no mark", "collection=NAME"),
        ("<!-- postwright curl patients.list -->".into(), "README.md:1:1: this is no mark", ""),
        (format!("{OPEN} x\n"), "README.md:1:1: a mark has to be alone on its line", ""),
        (format!("a\n{OPEN}\nb\n"), "README.md:2:1: this mark has no end", "on a line of its own"),
        (format!("{OPEN}\n{OPEN}\n{CLOSE}\n"), "README.md:1:1: this mark has no end", ""),
        (
            format!("{OPEN}\n```\n{CLOSE}\n"),
            "README.md:1:1: this mark has no end",
            "outside of a block of code",
        ),
        (format!("a\n\n{CLOSE}\n"), "README.md:3:1: there is no mark that this one ends", ""),
    ];
    for (text, message, help) in table {
        let error = injected(&text).unwrap_err();
        assert!(error.starts_with(message), "{text:?}: {error}");
        assert!(error.contains("\n  help: ") && error.contains(help), "{text:?}: {error}");
    }
}

#[test]
fn collections_are_told_apart() {
    let apis = [read(&fixture("paging")).0, read(DRCHRONO).0, read(&fixture("samples")).0];
    let text = format!("{OPEN}\n{CLOSE}\n");
    let error = inject("a.md", &text, &apis, templates()).unwrap_err().to_string();
    assert!(error.contains("several collections have an operation patients.list"), "{error}");
    assert!(error.contains("collection=drchrono"), "{error}");
    let named = text.replace("list -->", "list collection=drchrono -->");
    assert!(inject("a.md", &named, &apis, templates()).unwrap().contains("app.drchrono.com"));
}

#[test]
fn check_says_what_differs_and_how_to_mend_it() {
    let folder = tempfile::tempdir().unwrap();
    let (stale, fresh) = (folder.path().join("a.md"), folder.path().join("b.md"));
    fs::write(&stale, format!("{OPEN}\nold\n{CLOSE}\n")).unwrap();
    fs::write(&fresh, "nothing\n").unwrap();
    let before = fs::metadata(&fresh).unwrap().modified().unwrap();

    let check = run(folder.path(), &["a.md", "b.md", "--check"]);
    assert_eq!(check.status.code(), Some(1));
    let told = said(&check);
    assert!(
        told.contains("not fresh: a.md") && told.contains("\n-old") && told.contains("\n+```sh"),
        "{told}"
    );
    assert!(told.contains("run `postwright snippets inject a.md b.md --collection "), "{told}");
    assert_eq!(fs::read_to_string(&stale).unwrap(), format!("{OPEN}\nold\n{CLOSE}\n"));

    assert!(run(folder.path(), &["a.md", "b.md"]).status.success());
    assert_eq!(fs::metadata(&fresh).unwrap().modified().unwrap(), before, "a fresh file is not written");
    assert_eq!(run(folder.path(), &["a.md", "b.md", "--check"]).status.code(), Some(0));
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

/// A mistake in one file leaves all of them as they are; a link stays one, and so do permissions.
#[cfg(unix)]
#[test]
fn files_are_replaced_as_a_whole() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let text = format!("{OPEN}\n{CLOSE}\n");
    let path = folder.path().join("real.md");
    fs::write(&path, &text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("real.md", folder.path().join("link.md")).unwrap();
    fs::write(folder.path().join("bad.md"), OPEN).unwrap();

    let failed = run(folder.path(), &["link.md", "bad.md"]);
    assert_eq!(failed.status.code(), Some(1), "{}", said(&failed));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);

    let done = run(folder.path(), &["link.md"]);
    assert!(done.status.success(), "{}", said(&done));
    assert!(fs::read_to_string(&path).unwrap().contains("curl --fail-with-body"));
    assert!(fs::symlink_metadata(folder.path().join("link.md")).unwrap().is_symlink());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn list_prints_what_marks_can_name() {
    let collection = root().join(DRCHRONO);
    let list = postwright(root(), &["snippets", "list", "--collection", collection.to_str().unwrap()]);
    let list = String::from_utf8(list.stdout).unwrap();
    assert_eq!(list.lines().count(), operations(&read(DRCHRONO).0).count());
    assert!(list.lines().any(|it| it.starts_with("patients.list ") && it.ends_with(" GET /api/patients")));
}
