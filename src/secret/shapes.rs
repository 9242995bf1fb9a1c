//! Secrets that are told by how they look, wherever they stand.

use std::ops::Range;
use std::sync::LazyLock;

use super::names::{is_monotonous, is_placeholder, is_random, is_secret_name, may_name_secret};

/// A kind of secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// What it is, as in "a GitHub token stands in …".
    pub title: &'static str,
    /// Name of the variable that takes its place.
    pub variable: &'static str,
}

/// A secret in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which bytes of the text it is.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// Name of the variable that takes its place: the kind's, or what the text calls it.
    pub variable: String,
}

impl Found {
    /// Whether it is the password in front of the host of a URL.
    #[must_use]
    pub fn is_user_info(&self) -> bool {
        self.kind == USER_INFO
    }
}

/// What the characters behind a prefix are.
#[derive(Clone, Copy)]
enum Alphabet {
    /// `0-9a-f`, in either case.
    Hex,
    /// `0-9A-Z`
    Upper,
    /// `0-9A-Za-z`
    Alphanumeric,
    /// `0-9A-Za-z`, `_` and `-`
    Url,
    /// `0-9A-Za-z`, `_`, `-`, `.` and `=`
    Dotted,
}

impl Alphabet {
    fn has(self, byte: u8) -> bool {
        match self {
            Alphabet::Hex => byte.is_ascii_hexdigit(),
            Alphabet::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Alphabet::Alphanumeric => byte.is_ascii_alphanumeric(),
            Alphabet::Url => byte.is_ascii_alphanumeric() || b"_-".contains(&byte),
            Alphabet::Dotted => byte.is_ascii_alphanumeric() || b"_-.=".contains(&byte),
        }
    }
}

