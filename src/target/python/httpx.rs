//! Snippets on httpx: what it takes in another way than requests, and what it cannot do.

use super::auth;
use super::request::{Header, Writer, is_encoded_here};
use super::source::{Source, bracketed};
use crate::api::Operation;
use crate::collection::{Auth, Encoding, Part, PartContent, PathPart, Text, WirePart};

/// The package itself, as pip names it.
pub(super) const PACKAGE: &str = "httpx>=0.27";

/// What sends an address as it is: older ones take no notice of it.
pub(super) const TARGET_PACKAGE: &str = "httpcore>=1.0.4";

/// What writes form data that httpx would write in another way.
pub(super) const FORM_PACKAGE: &str = "urllib3>=2.0";

/// Whether a snippet can sign a request this way. Signatures that cover the request are those of
/// packages for requests; the digest covers the address, of which httpx takes its own spelling.
pub(super) fn signs(operation: &Operation) -> bool {
    match operation.auth() {
        Auth::None
        | Auth::Basic { .. }
        | Auth::Bearer { .. }
        | Auth::ApiKey { .. }
        | Auth::Jwt(_)
        | Auth::Asap(_) => true,
        Auth::Digest { .. } => !is_odd_url(operation),
        Auth::Ntlm { .. } | Auth::Aws(_) | Auth::OAuth1(_) | Auth::Hawk(_) | Auth::EdgeGrid { .. } => false,
    }
}

/// The packages that the snippet of an operation needs beside httpx, as pip names them.
pub(super) fn packages(operation: &Operation) -> impl Iterator<Item = &'static str> {
    let signer = if signs(operation) { auth::package(operation.auth()) } else { None };
    let target = is_odd_url(operation).then_some(TARGET_PACKAGE);
    let form = has_odd_parts(operation).then_some(FORM_PACKAGE);
    [signer, target, form].into_iter().flatten()
}

/// The lines of the argument `auth=` of a request, at this indent; none if there is none.
pub(super) fn auth(source: &mut Source<'_>, operation: &Operation, indent: usize) -> Vec<String> {
    let (class, username, password) = match operation.auth() {
        Auth::Basic { username, password } => ("BasicAuth", username, password),
        Auth::Digest { username, password } if signs(operation) => ("DigestAuth", username, password),
        _ => return Vec::new(),
    };
    let arguments = [source.expression(username), source.expression(password)];
    bracketed(indent, &format!("auth=httpx.{class}("), &arguments, "),")
}

/// Whether the library would change the URL: 0.27 and 0.28 resolve dot segments of the path, and escape
/// some characters that Postman leaves alone.
pub(super) fn is_odd_url(operation: &Operation) -> bool {
    let url = &operation.wire.url;
    let is_odd = |text: &str| text.contains(['"', '<', '>', '\\', '^', '`', '{', '|', '}']);
    let part = |part: &Part, in_path: bool| match part {
        Part::Literal(text) => is_odd(text) || (in_path && text.contains("/.")),
        Part::Variable { encoding, .. } => *encoding != Encoding::Raw,
        Part::Dynamic { dynamic, encoding } => *encoding != Encoding::Raw || dynamic.texts().any(is_odd),
    };
    let odd_path = url.path.iter().any(|it| match it {
        PathPart::Fixed(text) => text.parts().iter().any(|it| part(it, true)),
        PathPart::Argument { .. } => false,
    });
    let mut query = url.query.iter().flatten().flat_map(Text::parts);
    odd_path || query.any(|it| part(it, false)) || !operation.arguments.iter().all(is_encoded_here)
}

/// Whether the library would write the form data in another way: it has no file without a name, and doubles
/// each `\` of a name.
pub(super) fn has_odd_parts(operation: &Operation) -> bool {
    let is_odd = |text: &Text| match text.as_literal() {
        Some(literal) => literal.contains(|it: char| it == '\\' || it.is_ascii_control()),
        None => true,
    };
    let is_odd_file = |path: &Text| path.as_literal().is_some_and(|it| it.contains('\\'));
    operation.wire.body_parts().iter().any(|WirePart { name, content_type, content, .. }| {
        let odd_content = match content {
            PartContent::Text(_) => false,
            PartContent::File { path, name } => {
                path.is_empty() || is_odd_file(path) || name.as_ref().is_some_and(is_odd)
            }
        };
        odd_content || is_odd(name) || content_type.as_ref().is_some_and(Text::is_empty)
    })
}

