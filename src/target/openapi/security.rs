//! Security schemes (§4.8.27): how requests are signed, without any value that they are signed with.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::path::unique;
use super::{Object, describe, object, value};
use crate::api::{Api, Operation};
use crate::collection::{Auth, JwtPlace, OAuth2, Part, Text, TokenPlace};

/// The schemes that operations are signed with, each once.
pub(super) struct Schemes(IndexMap<String, Object>);

/// A scheme, and what it is called unless another one is.
struct Scheme {
    name: &'static str,
    object: Object,
}

impl Schemes {
    pub(super) fn of(api: &Api) -> Self {
        let mut schemes: IndexMap<String, Object> = IndexMap::new();
        for operation in api.groups.iter().flat_map(|it| &it.operations) {
            if let Some(scheme) = scheme(api, operation)
                && !schemes.values().any(|it| *it == scheme.object)
            {
                let name = unique(scheme.name, |it| !schemes.contains_key(it));
                schemes.insert(name, scheme.object);
            }
        }
        Self(schemes)
    }

    pub(super) fn all(&self) -> Object {
        self.0.iter().map(|(name, scheme)| (name.clone(), scheme.clone().into())).collect()
    }

    /// What an operation is signed with (§4.8.30); nothing if it is not.
    pub(super) fn requirement(&self, api: &Api, operation: &Operation) -> Vec<Value> {
        let Some(scheme) = scheme(api, operation) else { return Vec::new() };
        let Some((name, _)) = self.0.iter().find(|(_, it)| **it == scheme.object) else {
            return Vec::new();
        };
        let scopes = if has_scopes(&scheme.object) { operation.scopes() } else { &[] };
        vec![object([(name, scopes.into())]).into()]
    }
}

/// Whether OpenAPI has a place for the scopes of this operation.
pub(super) fn says_scopes(api: &Api, operation: &Operation) -> bool {
    operation.scopes().is_empty() || scheme(api, operation).is_some_and(|it| has_scopes(&it.object))
}

fn has_scopes(scheme: &Object) -> bool {
    scheme.get("type").is_some_and(|it| it == "oauth2")
}

/// Whether the scheme says how a request is signed, and not only that it is.
pub(super) fn says_how(auth: &Auth) -> bool {
    match auth {
        Auth::None | Auth::Basic { .. } | Auth::Bearer { .. } | Auth::ApiKey { .. } | Auth::Digest { .. } => {
            true
        }
        Auth::Ntlm { .. }
        | Auth::Aws(_)
        | Auth::OAuth1(_)
        | Auth::Hawk(_)
        | Auth::Jwt(_)
        | Auth::Asap(_)
        | Auth::EdgeGrid { .. } => false,
    }
}

fn scheme(api: &Api, operation: &Operation) -> Option<Scheme> {
    let http = |name, scheme: &str| Scheme {
        name,
        object: object([("type", "http".into()), ("scheme", scheme.into())]),
    };
    Some(match operation.auth() {
        Auth::None => return by_hand(operation),
        Auth::Basic { .. } => http("basic", "basic"),
        Auth::Digest { .. } => http("digest", "digest"),
        Auth::Bearer { place, oauth2: true, .. } => match api.oauth2.as_ref().and_then(|it| flow(api, it)) {
            Some((name, flow)) => oauth2(api, place, name, flow),
            None => token(place),
        },
        Auth::Bearer { place, .. } => token(place),
        Auth::ApiKey { key, in_query, .. } => {
            key_in(if *in_query { "query" } else { "header" }, &value::named(api, key))
        }
        Auth::Jwt(jwt) => {
            let mut scheme = match &jwt.place {
                JwtPlace::Header(prefix) => token(&TokenPlace::Header(prefix.clone())),
                JwtPlace::Query(key) => key_in("query", &value::named(api, key)),
            };
            if scheme.name == "bearer" {
                scheme.object.insert("bearerFormat".to_owned(), "JWT".into());
            }
            scheme.signed(json!({"scheme": "JWT", "algorithm": jwt.algorithm}))
        }
        Auth::Asap(asap) => {
            let mut scheme = http("asap", "bearer");
            scheme.object.insert("bearerFormat".to_owned(), "JWT".into());
            scheme.signed(json!({"scheme": "ASAP", "algorithm": asap.algorithm}))
        }
        Auth::Ntlm { .. } => http("ntlm", "ntlm").signed(json!({"scheme": "NTLM"})),
        Auth::Hawk(hawk) => {
            http("hawk", "hawk").signed(json!({"scheme": "Hawk", "algorithm": hawk.algorithm}))
        }
        Auth::OAuth1(it) => {
            http("oauth1", "oauth").signed(json!({"scheme": "OAuth 1.0", "algorithm": it.method}))
        }
        Auth::EdgeGrid { .. } => {
            http("edgegrid", "EG1-HMAC-SHA256").signed(json!({"scheme": "Akamai EdgeGrid"}))
        }
        Auth::Aws(aws) => {
            let scheme = match aws.in_query {
                true => key_in("query", "X-Amz-Signature"),
                false => http("aws", "AWS4-HMAC-SHA256"),
            };
            let (region, service) = (value::named(api, &aws.region), value::named(api, &aws.service));
            scheme.signed(json!({"scheme": "AWS Signature", "region": region, "service": service}))
        }
    })
}