/// Secrets that their issuers give a prefix, so that they can be found: prefix, what follows, how much of
/// it at least and at most, what it is. The issuers' documentation says so of each.
const PREFIXED: [(&str, Alphabet, usize, usize, Kind); 52] = {
    use Alphabet::{Alphanumeric, Dotted, Hex, Upper, Url};
    const MANY: usize = 4096;
    const GITHUB: Kind = Kind { title: "a GitHub token", variable: "github_token" };
    const STRIPE: Kind = Kind { title: "a Stripe key", variable: "stripe_secret_key" };
    const SLACK: Kind = Kind { title: "a Slack token", variable: "slack_token" };
    const SHOPIFY: Kind = Kind { title: "a Shopify token", variable: "shopify_token" };
    const AWS: Kind = Kind { title: "an AWS access key", variable: "aws_access_key" };
    const SQUARE: Kind = Kind { title: "a Square token", variable: "square_token" };
    const fn kind(title: &'static str, variable: &'static str) -> Kind {
        Kind { title, variable }
    }
    [
        ("ghp_", Alphanumeric, 36, 255, GITHUB),
        ("gho_", Alphanumeric, 36, 255, GITHUB),
        ("ghu_", Alphanumeric, 36, 255, GITHUB),
        ("ghs_", Alphanumeric, 36, 255, GITHUB),
        ("ghr_", Alphanumeric, 36, 255, GITHUB),
        ("github_pat_", Url, 40, 255, GITHUB),
        ("glpat-", Url, 20, 300, kind("a GitLab token", "gitlab_token")),
        ("sk_live_", Alphanumeric, 16, 255, STRIPE),
        ("rk_live_", Alphanumeric, 16, 255, STRIPE),
        ("sk_test_", Alphanumeric, 16, 255, STRIPE),
        ("rk_test_", Alphanumeric, 16, 255, STRIPE),
        ("whsec_", Alphanumeric, 32, 255, kind("a Stripe webhook secret", "stripe_webhook_secret")),
        ("AKIA", Upper, 16, 16, AWS),
        ("ASIA", Upper, 16, 16, AWS),
        ("AIza", Url, 35, 35, kind("a Google API key", "google_api_key")),
        ("GOCSPX-", Url, 28, 28, kind("a Google client secret", "google_client_secret")),
        ("ya29.", Url, 20, MANY, kind("a Google access token", "google_access_token")),
        ("xoxb-", Url, 20, 255, SLACK),
        ("xoxp-", Url, 20, 255, SLACK),
        ("xoxa-", Url, 20, 255, SLACK),
        ("xoxr-", Url, 20, 255, SLACK),
        ("xoxs-", Url, 20, 255, SLACK),
        ("xapp-", Url, 20, 255, SLACK),
        ("SG.", Dotted, 60, 80, kind("a SendGrid key", "sendgrid_api_key")),
        ("npm_", Alphanumeric, 36, 36, kind("an npm token", "npm_token")),
        ("pypi-", Url, 80, MANY, kind("a PyPI token", "pypi_token")),
        ("PMAK-", Url, 59, 59, kind("a Postman API key", "postman_api_key")),
        ("shpat_", Hex, 32, 32, SHOPIFY),
        ("shpca_", Hex, 32, 32, SHOPIFY),
        ("shppa_", Hex, 32, 32, SHOPIFY),
        ("shpss_", Hex, 32, 32, SHOPIFY),
        ("dop_v1_", Hex, 64, 64, kind("a DigitalOcean token", "digitalocean_token")),
        ("sk-ant-", Url, 40, 255, kind("an Anthropic key", "anthropic_api_key")),
        ("sk-proj-", Url, 40, 255, kind("an OpenAI key", "openai_api_key")),
        ("sk-", Alphanumeric, 40, 64, kind("an OpenAI key", "openai_api_key")),
        ("hf_", Alphanumeric, 34, 40, kind("a Hugging Face token", "huggingface_token")),
        ("key-", Hex, 32, 32, kind("a Mailgun key", "mailgun_api_key")),
        ("sq0atp-", Url, 22, 22, SQUARE),
        ("sq0csp-", Url, 43, 43, SQUARE),
        ("ATATT3", Dotted, 100, 255, kind("an Atlassian token", "atlassian_token")),
        ("NRAK-", Upper, 27, 27, kind("a New Relic key", "newrelic_api_key")),
        ("lin_api_", Alphanumeric, 40, 40, kind("a Linear key", "linear_api_key")),
        ("dapi", Hex, 32, 34, kind("a Databricks token", "databricks_token")),
        ("glsa_", Url, 41, 41, kind("a Grafana token", "grafana_token")),
        ("figd_", Url, 40, 60, kind("a Figma token", "figma_token")),
        ("hvs.", Url, 24, 255, kind("a Vault token", "vault_token")),
        ("pscale_tkn_", Url, 32, 64, kind("a PlanetScale token", "planetscale_token")),
        ("dp.pt.", Alphanumeric, 40, 44, kind("a Doppler token", "doppler_token")),
        ("EAAA", Url, 60, 60, SQUARE),
        ("sl.", Url, 60, MANY, kind("a Dropbox token", "dropbox_token")),
        ("AGE-SECRET-KEY-1", Upper, 58, 58, kind("an age key", "age_secret_key")),
        ("dckr_pat_", Url, 27, 36, kind("a Docker token", "docker_token")),
    ]
};

/// What a word that begins with this byte may be.
#[derive(Clone, Default)]
struct Beginning {
    prefixed: Vec<&'static (&'static str, Alphabet, usize, usize, Kind)>,
    /// Whether it may be anything at all.
    any: bool,
}

/// The same for every byte: nearly every word of a text is told from a secret by its first one.
static BEGINNINGS: LazyLock<Vec<Beginning>> = LazyLock::new(|| {
    let mut all = vec![Beginning::default(); 256];
    for it in &PREFIXED {
        let first = &mut all[usize::from(it.0.as_bytes()[0])];
        first.prefixed.push(it);
        first.any = true;
    }
    // JSON Web Tokens begin with `e`, keys of Mailchimp and Telegram with a digit of base 16.
    for byte in b"0123456789abcdefABCDEF" {
        all[usize::from(*byte)].any = true;
    }
    all
});

const JWT: Kind = Kind { title: "a JSON Web Token", variable: "jwt" };
const PEM: Kind = Kind { title: "a private key", variable: "private_key" };
const USER_INFO: Kind = Kind { title: "a password in a URL", variable: "url_password" };
const BASIC: Kind = Kind { title: "user and password in base64", variable: "basic_credentials" };
const BEARER: Kind = Kind { title: "a bearer token", variable: "bearer_token" };
const WEBHOOK: Kind = Kind { title: "a Slack webhook", variable: "slack_webhook_secret" };
const TELEGRAM: Kind = Kind { title: "a Telegram bot token", variable: "telegram_token" };
const MAILCHIMP: Kind = Kind { title: "a Mailchimp key", variable: "mailchimp_api_key" };
pub(super) const NAMED: Kind = Kind { title: "a secret", variable: "secret" };

