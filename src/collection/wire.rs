//! What Postman's runner would send, held once: every target prints its requests from here,
//! so that no two of them can disagree.

use super::auth::Auth;
use super::text::Text;

/// A request as it goes out, made of literals that are ready for the wire and variables.
#[derive(Debug, Clone, PartialEq)]
pub struct WireRequest {
    /// Upper case.
    pub method: String,
    /// Where it goes.
    pub url: WireUrl,
    /// Headers in order, among them the implied `Content-Type` and what auth puts there as it
    /// is. What has to be computed from `auth` (Basic, signatures) is not.
    pub headers: Vec<WireHeader>,
    /// What goes out as the body.
    pub body: WireBody,
    /// How it is signed.
    pub auth: Auth,
}

/// A URL in the pieces that a target may replace.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WireUrl {
    /// Scheme and authority (`https://api.example.com`), or the variables that hold them.
    /// No slash at the end, unless a variable brings one.
    pub origin: Text,
    /// The path, from its first slash, percent-encoded; empty if the URL has none.
    pub path: Vec<PathPart>,
    /// Pieces between the `&` of the query, percent-encoded; `None` without a `?`.
    pub query: Option<Vec<Text>>,
}

/// A piece of a path.
#[derive(Debug, Clone, PartialEq)]
pub enum PathPart {
    /// Characters and variables, slashes included.
    Fixed(Text),
    /// A path variable (`:id`).
    Argument {
        /// Its name.
        key: String,
        /// The collection's own value, percent-encoded; `None` if it has none.
        example: Option<Text>,
    },
}

/// A header line.
#[derive(Debug, Clone, PartialEq)]
pub struct WireHeader {
    /// Its name, in the case it was written in.
    pub name: Text,
    /// Its value.
    pub value: Text,
    /// Whether it comes from auth.
    pub signs: bool,
}

/// A body.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum WireBody {
    /// None is sent.
    #[default]
    None,
    /// This text, byte for byte. Forms of `application/x-www-form-urlencoded` and GraphQL are
    /// texts as well: encoded, in the order that Postman gives their fields.
    Text(Text),
    /// `multipart/form-data`.
    Multipart(Vec<WirePart>),
    /// The bytes of a file.
    File(Text),
}

/// A part of `multipart/form-data`.
#[derive(Debug, Clone, PartialEq)]
pub struct WirePart {
    /// Name of the field.
    pub name: Text,
    /// What it holds.
    pub content: PartContent,
    /// Content type of the part, if it has one of its own.
    pub content_type: Option<Text>,
}

/// What a part holds.
#[derive(Debug, Clone, PartialEq)]
pub enum PartContent {
    /// A text.
    Text(Text),
    /// A file: its path, and the name it is sent under if that is not its own.
    File {
        /// Path, relative to the folder the tool is run in. Empty: no file was chosen in Postman.
        path: Text,
        /// The name it is sent under.
        name: Option<Text>,
    },
}

impl WireRequest {
    /// Every text of the request in the order that it is sent, without those of its auth.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        let path = self.url.path.iter().filter_map(|part| match part {
            PathPart::Fixed(text) | PathPart::Argument { example: Some(text), .. } => Some(text),
            PathPart::Argument { example: None, .. } => None,
        });
        let headers = self.headers.iter().flat_map(|header| [&header.name, &header.value]);
        let body: Vec<&Text> = match &self.body {
            WireBody::None => Vec::new(),
            WireBody::Text(text) | WireBody::File(text) => vec![text],
            WireBody::Multipart(parts) => parts.iter().flat_map(WirePart::texts).collect(),
        };
        std::iter::once(&self.url.origin)
            .chain(path)
            .chain(self.url.query.iter().flatten())
            .chain(headers)
            .chain(body)
    }

    /// Parts of `multipart/form-data`; none if the body is another one.
    #[must_use]
    pub fn body_parts(&self) -> &[WirePart] {
        match &self.body {
            WireBody::Multipart(parts) => parts,
            _ => &[],
        }
    }

    /// The value of a header, by its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&Text> {
        let is_it =
            |header: &&WireHeader| header.name.as_literal().is_some_and(|it| it.eq_ignore_ascii_case(name));
        self.headers.iter().find(is_it).map(|header| &header.value)
    }
}

impl WirePart {
    fn texts(&self) -> Vec<&Text> {
        let mut texts = vec![&self.name];
        match &self.content {
            PartContent::Text(text) => texts.push(text),
            PartContent::File { path, name } => texts.extend(std::iter::once(path).chain(name)),
        }
        texts.extend(&self.content_type);
        texts
    }
}

/// The content type that a file gets by its extension, else `application/octet-stream`. The
/// runner takes it from the mime-types package; these are the extensions people upload.
#[must_use]
pub fn content_type_of(path: &str) -> &'static str {
    let extension = path.rsplit_once('.').map(|(_, it)| it.to_ascii_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "json" => "application/json",
        "xml" => "application/xml",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        "js" | "mjs" => "text/javascript",
        "txt" | "log" => "text/plain",
        "csv" => "text/csv",
        "html" | "htm" => "text/html",
        "css" => "text/css",
        "md" => "text/markdown",
        "yaml" | "yml" => "text/yaml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "tif" | "tiff" => "image/tiff",
        "bmp" => "image/bmp",
        "ico" => "image/vnd.microsoft.icon",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "mov" => "video/quicktime",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ppt" => "application/vnd.ms-powerpoint",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "rtf" => "application/rtf",
        "tar" => "application/x-tar",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}
