//! What `postwright.toml` says about the outputs, beside the API that they are for.

use std::fmt;

use serde::Deserialize;

use super::Api;
use crate::collection::media_type;
use crate::name::Name;

/// What stands between a message and what to do about it, in errors that serde carries.
pub const HELP: &str = "\n  help: ";

/// Longest prefix of a name, in characters: what comes behind it is to be read too.
const LONGEST_PREFIX: usize = 30;

/// What a project wants of the outputs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Words before the name of the API, wherever that leaves the folder of the outputs.
    pub prefix: Prefix,
    /// The oldest curl that scripts and snippets are for.
    pub curl: Version,
    /// The library that Python snippets are on.
    pub http: Http,
    /// The version of OpenAPI that the API is described in.
    pub openapi: OpenApi,
    /// Media types of bodies and answers that its readers cannot take, and that it has not.
    pub openapi_without: Vec<MediaType>,
    /// The version of the Rust crate and of the Python package, and of the API that OpenAPI describes.
    pub version: PackageVersion,
}

/// The version of a package that is written: three numbers, which Cargo (Semantic Versioning 2.0.0, §2) and
/// Python (PEP 440) read alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct PackageVersion {
    /// The first number.
    pub major: u64,
    /// The second number.
    pub minor: u64,
    /// The third number.
    pub patch: u64,
}

impl PackageVersion {
    /// The version of these numbers.
    #[must_use]
    pub const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self { major, minor, patch }
    }
}

impl Default for PackageVersion {
    fn default() -> Self {
        Self::new(0, 1, 0)
    }
}

impl fmt::Display for PackageVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl TryFrom<String> for PackageVersion {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // What is written back is what was read: no zeros in front, no sign.
        let number = |text: &str| text.parse::<u64>().ok().filter(|it| it.to_string() == text);
        let numbers: Option<Vec<u64>> = text.split('.').map(number).collect();
        match numbers.as_deref() {
            Some([major, minor, patch]) => Ok(Self::new(*major, *minor, *patch)),
            _ => {
                let help = "write three numbers in quotes, such as \"1.2.3\"";
                Err(format!("{text:?} is no version of a package{HELP}{help}"))
            }
        }
    }
}

/// A library of Python for HTTP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Http {
    /// `requests`.
    #[default]
    Requests,
    /// `httpx`, 0.27 or later.
    Httpx,
}

impl TryFrom<String> for Http {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "requests" => Ok(Self::Requests),
            "httpx" => Ok(Self::Httpx),
            _ => {
                let help = "write \"requests\", which it is unless it is said, or \"httpx\"";
                Err(format!("there are no snippets on {text:?}{HELP}{help}"))
            }
        }
    }
}

/// A version of OpenAPI, by its first two numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum OpenApi {
    /// 3.1, whose schemas are those of JSON Schema.
    #[default]
    V3_1,
    /// 3.0, which some tools ask for.
    V3_0,
}

impl TryFrom<String> for OpenApi {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "3.1" => Ok(Self::V3_1),
            "3.0" => Ok(Self::V3_0),
            _ => {
                let help = "write \"3.1\", which it is unless it is said, or \"3.0\"";
                Err(format!("OpenAPI {text:?} is not written{HELP}{help}"))
            }
        }
    }
}

/// A media type without parameters (RFC 9110 §8.3.1).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct MediaType(String);

impl MediaType {
    /// Whether it is the same, whatever its case.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }
}

impl TryFrom<String> for MediaType {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if media_type(&text) == Some(text.as_str()) {
            return Ok(Self(text));
        }
        let help = "write type and subtype, such as \"multipart/form-data\"";
        Err(format!("{text:?} is no media type{HELP}{help}"))
    }
}

/// Words before a name; none unless a file of settings has some.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Prefix(Name);

impl TryFrom<String> for Prefix {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = |reason: &str| {
            let help = "use letters and digits of ASCII, words parted by - or _; a letter comes first";
            format!("{text:?} cannot be the beginning of a name: {reason}{HELP}{help}")
        };
        let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_ ".contains(it);
        if !text.starts_with(|it: char| it.is_ascii_alphabetic()) {
            return Err(wrong("it does not begin with a letter"));
        }
        if let Some(odd) = text.chars().find(|it| !is_plain(*it)) {
            return Err(wrong(&format!("it has {odd:?}")));
        }
        if text.len() > LONGEST_PREFIX {
            return Err(wrong(&format!("it has more than {LONGEST_PREFIX} characters")));
        }
        Ok(Self(Name::new(&text)))
    }
}

/// Version of a program, by its first two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
}

impl Version {
    /// What scripts and snippets need in any case.
    pub const LEAST: Version = Version::new(7, 76);
    /// From here on, curl can say with one option that a body is JSON.
    pub const JSON: Version = Version::new(7, 82);
    /// From here on, curl takes pieces of a query one by one.
    pub const URL_QUERY: Version = Version::new(7, 87);
    /// From here on, curl reads the environment itself.
    pub const VARIABLE: Version = Version::new(8, 3);
    /// The last one before 8.0.
    const LAST_OF_SEVEN: Version = Version::new(7, 88);

    const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }
}

impl Default for Version {
    fn default() -> Self {
        Self::LEAST
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl TryFrom<String> for Version {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let number = |text: &str| {
            let plain = matches!(text.len(), 1..=3) && text.bytes().all(|it| it.is_ascii_digit());
            let number = text.parse::<u32>().ok().filter(|it| plain && it.to_string() == text);
            number.ok_or(())
        };
        let parsed = text
            .split_once('.')
            .ok_or(())
            .and_then(|(major, minor)| Ok(Self { major: number(major)?, minor: number(minor)? }));
        let help = "write two numbers in quotes, such as \"7.87\"; curl --version says which one you have";
        match parsed {
            Err(()) => Err(format!("{text:?} is no version of curl{HELP}{help}")),
            Ok(version) if version < Self::LEAST => Err(format!(
                "curl {version} is too old: scripts and snippets need {} or later{HELP}leave floor out, or \
                 name a later one",
                Self::LEAST
            )),
            Ok(version) if (version.major == 7 && version > Self::LAST_OF_SEVEN) || version.major > 8 => {
                Err(format!("there is no curl {version} that we know of{HELP}{help}"))
            }
            Ok(version) => Ok(version),
        }
    }
}

impl Api {
    /// The name by which it is known where others are too: of its crate, its environment variables, and
    /// the folder of its token.
    #[must_use]
    pub fn public_name(&self) -> Name {
        self.name.behind(&self.settings.prefix.0)
    }

    /// The environment variable of this name.
    #[must_use]
    pub fn env(&self, name: &Name) -> String {
        env(&self.public_name(), name)
    }

    /// Takes settings, and gives the environment variables the names that follow from them.
    pub fn set(&mut self, settings: Settings) {
        self.settings = settings;
        let public = self.public_name();
        for variable in self.variables.iter_mut() {
            variable.env = env(&public, &variable.name);
        }
    }
}

/// The environment variable of an API for a name.
pub(super) fn env(api: &Name, name: &Name) -> String {
    format!("{}_{}", api.screaming(), name.screaming())
}