/// Secrets in a text, in order, none inside another.
pub(super) fn find(text: &str) -> Vec<Found> {
    find_in(text, false)
}

/// As [`find`], in a program: a quoted text beside the name of a secret is one.
pub(super) fn find_in_script(text: &str) -> Vec<Found> {
    find_in(text, true)
}

/// A bit for each character that kinds of secrets have and most texts lack.
const MARKS: [u16; 256] = {
    let marks = b"-BG/kv:@ =>,";
    let mut bits = [0; 256];
    let mut index = 0;
    while index < marks.len() {
        bits[marks[index] as usize] = 1 << index;
        index += 1;
    }
    bits
};

fn find_in(text: &str, script: bool) -> Vec<Found> {
    let mut found = Vec::new();
    // No secret is shorter than this, and most texts are.
    if text.len() < 8 {
        return found;
    }
    // Most texts lack a character that each secret of a kind has.
    let seen = text.bytes().fold(0, |seen, it| seen | MARKS[usize::from(it)]);
    let has = |every: &str| every.bytes().all(|it| seen & MARKS[usize::from(it)] != 0);
    if has("-BG") {
        private_keys(text, &mut found);
    }
    words(text, &mut found);
    if has("/kv") {
        webhooks(text, &mut found);
    }
    if has(":/@") {
        user_info(text, &mut found);
    }
    if has(" ") {
        schemes(text, &mut found);
    }
    if "=:>,".bytes().any(|it| seen & MARKS[usize::from(it)] != 0) {
        assigned(text, script, &mut found);
    }
    found.sort_by_key(|it| (it.range.start, std::cmp::Reverse(it.range.end)));
    let mut end = 0;
    found.retain(|it| {
        let apart = it.range.start >= end;
        if apart {
            end = it.range.end;
        }
        apart
    });
    found
}

fn add(found: &mut Vec<Found>, range: Range<usize>, kind: Kind) {
    found.push(Found { range, kind, variable: kind.variable.to_owned() });
}

/// A word of a key may have these; where a word begins, none of them stands before it.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// PEM (RFC 7468 §2), also where its line breaks are written `\n`.
fn private_keys(text: &str, found: &mut Vec<Found>) {
    let mut from = 0;
    while let Some(at) = text[from..].find("-----BEGIN ") {
        let start = from + at;
        let label = text[start + 11..].split("-----").next().unwrap_or_default();
        from = start + 11;
        if !label.ends_with("PRIVATE KEY") && !label.ends_with("PRIVATE KEY BLOCK") {
            continue;
        }
        let last = format!("-----END {label}-----");
        // One that was cut off is as secret up to its end.
        let end = text[start..].find(&last).map_or(text.len(), |at| start + at + last.len());
        from = end;
        let key = text[start + 11 + label.len()..end].bytes().filter(u8::is_ascii_alphanumeric).count();
        // Less is a picture of one.
        if key > 60 {
            add(found, start..end, PEM);
        }
    }
}

/// How long what is one word is at least.
const SHORTEST_WORD: usize = 20;

/// What such a word is made of, the colon of Telegram's among it.
const OF_WORDS: [bool; 256] = {
    let mut all = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        all[byte] =
            (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'-' | b'.' | b'=' | b':');
        byte += 1;
    }
    all
};

/// What is one word: what has a prefix, JSON Web Tokens, and two more.
fn words(text: &str, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let mut start = 0;
    // Nearly all texts have no run of characters that is long enough, and to see that takes a look at few of them.
    while let Some(next) = bytes.get(start..start + SHORTEST_WORD) {
        if let Some(other) = next.iter().rposition(|it| !OF_WORDS[usize::from(*it)]) {
            start += other + 1;
            continue;
        }
        let length = bytes[start..].iter().position(|it| !OF_WORDS[usize::from(*it)]);
        let end = length.map_or(bytes.len(), |length| start + length);
        words_in(text, start..end, found);
        start = end;
    }
}