impl Scheme {
    /// Adds what OpenAPI has no words for.
    fn signed(mut self, how: Value) -> Self {
        let name = how.get("scheme").and_then(Value::as_str).unwrap_or_default();
        let about = format!("Signed with {name}, which OpenAPI has no words for.");
        describe(&mut self.object, &about);
        self.object.insert("x-postwright-auth".to_owned(), how);
        self
    }
}

/// A key that goes out as it is.
fn key_in(place: &str, name: &str) -> Scheme {
    let object = object([("type", "apiKey".into()), ("in", place.into()), ("name", name.into())]);
    Scheme { name: "apiKey", object }
}

/// A token, which is no token of OAuth 2.0 or one of which nothing else is known.
fn token(place: &TokenPlace) -> Scheme {
    match place {
        TokenPlace::Query => key_in("query", "access_token"),
        TokenPlace::Header(prefix) if prefix.eq_ignore_ascii_case("bearer") => {
            Scheme { name: "bearer", object: object([("type", "http".into()), ("scheme", "bearer".into())]) }
        }
        TokenPlace::Header(prefix) => {
            let mut scheme = key_in("header", "Authorization");
            let prefix = prefix.trim();
            if !prefix.is_empty() {
                describe(&mut scheme.object, &format!("`{prefix}`, a blank, and the token."));
            }
            scheme
        }
    }
}

/// An `Authorization` that is a header of the collection's own, which is no parameter in OpenAPI (§4.8.12.2).
fn by_hand(operation: &Operation) -> Option<Scheme> {
    let value = operation.wire.header("authorization")?;
    let Some(Part::Literal(first)) = value.parts().first() else {
        return Some(key_in("header", "Authorization"));
    };
    // What stands behind it is no word of a scheme: it may be all that a request is signed with.
    let word = first.split_once(' ').map_or("", |(word, _)| word);
    Some(match word.to_ascii_lowercase().as_str() {
        "basic" => {
            Scheme { name: "basic", object: object([("type", "http".into()), ("scheme", "basic".into())]) }
        }
        "bearer" => token(&TokenPlace::Header("Bearer".to_owned())),
        _ => key_in("header", "Authorization"),
    })
}

/// The flow of a grant (§4.8.29); `None` if the collection does not have the addresses that it needs.
fn flow(api: &Api, oauth2: &OAuth2) -> Option<(&'static str, Object)> {
    let address = |text: &Text| value::known(api, text).filter(|it| !it.is_empty());
    let (name, authorizes, gives_tokens) = match oauth2.grant.as_str() {
        "client_credentials" => ("clientCredentials", false, true),
        "password_credentials" => ("password", false, true),
        "implicit" => ("implicit", true, false),
        // The one that Postman has set where nothing is chosen.
        _ => ("authorizationCode", true, true),
    };
    let mut flow = Object::new();
    if authorizes {
        flow.insert("authorizationUrl".to_owned(), address(&oauth2.authorize_url)?.into());
    }
    if gives_tokens {
        flow.insert("tokenUrl".to_owned(), address(&oauth2.token_url)?.into());
    }
    if let Some(url) = address(&oauth2.refresh_url) {
        flow.insert("refreshUrl".to_owned(), url.into());
    }
    let scopes = api.scopes().into_iter().map(|(scope, _)| (scope.to_owned(), Value::from("")));
    flow.insert("scopes".to_owned(), scopes.collect::<Object>().into());
    Some((name, flow))
}

fn oauth2(api: &Api, place: &TokenPlace, name: &str, flow: Object) -> Scheme {
    let mut about = Vec::new();
    match place {
        TokenPlace::Query => about.push("The token goes into the query, as `access_token`.".to_owned()),
        TokenPlace::Header(prefix) if !prefix.trim().eq_ignore_ascii_case("bearer") => {
            about.push(format!("`{}` stands before the token, in the place of `Bearer`.", prefix.trim()));
        }
        TokenPlace::Header(_) => {}
    }
    if let Some(oauth2) = &api.oauth2 {
        let redirect = value::known(api, &oauth2.redirect_uri).filter(|it| !it.is_empty());
        about.extend(redirect.map(|it| format!("Redirect URI: {it}")));
        if oauth2.pkce {
            about.push("The authorization code is protected by PKCE (RFC 7636).".to_owned());
        }
        if oauth2.client_in_body {
            about.push("The client sends its identifier and its secret in the body.".to_owned());
        }
    }
    let mut object = object([("type", "oauth2".into())]);
    describe(&mut object, &about.join("\n\n"));
    object.insert("flows".to_owned(), json!({name: flow}));
    Scheme { name: "oauth2", object }
}
