//! Short snippets: a request as one command, to paste into bash or zsh.
//!
//! What holds a secret reaches curl through a pipe, as in the scripts; from curl 8.3 on, curl reads it
//! from the environment itself.

use std::collections::HashSet;

use serde::Serialize;

use super::script::{holds_nul, signs};
use super::shell::{self, Piece};
use crate::api::{Api, Operation};
use crate::collection::{Auth, Part, PartContent, PathPart, Text, WireBody, WirePart, content_type_of};
use crate::target::quote::{sh, sh_quoted};
use crate::target::short::{Filled, fill};

/// What `snippets/_curl.sh` may say.
#[derive(Serialize)]
pub(in crate::target) struct Short {
    comments: Vec<String>,
    command: String,
    words: Vec<String>,
}

/// Linux takes no argument of more than 128 KiB.
const LONGEST_ARGUMENT: usize = 100_000;

/// The command of an operation.
pub(in crate::target) fn short(api: &Api, operation: &Operation) -> Short {
    let Filled { operation, notes } = fill(api, operation, |_| false);
    let mut writer = Writer { api, operation: &operation, words: Vec::new(), imported: HashSet::new() };
    let mut comments = notes;
    if !signs(&operation) {
        comments.push(format!("Not signed: curl cannot do {} here.", operation.auth().scheme()));
    }
    if holds_nul(api, &operation) {
        comments.push("It has a NUL byte, which no shell can hold: send it with another program.".to_owned());
    }
    writer.url();
    writer.headers();
    writer.auth();
    writer.body();
    let method = operation.wire.method.as_str();
    let mut command = String::from("curl --fail-with-body");
    match method {
        "HEAD" => command.push_str(" --head"),
        "GET" if operation.wire.body == WireBody::None => {}
        // What --json sends unless told otherwise.
        "POST" if writer.is_json() => {}
        method => command.push_str(&format!(" --request {}", sh(method))),
    }
    Short { comments, command, words: writer.words }
}

pub(super) struct Writer<'a> {
    pub(super) api: &'a Api,
    pub(super) operation: &'a Operation,
    pub(super) words: Vec<String>,
    /// Variables of the environment that curl reads itself.
    pub(super) imported: HashSet<String>,
}

