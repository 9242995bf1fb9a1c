//! Which collections a run is about, and how they become models.

use std::path::{Path, PathBuf};

use postwright::api::Api;
use postwright::cli::Inputs;
use postwright::config::{CollectionConfig, Config, DEFAULT_PATH};
use postwright::diagnostic::Diagnostics;
use postwright::error::{Error, Result};
use postwright::files;
use postwright::lint::Files;
use postwright::phases::phase;
use postwright::postman::Source;
use postwright::{About, parse};

/// The collections of this run: those named, else those of the settings, else all in `collections/`.
pub(super) fn collections(
    named: &[PathBuf],
    inputs: &Inputs,
    config: &Config,
) -> Result<Vec<CollectionConfig>> {
    let mut found: Vec<CollectionConfig> = if !named.is_empty() {
        let configured = |path: &PathBuf| config.collections.iter().find(|it| it.path == *path).cloned();
        named.iter().map(|path| configured(path).unwrap_or_else(|| plain(path.clone()))).collect()
    } else {
        listed_or_found(config)?
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

/// The collections of a run that names none.
pub(super) fn listed_or_found(config: &Config) -> Result<Vec<CollectionConfig>> {
    match config.collections.as_slice() {
        [] => Ok(in_folder(Path::new("collections"))?.into_iter().map(plain).collect()),
        listed => Ok(listed.to_vec()),
    }
}

/// A collection without settings.
pub(super) fn plain(path: PathBuf) -> CollectionConfig {
    CollectionConfig { path, ..CollectionConfig::default() }
}

/// `*.json` in a folder, in the order of their names.
pub(super) fn in_folder(folder: &Path) -> Result<Vec<PathBuf>> {
    match files::list(folder) {
        Ok(entries) => {
            let paths = entries.into_iter().map(|it| it.path);
            Ok(paths.filter(|it| it.extension().is_some_and(|it| it == "json")).collect())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(Error::Read { path: folder.to_owned(), source }),
    }
}

pub(super) fn read(
    collection: &CollectionConfig,
    inputs: &Inputs,
    config: &Config,
    notes: &mut Diagnostics,
) -> Result<Api> {
    let text = read_text(&collection.path)?;
    read_model(collection, inputs, config, (&shown(&collection.path), text), notes)
}

/// The model of a text that is said to be this collection.
pub(super) fn read_model(
    collection: &CollectionConfig,
    inputs: &Inputs,
    config: &Config,
    (file, text): (&str, impl AsRef<str>),
    notes: &mut Diagnostics,
) -> Result<Api> {
    let beside = |path: &Option<PathBuf>| -> Result<Option<(String, String)>> {
        path.as_ref().map(|path| Ok((shown(path), read_text(path)?))).transpose()
    };
    let (environment, globals) = (beside(&collection.environment)?, beside(&collection.globals)?);
    let settings = inputs.config.as_deref().map_or_else(|| DEFAULT_PATH.to_owned(), shown);
    let secrets = config.secrets();
    let parsed = parse(
        Source { file, text: text.as_ref() },
        environment.as_ref().map(|(file, text)| Source { file, text }),
        globals.as_ref().map(|(file, text)| Source { file, text }),
        &secrets,
    )?;
    // Of a large collection it is much, and nothing of it is needed any more.
    drop(text);
    let name = collection.name.as_deref();
    let paging = Some((settings.as_str(), collection.paging.as_slice()));
    let mut api = parsed.model(About { file, name, secrets: &secrets, paging }, notes)?;
    api.set(config.settings(collection));
    api.set_types(&settings, &collection.types)?;
    api.rename(&settings, &collection.rename)?;
    api.limits.per_clock_hour = collection.limits.per_clock_hour;
    api.limits.per_second = collection.limits.per_second;
    Ok(api)
}

/// The files of one collection: names and texts.
#[derive(PartialEq)]
pub(super) struct Texts {
    collection: (String, String),
    environment: Option<(String, String)>,
    globals: Option<(String, String)>,
}

impl Texts {
    /// Reads the files.
    pub(super) fn read(collection: &CollectionConfig) -> Result<Self> {
        let read = |path: &PathBuf| -> Result<(String, String)> { Ok((shown(path), read_text(path)?)) };
        Ok(Self {
            collection: read(&collection.path)?,
            environment: collection.environment.as_ref().map(read).transpose()?,
            globals: collection.globals.as_ref().map(read).transpose()?,
        })
    }

    /// The files as they are looked into.
    pub(super) fn files(&self) -> Files<'_> {
        fn source_of((file, text): &(String, String)) -> Source<'_> {
            Source { file, text }
        }
        Files {
            collection: source_of(&self.collection),
            environment: self.environment.as_ref().map(source_of),
            globals: self.globals.as_ref().map(source_of),
        }
    }
}

pub(super) fn read_text(path: &Path) -> Result<String> {
    let bytes = phase("read", || files::read(path))
        .map_err(|source| Error::Read { path: path.to_owned(), source })?;
    String::from_utf8(bytes).map_err(|error| {
        let source = std::io::Error::new(
            std::io::ErrorKind::InvalidData,
            format!("it is not UTF-8: {}", error.utf8_error()),
        );
        Error::Read { path: path.to_owned(), source }
    })
}

/// A path as it is written into messages and generated files: the same on every system.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}
