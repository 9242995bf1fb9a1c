//! `postwright generate`: trees made, then written or compared.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anstream::eprintln;
use postwright::api::Api;
use postwright::cli::{self, CheckFormat, Generate};
use postwright::config::{CollectionConfig, Config};
use postwright::diagnostic::Diagnostics;
use postwright::error::{Error, Result};
use postwright::extra::Extra;
use postwright::name::Name;
use postwright::output::{Drift, Tree, Written, alone, undisturbed};
use postwright::phases::{phase, take_times};
use postwright::render::{Edition, Templates};
use postwright::target::{Custom, Target, gaps};
use postwright::{Outputs, both, generate_edition, use_threads};

use super::inputs::{collections, read, shown};
use super::progress::{say_times, with_bar};
use super::release::Release;
use super::repeat::{repeated, run_of, say_fresh, say_written};
use super::{github, options, told};

pub(crate) fn run(arguments: &Generate) -> Result<ExitCode> {
    if let Some(count) = arguments.outputs.jobs {
        use_threads(count);
    }
    if arguments.timings {
        take_times();
    }
    let done = generate_or_check(arguments);
    if arguments.timings {
        say_times();
    }
    if let (CheckFormat::Github, Err(error)) = (arguments.format, &done) {
        github::stop(error)?;
    }
    done
}

fn generate_or_check(arguments: &Generate) -> Result<ExitCode> {
    let start = Instant::now();
    let run = run_of(arguments);
    if let Some(code) = run.as_ref().and_then(|it| repeated(it, arguments, start)) {
        return Ok(code);
    }
    let mut config = Config::load(arguments.outputs.inputs.config.as_deref())?;
    let release = match arguments.release {
        true => Some(Release::plan(arguments, &out(&arguments.outputs, &config), &mut config)?),
        false => None,
    };
    let outputs = &arguments.outputs;
    let mut model = |collection: &_, notes: &mut _| {
        Ok((Arc::new(read(collection, &outputs.inputs, &config, notes)?), None))
    };
    let mut loaded = None;
    let known = &mut loaded;
    let config = &config;
    let rendered = with_bar(start, move || {
        let (templates, models) = both(
            || phase("templates", || templates(outputs, config)),
            || models(outputs, config, &mut model),
        );
        render(outputs, config, known.insert(templates?), models?)
    });
    let Some(rendered) = rendered? else { return Ok(ExitCode::from(2)) };
    let (out, requests) = (rendered.out.clone(), rendered.requests);
    let said = if arguments.check {
        let Some(said) = check(rendered, arguments, config)? else { return Ok(ExitCode::FAILURE) };
        said
    } else {
        if let Some(release) = &release {
            release.write()?;
        }
        write(rendered, config, arguments.outputs.verbose, start)?
    };
    if let Some(run) = run {
        phase("keep a trace", || run.keep(out, requests, said));
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder that is written into.
fn out(arguments: &cli::Outputs, config: &Config) -> PathBuf {
    arguments.out.clone().or(config.out.clone()).unwrap_or_else(|| PathBuf::from("generated"))
}

/// What a run makes, before anything of it is written.
pub(super) struct Rendered<'a> {
    out: PathBuf,
    apis: Vec<Made>,
    targets: Vec<Target>,
    templates: &'a Templates,
    requests: usize,
    /// What there is to say about each collection.
    notes: Vec<(CollectionConfig, Diagnostics)>,
}

/// What is to be written of a collection.
enum Made {
    /// Files.
    Files(Tree),
    /// Nothing yet: what is only our own can always be made, when it is written.
    Model(Arc<Api>),
}

impl Made {
    /// Writes it; answers with how much was.
    fn write(&self, rendered: &Rendered<'_>) -> Result<Written> {
        match self {
            Made::Files(tree) => tree.write(&rendered.out),
            Made::Model(api) => {
                Outputs::of(api, &rendered.targets, &[], rendered.templates)?.write(&rendered.out)
            }
        }
    }

    /// Compares it with what is there; answers also with how many files it is.
    fn compare(&self, rendered: &Rendered<'_>) -> Result<(usize, Vec<Drift>)> {
        match self {
            Made::Files(tree) => Ok((tree.files().count(), tree.compare(&rendered.out)?)),
            Made::Model(api) => {
                let outputs = Outputs::of(api, &rendered.targets, &[], rendered.templates)?;
                Ok((outputs.count(), outputs.compare(&rendered.out)?))
            }
        }
    }
}

/// What makes the model of a collection, with what there is to say about it; and its edition, if it may come again.
pub(super) type Model<'a> =
    &'a mut (dyn FnMut(&CollectionConfig, &mut Diagnostics) -> Result<(Arc<Api>, Option<Edition>)> + Send);

/// A collection that was read.
pub(super) struct Read {
    collection: CollectionConfig,
    api: Arc<Api>,
    edition: Option<Edition>,
    /// What there is to say about it.
    notes: Diagnostics,
}

/// Reads the collections of a run.
pub(super) fn models(arguments: &cli::Outputs, config: &Config, model: Model<'_>) -> Result<Vec<Read>> {
    let collections = collections(&arguments.collections, &arguments.inputs, config)?;
    let read = |collection: CollectionConfig| {
        let mut notes = Diagnostics::default();
        let (api, edition) = model(&collection, &mut notes)?;
        Ok(Read { collection, api, edition, notes })
    };
    collections.into_iter().map(read).collect()
}

/// Renders everything: a mistake in one collection leaves the outputs of all of them as they are.
/// `None` if there is no such target, which is said then.
pub(super) fn render<'a>(
    arguments: &cli::Outputs,
    config: &Config,
    templates: &'a Templates,
    models: Vec<Read>,
) -> Result<Option<Rendered<'a>>> {
    let extras = extras(config)?;
    let (targets, custom) = match targets(&arguments.target, config, &extras) {
        Ok(targets) => targets,
        Err(unknown) => {
            let names = Target::ALL.iter().map(|it| it.name());
            let names: Vec<&str> = names.chain(extras.iter().map(|it| it.target.name.as_str())).collect();
            eprintln!("error: there is no target {unknown:?}\n  help: the targets are {}", names.join(", "));
            return Ok(None);
        }
    };
    let mut rendered = Rendered {
        out: out(arguments, config),
        apis: Vec::new(),
        targets,
        templates,
        requests: 0,
        notes: Vec::new(),
    };
    // What templates of the user make may fail, which must leave all outputs as they are; and what is kept for the
    // next run is made now.
    let is_certain = custom.is_empty() && templates.are_only_ours();
    let mut folders: HashMap<String, String> = HashMap::new();
    let mut names: HashMap<Name, String> = HashMap::new();
    for Read { collection, api, edition, mut notes } in models {
        let file = shown(&collection.path);
        if let Some(first) = folders.insert(api.name.snake(), file.clone()) {
            let folder = rendered.out.join(api.name.snake()).display().to_string();
            return Err(Error::SameFolder { first, second: file, folder });
        }
        if let Some(first) = names.insert(api.public_name(), file.clone()) {
            return Err(Error::SameName { first, second: file, name: api.public_name().snake() });
        }
        rendered.requests += api.groups.iter().map(|group| group.operations.len()).sum::<usize>();
        let targets = &rendered.targets;
        rendered.apis.push(if is_certain {
            gaps(targets, &api, &mut notes);
            Made::Model(api)
        } else {
            Made::Files(generate_edition(&api, edition, targets, &custom, templates, &mut notes)?)
        });
        rendered.notes.push((collection, notes));
    }
    Ok(Some(rendered))
}

