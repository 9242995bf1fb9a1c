//! One script per operation.

use indexmap::IndexMap;
use serde::Serialize;

use super::pages::{self, Pages};
use super::source::{Functions, Piece, Source, expression};
use super::{auth, form, help, signs, token};
use crate::api::{Api, Group, Operation, Parameter};
use crate::collection::{Encoding, Part, PathPart, Text, WireBody, encode_query_key};
use crate::name::Name;
use crate::target::generated_line;
use crate::target::quote::{self, ps, ps_key};

/// The script of an operation.
pub(super) fn view(api: &Api, group: &Group, operation: &Operation) -> Script {
    Writer::new(api, operation).script(group)
}

/// What `powershell/script.ps1` may say.
#[derive(Serialize)]
pub(super) struct Script {
    generated: String,
    help: Vec<String>,
    parameters: Vec<Declaration>,
    #[serde(flatten)]
    functions: Functions,
    sets_query: bool,
    is_exact: bool,
    variables: Vec<String>,
    has_variables: bool,
    defaults: Vec<Default>,
    segments: Vec<Segment>,
    has_query: bool,
    has_pieces: bool,
    query: Vec<String>,
    cases: Vec<Case>,
    has_cases: bool,
    address: String,
    lacks_scheme: bool,
    has_parts: bool,
    parts: Vec<form::Part>,
    action: String,
    target: String,
    /// Lines of the table of arguments.
    request: Vec<String>,
    has_out_file: bool,
    uri: String,
    /// Whether the answer has headers only.
    is_head: bool,
    #[serde(flatten)]
    pages: Pages,
}

/// A parameter of the script.
#[derive(Serialize)]
pub(super) struct Declaration {
    /// What PowerShell has to know of it.
    attributes: Vec<String>,
    /// Its type, its name, and its value if it is not given.
    declaration: String,
}

/// What a parameter has if it is not given, where that is not written at its declaration.
#[derive(Serialize)]
struct Default {
    /// Its name as a text.
    name: String,
    /// The variable.
    variable: String,
    value: String,
}

/// A segment of the path that is an argument, or the collection's own, which is encoded already.
#[derive(Serialize)]
struct Segment {
    variable: String,
    name: String,
    given: String,
    otherwise: String,
}

/// What is done with a parameter that is given.
#[derive(Serialize)]
pub(super) struct Case {
    name: String,
    action: String,
}

/// A parameter and what help says of it.
pub(super) struct Described {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) example: String,
}

