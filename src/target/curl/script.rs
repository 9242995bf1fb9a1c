//! One script per operation.

use serde::Serialize;

use super::floor::Floor;
use super::shell::{self, Functions, Piece, Shell};
use super::{auth, pages};
use crate::api::{Api, Body, FormPart, Group, Operation, Parameter};
use crate::collection::{Auth, Part, PathPart, Text, WireBody, encode_query_key};
use crate::target::generated_line;
use crate::target::quote::{self, sh, sh_quoted};
use crate::target::token_file;

/// Whether curl can sign a request this way.
pub(in crate::target) fn signs(operation: &Operation) -> bool {
    match operation.auth() {
        Auth::None | Auth::Basic { .. } | Auth::Bearer { .. } | Auth::ApiKey { .. } => true,
        Auth::Digest { .. } | Auth::Ntlm { .. } => true,
        // S3 wants the hash of the body in a header, which curl makes from 8.1 on only.
        Auth::Aws(aws) => !aws.in_query && aws.service.as_literal() != Some("s3") && is_canonical(operation),
        _ => false,
    }
}

/// Whether curl's signature of AWS is that of the request: before version 8 it neither sorts a query
/// nor escapes what is escaped in the path, as the signature wants it.
fn is_canonical(operation: &Operation) -> bool {
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"/-_.~".contains(&it);
    let url = &operation.wire.url;
    let path = url.path.iter().all(|part| match part {
        PathPart::Fixed(text) => text.as_literal().is_some_and(|it| it.bytes().all(plain)),
        PathPart::Argument { .. } => false,
    });
    path && url.query.is_none() && operation.query.is_empty()
}

/// Whether libcurl would take something out of the path if it were not told to leave it as it is: `.` and `..`.
pub(in crate::target) fn may_have_dots(operation: &Operation) -> bool {
    operation.wire.url.path.iter().any(|part| match part {
        PathPart::Fixed(text) => text.as_literal().is_none_or(|it| it.contains("/.") || it.contains("//")),
        PathPart::Argument { .. } => true,
    })
}

/// Whether a text of the request has a NUL, which no text of bash can hold.
pub(in crate::target) fn holds_nul(api: &Api, operation: &Operation) -> bool {
    let has = |text: &str| text.contains('\0');
    let in_default = |name: &str| {
        let variable = api.variables.named(name);
        variable.and_then(|it| it.default.as_deref()).is_some_and(has)
    };
    let in_text = |text: &Text| {
        let literal = |part: &Part| matches!(part, Part::Literal(literal) if has(literal));
        text.parts().iter().any(literal) || text.variables().any(in_default)
    };
    operation.wire.texts().chain(operation.wire.auth.texts()).any(in_text)
}

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
    holds_nul: bool,
    /// What takes the place of secrets in a dry run.
    masks: Vec<String>,
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
    #[serde(flatten)]
    floor: Floor,
    has_example: bool,
    body: String,
    body_file: String,
    command: String,
    url: String,
    config: Vec<String>,
    has_config: bool,
    words: Vec<String>,
    has_pages: bool,
    pages: String,
}

/// `name=value` at the top of a script.
#[derive(Serialize)]
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) value: String,
}

/// An arm of the loop over the arguments.
#[derive(Serialize)]
pub(super) struct Case {
    pub(super) pattern: String,
    pub(super) action: String,
}

/// An argument that is given by its place.
#[derive(Serialize)]
struct Positional {
    number: String,
    name: String,
}

