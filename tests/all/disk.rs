//! What `generate` leaves on the disk when something goes wrong with the disk, or with itself.
//!
//! `docs/reliability.md` says what is to be expected; `POSTWRIGHT_KILLS` is how often a run is killed.

#![cfg(unix)]

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::BuildHasher as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime};

use postwright::diagnostic::Diagnostics;
use postwright::output::Tree;
use postwright::postman::Source;
use postwright::secret::Secrets;
use postwright::target::Target;
use postwright::{Input, generate, model};

use crate::support::{files, postwright, said, templates};

/// Enough for a run to write for some time.
const REQUESTS: usize = 200;

/// A target with a file for each request.
const TARGETS: [&str; 2] = ["--target", "curl,python"];

/// A collection in which every request has something of its own.
fn collection(mark: &str) -> String {
    let item = |number: usize| {
        format!(r#"{{"name": "Get thing {number}", "request": "https://api.example.com/{mark}/{number}"}}"#)
    };
    let items: Vec<String> = (0..REQUESTS).map(item).collect();
    format!(r#"{{"info": {{"name": "Things"}}, "item": [{}]}}"#, items.join(",\n"))
}

/// What is to be written of it.
fn expected(mark: &str) -> Tree {
    let text = collection(mark);
    let input = Input {
        collection: Source { file: "things.json", text: &text },
        environment: None,
        globals: None,
        name: None,
        secrets: &Secrets::default(),
        paging: None,
    };
    let mut notes = Diagnostics::default();
    let api = model(input, &mut notes).unwrap();
    generate(&api, &[Target::Curl, Target::Python], &[], templates(), &mut notes).unwrap()
}

/// A folder in which outputs are made.
struct Project(tempfile::TempDir);

impl Project {
    fn new(mark: &str) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.set(mark);
        let run = project.run();
        assert!(run.status.success(), "{}", said(&run));
        project
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn out(&self) -> PathBuf {
        self.at("generated")
    }

    fn set(&self, mark: &str) {
        fs::write(self.at("things.json"), collection(mark)).unwrap();
    }

    fn arguments() -> Vec<&'static str> {
        [&["generate", "things.json"], &TARGETS[..]].concat()
    }

    fn run(&self) -> Output {
        postwright(self.0.path(), &Self::arguments())
    }

    fn start(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_postwright"))
            .args(Self::arguments())
            .current_dir(self.0.path())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Waits until a run has begun to replace these outputs, or has ended.
    fn writes(&self, old: &Tree, new: &Tree, run: &mut Child) {
        let first = old.files().find(|it| new.get(&it.path).unwrap().text != it.text).unwrap();
        let is_old = || fs::read_to_string(self.out().join(&first.path)).is_ok_and(|it| it == first.text);
        while is_old() && run.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(100));
        }
    }

    /// Whether the outputs are these, with nothing beside them.
    fn holds(&self, tree: &Tree) -> bool {
        tree.compare(&self.out()).unwrap().is_empty()
    }
}

/// From 0 up to this, another one each time.
fn random(below: Duration) -> Duration {
    let bits = RandomState::new().hash_one(0);
    below.mul_f64(f64::from(u32::try_from(bits >> 32).unwrap()) / f64::from(u32::MAX))
}

