//! Where a program does not send, byte for byte, what Postman's runner sends, and why. Each row is
//! in the README; a difference that fits none of them fails the tests, and so does a row that nothing
//! fits any more.

use std::collections::HashSet;

use postwright::api::{Body, Http, Operation, Settings};
use postwright::collection::{Auth, Encoding, JwtPlace, Part, PartContent, PathPart, Text, WireBody};
use postwright::target::Target;

use crate::runner::{Case, Content, Sent, headers_of};

/// Who sends: nobody yet (the model's own `WireRequest`), the programs of a target, Python snippets on httpx,
/// or the Python package.
/// The Rust client is compared by its own contract tests; here only those count that they cannot make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sender {
    Wire,
    Program(Target),
    Httpx,
    Package,
}

impl Sender {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Sender::Wire => "WireRequest",
            Sender::Program(target) => target.name(),
            Sender::Httpx => "python on httpx",
            Sender::Package => "python client",
        }
    }
}

/// A difference between two requests of one and the same item.
pub(crate) struct Difference<'a> {
    pub(crate) case: &'a Case,
    pub(crate) place: &'a str,
    pub(crate) sender: Sender,
    /// `None` if we do not send it, on purpose.
    pub(crate) operation: Option<&'a Operation>,
    /// What the runner sent, or why it did not.
    pub(crate) wanted: &'a Result<Sent, String>,
    /// What was sent instead, or why nothing was.
    pub(crate) got: Result<Sent, String>,
    /// What differs: `method`, `host`, `target`, `body`, and the names of headers.
    pub(crate) fields: Vec<String>,
}