/// Those of a part of a text, which none goes beyond.
fn words_in(text: &str, part: Range<usize>, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let run = |from: usize, alphabet: Alphabet| {
        bytes[from..].iter().position(|it| !alphabet.has(*it)).map_or(bytes.len(), |length| from + length)
    };
    let beginnings = &*BEGINNINGS;
    let mut at = part.start;
    while at < part.end {
        let begins = &beginnings[usize::from(bytes[at])];
        if !begins.any || at > 0 && is_word(bytes[at - 1]) {
            at += 1;
            continue;
        }
        let mut end = at;
        for (prefix, alphabet, least, most, kind) in &begins.prefixed {
            if !bytes[at..].starts_with(prefix.as_bytes()) {
                continue;
            }
            let start = at + prefix.len();
            let stop = run(start, *alphabet);
            let length = stop - start;
            let whole = bytes.get(stop).is_none_or(|next| !is_word(*next));
            if (*least..=*most).contains(&length) && whole && is_key(&text[start..stop]) {
                add(found, at..stop, *kind);
                end = stop;
                break;
            }
        }
        if end == at && bytes[at..].starts_with(b"eyJ") {
            let stop = run(at, Alphabet::Dotted);
            if is_jwt(&text[at..stop]) {
                add(found, at..stop, JWT);
                end = stop;
            }
        }
        if end == at && bytes[at].is_ascii_hexdigit() {
            let stop = run(at, Alphabet::Url);
            if stop - at < 8 {
                // Shorter than either.
            } else if is_mailchimp(&text[at..stop]) {
                add(found, at..stop, MAILCHIMP);
                end = stop;
            } else if is_telegram(text, at, stop) {
                end = run(stop + 1, Alphabet::Url);
                add(found, at..end, TELEGRAM);
            }
        }
        at = end.max(at + 1);
    }
}

/// Where incoming webhooks of Slack are.
const SLACK_HOOKS: &str = "hooks.slack.com/services/";

/// The path of an incoming webhook of Slack: who has it can write there.
fn webhooks(text: &str, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices(SLACK_HOOKS) {
        let start = at + SLACK_HOOKS.len();
        let stop = bytes[start..]
            .iter()
            .position(|it| !is_word(*it) && *it != b'/')
            .map_or(bytes.len(), |length| start + length);
        let path = &text[start..stop];
        if path.split('/').count() == 3 && path.len() > 30 && is_key(path) {
            add(found, start..stop, WEBHOOK);
        }
    }
}

/// Not `xxxx`, not `EXAMPLE`, not a word of a language.
fn is_key(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let example = ["example", "your", "xxxx", "0000000", "placeholder", "redacted"];
    !is_monotonous(text)
        && !example.iter().any(|it| lower.contains(it))
        && text.bytes().any(|it| it.is_ascii_digit())
}

/// Three parts of base64url, the first of which is an object (RFC 7519 §3).
fn is_jwt(text: &str) -> bool {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mut parts = text.trim_end_matches('=').split('.');
    let header = parts.next().and_then(|it| engine.decode(it).ok());
    let is_object = header.is_some_and(|it| it.starts_with(b"{") && it.ends_with(b"}"));
    let claims = parts.next().is_some_and(|it| it.starts_with("ey") && it.len() > 8);
    let signed = parts.next().is_some_and(|it| it.len() > 8);
    is_object && claims && signed
}

/// A key and the data centre that it is for: `0123456789abcdef0123456789abcdef-us6`.
fn is_mailchimp(text: &str) -> bool {
    text.split_once("-us").is_some_and(|(key, place)| {
        key.len() == 32
            && key.bytes().all(|it| it.is_ascii_hexdigit())
            && (1..=2).contains(&place.len())
            && place.bytes().all(|it| it.is_ascii_digit())
            && is_key(key)
    })
}

/// The number of a bot, a colon, and 35 characters that begin with `AA`.
fn is_telegram(text: &str, at: usize, stop: usize) -> bool {
    let number = &text[at..stop];
    let rest = text[stop..].strip_prefix(":AA").unwrap_or_default();
    let length = rest.bytes().take_while(|it| Alphabet::Url.has(*it)).count();
    (8..=10).contains(&number.len()) && number.bytes().all(|it| it.is_ascii_digit()) && length == 33
}

