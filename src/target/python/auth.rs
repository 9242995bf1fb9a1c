//! Auth that the request itself does not carry: what the libraries of Python sign with.

use serde::Serialize;

use super::source::{Source, bracketed};
use crate::collection::{Asap, Auth, Jwt, JwtPlace, OAuth1, Text};
use crate::target::quote::py;

/// Whether a snippet can sign a request this way.
pub(in crate::target) fn signs(auth: &Auth) -> bool {
    match auth {
        Auth::None
        | Auth::Basic { .. }
        | Auth::Bearer { .. }
        | Auth::ApiKey { .. }
        | Auth::Digest { .. }
        | Auth::Ntlm { .. }
        | Auth::OAuth1(_)
        | Auth::Jwt(_)
        | Auth::Asap(_)
        | Auth::EdgeGrid { .. } => true,
        Auth::Aws(aws) => !aws.in_query,
        // The library for it is no longer kept.
        Auth::Hawk(_) => false,
    }
}

/// The package that a snippet needs beside requests, as pip names it.
pub(super) fn package(auth: &Auth) -> Option<&'static str> {
    match auth {
        Auth::Ntlm { .. } => Some("requests-ntlm>=1.3"),
        Auth::Aws(aws) if !aws.in_query => Some("requests-aws4auth>=1.3"),
        Auth::OAuth1(_) => Some("requests-oauthlib>=2.0"),
        Auth::Jwt(_) | Auth::Asap(_) => Some("PyJWT[crypto]>=2.8"),
        Auth::EdgeGrid { .. } => Some("edgegrid-python>=2.0"),
        _ => None,
    }
}

/// The lines of the argument `auth=` of a request; none if there is none. `form` tells whether it
/// sends one.
pub(super) fn argument(source: &mut Source<'_>, auth: &Auth, form: bool) -> Vec<String> {
    let signer = signer(source, auth, form);
    signer.map_or(Vec::new(), |(head, arguments)| bracketed(12, &format!("auth={head}("), &arguments, "),"))
}

/// What signs a request: the class of a library, and the arguments that it is made with.
pub(super) fn signer(source: &mut Source<'_>, auth: &Auth, form: bool) -> Option<(String, Vec<String>)> {
    let call = |name: &str, arguments: Vec<String>| Some((name.to_owned(), arguments));
    match auth {
        // As bytes: the library would write a text in Latin-1.
        Auth::Basic { username, password } => {
            source.imports.insert("from requests.auth import HTTPBasicAuth");
            let encoded = |source: &mut Source<'_>, it| format!("{}.encode()", source.expression(it));
            call("HTTPBasicAuth", vec![encoded(source, username), encoded(source, password)])
        }
        Auth::Digest { username, password } => {
            source.imports.insert("from requests.auth import HTTPDigestAuth");
            call("HTTPDigestAuth", vec![source.expression(username), source.expression(password)])
        }
        Auth::Ntlm { username, password, domain, .. } => {
            source.imports.insert("from requests_ntlm import HttpNtlmAuth");
            let mut user = domain.clone();
            user.push_literal(if domain.is_empty() { "" } else { "\\" });
            user.push(username.clone());
            call("HttpNtlmAuth", vec![source.expression(&user), source.expression(password)])
        }
        Auth::Aws(aws) if !aws.in_query => {
            source.imports.insert("from requests_aws4auth import AWS4Auth  # type: ignore[import-untyped]");
            let mut arguments: Vec<String> = [&aws.access_key, &aws.secret_key, &aws.region, &aws.service]
                .into_iter()
                .map(|it| source.expression(it))
                .collect();
            named(source, &mut arguments, "session_token", &aws.session_token);
            call("AWS4Auth", arguments)
        }
        Auth::OAuth1(oauth) => call("OAuth1", oauth1(source, oauth, form)),
        Auth::EdgeGrid { access_token, client_token, client_secret, headers } => {
            source.imports.insert("from akamai.edgegrid import EdgeGridAuth  # type: ignore[import-untyped]");
            let mut arguments = Vec::new();
            named(source, &mut arguments, "client_token", client_token);
            named(source, &mut arguments, "client_secret", client_secret);
            named(source, &mut arguments, "access_token", access_token);
            if !headers.is_empty() {
                let headers = source.expression(headers);
                arguments.push(format!("headers_to_sign={headers}.replace(\",\", \" \").split()"));
            }
            call("EdgeGridAuth", arguments)
        }
        _ => None,
    }
}

/// Adds `name=value` if there is a value.
fn named(source: &mut Source<'_>, arguments: &mut Vec<String>, name: &str, value: &Text) {
    if !value.is_empty() {
        arguments.push(format!("{name}={}", source.expression(value)));
    }
}

