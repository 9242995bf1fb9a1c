//! `postwright.toml`: what a run does that nobody wants to type each time.

mod edit;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::api::{
    HELP, Http, MediaType, OpenApi, Override, PackageVersion, Prefix, Rename, Retype, Settings, Version,
};
use crate::diagnostic::{Code, Severity};
use crate::error::{Error, InputError, Result, position};
use crate::files;
use crate::secret::Secrets;

pub use edit::with_versions;

/// The file that is read where no other one is named.
pub const DEFAULT_PATH: &str = "postwright.toml";

/// What there is to set.
const KEYS: &str = "the keys are out, targets, templates, custom_targets, [target.curl] with floor, [target.python] with http, [target.openapi] with version and without, [secrets] with allow, [lint] with codes such as PW0003, and [[collection]] with path, name, name_prefix, version, environment, globals, limits, [[collection.paging]], [[collection.rename]] and [[collection.type]]";

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
    /// What is wanted of single targets.
    pub target: Targets,
    /// What is a secret in collections, and what is not.
    pub secrets: SecretsConfig,
    /// How much findings matter, by their code.
    pub lint: BTreeMap<Code, Level>,
    /// Collections to read.
    #[serde(rename = "collection")]
    pub collections: Vec<CollectionConfig>,
}

/// The settings of targets. That a target is not written does not matter.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Targets {
    /// Those of the curl scripts and snippets.
    pub curl: Curl,
    /// Those of the Python snippets.
    pub python: Python,
    /// Those of the description in OpenAPI.
    pub openapi: OpenApiConfig,
}

/// What is a secret in collections, and what is not.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SecretsConfig {
    /// Values that are none, whatever they look like; `*` at the end of one stands for any end.
    pub allow: Vec<String>,
}

/// How much a finding matters to a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It is not told.
    Off,
    /// The reader should know.
    Note,
    /// Something is wrong.
    Warning,
    /// It must not be.
    Error,
}

/// The settings of curl scripts and snippets.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Curl {
    /// The oldest curl that they are for.
    pub floor: Version,
}

/// The settings of Python snippets.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Python {
    /// The library that they are on.
    pub http: Http,
}

/// The settings of the description in OpenAPI.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpenApiConfig {
    /// The version of OpenAPI that it is in.
    pub version: OpenApi,
    /// Media types of bodies and answers that it has not, for readers that stop at them.
    pub without: Vec<MediaType>,
}

