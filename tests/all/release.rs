//! `generate --release`: which version follows which changes, what the changelog says, and that nothing else
//! of the user's files is touched.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{files, postwright, root, said};

const SHOP: &str = "collections/shop.postman_collection.json";

/// A git repository with a collection in it.
struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let project = Self { folder };
        project.git(&["init", "--quiet"]);
        let text =
            fs::read_to_string(root().join("tests/fixtures/diff/shop.postman_collection.json")).unwrap();
        project.write(SHOP, &text);
        project
    }

    /// Everything of now is committed, with these settings.
    fn committed(settings: &str) -> Self {
        let project = Self::new();
        if !settings.is_empty() {
            project.write("postwright.toml", settings);
        }
        project.commit();
        project
    }

    fn git(&self, arguments: &[&str]) {
        let run = Command::new("git")
            .args(["-c", "user.name=test", "-c", "user.email=test@example.com"])
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap_or_else(|_| panic!("this test needs git: install it"));
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    }

    fn commit(&self) {
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "--message", "As it was"]);
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join(path)).unwrap_or_default()
    }

    fn edit(&self, edit: impl FnOnce(&mut Value)) {
        let mut collection: Value = serde_json::from_str(&self.text(SHOP)).unwrap();
        edit(&mut collection);
        self.write(SHOP, &format!("{collection:#}"));
    }

    /// Runs the tool, which is to succeed, and answers with what it says of versions.
    fn release(&self, more: &[&str]) -> String {
        let run = postwright(
            self.folder.path(),
            &[&["generate", "--release", "--target", "rust,python"], more].concat(),
        );
        assert!(run.status.success(), "{}", said(&run));
        let said = said(&run);
        let lines =
            said.lines().filter(|it| it.starts_with("collections/") && !it.contains("more things to say"));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn refused(&self, more: &[&str], code: i32) -> String {
        let before = files(self.folder.path());
        let run = postwright(self.folder.path(), &[&["generate", "--release"], more].concat());
        assert_eq!(run.status.code(), Some(code), "{}", said(&run));
        assert!(files(self.folder.path()) == before, "something is written");
        said(&run)
    }

    fn is_fresh(&self) -> bool {
        let run = postwright(self.folder.path(), &["generate", "--check", "--target", "rust,python"]);
        run.status.success()
    }

    fn changelog(&self) -> String {
        self.text("generated/shop/CHANGELOG.md")
    }

    /// The version of both packages.
    fn version(&self) -> String {
        let version = |path: &str| {
            let text = self.text(path);
            let line = text.lines().find_map(|it| it.strip_prefix("version = ")).unwrap_or_default();
            line.trim_matches('"').to_owned()
        };
        let rust = version("generated/shop/rust/Cargo.toml");
        assert_eq!(version("generated/shop/python/client/pyproject.toml"), rust);
        rust
    }
}

fn breaking(collection: &mut Value) {
    collection["item"][0]["item"][0]["name"] = "Search everything".into();
}

fn compatible(collection: &mut Value) {
    let pets = collection["item"][0]["item"].as_array_mut().unwrap();
    pets.push(json!({"name": "Feed pet", "request": {"method": "POST", "url": "{{baseUrl}}/pets/feed"}}));
}

fn documented(collection: &mut Value) {
    collection["info"]["description"] = "Other words.".into();
}

fn settings(version: &str) -> String {
    format!("[[collection]]\npath = {SHOP:?}\nversion = {version:?}\n")
}

/// Below 1.0 and above.
#[test]
fn versions_follow_the_changes() {
    type Edit = fn(&mut Value);
    let table: [(&str, Edit, &str); 6] = [
        ("0.3.4", breaking, "0.4.0"),
        ("0.3.4", compatible, "0.3.5"),
        ("0.3.4", documented, "0.3.5"),
        ("1.3.4", breaking, "2.0.0"),
        ("1.3.4", compatible, "1.4.0"),
        ("1.3.4", documented, "1.3.5"),
    ];
    for (before, edit, after) in table {
        let project = Project::committed(&settings(before));
        project.edit(edit);
        let said = project.release(&[]);
        assert!(said.starts_with(&format!("{SHOP}: {before} → {after} (")), "{said}");
        assert_eq!(project.version(), after);
        assert_eq!(project.text("postwright.toml"), settings(after));
        assert!(project.changelog().starts_with(&format!("# Changelog\n\n## {after}\n\n### ")));
        assert!(project.is_fresh(), "{after}");
    }
}