impl Writer<'_> {
    /// The text as one word, variables as those of the environment.
    fn word(&self, text: &Text) -> String {
        let piece = |part: &Part| match part {
            Part::Literal(literal) => Some(Piece::Literal(literal.clone())),
            Part::Variable { name, .. } => {
                let variable = self.api.variables.named(name)?;
                Some(Piece::Value(variable.env.clone()))
            }
            // It has a value already.
            Part::Dynamic { .. } => None,
        };
        let pieces: Vec<Piece> = text.parts().iter().filter_map(piece).collect();
        shell::word(&pieces)
    }

    pub(super) fn is_secret(&self, text: &Text) -> bool {
        text.variables().any(|name| self.api.variables.named(name).is_some_and(|it| it.secret))
    }

    fn url(&mut self) {
        let url = &self.operation.wire.url;
        let mut whole = url.origin.clone();
        let mut path = Text::default();
        for part in &url.path {
            if let PathPart::Fixed(text) = part {
                path.push(text.clone());
            }
        }
        let odd = |text: &str| text.contains("/.") || text.contains("//");
        if path.literals().any(odd) || path.variables().next().is_some() {
            // Else curl would take `/../` out of the path.
            self.words.push("--path-as-is".to_owned());
        }
        let pieces = self.query_pieces(&path).filter(|_| !self.is_secret(&url.origin));
        whole.push(path);
        if let Some(pieces) = pieces {
            if whole.as_literal().is_none() {
                self.words.push("--globoff".to_owned());
            }
            let word = self.word(&whole);
            self.words.push(format!("--url {word}"));
            self.words.extend(pieces.iter().map(|it| format!("--url-query {}", sh(it))));
            return;
        }
        for (at, piece) in url.query.iter().flatten().enumerate() {
            whole.push_literal(if at == 0 { "?" } else { "&" });
            whole.push(piece.clone());
        }
        if whole.literals().any(|it| it.contains(['[', ']', '{', '}'])) || whole.as_literal().is_none() {
            self.words.push("--globoff".to_owned());
        }
        if !self.is_secret(&whole) {
            let word = self.word(&whole);
            self.words.push(format!("--url {word}"));
        } else if let Some(word) = self.expanded(&whole) {
            self.words.push(format!("--expand-url {word}"));
        } else {
            let escaped = whole.map_literals(|it| it.replace('\\', "\\\\").replace('"', "\\\""));
            let word = self.word(&escaped);
            self.words.push(format!("--config <(printf 'url = \"%s\"\\n' {word})"));
        }
    }

    fn headers(&mut self) {
        let wire = &self.operation.wire;
        let multipart = matches!(wire.body, WireBody::Multipart(_));
        let is_json = self.is_json();
        for header in &wire.headers {
            if is_json && header.name.as_literal().is_some_and(|it| matches!(it, "Accept" | "Content-Type")) {
                continue;
            }
            if multipart && header.name.to_string().eq_ignore_ascii_case("content-type") {
                // curl writes it, with the boundary.
                continue;
            }
            let mut line = header.name.clone();
            // With a semicolon curl sends a header without a value, instead of none.
            line.push_literal(if header.value.is_empty() { ";" } else { ": " });
            line.push(header.value.clone());
            self.header(&line);
        }
        let has_type = wire.header("content-type").is_some();
        if matches!(wire.body, WireBody::Text(_) | WireBody::File(_)) && !has_type {
            // Else curl would call it a form.
            self.words.push("--header 'Content-Type:'".to_owned());
        }
    }

    fn header(&mut self, line: &Text) {
        if let Some(word) = self.expanded_behind_literal(line) {
            self.words.push(format!("--expand-header {word}"));
            return;
        }
        let word = self.word(line);
        self.words.push(match self.is_secret(line) {
            true => format!("--header @<(printf '%s\\n' {word})"),
            false => format!("--header {word}"),
        });
    }

    /// Auth that is not a header or a piece of the query already.
    fn auth(&mut self) {
        let (mut user, password) = match &self.operation.wire.auth {
            Auth::Basic { username, password } => (username.clone(), password),
            Auth::Digest { username, password } => {
                self.words.push("--digest".to_owned());
                (username.clone(), password)
            }
            Auth::Ntlm { username, password, domain, .. } => {
                self.words.push("--ntlm".to_owned());
                let mut user = domain.clone();
                user.push_literal(if domain.is_empty() { "" } else { "\\" });
                user.push(username.clone());
                (user, password)
            }
            Auth::Aws(aws) if signs(self.operation) => {
                let mut scope = Text::literal("aws:amz:");
                scope.push(aws.region.clone());
                scope.push_literal(":");
                scope.push(aws.service.clone());
                let word = self.word(&scope);
                self.words.push(format!("--aws-sigv4 {word}"));
                if !aws.session_token.is_empty() {
                    let mut line = Text::literal("X-Amz-Security-Token: ");
                    line.push(aws.session_token.clone());
                    self.header(&line);
                }
                (aws.access_key.clone(), &aws.secret_key)
            }
            _ => return,
        };
        user.push_literal(":");
        user.push(password.clone());
        if let Some(word) = self.expanded(&user) {
            self.words.push(format!("--expand-user {word}"));
            return;
        }
        let word = self.word(&user);
        self.words.push(match self.is_secret(&user) {
            // Inside the quotes of a configuration, quotes and backslashes are escaped.
            true => {
                format!("--config <(printf '%s\\n' {word} | sed 's/[\\\\\"]/\\\\&/g; s/.*/user = \"&\"/')")
            }
            false => format!("--user {word}"),
        });
    }

    fn body(&mut self) {
        match &self.operation.wire.body {
            WireBody::None => {}
            WireBody::Text(text) => {
                let (piped, given) = match self.is_json() {
                    true => ("json", "json"),
                    false => ("data-binary", "data-raw"),
                };
                let word = self.word(text);
                let is_long = word.len() > LONGEST_ARGUMENT;
                if !is_long && let Some(word) = self.expanded(text) {
                    self.words.push(format!("--expand-{given} {word}"));
                    return;
                }
                self.words.push(match self.is_secret(text) || is_long {
                    true => format!("--{piped} @<(printf '%s' {word})"),
                    false => format!("--{given} {word}"),
                });
            }
            WireBody::File(path) => {
                let word = self.word(path);
                self.words.push(format!("--data-binary @{word}"));
            }
            WireBody::Multipart(parts) => parts.iter().for_each(|part| self.part(part)),
        }
    }

    /// A part of form data. `--form-string` takes `@`, `<` and `;` for what they are; `--form` does so
    /// inside double quotes.
    fn part(&mut self, part: &WirePart) {
        let escaped = |text: &Text| text.map_literals(|it| it.replace('\\', "\\\\").replace('"', "\\\""));
        let mut form = part.name.clone();
        match &part.content {
            PartContent::Text(text) => {
                let word = self.word(text);
                if part.content_type.is_none() && word.len() <= LONGEST_ARGUMENT {
                    let mut whole = form.clone();
                    whole.push_literal("=");
                    whole.push(text.clone());
                    if let Some(word) = self.expanded(&whole) {
                        self.words.push(format!("--expand-form-string {word}"));
                        return;
                    }
                }
                if self.is_secret(text) || word.len() > LONGEST_ARGUMENT {
                    let name = self.word(&part.name);
                    let mut after = String::new();
                    if let Some(content_type) = &part.content_type {
                        after = self.word(&prefixed(";type=", content_type));
                    }
                    self.words.push(format!("--form {name}'=<'<(printf '%s' {word}){after}"));
                    return;
                }
                let Some(content_type) = &part.content_type else {
                    form.push_literal("=");
                    form.push(text.clone());
                    let word = self.word(&form);
                    self.words.push(format!("--form-string {word}"));
                    return;
                };
                form.push_literal("=\"");
                form.push(escaped(text));
                form.push(prefixed("\";type=", content_type));
            }
            PartContent::File { path, .. } if path.is_empty() => {
                // No file was chosen: the runner sends a part without a name and content.
                form.push_literal("=;filename=\"\"");
            }
            PartContent::File { path, name } => {
                form.push_literal("=@\"");
                form.push(escaped(path));
                let guessed = path.as_literal().map_or("application/octet-stream", content_type_of);
                let content_type = part.content_type.clone().unwrap_or_else(|| Text::literal(guessed));
                form.push(prefixed("\";type=", &content_type));
                if let Some(name) = name {
                    form.push_literal(";filename=\"");
                    form.push(escaped(name));
                    form.push_literal("\"");
                }
            }
        }
        let word = self.quoted(&form);
        self.words.push(format!("--form {word}"));
    }

    /// A word that has double quotes of its own.
    fn quoted(&self, text: &Text) -> String {
        match text.as_literal() {
            Some(literal) => sh_quoted(literal),
            None => self.word(text),
        }
    }
}

/// A text with something in front of it.
fn prefixed(before: &str, text: &Text) -> Text {
    let mut out = Text::literal(before);
    out.push(text.clone());
    out
}