/// A row of the table.
pub(crate) struct Exception {
    /// The kind of request.
    pub(crate) kind: &'static str,
    /// Who sends something else.
    pub(crate) senders: &'static str,
    /// What, and why.
    pub(crate) reason: &'static str,
    /// Whether a difference is of this kind, and of no other.
    pub(crate) fits: fn(&Difference<'_>) -> bool,
}

/// Every row, the most telling first.
pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception {
        kind: "signed in a way that the target cannot",
        senders: "curl: OAuth 1.0, Hawk, JWT, ASAP, EdgeGrid, AWS with a query, escapes or for S3; python and its client: Hawk, AWS \
                  in the query; python on httpx: those, AWS, OAuth 1.0, EdgeGrid, NTLM, Digest with a URL that \
                  httpx would change; powershell: OAuth 1.0, Hawk, JWT, ASAP, EdgeGrid, AWS; rust: NTLM, OAuth 1.0 with RSA-SHA1, JWT with ES512",
        reason: "goes out unsigned. PW0004 says which request, and where",
        fits: |it| unsigned(it) && lacks_signature_alone(it),
    },
    Exception {
        kind: "signed with a private key",
        senders: "rust",
        reason: "is signed, but a contract test has no key to do it with; a test of our own checks one of each kind",
        fits: |it| says(it, "no private key") || says(it, "its token is not JSON"),
    },
    Exception {
        kind: "AWS Signature",
        senders: "curl, python, python client",
        reason: "the same key signs another choice of headers, which is as valid",
        fits: |it| {
            matches!(auth(it), Some(Auth::Aws(_)))
                && only(it, &["authorization", "x-amz-content-sha256", "x-amz-date"])
                && signed_with(it, "aws4-hmac-sha256")
        },
    },
    Exception {
        kind: "OAuth 1.0 without a version or a method, or in a query or form",
        senders: "python, python client",
        reason: "the library always sends `oauth_version=1.0` and `oauth_signature_method`, which are the defaults, \
                 and has an order and a spelling (`+` for a blank) of its own",
        fits: |it| {
            matches!(auth(it), Some(Auth::OAuth1(_))) && only(it, &["authorization", "target", "body"])
        },
    },
    Exception {
        kind: "Digest with a realm and a nonce in the collection",
        senders: "all",
        reason: "the challenge of the server counts, not one that was saved",
        fits: |it| matches!(auth(it), Some(Auth::Digest { .. })) && only(it, &["authorization"]),
    },
    Exception {
        kind: "Digest and NTLM over http",
        senders: "powershell",
        reason: "is refused before anything is sent: PowerShell answers a challenge only over https",
        fits: |it| {
            is_powershell(it)
                && matches!(auth(it), Some(Auth::Digest { .. } | Auth::Ntlm { .. }))
                && it.got.as_ref().is_err_and(|it| it.contains("unencrypted connections"))
        },
    },
    Exception {
        kind: "a private key that is none, or a switch of JWT that is text",
        senders: "python, python on httpx, rust, python client",
        reason: "fails instead of going out unsigned; `\"false\"` is false",
        fits: |it| {
            matches!(auth(it), Some(Auth::Asap(_) | Auth::Jwt(_) | Auth::OAuth1(_)))
                && (it.got.as_ref().is_err_and(|said| said.contains("key") || said.contains("PEM"))
                    || only(it, &["authorization"]))
        },
    },
    Exception {
        kind: "a token or another variable with a character that no header may have",
        senders: "all",
        reason: "its value is the caller's to set, so that the request is written all the same; with this one it \
                 fails in Python and Rust, and curl sends a token without its line breaks",
        fits: |it| it.wanted.as_ref().is_err_and(|it| it.contains("Invalid character in header content")),
    },
    Exception {
        kind: "a secret or a script with a NUL",
        senders: "curl, python, python on httpx, powershell, python client",
        reason: "is refused: neither the environment nor a text of bash can hold one. PW0013 says which request",
        fits: |it| it.got.as_ref().is_err_and(|said| said.contains("NUL byte") || holds_nul(it)),
    },
    Exception {
        kind: "`addTokenTo` with an old name",
        senders: "all",
        reason: "the token goes into the header; the runner sends none. PW0005 says which request",
        fits: |it| {
            matches!(auth(it), Some(Auth::Bearer { .. }))
                && only(it, &["authorization"])
                && noted(it, "PW0005")
        },
    },
    Exception {
        kind: "user and password in the URL beside an API key",
        senders: "all",
        reason: "only the auth of the request is sent",
        fits: |it| {
            matches!(auth(it), Some(Auth::ApiKey { .. }))
                && only(it, &["authorization"])
                && wanted_header(it, "authorization").is_some_and(|it| it.starts_with("Basic "))
        },
    },
    Exception {
        kind: "a URL that has only `raw`",
        senders: "all",
        reason: "is sent; the runner refuses it. PW0011 says which request",
        fits: |it| it.wanted.as_ref().is_err_and(|it| it.contains("url is empty")) && noted(it, "PW0011"),
    },
    Exception {
        kind: "a `Content-Length` of the collection's own",
        senders: "all",
        reason: "is left out: the runner sends it even if it is wrong, and hangs",
        fits: |it| it.wanted.as_ref().is_err_and(|it| it.contains("ESOCKETTIMEDOUT")),
    },
    Exception {
        kind: "an address (`about:blank`) or a part's content type that is none, a URL with `ü` and no encoding",
        senders: "all",
        reason: "is refused with PW0001; the runner sends it as it is",
        fits: |it| it.operation.is_none() && noted(it, "PW0001"),
    },
    Exception {
        kind: "variables that contain each other",
        senders: "all",
        reason: "another one of them stays in the text. PW0014 says which",
        fits: |it| noted(it, "PW0014"),
    },
    Exception {
        kind: "a variable whose value has `?` or `#`, in a URL",
        senders: "all",
        reason: "is escaped; the runner takes it for the end of the path or of the URL",
        fits: |it| only(it, &["target"]) && has_variable_with(it, &['?', '#']),
    },
    Exception {
        kind: "a segment of the path that is an object",
        senders: "all",
        reason: "its value is sent, not `[object Object]`",
        fits: |it| {
            only(it, &["target"]) && wanted_target(it).contains("[object%20Object]") && !same_meaning(it)
        },
    },
    Exception {
        kind: "form-data with files after a row of several files",
        senders: "all",
        reason: "the files are sent; the runner loses them",
        fits: |it| only(it, &["body"]) && has_several_files(it),
    },
    Exception {
        kind: "`disabledSystemHeaders` that switches off `Host` or `Content-Length`",
        senders: "all",
        reason: "both are sent: without them it is no request of HTTP/1.1",
        fits: |it| {
            it.fields.iter().any(|it| it == "host") && it.wanted.as_ref().is_ok_and(|it| it.host.is_empty())
        },
    },
    Exception {
        kind: "form-data with a quote or a line break in a name",
        senders: "curl, python, python on httpx, powershell, python client",
        reason: "is escaped, as browsers do; the runner breaks the part's header",
        fits: |it| only(it, &["body"]) && has_part_name_with(it, |it| it.contains(['"', '\n'])),
    },
    Exception {
        kind: "form-data with a file name that is not Latin-1",
        senders: "curl, python, python on httpx, powershell, python client",
        reason: "goes out in UTF-8, without a second copy of it in `filename*`",
        fits: |it| only(it, &["body"]) && has_part_name_with(it, |it| it.chars().any(|it| it > '\u{ff}')),
    },
    Exception {
        kind: "form-data with `=` in the name of a part, or without a name",
        senders: "curl",
        reason: "curl ends the name there, and has no empty ones",
        fits: |it| {
            it.sender == Sender::Program(Target::Curl)
                && only(it, &["body"])
                && has_part_name_with(it, |it| it.contains('=') || it.is_empty())
        },
    },
    Exception {
        kind: "a header with a character of Latin-1",
        senders: "curl, rust, powershell",
        reason: "goes out in UTF-8; .NET refuses it",
        fits: |it| {
            [Target::Curl, Target::Rust].map(Sender::Program).contains(&it.sender)
                && it.fields.iter().all(|name| wanted_header(it, name).is_some_and(|it| !it.is_ascii()))
                || is_powershell(it) && it.got.as_ref().is_err_and(|it| it.contains("only ASCII characters"))
        },
    },
    Exception {
        kind: "several headers of one name",
        senders: "powershell",
        reason: "go out as one, with commas between the values, which means the same (RFC 9110, section 5.3); of \
                 several content types the first one",
        fits: |it| is_powershell(it) && !it.fields.is_empty() && it.fields.iter().all(|name| joins(it, name)),
    },
    Exception {
        kind: "a content type that is empty",
        senders: "powershell",
        reason: "is left out",
        fits: |it| {
            is_powershell(it)
                && only(it, &["content-type"])
                && both(it).is_some_and(|(got, wanted)| {
                    headers_of(got, "content-type").is_empty()
                        && headers_of(wanted, "content-type").iter().all(String::is_empty)
                })
        },
    },
    Exception {
        kind: "an `Accept-Encoding` of the collection's own",
        senders: "powershell",
        reason: ".NET adds what else it can decode",
        fits: |it| {
            is_powershell(it)
                && only(it, &["accept-encoding"])
                && both(it).is_some_and(|(got, wanted)| {
                    let text = |sent| headers_of(sent, "accept-encoding").join(", ");
                    text(got).starts_with(&format!("{}, ", text(wanted)))
                })
        },
    },
    Exception {
        kind: "a header with blanks around the value of a variable",
        senders: "python, python on httpx, python client",
        reason: "is refused by the library",
        fits: |it| {
            let refused = ["Invalid leading whitespace", "Illegal header value"];
            is_python(it) && it.got.as_ref().is_err_and(|said| refused.iter().any(|it| said.contains(it)))
        },
    },
    Exception {
        kind: "a path value with `/`, `;`, `%` and the like, given as an argument",
        senders: "curl, python, powershell, rust, python client",
        reason: "is escaped: it stays one segment, and arrives as it was given; the runner takes it as a piece \
                 of the URL",
        fits: |it| {
            says(it, "in its path")
                || only(it, &["target"])
                    && it.operation.is_some_and(|it| {
                        it.arguments.iter().any(|it| it.example.is_none())
                            && it.arguments.iter().any(|it| it.example.is_some())
                    })
        },
    },
    Exception {
        kind: "a value with `+`, `%` or a quote in a query, a key that is there twice in a query or form",
        senders: "rust, python client",
        reason: "arrives as it was given to the method, `+` as `%2B`; a method takes each key once",
        fits: |it| says(it, "in its query") || says(it, "in its form") || drops_repeated(it),
    },
    Exception {
        kind: "a JSON body that has a key twice, or one with a variable in it, or is none",
        senders: "rust, python client",
        reason: "no type can hold it; the method takes one that is JSON",
        fits: |it| {
            says(it, "its body has a key")
                || says(it, "its body is not JSON")
                || it.sender == Sender::Package
                    && it.got.as_ref().is_err_and(|it| it.starts_with("JSONDecodeError"))
        },
    },
    Exception {
        kind: "a path with `.` or `..` as a segment, or with characters that are escaped nowhere else, escaping switched off",
        senders: "rust",
        reason: "reqwest brings URLs into the form of the WHATWG, which has none of these",
        fits: |it| says(it, "the HTTP client writes"),
    },
    Exception {
        kind: "characters in a URL that Postman does not escape: `` [ ] { } | \\ ^ ` `` and a bare `%`",
        senders: "python",
        reason: "urllib3 escapes them, which means the same",
        fits: |it| it.sender == Sender::Program(Target::Python) && only(it, &["target"]) && same_meaning(it),
    },
    Exception {
        kind: "a value of a path or query with escapes, or with characters that Postman leaves alone",
        senders: "python client",
        reason: "arrives as it was given to the method, escaped anew by the client and by urllib3, which means the \
                 same",
        fits: |it| it.sender == Sender::Package && only(it, &["target"]) && same_meaning(it),
    },
    Exception {
        kind: "a URL that ends in `?`, a host that ends in `.`",
        senders: "python, python client",
        reason: "urllib3 takes it away, which means the same",
        fits: |it| {
            let end = |got: &Sent, wanted: &Sent| {
                format!("{}?", got.target) == wanted.target || wanted.host.replace(".:", ":") == got.host
            };
            is_python(it)
                && (only(it, &["target"]) || only(it, &["host"]))
                && both(it).is_some_and(|(got, wanted)| end(got, wanted))
        },
    },
];

