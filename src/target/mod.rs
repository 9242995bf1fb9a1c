//! Phase 4, view: what each target says about an API. Every decision and all quoting for a
//! language are made here; templates only place what they are given.

mod bruno;
mod curl;
mod custom;
mod docs;
mod form_data;
mod given;
mod har;
mod holes;
mod http;
mod hurl;
mod manifest;
mod openapi;
mod order;
mod powershell;
pub mod python;
mod quote;
pub(crate) mod quoted;
pub mod rust;
mod short;
mod snippets;
mod status;
mod token_file;

use serde::Serialize;

use crate::api::{Api, Group, Operation, Settings};
use crate::diagnostic::{Code, Diagnostics};

pub use custom::{Custom, Each, Rule};
pub use manifest::MANIFEST_PATH;
pub(crate) use quote::{markdown, one_line, toml as toml_string};
pub use short::Language;

/// A kind of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A typed client crate.
    Rust,
    /// A bash script per request.
    Curl,
    /// A Python snippet per request.
    Python,
    /// A PowerShell script per request.
    PowerShell,
    /// Pages of Markdown, and a site that mdBook makes of them.
    Docs,
    /// A file for each short snippet of each request.
    Snippets,
    /// A description for other tools, in one file.
    OpenApi,
    /// A file for hurl per request.
    Hurl,
    /// An HTTP Archive of all requests.
    Har,
    /// A file for the HTTP clients of editors per group.
    Http,
    /// A collection of Bruno.
    Bruno,
}

impl Target {
    /// All of them, in the order they are written.
    pub const ALL: [Target; 11] = [
        Target::Rust,
        Target::Curl,
        Target::Python,
        Target::PowerShell,
        Target::Docs,
        Target::Snippets,
        Target::OpenApi,
        Target::Hurl,
        Target::Har,
        Target::Http,
        Target::Bruno,
    ];

    /// Those that are written where none is named. What is for other programs to read is for who asks for it.
    pub const DEFAULT: [Target; 5] =
        [Target::Rust, Target::Curl, Target::Python, Target::PowerShell, Target::Docs];

    /// Its name on the command line, and of its folder.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Target::Rust => "rust",
            Target::Curl => "curl",
            Target::Python => "python",
            Target::PowerShell => "powershell",
            Target::Docs => "docs",
            Target::Snippets => "snippets",
            Target::OpenApi => "openapi",
            Target::Hurl => "hurl",
            Target::Har => "har",
            Target::Http => "http",
            Target::Bruno => "bruno",
        }
    }

    /// The target of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    /// Its pages.
    #[must_use]
    pub fn pages(self, api: &Api) -> Vec<Page<'_>> {
        match self {
            Target::Rust => rust::pages(api),
            Target::Curl => curl::pages(api),
            Target::Python => python::pages(api),
            Target::PowerShell => powershell::pages(api),
            Target::Docs => docs::pages(api),
            Target::Snippets => snippets::pages(api),
            Target::OpenApi => openapi::pages(api),
            Target::Hurl => hurl::pages(api),
            Target::Har => har::pages(api),
            Target::Http => http::pages(api),
            Target::Bruno => bruno::pages(api),
        }
    }

    /// The file in which an operation is found, relative to the API's folder.
    #[must_use]
    pub fn file_of(self, group: &Group, operation: &Operation) -> String {
        match self {
            Target::Rust => rust::file_of(group),
            Target::Curl => format!("curl/{}/{}.sh", group.name.snake(), operation.name.snake()),
            Target::Python => python::file_of(group, operation),
            Target::PowerShell => {
                format!("powershell/{}/{}.ps1", group.name.snake(), operation.name.snake())
            }
            Target::Docs => docs::file_of(group),
            Target::Snippets => snippets::file_of(group, operation),
            Target::OpenApi => openapi::PATH.to_owned(),
            Target::Hurl => hurl::file_of(group, operation),
            Target::Har => har::FILE.to_owned(),
            Target::Http => http::file_of(group),
            Target::Bruno => bruno::file_of(group, operation),
        }
    }

    /// Whether its programs can sign a request this way.
    #[must_use]
    pub fn signs(self, operation: &Operation, settings: &Settings) -> bool {
        match self {
            Target::Rust => rust::signs(operation.auth()),
            Target::Curl => curl::signs(operation),
            Target::Python => python::signs(settings.http, operation),
            Target::PowerShell => powershell::signs(operation.auth()),
            // They send nothing: each snippet says it of itself, and OpenAPI names any scheme.
            Target::Docs | Target::Snippets | Target::OpenApi => true,
            Target::Hurl => hurl::signs(operation),
            Target::Har => har::signs(operation),
            Target::Http => http::signs(operation),
            Target::Bruno => bruno::signs(operation),
        }
    }
}

/// Why a format has no words for a request; `None` if it has.
fn refusal(target: Target, operation: &Operation) -> Option<String> {
    match target {
        Target::Hurl => hurl::refusal(operation),
        Target::Http => http::refusal(operation).map(str::to_owned),
        Target::Bruno => bruno::refusal(operation).map(str::to_owned),
        _ => None,
    }
}

