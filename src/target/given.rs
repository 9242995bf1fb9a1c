//! What is given to a method of a client so that it sends what Postman sends.

use crate::collection::{PartContent, Text, WirePart, content_type_of};

/// A file.
pub(super) struct Upload {
    /// Where it lies, relative to the folder that programs are run in. Empty if none was chosen.
    pub(super) path: String,
    /// The name it is sent under.
    pub(super) name: String,
    /// The content type it is sent with. Empty for none.
    pub(super) content_type: String,
}

impl Upload {
    /// The file of a part; `None` if the part is a text, or no value is known for its texts.
    pub(super) fn of(part: &WirePart, text: &impl Fn(&Text) -> Option<String>) -> Option<Self> {
        let PartContent::File { path, name } = &part.content else { return None };
        let path = text(path)?;
        if path.is_empty() {
            // No file was chosen: the runner sends a part without a name, a type and content.
            return Some(Self { path, name: String::new(), content_type: String::new() });
        }
        let name = match name {
            Some(name) => text(name)?,
            None => base_name(&path).to_owned(),
        };
        let content_type = match &part.content_type {
            Some(content_type) => text(content_type)?,
            None => content_type_of(&path).to_owned(),
        };
        Some(Self { path, name, content_type })
    }
}

/// The last part of a path of any system.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// A text without percent-encoding; as it is if that makes no text.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|it| *first == b'%' && it.iter().all(u8::is_ascii_hexdigit));
        let hex = hex.and_then(|it| std::str::from_utf8(it).ok());
        match hex.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded() {
        let table = [("a%20b", "a b"), ("100%", "100%"), ("%2", "%2"), ("%ff", "%ff"), ("%C3%BC", "ü")];
        for (text, want) in table {
            assert_eq!(decoded(text), want);
        }
    }
}
