//! Arguments in, exit code out: 0 fine, 1 drift or failure, 2 wrong usage.

mod command;

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anstream::eprintln;
use clap::builder::styling::{AnsiColor, Style};
use clap::{CommandFactory, Parser};
use postwright::api::Api;
use postwright::cli::{self, Cli, Command, Eject, Generate, Inject, Inputs, Inspect, Listed, Snippets};
use postwright::config::{CollectionConfig, Config, DEFAULT_PATH};
use postwright::diagnostic::{Diagnostics, Severity};
use postwright::error::{Error, Result};
use postwright::extra::Extra;
use postwright::name::Name;
use postwright::output::{Drift, Tree, Written, difference, rewrite};
use postwright::postman::Source;
use postwright::render::{Templates, built_in};
use postwright::target::{Custom, Target};
use postwright::{Input, generate, inspect, model, snippets};

/// Most diagnostics of one collection that are printed without `--verbose`.
const SHOWN: usize = 20;

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Generate(arguments) => run_generate(&arguments),
        Command::Diff(arguments) => command::diff::run(&arguments),
        Command::Inspect(arguments) => run_inspect(&arguments),
        Command::Templates(cli::Templates::List) => list_templates(),
        Command::Templates(cli::Templates::Eject(arguments)) => eject(&arguments),
        Command::Snippets(Snippets::Inject(arguments)) => run_inject(&arguments),
        Command::Snippets(Snippets::List(arguments)) => run_list(&arguments),
        Command::Completions { shell } => print_completions(shell),
        Command::Man => print_man(),
    };
    done.unwrap_or_else(|error| {
        let red = AnsiColor::Red.on_default().bold();
        eprintln!("{red}error{red:#}: {error}");
        ExitCode::FAILURE
    })
}

