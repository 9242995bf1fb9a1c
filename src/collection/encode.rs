//! Percent-encoding as Postman's runner does it (postman-url-encoder 3.0.5, which follows the
//! WHATWG sets with exceptions of its own). Nothing that is already encoded is encoded again.

use super::text::{Encoding, Text};

/// A literal of a path: C0, DEL, non-ASCII and ``space " # < > ? ` { }``. A backslash separates
/// segments, as in the WHATWG's URLs.
#[must_use]
pub fn path(text: &str) -> String {
    percent(&text.replace('\\', "/"), |byte| {
        matches!(byte, b' ' | b'"' | b'#' | b'<' | b'>' | b'?' | b'`' | b'{' | b'}')
    })
}

/// A literal of a query: C0, DEL, non-ASCII and `space " # ' < >`.
#[must_use]
pub fn query(text: &str) -> String {
    percent(text, |byte| matches!(byte, b' ' | b'"' | b'#' | b'\'' | b'<' | b'>'))
}

/// A key of a query row: what would end it is escaped first.
#[must_use]
pub fn query_key(text: &str) -> String {
    query(&text.replace('&', "%26").replace('#', "%23").replace('=', "%3D"))
}

/// A value of a query row.
#[must_use]
pub fn query_value(text: &str) -> String {
    query(&text.replace('&', "%26").replace('#', "%23"))
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
        assert_eq!(query(text), "a%20b%41+c/%C3%BC&=%23{}|^[]%27%22");
        assert_eq!(query_key("a&b=c#d"), "a%26b%3Dc%23d");
        assert_eq!(query_value("a&b=c#d"), "a%26b=c%23d");
        assert_eq!(form("a b%20!'()*~"), "a%20b%2520%21%27%28%29%2A~");
        assert_eq!(json("a\"\n\\"), "a\\\"\\n\\\\");
    }
}
