//! Auth that is computed from the request: what crates can sign, and how their methods say so.

use serde::Serialize;

use super::code;
use super::group::Needs;
use super::layout;
use crate::api::Api;
use crate::collection::{Asap, Auth, Aws, Hawk, Jwt, JwtPlace, OAuth1, Text};
use crate::target::{Page, generated_line, quote};

/// What `rust/src/auth/mod.rs` may say: the schemes that the crate signs with.
#[derive(Serialize, Default)]
pub(super) struct Schemes {
    generated: String,
    has_asap: bool,
    has_aws: bool,
    pub(super) has_digest: bool,
    has_edge_grid: bool,
    has_hawk: bool,
    has_jwt: bool,
    has_oauth1: bool,
    /// Whether there are signatures by private keys.
    has_key: bool,
    /// Whether a scheme has a struct of settings.
    has_settings: bool,
}

impl Schemes {
    /// Those of the operations of an API.
    pub(super) fn of(api: &Api) -> Self {
        let mut schemes = Schemes { generated: generated_line(api), ..Schemes::default() };
        for operation in api.groups.iter().flat_map(|group| &group.operations) {
            let auth = operation.auth();
            match auth {
                _ if !signs(auth) => {}
                Auth::Asap(_) => schemes.has_asap = true,
                Auth::Aws(_) => schemes.has_aws = true,
                Auth::Digest { .. } => schemes.has_digest = true,
                Auth::EdgeGrid { .. } => schemes.has_edge_grid = true,
                Auth::Hawk(_) => schemes.has_hawk = true,
                Auth::Jwt(_) => schemes.has_jwt = true,
                Auth::OAuth1(_) => schemes.has_oauth1 = true,
                Auth::None
                | Auth::Basic { .. }
                | Auth::Bearer { .. }
                | Auth::ApiKey { .. }
                | Auth::Ntlm { .. } => {}
            }
        }
        // A token of ASAP is one of JWT.
        schemes.has_jwt |= schemes.has_asap;
        schemes.has_key = schemes.has_jwt || schemes.has_oauth1;
        schemes.has_settings =
            schemes.has_key || schemes.has_aws || schemes.has_hawk || schemes.has_edge_grid;
        schemes
    }

    /// Whether there is any.
    pub(super) fn any(&self) -> bool {
        self.has_digest || self.has_settings
    }

    /// Whether there are hashes with keys to be made.
    pub(super) fn has_ring(&self) -> bool {
        self.has_settings
    }

    /// The modules of the schemes.
    pub(super) fn pages(&self, runtime: &impl Serialize) -> Vec<Page<'static>> {
        let modules = [
            (self.has_asap, "rust/src/auth/asap.rs"),
            (self.has_aws, "rust/src/auth/aws.rs"),
            (self.has_digest, "rust/src/auth/digest.rs"),
            (self.has_edge_grid, "rust/src/auth/edge_grid.rs"),
            (self.has_hawk, "rust/src/auth/hawk.rs"),
            (self.has_jwt, "rust/src/auth/jwt.rs"),
            (self.has_key, "rust/src/auth/key.rs"),
            (self.has_oauth1, "rust/src/auth/oauth1.rs"),
        ];
        let mut pages: Vec<Page<'static>> = modules
            .into_iter()
            .filter(|(used, _)| *used)
            .map(|(_, name)| Page::new(name, name, runtime))
            .collect();
        if self.any() {
            pages.push(Page::new("rust/src/auth/mod.rs", "rust/src/auth/mod.rs", self));
        }
        pages
    }
}