pub(super) struct Writer<'a> {
    pub(super) operation: &'a Operation,
    pub(super) source: Source<'a>,
    declarations: Vec<Declaration>,
    pub(super) described: Vec<Described>,
    defaults: Vec<Default>,
    segments: Vec<Segment>,
    /// Variables of the segments of the path that are arguments, by their place.
    arguments: Vec<Piece>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(api: &'a Api, operation: &'a Operation) -> Self {
        Self {
            operation,
            source: Source::new(api).told_by(token::told(api)),
            declarations: Vec::new(),
            described: Vec::new(),
            defaults: Vec::new(),
            segments: Vec::new(),
            arguments: Vec::new(),
        }
    }

    fn script(mut self, group: &Group) -> Script {
        let operation = self.operation;
        let wire = &operation.wire;
        self.arguments();
        let parts = self.parts();
        let mut cases = Vec::new();
        self.query_parameters(&mut cases);
        let query: Vec<String> =
            wire.url.query.iter().flatten().map(|it| self.source.expression(it)).collect();
        let body = self.body();
        let address = self.address();
        let pages = pages::view(operation);
        let sets_query = !cases.is_empty() || pages.has_parameter();
        let has_out_file = !pages.has_pages() && wire.method != "HEAD";
        if pages.has_pages() {
            self.declare(Vec::new(), "[switch] $All".to_owned());
        }
        if has_out_file {
            self.declare(Vec::new(), "[string] $OutFile".to_owned());
        }
        let has_parts = matches!(wire.body, WireBody::Multipart(_));
        let request = self.request(body);
        let is_exact = self.is_odd_url();
        let variables = self.source.assignments(&[]);
        let help = help::lines(&self, group);
        Script {
            generated: generated_line(self.source.api),
            help,
            parameters: self.declarations,
            sets_query,
            is_exact,
            has_variables: !variables.is_empty(),
            variables,
            defaults: self.defaults,
            segments: self.segments,
            has_query: sets_query || wire.url.query.is_some(),
            has_pieces: !query.is_empty(),
            query,
            has_cases: !cases.is_empty(),
            cases,
            address,
            lacks_scheme: self.source.api.servers.get(operation.server).is_some_and(|it| it.lacks_scheme()),
            has_parts,
            parts,
            action: ps(&wire.method),
            target: ps(&quote::one_line(&operation.path())),
            request,
            has_out_file,
            uri: if is_exact { "(ConvertTo-ExactUri $url)" } else { "$url" }.to_owned(),
            is_head: wire.method == "HEAD",
            functions: self.source.functions,
            pages,
        }
    }

    pub(super) fn declare(&mut self, attributes: Vec<String>, declaration: String) {
        self.declarations.push(Declaration { attributes, declaration });
    }

    /// Whether the script has this parameter.
    pub(super) fn declares(&self, variable: &str) -> bool {
        self.declarations.iter().any(|it| it.declaration.split(' ').any(|word| word == variable))
    }

    pub(super) fn describe(&mut self, name: &str, parameter: &Parameter) {
        let about = quote::one_line(parameter.description.lines().next().unwrap_or_default());
        let example = parameter.example.as_ref().map(|it| quote::one_line(&it.to_string()));
        let example = example.unwrap_or_default();
        self.described.push(Described { name: name.to_owned(), about, example });
    }

    /// What a parameter has if it is not given: at its declaration if no variable is in it.
    pub(super) fn default(&mut self, name: &str, value: &Text) -> String {
        if let Some(literal) = value.as_literal()
            && !literal.contains('\n')
        {
            return format!("[string] ${name} = {}", ps(literal));
        }
        let value = self.source.block(value);
        self.defaults.push(Default { name: ps(name), variable: format!("${name}"), value });
        format!("[string] ${name}")
    }

    fn arguments(&mut self) {
        for (at, argument) in self.operation.arguments.iter().enumerate() {
            let name = self.source.names.parameter(std::slice::from_ref(&argument.name));
            self.describe(&name, argument);
            self.source.functions.encode_segment = true;
            let mut attributes = vec![match argument.example {
                Some(_) => format!("[Parameter(Position = {at})]"),
                None => format!("[Parameter(Mandatory, Position = {at})]"),
            }];
            // .NET would take it for a step in the path.
            attributes.push(
                "[ValidatePattern('^(?!\\.{1,2}$)', ErrorMessage = 'dots would leave the path')]".into(),
            );
            let given = format!("ConvertTo-UrlSegment ${name}");
            let plain = |it: &&Text| it.as_literal().is_some_and(is_plain_segment);
            match argument.example.as_ref() {
                Some(example) if plain(&example) => {
                    self.declare(attributes, format!("[string] ${name} = {}", ps(&example.to_string())));
                    self.arguments.push(Piece::Answer(given));
                }
                None => {
                    self.declare(attributes, format!("[string] ${name}"));
                    self.arguments.push(Piece::Answer(given));
                }
                Some(example) => {
                    self.declare(attributes, format!("[string] ${name}"));
                    let otherwise = self.source.expression(example);
                    let segment = self.source.names.variable(&argument.name.then(&Name::new("segment")));
                    self.segments.push(Segment {
                        variable: format!("${segment}"),
                        name: ps(&name),
                        given,
                        otherwise,
                    });
                    self.arguments.push(Piece::Value(segment));
                }
            }
        }
    }

    fn query_parameters(&mut self, cases: &mut Vec<Case>) {
        for parameter in &self.operation.query {
            let behind = Name::new("query").then(&parameter.name);
            let name = self.source.names.parameter(&[parameter.name.clone(), behind]);
            self.describe(&name, parameter);
            self.declare(Vec::new(), format!("[string] ${name}"));
            cases.push(Case {
                name: ps(&name),
                action: format!("Set-Query {} ${name}", ps(&encode_query_key(&parameter.wire))),
            });
        }
    }

    fn address(&mut self) -> String {
        let wire = &self.operation.wire;
        let mut pieces = self.source.pieces(&wire.url.origin);
        let mut arguments = std::mem::take(&mut self.arguments).into_iter();
        for part in &wire.url.path {
            match part {
                PathPart::Fixed(text) => pieces.extend(self.source.pieces(text)),
                PathPart::Argument { .. } => pieces.extend(arguments.next()),
            }
        }
        expression(&pieces)
    }

    /// The bytes of the body, as an expression.
    fn body(&mut self) -> Option<String> {
        match &self.operation.wire.body {
            WireBody::None => None,
            WireBody::Multipart(_) => Some("$stream.ToArray()".to_owned()),
            WireBody::Text(text) => {
                let declaration = self.default("Body", text);
                self.declare(Vec::new(), declaration);
                Some("[Text.Encoding]::UTF8.GetBytes($Body)".to_owned())
            }
            WireBody::File(path) => {
                let declaration = self.default("InFile", path);
                self.declare(Vec::new(), declaration);
                Some("[IO.File]::ReadAllBytes((Convert-Path -LiteralPath $InFile))".to_owned())
            }
        }
    }

    /// Headers by name, those of one name in one line (RFC 9110, section 5.3), and the content type.
    pub(super) fn headers(&mut self) -> (Vec<(String, String)>, Option<String>) {
        let operation = self.operation;
        let multipart = matches!(operation.wire.body, WireBody::Multipart(_));
        let mut headers: IndexMap<String, (Text, Text)> = IndexMap::new();
        let mut content_type = None;
        for header in &operation.wire.headers {
            let name = header.name.to_string().to_ascii_lowercase();
            if name == "content-type" {
                content_type.get_or_insert_with(|| self.source.expression(&header.value));
                continue;
            }
            match headers.get_mut(&name) {
                Some((_, value)) => {
                    value.push_literal(if name == "cookie" { "; " } else { ", " });
                    value.push(header.value.clone());
                }
                None => {
                    headers.insert(name, (header.name.clone(), header.value.clone()));
                }
            }
        }
        let mut lines: Vec<(String, String)> = headers
            .values()
            .map(|(name, value)| {
                let key = name.as_literal().map(ps_key);
                (key.unwrap_or_else(|| self.source.expression(name)), self.source.expression(value))
            })
            .collect();
        if let Some(value) = auth::header(&mut self.source, operation.auth()) {
            lines.push((ps_key("Authorization"), value));
        }
        let content_type = if multipart {
            Some("\"multipart/form-data; boundary=$boundary\"".to_owned())
        } else {
            content_type
        };
        // Else every POST would be called a form.
        let none = (operation.wire.method == "POST").then(|| ps(""));
        (lines, content_type.or(none))
    }

    /// The table of arguments of `Invoke-RestMethod`.
    fn request(&mut self, body: Option<String>) -> Vec<String> {
        let (argument, value) = method(&self.operation.wire.method);
        let mut lines = vec![format!("{argument} = {value}")];
        let (headers, content_type) = self.headers();
        if !headers.is_empty() {
            lines.push("Headers = [ordered]@{".to_owned());
            lines.extend(headers.iter().map(|(name, value)| format!("    {name} = {value}")));
            lines.push("}".to_owned());
            lines.push("SkipHeaderValidation = $true".to_owned());
        } else if content_type.is_some() {
            lines.push("SkipHeaderValidation = $true".to_owned());
        }
        lines.extend(content_type.map(|it| format!("ContentType = {it}")));
        lines.extend(body.map(|it| format!("Body = {it}")));
        let credential = auth::credential(&mut self.source, self.operation.auth());
        lines.extend(credential.map(|it| format!("Credential = {it}")));
        lines.push("MaximumRedirection = 0".to_owned());
        lines.push("TimeoutSec = 60".to_owned());
        lines
    }

    pub(super) fn about(&self) -> Vec<String> {
        let operation = self.operation;
        let mut about = vec![format!("{} {}", operation.wire.method, quote::one_line(&operation.path()))];
        if !operation.scopes().is_empty() {
            about.push(format!("scopes: {}", quote::one_line(&operation.scopes().join(" "))));
        }
        if !signs(operation.auth()) {
            about.push(format!("not signed: this script cannot do {}", operation.auth().scheme()));
        }
        about
    }

    /// Whether .NET would change the address: it resolves dots, decodes what need not be encoded, and
    /// encodes some characters that Postman leaves alone.
    pub(super) fn is_odd_url(&self) -> bool {
        let url = &self.operation.wire.url;
        let path = url.path.iter().filter_map(|part| match part {
            PathPart::Fixed(text) | PathPart::Argument { example: Some(text), .. } => Some(text),
            PathPart::Argument { example: None, .. } => None,
        });
        let mut parts = path.chain(url.query.iter().flatten()).flat_map(Text::parts);
        parts.any(|part| match part {
            Part::Literal(text) => is_odd(text),
            Part::Variable { encoding, .. } | Part::Dynamic { encoding, .. } => {
                !matches!(encoding, Encoding::Form | Encoding::Raw)
            }
        })
    }
}

