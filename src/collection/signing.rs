//! Auth blocks become [`Auth`], and what needs no computation goes into the request.

use indexmap::IndexSet;

use super::auth::{Asap, Auth, Aws, Hawk, Jwt, JwtPlace, OAuth1, OAuth2, TokenPlace};
use super::encode;
use super::resolve::Context;
use super::text::{Encoding, Text};
use super::wire::WireHeader;
use crate::diagnostic::Code;
use crate::name::Name;
use crate::postman::{self, Scalar};

/// Reads auth blocks, and remembers how the collection gets its tokens.
#[derive(Default)]
pub(super) struct Signing {
    oauth2: Option<OAuth2>,
    /// Every scope that some block asks for.
    scopes: IndexSet<String>,
}

impl Signing {
    /// Takes note of the collection's own OAuth 2.0 block.
    pub(super) fn declare(&mut self, context: &mut Context<'_>, block: &postman::Auth) {
        self.oauth2 = Some(oauth2(context, block));
    }

    /// How tokens are got. A block without scopes of its own is for those of all the others.
    pub(super) fn finish(self) -> Option<OAuth2> {
        let mut oauth2 = self.oauth2?;
        if oauth2.scopes.is_empty() {
            oauth2.scopes = self.scopes.into_iter().collect();
        }
        Some(oauth2)
    }

    pub(super) fn auth(&mut self, context: &mut Context<'_>, block: &postman::Auth) -> Auth {
        let get = |key: &str| block.params.get(key);
        let text = |key: &str| get(key).and_then(Scalar::non_empty).unwrap_or_default();
        match block.kind.as_str() {
            "noauth" | "" => Auth::None,
            "basic" => {
                let (username, password) = credentials(context, &text("username"), get("password"));
                Auth::Basic { username, password }
            }
            "digest" => {
                let (username, password) = credentials(context, &text("username"), get("password"));
                Auth::Digest { username, password }
            }
            "bearer" => Auth::Bearer {
                token: context.secret("bearer_token", get("token")),
                place: TokenPlace::Header("Bearer".to_owned()),
                oauth2: false,
                scopes: Vec::new(),
            },
            "apikey" => {
                let key = context.read(&text("key"));
                let in_query = text("in") == "query";
                // A header needs a name; in a query the value goes out without one.
                if key.is_empty() && (!in_query || text("value").is_empty()) {
                    Auth::None
                } else {
                    Auth::ApiKey { key, value: context.secret("api_key", get("value")), in_query }
                }
            }
            "oauth2" => self.oauth2_token(context, block),
            "ntlm" => {
                let (username, password) = credentials(context, &text("username"), get("password"));
                let (domain, workstation) =
                    (context.read(&text("domain")), context.read(&text("workstation")));
                Auth::Ntlm { username, password, domain, workstation }
            }
            "awsv4" => Auth::Aws(aws(context, block)),
            "oauth1" => oauth1(context, block).map_or(Auth::None, Auth::OAuth1),
            "hawk" => hawk(context, block).map_or(Auth::None, Auth::Hawk),
            "jwt" => Auth::Jwt(jwt(context, block)),
            "asap" => asap(context, block).map_or(Auth::None, Auth::Asap),
            "edgegrid" => Auth::EdgeGrid {
                access_token: context.secret("access_token", get("accessToken")),
                client_token: context.secret("client_token", get("clientToken")),
                client_secret: context.secret("client_secret", get("clientSecret")),
                headers: context.read(&text("headersToSign")),
            },
            other => {
                context.note(
                    Code::UnknownAuth,
                    format!("the auth type {other:?} is none of Postman's; the request goes out unsigned"),
                    "choose an auth type in Postman",
                );
                Auth::None
            }
        }
    }

