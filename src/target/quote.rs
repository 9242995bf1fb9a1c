//! Every literal of every language: the one place where a text of a collection is made safe
//! for where it goes.

pub(crate) mod bruno;
pub(crate) mod http;
pub(crate) mod hurl;
pub(crate) mod markdown;

pub(crate) use crate::seen::{is_invisible, one_line};

/// A text as lines of a comment or document: no character that could end a line, hide text or
/// turn its direction (Unicode TR 36), and no blank at the end.
#[must_use]
pub(crate) fn lines(text: &str) -> Vec<String> {
    let lines = text.trim().lines().map(|line| one_line(line).trim_end().to_owned());
    let lines: Vec<String> = lines.collect();
    if lines.iter().all(String::is_empty) { Vec::new() } else { lines }
}

/// A word of a POSIX shell: bare where that is safe, else in single quotes.
#[must_use]
pub(crate) fn sh(text: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,".contains(c);
    if !text.is_empty() && text.chars().all(safe) { text.to_owned() } else { sh_quoted(text) }
}

/// A word of a POSIX shell in single quotes; of bash, ksh or zsh if a character could not be seen.
#[must_use]
pub(crate) fn sh_quoted(text: &str) -> String {
    if !text.contains(is_invisible_in_sh) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let mut out = String::from("$'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if is_invisible_in_sh(c) => out.push_str(&sh_escape(c)),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// Whether a character has to be escaped in a word of a shell to be seen: what bodies are laid out with has not.
#[must_use]
pub(crate) fn is_invisible_in_sh(c: char) -> bool {
    is_invisible(c) && !matches!(c, '\n' | '\t')
}

/// A character inside `$'…'`: byte by byte, since what other escapes mean depends on the locale.
#[must_use]
pub(crate) fn sh_escape(c: char) -> String {
    if c == '\r' {
        return "\\r".to_owned();
    }
    c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("\\{byte:03o}")).collect()
}

/// Whether a text stands for itself inside double quotes of a shell. `!` is left out because
/// of interactive shells, into which people paste.
#[must_use]
pub(crate) fn is_plain_in_double_quotes(text: &str) -> bool {
    !text.contains(['"', '$', '`', '\\', '!']) && !text.contains(is_invisible_in_sh)
}

/// A string literal of jq. JSON's escapes leave no backslash before a parenthesis, which would
/// begin an expression.
#[must_use]
pub(crate) fn jq(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A string literal of Python.
#[must_use]
pub(crate) fn py(text: &str) -> String {
    let quote = py_quote(text);
    format!("{quote}{}{quote}", py_escaped(text, quote))
}

/// The quote that needs fewer escapes; double quotes where it is the same (PEP 8 leaves the
/// choice, formatters make this one).
#[must_use]
pub(crate) fn py_quote(text: &str) -> char {
    if text.matches('"').count() > text.matches('\'').count() { '\'' } else { '"' }
}

/// The inside of a string literal of Python that ends with this quote.
fn py_escaped(text: &str, quote: char) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if is_invisible(c) && (c as u32) < 0x100 => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c if is_invisible(c) => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// The inside of an f-string of Python in these quotes.
#[must_use]
pub(crate) fn py_format(text: &str, quote: char) -> String {
    py_escaped(text, quote).replace('{', "{{").replace('}', "}}")
}

/// A string literal of Python that shows a text of several lines as such, if it can.
#[must_use]
pub(crate) fn py_block(text: &str) -> String {
    let odd = |c: char| c != '\n' && is_invisible(c);
    // A raw string cannot hold its own end, nor end in a quote or an odd backslash; and a
    // blank at the end of a line is worth seeing.
    let plain = text.contains('\n')
        && !text.contains(odd)
        && !text.contains("\"\"\"")
        && !text.ends_with(['"', '\\'])
        && !text.starts_with('\n')
        && !text.lines().any(|line| line.ends_with([' ', '\t']));
    match (plain, text.contains('\\')) {
        (true, false) => format!("\"\"\"\\\n{text}\"\"\""),
        (true, true) if !text.contains("\\\n") => format!("r\"\"\"{text}\"\"\""),
        _ => py(text),
    }
}

/// A line of a docstring of Python.
#[must_use]
pub(crate) fn py_doc(line: &str) -> String {
    line.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"")
}

/// A string literal of PowerShell: in single quotes, or with escapes if a character could not be seen.
#[must_use]
pub(crate) fn ps(text: &str) -> String {
    if text.chars().any(is_invisible) {
        return format!("\"{}\"", ps_format(text));
    }
    let mut out = String::from("'");
    for c in text.chars() {
        // All of them end it (PowerShell's grammar, single-quote-character).
        if matches!(c, '\'' | '\u{2018}'..='\u{201b}') {
            out.push(c);
        }
        out.push(c);
    }
    out.push('\'');
    out
}

/// A key of a table of PowerShell: bare if it is a word.
#[must_use]
pub(crate) fn ps_key(text: &str) -> String {
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_word { text.to_owned() } else { ps(text) }
}

/// The inside of a string of PowerShell in double quotes. A hash sign could stand as it is, but for
/// editors that take it for the beginning of a comment (tree-sitter-powershell 0.26).
#[must_use]
pub(crate) fn ps_format(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        match c {
            '`' | '$' | '"' | '#' | '\u{201c}'..='\u{201e}' => {
                out.push('`');
                out.push(c);
            }
            '\n' => out.push_str("`n"),
            '\r' => out.push_str("`r"),
            '\t' => out.push_str("`t"),
            c if is_invisible(c) => {
                let _ = write!(out, "`u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// A string literal of PowerShell that shows a text of several lines as such, if it can.
#[must_use]
pub(crate) fn ps_block(text: &str) -> String {
    let ends = |line: &str| {
        let mut characters = line.chars();
        matches!(characters.next(), Some('\'' | '\u{2018}'..='\u{201b}')) && characters.next() == Some('@')
    };
    match is_plain_in_ps_block(text) && text.contains('\n') && !text.split('\n').any(ends) {
        true => format!("@'\n{text}\n'@"),
        false => ps(text),
    }
}

/// Whether a block of PowerShell can hold a text as it is read: each character is seen, and no line has
/// a blank at its end.
#[must_use]
pub(crate) fn is_plain_in_ps_block(text: &str) -> bool {
    !text.contains(|c| c != '\n' && is_invisible(c)) && !text.lines().any(|line| line.ends_with([' ', '\t']))
}

/// The inside of a block of PowerShell in double quotes.
#[must_use]
pub(crate) fn ps_block_format(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '`' | '$' | '"' | '#' | '\u{201c}'..='\u{201e}') {
            out.push('`');
        }
        out.push(c);
    }
    out
}

/// A line of a comment that `Get-Help` reads: it neither ends the comment nor begins a section.
#[must_use]
pub(crate) fn ps_help(line: &str) -> String {
    let line = line.replace("#>", "# >");
    let word = line.trim_start().strip_prefix('.');
    let begins = word.is_some_and(|it| it.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
    if begins { format!("\\{}", line.trim_start()) } else { line }
}

/// A string literal of Rust.
#[must_use]
pub(crate) fn rust(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_invisible(c) => {
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A line of a doc comment of Rust. Descriptions are Markdown, but of a stranger: what rustdoc
/// would take for a link, HTML, a heading or a code block, which it would run, is escaped.
#[must_use]
pub(crate) fn rust_doc(line: &str) -> String {
    let line = line.trim_start();
    let mut out = String::with_capacity(line.len());
    let mut code = false;
    // An odd number of backticks would open code that never ends.
    let code_allowed = line.matches('`').count().is_multiple_of(2) && !line.contains("``");
    for c in line.chars() {
        match c {
            '`' if code_allowed => {
                code = !code;
                out.push(c);
            }
            '`' | '<' | '>' | '[' | ']' | '\\' | '*' | '_' | '|' | '~' | '#' | '&' if !code => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    // A bare address would be a warning of rustdoc.
    if out.contains("://") && !code {
        out = out.replace("://", ":\\//");
    }
    match out.chars().next() {
        Some('-' | '+' | '=') => format!("\\{out}"),
        Some(first) if first.is_ascii_digit() => {
            let digits = out.find(|c: char| !c.is_ascii_digit()).unwrap_or(out.len());
            if out[digits..].starts_with(['.', ')']) {
                format!("{}\\{}", &out[..digits], &out[digits..])
            } else {
                out
            }
        }
        _ => out,
    }
}

/// A cell of a table in a doc comment of Rust: what [`rust_doc`] does, and no bar can end it. Code
/// would need one escape more than other text, so a text with a bar has none.
#[must_use]
pub(crate) fn rust_cell(text: &str) -> String {
    if text.contains('|') { rust_doc(&one_line(text).replace('`', "'")) } else { rust_doc(&one_line(text)) }
}

/// A fence around code with a run of this many backticks in it (CommonMark 0.31 §4.5).
#[must_use]
pub(crate) fn fence(longest_run: usize) -> String {
    "`".repeat(longest_run.max(2) + 1)
}

/// How often a character follows itself at most.
#[must_use]
pub(crate) fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or_default() / of.len_utf8()
}

/// A basic string of TOML.
#[must_use]
pub(crate) fn toml(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if is_invisible(c) => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_shell() {
        let table = [
            ("abc", "abc"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", "'it'\\''s'"),
            ("$(x)", "'$(x)'"),
            ("a\nb", "'a\nb'"),
            ("~", "'~'"),
            ("a=b", "'a=b'"),
            ("a'\\\u{202e}\r\n\t", "$'a\\'\\\\\\342\\200\\256\\r\n\t'"),
        ];
        for (text, want) in table {
            assert_eq!(sh(text), want);
        }
    }

    #[test]
    fn comments_have_one_line_each() {
        assert_eq!(lines("a\r\nb\u{2028}c\u{202e}d\n"), ["a", "b c d"]);
        assert_eq!(lines("  \n "), [""; 0]);
    }

    #[test]
    fn literals_of_python() {
        assert_eq!(py("a\\\n\u{0}\u{202e}ü"), "\"a\\\\\\n\\x00\\u202eü\"");
        assert_eq!(py("a\"b"), "'a\"b'");
        assert_eq!(py("a\"b'c"), "\"a\\\"b'c\"");
        assert_eq!(py_format("{a}\"", '"'), "{{a}}\\\"");
        assert_eq!(py_block("{\n  1\n}"), "\"\"\"\\\n{\n  1\n}\"\"\"");
        assert_eq!(py_block("{\n \"\"\" }"), "'{\\n \"\"\" }'");
    }

    #[test]
    fn literals_of_rust_and_toml() {
        assert_eq!(rust("a\"\\\n\u{0}"), "\"a\\\"\\\\\\n\\u{0}\"");
        assert_eq!(toml("a\"\n"), "\"a\\\"\\u000A\"");
    }

    #[test]
    fn descriptions_stay_text() {
        let table = [
            ("plain `code` text", "plain `code` text"),
            ("a `b", "a \\`b"),
            ("```rust", "\\`\\`\\`rust"),
            ("<script>", "\\<script\\>"),
            ("[x](y)", "\\[x\\](y)"),
            ("# head", "\\# head"),
            ("1. one", "1\\. one"),
            ("- item", "\\- item"),
            ("see https://x.y", "see https:\\//x.y"),
        ];
        for (text, want) in table {
            assert_eq!(rust_doc(text), want);
        }
    }

    #[test]
    fn cells_of_a_table_cannot_be_left() {
        let table = [
            ("plain `code`", "plain `code`"),
            ("a | b", "a \\| b"),
            ("`a|b`", "'a\\|b'"),
            ("a\\|b", "a\\\\\\|b"),
            ("a\n| b", "a \\| b"),
            ("`|", "'\\|"),
        ];
        for (text, want) in table {
            assert_eq!(rust_cell(text), want);
        }
    }
}
