//! A run that would do what the last one did does nothing, and says the same; whatever has changed in between, it is
//! noticed.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{files, fixture, paths, root, said};

/// A folder with all kinds of things that outputs are made of, generated once; and one for what is kept of its runs.
struct Project {
    folder: tempfile::TempDir,
    cache: tempfile::TempDir,
}

const SETTINGS: &str = "templates = \"mine\"\ncustom_targets = [\"sheet\"]\n";

impl Project {
    fn new() -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap(), cache: tempfile::tempdir().unwrap() };
        for folder in ["collections", "mine/curl", "sheet"] {
            fs::create_dir_all(project.at(folder)).unwrap();
        }
        let to = project.at("collections/samples.postman_collection.json");
        fs::copy(root().join(fixture("samples")), to).unwrap();
        let template = fs::read_to_string(root().join("templates/curl/shellcheckrc.hbs")).unwrap();
        project.put("mine/curl/shellcheckrc.hbs", &template);
        project.put("postwright.toml", SETTINGS);
        project.put("values.json", r#"{"values": [{"key": "host", "value": "a"}]}"#);
        let target = "name = \"sheet\"\n[[file]]\ntemplate = \"all\"\neach = \"api\"\npath = \"all.txt\"\n";
        project.put("sheet/target.toml", target);
        project.put("sheet/all.hbs", "{{generated}}\n");
        let run = project.run(&[]);
        assert!(run.status.success(), "{}", said(&run));
        project
    }

    fn at(&self, path: &str) -> std::path::PathBuf {
        self.folder.path().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        fs::write(self.at(path), text).unwrap();
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.at(path)).unwrap();
        assert!(text.contains(from), "{path} has no {from}");
        self.put(path, &text.replacen(from, to, 1));
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(self.cache.path(), arguments)
    }

    fn run_with(&self, cache: &Path, arguments: &[&str]) -> Output {
        let mut run = Command::new(env!("CARGO_BIN_EXE_postwright"));
        run.current_dir(self.folder.path()).env("NO_COLOR", "1").env("POSTWRIGHT_CACHE", cache);
        run.args(["generate", "--environment", "values.json"]).args(arguments).output().unwrap()
    }

    /// Whether a run does nothing but compare.
    fn repeats(&self, arguments: &[&str]) -> bool {
        let run = self.run(&[&["--timings"], arguments].concat());
        let said = said(&run);
        assert!(said.contains("last run") || arguments.contains(&"--no-cache"), "{said}");
        !said.contains("\nparse ") && !said.contains(" parse ")
    }
}

#[test]
fn nothing_is_done_twice() {
    let project = Project::new();
    let before = files(project.folder.path());
    assert!(
        project.repeats(&[]) && project.repeats(&["--check"]),
        "it has noticed a change where there is none"
    );
    assert!(!project.repeats(&["--no-cache"]));
    // A file of the user's own is none of what a run makes.
    project.put("generated/samples/curl/mine.sh", "echo mine\n");
    assert!(project.repeats(&[]) && project.repeats(&["--check"]));
    fs::remove_file(project.at("generated/samples/curl/mine.sh")).unwrap();
    for arguments in [&[][..], &["--check"], &["--verbose"], &["--verbose", "--check"]] {
        let [first, second] = [(); 2].map(|()| project.run(arguments));
        let anew = project.run(&[arguments, &["--no-cache"]].concat());
        for run in [first, second] {
            assert_eq!((said(&run), run.status.code()), (said(&anew), anew.status.code()), "{arguments:?}");
            assert_eq!(run.stdout, anew.stdout);
        }
    }
    assert_eq!(files(project.folder.path()), before);
}