#[test]
fn entries_are_what_diff_says() {
    let project = Project::committed("");
    project.edit(breaking);
    project.edit(compatible);
    project.edit(documented);
    let run = postwright(project.folder.path(), &["diff", "--since", "HEAD", "--format", "markdown"]);
    let told = String::from_utf8(run.stdout).unwrap();
    let groups = &told[told.find("\n### ").unwrap()..];
    project.release(&[]);
    let first = project.changelog();
    assert_eq!(first, format!("# Changelog\n\n## 0.2.0\n{groups}"));
    insta::assert_snapshot!("changelog", first);

    // The next one stands above, and what the user has written stays.
    let first = first.replace("# Changelog\n", "# What is new in the shop\n\nBy us.\n") + "\nThe end.";
    project.write("generated/shop/CHANGELOG.md", &first);
    project.commit();
    project.edit(|it| it["info"]["description"] = "Still other words.".into());
    project.release(&[]);
    let entry = "## 0.2.1\n\n### Documentation\n\n- `Shop` is described otherwise.\n\n";
    assert_eq!(project.changelog(), first.replace("## 0.2.0", &format!("{entry}## 0.2.0")));

    // It is the user's: no run replaces or removes it.
    let run = postwright(project.folder.path(), &["generate", "--target", "rust,python"]);
    assert!(run.status.success(), "{}", said(&run));
    assert!(project.changelog().ends_with("\nThe end."));
    assert!(project.is_fresh());
}

#[test]
fn without_a_change_nothing_is_released() {
    let project = Project::committed(&settings("0.3.4"));
    // Laid out anew.
    project.edit(|_| {});
    let said = project.release(&[]);
    assert_eq!(said, format!("{SHOP}: nothing has changed since HEAD; its version stays 0.3.4"));
    assert_eq!((project.changelog(), project.version()), (String::new(), "0.3.4".to_owned()));
    assert_eq!(project.text("postwright.toml"), settings("0.3.4"));
    let project = Project::committed("");
    project.release(&[]);
    assert!(!project.folder.path().join("postwright.toml").exists());
    assert!(project.is_fresh());
}

#[test]
fn a_first_release_has_nothing_to_be_compared_with() {
    let project = Project::new();
    project.write("README.md", "Ours.\n");
    project.git(&["add", "README.md"]);
    project.git(&["commit", "--quiet", "--message", "Nothing yet"]);
    let wanted = "# Changelog\n\n## 0.1.0\n\nFirst release.\n";
    for _ in 0..2 {
        let said = project.release(&[]);
        let told = "is not in HEAD, so that there is nothing to compare with: 0.1.0 is its first release";
        assert!(said.starts_with(&format!("{SHOP}: {told}")), "{said}");
        assert_eq!((project.changelog().as_str(), project.version().as_str()), (wanted, "0.1.0"));
    }
    assert!(!project.folder.path().join("postwright.toml").exists());
    assert!(project.is_fresh());

    // It has the version that was set, and the next one follows.
    project.write("postwright.toml", &settings("1.0.0"));
    project.commit();
    project.edit(compatible);
    project.release(&[]);
    assert!(project.changelog().starts_with("# Changelog\n\n## 1.1.0\n\n### Compatible\n"));
    assert!(project.changelog().ends_with(&wanted["# Changelog\n".len()..]));
}

