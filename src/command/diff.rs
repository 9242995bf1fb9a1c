//! `postwright diff`: pairs of models compared, and told.

use std::process::ExitCode;

use anstream::eprintln;
use postwright::cli::{Diff, FailOn, Format};
use postwright::config::{CollectionConfig, Config};
use postwright::diff::{self, Class};
use postwright::error::Result;

use super::inputs::{collections, read_text, shown};
use super::revision::{Pair, pair, text_at_revision};
use super::{print, print_json};

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
        print_json(&value)?;
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

/// What is compared; `None` if the arguments do not say it.
fn pairs(arguments: &Diff, config: &Config) -> Result<Option<Vec<Pair>>> {
    let Some(revision) = &arguments.since else {
        let [old, new] = arguments.collections.as_slice() else { return Ok(None) };
        let chosen = collections(std::slice::from_ref(new), &arguments.inputs, config)?;
        let text = read_text(old)?;
        let pair = |it| pair(&arguments.inputs, config, it, (&shown(old), &text));
        return chosen.iter().map(pair).collect::<Result<Vec<_>>>().map(Some);
    };
    let chosen = collections(&arguments.collections, &arguments.inputs, config)?;
    let pair = |it: &CollectionConfig| {
        let (file, text) = text_at_revision(&it.path, revision)?;
        pair(&arguments.inputs, config, it, (&file, &text))
    };
    chosen.iter().map(pair).collect::<Result<Vec<_>>>().map(Some)
}
