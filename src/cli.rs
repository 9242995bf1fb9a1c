//! The command line: clap types, and nothing that acts.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::diagnostic::Code;
use crate::target::Target;

/// Writes a typed Rust client, curl scripts and Python snippets from a Postman collection.
#[derive(Debug, Parser)]
#[command(name = "postwright", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write what a project begins with where there is none: settings, a workflow of GitHub, a pre-commit hook
    Init,
    /// Write the outputs of collections, or check that they are fresh
    #[command(after_help = "Exit codes: 0 fine, 1 stale with --check or failed, 2 wrong usage.")]
    Generate(Generate),
    /// Write the outputs again each time that a collection, a template or the settings change
    Watch(Watch),
    /// Say what has changed between two collections, and what that means for those who use the client
    #[command(after_help = "Exit codes: 0 fine, 1 what --fail-on names or failed, 2 wrong usage.")]
    Diff(Diff),
    /// Say what is wrong in collections, and where: secrets, variables without a value, invalid JSON …
    #[command(after_help = "Exit codes: 0 fine, 1 what --fail-on names or failed, 2 wrong usage.")]
    Lint(Lint),
    /// Write a collection without its secrets, with variables in their place
    Scrub(Scrub),
    /// Write a collection, or a description of another format, in the format of another tool
    #[command(after_help = "Exit codes: 0 fine, 1 failed, 2 wrong usage.")]
    Convert(Convert),
    /// Show a collection as it is understood: groups, operations, auth, scopes, variables
    Inspect(Inspect),
    /// Write built-in templates out, to be changed, or list them
    #[command(subcommand)]
    Templates(Templates),
    /// Keep short snippets fresh in Markdown of your own
    #[command(subcommand)]
    Snippets(Snippets),
    /// Print a completion script for a shell
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the manual page, for man(1)
    Man,
}

/// Which collections, and how they are read.
#[derive(Debug, Args, Default)]
pub struct Inputs {
    /// Postman environment whose values win over the collection's
    #[arg(long, value_name = "FILE")]
    pub environment: Option<PathBuf>,
    /// Postman globals, for values that neither environment nor collection has
    #[arg(long, value_name = "FILE")]
    pub globals: Option<PathBuf>,
    /// Settings [default: postwright.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What is written, from what and where.
#[derive(Debug, Args)]
pub struct Outputs {
    /// Collections [default: those of postwright.toml, else collections/*.json]
    #[arg(value_name = "COLLECTION")]
    pub collections: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub inputs: Inputs,
    /// Folder to write into [default: generated]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Targets to write, separated by commas: rust, curl, python, powershell, docs and those of custom_targets, which are written where none is named; snippets, openapi, and for other tools hurl, har, http, bruno
    #[arg(long, value_name = "TARGETS", value_delimiter = ',')]
    pub target: Vec<String>,
    /// Templates that take the place of built-in ones of the same relative name
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,
    /// Say everything there is to say about the collections
    #[arg(long, short)]
    pub verbose: bool,
    /// Threads that work [default: one for each core]
    #[arg(long, value_name = "COUNT")]
    pub jobs: Option<NonZeroUsize>,
}

/// `postwright generate`
#[derive(Debug, Args)]
pub struct Generate {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub outputs: Outputs,
    /// Write nothing; exit with 1 and say what differs if the outputs are not fresh
    #[arg(long)]
    pub check: bool,
    /// How that is said; github marks the lines in pull requests
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = CheckFormat::Text, requires = "check")]
    pub format: CheckFormat,
    /// Say how long each part of the run has taken
    #[arg(long)]
    pub timings: bool,
    /// Make everything anew, even if nothing has changed since the last run
    #[arg(long)]
    pub no_cache: bool,
    /// Give the outputs the version that the changes since a revision ask for, and an entry in their changelog
    #[arg(long, conflicts_with = "check")]
    pub release: bool,
    /// Revision of git that a release is compared with [default: HEAD]
    #[arg(long, value_name = "REVISION", requires = "release")]
    pub since: Option<String>,
}

/// `postwright watch`
#[derive(Debug, Args)]
pub struct Watch {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub outputs: Outputs,
}

/// How a check says what is not fresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum CheckFormat {
    /// Lines, for terminals.
    #[default]
    Text,
    /// Annotations, for GitHub Actions.
    Github,
}

/// `postwright diff`
#[derive(Debug, Args)]
pub struct Diff {
    /// The old collection and the new one; with --since, those of now
    #[arg(value_name = "COLLECTION")]
    pub collections: Vec<PathBuf>,
    /// Compare with the collections of this git revision
    #[arg(long, value_name = "REVISION")]
    pub since: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub inputs: Inputs,
    /// How it is printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Exit with 1 if there is a change of this class or a graver one
    #[arg(long, value_name = "CLASS", value_enum)]
    pub fail_on: Option<FailOn>,
}

/// How changes are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A line for each, for terminals.
    Text,
    /// For pull requests and changelogs.
    Markdown,
    /// For programs.
    Json,
}