/// The templates of a run: the built-in ones, and the user's.
pub(super) fn templates(arguments: &cli::Outputs, config: &Config) -> Result<Templates> {
    let mut templates = Templates::load(arguments.templates.as_deref().or(config.templates.as_deref()))?;
    for extra in extras(config)? {
        templates.add(&extra.target.name, &extra.templates)?;
    }
    Ok(templates)
}

/// The same, of those that an earlier run had, with the pages that they have kept.
pub(super) fn renewed(templates: Templates, arguments: &cli::Outputs, config: &Config) -> Result<Templates> {
    let extras = extras(config)?;
    let targets = extras.iter().map(|it| (it.target.name.as_str(), it.templates.as_slice()));
    templates.renewed(arguments.templates.as_deref().or(config.templates.as_deref()), targets)
}

fn extras(config: &Config) -> Result<Vec<Extra>> {
    config.custom_targets.iter().map(|it| Extra::load(it)).collect()
}

/// What there is to say about the collections. Those parts are read once more that it is said of, to tell lines and
/// columns.
fn said(rendered: &Rendered<'_>, config: &Config, verbose: bool) -> Result<Vec<Vec<String>>> {
    let said = rendered.notes.iter().map(|(collection, notes)| told(collection, config, notes, verbose));
    phase("find places", || said.collect())
}