pub(super) struct Writer<'a> {
    pub(super) api: &'a Api,
    pub(super) operation: &'a Operation,
    pub(super) shell: Shell<'a>,
    pub(super) config: Vec<String>,
    pub(super) words: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(api: &'a Api, operation: &'a Operation) -> Self {
        let mut shell = Shell::new(api);
        if let Some(variable) = auth::access_token(api) {
            shell = shell.told_by(variable, format!("\"$here/../{}/token.sh\"", token_file::programs(api)));
        }
        Self { api, operation, shell, config: Vec::new(), words: Vec::new() }
    }

    fn script(mut self, group: &Group) -> Script {
        let operation = self.operation;
        let wire = &operation.wire;
        self.words.push("--silent --show-error --fail-with-body".to_owned());
        self.words.push("--connect-timeout 10 --max-time 300 --globoff".to_owned());
        if may_have_dots(operation) {
            // Else curl would take `/../` out of the path.
            self.words.push("--path-as-is".to_owned());
        }
        match wire.method.as_str() {
            "HEAD" => self.words.push("--head".to_owned()),
            method => self.words.push(format!("--request {}", sh(method))),
        }
        let url = self.url();
        if self.api.servers.get(operation.server).is_some_and(|it| it.lacks_scheme()) {
            self.words.push("--proto-default http".to_owned());
        }
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
        let pages = pages::call(self.api, operation);
        if pages.is_some() {
            self.shell.functions.set_query = true;
            self.shell.functions.encode_form = true;
        }
        let has_query = !operation.query.is_empty() || wire.url.query.is_some() || pages.is_some();
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
        let secrets = self.shell.variables().filter(|it| it.secret);
        let masks = secrets.map(|it| format!("{}='***'", it.env)).collect();
        Script {
            generated: generated_line(self.api),
            masks,
            has_pages: pages.is_some(),
            pages: pages.unwrap_or_default(),
            title: quote::one_line(operation.title()),
            about: self.about(),
            has_expansion: self.has_expansion(),
            usage: self.usage(group, has_body),
            has_positional: !positional.is_empty(),
            required,
            arguments,
            positional,
            holds_nul: holds_nul(self.api, operation),
            has_query,
            query,
            forms,
            has_optional_parts,
            has_body,
            cases,
            variables: self.shell.assignments(&[]),
            functions: self.shell.functions,
            floor: Floor::of(self.api),
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
        // The domain of NTLM ends in a backslash.
        let in_auth = matches!(operation.auth(), Auth::Ntlm { domain, .. } if !domain.is_empty());
        in_wire || in_auth || settable.any(|it| it.wire.contains(['$', '`', '\\']))
    }

    pub(super) fn about(&self) -> Vec<String> {
        let mut about =
            vec![format!("{} {}", self.operation.wire.method, quote::one_line(&self.operation.path()))];
        if !self.operation.scopes().is_empty() {
            about.push(format!("scopes: {}", quote::one_line(&self.operation.scopes().join(" "))));
        }
        if !signs(self.operation) {
            about.push(format!("not signed: this script cannot do {} here", self.operation.auth().scheme()));
        }
        about
    }

    /// Parameters that are given by name, and that name: of the query, then of a form with files.
    pub(super) fn named(&self) -> Vec<(&'a Parameter, String)> {
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
            // A bare word could be meant as a command: quotes say that it is none.
            let value = match value.bytes().all(|it| it.is_ascii_alphabetic()) {
                true if !value.is_empty() => sh_quoted(&value),
                _ => value,
            };
            self.shell.functions.encode_segment = true;
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
        let wire = &self.operation.wire;
        if matches!(wire.body, WireBody::Text(_) | WireBody::File(_)) && wire.header("content-type").is_none()
        {
            // Else curl would call it a form.
            self.words.push("--header 'Content-Type:'".to_owned());
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
        let mut user = match &self.operation.wire.auth {
            Auth::Basic { username, .. } => username.clone(),
            Auth::Digest { username, .. } => {
                self.words.push("--digest".to_owned());
                username.clone()
            }
            Auth::Ntlm { username, domain, .. } => {
                self.words.push("--ntlm".to_owned());
                let mut user = domain.clone();
                user.push_literal(if domain.is_empty() { "" } else { "\\" });
                user.push(username.clone());
                user
            }
            Auth::Aws(aws) if signs(self.operation) => {
                let mut scope = Text::literal("aws:amz:");
                scope.push(aws.region.clone());
                scope.push_literal(":");
                scope.push(aws.service.clone());
                self.secret_or_word("aws-sigv4", "--aws-sigv4", &scope);
                if !aws.session_token.is_empty() {
                    let mut line = Text::literal("X-Amz-Security-Token: ");
                    line.push(aws.session_token.clone());
                    self.secret_or_word("header", "--header", &line);
                }
                aws.access_key.clone()
            }
            _ => return,
        };
        user.push_literal(":");
        user.push(match &self.operation.wire.auth {
            Auth::Basic { password, .. } | Auth::Digest { password, .. } | Auth::Ntlm { password, .. } => {
                password.clone()
            }
            Auth::Aws(aws) => aws.secret_key.clone(),
            _ => Text::default(),
        });
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
            let key = encode_query_key(&parameter.wire);
            let typed = sh_quoted(&self.typed_name(parameter));
            cases.push(Case {
                pattern: format!("{typed}=*"),
                action: format!("set_query {} \"${{1#{typed}=}}\"", sh(&key)),
            });
        }
    }

    /// What users type for a parameter of the query: its name, after a `?` if a part of the
    /// form has the same one.
    pub(super) fn typed_name(&self, parameter: &Parameter) -> String {
        if self.clashes(parameter) { format!("?{}", parameter.wire) } else { parameter.wire.clone() }
    }

    pub(super) fn form_parts(&self) -> &'a [FormPart] {
        match &self.operation.body {
            Body::Multipart(parts) => parts,
            _ => &[],
        }
    }

    /// Whether a parameter of the query has the name of a part: it is given as `?name=value` then.
    fn clashes(&self, parameter: &Parameter) -> bool {
        self.form_parts().iter().any(|part| part.parameter.wire == parameter.wire)
    }
}

pub(super) fn argument_name(argument: &Parameter) -> String {
    format!("path_{}", argument.name.snake())
}
