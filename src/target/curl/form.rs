//! Parts of form data: the variables that hold them, and curl's words for them.

use std::collections::{HashMap, HashSet};

use super::script::{Assignment, Case, Writer};
use super::shell::{self, Piece};
use crate::api::{Body, FormPart, Parameter};
use crate::collection::{Part, PartContent, Text, WirePart, content_type_of};
use crate::target::quote::{sh, sh_quoted};

impl Writer<'_> {
    pub(super) fn form_cases(&mut self, cases: &mut Vec<Case>) -> bool {
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

    /// Variables that hold the parts of form data, and curl's words for them.
    pub(super) fn forms(&mut self) -> Vec<Assignment> {
        let (Body::Multipart(parts), sent) = (&self.operation.body, self.operation.wire.body_parts()) else {
            return Vec::new();
        };
        // curl sends the parts of its configuration before those of its arguments: to keep
        // their order, one secret takes all of them through the pipe.
        let piped = sent.iter().any(|part| self.shell.is_secret(content_of(part)));
        let mut out: Vec<Assignment> = Vec::new();
        let mut named = HashSet::new();
        let by_name = parts.iter().rev().map(|it| (it.parameter.wire.as_str(), &it.parameter));
        let by_name: HashMap<&str, &Parameter> = by_name.collect();
        for part in sent {
            // Only the first part of a name can be given by that name.
            let parameter = part.name.as_literal().and_then(|it| by_name.get(it).copied());
            let parameter = parameter.filter(|it| named.insert(it.wire.clone()));
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
        let (option, before, after) = match &part.content {
            PartContent::Text(_) if part.content_type.is_none() => ("form-string", "=", Text::default()),
            PartContent::Text(_) => {
                let mut after = Text::literal("\";type=");
                after.push(part.content_type.clone().unwrap_or_default());
                ("form", "=\"", after)
            }
            PartContent::File { path, name } => {
                let guessed = path.as_literal().map_or("application/octet-stream", content_type_of);
                let mut after = Text::literal("\";type=");
                after.push(part.content_type.clone().unwrap_or_else(|| Text::literal(guessed)));
                if let Some(name) = name {
                    after.push_literal(";filename=\"");
                    after.push(name.map_literals(|it| it.replace('\\', "\\\\").replace('"', "\\\"")));
                    after.push_literal("\"");
                }
                ("form", "=@\"", after)
            }
        };
        let mut key = part.name.clone();
        key.push_literal(before);
        if option == "form-string" && is_large(content_of(part)) && !piped {
            // Linux takes no argument of more than 128 KiB: curl reads it from a pipe.
            let key = self.shell.word(&part.name);
            let value = shell::word(&value);
            self.words.push(format!("--form {key}'=<'<(printf '%s' {value})"));
            return;
        }
        let mut pieces = self.shell.pieces(&key);
        if option == "form" {
            self.shell.functions.quote = true;
            pieces.push(Piece::Output(format!("quote {}", shell::word(&value))));
        } else {
            pieces.extend(value);
        }
        pieces.extend(self.shell.pieces(&after));
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

/// Whether a text may be too long for an argument of a program.
fn is_large(text: &Text) -> bool {
    let literal = |part: &Part| if let Part::Literal(text) = part { text.len() } else { 0 };
    text.parts().iter().map(literal).sum::<usize>() > 100_000
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

fn form_name(parameter: &Parameter) -> String {
    format!("form_{}", parameter.name.snake())
}
