//! What changes ask of a version, and the changelog that tells them.

use super::report::groups;
use super::{Diff, Verdict};
use crate::api::PackageVersion;

/// What stands above the first entry of a changelog that there was none of.
const TITLE: &str = "# Changelog\n\n";

impl Verdict {
    /// The version behind this one. Below 1.0 a break asks for the second number, and everything else for
    /// the third: so Cargo reads versions (The Cargo Book, “SemVer Compatibility”).
    #[must_use]
    pub fn next(self, version: PackageVersion) -> PackageVersion {
        let PackageVersion { major, minor, patch } = version;
        let one_more = |number: u64| number.saturating_add(1);
        match (self, major) {
            (Verdict::None, _) => version,
            (Verdict::Major, 0) => PackageVersion::new(0, one_more(minor), 0),
            (Verdict::Major, _) => PackageVersion::new(one_more(major), 0, 0),
            (Verdict::Minor, 1..) => PackageVersion::new(major, one_more(minor), 0),
            (Verdict::Minor | Verdict::Patch, _) => PackageVersion::new(major, minor, one_more(patch)),
        }
    }
}

/// The entry of a version in a changelog: what has changed, or that it is the first one. It has no date: the
/// same input gives the same bytes.
#[must_use]
pub fn entry(version: PackageVersion, diff: Option<&Diff>) -> String {
    let what = diff.map_or_else(|| "\nFirst release.\n".to_owned(), groups);
    format!("## {version}\n{what}")
}

/// Whether a changelog has an entry of this version: `## 1.2.3`, in brackets or not, whatever stands behind it.
#[must_use]
pub fn has_entry(changelog: &str, version: PackageVersion) -> bool {
    let version = version.to_string();
    headings(changelog).any(|(_, heading)| {
        let first = heading.split_whitespace().nth(1).unwrap_or_default();
        let end = first.find(']').unwrap_or(first.len());
        first[..end].trim_start_matches(['[', 'v']) == version
    })
}

/// A changelog with an entry above all others. Everything else of it is the user's, and stays.
#[must_use]
pub fn with_entry(changelog: &str, entry: &str) -> String {
    let is_windows = changelog.contains("\r\n");
    let entry = if is_windows { entry.replace('\n', "\r\n") } else { entry.to_owned() };
    let line = if is_windows { "\r\n" } else { "\n" };
    if changelog.trim().is_empty() {
        return format!("{TITLE}{entry}");
    }
    let at = headings(changelog).next().map_or(changelog.len(), |(at, _)| at);
    let (above, below) = changelog.split_at(at);
    let mut out = above.to_owned();
    while !out.is_empty() && !out.ends_with(&line.repeat(2)) {
        out.push_str(line);
    }
    out.push_str(&entry);
    if !below.is_empty() {
        out.push_str(line);
        out.push_str(below);
    }
    out
}

/// The headings of entries, with their places. What stands in a block of code is none.
fn headings(changelog: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fence: Option<char> = None;
    let mut at = 0;
    changelog.split_inclusive('\n').filter_map(move |line| {
        let place = at;
        at += line.len();
        let text = line.trim_start();
        let opened = ['`', '~'].into_iter().find(|it| text.starts_with(&it.to_string().repeat(3)));
        match (fence, opened) {
            (None, Some(own)) => fence = Some(own),
            (Some(open), Some(own)) if open == own => fence = None,
            _ => {}
        }
        (fence.is_none() && line.starts_with("## ")).then(|| (place, line.trim_end()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> PackageVersion {
        PackageVersion::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn versions_follow_the_rule_of_cargo() {
        use Verdict::{Major, Minor, None, Patch};
        let table = [
            ("0.1.0", [(None, "0.1.0"), (Patch, "0.1.1"), (Minor, "0.1.1"), (Major, "0.2.0")]),
            ("0.0.3", [(None, "0.0.3"), (Patch, "0.0.4"), (Minor, "0.0.4"), (Major, "0.1.0")]),
            ("0.9.9", [(None, "0.9.9"), (Patch, "0.9.10"), (Minor, "0.9.10"), (Major, "0.10.0")]),
            ("1.2.3", [(None, "1.2.3"), (Patch, "1.2.4"), (Minor, "1.3.0"), (Major, "2.0.0")]),
        ];
        for (before, rows) in table {
            for (verdict, after) in rows {
                assert_eq!(verdict.next(version(before)).to_string(), after, "{before} {verdict:?}");
            }
        }
    }

    #[test]
    fn an_entry_stands_above_all_others() {
        let new = "## 0.2.0\n\nNew.\n";
        let table = [
            ("", "# Changelog\n\n## 0.2.0\n\nNew.\n"),
            (" \n", "# Changelog\n\n## 0.2.0\n\nNew.\n"),
            ("# Ours\n\nWords.\n", "# Ours\n\nWords.\n\n## 0.2.0\n\nNew.\n"),
            ("# Ours", "# Ours\n\n## 0.2.0\n\nNew.\n"),
            ("# Ours\n## 0.1.0\n\nOld. \n\n\n", "# Ours\n\n## 0.2.0\n\nNew.\n\n## 0.1.0\n\nOld. \n\n\n"),
            ("## 0.1.0\n", "## 0.2.0\n\nNew.\n\n## 0.1.0\n"),
            (
                "# Ours\n\n```md\n## 9.9.9\n```\n\n## 0.1.0\n",
                "# Ours\n\n```md\n## 9.9.9\n```\n\n## 0.2.0\n\nNew.\n\n## 0.1.0\n",
            ),
            ("# Ours\r\n\r\n## 0.1.0\r\n", "# Ours\r\n\r\n## 0.2.0\r\n\r\nNew.\r\n\r\n## 0.1.0\r\n"),
        ];
        for (before, after) in table {
            assert_eq!(with_entry(before, new), after, "{before:?}");
        }
    }

    #[test]
    fn entries_are_found_by_their_version() {
        for text in
            ["## 1.2.3", "# a\n\n## [1.2.3] - 2026-01-01\n", "## v1.2.3 (beta)\n", "## [1.2.3](x)\r\n"]
        {
            assert!(has_entry(text, version("1.2.3")), "{text:?}");
        }
        for text in ["", "## 1.2.30", "### 1.2.3", "1.2.3", "```\n## 1.2.3\n```\n", "## 11.2.3\n", "##\n"] {
            assert!(!has_entry(text, version("1.2.3")), "{text:?}");
        }
    }
}