    fn oauth2_token(&mut self, context: &mut Context<'_>, block: &postman::Auth) -> Auth {
        let settings = oauth2(context, block);
        let scopes = settings.scopes.clone();
        self.scopes.extend(scopes.iter().cloned());
        let token = settings.access_token.clone();
        if self.oauth2.is_none() && !(settings.token_url.is_empty() && settings.authorize_url.is_empty()) {
            // The scopes of one request are not those of the API: they are gathered at the end.
            self.oauth2 = Some(OAuth2 { scopes: Vec::new(), ..settings });
        }
        let text = |key: &str| block.params.get(key).and_then(Scalar::non_empty);
        let prefix = match block.params.get("headerPrefix") {
            Some(Scalar::Text(prefix)) => prefix.trim().to_owned(),
            _ => "Bearer".to_owned(),
        };
        if text("tokenType").is_some_and(|it| it.eq_ignore_ascii_case("mac")) {
            context.note(
                Code::UnknownAuth,
                "Postman's runner does not sign with tokens of the type mac; the request goes out unsigned",
                "choose another token type in Postman",
            );
            return Auth::None;
        }
        let place = match text("addTokenTo").as_deref() {
            None | Some("header") => TokenPlace::Header(prefix),
            Some("queryParams") => TokenPlace::Query,
            Some(other) => {
                let other = other.to_owned();
                context.note(
                    Code::UnknownAuth,
                    format!("addTokenTo {other:?} makes Postman's runner send no token; the header is used instead"),
                    "choose Request Headers or Request URL in Postman",
                );
                TokenPlace::Header(prefix)
            }
        };
        Auth::Bearer { token, place, oauth2: true, scopes }
    }
}

/// Puts auth that needs no computation into headers and query, in the place of what the user
/// may have there (postman-runtime `authorizer/`).
pub(super) fn sign(auth: &Auth, headers: &mut Vec<WireHeader>, query: &mut Option<Vec<Text>>) {
    if matches!(auth, Auth::Bearer { oauth2: true, .. })
        && let Some(pieces) = query.as_mut()
    {
        let is_token = |it: &Text| it.to_string().split('=').next() == Some("access_token");
        pieces.retain(|it| !is_token(it));
        if pieces.is_empty() {
            *query = None;
        }
    }
    let mut header = |name: Text, value: Text| {
        // The runner compares the words: `x_api_key` is `X-Api-Key` to it.
        let words = |name: &Text| Name::new(&name.to_string());
        let same = |it: &WireHeader| words(&it.name) == words(&name);
        headers.retain(|it| !same(it));
        headers.push(WireHeader { name, value, signs: true });
    };
    let (key, value) = match auth {
        Auth::None => return,
        Auth::Jwt(Jwt { place: JwtPlace::Query(_), .. }) => return,
        Auth::OAuth1(OAuth1 { in_header: false, .. }) | Auth::Aws(Aws { in_query: true, .. }) => return,
        Auth::Basic { .. }
        | Auth::Digest { .. }
        | Auth::Ntlm { .. }
        | Auth::Aws(_)
        | Auth::OAuth1(_)
        | Auth::Hawk(_)
        | Auth::Jwt(_)
        | Auth::Asap(_)
        | Auth::EdgeGrid { .. } => {
            headers.retain(|it| !it.name.to_string().eq_ignore_ascii_case("authorization"));
            return;
        }
        Auth::Bearer { token, place: TokenPlace::Header(prefix), .. } => {
            let mut value = Text::literal(prefix);
            value.push_literal(if prefix.is_empty() { "" } else { " " });
            value.push(token.clone());
            return header(Text::literal("Authorization"), value);
        }
        Auth::ApiKey { key, value, in_query: false } => return header(key.clone(), value.clone()),
        Auth::Bearer { token, place: TokenPlace::Query, .. } => (Text::literal("access_token"), token),
        Auth::ApiKey { key, value, in_query: true } => (key.clone(), value),
    };
    let key = key.encoded(Encoding::Query, encode::query_key);
    let mut piece = key.clone();
    piece.push_literal("=");
    let pieces = query.get_or_insert_default();
    // What the user wrote under this key gives way.
    pieces.retain(|it| it.split_once(&['=']).map_or(it != &key, |(own, _, _)| own != key));
    piece.push(value.encoded(Encoding::QueryValue, encode::query_value));
    pieces.push(piece);
}

