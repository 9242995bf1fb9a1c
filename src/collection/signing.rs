//! Auth blocks become [`Auth`], and what needs no computation goes into the request.

use super::auth::{Auth, OAuth2, TokenPlace};
use super::encode;
use super::resolve::Context;
use super::text::{Encoding, Text};
use super::wire::WireHeader;
use crate::diagnostic::Code;
use crate::postman::{self, Scalar};

/// Reads auth blocks, and remembers how the collection gets its tokens.
#[derive(Default)]
pub(super) struct Signing {
    oauth2: Option<OAuth2>,
    /// Every scope that some block asks for.
    scopes: Vec<String>,
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
            oauth2.scopes = self.scopes;
        }
        Some(oauth2)
    }

    pub(super) fn auth(&mut self, context: &mut Context<'_>, block: &postman::Auth) -> Auth {
        let get = |key: &str| block.params.get(key);
        let text = |key: &str| get(key).and_then(Scalar::non_empty).unwrap_or_default();
        let unsupported = |kind: &'static str| Auth::Unsupported { kind };
        let auth = match block.kind.as_str() {
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
                scopes: Vec::new(),
            },
            "apikey" => {
                let key = context.read(&text("key"));
                if key.is_empty() {
                    Auth::None
                } else {
                    Auth::ApiKey {
                        key,
                        value: context.secret("api_key", get("value")),
                        in_query: text("in") == "query",
                    }
                }
            }
            "oauth2" => self.oauth2_token(context, block),
            "awsv4" => unsupported("AWS Signature"),
            "oauth1" => unsupported("OAuth 1.0"),
            "hawk" => unsupported("Hawk"),
            "jwt" => unsupported("JWT Bearer"),
            "ntlm" => unsupported("NTLM"),
            "edgegrid" => unsupported("Akamai EdgeGrid"),
            "asap" => unsupported("ASAP"),
            other => {
                context.note(
                    Code::UnknownAuth,
                    format!("the auth type {other:?} is none of Postman's; the request goes out unsigned"),
                    "choose an auth type in Postman",
                );
                Auth::None
            }
        };
        if let Auth::Unsupported { kind } = auth {
            context.note(
                Code::UnsupportedAuth,
                format!("{kind} is not signed in any target yet; the request goes out unsigned"),
                "sign it yourself, or choose another auth type",
            );
        }
        auth
    }

    fn oauth2_token(&mut self, context: &mut Context<'_>, block: &postman::Auth) -> Auth {
        let settings = oauth2(context, block);
        for scope in &settings.scopes {
            if !self.scopes.contains(scope) {
                self.scopes.push(scope.clone());
            }
        }
        let scopes = settings.scopes.clone();
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
        Auth::Bearer { token, place, scopes }
    }
}

/// Puts auth that needs no computation into headers and query, in the place of what the user
/// may have there (postman-runtime `authorizer/`).
pub(super) fn sign(auth: &Auth, headers: &mut Vec<WireHeader>, query: &mut Option<Vec<Text>>) {
    let mut header = |name: Text, value: Text| {
        let same = |it: &WireHeader| it.name.to_string().eq_ignore_ascii_case(&name.to_string());
        headers.retain(|it| !same(it));
        headers.push(WireHeader { name, value, signs: true });
    };
    let (key, value) = match auth {
        Auth::None | Auth::Unsupported { .. } => return,
        Auth::Basic { .. } | Auth::Digest { .. } => {
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
    piece.push(value.encoded(Encoding::Query, encode::query_value));
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
        scopes: text("scope").split_whitespace().map(str::to_owned).collect(),
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

pub(super) fn user_info_auth(context: &mut Context<'_>, user_info: &str) -> Auth {
    let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    let (username, password) = credentials(context, user, Some(&Scalar::Text(password.to_owned())));
    Auth::Basic { username, password }
}