/// `://user:password@` (RFC 3986 §3.2.1).
fn user_info(text: &str, found: &mut Vec<Found>) {
    for (at, mark) in text.match_indices("://") {
        let start = at + mark.len();
        let rest = &text[start..];
        let end =
            rest.find(|it: char| it.is_whitespace() || "/?#\"'<>\\`".contains(it)).unwrap_or(rest.len());
        let Some((info, _)) = rest[..end].rsplit_once('@') else { continue };
        let Some((user, password)) = info.split_once(':') else { continue };
        if !password.is_empty() && !is_placeholder("password", password) {
            let from = start + user.len() + 1;
            add(found, from..from + password.len(), USER_INFO);
        }
    }
}

/// `Basic dXNlcjpwYXNz`, `Bearer …` in commands and prose.
fn schemes(text: &str, found: &mut Vec<Found>) {
    use base64::Engine as _;
    let token = |it: u8| it.is_ascii_alphanumeric() || b"-._~+/=".contains(&it);
    for (scheme, kind) in [("asic ", BASIC), ("earer ", BEARER)] {
        for (at, _) in text.match_indices(scheme) {
            let named = at > 0 && matches!(text.as_bytes()[at - 1], b'B' | b'b');
            if !named {
                continue;
            }
            let start = at + scheme.len();
            let length = text.as_bytes()[start..].iter().position(|it| !token(*it));
            let stop = length.map_or(text.len(), |length| start + length);
            let value = text[start..stop].trim_end_matches('.');
            let stop = start + value.len();
            let is_secret = if kind == BASIC {
                let bytes = base64::engine::general_purpose::STANDARD.decode(value).ok();
                let pair = bytes.and_then(|it| String::from_utf8(it).ok()).unwrap_or_default();
                let password = pair.split_once(':').map(|(_, password)| password);
                password.is_some_and(|it| !it.is_empty() && !is_placeholder("password", it))
            } else {
                is_random(value) && !is_placeholder("token", value)
            };
            if is_secret {
                add(found, start..stop, kind);
            }
        }
    }
}

/// What a text itself calls a secret: `api_key=…`, `"password": "…"`, `<Password>…</Password>`. Where the
/// sign is in prose, only what looks random counts.
fn assigned(text: &str, script: bool, found: &mut Vec<Found>) {
    if !may_name_secret(text) {
        return;
    }
    let bytes = text.as_bytes();
    let form = text.contains('=') && !text.contains(|it: char| it.is_whitespace() || "<>{}\"".contains(it));
    for (at, sign) in bytes.iter().enumerate().filter(|(_, it)| b"=:>,".contains(it)) {
        let Some((name, exact)) = name_before(text, at, *sign) else { continue };
        // In prose, the name may be of two words: "Auth Key: …".
        let name = match two_words(text, name) {
            _ if is_secret_name(name) => name,
            Some(both) if is_secret_name(both) => both,
            _ => continue,
        };
        let Some(range) = value_after(text, at + 1, *sign, form) else { continue };
        let value = &text[range.clone()];
        let quoted = bytes[range.start - 1..].first().is_some_and(|it| b"\"'`".contains(it));
        // In a program, what has no quotes is code.
        if script && !quoted && *sign != b'>' {
            continue;
        }
        let exact = exact || form && *sign == b'=' || script;
        let is_secret = exact || is_random(value) && !text[range.end..].starts_with('(');
        if is_secret && !is_placeholder(name, value) {
            found.push(Found { range, kind: NAMED, variable: name.to_owned() });
        }
    }
}

