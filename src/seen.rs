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
    text.chars().map(|c| if is_invisible(c) { ' ' } else { c }).collect::<String>().trim_end().to_owned()
}