/// Writes what was rendered, and says what there is to say about it, how much it was and how long it took since
/// `start`. Answers with what was said of the collections.
pub(super) fn write(
    rendered: Rendered<'_>,
    config: &Config,
    verbose: bool,
    start: Instant,
) -> Result<Vec<String>> {
    let (requests, out) = (rendered.requests, rendered.out.clone());
    let said = said(&rendered, config, verbose);
    let written = with_bar(start, || write_trees(&rendered));
    let said = say_all(said?);
    say_written(requests, &out, written?, start);
    Ok(said)
}

fn say_all(said: Vec<Vec<String>>) -> Vec<String> {
    let said: Vec<String> = said.into_iter().flatten().collect();
    said.iter().for_each(|it| eprintln!("{it}"));
    said
}

fn write_trees(rendered: &Rendered<'_>) -> Result<Written> {
    let out = &rendered.out;
    std::fs::create_dir_all(out).map_err(|source| Error::Write { path: out.clone(), source })?;
    let _lock = alone(out);
    let mut sum = Written::default();
    for made in &rendered.apis {
        let done = made.write(rendered)?;
        sum.written += done.written;
        sum.unchanged += done.unchanged;
        sum.removed += done.removed;
    }
    Ok(sum)
}

/// Compares what was rendered with what is there, and says what differs. Answers with what was said of the collections
/// if nothing does.
fn check(rendered: Rendered<'_>, arguments: &Generate, config: &Config) -> Result<Option<Vec<String>>> {
    let out = rendered.out.clone();
    let mut all_said = Vec::new();
    let (files, drifts) = match arguments.format {
        CheckFormat::Text => {
            let said = said(&rendered, config, arguments.outputs.verbose);
            let compared = compare_trees(&rendered);
            all_said = say_all(said?);
            compared?
        }
        CheckFormat::Github => {
            for (collection, notes) in &rendered.notes {
                github::say(collection, config, notes)?;
            }
            compare_trees(&rendered)?
        }
    };
    if drifts.is_empty() {
        say_fresh(files, &out);
        return Ok(Some(all_said));
    }
    let mend = command_line(&arguments.outputs);
    match arguments.format {
        CheckFormat::Text => drifts.iter().for_each(|it| say_drift(it, &out)),
        CheckFormat::Github => github::drifts(&drifts, &out, &mend)?,
    }
    eprintln!(
        "{} of {files} files in {} are not fresh; run `{mend}` and commit what it writes",
        drifts.len(),
        out.display()
    );
    Ok(None)
}

/// How many files there are, and those that are not as they should be.
fn compare_trees(rendered: &Rendered<'_>) -> Result<(usize, Vec<Drift>)> {
    let _lock = undisturbed(&rendered.out);
    let mut drifts = Vec::new();
    let mut files = 0;
    for made in &rendered.apis {
        let (count, drift) = made.compare(rendered)?;
        files += count;
        drifts.extend(drift);
    }
    Ok((files, drifts))
}

fn say_drift(drift: &Drift, out: &Path) {
    match drift {
        Drift::Missing(path) => eprintln!("missing: {}", out.join(path).display()),
        Drift::Stale(path) => eprintln!("stale:   {}", out.join(path).display()),
        Drift::Changed(path, difference) => {
            eprintln!("changed: {}\n{difference}", out.join(path).display());
        }
    }
}

/// The command that writes what `--check` missed.
fn command_line(arguments: &cli::Outputs) -> String {
    let mut line = String::from("postwright generate");
    for path in &arguments.collections {
        line.push_str(&format!(" {}", shown(path)));
    }
    line.push_str(&options(&[
        ("--environment", &arguments.inputs.environment),
        ("--globals", &arguments.inputs.globals),
        ("--config", &arguments.inputs.config),
        ("--out", &arguments.out),
        ("--templates", &arguments.templates),
    ]));
    if !arguments.target.is_empty() {
        line.push_str(&format!(" --target {}", arguments.target.join(",")));
    }
    line
}

/// The targets of this run, ours and the user's; else the name that none has.
pub(super) fn targets(
    named: &[String],
    config: &Config,
    extras: &[Extra],
) -> std::result::Result<(Vec<Target>, Vec<Custom>), String> {
    let names = if named.is_empty() { config.targets.clone().unwrap_or_default() } else { named.to_vec() };
    let all = extras.iter().map(|it| it.target.clone());
    if names.is_empty() {
        return Ok((Target::DEFAULT.to_vec(), all.collect()));
    }
    let mut targets = Vec::new();
    for name in &names {
        match Target::from_name(name) {
            Some(target) => targets.push(target),
            None if extras.iter().any(|it| it.target.name == *name) => {}
            None => return Err(name.clone()),
        }
    }
    targets.sort();
    targets.dedup();
    Ok((targets, all.filter(|it| names.contains(&it.name)).collect()))
}
