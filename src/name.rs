//! Names: words made once, joined in the case of each language only when they are printed.

use std::collections::{HashMap, HashSet};
use std::fmt;

use heck::ToSnakeCase;

/// Longest name in characters: file systems end at 255 bytes a name, readers long before.
const MAX_LENGTH: usize = 60;

/// A name as lower-case ASCII words, each of letters and digits. The first one begins with a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Name(Vec<String>);

impl Name {
    /// Splits a text at everything that is no letter or digit, and where the case changes.
    /// Other scripts are transliterated, so that names are the same on every file system and
    /// in every language. Empty if the text has no letter or digit.
    #[must_use]
    pub fn new(text: &str) -> Self {
        // A symbol is no part of a name: a padlock would become "closed lock with key".
        let is_symbol =
            |c: char| !c.is_ascii() && !c.is_alphanumeric() && !('\u{300}'..='\u{36f}').contains(&c);
        let text = text.replace(is_symbol, " ");
        // "OAuth" is one word to everybody; by its case it would be two.
        let ascii = deunicode::deunicode(&text).replace("OAuth", "Oauth");
        let snake = ascii
            .split(|c: char| !c.is_ascii_alphanumeric())
            .map(ToSnakeCase::to_snake_case)
            .collect::<Vec<_>>()
            .join("_");
        Self::from_words(snake.split('_').map(str::to_owned))
    }

    /// A name of these words; empty ones are left out, too many are cut off.
    #[must_use]
    pub fn from_words(words: impl IntoIterator<Item = String>) -> Self {
        let mut length = 0;
        let mut kept: Vec<String> = Vec::new();
        for mut word in words.into_iter().filter(|word| !word.is_empty()) {
            word.truncate(MAX_LENGTH);
            length += word.len() + 1;
            if length > MAX_LENGTH + 1 {
                break;
            }
            kept.push(word);
        }
        if let Some(first) = kept.first_mut()
            && first.starts_with(|c: char| c.is_ascii_digit())
        {
            // No language lets an identifier begin with a digit.
            first.insert(0, 'n');
        }
        Self(kept)
    }

