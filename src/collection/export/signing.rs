//! Auth in Postman's rows.

use serde_json::{Map, Value, json};

use super::super::{Asap, Auth, Aws, Hawk, Jwt, JwtPlace, OAuth1, OAuth2, Text, TokenPlace};
use super::written;

/// The rows of a block.
#[derive(Default)]
struct Rows(Vec<Value>);

impl Rows {
    fn text(self, key: &str, text: &Text) -> Self {
        self.word(key, &written(text))
    }

    /// What is empty is left out: the runner takes what it takes by itself then.
    fn word(self, key: &str, value: &str) -> Self {
        if value.is_empty() { self } else { self.always(key, value) }
    }

    fn always(mut self, key: &str, value: &str) -> Self {
        self.0.push(json!({ "key": key, "value": value, "type": "string" }));
        self
    }

    fn flag(mut self, key: &str, is_on: bool) -> Self {
        self.0.push(json!({ "key": key, "value": is_on, "type": "boolean" }));
        self
    }

    fn block(self, kind: &str) -> Value {
        let mut block = Map::new();
        block.insert("type".to_owned(), kind.into());
        block.insert(kind.to_owned(), self.0.into());
        block.into()
    }
}

/// The block of a way to sign; `None` where nothing is signed.
pub(super) fn block(auth: &Auth, tokens: Option<&OAuth2>) -> Option<Value> {
    let rows = Rows::default();
    let user = |rows: Rows, username: &Text, password: &Text| {
        rows.text("username", username).text("password", password)
    };
    Some(match auth {
        Auth::None => return None,
        Auth::Basic { username, password } => user(rows, username, password).block("basic"),
        Auth::Digest { username, password } => user(rows, username, password).block("digest"),
        Auth::Ntlm { username, password, domain, workstation } => user(rows, username, password)
            .text("domain", domain)
            .text("workstation", workstation)
            .block("ntlm"),
        Auth::Bearer { token, oauth2: false, .. } => rows.text("token", token).block("bearer"),
        Auth::Bearer { token, place, scopes, .. } => {
            let own = OAuth2 {
                access_token: token.clone(),
                scopes: scopes.clone(),
                ..tokens.cloned().unwrap_or_default()
            };
            self::oauth2(&own, place)
        }
        Auth::ApiKey { key, value, in_query } => {
            let place = if *in_query { "query" } else { "header" };
            rows.text("key", key).text("value", value).word("in", place).block("apikey")
        }
        Auth::Aws(it) => aws(it),
        Auth::OAuth1(it) => oauth1(it),
        Auth::Hawk(it) => hawk(it),
        Auth::Jwt(it) => jwt(it),
        Auth::Asap(it) => asap(it),
        Auth::EdgeGrid { access_token, client_token, client_secret, headers } => rows
            .text("accessToken", access_token)
            .text("clientToken", client_token)
            .text("clientSecret", client_secret)
            .text("headersToSign", headers)
            .block("edgegrid"),
    })
}

fn oauth2(it: &OAuth2, place: &TokenPlace) -> Value {
    let rows = Rows::default()
        .word("grant_type", &it.grant)
        .text("authUrl", &it.authorize_url)
        .text("accessTokenUrl", &it.token_url)
        .text("refreshTokenUrl", &it.refresh_url)
        .text("redirect_uri", &it.redirect_uri)
        .text("clientId", &it.client_id)
        .text("clientSecret", &it.client_secret)
        .text("accessToken", &it.access_token)
        .text("refreshToken", &it.refresh_token)
        .word("scope", &it.scopes.join(" "))
        .word("client_authentication", if it.client_in_body { "body" } else { "header" });
    let rows = match place {
        TokenPlace::Header(prefix) => rows.word("addTokenTo", "header").always("headerPrefix", prefix),
        TokenPlace::Query => rows.word("addTokenTo", "queryParams"),
    };
    rows.block("oauth2")
}

fn aws(it: &Aws) -> Value {
    Rows::default()
        .text("accessKey", &it.access_key)
        .text("secretKey", &it.secret_key)
        .text("sessionToken", &it.session_token)
        .text("region", &it.region)
        .text("service", &it.service)
        .flag("addAuthDataToQuery", it.in_query)
        .block("awsv4")
}

fn oauth1(it: &OAuth1) -> Value {
    Rows::default()
        .word("signatureMethod", &it.method)
        .text("consumerKey", &it.consumer_key)
        .text("consumerSecret", &it.consumer_secret)
        .text("token", &it.token)
        .text("tokenSecret", &it.token_secret)
        .text("privateKey", &it.private_key)
        .text("timestamp", &it.timestamp)
        .text("nonce", &it.nonce)
        .text("version", &it.version)
        .text("realm", &it.realm)
        .text("callback", &it.callback)
        .text("verifier", &it.verifier)
        .flag("addParamsToHeader", it.in_header)
        .flag("includeBodyHash", it.body_hash)
        .block("oauth1")
}

fn hawk(it: &Hawk) -> Value {
    Rows::default()
        .text("authId", &it.id)
        .text("authKey", &it.key)
        .word("algorithm", &it.algorithm)
        .text("nonce", &it.nonce)
        .text("timestamp", &it.timestamp)
        .text("extraData", &it.ext)
        .text("app", &it.app)
        .text("delegation", &it.delegation)
        .flag("includePayloadHash", it.payload_hash)
        .block("hawk")
}

fn jwt(it: &Jwt) -> Value {
    let rows = Rows::default()
        .word("algorithm", &it.algorithm)
        .text("secret", &it.secret)
        .flag("isSecretBase64Encoded", it.base64_secret)
        .text("privateKey", &it.private_key)
        .text("payload", &it.claims)
        .text("header", &it.header);
    let rows = match &it.place {
        JwtPlace::Header(prefix) => rows.word("addTokenTo", "header").always("headerPrefix", prefix),
        JwtPlace::Query(key) => rows.word("addTokenTo", "queryParam").text("queryParamKey", key),
    };
    rows.block("jwt")
}

fn asap(it: &Asap) -> Value {
    Rows::default()
        .word("alg", &it.algorithm)
        .text("iss", &it.issuer)
        .text("sub", &it.subject)
        .text("aud", &it.audience)
        .text("kid", &it.key_id)
        .text("privateKey", &it.private_key)
        .text("exp", &it.lifetime)
        .text("claims", &it.claims)
        .block("asap")
}
