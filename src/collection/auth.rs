//! Auth as a closed type, out of Postman's rows.

use super::text::Text;

/// How a request is signed.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Auth {
    /// Not at all.
    #[default]
    None,
    /// `Authorization: Basic …` (RFC 7617).
    Basic {
        /// User name.
        username: Text,
        /// Password.
        password: Text,
    },
    /// `Authorization: <prefix> <token>`, or a query parameter (RFC 6750).
    Bearer {
        /// The token.
        token: Text,
        /// Where it goes.
        place: TokenPlace,
        /// Whether it is a token of OAuth 2.0, of which a request has one only.
        oauth2: bool,
        /// Scopes that the collection asks for, if it is an OAuth 2.0 token.
        scopes: Vec<String>,
    },
    /// A key in a header or in the query.
    ApiKey {
        /// Name of the header or parameter.
        key: Text,
        /// The key itself.
        value: Text,
        /// Whether it goes into the query.
        in_query: bool,
    },
    /// `Authorization: Digest …` in answer to a challenge (RFC 7616).
    Digest {
        /// User name.
        username: Text,
        /// Password.
        password: Text,
    },
    /// `Authorization: NTLM …` in answer to a challenge ([MS-NLMP]).
    Ntlm {
        /// User name.
        username: Text,
        /// Password.
        password: Text,
        /// Domain; empty for none.
        domain: Text,
        /// Name of the machine that asks; empty for none.
        workstation: Text,
    },
    /// AWS Signature, version 4.
    Aws(Aws),
    /// OAuth 1.0 (RFC 5849).
    OAuth1(OAuth1),
    /// `Authorization: Hawk …`
    Hawk(Hawk),
    /// A token that is signed for each request (RFC 7519).
    Jwt(Jwt),
    /// Atlassian's ASAP: a token that is signed for each request, with claims of its own.
    Asap(Asap),
    /// Akamai EdgeGrid.
    EdgeGrid {
        /// Access token.
        access_token: Text,
        /// Client token.
        client_token: Text,
        /// Client secret.
        client_secret: Text,
        /// Names of headers that are signed as well, as the collection separates them.
        headers: Text,
    },
}

/// AWS Signature, version 4.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Aws {
    /// Access key: a variable.
    pub access_key: Text,
    /// Secret key: a variable.
    pub secret_key: Text,
    /// Session token; empty for none.
    pub session_token: Text,
    /// Region.
    pub region: Text,
    /// Service.
    pub service: Text,
    /// Whether the signature goes into the query.
    pub in_query: bool,
}

/// OAuth 1.0 (RFC 5849).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OAuth1 {
    /// `HMAC-SHA1`, `RSA-SHA256`, `PLAINTEXT` …
    pub method: String,
    /// Consumer key.
    pub consumer_key: Text,
    /// Consumer secret, where the method is not one of RSA.
    pub consumer_secret: Text,
    /// Token; empty for none.
    pub token: Text,
    /// Token secret.
    pub token_secret: Text,
    /// Private key in PEM, where the method is one of RSA.
    pub private_key: Text,
    /// Timestamp; empty for now.
    pub timestamp: Text,
    /// Nonce; empty for a random one.
    pub nonce: Text,
    /// Version; empty to leave it out.
    pub version: Text,
    /// Realm; empty to leave it out.
    pub realm: Text,
    /// Callback; empty to leave it out.
    pub callback: Text,
    /// Verifier; empty to leave it out.
    pub verifier: Text,
    /// Whether the parameters go into `Authorization`, instead of the form or the query.
    pub in_header: bool,
    /// Whether the hash of the body is signed as well.
    pub body_hash: bool,
}

/// Hawk.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hawk {
    /// Identifier of the credentials.
    pub id: Text,
    /// Key: a variable.
    pub key: Text,
    /// `sha256` or `sha1`.
    pub algorithm: String,
    /// Nonce; empty for a random one.
    pub nonce: Text,
    /// Timestamp; empty for now.
    pub timestamp: Text,
    /// Data of the application that is signed as well.
    pub ext: Text,
    /// Identifier of the application; empty for none.
    pub app: Text,
    /// Who delegated; empty for nobody.
    pub delegation: Text,
    /// Whether the hash of the body is signed as well.
    pub payload_hash: bool,
}

/// A token that is signed for each request.
#[derive(Debug, Clone, PartialEq)]
pub struct Jwt {
    /// `HS256`, `RS256`, `ES256` …
    pub algorithm: String,
    /// Secret, where the algorithm is one of HMAC: a variable.
    pub secret: Text,
    /// Whether the secret is written in base 64.
    pub base64_secret: bool,
    /// Private key in PEM, where the algorithm is none of HMAC: a variable.
    pub private_key: Text,
    /// Claims, as JSON.
    pub claims: Text,
    /// Header fields beside `alg` and `typ`, as JSON; empty for none.
    pub header: Text,
    /// Where the token goes.
    pub place: JwtPlace,
}

/// Where a signed token goes.
#[derive(Debug, Clone, PartialEq)]
pub enum JwtPlace {
    /// Into `Authorization`, after this word; empty for the bare token.
    Header(String),
    /// Into this parameter of the query.
    Query(Text),
}