    /// The words.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// Whether there is no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// This name, or the other if this one is empty.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.is_empty() { other } else { self }
    }

    /// This name for a file: with a word behind it if Windows keeps the name for a device, whatever ending the file has
    /// (Microsoft's "Naming Files, Paths, and Namespaces").
    #[must_use]
    pub fn no_device(self, word: &str) -> Self {
        let is_port = |it: &str| {
            let number = it.strip_prefix("com").or(it.strip_prefix("lpt"));
            number.is_some_and(|it| it.len() == 1 && it.bytes().all(|b| b.is_ascii_digit()))
        };
        match self.0.as_slice() {
            [it] if matches!(it.as_str(), "con" | "prn" | "aux" | "nul") || is_port(it) => {
                self.then(&Name::new(word))
            }
            _ => self,
        }
    }

    /// This name followed by another.
    #[must_use]
    pub fn then(&self, other: &Self) -> Self {
        Self::from_words(self.0.iter().chain(&other.0).cloned())
    }

    /// This name behind a prefix. Nothing is cut off: it would be what tells names apart.
    #[must_use]
    pub fn behind(&self, prefix: &Self) -> Self {
        Self(prefix.0.iter().chain(&self.0).cloned().collect())
    }

    /// The name with its last noun in the singular: `lab orders` → `lab order`,
    /// `fee schedules v2` → `fee schedule v2`.
    #[must_use]
    pub fn singular(&self) -> Self {
        let mut words = self.0.clone();
        let noun = words.iter_mut().rev().find(|word| !is_version(word));
        if let Some(noun) = noun {
            *noun = singular(noun);
        }
        Self(words)
    }

    /// `list_patients`
    #[must_use]
    pub fn snake(&self) -> String {
        self.0.join("_")
    }

    /// `LIST_PATIENTS`
    #[must_use]
    pub fn screaming(&self) -> String {
        self.snake().to_ascii_uppercase()
    }

    /// `ListPatients`
    #[must_use]
    pub fn pascal(&self) -> String {
        let mut out = String::new();
        for word in &self.0 {
            let (first, rest) = word.split_at(1);
            out.push_str(&first.to_ascii_uppercase());
            out.push_str(rest);
        }
        out
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// `v2`, `v10`: a word that says which version of the noun before it is meant.
fn is_version(word: &str) -> bool {
    let digits = word.strip_prefix('v').unwrap_or("");
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// The singular of an English noun by its ending. A word that only looks like a plural
/// (`status`, `address`, `series`) stays as it is.
fn singular(word: &str) -> String {
    const SAME: [&str; 6] = ["series", "species", "news", "sms", "gps", "dns"];
    let stem = |cut: usize, add: &str| format!("{}{add}", &word[..word.len() - cut]);
    if word.len() < 3 || SAME.contains(&word) {
        return word.to_owned();
    }
    match word {
        "people" => "person".to_owned(),
        "children" => "child".to_owned(),
        _ if word.ends_with("ies") && word.len() > 4 => stem(3, "y"),
        _ if ["sses", "shes", "ches", "xes", "zes", "uses"].iter().any(|end| word.ends_with(end)) => {
            match word {
                "causes" | "uses" | "clauses" | "houses" | "warehouses" | "caches" | "sizes" => stem(1, ""),
                _ => stem(2, ""),
            }
        }
        _ if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") => word.to_owned(),
        _ if word.ends_with('s') => stem(1, ""),
        _ => word.to_owned(),
    }
}

/// Hands out names that are unique among those it handed out before.
#[derive(Debug, Default)]
pub struct Scope {
    taken: HashSet<Name>,
    /// The last number that each name was given, so that many of one name do not count from the
    /// beginning each.
    numbers: HashMap<Name, usize>,
    /// How they are written where words are told apart by their capitals alone: a digit has none, so that `List1`, `2`
    /// is written like `List12`.
    pascal: Option<HashSet<String>>,
}

impl Scope {
    /// One for names of types.
    #[must_use]
    pub fn of_types() -> Self {
        Self { pascal: Some(HashSet::new()), ..Self::default() }
    }

    /// Takes a name if it is free.
    fn take(&mut self, name: &Name) -> bool {
        if self.taken.contains(name) {
            return false;
        }
        let is_free = self.pascal.as_mut().is_none_or(|it| it.insert(name.pascal()));
        is_free && self.taken.insert(name.clone())
    }

    /// The first of the candidates that is still free; if none is, the first one with
    /// the smallest number from 2 that makes it free.
    pub fn claim(&mut self, candidates: &[Name]) -> Name {
        for name in candidates {
            if !name.is_empty() && self.take(name) {
                return name.clone();
            }
        }
        let base = candidates.iter().find(|name| !name.is_empty()).cloned();
        let base = base.unwrap_or_else(|| Name::new("unnamed"));
        let mut number = self.numbers.get(&base).copied().unwrap_or(1);
        loop {
            number += 1;
            let mut words = base.0.clone();
            words.push(number.to_string());
            // Not `from_words`: it might cut the number off again.
            let name = Name(words);
            if self.take(&name) {
                self.numbers.insert(base, number);
                return name;
            }
        }
    }

    /// Whether the name was handed out.
    #[must_use]
    pub fn contains(&self, name: &Name) -> bool {
        self.taken.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_apart_without_capitals() {
        let name = |words: &[&str]| Name(words.iter().map(|it| (*it).to_owned()).collect());
        let (first, second) = (name(&["list1"]), name(&["list12"]));
        for (mut scope, third) in [(Scope::of_types(), "List13"), (Scope::default(), "List12")] {
            scope.claim(std::slice::from_ref(&first));
            scope.claim(std::slice::from_ref(&second));
            assert_eq!(scope.claim(std::slice::from_ref(&first)).pascal(), third);
        }
    }

    #[test]
    fn words_of_any_text() {
        let table = [
            ("List patients", "list_patients"),
            ("getUserByID", "get_user_by_id"),
            ("CCDA for patients", "ccda_for_patients"),
            ("OAuth2 login", "oauth2_login"),
            ("x-api-key", "x_api_key"),
            ("2fa/enable", "n2fa_enable"),
            ("Größe", "grosse"),
            ("列表", "lie_biao"),
            ("🔐 Quick → auth", "quick_auth"),
            ("e\u{301}cole", "ecole"),
            ("  --  ", ""),
            ("", ""),
        ];
        for (text, want) in table {
            assert_eq!(Name::new(text).snake(), want, "{text:?}");
        }
    }

    #[test]
    fn singular_of_the_last_noun() {
        let table = [
            ("allergies", "allergy"),
            ("lab orders", "lab_order"),
            ("task statuses", "task_status"),
            ("fee schedules v2", "fee_schedule_v2"),
            ("addresses", "address"),
            ("address", "address"),
            ("boxes", "box"),
            ("staff", "staff"),
            ("eobs", "eob"),
            ("causes", "cause"),
            ("series", "series"),
            ("us", "us"),
        ];
        for (text, want) in table {
            assert_eq!(Name::new(text).singular().snake(), want, "{text:?}");
        }
    }

    #[test]
    fn long_names_are_cut_between_words() {
        let name = Name::new(&"word ".repeat(100));
        assert!(name.snake().len() <= MAX_LENGTH);
        assert!(name.snake().ends_with("_word"));
        assert!(Name::new(&"x".repeat(500)).snake().len() <= MAX_LENGTH);
    }

    #[test]
    fn a_scope_prefers_words_to_numbers() {
        let mut scope = Scope::default();
        let (get, fetch) = (Name::new("get"), Name::new("fetch"));
        assert_eq!(scope.claim(&[get.clone(), fetch.clone()]).snake(), "get");
        assert_eq!(scope.claim(&[get.clone(), fetch.clone()]).snake(), "fetch");
        assert_eq!(scope.claim(&[get.clone(), fetch]).snake(), "get_2");
        assert_eq!(scope.claim(&[get]).snake(), "get_3");
        assert_eq!(scope.claim(&[Name::default()]).snake(), "unnamed_2");
    }
}