fn auth<'a>(it: &'a Difference<'_>) -> Option<&'a Auth> {
    it.operation.map(Operation::auth)
}

/// Whether the sender says that it cannot sign this way.
fn unsigned(it: &Difference<'_>) -> bool {
    match (it.sender, it.operation) {
        (Sender::Program(target), Some(operation)) => !target.signs(operation, &Settings::default()),
        (Sender::Httpx, Some(operation)) => !Target::Python.signs(operation, &on_httpx()),
        (Sender::Package, Some(operation)) => !Target::Python.signs(operation, &Settings::default()),
        _ => false,
    }
}

/// The settings that have Python snippets on httpx.
pub(crate) fn on_httpx() -> Settings {
    Settings { http: Http::Httpx, ..Settings::default() }
}

fn both<'a>(it: &'a Difference<'_>) -> Option<(&'a Sent, &'a Sent)> {
    it.got.as_ref().ok().zip(it.wanted.as_ref().ok())
}

/// Whether nothing differs but where the signature goes.
fn lacks_signature_alone(it: &Difference<'_>) -> bool {
    let in_header = match auth(it) {
        Some(Auth::OAuth1(oauth)) => oauth.in_header,
        Some(Auth::Aws(aws)) => !aws.in_query,
        Some(Auth::Jwt(jwt)) => matches!(jwt.place, JwtPlace::Header(_)),
        _ => true,
    };
    let headers = ["authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"];
    let places = if in_header { &headers[..] } else { &["target", "body"] };
    only(it, places) || only(it, &["contract"])
}

