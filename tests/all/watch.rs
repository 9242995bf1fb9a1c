//! `postwright watch`: outputs follow their sources, mistakes are survived.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use postwright::diagnostic::Diagnostics;
use postwright::render::{Edition, Templates};
use postwright::target::{Custom, Each, Rule, Target};
use postwright::{generate, generate_edition};

use crate::support::{fixture, read};

/// Generous: machines of tests are busy. What is measured stands in the docs.
const PATIENCE: Duration = Duration::from_secs(60);

struct Running {
    child: Child,
    said: Receiver<String>,
}

impl Running {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_postwright"))
            .arg("watch")
            .args(["--target", "curl"])
            .args(arguments)
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, said) = channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, said }
    }

    /// Waits until it says something with this in it.
    fn says(&self, what: &str) -> String {
        let start = Instant::now();
        let mut all = String::new();
        while start.elapsed() < PATIENCE {
            if let Ok(line) = self.said.recv_timeout(Duration::from_millis(200)) {
                if line.contains(what) {
                    return line;
                }
                all += &(line + "\n");
            }
        }
        panic!("it does not say {what:?}, but:\n{all}");
    }

    /// Whether it says nothing for a while.
    fn is_quiet(&self) -> bool {
        self.said.recv_timeout(Duration::from_millis(1500)).is_err()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collection(path: &str) -> String {
    format!(
        r#"{{"info": {{"name": "A"}}, "item": [{{"name": "List pets", "request": "https://api.example.com/{path}"}}]}}"#
    )
}

fn script(folder: &Path, out: &str) -> String {
    fs::read_to_string(folder.join(out).join("a/curl/requests/list_pets.sh")).unwrap_or_default()
}

#[test]
fn outputs_follow_the_collection_and_survive_mistakes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("collections")).unwrap();
    let file = folder.join("collections/a.json");
    fs::write(&file, collection("one")).unwrap();
    let running = Running::start(folder, &[]);
    running.says("files written");
    assert!(script(folder, "generated").contains("/one"));

    fs::write(&file, collection("two")).unwrap();
    running.says("1 requests");
    assert!(script(folder, "generated").contains("/two"));

    fs::write(&file, "{ \"info\": ").unwrap();
    running.says("error: collections/a.json:1:");
    assert!(script(folder, "generated").contains("/two"));

    // As editors save: a new file takes the place of the old one.
    fs::write(folder.join("collections/.a.json.swp"), collection("three")).unwrap();
    fs::rename(folder.join("collections/.a.json.swp"), &file).unwrap();
    running.says("1 requests");
    assert!(script(folder, "generated").contains("/three"));

    fs::remove_file(&file).unwrap();
    running.says("error: ");
    fs::write(&file, collection("four")).unwrap();
    running.says("1 requests");
    assert!(script(folder, "generated").contains("/four"));

    // A new collection in the folder is one of them.
    fs::write(folder.join("collections/b.json"), collection("five")).unwrap();
    running.says("2 requests");
    assert!(folder.join("generated/b/curl/requests/list_pets.sh").is_file());

    // Neither its own outputs nor other files make it run.
    fs::write(folder.join("generated/a/curl/requests/list_pets.sh"), "mine").unwrap();
    fs::write(folder.join("notes.txt"), "x").unwrap();
    assert!(running.is_quiet());
}

#[test]
fn outputs_follow_settings_and_templates() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (file, settings) = (folder.join("a.json"), folder.join("postwright.toml"));
    fs::write(&file, collection("one")).unwrap();
    let with = |rest: &str| format!("templates = \"own\"\n{rest}\n[[collection]]\npath = \"a.json\"\n");
    fs::create_dir_all(folder.join("own/curl")).unwrap();
    let template = fs::read_to_string(crate::support::root().join("templates/curl/script.sh.hbs")).unwrap();
    fs::write(folder.join("own/curl/script.sh.hbs"), &template).unwrap();
    fs::write(&settings, with("")).unwrap();
    let running = Running::start(folder, &[]);
    running.says("1 requests → generated: ");

    fs::write(&settings, with("out = \"sdk\"")).unwrap();
    running.says("1 requests → sdk: ");
    assert!(script(folder, "sdk").contains("/one"));

    fs::write(&settings, with("outt = \"sdk\"")).unwrap();
    running.says("unknown field `outt`");
    // The collection is still known.
    fs::write(&file, collection("two")).unwrap();
    running.says("unknown field `outt`");
    fs::write(&settings, with("out = \"sdk\"")).unwrap();
    running.says("1 requests → sdk: ");
    assert!(script(folder, "sdk").contains("/two"));

    fs::write(folder.join("own/curl/script.sh.hbs"), template.clone() + "# of our own\n").unwrap();
    running.says("1 requests → sdk: ");
    assert!(script(folder, "sdk").ends_with("# of our own\n"));
    fs::write(folder.join("own/curl/script.sh.hbs"), template + "{{#if").unwrap();
    running.says("error: template curl/script.sh");

    // A collection that the settings name only now.
    fs::create_dir(folder.join("more")).unwrap();
    fs::write(folder.join("more/b.json"), collection("three")).unwrap();
    fs::write(&settings, "[[collection]]\npath = \"more/b.json\"\n").unwrap();
    running.says("1 requests → generated: ");
    fs::write(folder.join("more/b.json"), collection("four")).unwrap();
    running.says("1 requests → generated: ");
    let written = fs::read_to_string(folder.join("generated/b/curl/requests/list_pets.sh")).unwrap();
    assert!(written.contains("/four"), "{written}");
}