/// The settings of one collection.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectionConfig {
    /// Its file.
    pub path: PathBuf,
    /// Short name, instead of the one that the file has.
    pub name: Option<String>,
    /// Words before the short name, where that leaves the folder of the outputs.
    #[serde(default)]
    pub name_prefix: Prefix,
    /// Version of the Rust crate and the Python package.
    #[serde(default)]
    pub version: PackageVersion,
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
            None if files::is_file(default) => default,
            None => return Ok(Self::default()),
        };
        let text =
            files::read_to_string(file).map_err(|source| Error::Read { path: file.to_owned(), source })?;
        Self::parse(&file.display().to_string(), &text)
    }

    /// Reads the text of a file. Errors name the file.
    ///
    /// # Errors
    /// If it is not TOML, or has a key that is none of these.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            let position = error.span().map(|span| position(text, span.start));
            let (message, help) = error.message().split_once(HELP).unwrap_or((error.message(), KEYS));
            InputError {
                file: file.to_owned(),
                position,
                path: String::new(),
                message: message.to_owned(),
                help: help.to_owned(),
            }
            .into()
        })
    }

    /// What is a secret to this project.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        Secrets::allowing(&self.secrets.allow)
    }

    /// How much a finding matters to this project; `None` if it is not to be told.
    #[must_use]
    pub fn severity(&self, code: Code) -> Option<Severity> {
        match self.lint.get(&code) {
            None => Some(code.severity()),
            Some(Level::Off) => None,
            Some(Level::Note) => Some(Severity::Note),
            Some(Level::Warning) => Some(Severity::Warning),
            Some(Level::Error) => Some(Severity::Error),
        }
    }

    /// What is wanted of the outputs of a collection.
    #[must_use]
    pub fn settings(&self, collection: &CollectionConfig) -> Settings {
        Settings {
            prefix: collection.name_prefix.clone(),
            curl: self.target.curl.floor,
            http: self.target.python.http,
            openapi: self.target.openapi.version,
            openapi_without: self.target.openapi.without.clone(),
            version: collection.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each key once; a test below says that there is no other.
    const EVERY_KEY: &str = r#"out = "x"
targets = ["curl"]
templates = "t"
custom_targets = ["u"]
target.curl.floor = "8.3"
target.python.http = "httpx"
target.openapi.version = "3.0"
target.openapi.without = ["multipart/form-data"]
secrets.allow = ["sk_test_*"]
lint.PW0003 = "error"
[[collection]]
path = "a.json"
name = "b"
name_prefix = "acme-"
version = "1.20.3"
environment = "c.json"
globals = "d.json"
limits = { per_clock_hour = 500, per_second = 9 }
[[collection.paging]]
operation = "A / b"
style = "none"
[[collection.rename]]
folder = "A"
name = "e"
[[collection.type]]
model = "M"
field = "f"
type = "text"
"#;

    fn error(text: &str) -> String {
        Config::parse("postwright.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn reads_every_key() {
        let config = Config::parse("postwright.toml", EVERY_KEY).unwrap();
        assert_eq!(config.out, Some(PathBuf::from("x")));
        assert_eq!(config.targets, Some(vec!["curl".to_owned()]));
        assert_eq!(config.templates, Some(PathBuf::from("t")));
        assert_eq!(config.custom_targets, [PathBuf::from("u")]);
        let collection = &config.collections[0];
        assert_eq!(collection.name.as_deref(), Some("b"));
        assert_eq!(collection.environment, Some(PathBuf::from("c.json")));
        assert_eq!(collection.globals, Some(PathBuf::from("d.json")));
        assert_eq!(collection.limits.per_second.map(NonZeroU32::get), Some(9));
        assert_eq!(collection.limits.per_clock_hour.map(NonZeroU32::get), Some(500));
        assert_eq!((collection.paging.len(), collection.rename.len(), collection.types.len()), (1, 1, 1));
        let settings = config.settings(collection);
        assert_eq!(settings.curl, Version::VARIABLE);
        assert_eq!(settings.http, Http::Httpx);
        assert_eq!(settings.openapi, OpenApi::V3_0);
        assert!(settings.openapi_without.iter().any(|it| it.is("Multipart/Form-Data")));
        assert_eq!(settings.version, PackageVersion::new(1, 20, 3));
        assert_eq!(settings.prefix, Prefix::try_from("Acme".to_owned()).unwrap());
    }

    /// The error of an unknown key has the names of those that there are, from the structs themselves.
    #[test]
    fn every_key_is_read_by_the_test_and_named_in_the_help() {
        let tables = [
            "",
            "[target]\n",
            "[target.curl]\n",
            "[target.python]\n",
            "[target.openapi]\n",
            "[[collection]]\npath = \"a\"\n",
        ];
        let mut seen = 0;
        for table in tables {
            let said = error(&format!("{table}nothing = 1\n"));
            let names: Vec<&str> = said.split('`').skip(3).step_by(2).collect();
            assert!(!names.is_empty(), "{said}");
            for name in names {
                let is_word =
                    |it: &str| it.split(|c: char| !c.is_alphanumeric() && c != '_').any(|it| it == name);
                assert!(is_word(EVERY_KEY), "{name} is not read by the test");
                assert!(is_word(KEYS), "{name} is not named in the help");
                seen += 1;
            }
        }
        assert!(seen > 15, "{seen}");
    }

    #[test]
    fn an_unknown_key_has_a_place() {
        let error = error("out = \"x\"\ntarge = 1\n");
        assert!(error.starts_with("postwright.toml:2:1: unknown field `targe`"), "{error}");
    }

    #[test]
    fn values_that_cannot_be_have_a_place_and_help() {
        let floor = |value: &str| format!("[target.curl]\nfloor = {value}\n");
        let http = |value: &str| format!("[target.python]\nhttp = {value}\n");
        let openapi = |value: &str| format!("[target.openapi]\nversion = {value}\n");
        let without = |value: &str| format!("[target.openapi]\nwithout = [{value:?}]\n");
        let version = |value: &str| format!("[[collection]]\npath = \"a\"\nversion = {value}\n");
        let prefix = |value: &str| format!("[[collection]]\npath = \"a\"\nname_prefix = {value:?}\n");
        let table = [
            (floor("\"7.75\""), "2:9: curl 7.75 is too old", "name a later one"),
            (floor("\"7.89\""), "2:9: there is no curl 7.89", "two numbers"),
            (floor("\"9.0\""), "2:9: there is no curl 9.0", "two numbers"),
            (floor("\"latest\""), "2:9: \"latest\" is no version", "two numbers"),
            (floor("\"7.88.1\""), "2:9: \"7.88.1\" is no version", "two numbers"),
            (floor("\"8.03\""), "2:9: \"8.03\" is no version", "two numbers"),
            (floor("\"+8.3\""), "2:9: \"+8.3\" is no version", "two numbers"),
            (floor("8.3"), "2:9: invalid type: floating point `8.3`, expected a string", "floor"),
            (http("\"httpx2\""), "2:8: there are no snippets on \"httpx2\"", "\"requests\", which"),
            (http("\"HTTPX\""), "2:8: there are no snippets on \"HTTPX\"", "or \"httpx\""),
            (http("\"\""), "2:8: there are no snippets on \"\"", "or \"httpx\""),
            (
                http("true"),
                "2:8: invalid type: boolean `true`, expected a string",
                "[target.python] with http",
            ),
            (openapi("\"3.2\""), "2:11: OpenAPI \"3.2\" is not written", "or \"3.0\""),
            (openapi("3.1"), "2:11: invalid type: floating point `3.1`", "[target.openapi] with version"),
            (without("form data"), "2:11: \"form data\" is no media type", "type and subtype"),
            (without("text/plain; charset=utf-8"), "is no media type", "such as"),
            (version("\"1.2\""), "3:11: \"1.2\" is no version of a package", "three numbers"),
            (version("\"1.2.3-rc.1\""), "3:11: \"1.2.3-rc.1\" is no version", "three numbers"),
            (version("\"v1.2.3\""), "3:11: \"v1.2.3\" is no version", "three numbers"),
            (version("\"1.02.3\""), "3:11: \"1.02.3\" is no version", "three numbers"),
            (version("\"1.2.99999999999999999999\""), "is no version", "three numbers"),
            (version("1.2"), "3:11: invalid type: floating point `1.2`, expected a string", "version"),
            ("[target.rust]\n".to_owned(), "1:9: unknown field `rust`", "[target.curl]"),
            (prefix(""), "3:15: \"\" cannot be the beginning of a name", "a letter comes first"),
            (prefix("2a"), "3:15: \"2a\" cannot", "a letter comes first"),
            (prefix("a/../b"), "3:15: \"a/../b\" cannot be the beginning of a name: it has '/'", "letters"),
            (prefix("größe"), "it has 'ö'", "ASCII"),
            (prefix(&"a".repeat(31)), "it has more than 30 characters", "letters"),
        ];
        for (text, want, help) in table {
            let said = error(&text);
            let (message, said_help) = said.split_once("\n  help: ").unwrap();
            assert!(message.starts_with("postwright.toml:") && message.contains(want), "{said}");
            assert!(said_help.contains(help), "{said}");
        }
    }

    #[test]
    fn versions_are_ordered_by_number() {
        let version = |text: &str| Version::try_from(text.to_owned()).unwrap();
        assert!(version("8.10") > version("8.3") && version("8.0") > version("7.88"));
        assert_eq!(Version::default(), version("7.76"));
    }
}
