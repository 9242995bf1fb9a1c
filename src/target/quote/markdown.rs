//! Texts of a collection in Markdown (CommonMark 0.31, GitHub's dialect, and that of mdBook): they stay
//! texts there. No link, image, HTML, heading, list, table or formula comes out of one; short pieces of
//! code stay code.

use super::{lines, one_line};

/// A text on one line.
#[must_use]
pub(crate) fn text(line: &str) -> String {
    let line = one_line(line);
    let line = line.trim();
    let mut out = String::with_capacity(line.len());
    let (mut before, mut in_code) = (' ', false);
    let has_code = has_code(line);
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        in_code ^= has_code && c == '`';
        let escaped = match c {
            '`' if has_code => false,
            _ if in_code => false,
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '{' | '}' | '@' => true,
            // Inside a word it is one of its letters.
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            // GitHub makes links of bare addresses.
            '/' => before == ':' && after == '/',
            '.' => out.ends_with("www"),
            _ => false,
        };
        if escaped {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    start(&out)
}

/// Whether backticks come in pairs with code between them. An odd number would open code that never
/// ends, and a bar would end a cell.
fn has_code(line: &str) -> bool {
    let mut spans = line.split('`').skip(1).step_by(2);
    line.matches('`').count().is_multiple_of(2)
        && !line.contains('|')
        && spans.all(|it| !it.is_empty() && it.trim() == it)
}

/// What would begin a heading, a list or a definition does not.
fn start(line: &str) -> String {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match line.chars().next() {
        Some('#' | '-' | '+' | '=' | ':') => format!("\\{line}"),
        Some(_) if digits > 0 && line[digits..].starts_with(['.', ')']) => {
            format!("{}\\{}", &line[..digits], &line[digits..])
        }
        _ => line.to_owned(),
    }
}

/// A text of several lines as paragraphs, the lines of a list or a table each on its own.
#[must_use]
pub(crate) fn paragraphs(source: &str) -> Vec<String> {
    let source = lines(source);
    let begins_item = |line: &str| {
        let line = line.trim_start();
        let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
        line.starts_with(['-', '*', '+', '#', '|', '>', '•'])
            || digits.len() < line.len() && digits.starts_with(['.', ')'])
    };
    let mut out: Vec<String> = Vec::new();
    for line in &source {
        let shown = text(line);
        if shown.is_empty() {
            if out.last().is_some_and(|it| !it.is_empty()) {
                out.push(shown);
            }
            continue;
        }
        if let Some(last) = out.last_mut()
            && !last.is_empty()
            && begins_item(line)
        {
            // A line break that is kept.
            last.push('\\');
        }
        out.push(shown);
    }
    out
}

/// A text as code, in a line of text.
#[must_use]
pub(crate) fn code(source: &str) -> String {
    let source = one_line(source);
    let source = source.trim();
    if source.is_empty() {
        return "empty".to_owned();
    }
    let longest = super::longest_run(source, '`');
    if longest == 0 {
        return format!("`{source}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {source} {fence}")
}

/// A text as code in a cell of a table, which a bar would end: a text with one is no code there.
#[must_use]
pub(crate) fn code_cell(source: &str) -> String {
    if source.contains('|') { text(source) } else { code(source) }
}

/// The first sentence of a description.
#[must_use]
pub(crate) fn summary(description: &str, most: usize) -> String {
    let all = lines(description);
    let first = all.iter().find(|it| !it.trim().is_empty()).map_or("", |it| it.trim());
    let sentence = first.split_once(". ").map_or(first.to_owned(), |(it, _)| format!("{it}."));
    text(&match sentence.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", sentence[..end].trim_end()),
        None => sentence,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_texts() {
        let table = [
            ("plain, and snake_case_name.", "plain, and snake_case_name."),
            ("_a_ __b__ c_", "\\_a\\_ \\_\\_b\\_\\_ c\\_"),
            ("*a* ~~c~~ $d$", "\\*a\\* \\~\\~c\\~\\~ \\$d\\$"),
            ("see `a_*` and `<b>`", "see `a_*` and `<b>`"),
            ("see `a and <b>", "see \\`a and \\<b\\>"),
            ("a ` b ` c", "a \\` b \\` c"),
            ("see ``a`` or `|`", "see \\`\\`a\\`\\` or \\`\\|\\`"),
            ("![x](y) [x]: y", "!\\[x\\](y) \\[x\\]: y"),
            ("<script>&lt;", "\\<script\\>\\&lt;"),
            ("# a", "\\# a"),
            ("a # b", "a # b"),
            ("- a", "\\- a"),
            ("12) a", "12\\) a"),
            ("3.5 a", "3\\.5 a"),
            (": a", "\\: a"),
            ("===", "\\==="),
            ("see https://x.y/z", "see https:\\//x.y/z"),
            ("www.x.y", "www\\.x.y"),
            ("a@b.c", "a\\@b.c"),
            ("{{#include /etc/passwd}}", "\\{\\{#include /etc/passwd\\}\\}"),
            ("a | b\\", "a \\| b\\\\"),
            ("a\u{202e}b\u{2028}c", "a b c"),
        ];
        for (source, want) in table {
            assert_eq!(text(source), want, "{source}");
        }
    }

    #[test]
    fn paragraphs_keep_their_lines() {
        assert_eq!(paragraphs("a\nb\n\n\n- c\n- d\n"), ["a", "b", "", "\\- c\\", "\\- d"]);
        assert_eq!(paragraphs("  \n\n"), [""; 0]);
    }

    #[test]
    fn code_cannot_be_left() {
        let table =
            [("a", "`a`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```"), (" ", "empty"), ("a\nb", "`a b`")];
        for (source, want) in table {
            assert_eq!(code(source), want, "{source}");
        }
        assert_eq!(code_cell("a|`b`"), "a\\|\\`b\\`");
    }
}
