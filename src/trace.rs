//! The trace of a run: what it has read, what it has said, and what it has made of that. As long as all of it is as it
//! was, another run would do the same, and need not.
//!
//! Everything is compared by content, never by time: a trace is right whatever has happened to the files in between.
//! It is kept in the user's folder for such things, and may be removed at any time.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::files::{self, Made, Noted, Sum, look};
use crate::output::{Paths, keep};

/// The name of this build.
const BUILD: &str = env!("POSTWRIGHT_BUILD");

/// How long a trace that no run has renewed is kept.
const KEPT: Duration = Duration::from_secs(60 * 60 * 24 * 30);

/// What a run was, and what came of it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    run: String,
    noted: Noted,
    /// The folder that it has written into.
    pub out: PathBuf,
    /// How many requests the collections had.
    pub requests: usize,
    /// What was said about them.
    pub said: Vec<String>,
}

/// Where the trace of a run is kept, and what tells it from those of others.
#[derive(Debug)]
pub struct Run {
    file: PathBuf,
    run: String,
}

impl Run {
    /// A run in the current folder, with these arguments: all that change what is made or said. `None` if there is no
    /// folder for traces.
    #[must_use]
    pub fn of(arguments: &str) -> Option<Self> {
        let here = std::env::current_dir().ok()?;
        let place = format!("{}\n{arguments}", here.display());
        let name = format!("{}.trace", Sum::of(place.as_bytes()).as_str());
        Some(Self { file: folder()?.join(name), run: format!("{}\n{place}", program()?) })
    }

    /// Its trace, if it was kept and all that it has read is as it was then.
    #[must_use]
    pub fn trace(&self) -> Option<Trace> {
        let trace: Trace = serde_json::from_slice(&fs::read(&self.file).ok()?).ok()?;
        // Whoever has removed the outputs need not wait for what they were made of.
        let is_there = |it: &Made| trace.out.join(&it.path).is_file();
        let is_same = trace.run == self.run
            && trace.noted.made.first().is_none_or(is_there)
            && trace.noted.read.iter().all(|(it, path, sum)| look(*it, path) == *sum);
        is_same.then_some(trace)
    }

    /// Keeps what this run has noted. If that fails, the next run does everything again, which is no failure of this
    /// one.
    pub fn keep(self, out: PathBuf, requests: usize, said: Vec<String>) {
        let Some(noted) = files::noted() else { return };
        let trace = Trace { run: self.run, noted, out, requests, said };
        if let Ok(text) = serde_json::to_string(&trace) {
            let _ = keep(&self.file, &text);
            self.file.parent().map(remove_old);
        }
    }
}

impl Trace {
    /// Whether all that the run has made is there as it was made, and nothing that it would have removed.
    #[must_use]
    pub fn holds(&self) -> bool {
        let mut paths = Paths::default();
        let is_there = self.noted.made.iter().try_for_each(|it| paths.add(&it.path));
        // What cannot be read, a run that does everything will say.
        is_there.and_then(|()| paths.hold(&self.out, &self.noted.made)).unwrap_or(false)
    }

    /// How many files the run has made.
    #[must_use]
    pub fn files(&self) -> usize {
        self.noted.made.len()
    }
}

/// Where traces are kept: what `POSTWRIGHT_CACHE` says, else where the system has such things. `None` if that is empty,
/// or there is no such place.
fn folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    if std::env::var_os("POSTWRIGHT_CACHE").is_some() {
        return variable("POSTWRIGHT_CACHE");
    }
    let caches = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        Some(variable("HOME")?.join("Library/Caches"))
    } else {
        // A path that is not absolute is to be ignored: XDG Base Directory Specification.
        variable("XDG_CACHE_HOME")
            .filter(|it| it.is_absolute())
            .or_else(|| Some(variable("HOME")?.join(".cache")))
    };
    Some(caches?.join("postwright"))
}

/// What tells this program from any other that writes something else: what it was built from, and its file, since
/// the same sources can be built with other versions of what they depend on.
fn program() -> Option<String> {
    let file = std::env::current_exe().ok()?;
    let is = fs::metadata(&file).ok()?;
    let changed = is.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(format!("{BUILD} {} {}", is.len(), changed.as_nanos()))
}

/// Removes traces of folders that nobody works in any more.
fn remove_old(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let age = entry.metadata().and_then(|it| it.modified()).ok().and_then(|it| it.elapsed().ok());
        if age.is_some_and(|it| it > KEPT) && entry.path().extension().is_some_and(|it| it == "trace") {
            // Another run may have removed it.
            let _ = fs::remove_file(entry.path());
        }
    }
}