/// Whether the contract of the Rust crate says that it cannot call the operation, in these words.
fn says(it: &Difference<'_>, reason: &str) -> bool {
    it.sender == Sender::Program(Target::Rust) && it.got.as_ref().is_err_and(|it| it.contains(reason))
}

fn is_python(it: &Difference<'_>) -> bool {
    matches!(it.sender, Sender::Program(Target::Python) | Sender::Httpx | Sender::Package)
}

fn is_powershell(it: &Difference<'_>) -> bool {
    it.sender == Sender::Program(Target::PowerShell)
}

/// Whether the values of a header went out in one line, or the first one if there can be only one.
fn joins(it: &Difference<'_>, name: &str) -> bool {
    let Some((got, wanted)) = both(it) else { return false };
    let (got, wanted) = (headers_of(got, name), headers_of(wanted, name));
    let one = match name {
        "content-type" => wanted.first().cloned().unwrap_or_default(),
        "cookie" => wanted.join("; "),
        _ => wanted.join(", "),
    };
    wanted.len() > 1 && got == [one]
}

/// Whether nothing is missing but what has the key of something before it, which a method takes once.
fn drops_repeated(it: &Difference<'_>) -> bool {
    let Some((got, wanted)) = both(it).filter(|_| it.sender == Sender::Package) else { return false };
    let text = |content: &Content| match content {
        Content::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Content::Hash { .. } => String::new(),
    };
    let is_less = |got: &str, wanted: &str| {
        let mut keys = HashSet::new();
        let key = |pair: &&str| plain(pair.split('=').next().unwrap_or_default());
        let first: Vec<&str> = wanted.split('&').filter(|pair| keys.insert(key(pair))).collect();
        first.len() < wanted.split('&').count() && plain(&first.join("&")) == plain(got)
    };
    let parts = it.operation.map_or(&[][..], |it| it.wire.body_parts());
    let names: Vec<String> = parts.iter().map(|it| it.name.to_string()).collect();
    if only(it, &["target"]) {
        let split = |target: &str| {
            target
                .split_once('?')
                .map(|(path, query)| (path.to_owned(), query.to_owned()))
                .unwrap_or_default()
        };
        let ((path, own), (other, theirs)) = (split(&got.target), split(&wanted.target));
        return plain(&path) == plain(&other) && is_less(&own, &theirs);
    }
    let is_repeated = names.iter().enumerate().any(|(at, name)| names[..at].contains(name));
    only(it, &["body"]) && (is_repeated || is_less(&text(&got.body), &text(&wanted.body)))
}

