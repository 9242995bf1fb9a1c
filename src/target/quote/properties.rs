//! For any text: what a real shell, Python, Rust and TOML read back from our literals is that text.
//!
//! Many texts go into one program, since starting one costs more than a text.

use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;

/// What is likely to break out of something: quotes, escapes, controls, other scripts, and what hides
/// or joins characters.
const HOSTILE: [&str; 50] = [
    "'",
    "\"",
    "`",
    "'''",
    "\"\"\"",
    "\"#",
    "r\"",
    "\\",
    "\\\\",
    "\\'",
    "\\n",
    "\\x41",
    "\\u{41}",
    "\\N{DASH}",
    "$",
    "$(id)",
    "`id`",
    "${x}",
    "$'a'",
    "{",
    "}",
    "{{a}}",
    "{b!r:>9}",
    "%s%n",
    "!",
    "!!",
    "~",
    "*/",
    "/*",
    "//",
    "#",
    "#!&;|<>*?[]-=",
    "\n",
    "\r",
    "\r\n",
    "\t ",
    "\u{1}\u{7f}\u{81}\u{85}",
    "\u{2028}\u{2029}",
    "\u{202e}\u{2066}\u{61c}",
    "\u{feff}",
    "\u{301}",
    "e\u{301}\u{200d}",
    "\u{1f469}\u{200d}\u{2695}\u{fe0f}",
    "\u{10ffff}\u{fffd}",
    "\u{2018}\u{2019}\u{201a}\u{201b}",
    "\u{201c}\u{201d}\u{201e}",
    "\n'@",
    "\n\"@\n",
    "#>\n.SYNOPSIS",
    "`u{41}`$",
];

/// Any text, of any characters and of hostile ones.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => proptest::sample::select(&HOSTILE[..]).prop_map(str::to_owned),
        2 => any::<char>().prop_map(String::from),
        1 => "[ -~]{0,6}",
        1 => Just("\0".to_owned()),
    ];
    proptest::collection::vec(piece, 0..7).prop_map(|pieces| pieces.concat())
}

/// As many texts as one program is asked to read.
fn texts() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(text(), 96)
}

/// The same without NUL, which neither a shell nor the arguments of a program can hold.
fn texts_for_a_shell() -> impl Strategy<Value = Vec<String>> {
    texts().prop_map(|texts| texts.iter().map(|text| text.replace('\0', "")).collect())
}

/// What a program says when it runs a file.
fn run(program: &str, file: &Path, locale: &str) -> Vec<u8> {
    let output = Command::new(program).arg(file).env("LC_ALL", locale).output();
    let output = output.unwrap_or_else(|_| {
        panic!("this test needs {program}: install it with the package manager of the system")
    });
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The same without what dash could not write where it can be seen.
fn texts_for_posix() -> impl Strategy<Value = Vec<String>> {
    texts_for_a_shell()
        .prop_map(|texts| texts.iter().map(|text| text.replace(is_invisible_in_sh, "")).collect())
}

/// What shells say to a script, in a locale that knows characters and in one that knows bytes.
fn shells(names: &[&str], script: &str) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("script");
    fs::write(&file, script).unwrap();
    let shells = names.iter().flat_map(|shell| [(shell, "C.UTF-8"), (shell, "C")]);
    shells.map(|(shell, locale)| run(shell, &file, locale)).collect()
}

/// The list of texts that a program of Python makes of an expression for each of them.
fn python(expressions: &[String]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("program.py");
    let list = expressions.join(",\n");
    fs::write(&file, format!("import json\nprint(json.dumps([\n{list}\n]))\n")).unwrap();
    serde_json::from_slice(&run("python3", &file, "C.UTF-8")).unwrap()
}

