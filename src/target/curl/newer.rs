//! What short snippets say more shortly where the project has a newer curl. What goes out is the same.

use super::short::Writer;
use crate::api::Version;
use crate::collection::{Part, Text, WireBody};
use crate::target::quote::sh_quoted;

/// Longest name of a variable that curl takes: one less than its documentation says.
const LONGEST_NAME: usize = 127;

/// Characters that curl neither encodes nor rewrites, wherever they are.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._~".contains(&it))
}

/// Whether a text surely does not begin with `@`.
fn begins(text: &Text) -> bool {
    matches!(text.parts().first(), Some(Part::Literal(it)) if !it.starts_with('@'))
}

impl Writer<'_> {
    fn has(&self, version: Version) -> bool {
        self.api.settings.curl >= version
    }

    /// Whether the body is what `--json` sends, with the two headers that it sets.
    pub(super) fn is_json(&self) -> bool {
        let wire = &self.operation.wire;
        let is_set_once = |name: &str| {
            let is_it = |it: &Text| it.to_string().eq_ignore_ascii_case(name);
            let mut headers = wire.headers.iter().filter(|it| is_it(&it.name));
            let is_json = |it: &Text| it.as_literal() == Some("application/json");
            // curl has names of its own for them, in this case.
            headers.next().is_some_and(|it| it.name.as_literal() == Some(name) && is_json(&it.value))
                && headers.next().is_none()
        };
        let WireBody::Text(body) = &wire.body else { return false };
        self.has(Version::JSON) && begins(body) && is_set_once("Content-Type") && is_set_once("Accept")
    }

    /// The pieces of the query, if curl adds them to this path as they are. It encodes values, and writes the
    /// whole URL anew then.
    pub(super) fn query_pieces(&self, path: &Text) -> Option<Vec<String>> {
        let query = self.operation.wire.url.query.as_ref().filter(|it| !it.is_empty())?;
        let path = path.as_literal()?;
        let mut segments = path.split('/').skip(1);
        let is_kept = !path.contains("//") && segments.all(|it| !it.starts_with('.') && is_plain(it));
        if !self.has(Version::URL_QUERY) || !is_kept {
            return None;
        }
        let piece = |piece: &Text| {
            let literal = piece.as_literal()?;
            let (name, value) = literal.split_once('=').unwrap_or((literal, ""));
            (!name.is_empty() && is_plain(name) && is_plain(value)).then(|| literal.to_owned())
        };
        query.iter().map(piece).collect()
    }

    /// A text with a secret as one word in which curl puts the values itself: no shell sees them, and no
    /// argument has them.
    pub(super) fn expanded(&mut self, text: &Text) -> Option<String> {
        if !self.has(Version::VARIABLE) || !self.is_secret(text) {
            return None;
        }
        let mut word = String::new();
        let mut names = Vec::new();
        for part in text.parts() {
            match part {
                // Two braces begin a variable, and a backslash before them ends that.
                Part::Literal(it) if it.contains("{{") || it.ends_with(['{', '\\']) => return None,
                Part::Literal(it) => word.push_str(it),
                Part::Variable { name, .. } => {
                    let env = self.api.variables.named(name)?.env.clone();
                    word.push_str(&format!("{{{{{env}}}}}"));
                    names.push(env);
                }
                Part::Dynamic { .. } => return None,
            }
        }
        if names.iter().any(|it| it.len() > LONGEST_NAME) {
            return None;
        }
        for name in names {
            let import = format!("--variable %{name}");
            if self.imported.insert(name) {
                self.words.push(import);
            }
        }
        Some(sh_quoted(&word))
    }

    /// The same, where curl takes what begins with `@` for the name of a file.
    pub(super) fn expanded_behind_literal(&mut self, text: &Text) -> Option<String> {
        begins(text).then(|| self.expanded(text)).flatten()
    }
}
