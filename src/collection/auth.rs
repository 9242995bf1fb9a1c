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
    /// A signature that no target makes yet.
    Unsupported {
        /// The type as Postman's app calls it.
        kind: &'static str,
    },
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
        match self {
            Auth::Basic { username, password } | Auth::Digest { username, password } => {
                [Some(username), Some(password)]
            }
            Auth::Bearer { token, .. } => [Some(token), None],
            Auth::ApiKey { key, value, .. } => [Some(key), Some(value)],
            Auth::None | Auth::Unsupported { .. } => [None, None],
        }
        .into_iter()
        .flatten()
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
