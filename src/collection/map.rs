//! Requests with every text rewritten, for whoever shows them with other values.

use super::auth::{Asap, Auth, Aws, Hawk, Jwt, JwtPlace, OAuth1};
use super::text::Text;
use super::wire::{PartContent, PathPart, WireBody, WireHeader, WirePart, WireRequest, WireUrl};

impl WireRequest {
    /// The request with each of its texts rewritten, those of its auth included.
    #[must_use]
    pub fn map_texts(&self, map: &impl Fn(&Text) -> Text) -> Self {
        let path = self.url.path.iter().map(|part| match part {
            PathPart::Fixed(text) => PathPart::Fixed(map(text)),
            PathPart::Argument { key, example } => {
                PathPart::Argument { key: key.clone(), example: example.as_ref().map(map) }
            }
        });
        let query = self.url.query.as_ref().map(|pieces| pieces.iter().map(map).collect());
        let headers = self.headers.iter().map(|it| WireHeader {
            name: map(&it.name),
            value: map(&it.value),
            signs: it.signs,
        });
        let body = match &self.body {
            WireBody::None => WireBody::None,
            WireBody::Text(text) => WireBody::Text(map(text)),
            WireBody::File(path) => WireBody::File(map(path)),
            WireBody::Multipart(parts) => {
                WireBody::Multipart(parts.iter().map(|it| it.map_texts(map)).collect())
            }
        };
        Self {
            method: self.method.clone(),
            url: WireUrl { origin: map(&self.url.origin), path: path.collect(), query },
            headers: headers.collect(),
            body,
            auth: self.auth.map_texts(map),
        }
    }
}

impl WirePart {
    fn map_texts(&self, map: &impl Fn(&Text) -> Text) -> Self {
        let content = match &self.content {
            PartContent::Text(text) => PartContent::Text(map(text)),
            PartContent::File { path, name } => {
                PartContent::File { path: map(path), name: name.as_ref().map(map) }
            }
        };
        Self { name: map(&self.name), content, content_type: self.content_type.as_ref().map(map) }
    }
}

impl Auth {
    fn map_texts(&self, map: &impl Fn(&Text) -> Text) -> Self {
        match self {
            Auth::None => Auth::None,
            Auth::Basic { username, password } => {
                Auth::Basic { username: map(username), password: map(password) }
            }
            Auth::Bearer { token, place, oauth2, scopes } => Auth::Bearer {
                token: map(token),
                place: place.clone(),
                oauth2: *oauth2,
                scopes: scopes.clone(),
            },
            Auth::ApiKey { key, value, in_query } => {
                Auth::ApiKey { key: map(key), value: map(value), in_query: *in_query }
            }
            Auth::Digest { username, password } => {
                Auth::Digest { username: map(username), password: map(password) }
            }
            Auth::Ntlm { username, password, domain, workstation } => Auth::Ntlm {
                username: map(username),
                password: map(password),
                domain: map(domain),
                workstation: map(workstation),
            },
            Auth::Aws(it) => Auth::Aws(it.map_texts(map)),
            Auth::OAuth1(it) => Auth::OAuth1(it.map_texts(map)),
            Auth::Hawk(it) => Auth::Hawk(it.map_texts(map)),
            Auth::Jwt(it) => Auth::Jwt(it.map_texts(map)),
            Auth::Asap(it) => Auth::Asap(it.map_texts(map)),
            Auth::EdgeGrid { access_token, client_token, client_secret, headers } => Auth::EdgeGrid {
                access_token: map(access_token),
                client_token: map(client_token),
                client_secret: map(client_secret),
                headers: map(headers),
            },
        }
    }
}

impl Aws {
    fn map_texts(&self, map: &impl Fn(&Text) -> Text) -> Self {
        Self {
            access_key: map(&self.access_key),
            secret_key: map(&self.secret_key),
            session_token: map(&self.session_token),
            region: map(&self.region),
            service: map(&self.service),
            in_query: self.in_query,
        }
    }
}

impl OAuth1 {
    fn map_texts(&self, map: &impl Fn(&Text) -> Text) -> Self {
        Self {
            method: self.method.clone(),
            consumer_key: map(&self.consumer_key),
            consumer_secret: map(&self.consumer_secret),
            token: map(&self.token),
            token_secret: map(&self.token_secret),
            private_key: map(&self.private_key),
            timestamp: map(&self.timestamp),
            nonce: map(&self.nonce),
            version: map(&self.version),
            realm: map(&self.realm),
            callback: map(&self.callback),
            verifier: map(&self.verifier),
            in_header: self.in_header,
            body_hash: self.body_hash,
        }
    }
}

impl Hawk {
    fn map_texts(&self, map: &impl Fn(&Text) -> Text) -> Self {
        Self {
            id: map(&self.id),
            key: map(&self.key),
            algorithm: self.algorithm.clone(),
            nonce: map(&self.nonce),
            timestamp: map(&self.timestamp),
            ext: map(&self.ext),
            app: map(&self.app),
            delegation: map(&self.delegation),
            payload_hash: self.payload_hash,
        }
    }
}

impl Jwt {
    fn map_texts(&self, map: &impl Fn(&Text) -> Text) -> Self {
        Self {
            algorithm: self.algorithm.clone(),
            secret: map(&self.secret),
            base64_secret: self.base64_secret,
            private_key: map(&self.private_key),
            claims: map(&self.claims),
            header: map(&self.header),
            place: match &self.place {
                JwtPlace::Header(prefix) => JwtPlace::Header(prefix.clone()),
                JwtPlace::Query(key) => JwtPlace::Query(map(key)),
            },
        }
    }
}

impl Asap {
    fn map_texts(&self, map: &impl Fn(&Text) -> Text) -> Self {
        Self {
            algorithm: self.algorithm.clone(),
            issuer: map(&self.issuer),
            subject: map(&self.subject),
            audience: map(&self.audience),
            key_id: map(&self.key_id),
            private_key: map(&self.private_key),
            lifetime: map(&self.lifetime),
            claims: map(&self.claims),
        }
    }
}
