//! `postwright watch`: outputs follow what they are made of.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anstream::eprintln;
use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use postwright::api::Api;
use postwright::cli::{Inputs, Outputs, Watch};
use postwright::config::{CollectionConfig, Config, DEFAULT_PATH};
use postwright::diagnostic::Diagnostics;
use postwright::error::{Error, Result};
use postwright::render::{Edition, Templates};
use postwright::use_threads;

use super::complain;
use super::generate::{Rendered, models as read_all, render, renewed, templates as load, write};
use super::inputs::{Texts, collections, read};

/// How long nothing must have happened before outputs are written: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(20);

/// How long nothing must have happened before a run begins: a program writes a file in several steps too, and
/// each is told of.
const STILL: Duration = Duration::from_millis(4);

/// How many runs in a row are dropped because something has changed while they went on.
const DROPPED: usize = 5;

/// How often files are looked at where the system tells of no changes.
const POLL: Duration = Duration::from_millis(300);

pub(crate) fn run(arguments: &Watch) -> Result<ExitCode> {
    if let Some(count) = arguments.outputs.jobs {
        use_threads(count);
    }
    let (sender, events) = channel();
    let mut watcher: Box<dyn Watcher> =
        match RecommendedWatcher::new(sender.clone(), notify::Config::default()) {
            Ok(watcher) => Box::new(watcher),
            Err(error) => Box::new(polling(&error, sender.clone())?),
        };
    let mut polls = false;
    let mut watched: BTreeSet<(PathBuf, bool)> = BTreeSet::new();
    let mut sources = Sources::of(arguments, &Config::default());
    let mut known = Known { templates: None, stale: false, models: HashMap::new() };
    let mut dropped = 0;
    loop {
        // Before the run, so that what is saved while it goes on is not missed.
        if let Ok(config) = Config::load(arguments.outputs.inputs.config.as_deref()) {
            sources = Sources::of(arguments, &config);
        }
        for (folder, recursive) in sources.folders() {
            let mode = if recursive { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            if watched.contains(&(folder.clone(), recursive)) {
                continue;
            }
            if let Err(error) = watcher.watch(&folder, mode) {
                if polls {
                    return Err(failed(&folder, &error));
                }
                watcher = Box::new(polling(&error, sender.clone())?);
                polls = true;
                for (folder, recursive) in &watched {
                    let mode =
                        if *recursive { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
                    watcher.watch(folder, mode).map_err(|error| failed(folder, &error))?;
                }
                watcher.watch(&folder, mode).map_err(|error| failed(&folder, &error))?;
            }
            watched.insert((folder, recursive));
        }
        let start = Instant::now();
        let made = make(&arguments.outputs, &mut known);
        // What comes in while a run goes on is the rest of the same save.
        let mut change = next(&events, &sources, Some(start + QUIET))?;
        if change.is_some() && dropped < DROPPED {
            dropped += 1;
        } else {
            dropped = 0;
            if let Err(error) = made.and_then(|it| finish(&arguments.outputs, it, start)) {
                complain(&error);
            }
            if change.is_none() {
                change = next(&events, &sources, None)?;
            }
        }
        known.stale |= change == Some(Change::Templates);
    }
}

/// What earlier runs have read.
struct Known {
    templates: Option<Templates>,
    /// Whether they may have changed since.
    stale: bool,
    models: HashMap<PathBuf, Model>,
}

/// A model of an earlier run, and all that it was made of.
struct Model {
    config: Config,
    texts: Texts,
    api: Arc<Api>,
    edition: Edition,
    notes: Diagnostics,
}

impl Model {
    /// The model of a collection, which is made anew only if something of that has changed.
    fn read(
        known: &mut HashMap<PathBuf, Self>,
        inputs: &Inputs,
        config: &Config,
        collection: &CollectionConfig,
        notes: &mut Diagnostics,
    ) -> Result<(Arc<Api>, Option<Edition>)> {
        let texts = Texts::read(collection)?;
        if let Some(it) = known.get(&collection.path).filter(|it| it.texts == texts && it.config == *config) {
            *notes = it.notes.clone();
            return Ok((Arc::clone(&it.api), Some(it.edition)));
        }
        let api = Arc::new(read(collection, inputs, config, notes)?);
        let edition = Edition::new();
        let it = Self { config: config.clone(), texts, api: Arc::clone(&api), edition, notes: notes.clone() };
        known.insert(collection.path.clone(), it);
        Ok((api, Some(edition)))
    }
}

/// All that a run makes, from the settings on, before any of it is written.
fn make<'a>(arguments: &Outputs, known: &'a mut Known) -> Result<Option<(Config, Rendered<'a>)>> {
    let config = Config::load(arguments.inputs.config.as_deref())?;
    let templates = match known.templates.take() {
        Some(templates) if known.stale => renewed(templates, arguments, &config)?,
        Some(templates) => templates,
        None => load(arguments, &config)?.keeping(),
    };
    known.stale = false;
    let Known { templates: kept, models, .. } = known;
    let mut model =
        |collection: &_, notes: &mut _| Model::read(models, &arguments.inputs, &config, collection, notes);
    let read = read_all(arguments, &config, &mut model)?;
    let rendered = render(arguments, &config, kept.insert(templates), read)?;
    Ok(rendered.map(|it| (config, it)))
}

/// Says what there is to say about a run, and writes what it has made.
fn finish(arguments: &Outputs, made: Option<(Config, Rendered<'_>)>, start: Instant) -> Result<()> {
    let Some((config, rendered)) = made else { return Ok(()) };
    write(rendered, &config, arguments.verbose, start)?;
    Ok(())
}

/// What has changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    /// Collections, and no more.
    Collections,
    /// Templates, or the settings that say which ones there are.
    Templates,
}

/// The next change of a source, with all that follows it without a pause; `None` if there is none until then.
fn next(
    events: &Receiver<notify::Result<Event>>,
    sources: &Sources,
    until: Option<Instant>,
) -> Result<Option<Change>> {
    let gone =
        || Error::Read { path: PathBuf::from("."), source: std::io::Error::other("nothing is watched") };
    let mut change: Option<Change> = None;
    loop {
        let pause = match (change, until) {
            (Some(_), _) => STILL,
            (None, Some(until)) => until.saturating_duration_since(Instant::now()),
            (None, None) => Duration::MAX,
        };
        let event = match events.recv_timeout(pause) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) => return Ok(change),
            Err(RecvTimeoutError::Disconnected) => return Err(gone()),
        };
        change = change.max(event.ok().and_then(|it| sources.changed_by(&it)));
    }
}

