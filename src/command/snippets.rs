//! `postwright snippets`: short snippets in Markdown of the user's own.

use std::process::ExitCode;

use anstream::eprintln;
use postwright::api::Api;
use postwright::cli::{Inject, Listed, Snippets};
use postwright::config::Config;
use postwright::diagnostic::Diagnostics;
use postwright::error::Result;
use postwright::output::{difference, rewrite};
use postwright::render::Templates;
use postwright::snippets;

use super::inputs::{collections, read, read_text, shown};
use super::{options, print};

pub(crate) fn run(arguments: &Snippets) -> Result<ExitCode> {
    match arguments {
        Snippets::Inject(arguments) => inject(arguments),
        Snippets::List(arguments) => list(arguments),
    }
}

fn inject(arguments: &Inject) -> Result<ExitCode> {
    let config = Config::load(arguments.listed.inputs.config.as_deref())?;
    let templates = Templates::load(arguments.templates.as_deref().or(config.templates.as_deref()))?;
    let apis = apis(&arguments.listed, &config)?;
    // Every file is read and rendered before one is written: a mistake in one leaves all as they are.
    let mut changed = Vec::new();
    for path in &arguments.files {
        let old = read_text(path)?;
        let new = snippets::inject(&shown(path), &old, &apis, &templates)?;
        if new != old {
            changed.push((path, old, new));
        }
    }
    for (path, old, new) in &changed {
        if arguments.check {
            eprintln!("not fresh: {}\n{}", shown(path), difference(&shown(path), old, new));
        } else {
            rewrite(path, new)?;
        }
    }
    let (changed, all) = (changed.len(), arguments.files.len());
    if arguments.check && changed > 0 {
        let mend = inject_line(arguments);
        eprintln!("{changed} of {all} files are not fresh; run `{mend}` and commit what it writes");
        return Ok(ExitCode::FAILURE);
    }
    match arguments.check {
        true => eprintln!("the snippets of {all} files are fresh"),
        false => eprintln!("{changed} of {all} files written"),
    }
    Ok(ExitCode::SUCCESS)
}

fn list(arguments: &Listed) -> Result<ExitCode> {
    let config = Config::load(arguments.inputs.config.as_deref())?;
    print(&snippets::list(&apis(arguments, &config)?))?;
    Ok(ExitCode::SUCCESS)
}

/// The collections that snippets come from.
fn apis(arguments: &Listed, config: &Config) -> Result<Vec<Api>> {
    let collections = collections(&arguments.collections, &arguments.inputs, config)?;
    // `generate` says what there is to say about them.
    let read = |it| read(it, &arguments.inputs, config, &mut Diagnostics::default());
    collections.iter().map(read).collect()
}

/// The command that writes what `snippets inject --check` missed.
fn inject_line(arguments: &Inject) -> String {
    let mut line = String::from("postwright snippets inject");
    for path in &arguments.files {
        line.push_str(&format!(" {}", shown(path)));
    }
    for path in &arguments.listed.collections {
        line.push_str(&format!(" --collection {}", shown(path)));
    }
    let inputs = &arguments.listed.inputs;
    line.push_str(&options(&[
        ("--environment", &inputs.environment),
        ("--globals", &inputs.globals),
        ("--config", &inputs.config),
        ("--templates", &arguments.templates),
    ]));
    line
}