/// Something that is done to a project.
type Change = (&'static str, fn(&Project));

const COLLECTION: &str = "collections/samples.postman_collection.json";
const SCRIPT: &str = "generated/samples/curl/patients/list.sh";

#[test]
fn every_change_is_noticed() {
    let changes: &[Change] = &[
        ("a collection", |it| it.edit(COLLECTION, "\"name\": \"", "\"name\": \"Our ")),
        ("a new collection", |it| {
            fs::copy(it.at(COLLECTION), it.at("collections/again.json")).unwrap();
        }),
        ("an environment", |it| it.put("values.json", r#"{"values": [{"key": "host", "value": "b"}]}"#)),
        ("the settings", |it| it.put("postwright.toml", &format!("{SETTINGS}target.curl.floor = \"8.3\"\n"))),
        ("no settings", |it| fs::remove_file(it.at("postwright.toml")).unwrap()),
        ("a template", |it| it.edit("mine/curl/shellcheckrc.hbs", "--}}\n", "--}}\n# ours\n")),
        ("a new template", |it| {
            fs::copy(root().join("templates/curl/env.example.hbs"), it.at("mine/curl/env.example.hbs"))
                .unwrap();
            it.edit("mine/curl/env.example.hbs", "--}}\n", "--}}\n# ours\n");
        }),
        ("a folder of templates that becomes a target", |it| {
            it.put("mine/curl/target.toml", "name = \"other\"\n");
        }),
        ("a target", |it| it.edit("sheet/target.toml", "all.txt", "some.txt")),
        ("a template of a target", |it| it.put("sheet/all.hbs", "{{generated}}\nours\n")),
        ("an output", |it| it.edit(SCRIPT, "bash", "BASH")),
        ("an output that is gone", |it| fs::remove_file(it.at(SCRIPT)).unwrap()),
        ("an output of an earlier run", |it| {
            fs::copy(it.at(SCRIPT), it.at("generated/samples/curl/patients/old.sh")).unwrap();
        }),
        ("what a killed run left", |it| it.put("generated/samples/.manifest.json.1.postwright", "")),
        ("no outputs", |it| fs::remove_dir_all(it.at("generated")).unwrap()),
    ];
    let expect_noticed = |what: &str, change: &dyn Fn(&Project)| {
        let project = Project::new();
        assert!(project.repeats(&["--check"]), "{what}: nothing has changed yet");
        change(&project);
        assert!(!project.repeats(&["--check"]), "{what} was not noticed");
        let check = project.run(&["--check"]);
        let anew = project.run(&["--check", "--no-cache"]);
        assert_eq!((said(&check), check.status.code()), (said(&anew), anew.status.code()), "{what}");
        let run = project.run(&[]);
        if run.status.success() {
            assert!(project.repeats(&["--check"]), "{what}: it was made just now");
            assert!(project.run(&["--check", "--no-cache"]).status.success(), "{what}");
        } else {
            assert!(!project.repeats(&[]), "{what}: it has failed");
        }
    };
    for (what, change) in changes {
        expect_noticed(what, change);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        expect_noticed("an output that cannot be run", &|it| {
            fs::set_permissions(it.at(SCRIPT), fs::Permissions::from_mode(0o644)).unwrap();
        });
        expect_noticed("a folder that is a link", &|it| {
            fs::rename(it.at("generated/samples/curl"), it.at("elsewhere")).unwrap();
            symlink(it.at("elsewhere"), it.at("generated/samples/curl")).unwrap();
        });
    }
}

#[test]
fn what_is_kept_may_be_lost_spoilt_or_unwanted() {
    let project = Project::new();
    let kept = || paths(project.cache.path(), ".trace");
    let [file] = &kept()[..] else { panic!("one run keeps one file: {:?}", kept()) };
    let file = project.cache.path().join(file);
    let text = fs::read_to_string(&file).unwrap();
    for spoilt in ["", "{}", "null", &text[..text.len() / 2], &text.replace(env!("CARGO_PKG_NAME"), "x")[1..]]
    {
        fs::write(&file, spoilt).unwrap();
        assert!(!project.repeats(&["--check"]), "{spoilt:?}");
        assert!(project.repeats(&["--check"]), "it was kept anew");
    }
    // That of another build: the name of ours stands at its beginning.
    let (before, after) = text.split_once("{\"run\":\"").unwrap();
    fs::write(&file, format!("{before}{{\"run\":\"0{after}")).unwrap();
    assert!(!project.repeats(&["--check"]));
    fs::remove_file(&file).unwrap();
    assert!(!project.repeats(&["--check"]));
    // A folder that cannot be, and none.
    for cache in [file.join("below"), "".into()] {
        let run = project.run_with(&cache, &["--check"]);
        assert!(run.status.success(), "{}", said(&run));
    }
    assert_eq!(kept().len(), 1);
}

/// A run that has failed leaves nothing to take for an outcome.
#[test]
fn what_has_failed_is_done_again() {
    let project = Project::new();
    project.edit(SCRIPT, "bash", "BASH");
    for _ in 0..2 {
        assert!(!project.run(&["--check"]).status.success());
    }
    project.put(COLLECTION, "{");
    for _ in 0..2 {
        let run = project.run(&[]);
        assert!(said(&run).contains("error: collections/samples"), "{}", said(&run));
    }
}

/// What is read elsewhere would not be noticed when it changes.
#[test]
fn outputs_are_made_of_what_passes_one_module() {
    let folder = root().join("src");
    let elsewhere = [
        "files.rs",
        // What it reads are outputs.
        "output.rs",
        // The trace itself.
        "trace.rs",
        // Lengths, that decide in which order things are done.
        "command/generate.rs",
        // No outputs are made there, or by a run that keeps no trace.
        "command/convert.rs",
        "command/templates.rs",
        "command/init.rs",
        "command/watch.rs",
        // Tests, and what generated tests say.
        "target/quote/properties.rs",
        "target/rust/example.rs",
    ];
    let mut seen = 0;
    for path in paths(&folder, ".rs") {
        let name = path.to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(folder.join(&path)).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let ways =
            ["fs::read", "File::open", "metadata(", ".exists()", ".is_file()", ".is_dir()", "env::var"];
        if let Some(way) = ways.iter().find(|it| code.contains(**it)) {
            assert!(elsewhere.contains(&name.as_str()), "src/{name} has {way}");
            seen += 1;
        }
    }
    assert!(seen > 4, "{seen}: the test reads the wrong files");
}