/// Whether the crate can sign a request this way. It has no MD4 for NTLM; ring, which TLS is made
/// with, has no RSA with SHA-1 and no P-521.
pub(super) fn signs(auth: &Auth) -> bool {
    const KEYS: [&str; 8] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"];
    const SECRETS: [&str; 3] = ["HS256", "HS384", "HS512"];
    const OAUTH1: [&str; 6] =
        ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA256", "RSA-SHA512", "PLAINTEXT"];
    match auth {
        Auth::None
        | Auth::Basic { .. }
        | Auth::Bearer { .. }
        | Auth::ApiKey { .. }
        | Auth::Digest { .. }
        | Auth::Aws(_)
        | Auth::EdgeGrid { .. } => true,
        Auth::Jwt(jwt) => [&KEYS[..], &SECRETS].concat().contains(&jwt.algorithm.as_str()),
        Auth::Asap(asap) => KEYS.contains(&asap.algorithm.as_str()),
        Auth::OAuth1(oauth1) => OAUTH1.contains(&oauth1.method.as_str()),
        Auth::Hawk(hawk) => ["sha256", "sha1"].contains(&hawk.algorithm.as_str()),
        Auth::Ntlm { .. } => false,
    }
}

/// What a scheme that the crate cannot sign is called, with the setting that it fails at.
pub(super) fn described(auth: &Auth) -> String {
    let algorithm = match auth {
        Auth::Jwt(jwt) => &jwt.algorithm,
        Auth::Asap(asap) => &asap.algorithm,
        Auth::OAuth1(oauth1) => &oauth1.method,
        Auth::Hawk(hawk) => &hawk.algorithm,
        _ => return auth.scheme().to_owned(),
    };
    format!("{} with {}", auth.scheme(), code::code_span(algorithm))
}

/// The statements that have a request signed with settings of a scheme; none if the scheme has no
/// struct of settings.
pub(super) fn statements(api: &Api, needs: &mut Needs, auth: &Auth) -> Vec<String> {
    if !signs(auth) {
        return Vec::new();
    }
    let mut settings = Settings { api, needs, lets: Vec::new(), fields: Vec::new() };
    let (method, name, all) = match auth {
        Auth::Jwt(it) => settings.jwt(it),
        Auth::Asap(it) => settings.asap(it),
        Auth::Aws(it) => settings.aws(it),
        Auth::OAuth1(it) => settings.oauth1(it),
        Auth::Hawk(it) => settings.hawk(it),
        Auth::EdgeGrid { access_token, client_token, client_secret, headers } => {
            settings.text("access_token", access_token);
            settings.text("client_token", client_token);
            settings.text("client_secret", client_secret);
            settings.text("headers", headers);
            ("edge_grid", "EdgeGrid", 4)
        }
        _ => return Vec::new(),
    };
    let Settings { lets: mut lines, fields, .. } = settings;
    needs.root.insert("auth");
    lines.push(format!("request.{method}(&auth::{name} {{"));
    let count = fields.iter().filter(|line| !line.starts_with("    ")).count();
    lines.extend(fields.iter().map(|line| format!("    {line}")));
    if count < all {
        lines.push(format!("    ..auth::{name}::default()"));
    }
    lines.push("});".to_owned());
    lines
}

/// The fields of a struct of settings, and what they borrow.
struct Settings<'a> {
    api: &'a Api,
    needs: &'a mut Needs,
    lets: Vec<String>,
    fields: Vec<String>,
}

/// Indent of the statements of a method.
const INDENT: usize = 8;

