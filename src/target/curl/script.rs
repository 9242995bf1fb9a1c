//! One script per operation.

use std::collections::BTreeSet;

use serde::Serialize;

use super::shell::{self, Functions, Piece, Shell};
use crate::api::{Api, Body, FormPart, Group, Operation, Parameter};
use crate::collection::{
    Auth, Part, PartContent, PathPart, Text, WireBody, WirePart, content_type_of, encode_query,
};
use crate::target::generated_line;
use crate::target::quote::{self, sh, sh_quoted};

/// The script of an operation.
pub(super) fn view(api: &Api, group: &Group, operation: &Operation) -> Script {
    Writer::new(api, operation).script(group)
}

/// What `curl/script.sh` may say.
#[derive(Serialize)]
pub(super) struct Script {
    generated: String,
    title: String,
    about: Vec<String>,
    /// Whether a text has a character that a shell would expand, were it not in single quotes.
    has_expansion: bool,
    usage: Vec<String>,
    arguments: Vec<Assignment>,
    has_loop: bool,
    has_query: bool,
    query: Vec<String>,
    forms: Vec<Assignment>,
    has_optional_parts: bool,
    has_body: bool,
    cases: Vec<Case>,
    positional: Vec<Positional>,
    has_positional: bool,
    required: Vec<String>,
    variables: Vec<String>,
    #[serde(flatten)]
    functions: Functions,
    has_example: bool,
    body: String,
    body_file: String,
    command: String,
    url: String,
    config: Vec<String>,
    has_config: bool,
    words: Vec<String>,
}

/// `name=value` at the top of a script.
#[derive(Serialize)]
struct Assignment {
    name: String,
    value: String,
}

/// An arm of the loop over the arguments.
#[derive(Serialize)]
struct Case {
    pattern: String,
    action: String,
}

/// An argument that is given by its place.
#[derive(Serialize)]
struct Positional {
    number: String,
    name: String,
}

