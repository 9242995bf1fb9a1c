//! Security schemes (§4.8.27): how requests are signed, without any value that they are signed with.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::path::unique;
use super::{Object, describe, object, value};
use crate::api::{Api, Operation};
use crate::collection::{Auth, JwtPlace, OAuth2, Part, Text, TokenPlace};

/// The schemes that operations are signed with, each once.
pub(super) struct Schemes<'a> {
    api: &'a Api,
    /// The flow of OAuth 2.0, which takes a look at all operations.
    flow: Option<(&'static str, Object)>,
    named: IndexMap<String, Object>,
}

/// A scheme, and what it is called unless another one is.
struct Scheme {
    name: &'static str,
    object: Object,
}

impl<'a> Schemes<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        let flow = api.oauth2.as_ref().and_then(|it| flow(api, it));
        let mut schemes = Self { api, flow, named: IndexMap::new() };
        for operation in api.groups.iter().flat_map(|it| &it.operations) {
            if let Some(scheme) = schemes.scheme(operation)
                && !schemes.named.values().any(|it| *it == scheme.object)
            {
                let name = unique(scheme.name, |it| !schemes.named.contains_key(it));
                schemes.named.insert(name, scheme.object);
            }
        }
        schemes
    }

    pub(super) fn all(&self) -> Object {
        self.named.iter().map(|(name, scheme)| (name.clone(), scheme.clone().into())).collect()
    }

    /// What an operation is signed with (§4.8.30), nothing if it is not; and whether its scopes are said by that.
    pub(super) fn requirement(&self, operation: &Operation) -> (Vec<Value>, bool) {
        let scopes = operation.scopes();
        let scheme = self.scheme(operation);
        let named = scheme.and_then(|scheme| self.named.iter().find(|(_, it)| **it == scheme.object));
        let Some((name, scheme)) = named else { return (Vec::new(), scopes.is_empty()) };
        let has_scopes = scheme.get("type").is_some_and(|it| it == "oauth2");
        let said = if has_scopes { scopes } else { &[] };
        (vec![object([(name, said.into())]).into()], has_scopes || scopes.is_empty())
    }

    fn scheme(&self, operation: &Operation) -> Option<Scheme> {
        scheme(self.api, self.flow.as_ref(), operation)
    }
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

fn scheme(api: &Api, flow: Option<&(&'static str, Object)>, operation: &Operation) -> Option<Scheme> {
    Some(match operation.auth() {
        Auth::None => return by_hand(operation),
        Auth::Basic { .. } => http("basic", "basic"),
        Auth::Digest { .. } => http("digest", "digest"),
        Auth::Bearer { place, oauth2: true, .. } => match flow {
            Some((name, flow)) => oauth2(api, place, name, flow),
            None => token(place),
        },
        Auth::Bearer { place, .. } => token(place),
        Auth::ApiKey { key, in_query, .. } => {
            key_in(if *in_query { "query" } else { "header" }, &value::named(api, key))
        }
        auth => return signed(api, auth),
    })
}

/// A scheme of which OpenAPI has the name only, with what the collection says of it.
fn signed(api: &Api, auth: &Auth) -> Option<Scheme> {
    let (mut scheme, how) = match auth {
        Auth::Jwt(jwt) => {
            let scheme = match &jwt.place {
                JwtPlace::Header(prefix) => token(&TokenPlace::Header(prefix.clone())),
                JwtPlace::Query(key) => key_in("query", &value::named(api, key)),
            };
            (scheme, json!({"algorithm": jwt.algorithm}))
        }
        Auth::Asap(asap) => (http("bearer", "bearer"), json!({"algorithm": asap.algorithm})),
        Auth::Ntlm { .. } => (http("ntlm", "ntlm"), json!({})),
        Auth::Hawk(hawk) => (http("hawk", "hawk"), json!({"algorithm": hawk.algorithm})),
        Auth::OAuth1(it) => (http("oauth1", "oauth"), json!({"algorithm": it.method})),
        Auth::EdgeGrid { .. } => (http("edgegrid", "EG1-HMAC-SHA256"), json!({})),
        Auth::Aws(aws) => {
            let scheme = match aws.in_query {
                true => key_in("query", "X-Amz-Signature"),
                false => http("aws", "AWS4-HMAC-SHA256"),
            };
            let (region, service) = (value::named(api, &aws.region), value::named(api, &aws.service));
            (scheme, json!({"region": region, "service": service}))
        }
        _ => return None,
    };
    if scheme.name == "bearer" {
        scheme.object.insert("bearerFormat".to_owned(), "JWT".into());
    }
    let name = auth.scheme();
    describe(&mut scheme.object, &format!("Signed with {name}, which OpenAPI has no words for."));
    let mut said = object([("scheme", name.into())]);
    said.extend(how.as_object().cloned().unwrap_or_default());
    scheme.object.insert("x-postwright-auth".to_owned(), said.into());
    Some(scheme)
}

fn http(name: &'static str, scheme: &str) -> Scheme {
    Scheme { name, object: object([("type", "http".into()), ("scheme", scheme.into())]) }
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
        "basic" => http("basic", "basic"),
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

fn oauth2(api: &Api, place: &TokenPlace, name: &str, flow: &Object) -> Scheme {
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