/// The bytes of a text without percent-encoding.
pub(crate) fn plain(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        let byte = hex.filter(|_| *first == b'%').and_then(|it| u8::from_str_radix(it, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = &after[if byte.is_some() { 2 } else { 0 }..];
    }
    bytes
}

fn only(it: &Difference<'_>, fields: &[&str]) -> bool {
    !it.fields.is_empty() && it.fields.iter().all(|field| fields.contains(&field.as_str()))
}

fn noted(it: &Difference<'_>, code: &str) -> bool {
    it.case.notes.sorted().iter().any(|note| note.code.as_str() == code && note.place == it.place)
}

fn wanted_target(it: &Difference<'_>) -> String {
    it.wanted.as_ref().map(|it| it.target.clone()).unwrap_or_default()
}

fn wanted_header(it: &Difference<'_>, name: &str) -> Option<String> {
    headers_of(it.wanted.as_ref().ok()?, name).into_iter().next()
}

fn signed_with(it: &Difference<'_>, scheme: &str) -> bool {
    let is_signed = |sent: &Sent| headers_of(sent, "authorization").iter().any(|it| it.starts_with(scheme));
    both(it).is_some_and(|(got, wanted)| is_signed(got) && is_signed(wanted))
}

/// Whether both targets are the same once nothing is escaped.
fn same_meaning(it: &Difference<'_>) -> bool {
    both(it).is_some_and(|(got, wanted)| plain(&got.target) == plain(&wanted.target))
}

fn has_variable_with(it: &Difference<'_>, characters: &[char]) -> bool {
    let Some(operation) = it.operation else { return false };
    let url = &operation.wire.url;
    let path = url.path.iter().filter_map(|part| match part {
        PathPart::Fixed(text) | PathPart::Argument { example: Some(text), .. } => Some(text),
        PathPart::Argument { .. } => None,
    });
    path.chain(url.query.iter().flatten()).flat_map(Text::parts).any(|part| match part {
        Part::Variable { name, encoding } if *encoding != Encoding::Raw => {
            it.case.values.get(name).is_some_and(|it| it.contains(characters))
        }
        _ => false,
    })
}

fn holds_nul(it: &Difference<'_>) -> bool {
    let Some(operation) = it.operation else { return false };
    let texts = operation.wire.texts().chain(operation.wire.auth.texts());
    texts.into_iter().any(|text| it.case.text(text).contains('\0'))
}

fn has_several_files(it: &Difference<'_>) -> bool {
    let Some(operation) = it.operation else { return false };
    let files: Vec<String> = operation
        .wire
        .body_parts()
        .iter()
        .filter(|it| matches!(it.content, PartContent::File { .. }))
        .map(|it| it.name.to_string())
        .collect();
    files.iter().enumerate().any(|(at, name)| files[..at].contains(name))
}

fn has_part_name_with(it: &Difference<'_>, wanted: impl Fn(&str) -> bool) -> bool {
    let Some(operation) = it.operation else { return false };
    let WireBody::Multipart(parts) = &operation.wire.body else { return false };
    debug_assert!(matches!(operation.body, Body::Multipart(_)));
    parts.iter().any(|part| {
        let in_file = match &part.content {
            PartContent::File { path, name } => wanted(&it.case.text(name.as_ref().unwrap_or(path))),
            PartContent::Text(_) => false,
        };
        in_file || wanted(&it.case.text(&part.name))
    })
}
