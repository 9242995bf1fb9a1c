//! Percent-encoding as Postman's runner does it (postman-url-encoder 3.0.5, which follows the
//! WHATWG sets with exceptions of its own). Nothing that is already encoded is encoded again.

use super::text::{Encoding, Text};

/// A literal of a path: C0, DEL, non-ASCII and ``space " # < > ? ` { }``. A backslash is a slash.
#[must_use]
pub fn path(text: &str) -> String {
    let special = |byte| matches!(byte, b' ' | b'"' | b'#' | b'<' | b'>' | b'?' | b'`' | b'{' | b'}');
    percent(&slashes(text), special)
}

/// Backslashes of everything that stands before a query are slashes, wherever they come from (WHATWG
/// URL, path state).
#[must_use]
pub(super) fn slashes(text: &str) -> String {
    text.replace('\\', "/")
}

/// A literal of a query: C0, DEL, non-ASCII and `space " # ' < >`.
#[must_use]
pub fn query(text: &str) -> String {
    percent(text, |byte| matches!(byte, b' ' | b'"' | b'#' | b'\'' | b'<' | b'>'))
}

/// A key of a query row: what would end it is escaped first.
#[must_use]
pub fn query_key(text: &str) -> String {
    query(&key_ends(text))
}

/// A value of a query row.
#[must_use]
pub fn query_value(text: &str) -> String {
    query(&value_ends(text))
}

/// A key of a query row, with what would end it escaped.
#[must_use]
pub(super) fn key_ends(text: &str) -> String {
    value_ends(text).replace('=', "%3D")
}

/// A value of a query row, with what would end it escaped.
#[must_use]
pub(super) fn value_ends(text: &str) -> String {
    text.replace('&', "%26").replace('#', "%23")
}

/// A key or value of `application/x-www-form-urlencoded`: everything but unreserved
/// characters (RFC 3986 §2.3), `%` included.
#[must_use]
pub(super) fn form(text: &str) -> String {
    percent(text, |byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~')))
}

/// The inside of a JSON string.
#[must_use]
pub(super) fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// What a percent-encoded text stands for. What is no escape stays.
#[must_use]
pub(super) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|it| *first == b'%' && it.iter().all(u8::is_ascii_hexdigit));
        let byte = hex.and_then(|it| u8::from_str_radix(std::str::from_utf8(it).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = &after[if byte.is_some() { 2 } else { 0 }..];
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The literal as a text of this encoding has it.
#[must_use]
pub fn literal(encoding: Encoding, text: &str) -> String {
    match encoding {
        Encoding::Raw => text.to_owned(),
        Encoding::Path => path(text),
        Encoding::Query => query(text),
        Encoding::QueryValue => query_value(text),
        Encoding::Form => form(text),
        Encoding::Json => json(text),
    }
}

/// The whole text in this encoding.
#[must_use]
pub(super) fn text(encoding: Encoding, value: &Text) -> Text {
    value.encoded(encoding, |it| literal(encoding, it))
}

fn percent(text: &str, also: impl Fn(u8) -> bool) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_control() || !byte.is_ascii() || also(byte) {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        } else {
            out.push(char::from(byte));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_its_own_set() {
        let text = "a b%41+c/ü&=#{}|^[]'\"";
        assert_eq!(path(text), "a%20b%41+c/%C3%BC&=%23%7B%7D|^[]'%22");
        assert_eq!(path("a\\b"), "a/b");
        assert_eq!(query(text), "a%20b%41+c/%C3%BC&=%23{}|^[]%27%22");
        assert_eq!(query_key("a&b=c#d"), "a%26b%3Dc%23d");
        assert_eq!(query_value("a&b=c#d"), "a%26b=c%23d");
        assert_eq!(form("a b%20!'()*~"), "a%20b%2520%21%27%28%29%2A~");
        assert_eq!(decode("a%20b%C3%BC%4%zz%"), "a bü%4%zz%");
        assert_eq!(json("a\"\n\\"), "a\\\"\\n\\\\");
    }
}