#[test]
fn a_killed_run_leaves_whole_files() {
    let kills = std::env::var("POSTWRIGHT_KILLS").map_or(20, |it| it.parse().unwrap());
    let trees = [expected("old"), expected("new")];
    let project = Project::new("old");
    let own = project.at("generated/things/curl/notes.txt");
    fs::write(&own, "mine").unwrap();
    let begin = Instant::now();
    project.set("new");
    let mut run = project.start();
    project.writes(&trees[0], &trees[1], &mut run);
    let until_first = begin.elapsed();
    assert!(run.wait().unwrap().success());
    let whole = begin.elapsed();
    let (mut killed, mut halfway) = (0, 0);
    for round in 0..kills {
        let (old, new) = (&trees[(round + 1) % 2], &trees[round % 2]);
        assert!(project.holds(old), "before round {round}");
        project.set(["old", "new"][round % 2]);
        let mut run = project.start();
        if round % 4 == 0 {
            std::thread::sleep(random(whole));
        } else {
            // The time in which files are written is short, so that most are killed in it.
            project.writes(old, new, &mut run);
            std::thread::sleep(random(whole - until_first));
        }
        // SIGKILL: there is no chance to clear anything away.
        run.kill().unwrap();
        killed += usize::from(!run.wait().unwrap().success());
        let (mut olds, mut news) = (0, 0);
        for file in old.files().filter(|it| it.text != new.get(&it.path).unwrap().text) {
            let path = project.out().join(&file.path);
            let text = fs::read_to_string(&path).unwrap();
            let (is_old, is_new) = (text == file.text, text == new.get(&file.path).unwrap().text);
            assert!(is_old || is_new, "{} is neither old nor new, but {text:?}", path.display());
            olds += usize::from(is_old);
            news += usize::from(is_new);
        }
        halfway += usize::from(olds > 0 && news > 0);
        let again = project.run();
        assert!(again.status.success(), "{}", said(&again));
        assert!(project.holds(new), "after round {round}");
        let left = files(&project.out()).len();
        assert_eq!(left, new.files().count() + 1, "what the killed run has left is still there");
        assert_eq!(fs::read_to_string(&own).unwrap(), "mine");
    }
    println!("{kills} runs, {killed} killed before their end, {halfway} of them while they wrote");
    assert!(killed * 4 > kills && halfway > 0, "{killed} were killed, {halfway} while they wrote");
}

/// Two runs on one tree: the second waits, and what is there at the end is what one of them has made.
#[test]
fn two_runs_at_once() {
    let trees = [expected("old"), expected("new")];
    let project = Project::new("old");
    for round in 0..6 {
        project.set(["new", "old"][round % 2]);
        let mut first = project.start();
        std::thread::sleep(random(Duration::from_millis(300)));
        project.set(["old", "new"][round % 2]);
        let mut second = project.start();
        // The first may have read the collection while it was written.
        first.wait().unwrap();
        assert!(second.wait().unwrap().success());
        assert!(trees.iter().any(|it| project.holds(it)), "round {round}: the outputs are of two runs");
    }
}

/// A run that can write no more says so, and leaves whole files.
#[test]
fn no_room_for_a_file() {
    let trees = [expected("old"), expected("new")];
    let project = Project::new("old");
    project.set("new");
    // Files of more than a block cannot be written: of all outputs the large ones only.
    let run = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_postwright")])
        .args(Project::arguments())
        .current_dir(project.0.path())
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    assert!(said(&run).contains("error: cannot write generated/"), "{}", said(&run));
    whole(&project, &trees);
    assert!(project.run().status.success());
    assert!(project.holds(&trees[1]));
}

/// Every file is old or new, and there is no other.
fn whole(project: &Project, [old, new]: &[Tree; 2]) {
    for (path, bytes) in files(&project.out()) {
        let text = String::from_utf8(bytes).unwrap();
        let is = |tree: &Tree| tree.get(path.to_str().unwrap()).is_some_and(|it| it.text == text);
        assert!(is(old) || is(new), "{}: {text:?}", path.display());
    }
}

