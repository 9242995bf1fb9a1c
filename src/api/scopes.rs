//! What a token has to be good for so that an operation may be called (RFC 6749 §3.3).

use indexmap::IndexSet;

use super::{Api, Operation};
use crate::name::{Name, Scope};

impl Operation {
    /// The scopes of which a token needs one; empty if the collection names none.
    ///
    /// A collection that gives an operation both sides of a pair (`x:read`, `x:write`) says what
    /// its folder is about, not what the method does: GET and HEAD need the reading side, all
    /// others the writing one. Among scopes that are no pair, any one will do.
    #[must_use]
    pub fn needed_scopes(&self) -> Vec<&str> {
        let reads = matches!(self.wire.method.as_str(), "GET" | "HEAD");
        let (unfit, fit) = if reads { ("write", "read") } else { ("read", "write") };
        let scopes: IndexSet<&str> = self.scopes().iter().map(String::as_str).collect();
        let has_better = |scope: &str| {
            let other = with_word(scope, unfit, fit);
            other.is_some_and(|other| scopes.contains(other.as_str()))
        };
        scopes.iter().copied().filter(|scope| !has_better(scope)).collect()
    }
}

impl Api {
    /// Every scope that the collection names, each with a name of its own.
    #[must_use]
    pub fn scopes(&self) -> Vec<(&str, Name)> {
        let operations = self.groups.iter().flat_map(|group| &group.operations);
        let own = self.oauth2.iter().flat_map(|it| &it.scopes);
        let found: IndexSet<&str> =
            own.chain(operations.flat_map(Operation::scopes)).map(String::as_str).collect();
        let mut names = Scope::default();
        names.claim(&[Name::new("all")]);
        let name = |scope: &str| Name::new(scope).or(Name::new("scope"));
        found.into_iter().map(|scope| (scope, names.claim(&[name(scope)]))).collect()
    }
}

/// The scope with one word in the place of another; `None` if it has not exactly one of these.
fn with_word(scope: &str, from: &str, to: &str) -> Option<String> {
    let is_word = |at: usize| {
        let before = scope[..at].chars().next_back();
        let after = scope[at + from.len()..].chars().next();
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    };
    let mut places = scope.match_indices(from).map(|(at, _)| at).filter(|at| is_word(*at));
    let at = places.next()?;
    let alone = places.next().is_none();
    alone.then(|| format!("{}{to}{}", &scope[..at], &scope[at + from.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_scopes() {
        let table = [
            ("patients:read", Some("patients:write")),
            ("read:user", Some("write:user")),
            ("read_products", Some("write_products")),
            ("https://x.y/auth/mail.read", Some("https://x.y/auth/mail.write")),
            ("read", Some("write")),
            ("thread:list", None),
            ("read:read", None),
            ("admin", None),
        ];
        for (scope, want) in table {
            assert_eq!(with_word(scope, "read", "write").as_deref(), want, "{scope}");
        }
    }
}