/// The name that a sign belongs to, and whether what follows it is its value for sure.
fn name_before(text: &str, at: usize, sign: u8) -> Option<(&str, bool)> {
    let is_name = |it: char| it.is_ascii_alphanumeric() || "_-.".contains(it);
    let before = &text[..at];
    if sign == b'>' {
        // The name of an element, without its namespace and attributes.
        let tag = &before[before.rfind('<')? + 1..];
        let name = tag.split_whitespace().next()?;
        let name = name.rsplit(':').next()?;
        return (!name.is_empty() && !tag.starts_with(['/', '!', '?']) && name.chars().all(is_name))
            .then_some((name, true));
    }
    let before = before.trim_end_matches([' ', '\t']);
    if sign == b',' {
        // `pm.environment.set("token", "…")`
        let inner = before.strip_suffix(['"', '\'', '`'])?;
        let start = inner.rfind(['"', '\'', '`'])?;
        let call = &inner[..start];
        let sets = call.ends_with("et(") || call.ends_with("Variable(");
        let name = &inner[start + 1..];
        return (sets && name.chars().all(is_name)).then_some((name, false));
    }
    let quoted = before.strip_suffix(['"', '\'', '`']).map(|it| it.strip_suffix('\\').unwrap_or(it));
    let inner = quoted.unwrap_or(before);
    let start = inner
        .rfind(|it: char| !is_name(it))
        .map_or(0, |at| at + inner[at..].chars().next().map_or(1, char::len_utf8));
    let mut name = inner[start..].trim_start_matches(['-', '.']);
    // `%26token=`: what is left of an escaped sign is no part of the name.
    if inner[..start].ends_with('%') {
        name = name.get(2..).unwrap_or_default();
    }
    (!name.is_empty()).then_some((name, false))
}

/// A name with the word in front of it.
fn two_words<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let start = name.as_ptr() as usize - text.as_ptr() as usize;
    let before = text[..start].strip_suffix(' ')?;
    let word = before
        .rfind(|it: char| !it.is_ascii_alphanumeric())
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    (word < before.len()).then(|| &text[word..start + name.len()])
}

/// The value that follows a sign: up to what ends it.
fn value_after(text: &str, from: usize, sign: u8, form: bool) -> Option<Range<usize>> {
    if sign == b'>' {
        let length = text[from..].find('<')?;
        let value = text[from..from + length].trim();
        let start = from + text[from..].find(value)?;
        return (!value.is_empty()).then(|| start..start + value.len());
    }
    let bytes = text.as_bytes();
    let mut start = from;
    while bytes.get(start).is_some_and(|it| b" \t\"'`\\=>".contains(it)) {
        start += 1;
    }
    for scheme in ["Bearer ", "bearer ", "Basic ", "basic ", "Token ", "token ", "Digest "] {
        if text[start..].starts_with(scheme) {
            start += scheme.len();
        }
    }
    let ends = |it: char| it.is_whitespace() || "\"'`&;,<>()|\\".contains(it) || !form && "{}[]".contains(it);
    let length = text[start..].find(ends).unwrap_or(text.len() - start);
    let value = text[start..start + length].trim_end_matches(['.', ':']);
    (!value.is_empty()).then(|| start..start + value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is skipped has no secret: a look at each character finds the same.
    #[test]
    fn short_runs_have_no_word() {
        for (prefix, alphabet, least, ..) in &PREFIXED {
            assert!(prefix.len() + least >= SHORTEST_WORD, "{prefix}");
            assert!(prefix.bytes().all(|it| OF_WORDS[usize::from(it)]), "{prefix}");
            assert!((0..=255).all(|it| !alphabet.has(it) || OF_WORDS[usize::from(it)]), "{prefix}");
        }
        let jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";
        let telegram = format!("123456789:AA{}", "b1C-".repeat(9).split_at(33).0);
        let mailchimp = "0f1e2d3c4b5a69788796a5b4c3d2e1f0-us6";
        let words = [
            jwt,
            &telegram,
            mailchimp,
            "AKIAQ3EGSIBMEFQ7ABCD",
            "ghp_",
            "a1B2",
            "{\"a\": 1}",
            " ",
            "é",
            "_",
            ":",
        ];
        let mut count = 0;
        // A generator of numbers that are the same in every run (Knuth, MMIX).
        let mut state = 7_u64;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        for _ in 0..20_000 {
            let text: String = (0..next(12)).map(|_| words[next(words.len())]).collect();
            let (mut some, mut all) = (Vec::new(), Vec::new());
            super::words(&text, &mut some);
            words_in(&text, 0..text.len(), &mut all);
            assert_eq!(some, all, "{text}");
            count += all.len();
        }
        assert!(count > 10_000, "{count}");
    }
}
