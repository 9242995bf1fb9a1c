//! Which names hold secrets.

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
const HARMLESS: [&str; 22] = [
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
];

/// Whether a header, parameter, field or variable of this name holds a secret.
#[must_use]
pub(crate) fn is_secret_name(name: &str) -> bool {
    let name = Name::new(name);
    let words: Vec<&str> = name.words().iter().map(String::as_str).collect();
    if words.windows(2).any(|pair| SECRET_PAIRS.contains(&(pair[0], pair[1]))) {
        return true;
    }
    words.iter().any(|word| SECRET.contains(word) || *word == "tokens")
        && !words.iter().any(|word| HARMLESS.contains(word))
}

#[cfg(test)]
mod tests {
    use super::is_secret_name;

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
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
