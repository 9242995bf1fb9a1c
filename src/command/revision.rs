//! A collection of now beside itself as it was at another time.

use std::path::Path;
use std::process::Command;

use postwright::api::Api;
use postwright::cli::Inputs;
use postwright::config::{CollectionConfig, Config};
use postwright::diagnostic::Diagnostics;
use postwright::error::{Error, Result};

use super::inputs::{read, read_model, shown};

/// What a collection is compared with that was not there yet.
const EMPTY: &str = r#"{"info": {"name": "", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, "item": []}"#;

/// Two models of one API.
pub(super) struct Pair {
    pub(super) old: Api,
    pub(super) new: Api,
}

/// The model of now, and that of an older text of the same collection, under the same name and settings.
pub(super) fn pair(
    inputs: &Inputs,
    config: &Config,
    collection: &CollectionConfig,
    (file, text): (&str, &str),
) -> Result<Pair> {
    // `generate` says what there is to say about them.
    let mut notes = Diagnostics::default();
    let new = read(collection, inputs, config, &mut notes)?;
    // Without a name of its own, an older file would be another API.
    let named = CollectionConfig { name: Some(new.name.snake()), ..collection.clone() };
    let old = CollectionConfig {
        paging: kept(&named.paging, |it| {
            let trial = CollectionConfig { paging: it, ..bare(&named) };
            read_model(&trial, inputs, config, (file, text), &mut notes).is_ok()
        }),
        types: kept(&named.types, |it| {
            let trial = CollectionConfig { types: it, ..bare(&named) };
            read_model(&trial, inputs, config, (file, text), &mut notes).is_ok()
        }),
        rename: kept(&named.rename, |it| {
            let trial = CollectionConfig { rename: it, ..bare(&named) };
            read_model(&trial, inputs, config, (file, text), &mut notes).is_ok()
        }),
        ..named.clone()
    };
    let old = read_model(&old, inputs, config, (file, text), &mut notes)?;
    Ok(Pair { old, new })
}

/// The same with the settings that there were, if it is known: they made the client of then as well, and a name
/// that is another one in them breaks programs as one in the collection does.
pub(super) fn pair_of_releases(
    inputs: &Inputs,
    config: &Config,
    collection: &CollectionConfig,
    then: Option<(&Config, CollectionConfig)>,
    (file, text): (&str, &str),
) -> Result<Pair> {
    let now = pair(inputs, config, collection, (file, text))?;
    let Some((then, old)) = then else { return Ok(now) };
    // Environment and globals are files as well, and those of now for both.
    let old = CollectionConfig {
        name: Some(now.new.name.snake()),
        environment: collection.environment.clone(),
        globals: collection.globals.clone(),
        ..old
    };
    match read_model(&old, inputs, then, (file, text), &mut Diagnostics::default()) {
        Ok(old) => Ok(Pair { old, ..now }),
        // They were not for this text: nobody has generated with both.
        Err(_) => Ok(now),
    }
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

/// A collection as it was at a revision of the git repository that it is in, with its name there. To one that was
/// not there yet, every request is new.
pub(super) fn text_at_revision(path: &Path, revision: &str) -> Result<(String, String)> {
    let text = if_there(path, revision)?.unwrap_or_else(|| EMPTY.to_owned());
    Ok((name_at(path, revision), text))
}

/// A file as it was at a revision, if it was there.
pub(super) fn if_there(path: &Path, revision: &str) -> Result<Option<String>> {
    let failed = |reason: String| Error::Revision { file: name_at(path, revision), reason };
    if revision.starts_with('-') || revision.contains(':') {
        return Err(failed("it is no name of a revision".to_owned()));
    }
    let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let git = |arguments: &[&str]| -> Result<Vec<u8>> {
        let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
        let mut command = Command::new("git");
        command.arg("-C").arg(parent.unwrap_or(Path::new("."))).args(arguments);
        let output = command.output().map_err(|error| failed(format!("git cannot be started: {error}")))?;
        if !output.status.success() {
            return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        Ok(output.stdout)
    };
    // What lies in this folder of the tree: of what `show` cannot show, only this tells whether it was there.
    let beside = git(&["ls-tree", "-z", "--name-only", "--end-of-options", revision])?;
    if !beside.split(|it| *it == 0).any(|it| it == name.as_bytes()) {
        return Ok(None);
    }
    let object = format!("{revision}:./{name}");
    // Without the last `--`, a name that looks like one would be taken for a pattern.
    let bytes = git(&["show", "--no-textconv", "--end-of-options", &object, "--"])?;
    String::from_utf8(bytes).map(Some).map_err(|_| failed("it is not UTF-8".to_owned()))
}

/// A file at a revision, as errors name it.
pub(super) fn name_at(path: &Path, revision: &str) -> String {
    format!("{revision}:{}", shown(path))
}
