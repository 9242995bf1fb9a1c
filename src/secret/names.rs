//! Which names hold secrets, and which values are only examples of one.

use crate::name::Name;

/// Words that make the name of a secret.
const SECRET: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "authorization",
    "cookie",
    "jwt",
    "bearer",
    "credentials",
    "apikey",
];

/// Pairs of words that make the name of a secret.
const SECRET_PAIRS: [(&str, &str); 8] = [
    ("api", "key"),
    ("access", "key"),
    ("private", "key"),
    ("secret", "key"),
    ("auth", "key"),
    ("subscription", "key"),
    ("session", "id"),
    ("functions", "key"),
];

/// Words that follow "token" where it is not the token itself, or stand before one that
/// is no secret (`next_page_token`, `token_type`).
const HARMLESS: [&str; 31] = [
    "type",
    "name",
    "url",
    "uri",
    "endpoint",
    "expiry",
    "expires",
    "ttl",
    "page",
    "next",
    "limit",
    "count",
    "length",
    "continuation",
    "method",
    "id",
    "usage",
    "policy",
    "hint",
    "lifetime",
    "prefix",
    "scope",
    "is",
    "has",
    "allow",
    "required",
    "enabled",
    "protected",
    "valid",
    "last",
    "hashed",
];

/// Words of which examples are made: `YOUR_API_KEY`, `my-secret-value`, `<insert token here>`.
const EXAMPLE: [&str; 59] = [
    "a",
    "access",
    "an",
    "and",
    "any",
    "api",
    "app",
    "as",
    "basic",
    "bearer",
    "boolean",
    "changeme",
    "code",
    "dummy",
    "empty",
    "enter",
    "example",
    "fake",
    "false",
    "foo",
    "for",
    "from",
    "generated",
    "here",
    "hidden",
    "id",
    "in",
    "insert",
    "is",
    "key",
    "my",
    "name",
    "new",
    "none",
    "null",
    "number",
    "of",
    "optional",
    "paste",
    "placeholder",
    "plain",
    "put",
    "redacted",
    "replace",
    "required",
    "sample",
    "some",
    "string",
    "text",
    "the",
    "this",
    "to",
    "true",
    "undefined",
    "use",
    "user",
    "value",
    "with",
    "your",
];

/// In one of these every name of a secret has its beginning.
const PIECES: [&str; 11] =
    ["pass", "pwd", "secret", "token", "auth", "cookie", "jwt", "bearer", "cred", "key", "session"];

/// Whether an ASCII name of a secret may stand in a text: most texts have none, and one look at each byte tells.
pub(super) fn may_name_secret(text: &str) -> bool {
    // The letters that come second where this one is first, a bit for each.
    const SECOND: [u32; 256] = {
        let mut second = [0; 256];
        let mut index = 0;
        while index < PIECES.len() {
            let piece = PIECES[index].as_bytes();
            let bit = 1 << (piece[1] & 31);
            second[piece[0] as usize] |= bit;
            second[piece[0].to_ascii_uppercase() as usize] |= bit;
            index += 1;
        }
        second
    };
    let bytes = text.as_bytes();
    let starts = |at: usize, piece: &str| {
        bytes.get(at..at + piece.len()).is_some_and(|it| it.eq_ignore_ascii_case(piece.as_bytes()))
    };
    bytes.windows(2).enumerate().any(|(at, pair)| {
        // The lower five bits are those of the letter, in either case.
        let may_begin = SECOND[usize::from(pair[0])] & 1 << (pair[1] & 31) != 0;
        may_begin && PIECES.iter().any(|piece| starts(at, piece))
    })
}

/// Whether a header, parameter, field or variable of this name holds a secret.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    // Most names are none, and to split one into words takes a hundred times as long.
    if name.is_ascii() && !may_name_secret(name) {
        return false;
    }
    // A UUID that Postman adds to keep answers from caches.
    if name.eq_ignore_ascii_case("postman-token") {
        return false;
    }
    let name = Name::new(name);
    let words: Vec<&str> = name.words().iter().map(String::as_str).collect();
    if words.windows(2).any(|pair| SECRET_PAIRS.contains(&(pair[0], pair[1]))) {
        return true;
    }
    words.iter().any(|word| SECRET.contains(word) || *word == "tokens")
        && !words.iter().any(|word| HARMLESS.contains(word))
}