fn polling(
    error: &notify::Error,
    sender: std::sync::mpsc::Sender<notify::Result<Event>>,
) -> Result<PollWatcher> {
    eprintln!("the system tells of no changes ({error}); files are looked at every {} ms", POLL.as_millis());
    let config = notify::Config::default().with_poll_interval(POLL);
    PollWatcher::new(sender, config).map_err(|error| failed(Path::new("."), &error))
}

fn failed(path: &Path, error: &notify::Error) -> Error {
    Error::Read { path: path.to_owned(), source: std::io::Error::other(error.to_string()) }
}

/// The files that outputs are made of.
struct Sources {
    /// `postwright.toml`
    settings: PathBuf,
    /// Files.
    files: BTreeSet<PathBuf>,
    /// Folders of templates and targets, with all that is in them.
    trees: BTreeSet<PathBuf>,
    /// Whether every `*.json` of `collections/` is one.
    all: Option<PathBuf>,
}

impl Sources {
    fn of(arguments: &Watch, config: &Config) -> Self {
        let arguments = &arguments.outputs;
        let settings = arguments.inputs.config.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_PATH));
        let mut files = BTreeSet::from([settings.clone()]);
        // Without any, the folder is waited for.
        for collection in collections(&arguments.collections, &arguments.inputs, config).unwrap_or_default() {
            files.insert(collection.path);
            files.extend(collection.environment);
            files.extend(collection.globals);
        }
        let mut trees: BTreeSet<PathBuf> = config.custom_targets.iter().cloned().collect();
        trees.extend(arguments.templates.clone().or(config.templates.clone()));
        let all = arguments.collections.is_empty() && config.collections.is_empty();
        Self {
            settings: absolute(&settings),
            files: files.iter().map(|it| absolute(it)).collect(),
            trees: trees.iter().map(|it| absolute(it)).collect(),
            all: all.then(|| absolute(Path::new("collections"))),
        }
    }

    /// The folders to watch, and whether with all that is in them. Folders rather than files: editors put a new
    /// file in the place of the old one, and what watches the old one sees nothing any more.
    fn folders(&self) -> BTreeSet<(PathBuf, bool)> {
        let above = |path: &Path| path.ancestors().skip(1).find(|it| it.is_dir()).map(Path::to_owned);
        let mut folders: BTreeSet<(PathBuf, bool)> =
            self.files.iter().filter_map(|it| Some((above(it)?, false))).collect();
        for tree in &self.trees {
            folders.insert((tree.clone(), true));
            folders.extend(above(tree).map(|it| (it, false)));
        }
        if let Some(all) = &self.all {
            folders.extend(above(all).map(|it| (it, false)));
            folders.insert((all.clone(), false));
        }
        folders.retain(|(folder, _)| folder.is_dir());
        folders
    }

    fn changed_by(&self, event: &Event) -> Option<Change> {
        // To read a file is no change; the end of writing it is.
        match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => {}
            EventKind::Access(_) => return None,
            _ => {}
        }
        event.paths.iter().filter_map(|it| self.change_of(it)).max()
    }

    fn change_of(&self, path: &Path) -> Option<Change> {
        let is_collection = |all: &PathBuf| {
            path == all || path.parent() == Some(all) && path.extension().is_some_and(|it| it == "json")
        };
        let leads_there = |tree: &PathBuf| path.starts_with(tree) || tree.starts_with(path);
        if self.trees.iter().any(leads_there) || self.settings.starts_with(path) {
            return Some(Change::Templates);
        }
        let known = self.files.iter().any(|it| it.starts_with(path));
        (known || self.all.as_ref().is_some_and(is_collection)).then_some(Change::Collections)
    }
}

/// A path as the system names it in events: links are followed, as far as it is there.
fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let real = path.ancestors().find_map(|it| Some((it, std::fs::canonicalize(it).ok()?)));
    match real {
        Some((known, real)) => match path.strip_prefix(known) {
            Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
            _ => real,
        },
        None => path,
    }
}
