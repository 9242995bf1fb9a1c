//! What stops the tool: one type, a sentence each, with the place and what to do.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// The result of everything that can stop.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What stops the tool. Everything that it can go on from is a
/// [`Diagnostic`](crate::diagnostic::Diagnostic) instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read.
    #[error("cannot read {}: {source}\n  help: {}", path.display(), help_with(source))]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },

    /// A file or folder could not be written, replaced or removed.
    #[error("cannot write {}: {source}\n  help: {}", path.display(), help_with(source))]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },

    /// The input is not what it should be.
    #[error("{0}")]
    Input(Box<InputError>),

    /// Two pages of one run want the same file, or a page's path leaves the output folder.
    #[error("cannot write {path}: {reason}\n  help: rename one of the requests or folders in Postman")]
    Tree {
        /// The path in the tree, `/` between its parts.
        path: String,
        /// Why it cannot be added.
        reason: String,
    },

    /// The outputs of a collection are more than anybody wants on a disk.
    #[error(
        "the outputs of {api} are larger than {} GiB, of which no more are written\n  \
         help: look for long texts that many requests have, or choose fewer targets with --target", most >> 30
    )]
    TooMuch {
        /// The folder of the API.
        api: String,
        /// How many bytes are written at most.
        most: u64,
    },

    /// A folder of the outputs is a link: what it points to is not ours to write or remove.
    #[error(
        "cannot write into {}: it is a link\n  help: take the link away; the output folder itself may be one",
        path.display()
    )]
    Link {
        /// The link.
        path: PathBuf,
    },

    /// A template does not parse or names a field that its view does not have.
    #[error("template {name}: {reason}\n  help: {help}")]
    Template {
        /// Name of the template, such as `curl/script.sh`.
        name: String,
        /// What handlebars said, with line and column where it gave them.
        reason: String,
        /// What to do about it.
        help: String,
    },

    /// There is nothing to do: no collection was named and none was found.
    #[error(
        "no collection: none was named, postwright.toml lists none and there is no collections/*.json\n  \
         help: name a file (postwright generate my.postman_collection.json) or put your export into collections/"
    )]
    NoCollection,

    /// Two collections of one run would have the same crate, environment variables and token file.
    #[error(
        "{first} and {second} would both be called {name} outside of their folders\n  \
         help: give one of them another name or name_prefix in postwright.toml"
    )]
    SameName {
        /// The collection that came first.
        first: String,
        /// The collection that came second.
        second: String,
        /// The name that both would have.
        name: String,
    },

    /// A file cannot be had as it was at a revision.
    #[error(
        "cannot read {file}: {reason}\n  help: name a revision of the repository that has the collection; a shallow clone lacks older ones"
    )]
    Revision {
        /// Revision and file.
        file: String,
        /// What git said.
        reason: String,
    },

    /// A release has a lower version than its changes ask for.
    #[error(
        "{file} has version {now}, and {was}: what has changed since ({changes}) asks for {wanted}\n  \
         help: if this is a release that was not committed, take it back in postwright.toml and CHANGELOG.md; else \
         set the version to {wanted}"
    )]
    Version {
        /// The collection.
        file: String,
        /// Its version in the settings.
        now: String,
        /// Which one it had.
        was: String,
        /// What has changed, counted.
        changes: String,
        /// The least version that is right.
        wanted: String,
    },

    /// Two collections of one run would be written into the same folder.
    #[error("{first} and {second} would both be written to {folder}\n  help: rename one of the files")]
    SameFolder {
        /// The collection that came first.
        first: String,
        /// The collection that came second.
        second: String,
        /// The folder that both want.
        folder: String,
    },
}

/// What to do about what the operating system said.
fn help_with(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "check the path; it begins in the folder that the command is run in",
        io::ErrorKind::PermissionDenied => "get the permission, or run the command as its owner",
        io::ErrorKind::IsADirectory => "name the file in that folder",
        io::ErrorKind::NotADirectory => {
            "a file stands where a folder should be: move it, or name another folder"
        }
        io::ErrorKind::AlreadyExists => "something else has this name: move it, or name another folder",
        io::ErrorKind::InvalidData => "save the file as UTF-8, or export it again",
        io::ErrorKind::StorageFull => "make room on the disk, then run the command again",
        _ => "check that the path is what you mean",
    }
}

/// Longest JSON path that is shown whole, in characters.
const PATH_LENGTH: usize = 160;

/// A path with its middle left out if it is too long to read.
fn shortened(path: &str) -> String {
    let length = path.chars().count();
    if length <= PATH_LENGTH {
        return path.to_owned();
    }
    let head: String = path.chars().take(PATH_LENGTH / 2).collect();
    let tail: String = path.chars().skip(length - PATH_LENGTH / 2).collect();
    format!("{head} … {tail}")
}

/// Where an input is wrong, what was expected there, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError {
    /// The input as the user named it.
    pub file: String,
    /// Line and column, both from 1, where they are known.
    pub position: Option<(usize, usize)>,
    /// JSON path from the root (`item[3].request.url`), empty for the root itself.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some((line, column)) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        // serde_path_to_error writes a dot for the root, and a question mark where it is lost.
        if !matches!(self.path.as_str(), "" | "." | "?") {
            write!(f, ": at {}", shortened(&self.path))?;
        }
        write!(f, ": {}\n  help: {}", self.message, self.help)
    }
}

impl From<InputError> for Error {
    fn from(error: InputError) -> Self {
        Error::Input(Box::new(error))
    }
}

/// Line and column of a byte of a text, both from 1; columns are characters, as editors count.
pub(crate) fn position(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_characters() {
        let text = "a = 1\nb = \"漢字\" x";
        assert_eq!(super::position(text, text.len() - 1), (2, 10));
        assert_eq!(super::position(text, 0), (1, 1));
    }
}