fn oauth1(source: &mut Source<'_>, oauth: &OAuth1, form: bool) -> Vec<String> {
    source.imports.insert("from requests_oauthlib import OAuth1");
    let mut arguments = vec![source.expression(&oauth.consumer_key)];
    named(source, &mut arguments, "client_secret", &oauth.consumer_secret);
    named(source, &mut arguments, "resource_owner_key", &oauth.token);
    named(source, &mut arguments, "resource_owner_secret", &oauth.token_secret);
    named(source, &mut arguments, "callback_uri", &oauth.callback);
    named(source, &mut arguments, "verifier", &oauth.verifier);
    named(source, &mut arguments, "rsa_key", &oauth.private_key);
    arguments.push(format!("signature_method={}", py(&oauth.method)));
    if !oauth.in_header {
        arguments.push(format!("signature_type=\"{}\"", if form { "body" } else { "query" }));
    }
    named(source, &mut arguments, "realm", &oauth.realm);
    named(source, &mut arguments, "nonce", &oauth.nonce);
    named(source, &mut arguments, "timestamp", &oauth.timestamp);
    arguments
}

/// A token that the snippet signs.
#[derive(Serialize, Default)]
pub(super) struct Token {
    /// Whether there is one.
    pub(super) has_token: bool,
    /// Statements that make `claims` and `header`.
    pub(super) token_lines: Vec<String>,
    /// The statement that signs them.
    pub(super) token_signed: Vec<String>,
}

/// What becomes of a signed token.
#[derive(Clone, Copy)]
pub(super) enum Becomes {
    /// The answer of a function whose statements have this indent.
    Answer(usize),
    /// A value of its own.
    Value,
}

/// What signs `claims` and `header` with a key.
fn signed(becomes: Becomes, key: String, algorithm: &str) -> Vec<String> {
    let (indent, head) = match becomes {
        Becomes::Answer(indent) => (indent, "return"),
        Becomes::Value => (0, "token ="),
    };
    let arguments =
        ["claims".to_owned(), key, format!("algorithm={}", py(algorithm)), "headers=header".to_owned()];
    bracketed(indent, &format!("{head} jwt.encode("), &arguments, ")")
}

/// How a token of JWT or ASAP is signed.
pub(super) fn token(becomes: Becomes, source: &mut Source<'_>, auth: &Auth) -> Token {
    match auth {
        Auth::Jwt(jwt) => jwt_token(becomes, source, jwt),
        Auth::Asap(asap) => asap_token(becomes, source, asap),
        _ => Token::default(),
    }
}

fn jwt_token(becomes: Becomes, source: &mut Source<'_>, jwt: &Jwt) -> Token {
    source.imports.extend(["import json", "import jwt"]);
    let key = if jwt.secret.is_empty() { &jwt.private_key } else { &jwt.secret };
    let mut key = source.expression(key);
    if jwt.base64_secret {
        source.imports.insert("import base64");
        // Both alphabets and a missing padding are taken, as the runner does.
        key = format!("base64.urlsafe_b64decode({key} + \"==\")");
    }
    // Without `typ`, as Postman has it.
    let header = match jwt.header.is_empty() {
        true => "header = {\"typ\": None}".to_owned(),
        false => format!("header = {{\"typ\": None, **json.loads({})}}", source.expression(&jwt.header)),
    };
    Token {
        has_token: true,
        token_lines: vec![format!("claims = json.loads({})", source.expression(&jwt.claims)), header],
        token_signed: signed(becomes, key, &jwt.algorithm),
    }
}

fn asap_token(becomes: Becomes, source: &mut Source<'_>, asap: &Asap) -> Token {
    source.imports.extend(["import jwt", "import time", "import uuid"]);
    let mut lines = vec!["now = int(time.time())".to_owned(), "claims = {".to_owned()];
    let mut claim = |name: &str, value: &str| lines.push(format!("    \"{name}\": {value},"));
    claim("iat", "now");
    for (name, value) in [("iss", &asap.issuer), ("sub", &asap.subject)] {
        if !value.is_empty() {
            claim(name, &source.expression(value));
        }
    }
    claim("jti", "str(uuid.uuid4())");
    claim("aud", &source.expression(&asap.audience));
    claim("exp", &format!("now + int({})", source.expression(&asap.lifetime)));
    if !asap.claims.is_empty() {
        source.imports.insert("import json");
        lines.push(format!("    **json.loads({}),", source.expression(&asap.claims)));
    }
    lines.push("}".to_owned());
    lines.push(format!("header = {{\"kid\": {}, \"typ\": None}}", source.expression(&asap.key_id)));
    Token {
        has_token: true,
        token_lines: lines,
        token_signed: signed(becomes, source.expression(&asap.private_key), &asap.algorithm),
    }
}

/// The header that a signed token goes into: its name and its value. The call signs it.
pub(super) fn token_header(auth: &Auth, call: &str) -> Option<(String, String)> {
    let prefix = match auth {
        Auth::Jwt(Jwt { place: JwtPlace::Header(prefix), .. }) => prefix.as_str(),
        Auth::Asap(_) => "Bearer",
        _ => return None,
    };
    let value =
        if prefix.is_empty() { call.to_owned() } else { format!("{} + {call}", py(&format!("{prefix} "))) };
    Some((py("Authorization"), value))
}

/// The piece of the query that a signed token goes into.
pub(super) fn token_query(source: &mut Source<'_>, auth: &Auth, call: &str) -> Option<String> {
    match auth {
        Auth::Jwt(Jwt { place: JwtPlace::Query(key), .. }) => {
            let mut key = key.clone();
            key.push_literal("=");
            Some(format!("{} + {call}", source.expression(&key)))
        }
        _ => None,
    }
}