/// What PowerShell's rules make of an expression for each text, and of a line of a comment between them.
/// No PowerShell is needed: they are read by the interpreter that reads the scripts in the tests.
fn powershell(statements: &[String]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("script.ps1");
    fs::write(&file, statements.join("\n")).unwrap();
    let interpreter = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/powershell/interpret.py");
    // It takes a port for what scripts send; these send nothing.
    let output = Command::new("python3").args([interpreter, "0"]).arg(&file).output();
    let output = output.unwrap_or_else(|_| panic!("this test needs Python 3.11 or later"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ended_by_nul(texts: &[String]) -> Vec<u8> {
    texts.iter().flat_map(|text| [text.as_bytes(), b"\0"].concat()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    /// A word whose characters can be seen needs no more than POSIX has, so that dash is asked for each.
    #[test]
    fn shells_read_words_as_they_were(texts in texts_for_a_shell(), plain in texts_for_posix()) {
        for (texts, names) in [(texts, &["bash"][..]), (plain, &["bash", "dash"])] {
            let words: Vec<String> = texts.iter().flat_map(|text| [sh(text), sh_quoted(text)]).collect();
            let want: Vec<String> = texts.iter().flat_map(|text| [text.clone(), text.clone()]).collect();
            for read in shells(names, &format!("printf '%s\\0' {}", words.join(" "))) {
                prop_assert_eq!(&read, &ended_by_nul(&want));
            }
            prop_assert!(!words.iter().any(|it| it.contains(is_invisible_in_sh)));
        }
    }

    /// Where words stand in scripts other than as arguments: values and patterns mean more there.
    #[test]
    fn shells_read_values_patterns_and_double_quotes(texts in texts_for_a_shell()) {
        let lines: Vec<String> = texts
            .iter()
            .map(|text| {
                let word = sh(text);
                let quoted = if is_plain_in_double_quotes(text) { format!("\"{text}\"") } else { sh_quoted(text) };
                format!("# {}\nx={word}\ncase {quoted} in {word}) printf '%s\\0' \"$x\" ;; esac", one_line(text))
            })
            .collect();
        for read in shells(&["bash"], &lines.join("\n")) {
            prop_assert_eq!(&read, &ended_by_nul(&texts));
        }
    }

    #[test]
    fn python_reads_literals_as_they_were(texts in texts()) {
        let kinds: [fn(&str) -> String; 5] = [
            py,
            |text| format!("f\"{}\"", py_format(text, '"')),
            |text| format!("f'{}'", py_format(text, '\'')),
            py_block,
            |text| format!("# {}\n{}", one_line(text), py(text)),
        ];
        let expressions: Vec<String> = kinds.iter().flat_map(|kind| texts.iter().map(|text| kind(text))).collect();
        let want: Vec<String> = kinds.iter().flat_map(|_| texts.clone()).collect();
        prop_assert_eq!(python(&expressions), want);
    }

    /// A docstring ends where it should, and says what the text says.
    #[test]
    fn python_reads_docstrings_as_they_were(texts in texts()) {
        let lines: Vec<String> =
            texts.iter().map(|text| lines(text).join("\n")).collect();
        let doc = |text: &String| {
            let lines: Vec<String> = text.split('\n').map(py_doc).collect();
            format!("\"\"\"x\n{}\n\"\"\"[2:-1]", lines.join("\n"))
        };
        let docs: Vec<String> = lines.iter().map(doc).collect();
        prop_assert_eq!(python(&docs), lines);
    }

    #[test]
    fn powershell_reads_literals_as_they_were(texts in texts()) {
        let kinds: [fn(&str) -> String; 5] = [
            ps,
            |text| format!("\"{}\"", ps_format(text)),
            ps_block,
            |text| {
                let block = format!("@\"\n{}\n\"@", ps_block_format(text));
                if is_plain_in_ps_block(text) { block } else { ps(text) }
            },
            |text| {
                let help: Vec<String> = lines(text).iter().map(|it| ps_help(it)).collect();
                format!("<#\n{}\n#>\n# {}\n{}", help.join("\n"), one_line(text), ps(text))
            },
        ];
        let expressions: Vec<String> = kinds.iter().flat_map(|kind| texts.iter().map(|text| kind(text))).collect();
        let want: Vec<String> = kinds.iter().flat_map(|_| texts.clone()).collect();
        prop_assert_eq!(powershell(&expressions), want);
    }

    #[test]
    fn toml_reads_what_was_written(texts in texts()) {
        for text in texts {
            let document: toml::Table = format!("# {}\na = {}", one_line(&text), toml(&text)).parse().unwrap();
            prop_assert_eq!(document["a"].as_str(), Some(text.as_str()));
        }
    }

    #[test]
    fn comments_stay_on_their_line(texts in texts()) {
        for text in texts {
            let breaks = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
            prop_assert!(!one_line(&text).contains(breaks));
            prop_assert!(lines(&text).iter().all(|line| !line.contains(breaks)));
        }
    }
}

/// One program has a constant for each text, and the text as its documentation: if a comment ended too
/// early or too late, or a character were left that the compiler denies, it would not be compiled.
#[test]
fn rust_reads_literals_as_they_were_and_comments_end() {
    let mut runner = TestRunner::deterministic();
    let mut texts: Vec<String> = (0..600).map(|_| text().new_tree(&mut runner).unwrap().current()).collect();
    texts.extend(HOSTILE.map(str::to_owned));
    let mut program = String::from("#![deny(warnings)]\nuse std::io::Write;\n");
    for (index, text) in texts.iter().enumerate() {
        let doc: String = lines(text).iter().map(|line| format!("/// {}\n", rust_doc(line))).collect();
        program.push_str(&format!("{doc}// {}\nconst T{index}: &str = {};\n", one_line(text), rust(text)));
    }
    let names: Vec<String> = (0..texts.len()).map(|index| format!("T{index}")).collect();
    program.push_str(&format!(
        "fn main() {{\n    for text in [{}] {{\n        let size = (text.len() as u32).to_le_bytes();\n        \
         std::io::stdout().write_all(&[&size[..], text.as_bytes()].concat()).unwrap();\n    }}\n}}\n",
        names.join(", ")
    ));

    let folder = tempfile::tempdir().unwrap();
    let (source, binary) = (folder.path().join("texts.rs"), folder.path().join("texts"));
    fs::write(&source, program).unwrap();
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let compiled = Command::new(rustc).args(["--edition", "2024", "-o"]).args([&binary, &source]).output();
    let compiled = compiled.unwrap_or_else(|_| panic!("this test needs rustc: see https://rustup.rs"));
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let read = Command::new(&binary).output().unwrap().stdout;
    let sized = |text: &String| [&(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat();
    let want: Vec<u8> = texts.iter().flat_map(sized).collect();
    assert!(read == want, "some text is read as another one");
}
