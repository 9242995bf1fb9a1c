//! What the tool has to say about an input that it could go on with.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use crate::seen::one_line;

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// What the project says must not be: no code has this severity by itself.
    Error,
    /// The input is wrong here; a part of it was left out or replaced.
    Warning,
    /// The input is right, and Postwright does not support this part of it yet.
    Gap,
    /// Nothing is wrong; the reader should know.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Gap => "gap",
            Severity::Note => "note",
        })
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $severity:ident;)*) => {
        /// Every kind of diagnostic. The number of a code never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, in the order of their numbers.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as users see it, such as `PW0003`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $number,)* }
            }

            /// How much diagnostics of this code matter.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    /// A request that Postman's runner would refuse to send: no URL, a blank method.
    NotSendable = "PW0001", Warning;
    /// A variable without a value; it became a parameter of the output.
    UnresolvedVariable = "PW0002", Note;
    /// A secret stood in the collection; it became an environment variable.
    Secret = "PW0003", Warning;
    /// The auth type cannot be signed in some target; the request goes out unsigned there.
    UnsupportedAuth = "PW0004", Gap;
    /// An auth type that Postman does not know either.
    UnknownAuth = "PW0005", Warning;
    /// Scripts change requests or set variables; they are not run.
    Script = "PW0006", Note;
    /// Names that are equal or have no letters, and what they were changed to.
    Renamed = "PW0007", Warning;
    /// A body or saved response that says it is JSON and is not.
    InvalidJson = "PW0008", Warning;
    /// Variables of a folder or a request, which Postman's runner ignores.
    IgnoredVariables = "PW0009", Warning;
    /// A dynamic variable that has no generator in the output.
    DynamicVariable = "PW0010", Gap;
    /// `url.raw` and the parts of the URL disagree, or there is only `raw`.
    RawUrl = "PW0011", Note;
    /// A path variable without a text value; the argument is required.
    PathVariable = "PW0012", Note;
    /// What one target cannot hold, such as a NUL byte in a shell script, or two operations of one path and method in
    /// OpenAPI.
    Unrepresentable = "PW0013", Gap;
    /// Variables that contain each other, so that no value comes out.
    VariableLoop = "PW0014", Warning;
    /// A collection without any request.
    Empty = "PW0015", Warning;
    /// An environment variable that the file switches off, and that Postman's runner uses all the same.
    DisabledEnvironment = "PW0016", Note;
    /// Credentials go out over `http:`, readable to everybody on the way.
    Unencrypted = "PW0017", Warning;
    /// A request without auth in a collection whose other requests are signed.
    NoAuth = "PW0018", Note;
    /// Saved responses of one request that have different types in one place.
    Contradiction = "PW0019", Warning;
    /// A request without a saved response of a success; the client cannot know the type of its answer.
    NoResponse = "PW0020", Note;
    /// A key that Postman's schema does not have, and that Postman drops.
    UnknownKey = "PW0021", Note;
    /// A URL with `//` in its path.
    DoubleSlash = "PW0022", Warning;
    /// Two variables of the collection with one name; the last one counts.
    DuplicateVariable = "PW0023", Warning;
    /// Something is larger than what is written out; it is left out, or cut.
    TooLarge = "PW0024", Warning;
    /// Something that a description of another format says, and a collection cannot.
    LeftOut = "PW0025", Gap;
}

/// From the number, as settings and command lines write it.
impl std::str::FromStr for Code {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Code::ALL.iter().find(|it| it.as_str() == text);
        known.copied().ok_or_else(|| {
            let last = Code::ALL.last().map_or("", |it| it.as_str());
            format!("there is no code {text:?}; they go from PW0001 to {last}")
        })
    }
}

impl<'de> serde::Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Which of the files that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum File {
    /// The collection.
    #[default]
    Collection,
    /// The environment.
    Environment,
    /// The globals.
    Globals,
}

/// A place of the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct At {
    /// As the user sees it in Postman: `Clinical / Patients / List patients`. Empty for the collection as a
    /// whole.
    pub place: String,
    /// The file.
    pub file: File,
    /// Where in the file, as a JSON pointer (RFC 6901). What is not there stands for what it would be in; in a
    /// table, a step may be the key of a row.
    pub pointer: String,
}

impl From<&str> for At {
    fn from(place: &str) -> Self {
        Self::new(place, "")
    }
}

impl At {
    /// A place in the collection.
    #[must_use]
    pub fn new(place: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self { place: place.into(), file: File::Collection, pointer: pointer.into() }
    }
}

/// One thing to say about one place of the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The place as the user sees it in Postman: `Clinical / Patients / List patients`.
    /// Empty for the collection as a whole.
    pub place: String,
    /// What kind of thing it is.
    pub code: Code,
    /// What is so.
    pub message: String,
    /// What to do about it; empty where there is nothing to do.
    pub help: String,
    /// The file that it is about.
    pub file: File,
    /// Where in that file; see [`At::pointer`].
    pub pointer: String,
}

impl Diagnostic {
    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: ", self.severity(), self.code.as_str())?;
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.message)?;
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

/// Where the parts of a collection's file stand, so that a place in one of them is found without reading the others.
#[derive(Debug, Clone, Default)]
pub struct Outline(BTreeMap<String, Spot>);

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Which bytes it is.
    pub range: Range<usize>,
    /// Line and column of its first character, both from 1; the column counts characters.
    pub position: (usize, usize),
}

impl Outline {
    /// Of these parts, by their JSON pointers.
    #[must_use]
    pub fn of(parts: impl Iterator<Item = (String, Spot)>) -> Self {
        Self(parts.collect())
    }

    /// The smallest part that what a pointer names stands in, and the rest of the pointer, which leads on in it.
    #[must_use]
    pub fn around<'a>(&self, pointer: &'a str) -> Option<(&Spot, &'a str)> {
        let steps = pointer.match_indices('/').map(|(at, _)| at).chain([pointer.len()]);
        let mut ends: Vec<usize> = steps.skip(1).collect();
        ends.reverse();
        ends.into_iter().find_map(|end| Some((self.0.get(&pointer[..end])?, &pointer[end..])))
    }
}

/// Everything there is to say about one input.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    all: Vec<Diagnostic>,
    /// Where the parts of the collection stand, if that is known.
    pub outline: Option<Outline>,
}

impl Diagnostics {
    /// Adds one. Where it is and what it says may quote the input: each becomes one line that hides nothing, or a
    /// name could say to a terminal or to a log what no tool has said.
    pub fn add(
        &mut self,
        code: Code,
        at: impl Into<At>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let At { place, file, pointer } = at.into();
        let (place, message, help) = (one_line(&place), one_line(&message.into()), one_line(&help.into()));
        self.all.push(Diagnostic { place, code, message, help, file, pointer });
    }

    /// Adds those of another, with each text of theirs that may quote the input rewritten.
    pub fn append(&mut self, other: Diagnostics, rewritten: impl Fn(&str) -> String) {
        self.all.extend(other.all.into_iter().map(|it| Diagnostic {
            place: rewritten(&it.place),
            message: rewritten(&it.message),
            ..it
        }));
    }

    /// All of them: most severe first, then by place, each once.
    #[must_use]
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<_> = self.all.iter().collect();
        all.sort_by_key(|it| (it.severity(), *it));
        all.dedup();
        all
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
