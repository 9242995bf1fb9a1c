//! Parts of form data. They are put together by the script: .NET and `-Form` write texts with a content
//! type, names without quotes and every file as `application/octet-stream`.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::script::Writer;
use crate::api::{Body, FormPart};
use crate::collection::{PartContent, Text, WirePart, content_type_of};
use crate::name::Name;
use crate::target::quote::ps;

/// A part.
#[derive(Serialize)]
pub(super) struct Part {
    /// Whether it goes out only if its parameter is given.
    is_optional: bool,
    /// The name of that parameter, as a text.
    name: String,
    /// The call that adds it.
    call: String,
}

impl Writer<'_> {
    /// The parts that are sent, and behind them those that can be.
    pub(super) fn parts(&mut self) -> Vec<Part> {
        let operation = self.operation;
        let Body::Multipart(parts) = &operation.body else { return Vec::new() };
        let mut out = Vec::new();
        let mut named = HashSet::new();
        let by_name = parts.iter().rev().map(|it| (it.parameter.wire.as_str(), it));
        let by_name: HashMap<&str, &FormPart> = by_name.collect();
        for sent in operation.wire.body_parts() {
            // Only the first part of a name can be given by that name.
            let part = sent.name.as_literal().and_then(|it| by_name.get(it).copied());
            let part = part.filter(|it| named.insert(it.parameter.wire.clone()));
            let call = self.sent(part, sent);
            out.push(Part { is_optional: false, name: String::new(), call });
        }
        for part in parts.iter().filter(|it| !it.parameter.sent && !named.contains(&it.parameter.wire)) {
            let name = self.part_parameter(part);
            self.declare(Vec::new(), format!("[string] ${name}"));
            let field = Text::literal(part.parameter.wire.as_str());
            let content_type = part.content_type.as_deref().map(Text::literal);
            let call = match part.file {
                true => self.file(&field, &format!("${name}"), content_type, None),
                false => self.text(&field, &format!("${name}"), content_type),
            };
            out.push(Part { is_optional: true, name: ps(&name), call });
        }
        out
    }

    fn part_parameter(&mut self, part: &FormPart) -> String {
        let behind = Name::new("form").then(&part.parameter.name);
        let name = self.source.names.parameter(&[part.parameter.name.clone(), behind]);
        self.describe(&name, &part.parameter);
        name
    }

    fn sent(&mut self, part: Option<&FormPart>, sent: &WirePart) -> String {
        let (value, file) = match &sent.content {
            PartContent::Text(text) => (text, None),
            PartContent::File { path, name } => (path, Some(name)),
        };
        // No file was chosen: the runner sends a part without a name and content.
        let unchosen = file.is_some() && value.is_empty();
        let value = match part {
            Some(part) => {
                let name = self.part_parameter(part);
                let declaration = match unchosen {
                    true => format!("[string] ${name}"),
                    false => self.default(&name, value),
                };
                self.declare(Vec::new(), declaration);
                format!("${name}")
            }
            None => self.source.expression(value),
        };
        let Some(send_as) = file else { return self.text(&sent.name, &value, sent.content_type.clone()) };
        let guessed = match &sent.content {
            PartContent::File { path, .. } => {
                path.as_literal().filter(|it| !it.is_empty()).map(content_type_of)
            }
            PartContent::Text(_) => None,
        };
        let content_type = sent.content_type.clone().or(guessed.map(Text::literal));
        self.file(&sent.name, &value, content_type, send_as.as_ref())
    }

    fn text(&mut self, name: &Text, value: &str, content_type: Option<Text>) -> String {
        let mut call = format!("Add-Text {} {value}", self.source.expression(name));
        if let Some(content_type) = content_type {
            call.push_str(&format!(" {}", self.source.expression(&content_type)));
        }
        call
    }

    fn file(
        &mut self,
        name: &Text,
        path: &str,
        content_type: Option<Text>,
        send_as: Option<&Text>,
    ) -> String {
        let mut call = format!("Add-File {} {path}", self.source.expression(name));
        if let Some(content_type) = content_type {
            call.push_str(&format!(" {}", self.source.expression(&content_type)));
        }
        if let Some(send_as) = send_as {
            call.push_str(&format!(" -SendAs {}", self.source.expression(send_as)));
        }
        call
    }
}