impl Settings<'_> {
    /// Adds a field, unless it is empty.
    fn text(&mut self, name: &str, text: &Text) {
        if let Some(value) = self.pieces(name, text) {
            self.fields.push(format!("{name}: {value},"));
        }
    }

    /// A reference to the pieces of a text: to a variable of this name if they take more than a
    /// line. Nothing if there are none.
    fn pieces(&mut self, name: &str, text: &Text) -> Option<String> {
        let pieces = code::pieces(self.api, text);
        if pieces.is_empty() {
            return None;
        }
        self.needs.note_pieces(&pieces);
        let before = INDENT + 4 + name.len() + 3;
        if let Some(inline) = layout::inline(before, &pieces, 1) {
            return Some(format!("&{inline}"));
        }
        self.lets.extend(layout::array(INDENT, &format!("let {name} = "), &pieces, ";"));
        Some(format!("&{name}"))
    }

    fn literal(&mut self, name: &str, text: &str) {
        // rustfmt breaks no line before a literal.
        self.fields.push(format!("{name}: {},", quote::rust(text)));
    }

    /// A switch, which is off by itself.
    fn flag(&mut self, name: &str, on: bool) {
        if on {
            self.fields.push(format!("{name}: true,"));
        }
    }

    fn jwt(&mut self, jwt: &Jwt) -> (&'static str, &'static str, usize) {
        self.literal("algorithm", &jwt.algorithm);
        self.text("secret", &jwt.secret);
        self.flag("base64_secret", jwt.base64_secret);
        self.text("private_key", &jwt.private_key);
        self.text("claims", &jwt.claims);
        self.text("header", &jwt.header);
        let place = match &jwt.place {
            JwtPlace::Header(word) => {
                layout::called(12, "place: auth::JwtPlace::Header", &[quote::rust(word)], ",")
            }
            JwtPlace::Query(key) => {
                let pieces = code::pieces(self.api, key);
                self.needs.note_pieces(&pieces);
                self.lets.extend(layout::array(INDENT, "let key = ", &pieces, ";"));
                vec!["place: auth::JwtPlace::Query(&key),".to_owned()]
            }
        };
        self.fields.extend(place);
        ("jwt", "Jwt", 7)
    }

    fn asap(&mut self, asap: &Asap) -> (&'static str, &'static str, usize) {
        self.literal("algorithm", &asap.algorithm);
        self.text("issuer", &asap.issuer);
        self.text("subject", &asap.subject);
        self.text("audience", &asap.audience);
        self.text("key_id", &asap.key_id);
        self.text("private_key", &asap.private_key);
        self.text("lifetime", &asap.lifetime);
        self.text("claims", &asap.claims);
        ("asap", "Asap", 8)
    }

    fn aws(&mut self, aws: &Aws) -> (&'static str, &'static str, usize) {
        self.text("access_key", &aws.access_key);
        self.text("secret_key", &aws.secret_key);
        self.text("session_token", &aws.session_token);
        self.text("region", &aws.region);
        self.text("service", &aws.service);
        self.flag("in_query", aws.in_query);
        ("aws", "Aws", 6)
    }

    fn oauth1(&mut self, oauth1: &OAuth1) -> (&'static str, &'static str, usize) {
        self.literal("method", &oauth1.method);
        self.text("consumer_key", &oauth1.consumer_key);
        self.text("consumer_secret", &oauth1.consumer_secret);
        self.text("token", &oauth1.token);
        self.text("token_secret", &oauth1.token_secret);
        self.text("private_key", &oauth1.private_key);
        self.text("timestamp", &oauth1.timestamp);
        self.text("nonce", &oauth1.nonce);
        self.text("version", &oauth1.version);
        self.text("realm", &oauth1.realm);
        self.text("callback", &oauth1.callback);
        self.text("verifier", &oauth1.verifier);
        self.flag("in_header", oauth1.in_header);
        self.flag("body_hash", oauth1.body_hash);
        ("oauth1", "OAuth1", 14)
    }

    fn hawk(&mut self, hawk: &Hawk) -> (&'static str, &'static str, usize) {
        self.text("id", &hawk.id);
        self.text("key", &hawk.key);
        self.literal("algorithm", &hawk.algorithm);
        self.text("nonce", &hawk.nonce);
        self.text("timestamp", &hawk.timestamp);
        self.text("ext", &hawk.ext);
        self.text("app", &hawk.app);
        self.text("delegation", &hawk.delegation);
        self.flag("payload_hash", hawk.payload_hash);
        ("hawk", "Hawk", 9)
    }
}
