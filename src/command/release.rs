//! `postwright generate --release`: versions and changelogs, by what has changed since a revision.

use std::path::{Path, PathBuf};

use anstream::eprintln;
use postwright::api::PackageVersion;
use postwright::cli::Generate;
use postwright::config::{CollectionConfig, Config, DEFAULT_PATH, with_versions};
use postwright::diagnostic::Diagnostics;
use postwright::diff::{Verdict, diff, entry, has_entry, sum, with_entry};
use postwright::error::{Error, Result};
use postwright::output;

use super::inputs::{collections, listed_or_found, plain, read, read_text, shown};
use super::revision::{if_there, name_at, pair_of_releases};

/// What a release writes beside the outputs, all of it known before any of it is written.
pub(super) struct Release {
    changelogs: Vec<(PathBuf, String)>,
    settings: Option<(PathBuf, String)>,
    said: Vec<String>,
}

/// What becomes of one collection.
struct Step {
    version: PackageVersion,
    /// The entry of the changelog; none if nothing has changed.
    entry: Option<String>,
    /// What there is to say of the version.
    said: String,
}

impl Release {
    /// Compares, decides, and gives the settings the versions that the outputs are to be made with.
    pub(super) fn plan(arguments: &Generate, out: &Path, config: &mut Config) -> Result<Self> {
        let revision = arguments.since.as_deref().unwrap_or("HEAD");
        let file = arguments.outputs.inputs.config.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_PATH));
        let before = if_exists(&file)?;
        // Which settings there were can only be asked where a file of settings is.
        let then = if before.is_some() { if_there(&file, revision)? } else { None };
        let then = then.map(|text| Config::parse(&name_at(&file, revision), &text)).transpose()?;
        let chosen = collections(&arguments.outputs.collections, &arguments.outputs.inputs, config)?;
        let mut release = Self { changelogs: Vec::new(), settings: None, said: Vec::new() };
        let mut versions = Vec::new();
        for collection in &chosen {
            let name = read(collection, &arguments.outputs.inputs, config, &mut Diagnostics::default())?
                .name
                .snake();
            let step = step(arguments, config, collection, then.as_ref(), revision)?;
            if step.version != collection.version {
                versions.push((collection.path.clone(), Some(step.version)));
            }
            let mut said = step.said;
            if let Some(entry) = &step.entry {
                let path = out.join(name).join("CHANGELOG.md");
                let text = if_exists(&path)?.unwrap_or_default();
                said.push_str(&match has_entry(&text, step.version) {
                    false => format!("; it is in {}", shown(&path)),
                    true if text.replace("\r\n", "\n").contains(entry.as_str()) => {
                        format!("; {} has it already", shown(&path))
                    }
                    true => format!(
                        "; {} has an entry of it that says something else, and keeps it: remove it there to have \
                         it written anew",
                        shown(&path)
                    ),
                });
                if !has_entry(&text, step.version) {
                    release.changelogs.push((path, with_entry(&text, entry)));
                }
            }
            release.said.push(format!("{}: {said}", shown(&collection.path)));
        }
        if !versions.is_empty() {
            if config.collections.is_empty() {
                // With a table for one of them, a run would no longer look for the others.
                let found = listed_or_found(config)?.into_iter().map(|it| (it.path, None));
                let named: Vec<_> = std::mem::take(&mut versions);
                let missing = found.filter(|(path, _)| !named.iter().any(|(own, _)| own == path));
                versions.extend(missing);
                versions.extend(named);
                versions.sort();
            }
            let text = with_versions(&shown(&file), before.as_deref().unwrap_or_default(), &versions)?;
            *config = Config::parse(&shown(&file), &text)?;
            release.settings = Some((file, text));
        }
        Ok(release)
    }

    /// Writes the changelogs, then the settings; the outputs follow.
    ///
    /// Each file takes its place at once. If a run is killed between two of them, the next one does the rest: what
    /// it compares with, the version of then included, is of the revision and not of the work tree, so that it
    /// decides the same, finds the entries that are there, and writes what is missing. The changelog comes first
    /// since a version without its entry would not be noticed.
    pub(super) fn write(&self) -> Result<()> {
        for (path, text) in self.changelogs.iter().chain(&self.settings) {
            output::keep(path, text)?;
        }
        for line in &self.said {
            eprintln!("{line}");
        }
        Ok(())
    }
}

fn step(
    arguments: &Generate,
    config: &Config,
    collection: &CollectionConfig,
    then: Option<&Config>,
    revision: &str,
) -> Result<Step> {
    let now = collection.version;
    let Some(text) = if_there(&collection.path, revision)? else {
        let said = format!(
            "is not in {revision}, so that there is nothing to compare with: {now} is its first release"
        );
        return Ok(Step { version: now, entry: Some(entry(now, None)), said });
    };
    let file = name_at(&collection.path, revision);
    let old = then.map(|then| {
        let listed = then.collections.iter().find(|it| it.path == collection.path).cloned();
        (then, listed.unwrap_or_else(|| plain(collection.path.clone())))
    });
    let was = old.as_ref().map(|(_, it)| it.version).unwrap_or_default();
    let pair = pair_of_releases(&arguments.outputs.inputs, config, collection, old, (&file, &text))?;
    let diff = diff(&pair.old, &pair.new);
    let wanted = diff.verdict().next(was);
    let version = match diff.verdict() {
        Verdict::None => {
            let was = if was == now { String::new() } else { format!(", which has {was}") };
            let said = format!("nothing has changed since {revision}{was}; its version stays {now}");
            return Ok(Step { version: now, entry: None, said });
        }
        _ if now == was => wanted,
        // Somebody has set it, to go to 1.0 or so, or this run is not the first one.
        _ if now >= wanted => now,
        _ => {
            return Err(Error::Version {
                file: shown(&collection.path),
                now: now.to_string(),
                was: format!("{revision} has {was}"),
                changes: sum(&diff),
                wanted: wanted.to_string(),
            });
        }
    };
    let said = format!("{was} → {version} ({})", sum(&diff));
    Ok(Step { version, entry: Some(entry(version, Some(&diff))), said })
}

/// The text of a file that need not be there.
fn if_exists(path: &Path) -> Result<Option<String>> {
    match read_text(path) {
        Err(Error::Read { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        text => text.map(Some),
    }
}
