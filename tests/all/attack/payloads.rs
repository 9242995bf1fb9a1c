//! Texts that would do something, were one of them ever taken for code.
//!
//! What they would do can be seen afterwards: a file whose name begins with `canary`, or the value of the environment
//! variable `CANARY_SECRET` where nobody has put it.

/// Each with what it is for.
pub(crate) fn payloads() -> Vec<(&'static str, String)> {
    let mut all: Vec<(&str, String)> =
        PAYLOADS.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    all.push(("very long", format!("{}$(touch canary)", "long ".repeat(2000))));
    all.push(("one very long word", "x".repeat(5000)));
    all
}

const PAYLOADS: &[(&str, &str)] = &[
    ("shell: substitution", "$(touch canary)${CANARY_SECRET}`touch canary`"),
    ("shell: out of single quotes", "'; touch canary; echo $CANARY_SECRET; '"),
    ("shell: out of double quotes", "\"; touch canary; echo \"$CANARY_SECRET"),
    ("shell: a line of its own", "x\ntouch canary\necho $CANARY_SECRET\n"),
    ("shell: ends of here documents", "USAGE\nEOF\nBODY\ntouch canary\n"),
    ("shell: arithmetic and arrays", "a[$(touch canary)] ${x[$(touch canary)]} $((x[$(touch canary)]))"),
    ("shell: patterns", "* ? [a-z]* ~ {a,b} !! !$ & | > canary < /etc/passwd"),
    ("curl: options", "--output canary"),
    ("curl: a file for a value", "@/etc/passwd"),
    ("curl: a file as an address", "file:///etc/passwd"),
    ("curl: settings", "x\"\noutput = \"canary\"\nurl = \"file:///etc/passwd"),
    ("curl: parts of a form", "a;type=text/html;filename=\"canary\",@/etc/passwd"),
    ("Python: out of double quotes", "\"+__import__('os').system('touch canary')+\""),
    ("Python: out of triple quotes", "\"\"\"\n__import__('os').system('touch canary')\n\"\"\""),
    ("Python: f-strings and formats", "{__import__('os').system('touch canary')} {0} {x!r:>{y}} %(a)s %s"),
    (
        "Python: a comment that ends",
        "x\r__import__('os').system('touch canary')\u{c}\u{b}\u{85}open('canary', 'w')",
    ),
    ("Python: the end of a literal", "\\\\\\'\\\"\\"),
    ("Rust: out of a literal", "\"); std::fs::write(\"canary\", \"\").unwrap(); (\""),
    ("Rust: out of a raw literal", "\"#; std::fs::write(\"canary\", \"\").unwrap(); r#\""),
    ("Rust: a comment that ends", "*/ fn main() { std::fs::write(\"canary\", \"\").unwrap() } /*"),
    (
        "Rust: a doctest",
        "x\n\n```\nstd::fs::write(\"canary\", \"\").unwrap();\n```\n\n    panic!(\"canary\");\n",
    ),
    ("Rust: attributes of docs", "\"]\n#![doc = include_str!(\"/etc/passwd\")]\npub fn canary() {}\n//! ["),
    ("Rust: braces of format!", "{} {:?} {0} {x} {{ }} {canary:>1$}"),
    (
        "Markdown: links and images",
        "[a](javascript:alert(1)) ![b](http://evil.example/c) <http://evil.example>",
    ),
    (
        "Markdown: blocks",
        "\n# Heading\n\n> quote\n\n- list\n\n| a | b |\n|---|---|\n\n---\n[x]: http://evil.example\n~~~\n```",
    ),
    (
        "HTML",
        "</code></pre></script><script>alert(1)</script><img src=x onerror=alert(1)><!-- --> &lt; &#x3c;",
    ),
    ("Mermaid", "A\"]; click A \"javascript:alert(1)\"; end; subgraph x[\"`<script>`\"]; %%{init: {}}%%"),
    ("TOML", "\"\n[package.metadata]\nbuild = \"canary.rs\"\n[lib]\npath = \"/etc/passwd\"\n#'''"),
    ("YAML", "x: !!python/object/apply:os.system ['touch canary']\n- &a *a\n--- |"),
    ("PowerShell: out of quotes", "'; New-Item canary; \"$(New-Item canary)$env:CANARY_SECRET\" `n"),
    ("PowerShell: other quotes", "\u{2019}; New-Item canary; \u{201c}$(New-Item canary)\u{201d}\u{2018}"),
    ("PowerShell: ends of here strings", "\n'@\nNew-Item canary\n\"@\nNew-Item canary\n#>"),
    ("lines of HTTP", "a\r\nX-Canary: 1\r\n\r\nGET /canary HTTP/1.1\r\nHost: canary"),
    (
        "lines of a log",
        "x\n::stop-commands::canary\n::add-path::/tmp\r\n::set-env name=A::b\n##[error]canary",
    ),
    ("paths", "../../../canary/..\\..\\canary/./canary"),
    ("a path from the top", "/tmp/canary-of-a-collection"),
    ("Windows: devices", "CON"),
    ("Windows: names that end", "aux.txt. "),
    ("text that turns", "\u{202e}yranac\u{202c}\u{2066}x\u{2069}\u{200f}\u{61c}/* \u{202d} */"),
    ("letters that look alike", "\u{440}\u{430}ti\u{435}nts \u{ff41}\u{ff42} \u{1d41a} \u{212a}elvin"),
    ("control characters", "\u{1b}]0;canary\u{7}\u{1b}[2J\u{8}\u{7f}\u{9b}31m"),
    ("letters that are none", "\u{0}\u{fffe}\u{feff}\u{2028}\u{2029}\u{10ffff}"),
    ("Handlebars", "{{{{raw}}}}{{#each this}}{{> curl/script.sh}}{{{lookup . 'canary'}}}{{else}}{{/each}}"),
    ("Postman: variables", "{{CANARY_SECRET}}{{$randomUUID}}{{{{a}}}}{{ }}{{a}b}"),
    ("Postman: places of a path", ":canary/:/::id/:$(touch canary)"),
    ("words of the languages", "self"),
    ("more words", "async"),
    ("names that all have", "__init__"),
    ("nothing", ""),
    ("a blank", " "),
    ("a number", "1e999"),
];
