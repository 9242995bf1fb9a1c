//! Short snippets: a request as one command, to paste.

use std::collections::HashSet;

use serde::Serialize;

use super::script::{Writer, method};
use super::source::Source;
use super::{auth, signs};
use crate::api::{Api, Operation};
use crate::collection::{Encoding, PartContent, PathPart, Text, WireBody, WireHeader, WirePart};
use crate::target::given::base_name;
use crate::target::quote::{ps, ps_key};
use crate::target::short::{Filled, fill};

/// What `snippets/_powershell.ps1` may say.
#[derive(Serialize)]
pub(in crate::target) struct Short {
    comments: Vec<String>,
    /// Statements before the command.
    statements: Vec<String>,
    command: Vec<String>,
}

/// Widest command on one line.
const MAX_WIDTH: usize = 100;

/// The short snippet of an operation.
pub(in crate::target) fn short(api: &Api, operation: &Operation) -> Short {
    let Filled { operation, notes } =
        fill(api, operation, |it| matches!(it, Encoding::Form | Encoding::Json));
    let mut writer = Writer::new(api, &operation);
    writer.source = Source::from_environment(api);
    let mut comments = notes;
    if !signs(operation.auth()) {
        comments.push(format!("Not signed: this snippet cannot do {}.", operation.auth().scheme()));
    }
    let parts = operation.wire.body_parts();
    if parts.iter().any(|it| is_encoded(&it.name) || file_name(it).is_some_and(is_encoded)) {
        comments.push(
            ".NET writes names of form data that are not ASCII in a form that few servers know.".to_owned(),
        );
    }
    let mut statements = Vec::new();
    let mut uri = uri(&mut writer);
    if writer.is_odd_url() {
        statements
            .push("# As it is: .NET would resolve dots in the path and change some escapes.".to_owned());
        statements.push("$exact = [UriCreationOptions]::new()".to_owned());
        statements.push("$exact.DangerousDisablePathAndQueryCanonicalization = $true".to_owned());
        statements.push(format!("$uri = [uri]::new({uri}, [ref] $exact)"));
        uri = "$uri".to_owned();
    }
    let mut arguments = vec![Argument::new("Uri", uri)];
    if operation.wire.method != "GET" {
        let (name, value) = method(&operation.wire.method);
        arguments.push(Argument::new(name, value));
    }
    let multipart = matches!(operation.wire.body, WireBody::Multipart(_));
    let (headers, content_type) = writer.headers();
    let content_type = content_type.filter(|_| !multipart);
    if needs_no_validation(&operation, content_type.as_deref()) {
        arguments.push(Argument::new("SkipHeaderValidation", "$true".to_owned()));
    }
    if !headers.is_empty() {
        arguments.push(Argument { name: "Headers", value: "@{".to_owned(), table: headers });
    }
    arguments.extend(content_type.map(|it| Argument::new("ContentType", it)));
    arguments.extend(body(&mut writer, &mut statements));
    let credential = auth::credential(&mut writer.source, operation.auth());
    arguments.extend(credential.map(|it| Argument::new("Credential", it)));
    let command = command(&arguments);
    Short { comments, statements, command }
}

/// An argument of the command.
struct Argument {
    name: &'static str,
    value: String,
    /// The rows, if it is a table; its beginning is the value then.
    table: Vec<(String, String)>,
}

impl Argument {
    fn new(name: &'static str, value: String) -> Self {
        Self { name, value, table: Vec::new() }
    }
}

/// The command on one line, or with a table of its arguments.
fn command(arguments: &[Argument]) -> Vec<String> {
    let mut line = String::from("Invoke-RestMethod");
    for argument in arguments {
        let is_word = argument.value.starts_with(['$', '\'', '"']);
        match argument.table.is_empty() {
            true if argument.value == "$true" => line.push_str(&format!(" -{}", argument.name)),
            true if is_word => line.push_str(&format!(" -{} {}", argument.name, argument.value)),
            true => line.push_str(&format!(" -{} ({})", argument.name, argument.value)),
            false => {
                let rows: Vec<String> =
                    argument.table.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                line.push_str(&format!(" -{} {} {} }}", argument.name, argument.value, rows.join("; ")));
            }
        }
    }
    if line.chars().count() <= MAX_WIDTH {
        return vec![line];
    }
    let mut lines = vec!["$request = @{".to_owned()];
    for argument in arguments {
        lines.push(format!("    {} = {}", argument.name, argument.value));
        if !argument.table.is_empty() {
            lines.extend(argument.table.iter().map(|(name, value)| format!("        {name} = {value}")));
            lines.push("    }".to_owned());
        }
    }
    lines.extend(["}".to_owned(), "Invoke-RestMethod @request".to_owned()]);
    lines
}

/// Whether .NET may refuse a header: it knows what the usual ones look like.
fn needs_no_validation(operation: &Operation, content_type: Option<&str>) -> bool {
    let is_known = |header: &WireHeader| {
        let name = header.name.to_string().to_ascii_lowercase();
        let value = header.value.to_string();
        name == "content-type"
            || name.starts_with("x-")
            || name == "accept" && value == "application/json"
            || name == "authorization" && (value.starts_with("Bearer ") || value.starts_with("Basic "))
    };
    let plain = |it: char| it.is_ascii_alphanumeric() || "/-.+'".contains(it);
    !operation.wire.headers.iter().all(is_known) || content_type.is_some_and(|it| !it.chars().all(plain))
}