fn run_generate(arguments: &Generate) -> Result<ExitCode> {
    let start = Instant::now();
    let config = Config::load(arguments.inputs.config.as_deref())?;
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

fn run_inspect(arguments: &Inspect) -> Result<ExitCode> {
    let config = Config::load(arguments.inputs.config.as_deref())?;
    let mut all = Vec::new();
    for collection in collections(&arguments.collections, &arguments.inputs, &config)? {
        let mut notes = Diagnostics::default();
        let api = read(&collection, &arguments.inputs, &config, &mut notes)?;
        if arguments.json {
            all.push(inspect::json(&api));
        } else {
            print(&inspect::text(&api))?;
            say(&shown(&collection.path), &notes, true);
        }
    }
    if arguments.json {
        let value = if all.len() == 1 { all.remove(0) } else { serde_json::Value::Array(all) };
        print(&format!("{value:#}\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn list_templates() -> Result<ExitCode> {
    let names: String = built_in().map(|(name, _)| format!("{name}.hbs\n")).collect();
    print(&names)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes built-in templates out, to be changed. What is there already may have been changed, and stays.
fn eject(arguments: &Eject) -> Result<ExitCode> {
    let is_named = |name: &str| {
        let is_it = |it: &String| {
            let it = it.trim_end_matches('/');
            name == it.trim_end_matches(".hbs") || name.starts_with(&format!("{it}/"))
        };
        arguments.names.is_empty() || arguments.names.iter().any(is_it)
    };
    for wanted in &arguments.names {
        let bare = wanted.trim_end_matches('/').trim_end_matches(".hbs");
        if !built_in().any(|(name, _)| name == bare || name.starts_with(&format!("{bare}/"))) {
            eprintln!("error: there is no template {wanted:?}\n  help: postwright templates list");
            return Ok(ExitCode::from(2));
        }
    }
    let chosen: Vec<_> = built_in().filter(|(name, _)| is_named(name)).collect();
    let path = |name: &str| arguments.out.join(format!("{name}.hbs"));
    if let Some((name, _)) = chosen.iter().find(|(name, _)| path(name).exists()) {
        let source = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(Error::Write { path: path(name), source });
    }
    for (name, text) in &chosen {
        let path = path(name);
        let write = |source| Error::Write { path: path.clone(), source };
        path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(write)?;
        std::fs::write(&path, text).map_err(write)?;
    }
    let out = shown(&arguments.out);
    eprintln!("{} templates in {out}; postwright generate --templates {out} uses them", chosen.len());
    Ok(ExitCode::SUCCESS)
}

fn run_inject(arguments: &Inject) -> Result<ExitCode> {
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

fn run_list(arguments: &Listed) -> Result<ExitCode> {
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

/// Options of a command line that name files.
fn options(given: &[(&str, &Option<PathBuf>)]) -> String {
    let given = given.iter().filter_map(|(option, value)| Some((option, value.as_ref()?)));
    given.map(|(option, path)| format!(" {option} {}", shown(path))).collect()
}

fn print_completions(shell: clap_complete::Shell) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "postwright", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}

fn print_man() -> Result<ExitCode> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page).map_err(stdout_error)?;
    print(&String::from_utf8_lossy(&page))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes to standard output. A reader that has seen enough (`| head`) is no failure.
fn print(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(stdout_error),
    }
}

fn stdout_error(source: std::io::Error) -> Error {
    Error::Write { path: PathBuf::from("standard output"), source }
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

/// The collections of this run: those named, else those of the settings, else all in `collections/`.
fn collections(named: &[PathBuf], inputs: &Inputs, config: &Config) -> Result<Vec<CollectionConfig>> {
    let plain = |path: &PathBuf| CollectionConfig { path: path.clone(), ..CollectionConfig::default() };
    let mut found: Vec<CollectionConfig> = if !named.is_empty() {
        let configured = |path: &PathBuf| config.collections.iter().find(|it| it.path == *path).cloned();
        named.iter().map(|path| configured(path).unwrap_or_else(|| plain(path))).collect()
    } else if config.collections.is_empty() {
        in_folder(Path::new("collections"))?.iter().map(plain).collect()
    } else {
        config.collections.clone()
    };
    if found.is_empty() {
        return Err(Error::NoCollection);
    }
    if let Some(environment) = &inputs.environment {
        found.iter_mut().for_each(|it| it.environment = Some(environment.clone()));
    }
    if let Some(globals) = &inputs.globals {
        found.iter_mut().for_each(|it| it.globals = Some(globals.clone()));
    }
    Ok(found)
}

/// `*.json` in a folder, in the order of their names.
fn in_folder(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => {
            return Err(Error::Read { path: folder.to_owned(), source });
        }
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|source| Error::Read { path: folder.to_owned(), source })?.path();
        if path.extension().is_some_and(|it| it == "json") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn read(
    collection: &CollectionConfig,
    inputs: &Inputs,
    config: &Config,
    notes: &mut Diagnostics,
) -> Result<Api> {
    let text = read_text(&collection.path)?;
    read_model(collection, inputs, config, (&shown(&collection.path), &text), notes)
}

/// The model of a text that is said to be this collection.
fn read_model(
    collection: &CollectionConfig,
    inputs: &Inputs,
    config: &Config,
    (file, text): (&str, &str),
    notes: &mut Diagnostics,
) -> Result<Api> {
    let beside = |path: &Option<PathBuf>| -> Result<Option<(String, String)>> {
        path.as_ref().map(|path| Ok((shown(path), read_text(path)?))).transpose()
    };
    let (environment, globals) = (beside(&collection.environment)?, beside(&collection.globals)?);
    let settings = inputs.config.as_deref().map_or_else(|| DEFAULT_PATH.to_owned(), shown);
    let input = Input {
        collection: Source { file, text },
        environment: environment.as_ref().map(|(file, text)| Source { file, text }),
        globals: globals.as_ref().map(|(file, text)| Source { file, text }),
        name: collection.name.as_deref(),
        paging: Some((&settings, &collection.paging)),
    };
    let mut api = model(input, notes)?;
    api.set(config.settings(collection));
    api.set_types(&settings, &collection.types)?;
    api.rename(&settings, &collection.rename)?;
    api.limits.per_clock_hour = collection.limits.per_clock_hour;
    api.limits.per_second = collection.limits.per_second;
    Ok(api)
}

fn read_text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    String::from_utf8(bytes).map_err(|error| {
        let source = std::io::Error::new(
            std::io::ErrorKind::InvalidData,
            format!("it is not UTF-8: {}", error.utf8_error()),
        );
        Error::Read { path: path.to_owned(), source }
    })
}

/// A path as it is written into messages and generated files: the same on every system.
fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

fn say(file: &str, notes: &Diagnostics, verbose: bool) {
    let all = notes.sorted();
    let important = |severity: Severity| severity != Severity::Note;
    let limit = if verbose { usize::MAX } else { SHOWN };
    let chosen = all.iter().filter(|it| verbose || important(it.severity()));
    for diagnostic in chosen.take(limit) {
        let style: Style = match diagnostic.severity() {
            Severity::Warning => AnsiColor::Yellow.on_default().bold(),
            Severity::Gap => AnsiColor::Magenta.on_default().bold(),
            Severity::Note => AnsiColor::Cyan.on_default(),
        };
        let text = diagnostic.to_string();
        let (head, rest) = text.split_once(": ").unwrap_or((&text, ""));
        eprintln!("{style}{head}{style:#}: {rest}");
    }
    let printed = all.iter().filter(|it| verbose || important(it.severity())).count().min(limit);
    if printed < all.len() {
        eprintln!("{file}: {} more things to say; --verbose says them", all.len() - printed);
    }
}