#[test]
fn twice_is_once() {
    let project = Project::committed("");
    project.edit(compatible);
    project.release(&[]);
    let before = files(project.folder.path());
    let said = project.release(&[]);
    assert!(said.ends_with("generated/shop/CHANGELOG.md has it already"), "{said}");
    assert!(files(project.folder.path()) == before);

    // More of the same kind has the same version: the entry is the user's, and stays.
    project.edit(documented);
    let changelog = project.changelog();
    let said = project.release(&[]);
    assert!(said.contains("has an entry of it that says something else"), "{said}");
    assert_eq!((project.changelog(), project.version()), (changelog, "0.1.1".to_owned()));
    fs::remove_file(project.folder.path().join("generated/shop/CHANGELOG.md")).unwrap();
    project.release(&[]);
    assert!(project.changelog().contains("### Documentation"));

    // A graver one has another.
    project.edit(breaking);
    let said = project.refused(&[], 1);
    assert!(said.contains("has version 0.1.1, and HEAD has 0.1.0"), "{said}");
    assert!(said.contains("asks for 0.2.0") && said.contains("help: "), "{said}");
    project.git(&["checkout", "--quiet", "--", "."]);
    fs::remove_file(project.folder.path().join("postwright.toml")).unwrap();
    fs::remove_dir_all(project.folder.path().join("generated")).unwrap();
    project.edit(breaking);
    project.release(&[]);
    assert_eq!(project.version(), "0.2.0");
}

/// Killed between two writes: the next run does the rest.
#[test]
fn what_is_missing_is_written() {
    let project = Project::committed("");
    project.edit(breaking);
    project.release(&[]);
    let all = files(project.folder.path());
    for lost in
        [&["postwright.toml"][..], &["generated/shop/CHANGELOG.md"], &["generated/shop/rust/Cargo.toml"]]
    {
        for path in lost {
            fs::remove_file(project.folder.path().join(path)).unwrap();
        }
        project.release(&[]);
        assert!(files(project.folder.path()) == all, "{lost:?}");
    }
}

/// To go to 1.0, somebody has to say so.
#[test]
fn a_version_that_was_set_is_taken() {
    let project = Project::committed(&settings("0.9.0"));
    project.edit(documented);
    project.write("postwright.toml", &settings("1.0.0"));
    assert!(project.release(&[]).contains("0.9.0 → 1.0.0 (patch: 1 docs)"));
    assert!(project.changelog().contains("## 1.0.0\n"));
    assert_eq!(project.text("postwright.toml"), settings("1.0.0"));
}

/// What stands in the settings changes the client as well.
#[test]
fn another_name_in_the_settings_breaks() {
    let project = Project::committed(&settings("1.0.0"));
    let rename = "[[collection.rename]]\nrequest = \"Pets / Get pet\"\nname = \"find\"\n";
    project.write("postwright.toml", &format!("{}{rename}", settings("1.0.0")));
    assert!(project.release(&[]).contains("1.0.0 → 2.0.0 (major: 1 breaking)"));
    assert_eq!(project.text("postwright.toml"), format!("{}{rename}", settings("2.0.0")));
    project.commit();
    assert!(project.release(&[]).contains("nothing has changed since HEAD"));
}

#[test]
fn settings_keep_their_comments() {
    let text = format!(
        "# Ours, by hand.\nout = 'generated'   # as always\n\n[[collection]] # the shop\npath = {SHOP:?}\n# What they say.\nlimits = {{ per_second = 9 }}\n\n[target.curl]\nfloor = \"8.3\"\n# The end.\n"
    );
    let project = Project::committed(&text);
    project.edit(breaking);
    project.release(&[]);
    assert_eq!(project.text("postwright.toml"), text.replace("9 }\n", "9 }\nversion = \"0.2.0\"\n"));
    project.commit();
    project.edit(documented);
    project.release(&[]);
    assert_eq!(project.text("postwright.toml"), text.replace("9 }\n", "9 }\nversion = \"0.2.1\"\n"));
}