fn uri(writer: &mut Writer<'_>) -> String {
    let wire = &writer.operation.wire.url;
    let mut whole = wire.origin.clone();
    for part in &wire.path {
        if let PathPart::Fixed(text) = part {
            whole.push(text.clone());
        }
    }
    for (at, piece) in wire.query.iter().flatten().enumerate() {
        whole.push_literal(if at == 0 { "?" } else { "&" });
        whole.push(piece.clone());
    }
    writer.source.expression(&whole)
}

/// The argument for the body, and the statements that make it.
fn body(writer: &mut Writer<'_>, statements: &mut Vec<String>) -> Option<Argument> {
    match &writer.operation.wire.body {
        WireBody::None => None,
        WireBody::Text(text) => {
            statements.push(format!("$body = {}", writer.source.block(text)));
            Some(Argument::new("Body", "[Text.Encoding]::UTF8.GetBytes($body)".to_owned()))
        }
        WireBody::File(path) => Some(Argument::new("InFile", writer.source.expression(path))),
        WireBody::Multipart(parts) if is_plain(parts) => {
            let mut table: Vec<(String, String)> = Vec::new();
            for part in parts {
                let name = ps_key(&part.name.to_string());
                let value = value(&mut writer.source, part);
                match table.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, values)) => values.push_str(&format!(", {value}")),
                    None => table.push((name, value)),
                }
            }
            Some(Argument { name: "Form", value: "[ordered]@{".to_owned(), table })
        }
        WireBody::Multipart(parts) => {
            statements.push("$form = [Net.Http.MultipartFormDataContent]::new()".to_owned());
            for part in parts {
                statements.extend(added(&mut writer.source, part));
            }
            Some(Argument::new("Body", "$form".to_owned()))
        }
    }
}

/// Whether `-Form` can send this form. Names that differ in case only are the same to a table.
fn is_plain(parts: &[WirePart]) -> bool {
    let mut names: Vec<String> = parts.iter().map(|it| it.name.to_string()).collect();
    names.sort_unstable();
    names.dedup();
    let lower: HashSet<String> = names.iter().map(|it| it.to_lowercase()).collect();
    let plain = |part: &WirePart| {
        part.name.as_literal().is_some_and(|it| !it.is_empty() && escape(it) == it)
            && part.content_type.is_none()
            && match &part.content {
                PartContent::Text(_) => true,
                PartContent::File { path, name } => {
                    let plain = path.as_literal().is_none_or(|it| escape(it) == it);
                    !path.is_empty() && name.is_none() && plain
                }
            }
    };
    !parts.is_empty() && lower.len() == names.len() && parts.iter().all(plain)
}

/// What would end a name in quotes, as browsers write it: .NET refuses it.
fn escape(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// A name in the quotes that .NET leaves away.
fn quoted(name: &Text) -> Text {
    let mut out = Text::literal("\"");
    out.push(name.map_literals(escape));
    out.push_literal("\"");
    out
}

/// The name that a file is sent under, or its path.
fn file_name(part: &WirePart) -> Option<&Text> {
    match &part.content {
        PartContent::Text(_) => None,
        PartContent::File { path, name } => Some(name.as_ref().unwrap_or(path)),
    }
}

/// Whether .NET encodes a name of a part (RFC 2047), which no browser does.
fn is_encoded(name: &Text) -> bool {
    !name.to_string().is_ascii()
}

/// What `-Form` takes for a part.
fn value(source: &mut Source<'_>, part: &WirePart) -> String {
    match &part.content {
        PartContent::Text(text) => source.expression(text),
        PartContent::File { path, .. } => format!("(Get-Item -LiteralPath {})", source.expression(path)),
    }
}

/// The statements that add a part which `-Form` cannot send.
fn added(source: &mut Source<'_>, part: &WirePart) -> Vec<String> {
    let name = source.expression(&quoted(&part.name));
    let (content, file) = match &part.content {
        PartContent::Text(text) => {
            (format!("[Text.Encoding]::UTF8.GetBytes({})", source.expression(text)), None)
        }
        PartContent::File { path, .. } if path.is_empty() => ("[byte[]] @()".to_owned(), Some(ps("\"\""))),
        PartContent::File { path, name } => {
            let file = name.clone().unwrap_or_else(|| path.map_literals(|it| base_name(it).to_owned()));
            let file = quoted(&file);
            let path = source.expression(path);
            let content = format!("[IO.File]::ReadAllBytes((Convert-Path -LiteralPath {path}))");
            (content, Some(source.expression(&file)))
        }
    };
    let mut out = vec![format!("$part = [Net.Http.ByteArrayContent]::new({content})")];
    if let Some(content_type) = &part.content_type {
        let content_type = source.expression(content_type);
        out.push(format!("[void] $part.Headers.TryAddWithoutValidation('Content-Type', {content_type})"));
    }
    let file = file.map_or(String::new(), |it| format!(", {it}"));
    out.push(format!("$form.Add($part, {name}{file})"));
    out
}