struct Writer<'a> {
    api: &'a Api,
    operation: &'a Operation,
    shell: Shell<'a>,
    config: Vec<String>,
    words: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(api: &'a Api, operation: &'a Operation) -> Self {
        Self { api, operation, shell: Shell::new(api), config: Vec::new(), words: Vec::new() }
    }

    fn script(mut self, group: &Group) -> Script {
        let operation = self.operation;
        let wire = &operation.wire;
        self.words.push("--silent --show-error --fail-with-body".to_owned());
        self.words.push("--connect-timeout 10 --max-time 300 --globoff".to_owned());
        let path_is_odd = wire.url.path.iter().any(|part| match part {
            PathPart::Fixed(text) => {
                text.as_literal().is_none_or(|it| it.contains("/.") || it.contains("//"))
            }
            PathPart::Argument { .. } => true,
        });
        if path_is_odd {
            // Else curl would take `/../` out of the path.
            self.words.push("--path-as-is".to_owned());
        }
        match wire.method.as_str() {
            "HEAD" => self.words.push("--head".to_owned()),
            method => self.words.push(format!("--request {}", sh(method))),
        }
        let url = self.url();
        self.headers();
        self.auth();
        let body = self.body();
        let has_body = body.is_some();
        if has_body {
            self.words.push("--data-binary @-".to_owned());
        }
        let forms = self.forms();
        let url_is_secret = std::iter::once(&wire.url.origin)
            .chain(wire.url.query.iter().flatten())
            .any(|text| self.shell.is_secret(text));
        if url_is_secret {
            self.shell.functions.escape = true;
            self.config.push("'url = \"%s\"\\n' \"$(escape \"$url\")\"".to_owned());
        } else {
            self.words.push("--url \"$url\"".to_owned());
        }
        let has_query = !operation.query.is_empty() || wire.url.query.is_some();
        let mut cases = Vec::new();
        self.query_cases(&mut cases);
        let has_optional_parts = self.form_cases(&mut cases);
        if has_optional_parts {
            self.words.push("${optional[@]+\"${optional[@]}\"}".to_owned());
        }
        let arguments = self.arguments();
        let positional = |(index, it): (usize, &Assignment)| Positional {
            number: (index + 1).to_string(),
            name: it.name.clone(),
        };
        let positional: Vec<_> = arguments.iter().enumerate().map(positional).collect();
        let has_loop = has_body || !cases.is_empty() || !positional.is_empty();
        let required = operation.arguments.iter().filter(|it| it.example.is_none());
        let required = required
            .map(|it| {
                format!("${{{}:?give {} as an argument, see --help}}", argument_name(it), it.name.screaming())
            })
            .collect();
        let query = wire.url.query.iter().flatten().map(|piece| self.shell.word(piece)).collect();
        let (body, body_file) = body.unwrap_or_default();
        let mut command = String::from(if has_body { "body | curl" } else { "curl" });
        if !self.config.is_empty() {
            command.push_str(" --config <(config)");
        }
        Script {
            generated: generated_line(self.api),
            title: quote::one_line(operation.title()),
            about: self.about(),
            has_expansion: self.has_expansion(),
            usage: self.usage(group, has_body),
            has_positional: !positional.is_empty(),
            required,
            arguments,
            positional,
            has_loop,
            has_query,
            query,
            forms,
            has_optional_parts,
            has_body,
            cases,
            variables: self.shell.assignments(&[]),
            functions: self.shell.functions,
            has_example: !body.is_empty(),
            body,
            body_file,
            command,
            url,
            has_config: !self.config.is_empty(),
            config: self.config,
            words: self.words,
        }
    }

    fn has_expansion(&self) -> bool {
        let literal = |part: &Part| matches!(part, Part::Literal(text) if text.contains(['$', '`', '\\']));
        let operation = self.operation;
        let in_wire = operation.wire.texts().any(|text| text.parts().iter().any(literal));
        let forms = match &operation.body {
            Body::Form(fields) => fields.iter().collect(),
            Body::Multipart(parts) => parts.iter().map(|part| &part.parameter).collect(),
            _ => Vec::new(),
        };
        let mut settable = operation.query.iter().chain(forms);
        in_wire || settable.any(|it| it.wire.contains(['$', '`', '\\']))
    }

    fn about(&self) -> Vec<String> {
        let mut about =
            vec![format!("{} {}", self.operation.wire.method, quote::one_line(&self.operation.path()))];
        if !self.operation.scopes().is_empty() {
            about.push(format!("scopes: {}", quote::one_line(&self.operation.scopes().join(" "))));
        }
        about
    }

    fn usage(&self, group: &Group, has_body: bool) -> Vec<String> {
        let operation = self.operation;
        let mut synopsis = format!("usage: {}/{}.sh", group.name.snake(), operation.name.snake());
        for argument in &operation.arguments {
            let name = argument.name.screaming();
            synopsis.push_str(&if argument.example.is_some() {
                format!(" [{name}]")
            } else {
                format!(" {name}")
            });
        }
        if has_body {
            synopsis.push_str(" [--body FILE]");
        }
        let named = self.named();
        if !named.is_empty() {
            synopsis.push_str(" [name=value ...]");
        }
        let mut usage = vec![synopsis, String::new()];
        usage.extend(quote::lines(&operation.description).into_iter().map(|line| format!("  {line}")));
        usage.push(format!("  {}", quote::one_line(&operation.place.join(" / "))));
        usage.extend(self.about().into_iter().map(|line| format!("  {line}")));
        let described = |parameter: &Parameter, name: String| {
            let example = parameter
                .example
                .as_ref()
                .filter(|it| !it.is_empty())
                .map(|it| format!("e.g. {}", quote::one_line(&it.to_string())));
            let texts = [
                quote::one_line(parameter.description.lines().next().unwrap_or_default()),
                example.unwrap_or_default(),
            ];
            let texts: Vec<String> = texts.into_iter().filter(|it| !it.is_empty()).collect();
            (name, texts.join(" "))
        };
        let arguments = operation.arguments.iter().map(|it| described(it, it.name.screaming())).collect();
        section(&mut usage, "arguments:", arguments);
        section(
            &mut usage,
            "name=value:",
            named.into_iter().map(|(it, typed)| described(it, quote::one_line(&typed))).collect(),
        );
        if has_body {
            section(
                &mut usage,
                "options:",
                vec![(
                    "--body FILE".to_owned(),
                    "send this instead of the collection's example; - is standard input".to_owned(),
                )],
            );
        }
        let environment = self.shell.variables().map(|variable| {
            let value = match &variable.default {
                Some(default) => format!("default: {}", quote::one_line(default)),
                None => "required".to_owned(),
            };
            let about = quote::one_line(variable.description.lines().next().unwrap_or_default());
            (variable.env.clone(), if about.is_empty() { value } else { format!("{about} ({value})") })
        });
        section(&mut usage, "environment:", environment.collect());
        for line in usage.iter_mut().filter(|line| line.trim() == "USAGE") {
            // Indented, it does not end the text, but looks as if somebody had meant it to.
            line.push('.');
        }
        usage
    }

    /// Parameters that are given by name, and that name: of the query, then of a form with files.
    fn named(&self) -> Vec<(&'a Parameter, String)> {
        let query = self.operation.query.iter().map(|it| (it, self.typed_name(it)));
        let parts = self.form_parts().iter().map(|part| (&part.parameter, part.parameter.wire.clone()));
        query.chain(parts).collect()
    }

    fn url(&mut self) -> String {
        let wire = &self.operation.wire;
        let mut pieces = self.shell.pieces(&wire.url.origin);
        let mut arguments = self.operation.arguments.iter();
        for part in &wire.url.path {
            match part {
                PathPart::Fixed(text) => pieces.extend(self.shell.pieces(text)),
                PathPart::Argument { .. } => {
                    pieces.extend(arguments.next().map(|it| Piece::Value(argument_name(it))));
                }
            }
        }
        shell::word(&pieces)
    }

    fn arguments(&mut self) -> Vec<Assignment> {
        let mut out = Vec::new();
        for argument in &self.operation.arguments {
            let value = argument.example.as_ref().map(|it| self.shell.word(it)).unwrap_or_default();
            self.shell.functions.encode_form = true;
            out.push(Assignment { name: argument_name(argument), value });
        }
        out
    }

    fn headers(&mut self) {
        let multipart = matches!(self.operation.wire.body, WireBody::Multipart(_));
        for header in &self.operation.wire.headers {
            if multipart && header.name.to_string().eq_ignore_ascii_case("content-type") {
                continue;
            }
            let mut line = header.name.clone();
            if header.value.is_empty() {
                // So curl sends a header without a value, instead of none.
                line.push_literal(";");
            } else {
                line.push_literal(": ");
                line.push(header.value.clone());
            }
            self.secret_or_word("header", "--header", &line);
        }
    }

    /// A setting of curl: as an argument, or through the pipe if a secret is in it.
    fn secret_or_word(&mut self, key: &str, option: &str, value: &Text) {
        let word = self.shell.word(value);
        if self.shell.is_secret(value) {
            self.shell.functions.escape = true;
            let value = if key == "header" {
                self.shell.functions.one_line = true;
                format!("\"$(one_line {word})\"")
            } else {
                word
            };
            self.config.push(format!("'{key} = \"%s\"\\n' \"$(escape {value})\""));
        } else {
            self.words.push(format!("{option} {word}"));
        }
    }

    /// Auth that is not a header or a piece of the query already.
    fn auth(&mut self) {
        let (Auth::Basic { username, password } | Auth::Digest { username, password }) =
            &self.operation.wire.auth
        else {
            return;
        };
        if matches!(self.operation.wire.auth, Auth::Digest { .. }) {
            self.words.push("--digest".to_owned());
        }
        let mut user = username.clone();
        user.push_literal(":");
        user.push(password.clone());
        self.secret_or_word("user", "--user", &user);
    }

    /// The example and the file that is sent if the user gives none.
    fn body(&mut self) -> Option<(String, String)> {
        match &self.operation.wire.body {
            WireBody::None | WireBody::Multipart(_) => None,
            WireBody::Text(text) => Some((self.shell.word(text), String::new())),
            WireBody::File(path) => Some((String::new(), self.shell.word(path))),
        }
    }

    fn query_cases(&mut self, cases: &mut Vec<Case>) {
        let query = &self.operation.query;
        if query.is_empty() {
            return;
        }
        self.shell.functions.set_query = true;
        self.shell.functions.encode_form = true;
        let is_plain = |parameter: &Parameter| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
            parameter.wire.chars().all(plain) && !self.clashes(parameter)
        };
        let plain: Vec<String> =
            query.iter().filter(|it| is_plain(it)).map(|it| format!("{}=*", it.wire)).collect();
        for patterns in plain.chunks(6) {
            cases.push(Case {
                pattern: patterns.join(" | "),
                action: "set_query \"${1%%=*}\" \"${1#*=}\"".to_owned(),
            });
        }
        for parameter in query.iter().filter(|it| !is_plain(it)) {
            let key = encode_query(&parameter.wire.replace('&', "%26").replace('=', "%3D"));
            let typed = sh_quoted(&self.typed_name(parameter));
            cases.push(Case {
                pattern: format!("{typed}=*"),
                action: format!("set_query {} \"${{1#{typed}=}}\"", sh(&key)),
            });
        }
    }

    /// What users type for a parameter of the query: its name, after a `?` if a part of the
    /// form has the same one.
    fn typed_name(&self, parameter: &Parameter) -> String {
        if self.clashes(parameter) { format!("?{}", parameter.wire) } else { parameter.wire.clone() }
    }

    fn form_cases(&mut self, cases: &mut Vec<Case>) -> bool {
        let mut optional = false;
        for part in self.form_parts() {
            let parameter = &part.parameter;
            let pattern = format!("{}=*", sh(&parameter.wire));
            let value = format!("${{1#{}=}}", sh(&parameter.wire));
            let action = if parameter.sent && is_unchosen(part) {
                self.shell.functions.quote = true;
                format!("{}=@\\\"$(quote \"{value}\")\\\"", form_name(parameter))
            } else if parameter.sent {
                format!("{}={value}", form_name(parameter))
            } else if part.file {
                self.shell.functions.quote = true;
                format!("optional+=(--form {}\"=@\\\"$(quote \"{value}\")\\\"\")", sh(&parameter.wire))
            } else {
                "optional+=(--form-string \"$1\")".to_owned()
            };
            optional |= !parameter.sent;
            cases.push(Case { pattern, action });
        }
        optional
    }

    fn form_parts(&self) -> &'a [FormPart] {
        match &self.operation.body {
            Body::Multipart(parts) => parts,
            _ => &[],
        }
    }

    /// Whether a parameter of the query has the name of a part: it is given as `?name=value` then.
    fn clashes(&self, parameter: &Parameter) -> bool {
        self.form_parts().iter().any(|part| part.parameter.wire == parameter.wire)
    }

    /// Variables that hold the parts of form data, and curl's words for them.
    fn forms(&mut self) -> Vec<Assignment> {
        let (Body::Multipart(parts), sent) = (&self.operation.body, self.operation.wire.body_parts()) else {
            return Vec::new();
        };
        // curl sends the parts of its configuration before those of its arguments: to keep
        // their order, one secret takes all of them through the pipe.
        let piped = sent.iter().any(|part| self.shell.is_secret(content_of(part)));
        let mut out: Vec<Assignment> = Vec::new();
        let mut named = BTreeSet::new();
        for part in sent {
            // Only the first part of a name can be given by that name.
            let parameter = parts
                .iter()
                .map(|it| &it.parameter)
                .find(|it| part.name.as_literal() == Some(&it.wire))
                .filter(|it| named.insert(it.wire.clone()));
            if let (PartContent::File { path, .. }, Some(parameter)) = (&part.content, parameter)
                && path.is_empty()
            {
                // No file was chosen: the runner sends a part without a name and content.
                let name = form_name(parameter);
                let key = sh_quoted(&format!("{}=", parameter.wire));
                self.form_setting("form", &format!("{key}\"${name}\""), piped);
                out.push(Assignment { name, value: "';filename=\"\"'".to_owned() });
                continue;
            }
            let value = match parameter {
                Some(parameter) => {
                    let name = form_name(parameter);
                    let value = self.shell.word(content_of(part));
                    out.push(Assignment { name: name.clone(), value });
                    vec![Piece::Value(name)]
                }
                None => self.shell.pieces(content_of(part)),
            };
            self.form_word(part, value, piped);
        }
        out
    }

    /// A part as a setting of curl. `--form-string` takes `@`, `<` and `;` for what they are;
    /// `--form` does so inside double quotes.
    fn form_word(&mut self, part: &WirePart, value: Vec<Piece>, piped: bool) {
        let content_type = part.content_type.as_ref().and_then(|it| it.as_literal()).unwrap_or_default();
        let (option, before, after) = match &part.content {
            PartContent::Text(_) if content_type.is_empty() => ("form-string", "=", String::new()),
            PartContent::Text(_) => ("form", "=\"", format!("\";type={content_type}")),
            PartContent::File { path, name } => {
                let guessed = path.as_literal().map_or("application/octet-stream", content_type_of);
                let declared = if content_type.is_empty() { guessed } else { content_type };
                let send_as = name.as_ref().and_then(|it| it.as_literal());
                let send_as = send_as
                    .map(|it| format!(";filename=\"{}\"", it.replace('\\', "\\\\").replace('"', "\\\"")));
                ("form", "=@\"", format!("\";type={declared}{}", send_as.unwrap_or_default()))
            }
        };
        let mut key = part.name.clone();
        key.push_literal(before);
        let mut pieces = self.shell.pieces(&key);
        if option == "form" {
            self.shell.functions.quote = true;
            pieces.push(Piece::Output(format!("quote {}", shell::word(&value))));
        } else {
            pieces.extend(value);
        }
        if !after.is_empty() {
            pieces.push(Piece::Literal(after));
        }
        self.form_setting(option, &shell::word_with_quotes(pieces), piped);
    }

    /// A part, as an argument or through the pipe.
    fn form_setting(&mut self, option: &str, word: &str, piped: bool) {
        if piped {
            self.shell.functions.escape = true;
            self.config.push(format!("'{option} = \"%s\"\\n' \"$(escape {word})\""));
        } else {
            self.words.push(format!("--{option} {word}"));
        }
    }
}

/// The text of a part, or the path of its file.
fn content_of(part: &WirePart) -> &Text {
    match &part.content {
        PartContent::Text(text) => text,
        PartContent::File { path, .. } => path,
    }
}

/// Whether a part is a file, and none was chosen in Postman.
fn is_unchosen(part: &FormPart) -> bool {
    part.file && part.parameter.example.as_ref().is_none_or(Text::is_empty)
}

fn argument_name(argument: &Parameter) -> String {
    format!("path_{}", argument.name.snake())
}

fn form_name(parameter: &Parameter) -> String {
    format!("form_{}", parameter.name.snake())
}

/// A headed table of names and what they are.
fn section(usage: &mut Vec<String>, head: &str, rows: Vec<(String, String)>) {
    if rows.is_empty() {
        return;
    }
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default().min(40);
    usage.push(String::new());
    usage.push(head.to_owned());
    usage.extend(
        rows.into_iter().map(|(name, text)| format!("  {name:width$}  {text}").trim_end().to_owned()),
    );
}