fn oauth2(context: &mut Context<'_>, block: &postman::Auth) -> OAuth2 {
    let text = |key: &str| block.params.get(key).and_then(Scalar::non_empty).unwrap_or_default();
    let grant = text("grant_type");
    let client_id = context.read(&text("clientId"));
    let client_id = match client_id.as_literal() {
        Some(literal) => context.variables.replace("client_id", literal, false),
        None => client_id,
    };
    // Scopes are words of the outputs, so that a variable counts with the value that it has here.
    let scope = context.read(&text("scope"));
    let scope = context.fill(&scope, "");
    let redirect =
        Some(text("redirect_uri")).filter(|it| !it.is_empty()).unwrap_or_else(|| text("callbackUrl"));
    OAuth2 {
        client_id,
        client_secret: context.secret("client_secret", block.params.get("clientSecret")),
        access_token: context.secret("access_token", block.params.get("accessToken")),
        refresh_token: context.secret("refresh_token", block.params.get("refreshToken")),
        pkce: grant == "authorization_code_with_pkce",
        grant,
        authorize_url: context.read(&text("authUrl")),
        token_url: context.read(&text("accessTokenUrl")),
        refresh_url: context.read(&text("refreshTokenUrl")),
        redirect_uri: context.read(&redirect),
        scopes: scope.split_whitespace().map(str::to_owned).collect(),
        client_in_body: text("client_authentication") == "body",
    }
}

fn credentials(context: &mut Context<'_>, username: &str, password: Option<&Scalar>) -> (Text, Text) {
    let username = context.read(username);
    let username = match username.as_literal() {
        Some(literal) => context.variables.replace("username", literal, false),
        None => username,
    };
    (username, context.secret("password", password))
}

/// User and password of a URL, which stand there percent-encoded. One that is left out is empty: it
/// is nothing that a user has to fill in.
pub(super) fn user_info_auth(context: &mut Context<'_>, user: &Text, password: &Text) -> Auth {
    let [user, password] = [user, password].map(|it| it.map_literals(encode::decode).to_string());
    let given = Scalar::Text(password.clone());
    let (username, secret) = credentials(context, &user, Some(&given));
    let unless_empty = |text: &str, variable: Text| if text.is_empty() { Text::default() } else { variable };
    Auth::Basic { username: unless_empty(&user, username), password: unless_empty(&password, secret) }
}

fn is_on(block: &postman::Auth, key: &str) -> bool {
    block.params.get(key).is_some_and(|it| it.to_text() == "true")
}

/// A parameter, with what the runner takes where it is empty.
fn text_or(context: &mut Context<'_>, block: &postman::Auth, key: &str, otherwise: &str) -> Text {
    let value = block.params.get(key).and_then(Scalar::non_empty);
    context.read(value.as_deref().unwrap_or(otherwise))
}

fn aws(context: &mut Context<'_>, block: &postman::Auth) -> Aws {
    let session_token = block.params.get("sessionToken").filter(|it| it.non_empty().is_some());
    Aws {
        access_key: context.secret("access_key", block.params.get("accessKey")),
        secret_key: context.secret("secret_key", block.params.get("secretKey")),
        session_token: session_token.map(|it| context.secret("session_token", Some(it))).unwrap_or_default(),
        region: text_or(context, block, "region", "us-east-1"),
        service: text_or(context, block, "service", "execute-api"),
        in_query: is_on(block, "addAuthDataToQuery"),
    }
}

/// `None` where the runner has not enough to sign with, and sends the request as it is.
fn oauth1(context: &mut Context<'_>, block: &postman::Auth) -> Option<OAuth1> {
    let method = block.params.get("signatureMethod").and_then(Scalar::non_empty);
    let method = method.unwrap_or_else(|| "HMAC-SHA1".to_owned());
    let consumer_key = text_or(context, block, "consumerKey", "");
    let rsa = method.starts_with("RSA");
    if consumer_key.is_empty() {
        context.note(
            Code::UnknownAuth,
            "OAuth 1.0 has no consumer key, so Postman's runner sends the request unsigned",
            "fill it in in Postman",
        );
        return None;
    }
    let secret = |context: &mut Context<'_>, wanted: bool, name: &str, key: &str| {
        if wanted { context.secret(name, block.params.get(key)) } else { Text::default() }
    };
    let token = text_or(context, block, "token", "");
    Some(OAuth1 {
        consumer_key,
        consumer_secret: secret(context, !rsa, "consumer_secret", "consumerSecret"),
        token_secret: secret(context, !token.is_empty() && !rsa, "token_secret", "tokenSecret"),
        token: match token.as_literal() {
            Some("") => token,
            _ => context.secret("oauth_token", block.params.get("token")),
        },
        private_key: secret(context, rsa, "private_key", "privateKey"),
        method,
        timestamp: text_or(context, block, "timestamp", ""),
        nonce: text_or(context, block, "nonce", ""),
        version: text_or(context, block, "version", ""),
        realm: text_or(context, block, "realm", ""),
        callback: text_or(context, block, "callback", ""),
        verifier: text_or(context, block, "verifier", ""),
        in_header: is_on(block, "addParamsToHeader"),
        body_hash: is_on(block, "includeBodyHash"),
    })
}