/// Templates that are read again, with what has been kept, say what new ones say.
#[test]
fn changed_templates_are_rendered_anew() {
    let (api, _) = read(&fixture("samples"));
    let folder = tempfile::tempdir().unwrap();
    let built_in: HashMap<&str, &str> = postwright::render::built_in().collect();
    let tree = |templates: &Templates| {
        generate(&api, &Target::DEFAULT, &[], templates, &mut Diagnostics::default()).unwrap()
    };
    let edition = Edition::new();
    let again = |templates: &Templates| {
        let notes = &mut Diagnostics::default();
        generate_edition(&api, Some(edition), &Target::DEFAULT, &[], templates, notes).unwrap()
    };
    let mut kept = Templates::load(None).unwrap().keeping();
    let mut last = again(&kept);
    // A template, partials, one in another, and back to what it was.
    for name in ["curl/script.sh", "curl/_functions.sh", "snippets/_curl.sh", "snippets/_requests", ""] {
        let file = folder.path().join(format!("{name}.hbs"));
        if !name.is_empty() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, format!("{}# changed\n", built_in[name])).unwrap();
        }
        kept = kept.renewed(Some(folder.path()), []).unwrap();
        let new = tree(&Templates::load(Some(folder.path())).unwrap());
        let again = again(&kept);
        let differ: Vec<&str> =
            new.files().filter(|it| again.get(&it.path) != Some(it)).map(|it| it.path.as_str()).collect();
        assert_eq!(differ, [""; 0], "{name}");
        let same = new.files().all(|it| last.get(&it.path) == Some(it));
        assert!(!same, "{name} changes nothing");
        last = new;
        if !name.is_empty() {
            fs::remove_file(&file).unwrap();
        }
    }
}

/// A run that stops at a template leaves pages of an older model behind, which are not taken for its own later.
#[test]
fn pages_of_an_older_model_are_made_anew() {
    let (old, _) = read(&fixture("samples"));
    let (mut new, _) = read(&fixture("samples"));
    new.title = "Another title".into();
    let folder = tempfile::tempdir().unwrap();
    let tree = |api, edition, templates: &Templates| {
        generate_edition(api, Some(edition), &Target::DEFAULT, &[], templates, &mut Diagnostics::default())
    };
    let kept = Templates::load(None).unwrap().keeping();
    tree(&old, Edition::new(), &kept).unwrap();

    let edition = Edition::new();
    let file = folder.path().join("docs/llms.txt.hbs");
    fs::create_dir(file.parent().unwrap()).unwrap();
    fs::write(&file, "{{nothing}}").unwrap();
    let kept = kept.renewed(Some(folder.path()), []).unwrap();
    tree(&new, edition, &kept).unwrap_err();
    fs::remove_file(&file).unwrap();
    let kept = kept.renewed(Some(folder.path()), []).unwrap();
    let mended = tree(&new, edition, &kept).unwrap();

    let fresh =
        generate(&new, &Target::DEFAULT, &[], &Templates::load(None).unwrap(), &mut Diagnostics::default());
    let fresh = fresh.unwrap();
    assert!(fresh.files().eq(mended.files()));
    assert!(fresh.files().any(|it| it.text.contains("Another title")));
}

/// A template of the user's own that is gone is missed at once, and not only by the next new run.
#[test]
fn a_template_that_is_gone_is_missed() {
    let (api, _) = read(&fixture("samples"));
    let rule = Rule { template: "a.txt".into(), each: Each::Api, path: "a.txt".into(), executable: false };
    let custom = [Custom { name: "own".into(), files: vec![rule] }];
    let texts = [("a.txt".to_owned(), "{{generated}}\n".to_owned())];
    let mut kept = Templates::load(None).unwrap().keeping();
    kept.add("own", &texts).unwrap();
    let made = |templates: &Templates| generate(&api, &[], &custom, templates, &mut Diagnostics::default());
    assert!(made(&kept).is_ok());
    let kept = kept.renewed(None, [("own", &texts[..])]).unwrap();
    assert!(made(&kept).is_ok());
    let kept = kept.renewed(None, [("own", &[][..])]).unwrap();
    assert!(made(&kept).is_err());
}
