//! `postwright diff`: two models read, compared, and told.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anstream::eprintln;
use postwright::api::Api;
use postwright::cli::{Diff, FailOn, Format};
use postwright::config::{CollectionConfig, Config};
use postwright::diagnostic::Diagnostics;
use postwright::diff::{self, Class};
use postwright::error::{Error, Result};

use super::inputs::{collections, read_model, read_text, shown};
use super::print;

/// What a collection is compared with that was not there yet.
const EMPTY: &str = r#"{"info": {"name": "", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, "item": []}"#;

pub(crate) fn run(arguments: &Diff) -> Result<ExitCode> {
    let config = Config::load(arguments.inputs.config.as_deref())?;
    let Some(pairs) = pairs(arguments, &config)? else {
        eprintln!(
            "error: diff compares two collections, or those of now with --since REVISION\n  help: postwright diff OLD NEW"
        );
        return Ok(ExitCode::from(2));
    };
    let mut failed = false;
    let mut all = Vec::new();
    let several = pairs.len() > 1;
    for Pair { old, new } in &pairs {
        let found = diff::diff(old, new);
        failed |= found.changes.iter().any(|it| fails(it.class, arguments.fail_on));
        match arguments.format {
            Format::Text if several => print(&format!("{}\n{}\n", new.source, diff::text(&found)))?,
            Format::Text => print(&diff::text(&found))?,
            Format::Markdown => print(&diff::markdown(&new.title, &found))?,
            Format::Json => all.push(diff::json(&new.source, &found)),
        }
    }
    if arguments.format == Format::Json {
        let value = if all.len() == 1 { all.remove(0) } else { serde_json::Value::Array(all) };
        print(&format!("{value:#}\n"))?;
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn fails(class: Class, least: Option<FailOn>) -> bool {
    match least {
        None => false,
        Some(FailOn::Breaking) => class == Class::Breaking,
        Some(FailOn::Compatible) => class != Class::Docs,
        Some(FailOn::Docs) => true,
    }
}

/// Two models of one API.
struct Pair {
    old: Api,
    new: Api,
}

/// What is compared; `None` if the arguments do not say it.
fn pairs(arguments: &Diff, config: &Config) -> Result<Option<Vec<Pair>>> {
    let Some(revision) = &arguments.since else {
        let [old, new] = arguments.collections.as_slice() else { return Ok(None) };
        let chosen = collections(std::slice::from_ref(new), &arguments.inputs, config)?;
        let text = read_text(old)?;
        let pair = |it| pair(arguments, config, it, &shown(old), &text);
        return chosen.iter().map(pair).collect::<Result<Vec<_>>>().map(Some);
    };
    let chosen = collections(&arguments.collections, &arguments.inputs, config)?;
    let pair = |it: &CollectionConfig| {
        let (file, text) = at_revision(&it.path, revision)?;
        pair(arguments, config, it, &file, &text)
    };
    chosen.iter().map(pair).collect::<Result<Vec<_>>>().map(Some)
}

/// The model of now, and that of an older text of the same collection, under the same name and settings.
fn pair(
    arguments: &Diff,
    config: &Config,
    collection: &CollectionConfig,
    file: &str,
    text: &str,
) -> Result<Pair> {
    // `generate` says what there is to say about them.
    let mut notes = Diagnostics::default();
    let now = read_text(&collection.path)?;
    let new =
        read_model(collection, &arguments.inputs, config, (&shown(&collection.path), &now), &mut notes)?;
    // Without a name of its own, an older file would be another API.
    let named = CollectionConfig { name: Some(new.name.snake()), ..collection.clone() };
    let old = CollectionConfig {
        paging: kept(&named.paging, |it| {
            let trial = CollectionConfig { paging: it, ..bare(&named) };
            read_model(&trial, &arguments.inputs, config, (file, text), &mut notes).is_ok()
        }),
        types: kept(&named.types, |it| {
            let trial = CollectionConfig { types: it, ..bare(&named) };
            read_model(&trial, &arguments.inputs, config, (file, text), &mut notes).is_ok()
        }),
        rename: kept(&named.rename, |it| {
            let trial = CollectionConfig { rename: it, ..bare(&named) };
            read_model(&trial, &arguments.inputs, config, (file, text), &mut notes).is_ok()
        }),
        ..named.clone()
    };
    let old = read_model(&old, &arguments.inputs, config, (file, text), &mut notes)?;
    Ok(Pair { old, new })
}

/// Settings that the older collection has a place for: those of what is new are no mistake.
fn kept<T: Clone>(settings: &[T], mut fits: impl FnMut(Vec<T>) -> bool) -> Vec<T> {
    if fits(settings.to_vec()) {
        return settings.to_vec();
    }
    let mut kept: Vec<T> = Vec::new();
    for own in settings {
        let mut trial = kept.clone();
        trial.push(own.clone());
        if fits(trial.clone()) {
            kept = trial;
        }
    }
    kept
}

/// A collection without what depends on its requests.
fn bare(collection: &CollectionConfig) -> CollectionConfig {
    CollectionConfig { paging: Vec::new(), types: Vec::new(), rename: Vec::new(), ..collection.clone() }
}

/// A file as it was at a revision of the git repository that it is in.
fn at_revision(path: &Path, revision: &str) -> Result<(String, String)> {
    let file = format!("{revision}:{}", shown(path));
    let failed = |reason: String| Error::Revision { file: file.clone(), reason };
    let folder = path
        .parent()
        .filter(|it| !it.as_os_str().is_empty())
        .map_or_else(|| PathBuf::from("."), Path::to_owned);
    let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    if revision.starts_with('-') || revision.contains(':') {
        return Err(failed("it is no name of a revision".to_owned()));
    }
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(&folder).args(arguments).output();
        let output = output.map_err(|error| failed(format!("git cannot be started: {error}")))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    };
    // What git does not find, it would take for a pattern of names if it looks like one, hence the last `--`.
    let object = format!("{revision}:./{name}");
    let listed = || git(&["--literal-pathspecs", "ls-tree", "-z", "--end-of-options", revision, "--", &name]);
    let text = match git(&["show", "--no-textconv", "--end-of-options", &object, "--"]) {
        Ok(text) => text,
        // The revision is there and the file was not: every request is new.
        Err(_) if listed().is_ok_and(|it| it.is_empty()) => EMPTY.into(),
        Err(error) => return Err(error),
    };
    let text = String::from_utf8(text).map_err(|_| failed("it is not UTF-8".to_owned()))?;
    Ok((file, text))
}