/// A table for one collection must not hide the others.
#[test]
fn each_collection_has_its_own_version() {
    let project = Project::new();
    let text = project.text(SHOP);
    project.write("collections/a.json", &text);
    project.write("collections/z.json", &text);
    project.commit();
    project.edit(breaking);
    let said = project.release(&[]);
    assert_eq!(said.lines().count(), 3, "{said}");
    assert_eq!(said.matches("nothing has changed since HEAD; its version stays 0.1.0").count(), 2, "{said}");
    let wanted = format!(
        "[[collection]]\npath = \"collections/a.json\"\n\n[[collection]]\npath = {SHOP:?}\nversion = \"0.2.0\"\n\n[[collection]]\npath = \"collections/z.json\"\n"
    );
    assert_eq!(project.text("postwright.toml"), wanted);
    assert!(project.is_fresh());
    assert!(!project.folder.path().join("generated/a/CHANGELOG.md").exists());

    // One of them by its name.
    project.commit();
    project.write("collections/z.json", &project.text(SHOP));
    project.edit(documented);
    assert_eq!(project.release(&["collections/z.json"]).lines().count(), 1);
    assert!(project.text("postwright.toml").ends_with("z.json\"\nversion = \"0.2.0\"\n"));
    assert_eq!(project.text("postwright.toml").matches("0.2.0").count(), 2);
}

#[test]
fn a_release_is_compared_with_any_revision() {
    let project = Project::committed(&settings("1.2.0"));
    project.git(&["tag", "v1.2.0"]);
    project.edit(breaking);
    project.commit();
    assert!(project.release(&[]).contains("nothing has changed since HEAD"));
    assert!(project.release(&["--since", "v1.2.0"]).contains("1.2.0 → 2.0.0"));
    assert!(project.refused(&["--since", "nothing"], 1).contains("cannot read nothing:"));
    assert!(project.refused(&["--since=--output=x"], 1).contains("no name of a revision"));
    project.refused(&["--check"], 2);
    let run = postwright(project.folder.path(), &["generate", "--since", "HEAD"]);
    assert_eq!(run.status.code(), Some(2));
}

/// A mistake in one collection leaves the files of all of them as they are.
#[test]
fn all_or_nothing() {
    let project = Project::new();
    let text = project.text(SHOP);
    project.write("collections/z.json", &text);
    project.commit();
    project.edit(breaking);
    project.write("collections/z.json", "{");
    assert!(project.refused(&[], 1).contains("collections/z.json"));
    project.write("collections/z.json", &text);
    project.write("mine/rust/Cargo.toml.hbs", "{{nothing_of_this_name}}");
    project.refused(&["--templates", "mine"], 1);
}

/// A text of a collection stays text.
#[test]
fn texts_stay_texts() {
    let project = Project::committed("");
    let hostile = "<img src=x onerror=alert(1)> `](http://evil) @everyone\n## 9.9.9\n";
    project.edit(|it| {
        it["info"]["name"] = hostile.into();
        it["item"][0]["item"][0]["request"]["url"]["query"][0]["key"] = hostile.into();
        it["item"][0]["item"][4]["request"]["url"]["path"][0] = hostile.into();
    });
    project.release(&[]);
    let changelog = project.changelog();
    let is_harmful = |it: &pulldown_cmark::Event<'_>| {
        use pulldown_cmark::{Event, Tag};
        let tag = matches!(it, Event::Start(Tag::Link { .. } | Tag::Image { .. }));
        tag || matches!(it, Event::Html(_) | Event::InlineHtml(_))
    };
    assert!(!pulldown_cmark::Parser::new(&changelog).any(|it| is_harmful(&it)), "{changelog}");
    let headings: Vec<&str> =
        changelog.lines().filter(|it| it.starts_with("# ") || it.starts_with("## ")).collect();
    assert_eq!(headings, ["# Changelog", "## 0.2.0"], "{changelog}");
}

/// A link to the changelog stays one, and what it leads to is written.
#[cfg(unix)]
#[test]
fn the_changelog_may_be_elsewhere() {
    let project = Project::committed("");
    project.write("CHANGES.md", "# Ours\n");
    fs::create_dir_all(project.folder.path().join("generated/shop")).unwrap();
    let link = project.folder.path().join("generated/shop/CHANGELOG.md");
    std::os::unix::fs::symlink(Path::new("../../CHANGES.md"), &link).unwrap();
    project.edit(breaking);
    project.release(&[]);
    assert!(project.text("CHANGES.md").starts_with("# Ours\n\n## 0.2.0\n"));
    assert!(link.is_symlink());
}
