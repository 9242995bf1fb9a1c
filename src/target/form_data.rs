//! `multipart/form-data` (RFC 7578) written out by hand, for formats that have no words for it, or not for all
//! that a part can have.

use super::given::base_name;
use crate::collection::{PartContent, Text, WirePart, content_type_of};

/// A part between two boundaries.
pub(super) struct Section<'a> {
    /// Lines of its head.
    pub(super) head: Vec<Text>,
    pub(super) content: Content<'a>,
}

/// What stands behind the head of a part.
pub(super) enum Content<'a> {
    /// A text; empty for a file that nobody has chosen.
    Text(Text),
    /// The bytes of a file, by its path.
    File(&'a Text),
}

/// The parts, each with the head that Postman gives it.
pub(super) fn sections(parts: &[WirePart]) -> Vec<Section<'_>> {
    parts.iter().map(section).collect()
}

fn section(part: &WirePart) -> Section<'_> {
    let mut line = Text::literal("Content-Disposition: form-data; name=\"");
    line.push(part.name.map_literals(escape));
    line.push_literal("\"");
    let (content, name) = match &part.content {
        PartContent::Text(text) => (Content::Text(text.clone()), None),
        // The runner sends a part without a name and content.
        PartContent::File { path, .. } if path.is_empty() => {
            (Content::Text(Text::default()), Some(Text::default()))
        }
        PartContent::File { path, name } => (Content::File(path), Some(file_name(path, name.as_ref()))),
    };
    if let Some(name) = name {
        line.push_literal("; filename=\"");
        line.push(name.map_literals(escape));
        line.push_literal("\"");
    }
    let mut head = vec![line];
    head.extend(content_type(part).map(|it| {
        let mut line = Text::literal("Content-Type: ");
        line.push(it);
        line
    }));
    Section { head, content }
}

/// The content type of a part; that of a file is told by its name where the collection does not say it.
pub(super) fn content_type(part: &WirePart) -> Option<Text> {
    match (&part.content_type, &part.content) {
        (Some(own), _) => Some(own.clone()),
        (None, PartContent::File { path, .. }) if !path.is_empty() => {
            let guessed = path.as_literal().map_or("application/octet-stream", content_type_of);
            Some(Text::literal(guessed))
        }
        _ => None,
    }
}

/// The name that a file is sent under.
fn file_name(path: &Text, name: Option<&Text>) -> Text {
    name.cloned().unwrap_or_else(|| path.map_literals(|it| base_name(it).to_owned()))
}

/// What would end a name in quotes, as browsers write it (HTML, "multipart/form-data encoding algorithm").
fn escape(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// A boundary that stands in no part.
pub(super) fn boundary(parts: &[WirePart]) -> String {
    let mut boundary = "postwright-form-data".to_owned();
    let has = |boundary: &str| {
        let mut texts = parts.iter().filter_map(|part| match &part.content {
            PartContent::Text(text) => Some(text),
            PartContent::File { .. } => None,
        });
        texts.any(|text| text.literals().any(|it| it.contains(boundary)))
    };
    while has(&boundary) {
        boundary.push('-');
    }
    boundary
}