/// `None` where the runner has not enough to sign with, and sends the request as it is.
fn hawk(context: &mut Context<'_>, block: &postman::Auth) -> Option<Hawk> {
    let id = text_or(context, block, "authId", "");
    if id.is_empty() {
        context.note(
            Code::UnknownAuth,
            "Hawk has no id, so Postman's runner sends the request unsigned",
            "fill it in in Postman",
        );
        return None;
    }
    Some(Hawk {
        id,
        key: context.secret("hawk_key", block.params.get("authKey")),
        algorithm: block
            .params
            .get("algorithm")
            .and_then(Scalar::non_empty)
            .unwrap_or_else(|| "sha256".to_owned()),
        nonce: text_or(context, block, "nonce", ""),
        timestamp: text_or(context, block, "timestamp", ""),
        ext: text_or(context, block, "extraData", ""),
        app: text_or(context, block, "app", ""),
        delegation: text_or(context, block, "delegation", ""),
        payload_hash: is_on(block, "includePayloadHash"),
    })
}

fn jwt(context: &mut Context<'_>, block: &postman::Auth) -> Jwt {
    let text = |key: &str| block.params.get(key).and_then(Scalar::non_empty);
    let json = |key: &str| match block.params.get(key) {
        Some(Scalar::Json(value)) => value.to_string(),
        other => other.and_then(Scalar::non_empty).unwrap_or_default(),
    };
    let algorithm = text("algorithm").unwrap_or_else(|| "HS256".to_owned());
    let hmac = algorithm.starts_with("HS");
    let secret = |context: &mut Context<'_>, wanted: bool, name: &str, key: &str| {
        if wanted { context.secret(name, block.params.get(key)) } else { Text::default() }
    };
    let claims = Some(json("payload")).filter(|it| !it.is_empty()).unwrap_or_else(|| "{}".to_owned());
    Jwt {
        secret: secret(context, hmac, "jwt_secret", "secret"),
        private_key: secret(context, !hmac, "private_key", "privateKey"),
        algorithm,
        base64_secret: is_on(block, "isSecretBase64Encoded"),
        claims: context.read(&claims),
        header: context.read(Some(json("header")).filter(|it| it != "{}").unwrap_or_default().as_str()),
        place: if text("addTokenTo").as_deref() == Some("queryParam") {
            JwtPlace::Query(text_or(context, block, "queryParamKey", "token"))
        } else {
            let prefix = match block.params.get("headerPrefix") {
                Some(Scalar::Text(prefix)) => prefix.trim().to_owned(),
                _ => "Bearer".to_owned(),
            };
            JwtPlace::Header(prefix)
        },
    }
}

/// `None` where the runner has not enough to sign with, and sends the request as it is.
fn asap(context: &mut Context<'_>, block: &postman::Auth) -> Option<Asap> {
    let missing = ["iss", "aud", "kid", "privateKey"]
        .into_iter()
        .find(|key| block.params.get(*key).and_then(Scalar::non_empty).is_none());
    if let Some(key) = missing {
        context.note(
            Code::UnknownAuth,
            format!("ASAP has no {key}, so Postman's runner sends the request unsigned"),
            "fill it in in Postman",
        );
        return None;
    }
    Some(Asap {
        algorithm: block.params.get("alg").and_then(Scalar::non_empty).unwrap_or_else(|| "RS256".to_owned()),
        issuer: text_or(context, block, "iss", ""),
        subject: text_or(context, block, "sub", ""),
        audience: text_or(context, block, "aud", ""),
        key_id: text_or(context, block, "kid", ""),
        private_key: context.secret("private_key", block.params.get("privateKey")),
        lifetime: text_or(context, block, "exp", "3600"),
        claims: text_or(context, block, "claims", ""),
    })
}