/// Headers as httpx takes them: as a dictionary, or as pairs where a name is there twice.
pub(super) struct Headers {
    headers: Vec<Header>,
    is_repeated: bool,
    /// Whether one has a character that is not ASCII, which httpx writes only if it is told how.
    is_latin: bool,
}

impl Headers {
    pub(super) fn new(writer: &mut Writer<'_>) -> Self {
        let is_latin = writer.operation.wire.headers.iter().any(|it| {
            let is_odd = |part: &Part| matches!(part, Part::Literal(text) if !text.is_ascii());
            it.value.parts().iter().any(is_odd)
        });
        let headers = writer.headers();
        let is_repeated = headers.iter().any(|(_, is_repeated)| *is_repeated);
        Self { headers: headers.into_iter().map(|(it, _)| it).collect(), is_repeated, is_latin }
    }

    /// What they stand in.
    pub(super) fn brackets(&self) -> (&'static str, &'static str) {
        if self.is_repeated { ("[", "]") } else { ("{", "}") }
    }

    /// The lines between the brackets, at this indent.
    pub(super) fn lines(&self, indent: usize) -> Vec<String> {
        let line = |Header { name, value }: &Header| match self.is_repeated {
            true => bracketed(indent, "(", &[name.clone(), value.clone()], "),"),
            false => vec![format!("{name}: {value},")],
        };
        self.headers.iter().flat_map(line).collect()
    }

    fn item(&self, name: &str, value: &str) -> String {
        if self.is_repeated { format!("({name}, {value})") } else { format!("{name}: {value}") }
    }

    /// The argument of a call, where a variable `headers` has them; `content_type` is one more.
    pub(super) fn argument(&self, content_type: Option<&str>) -> Option<String> {
        let headers = match (content_type, self.headers.is_empty()) {
            (None, true) => return None,
            (None, false) => "headers".to_owned(),
            (Some(it), is_empty) => {
                let spread = if self.is_repeated { "*headers, " } else { "**headers, " };
                let ((begin, end), item) = (self.brackets(), self.item("\"Content-Type\"", it));
                format!("{begin}{}{item}{end}", if is_empty { "" } else { spread })
            }
        };
        Some(match self.is_latin {
            true => format!("headers=httpx.Headers({headers}, encoding=\"latin-1\"),"),
            false => format!("headers={headers},"),
        })
    }

    /// The argument of a call that has them in itself, at this indent.
    pub(super) fn inside(&self, indent: usize, content_type: Option<&str>) -> Vec<String> {
        let mut items: Vec<String> = self.headers.iter().map(|it| self.item(&it.name, &it.value)).collect();
        items.extend(content_type.map(|it| self.item("\"Content-Type\"", it)));
        let (begin, end) = self.brackets();
        if items.is_empty() {
            return items;
        }
        if self.is_latin {
            let arguments = [format!("{begin}{}{end}", items.join(", ")), "encoding=\"latin-1\"".to_owned()];
            return bracketed(indent, "headers=httpx.Headers(", &arguments, "),");
        }
        bracketed(indent, &format!("headers={begin}"), &items, &format!("{end},"))
    }
}

/// The statements that write form data, and the names of what they make.
pub(super) struct Form {
    pub(super) statements: [String; 2],
    pub(super) body: String,
    pub(super) content_type: String,
}

/// How form data is written that the library would write in another way.
pub(super) fn form(writer: &mut Writer<'_>) -> Option<Form> {
    if !has_odd_parts(writer.operation) {
        return None;
    }
    writer.source.imports.insert("from urllib3 import encode_multipart_formdata");
    let (body, content_type) = (writer.local("body"), writer.local("content type"));
    let comment = "# httpx leaves out a file's name that is empty, and doubles a backslash in a name.";
    let statement = format!("{body}, {content_type} = encode_multipart_formdata(files)");
    Some(Form { statements: [comment.to_owned(), statement], body, content_type })
}

/// Why an address goes out by itself.
pub(super) const TARGET_COMMENT: &str =
    "# As it is: httpx would escape some characters and resolve dots in the path.";

/// What has an address go out as it is.
pub(super) fn target(source: &mut Source<'_>, url: &str) -> String {
    source.imports.insert("import re");
    format!("extensions={{\"target\": re.sub(\"^[^:]*://[^/?]*/?\", \"/\", {url}).encode()}},")
}
