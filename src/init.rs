//! The texts of the files that `init` writes, and what a project puts into them.

use std::path::{Component, Path};

use crate::target::toml_string;

const SETTINGS: &str = include_str!("../templates/init/postwright.toml");
const EXAMPLE: &str = include_str!("../templates/init/example.toml");
const ATTRIBUTES: &str = include_str!("../templates/init/gitattributes");

/// The workflow of GitHub.
pub const WORKFLOW: &str = include_str!("../templates/init/workflow.yml");

/// The settings of pre-commit.
pub const PRE_COMMIT: &str = include_str!("../templates/init/pre-commit.yaml");

/// What somebody pastes below `repos:` who has settings of pre-commit already.
#[must_use]
pub fn pre_commit_entry() -> &'static str {
    PRE_COMMIT.split_once("repos:\n").map_or(PRE_COMMIT, |(_, entry)| entry)
}

/// A `postwright.toml` that lists these collections, or shows how one is listed.
#[must_use]
pub fn settings(collections: &[String]) -> String {
    if collections.is_empty() {
        return format!("{SETTINGS}{EXAMPLE}");
    }
    let listed = collections.iter().map(|path| format!("\n[[collection]]\npath = {}\n", toml_string(path)));
    format!(
        "{SETTINGS}\n# A collection that is new is listed here, too.\n{}",
        listed.collect::<String>().trim_start()
    )
}

/// The lines of `.gitattributes` for the folder of the outputs; `None` if it is not below this one, or
/// has a name that no pattern can say.
#[must_use]
pub fn attributes(out: &Path) -> Option<Vec<String>> {
    let mut folder = Vec::new();
    for part in out.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => folder.push(name.to_str()?),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    let folder = folder.join("/");
    if folder.is_empty() || folder.chars().any(char::is_control) {
        return None;
    }
    let pattern = pattern(&folder);
    let lines = ATTRIBUTES.lines().filter_map(|line| line.split_once(' '));
    Some(lines.map(|(_, attributes)| format!("{pattern} {attributes}")).collect())
}

/// Everything in a folder, as gitattributes(5) writes it.
fn pattern(folder: &str) -> String {
    let mut out = String::new();
    // These two mean something at the beginning of a line.
    if folder.starts_with(['!', '#']) {
        out.push('/');
    }
    for c in folder.chars() {
        if matches!(c, '*' | '?' | '[' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push_str("/**");
    if out.contains(|c: char| c.is_whitespace() || c == '"') {
        format!("\"{}\"", out.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        out
    }
}

/// What a `.gitattributes` lacks of these lines, to be added at its end; `None` if it has all of them.
#[must_use]
pub fn missing(existing: &str, wanted: &[String]) -> Option<String> {
    let has = |line: &String| existing.lines().any(|own| own.split_whitespace().eq(line.split_whitespace()));
    let lines: String = wanted.iter().filter(|it| !has(it)).map(|it| format!("{it}\n")).collect();
    if lines.is_empty() {
        return None;
    }
    let open = !existing.is_empty() && !existing.ends_with('\n');
    Some(if open { format!("\n{lines}") } else { lines })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn settings_list_what_there_is_whatever_it_is_called() {
        let names = ["collections/a.json", "collections/\"]\n[x]\\\u{202e}.json", "collections/ä b.json"];
        let text = settings(&names.map(str::to_owned));
        let config = Config::parse("postwright.toml", &text).unwrap();
        let paths: Vec<&Path> = config.collections.iter().map(|it| it.path.as_path()).collect();
        assert_eq!(paths, names.map(Path::new));
    }

    /// What is commented out would be read, too.
    #[test]
    fn settings_are_right_without_the_comments() {
        let text = settings(&[]);
        assert_eq!(Config::parse("postwright.toml", &text).unwrap(), Config::default());
        let is_setting = |line: &&str| line.starts_with(['[', '#']) || line.contains('=');
        let bare = text.lines().map(|line| line.strip_prefix("# ").unwrap_or(line));
        let bare: Vec<&str> =
            bare.filter(is_setting).filter(|it| it.contains('=') || it.contains("]")).collect();
        let config = Config::parse("postwright.toml", &bare.join("\n")).unwrap();
        assert_eq!((config.collections.len(), config.lint.len()), (1, 1), "{}", bare.join("\n"));
    }

    #[test]
    fn a_folder_becomes_a_pattern() {
        let table = [
            ("generated", Some("generated/**")),
            ("./sdk/out/", Some("sdk/out/**")),
            ("!a", Some("/!a/**")),
            ("a [b]", Some("\"a \\\\[b]/**\"")),
            ("a\"b", Some("\"a\\\"b/**\"")),
            (".", None),
            ("../out", None),
            ("/out", None),
            ("a\nb", None),
        ];
        for (out, wanted) in table {
            let lines = attributes(Path::new(out));
            let wanted =
                wanted.map(|it| vec![format!("{it} linguist-generated=true"), format!("{it} text eol=lf")]);
            assert_eq!(lines, wanted, "{out:?}");
        }
    }

    #[test]
    fn lines_are_added_once() {
        let wanted = attributes(Path::new("generated")).unwrap();
        let all = wanted.join("\n") + "\n";
        assert_eq!(missing("", &wanted).as_deref(), Some(&*all));
        assert_eq!(missing("*.png binary", &wanted), Some(format!("\n{all}")));
        assert_eq!(missing(&all.replace('\n', "\r\n"), &wanted), None);
        let half = missing("generated/**  linguist-generated=true\n", &wanted);
        assert_eq!(half.as_deref(), Some("generated/** text eol=lf\n"));
    }
}
