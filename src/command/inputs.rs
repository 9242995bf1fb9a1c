//! Which collections a run is about, and how they become models.

use std::path::{Path, PathBuf};

use postwright::api::Api;
use postwright::cli::Inputs;
use postwright::collection::Collection;
use postwright::config::{CollectionConfig, Config, DEFAULT_PATH};
use postwright::diagnostic::Diagnostics;
use postwright::error::{Error, Result};
use postwright::files;
use postwright::lint::Files;
use postwright::phases::phase;
use postwright::postman::Source;
use postwright::reader::bruno;
use postwright::secret::Secrets;
use postwright::{About, Parsed, parse};

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
    let text = read_source(&collection.path, notes)?;
    read_model(collection, inputs, config, (&shown(&collection.path), text), notes)
}

/// What a collection says, without names and types.
pub(super) fn read_collection(
    collection: &CollectionConfig,
    config: &Config,
    notes: &mut Diagnostics,
) -> Result<Collection> {
    let text = read_source(&collection.path, notes)?;
    let beside = beside(collection)?;
    let secrets = config.secrets();
    let source = Source { file: &shown(&collection.path), text: &text };
    Ok(beside.parse(source, &secrets)?.collection(&secrets, notes))
}

/// The text of a collection; a folder of Bruno's is read into one.
fn read_source(path: &Path, notes: &mut Diagnostics) -> Result<String> {
    if files::is_folder(path) { bruno::read_folder(path, notes) } else { read_text(path) }
}

/// Names and texts of the files beside a collection.
pub(super) struct Beside {
    environment: Option<(String, String)>,
    globals: Option<(String, String)>,
}

pub(super) fn beside(collection: &CollectionConfig) -> Result<Beside> {
    let read = |path: &Option<PathBuf>| -> Result<Option<(String, String)>> {
        path.as_ref().map(|path| Ok((shown(path), read_text(path)?))).transpose()
    };
    Ok(Beside { environment: read(&collection.environment)?, globals: read(&collection.globals)? })
}

impl Beside {
    fn parse(&self, collection: Source<'_>, secrets: &Secrets) -> Result<Parsed> {
        let (environment, globals) = self.sources();
        parse(collection, environment, globals, secrets)
    }

    /// The environment and the globals.
    pub(super) fn sources(&self) -> (Option<Source<'_>>, Option<Source<'_>>) {
        fn source((file, text): &(String, String)) -> Source<'_> {
            Source { file, text }
        }
        (self.environment.as_ref().map(source), self.globals.as_ref().map(source))
    }
}

/// The model of a text that is said to be this collection.
pub(super) fn read_model(
    collection: &CollectionConfig,
    inputs: &Inputs,
    config: &Config,
    (file, text): (&str, impl AsRef<str>),
    notes: &mut Diagnostics,
) -> Result<Api> {
    let settings = inputs.config.as_deref().map_or_else(|| DEFAULT_PATH.to_owned(), shown);
    let secrets = config.secrets();
    let parsed = beside(collection)?.parse(Source { file, text: text.as_ref() }, &secrets)?;
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
        // A folder has no text, and places in it have no line.
        let is_folder = files::is_folder(&collection.path);
        Ok(Self {
            collection: if is_folder {
                (shown(&collection.path), String::new())
            } else {
                read(&collection.path)?
            },
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