/// Whether a value only stands for a secret that somebody has to fill in. `name` is that of its place.
pub(super) fn is_placeholder(name: &str, value: &str) -> bool {
    let value = value.trim();
    let encloses = |(open, close): (char, char)| value.starts_with(open) && value.ends_with(close);
    if [('<', '>'), ('{', '}'), ('[', ']'), ('(', ')'), ('%', '%')].into_iter().any(encloses)
        || value.contains("{{")
        || value.starts_with(['$', ':'])
        || value.contains("://")
        || value.contains("...")
        || value.contains('…')
        || value.chars().count() < 4
        || is_monotonous(value)
    {
        return true;
    }
    let own = Name::new(name);
    let words = Name::new(value);
    let known = |word: &String| {
        let bare = word.trim_end_matches(|it: char| it.is_ascii_digit());
        bare.is_empty() && word.len() < 4
            || EXAMPLE.contains(&bare)
            || SECRET.contains(&bare)
            || own.words().iter().any(|it| it == bare)
            || bare.len() > 1 && is_monotonous(bare)
    };
    // A sentence says what should stand there.
    let sentence = value.split_whitespace().count() > 3;
    // People choose passwords; keys and tokens are made, and are no words of a language.
    let chosen = own.words().iter().any(|it| it.starts_with("pass") || it.starts_with("pwd"));
    let is_word = |it: char| it.is_ascii_lowercase() || it == ' ';
    let word = !chosen && value.chars().all(is_word) && (value.contains(' ') || value.len() < 12);
    sentence || word || words.words().iter().all(known)
}

/// Whether it is of one or two characters only, as `xxxxxxxx`, `********` and `0000-0000` are.
pub(super) fn is_monotonous(text: &str) -> bool {
    let mut seen: Vec<char> = Vec::new();
    for c in text.chars().filter(|it| it.is_alphanumeric()).map(|it| it.to_ascii_lowercase()) {
        if !seen.contains(&c) {
            seen.push(c);
        }
    }
    seen.len() < 2 || seen.len() == 2 && text.len() > 8
}

/// Whether a text is as random as keys are: long, without blanks, of letters and digits in no order.
///
/// The measure is Shannon's entropy of its characters, in bits: words of a language have about 2.5 to 3 a
/// character at this length, keys 3.5 and more.
pub(super) fn is_random(text: &str) -> bool {
    let length = text.chars().count();
    let mixed = text.bytes().any(|it| it.is_ascii_digit()) && text.bytes().any(|it| it.is_ascii_alphabetic());
    if length < 16 || !mixed {
        return false;
    }
    let mut counts = std::collections::HashMap::new();
    for c in text.chars() {
        *counts.entry(c).or_insert(0.0) += 1.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "lengths of texts are small")]
    let length = length as f64;
    let entropy: f64 = counts.values().map(|count: &f64| -(count / length) * (count / length).log2()).sum();
    entropy > 3.2
}

#[cfg(test)]
mod tests {
    use super::{is_placeholder, is_random, is_secret_name};

    #[test]
    fn examples_are_told_from_secrets() {
        let table = [
            ("password", "password", true),
            ("api_key", "YOUR_API_KEY", true),
            ("client_secret", "my-client-secret-value", true),
            ("token", "<insert token here>", true),
            ("token", "{{token}}", true),
            ("token", "xxxxxxxxxxxx", true),
            ("token", "string", true),
            ("secret", "********", true),
            ("password", "Password1", true),
            ("token", "The token that the first call has given.", true),
            ("password", "$PASSWORD", true),
            ("access_token", "ipsum", true),
            ("temp_clone_token", "deserunt nulla", true),
            ("client_secret", "adip", true),
            ("secret_key", "newSecretKey", true),
            ("password", "hunter2", false),
            ("password", "dolor", false),
            ("password", "Tr0ub4dor&3", false),
            ("token", "s3cr3t-bearer-0001", false),
            ("token", "123456", false),
            ("api_key", "9f86d081884c7d659a2feaa0c55ad015", false),
            ("accessToken", "eyJhbGciOiJIUzI1NiJ9", false),
        ];
        for (name, value, want) in table {
            assert_eq!(is_placeholder(name, value), want, "{name}: {value}");
        }
    }

    #[test]
    fn keys_are_told_from_words() {
        for key in
            ["9f86d081884c7d659a2feaa0c55ad015", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzz12", "a8Fk2Lq9Zx7Pw1Rt"]
        {
            assert!(is_random(key), "{key}");
        }
        for words in ["application/json", "correct-horse-battery-staple", "1111111111111111a", "page-2-of-2"]
        {
            assert!(!is_random(words), "{words}");
        }
    }

    #[test]
    fn names_of_secrets() {
        for name in [
            "client_secret",
            "accessToken",
            "X-Api-Key",
            "Authorization",
            "password",
            "ocp-apim-subscription-key",
            "refresh_token",
            "Cookie",
            "sessionId",
            "privateKey",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "client_id",
            "token_type",
            "next_page_token",
            "accessTokenUrl",
            "key",
            "username",
            "page",
            "secretary",
            "tokenize",
            "password_policy",
            "isPasswordProtected",
            "Access-Control-Allow-Credentials",
            "Postman-Token",
            "token_last_eight",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