/// A file system of some kilobytes, which is full long before all is written.
#[test]
#[ignore = "mounts a small file system, which not every machine lets it do"]
fn a_full_disk() {
    let trees = [expected("old"), expected("new")];
    let project = Project::new("old");
    project.set("new");
    let script = "mount -t tmpfs -o size=1m tmpfs full; cp -r generated things.json full; cd full; \
                  code=0; \"$0\" \"$@\" || code=$?; cp -r generated ../after; exit $code";
    fs::create_dir(project.at("full")).unwrap();
    // Half of the outputs fit.
    fs::remove_dir_all(project.at("generated/things/python")).unwrap();
    let run = Command::new("unshare")
        .args(["-rm", "sh", "-ec", script, env!("CARGO_BIN_EXE_postwright")])
        .args(Project::arguments())
        .current_dir(project.0.path())
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    assert!(said(&run).contains("No space left on device"), "{}", said(&run));
    fs::remove_dir_all(project.out()).unwrap();
    fs::rename(project.at("after"), project.out()).unwrap();
    whole(&project, &trees);
}

/// What stands in the way is named and stays.
#[test]
fn a_folder_in_the_place_of_a_file() {
    let project = Project::new("old");
    let path = project.at("generated/things/manifest.json");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    fs::write(path.join("mine.txt"), "mine").unwrap();
    let run = project.run();
    assert_eq!(run.status.code(), Some(1));
    assert!(said(&run).contains("error: cannot write generated/things/manifest.json"), "{}", said(&run));
    assert_eq!(fs::read_to_string(path.join("mine.txt")).unwrap(), "mine");
}

/// Nobody's files elsewhere are written or removed through a link in the outputs.
#[test]
fn a_link_out_of_the_tree() {
    for inner in ["generated/things", "generated/things/curl", "generated/things/curl/requests"] {
        let project = Project::new("old");
        let elsewhere = project.at("elsewhere");
        fs::rename(project.at(inner), &elsewhere).unwrap();
        symlink(&elsewhere, project.at(inner)).unwrap();
        project.set("new");
        let before = files(&elsewhere);
        for arguments in [&["generate", "things.json"][..], &["generate", "things.json", "--check"]] {
            let run = postwright(project.0.path(), arguments);
            assert_eq!(run.status.code(), Some(1), "{}", said(&run));
            assert!(said(&run).contains(&format!("error: cannot write into {inner}: it is a link")));
        }
        assert_eq!(files(&elsewhere), before, "{inner}");
    }
    // The user names the output folder, which may be a link.
    let project = Project::new("old");
    fs::rename(project.out(), project.at("elsewhere")).unwrap();
    symlink(project.at("elsewhere"), project.out()).unwrap();
    project.set("new");
    assert!(project.run().status.success());
    assert!(project.holds(&expected("new")));
}

/// Times of files say nothing: neither a clock that runs backwards nor a checkout changes what is written.
#[test]
fn no_clock_is_asked() {
    let project = Project::new("old");
    let far = SystemTime::now() + Duration::from_secs(4_000_000_000);
    for (path, _) in files(&project.out()) {
        fs::File::open(project.out().join(path)).unwrap().set_modified(far).unwrap();
    }
    project.set("new");
    fs::File::open(project.at("things.json")).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    assert!(project.run().status.success());
    assert!(project.holds(&expected("new")));
}

/// A folder that lets nobody write is named, and nothing is lost.
#[test]
fn a_folder_that_is_read_only() {
    let project = Project::new("old");
    let folder = project.at("generated/things/curl/requests");
    let set = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
    set(0o555);
    let mut run = Command::new(env!("CARGO_BIN_EXE_postwright"));
    if fs::write(folder.join("probe"), "").is_ok() {
        // The system lets its administrator write anywhere, unless that is given up.
        fs::remove_file(folder.join("probe")).unwrap();
        run = Command::new("setpriv");
        run.args(["--bounding-set=-dac_override", "--inh-caps=-dac_override"]);
        run.arg(env!("CARGO_BIN_EXE_postwright"));
    }
    project.set("new");
    let run = run.args(Project::arguments()).current_dir(project.0.path()).output();
    let run = run.expect("as the administrator this needs setpriv: install util-linux");
    set(0o755);
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    assert!(said(&run).contains("error: cannot write generated/things/curl/requests/"), "{}", said(&run));
    whole(&project, &[expected("old"), expected("new")]);
}
