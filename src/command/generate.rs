//! `postwright generate`: trees made, then written or compared.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anstream::eprintln;
use postwright::cli::Generate;
use postwright::config::Config;
use postwright::diagnostic::Diagnostics;
use postwright::error::{Error, Result};
use postwright::extra::Extra;
use postwright::generate;
use postwright::name::Name;
use postwright::output::{Drift, Tree, Written};
use postwright::render::Templates;
use postwright::target::{Custom, Target};

use super::inputs::{collections, read, shown};
use super::release::Release;
use super::{options, say};

pub(crate) fn run(arguments: &Generate) -> Result<ExitCode> {
    let start = Instant::now();
    let mut config = Config::load(arguments.inputs.config.as_deref())?;
    let extras = config.custom_targets.iter().map(|it| Extra::load(it)).collect::<Result<Vec<_>>>()?;
    let (targets, custom) = match targets(&arguments.target, &config, &extras) {
        Ok(targets) => targets,
        Err(unknown) => {
            let names = Target::ALL.iter().map(|it| it.name());
            let names: Vec<&str> = names.chain(extras.iter().map(|it| it.target.name.as_str())).collect();
            eprintln!("error: there is no target {unknown:?}\n  help: the targets are {}", names.join(", "));
            return Ok(ExitCode::from(2));
        }
    };
    let mut templates = Templates::load(arguments.templates.as_deref().or(config.templates.as_deref()))?;
    for extra in &extras {
        templates.add(&extra.target.name, &extra.templates)?;
    }
    let out = arguments.out.clone().or(config.out.clone()).unwrap_or_else(|| PathBuf::from("generated"));

    let release = match arguments.release {
        true => Some(Release::plan(arguments, &out, &mut config)?),
        false => None,
    };
    // Everything is read and rendered before anything is written: a mistake in one collection
    // leaves the outputs of all of them as they are.
    let mut trees: Vec<(String, Tree, usize)> = Vec::new();
    let mut folders: HashMap<String, String> = HashMap::new();
    let mut names: HashMap<Name, String> = HashMap::new();
    for collection in collections(&arguments.collections, &arguments.inputs, &config)? {
        let mut notes = Diagnostics::default();
        let api = read(&collection, &arguments.inputs, &config, &mut notes)?;
        let file = shown(&collection.path);
        if let Some(first) = folders.insert(api.name.snake(), file.clone()) {
            let folder = out.join(api.name.snake()).display().to_string();
            return Err(Error::SameFolder { first, second: file, folder });
        }
        if let Some(first) = names.insert(api.public_name(), file.clone()) {
            return Err(Error::SameName { first, second: file, name: api.public_name().snake() });
        }
        let tree = generate(&api, &targets, &custom, &templates, &mut notes)?;
        say(&file, &notes, arguments.verbose);
        let requests = api.groups.iter().map(|group| group.operations.len()).sum();
        trees.push((api.name.snake(), tree, requests));
    }
    if arguments.check {
        return check(&trees, &out, &command_line(arguments));
    }
    if let Some(release) = &release {
        release.write()?;
    }
    let mut sum = Written::default();
    let mut requests = 0;
    for (_, tree, count) in &trees {
        let done = tree.write(&out)?;
        sum.written += done.written;
        sum.unchanged += done.unchanged;
        sum.removed += done.removed;
        requests += count;
    }
    eprintln!(
        "{requests} requests → {}: {} files written, {} unchanged, {} removed in {} ms",
        out.display(),
        sum.written,
        sum.unchanged,
        sum.removed,
        start.elapsed().as_millis()
    );
    Ok(ExitCode::SUCCESS)
}

fn check(trees: &[(String, Tree, usize)], out: &Path, mend: &str) -> Result<ExitCode> {
    let mut drifts = 0;
    let mut files = 0;
    for (_, tree, _) in trees {
        files += tree.files().count();
        for drift in tree.compare(out)? {
            drifts += 1;
            match drift {
                Drift::Missing(path) => eprintln!("missing: {}", out.join(path).display()),
                Drift::Stale(path) => eprintln!("stale:   {}", out.join(path).display()),
                Drift::Changed(path, difference) => {
                    eprintln!("changed: {}\n{difference}", out.join(path).display());
                }
            }
        }
    }
    if drifts == 0 {
        eprintln!("{files} files in {} are fresh", out.display());
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "{drifts} of {files} files in {} are not fresh; run `{mend}` and commit what it writes",
        out.display()
    );
    Ok(ExitCode::FAILURE)
}

/// The command that writes what `--check` missed.
fn command_line(arguments: &Generate) -> String {
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
fn targets(
    named: &[String],
    config: &Config,
    extras: &[Extra],
) -> std::result::Result<(Vec<Target>, Vec<Custom>), String> {
    let names = if named.is_empty() { config.targets.clone().unwrap_or_default() } else { named.to_vec() };
    let all = extras.iter().map(|it| it.target.clone());
    if names.is_empty() {
        return Ok((Target::ALL.to_vec(), all.collect()));
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
