//! Targets of the user: a folder with a `target.toml` and the templates that it names.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, InputError, Result, position};
use crate::files;
use crate::render::{TARGET_FILE, read_templates};
use crate::target::{Custom, Each, Rule, Target};

/// A target of the user with its templates: name and text, partials included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    /// What it writes.
    pub target: Custom,
    /// Its templates, by name below its folder and without `.hbs`.
    pub templates: Vec<(String, String)>,
}

/// `target.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    name: String,
    #[serde(rename = "file")]
    files: Vec<FileOf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileOf {
    template: String,
    #[serde(default)]
    each: Kind,
    path: String,
    #[serde(default)]
    executable: bool,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Api,
    Group,
    Operation,
}

impl Extra {
    /// Reads the folder of a target.
    ///
    /// # Errors
    /// If its `target.toml` or a template cannot be read, says something that cannot be, or names a template
    /// that is not there.
    pub fn load(folder: &Path) -> Result<Self> {
        let file = folder.join(TARGET_FILE);
        let text =
            files::read_to_string(&file).map_err(|source| Error::Read { path: file.clone(), source })?;
        let shown = file.display().to_string().replace('\\', "/");
        let target = parse(&shown, &text)?;
        let templates = read_templates(folder)?;
        for rule in &target.files {
            if !templates.iter().any(|(name, _)| *name == rule.template) {
                let message = format!("there is no template {}.hbs beside it", rule.template);
                return Err(wrong(&shown, None, message, "name a file of the folder, without .hbs"));
            }
        }
        Ok(Self { target, templates })
    }
}

/// Reads the text of a `target.toml`. Errors name the file.
///
/// # Errors
/// If it is not TOML, has a key that is none of its own, or a name or path that cannot be one.
pub fn parse(file: &str, text: &str) -> Result<Custom> {
    let description: Description = toml::from_str(text).map_err(|error| {
        let position = error.span().map(|span| position(text, span.start));
        let help = "the keys are name and [[file]] with template, each (api, group or operation), path and executable";
        wrong(file, position, error.message().to_owned(), help)
    })?;
    let name = description.name;
    let is_word = |text: &str| {
        let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"_-".contains(&it);
        text.bytes().all(plain) && text.bytes().next().is_some_and(|it| it.is_ascii_lowercase())
    };
    if !is_word(&name) {
        let message = format!("{name:?} cannot be the name of a target");
        return Err(wrong(file, None, message, "use small letters, digits, - and _; a letter comes first"));
    }
    if Target::from_name(&name).is_some() {
        let message = format!("{name} is a target already");
        return Err(wrong(
            file,
            None,
            message,
            "give yours another name here; its folder in the outputs is called so then",
        ));
    }
    let files = description.files.into_iter().map(|it| rule(file, it)).collect::<Result<_>>()?;
    Ok(Custom { name, files })
}

fn rule(file: &str, of: FileOf) -> Result<Rule> {
    let (each, needed): (Each, &[&str]) = match of.each {
        Kind::Api => (Each::Api, &[]),
        Kind::Group => (Each::Group, &["{group}"]),
        Kind::Operation => (Each::Operation, &["{group}", "{operation}"]),
    };
    if let Some(missing) = needed.iter().find(|it| !of.path.contains(**it)) {
        let message =
            format!("the path {:?} has no {missing}, so that all of them would be one file", of.path);
        return Err(wrong(file, None, message, "put it where the name is to stand"));
    }
    let rest = of.path.replace(needed.first().unwrap_or(&""), "").replace("{operation}", "");
    let leaves = of.path.split('/').any(|it| matches!(it, "" | "." | ".."));
    if leaves || rest.contains(['{', '}', '\\', ':']) {
        let message = format!("the path {:?} cannot be used", of.path);
        let help = "it is relative to the target's folder, with / between its parts, and may hold {group} and {operation}";
        return Err(wrong(file, None, message, help));
    }
    Ok(Rule { template: of.template, each, path: of.path, executable: of.executable })
}

fn wrong(file: &str, position: Option<(usize, usize)>, message: String, help: &str) -> Error {
    InputError { file: file.to_owned(), position, path: String::new(), message, help: help.to_owned() }.into()
}