/// Which changes fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// Those that break programs.
    Breaking,
    /// Those that change the client, too.
    Compatible,
    /// All.
    Docs,
}

/// `postwright lint`
#[derive(Debug, Args)]
pub struct Lint {
    /// Collections [default: those of postwright.toml, else collections/*.json]
    #[arg(value_name = "COLLECTION")]
    pub collections: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub inputs: Inputs,
    /// How findings are printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LintFormat::Text)]
    pub format: LintFormat,
    /// Exit with 1 if there is a finding of this severity or a graver one
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = Least::Warning)]
    pub fail_on: Least,
    /// Print what a code means and what to do about it, such as PW0003
    #[arg(long, value_name = "CODE", conflicts_with = "collections")]
    pub explain: Option<Code>,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LintFormat {
    /// A line for each and what to do about it, for terminals.
    Text,
    /// For programs.
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
}

/// Which findings fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Least {
    /// What the settings call an error.
    Error,
    /// Warnings, too.
    Warning,
    /// What some target cannot do, too.
    Gap,
    /// All.
    Note,
    /// None.
    Never,
}

/// `postwright scrub`
#[derive(Debug, Args)]
pub struct Scrub {
    /// Collection
    #[arg(value_name = "COLLECTION")]
    pub collection: PathBuf,
    /// Settings, with the values that are no secrets [default: postwright.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// File to write [default: standard output]
    #[arg(long, short, value_name = "FILE", conflicts_with = "in_place")]
    pub out: Option<PathBuf>,
    /// Put the clean copy in the place of the collection
    #[arg(long)]
    pub in_place: bool,
    /// Write nothing; exit with 1 if there is a secret
    #[arg(long, conflicts_with_all = ["out", "in_place"])]
    pub check: bool,
}

/// `postwright convert`
#[derive(Debug, Args)]
pub struct Convert {
    /// Collection of Postman, Insomnia or OpenCollection, description in OpenAPI, or folder of Bruno
    #[arg(value_name = "INPUT")]
    pub input: PathBuf,
    /// Format to write
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub to: Other,
    /// File or folder to write [default for one file: standard output]
    #[arg(long, short, value_name = "PATH")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub inputs: Inputs,
    /// Say everything there is to say about the input
    #[arg(long, short)]
    pub verbose: bool,
}

/// The format of another tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Other {
    /// A collection of Postman, format v2.1.
    Postman,
    /// OpenAPI 3.1, or 3.0 if the settings say so.
    Openapi,
    /// Files for hurl.
    Hurl,
    /// Files for the HTTP clients of editors.
    Http,
    /// A collection of Bruno.
    Bruno,
    /// An HTTP Archive.
    Har,
}

impl Other {
    /// The target that writes it; Postman's own is none.
    #[must_use]
    pub fn target(self) -> Option<Target> {
        match self {
            Other::Postman => None,
            Other::Openapi => Some(Target::OpenApi),
            Other::Hurl => Some(Target::Hurl),
            Other::Http => Some(Target::Http),
            Other::Bruno => Some(Target::Bruno),
            Other::Har => Some(Target::Har),
        }
    }
}

/// `postwright inspect`
#[derive(Debug, Args)]
pub struct Inspect {
    /// Collection [default: those of postwright.toml, else collections/*.json]
    #[arg(value_name = "COLLECTION")]
    pub collections: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub inputs: Inputs,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `postwright templates`
#[derive(Debug, Subcommand)]
pub enum Templates {
    /// Print the names of the built-in templates
    List,
    /// Write built-in templates into a folder, for --templates
    Eject(Eject),
}

/// `postwright templates eject`
#[derive(Debug, Args)]
pub struct Eject {
    /// Templates or folders of them, such as curl/script.sh or python [default: all]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Folder to write into
    #[arg(long, value_name = "DIR", default_value = "templates")]
    pub out: PathBuf,
}

/// `postwright snippets`
#[derive(Debug, Subcommand)]
pub enum Snippets {
    /// Write the snippets between the marks of Markdown files, or check that they are fresh
    #[command(
        after_help = "A mark is two lines: <!-- postwright: curl patients.list --> and <!-- /postwright -->. \
                      The languages are curl, python, rust and powershell.\n\n\
                      Exit codes: 0 fine, 1 not fresh with --check or failed, 2 wrong usage."
    )]
    Inject(Inject),
    /// Print the operations that marks can name
    List(Listed),
}

/// `postwright snippets inject`
#[derive(Debug, Args)]
pub struct Inject {
    /// Markdown files
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub listed: Listed,
    /// Templates that take the place of built-in ones of the same relative name
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,
    /// Write nothing; exit with 1 and say what differs if a snippet is not fresh
    #[arg(long)]
    pub check: bool,
}

/// Where snippets come from.
#[derive(Debug, Args)]
pub struct Listed {
    /// Collection; may be given several times [default: those of postwright.toml, else collections/*.json]
    #[arg(long = "collection", value_name = "COLLECTION")]
    pub collections: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub inputs: Inputs,
}