/// Atlassian's ASAP.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Asap {
    /// Algorithm, `RS256` unless the collection says another one.
    pub algorithm: String,
    /// Issuer.
    pub issuer: Text,
    /// Subject; empty for the issuer.
    pub subject: Text,
    /// Audience.
    pub audience: Text,
    /// Identifier of the key.
    pub key_id: Text,
    /// Private key in PEM: a variable.
    pub private_key: Text,
    /// How many seconds the token is good for.
    pub lifetime: Text,
    /// More claims, as JSON; empty for none.
    pub claims: Text,
}

/// Where a token goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenPlace {
    /// Into `Authorization`, after this word; empty for the bare token.
    Header(String),
    /// Into the query parameter `access_token`.
    Query,
}

/// What an OAuth 2.0 block says about getting a token.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OAuth2 {
    /// `authorization_code`, `client_credentials` …; empty where the block does not say.
    pub grant: String,
    /// Whether the authorization code is protected by PKCE (RFC 7636).
    pub pkce: bool,
    /// The client's identifier: a variable.
    pub client_id: Text,
    /// The client's secret: a variable.
    pub client_secret: Text,
    /// The access token: a variable.
    pub access_token: Text,
    /// The refresh token: a variable.
    pub refresh_token: Text,
    /// Authorization endpoint.
    pub authorize_url: Text,
    /// Token endpoint.
    pub token_url: Text,
    /// Endpoint for refreshing, where it is not the token endpoint.
    pub refresh_url: Text,
    /// Redirection endpoint that the client registered.
    pub redirect_uri: Text,
    /// Scopes, in the order of the block.
    pub scopes: Vec<String>,
    /// Whether the client sends its id and secret in the body instead of a Basic header
    /// (RFC 6749 §2.3.1).
    pub client_in_body: bool,
}

impl OAuth2 {
    /// Whether a client gets its token without a user (RFC 6749 §4.4).
    #[must_use]
    pub fn is_without_user(&self) -> bool {
        self.grant == "client_credentials"
    }

    /// The texts in it.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        [
            &self.authorize_url,
            &self.token_url,
            &self.refresh_url,
            &self.redirect_uri,
            &self.client_id,
            &self.client_secret,
            &self.access_token,
            &self.refresh_token,
        ]
        .into_iter()
    }

    /// Where tokens are refreshed: the token endpoint, unless the block names another one.
    #[must_use]
    pub fn refresh_endpoint(&self) -> &Text {
        if self.refresh_url.is_empty() { &self.token_url } else { &self.refresh_url }
    }
}

impl Auth {
    /// The texts in it.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        let texts = match self {
            Auth::Basic { username, password } | Auth::Digest { username, password } => {
                vec![username, password]
            }
            Auth::Bearer { token, .. } => vec![token],
            Auth::ApiKey { key, value, .. } => vec![key, value],
            Auth::Ntlm { username, password, domain, workstation } => {
                vec![username, password, domain, workstation]
            }
            Auth::Aws(Aws { access_key, secret_key, session_token, region, service, .. }) => {
                vec![access_key, secret_key, session_token, region, service]
            }
            Auth::OAuth1(it) => vec![
                &it.consumer_key,
                &it.consumer_secret,
                &it.token,
                &it.token_secret,
                &it.private_key,
                &it.timestamp,
                &it.nonce,
                &it.version,
                &it.realm,
                &it.callback,
                &it.verifier,
            ],
            Auth::Hawk(it) => {
                vec![&it.id, &it.key, &it.nonce, &it.timestamp, &it.ext, &it.app, &it.delegation]
            }
            Auth::Jwt(Jwt { secret, private_key, claims, header, place, .. }) => {
                let mut texts = vec![secret, private_key, claims, header];
                if let JwtPlace::Query(key) = place {
                    texts.push(key);
                }
                texts
            }
            Auth::Asap(it) => vec![
                &it.issuer,
                &it.subject,
                &it.audience,
                &it.key_id,
                &it.private_key,
                &it.lifetime,
                &it.claims,
            ],
            Auth::EdgeGrid { access_token, client_token, client_secret, headers } => {
                vec![access_token, client_token, client_secret, headers]
            }
            Auth::None => Vec::new(),
        };
        texts.into_iter()
    }

    /// What the scheme is called, as people know it.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        match self {
            Auth::None => "no auth",
            Auth::Basic { .. } => "Basic",
            Auth::Bearer { .. } => "Bearer",
            Auth::ApiKey { .. } => "API key",
            Auth::Digest { .. } => "Digest",
            Auth::Ntlm { .. } => "NTLM",
            Auth::Aws(_) => "AWS Signature",
            Auth::OAuth1(_) => "OAuth 1.0",
            Auth::Hawk(_) => "Hawk",
            Auth::Jwt(_) => "JWT Bearer",
            Auth::Asap(_) => "ASAP",
            Auth::EdgeGrid { .. } => "Akamai EdgeGrid",
        }
    }

    /// Scopes that the collection gives, if it is an OAuth 2.0 token.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        match self {
            Auth::Bearer { scopes, .. } => scopes,
            _ => &[],
        }
    }
}