/// The argument that names the method, and its value: the cmdlet knows some methods of its own.
pub(super) fn method(method: &str) -> (&'static str, String) {
    let known = ["DELETE", "GET", "HEAD", "MERGE", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];
    (if known.contains(&method) { "Method" } else { "CustomMethod" }, ps(method))
}

/// Whether a piece of an address is not in the form that .NET has it in (`System.Uri`).
fn is_odd(text: &str) -> bool {
    let dots = |it: &str| it == "." || it == "..";
    let changed = |c: char| !c.is_ascii_graphic() || "\"<>\\^`{|}".contains(c);
    let unreserved = |it: u8| it.is_ascii_alphanumeric() || b"-._~".contains(&it);
    let mut escapes = text.split('%').skip(1).map(|after| after.get(..2));
    text.split('/').any(dots)
        || text.contains(changed)
        || escapes.any(|hex| match hex.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            Some(byte) => {
                unreserved(byte)
                    || hex.is_none_or(|it| it.contains(|c: char| c.is_ascii_lowercase() || c == '+'))
            }
            None => true,
        })
}

/// Whether a segment is the same when it is encoded.
fn is_plain_segment(text: &str) -> bool {
    text != "." && text != ".." && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:@".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `System.Uri` of .NET has it.
    #[test]
    fn what_dotnet_changes_is_odd() {
        let table = [
            ("/api/patients", false),
            ("/a;b=c,d@e:f!$&'()*+[0]", false),
            ("/%C3%BC%2F%25%5B", false),
            ("/a.b/.c/...", false),
            ("/a/./b", true),
            ("/a/..", true),
            ("/%41", true),
            ("/%7E", true),
            ("/%c3%bc", true),
            ("/100%", true),
            ("/%zz", true),
            ("a|b", true),
            ("a^b", true),
            ("{a}", true),
            ("a\\b", true),
        ];
        for (text, want) in table {
            assert_eq!(is_odd(text), want, "{text}");
        }
    }
}