/// Says what these targets cannot do for some operation.
pub fn gaps(targets: &[Target], api: &Api, notes: &mut Diagnostics) {
    if targets.contains(&Target::OpenApi) {
        openapi::gaps(api, notes);
    }
    for operation in api.groups.iter().flat_map(|group| &group.operations) {
        if targets.contains(&Target::Curl) && curl::holds_nul(api, operation) {
            notes.add(
                Code::Unrepresentable,
                operation.at(),
                "a text of it has a NUL, which bash cannot hold; the curl script refuses to send it",
                "use another target",
            );
        }
        let refused = targets.iter().filter_map(|it| Some((it, refusal(*it, operation)?)));
        for (target, why) in refused {
            notes.add(
                Code::Unrepresentable,
                operation.at(),
                format!("{why}; its file for {} does not send it", target.name()),
                "use another target",
            );
        }
        let unsigned = targets.iter().filter(|target| !target.signs(operation, &api.settings));
        let by_setting = |it: &Target| it.signs(operation, &Settings::default());
        let name = |it: &Target| if by_setting(it) { "Python snippets on httpx" } else { it.name() };
        let unsigned: Vec<&str> = unsigned.map(name).collect();
        if unsigned.is_empty() {
            continue;
        }
        notes.add(
            Code::UnsupportedAuth,
            operation.at(),
            format!(
                "{} is not signed in {}; the request goes out unsigned there",
                operation.auth().scheme(),
                unsigned.join(", ")
            ),
            "sign it yourself there, or choose another auth type",
        );
    }
}

/// A file to be.
#[derive(Debug)]
pub struct Page<'a> {
    /// Its path below the API's folder, `/` between its parts.
    pub path: String,
    /// Whether it is a program.
    pub executable: bool,
    /// What makes its text.
    pub content: Content<'a>,
}

/// What makes the text of a page.
#[derive(Debug)]
pub enum Content<'a> {
    /// A template and its view.
    View {
        /// Name of the template.
        template: &'static str,
        /// What it may say.
        view: Later<'a, Box<dyn View>>,
    },
    /// A template of a target of the user, and its view.
    Custom {
        /// Name of the target, `/`, name of the template.
        template: String,
        /// What it may say.
        view: Later<'a, Box<dyn View>>,
    },
    /// The text itself, where the format has no need of a template.
    Text(Later<'a, String>),
}

/// What a template may say.
pub trait View {
    /// The fields that the template names.
    fn fields(&self) -> serde_json::Value;
    /// The same as one text, to tell whether they are as they were: it takes a fraction of the time.
    fn text(&self) -> Vec<u8>;
}

// A view holds strings, booleans and lists only, which always become JSON.
impl<V: Serialize> View for V {
    fn fields(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    fn text(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// What is made when its page is rendered and not before: the views of an API are never all in memory, and each
/// can be made on another core.
pub struct Later<'a, T>(Box<dyn FnOnce() -> T + Send + 'a>);

impl<'a, T> Later<'a, T> {
    fn new(make: impl FnOnce() -> T + Send + 'a) -> Self {
        Later(Box::new(make))
    }

    /// Makes it.
    #[must_use]
    pub fn make(self) -> T {
        (self.0)()
    }
}

impl<'a> Later<'a, Box<dyn View>> {
    fn view<V: Serialize + 'static>(make: impl FnOnce() -> V + Send + 'a) -> Self {
        Later::new(move || -> Box<dyn View> { Box::new(make()) })
    }
}

impl<T> std::fmt::Debug for Later<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Later")
    }
}

impl<'a> Page<'a> {
    fn new<V: Serialize>(path: impl Into<String>, template: &'static str, view: &V) -> Self {
        let view = view.fields();
        Page::later(path, template, move || view)
    }

    /// A page whose view is made when it is rendered.
    fn later<V: Serialize + 'static>(
        path: impl Into<String>,
        template: &'static str,
        view: impl FnOnce() -> V + Send + 'a,
    ) -> Self {
        let content = Content::View { template, view: Later::view(view) };
        Page { path: path.into(), executable: false, content }
    }

    /// A page that is a program.
    fn executable(self) -> Self {
        Page { executable: true, ..self }
    }
}

/// The manifest of an API whose requests are written in these targets.
#[must_use]
pub fn manifest<'a>(api: &'a Api, targets: &'a [Target]) -> Page<'a> {
    manifest::page(api, targets)
}

/// What the first lines of every generated file say, if its format has comments. A file is
/// only ever removed if it says so too.
pub const GENERATED_MARK: &str = "Generated by `postwright generate` from";

/// The line that every generated file begins with, where its format has comments: it tells
/// readers, and the next run, whose file it is.
#[must_use]
pub fn generated_line(api: &Api) -> String {
    format!("{} {}: edits are lost.", GENERATED_MARK, quote::one_line(&api.source))
}
