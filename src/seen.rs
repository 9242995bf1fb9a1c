//! Characters that readers do not see, or see elsewhere than they stand.

/// Controls, line separators, and characters that hide or reorder others (Unicode TR 36).
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{2028}' | '\u{2029}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A text on one line, with a blank for each character that could end the line, hide text or turn its direction.
#[must_use]
pub fn one_line(text: &str) -> String {
    // Nearly all are as they should be.
    if text.bytes().all(|it| (b' '..=b'~').contains(&it)) {
        return text.trim_end().to_owned();
    }
    text.chars().map(|c| if is_invisible(c) { ' ' } else { c }).collect::<String>().trim_end().to_owned()
}

/// A document of JSON whose characters can all be seen: those that cannot stand in its texts only, and are escaped there
/// (RFC 8259 §7).
#[must_use]
pub fn json(document: String) -> String {
    let is_hidden = |c: char| is_invisible(c) && c != '\n';
    if !document.contains(is_hidden) {
        return document;
    }
    let mut out = String::with_capacity(document.len());
    for c in document.chars() {
        match c {
            c if is_hidden(c) => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_hides_nothing() {
        let text = "a\u{202e}\u{7f}\n\u{feff}";
        let document = serde_json::to_string_pretty(&[text]).unwrap_or_default();
        let seen = json(document);
        assert_eq!(seen, "[\n  \"a\\u202e\\u007f\\n\\ufeff\"\n]");
        assert_eq!(serde_json::from_str::<Vec<String>>(&seen).ok(), Some(vec![text.to_owned()]));
    }
}
