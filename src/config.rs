//! `postwright.toml`: what a run does that nobody wants to type each time.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::api::{Override, Rename, Retype};
use crate::error::{Error, InputError, Result, position};

/// The file that is read where no other one is named.
pub const DEFAULT_PATH: &str = "postwright.toml";

/// The settings of a project.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder that is written into.
    pub out: Option<PathBuf>,
    /// Names of the targets to write.
    pub targets: Option<Vec<String>>,
    /// Folder of templates that take the place of built-in ones.
    pub templates: Option<PathBuf>,
    /// Folders of targets of the user's own, each with a `target.toml`.
    pub custom_targets: Vec<PathBuf>,
    /// Collections to read.
    #[serde(rename = "collection")]
    pub collections: Vec<CollectionConfig>,
}

/// The settings of one collection.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectionConfig {
    /// Its file.
    pub path: PathBuf,
    /// Short name, instead of the one that the file has.
    pub name: Option<String>,
    /// Environment whose values are used.
    pub environment: Option<PathBuf>,
    /// Globals for what has no value otherwise.
    pub globals: Option<PathBuf>,
    /// How lists go on where the samples do not say it.
    #[serde(default)]
    pub paging: Vec<Override>,
    /// How many requests the API allows.
    #[serde(default)]
    pub limits: Limits,
    /// Other names for groups, operations, models and fields.
    #[serde(default)]
    pub rename: Vec<Rename>,
    /// Other types for fields.
    #[serde(default, rename = "type")]
    pub types: Vec<Retype>,
}

/// How many requests an API allows: what its documentation says, a collection cannot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Between two full hours of the clock.
    pub per_clock_hour: Option<NonZeroU32>,
    /// Within any one second.
    pub per_second: Option<NonZeroU32>,
}

impl Config {
    /// Reads a file. Without a name, `postwright.toml` is read if it is there.
    ///
    /// # Errors
    /// If the file cannot be read, is not TOML, or has a key that is none of these.
    pub fn load(path: Option<&Path>) -> Result<Self> {
        let default = Path::new(DEFAULT_PATH);
        let file = match path {
            Some(path) => path,
            None if default.is_file() => default,
            None => return Ok(Self::default()),
        };
        let text =
            std::fs::read_to_string(file).map_err(|source| Error::Read { path: file.to_owned(), source })?;
        Self::parse(&file.display().to_string(), &text)
    }

    /// Reads the text of a file. Errors name the file.
    ///
    /// # Errors
    /// If it is not TOML, or has a key that is none of these.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            let position = error.span().map(|span| position(text, span.start));
            InputError {
                file: file.to_owned(),
                position,
                path: String::new(),
                message: error.message().to_owned(),
                help: "the keys are out, targets, templates, custom_targets and [[collection]] with path, name, environment, globals, limits, [[collection.paging]], [[collection.rename]] and [[collection.type]]"
                    .to_owned(),
            }
            .into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_key() {
        let text = "out = \"x\"\ntargets = [\"curl\"]\n[[collection]]\npath = \"a.json\"\nname = \"b\"\nlimits = { per_second = 9 }\n";
        let config = Config::parse("postwright.toml", text).unwrap();
        assert_eq!(config.collections[0].name.as_deref(), Some("b"));
        assert_eq!(config.collections[0].limits.per_second.map(NonZeroU32::get), Some(9));
        assert_eq!(config.out, Some(PathBuf::from("x")));
    }

    #[test]
    fn an_unknown_key_has_a_place() {
        let error = Config::parse("postwright.toml", "out = \"x\"\ntarget = 1\n").unwrap_err().to_string();
        assert!(error.starts_with("postwright.toml:2:1: unknown field `target`"), "{error}");
    }
}
