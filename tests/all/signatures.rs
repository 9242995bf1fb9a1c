//! What the Rust client signs: against what Postman's runner signed, where nothing of it changes from one
//! second to the next, and else as a server checks it.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use serde_json::Value;

use crate::clients;
use crate::parity::problem;
use crate::runner::{Case, case};
use crate::server::{Recorded, Server};
use crate::support::{fixture, root};

const HOST: &str = "api.example.com";

/// The fixture, and a server that takes the place of the one that it names.
struct Stage {
    case: Case,
    server: Server,
    environment: Vec<(String, String)>,
}

impl Stage {
    fn new() -> Self {
        let folder = root().join("tests/wire/golden");
        let case = case(&root().join(fixture("signatures")), &folder).unwrap();
        let server = Server::start(|_| (200, "{}".to_owned()));
        let value = |name: &str| case.values.get(name).cloned().unwrap_or_default();
        let mut environment: Vec<(String, String)> =
            case.api.variables.iter().map(|it| (it.env.clone(), value(&it.wire))).collect();
        environment.push(("REDIRECT".to_owned(), format!("http://{HOST} {}", server.origin())));
        environment.push(("NO_PROXY".to_owned(), "*".to_owned()));
        Self { case, server, environment }
    }

    /// Gives a variable another value.
    fn set(&mut self, name: &str, value: &str) {
        let variable = self.case.api.variables.iter().find(|it| it.wire == name).unwrap();
        self.environment.push((variable.env.clone(), value.to_owned()));
    }

    /// The requests that the call of an item makes, as the server that it is for would get them.
    fn send(&self, place: &str) -> Vec<Recorded> {
        let golden = self.case.golden.iter().find(|it| it.place == place).unwrap();
        let operations = self.case.operations();
        let id = format!("{}.{}", self.case.api.name.snake(), operations[&golden.index].1.id);
        let folder = tempfile::tempdir().unwrap();
        clients::call(&[id], &self.environment, folder.path());
        let mut requests = self.server.take();
        for (name, value) in requests.iter_mut().flat_map(|it| &mut it.headers) {
            if name.eq_ignore_ascii_case("host") {
                HOST.clone_into(value);
            }
        }
        requests
    }

    fn send_one(&self, place: &str) -> Recorded {
        let mut sent = self.send(place);
        assert_eq!(sent.len(), 1, "{place}");
        sent.remove(0)
    }
}

/// The fixture has a nonce and a timestamp wherever Postman has a field for them.
#[test]
fn signatures_are_those_of_the_runner() {
    let stage = Stage::new();
    let text = fs::read_to_string(root().join("tests/wire/golden/signatures.jsonl")).unwrap();
    let mut compared = 0;
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let place = line["place"].as_str().unwrap();
        let signed_with_key = place.ends_with("key") || place.contains("curve");
        if !["JWT", "OAuth", "Hawk"].iter().any(|it| place.starts_with(it)) || signed_with_key {
            continue;
        }
        let sent = stage.send_one(place);
        let headers = line["headers"].as_array().unwrap();
        let wanted = headers.iter().find(|it| it[0] == "Authorization").and_then(|it| it[1].as_str());
        assert_eq!(sent.header("authorization"), wanted, "{place}");
        assert_eq!(sent.target, line["target"].as_str().unwrap(), "{place}");
        assert_eq!(sent.text(), line["body"].as_str().unwrap_or_default(), "{place}");
        compared += 1;
    }
    assert_eq!(compared, 10);
}

#[test]
fn digest_answers_a_challenge() {
    let stage = Stage::new();
    let password = &stage.case.values["password"];
    for place in ["Digest", "Digest with a body"] {
        stage.server.challenge(Some(
            "Digest realm=\"wire\", nonce=\"0123456789abcdef\", qop=\"auth\", algorithm=MD5, opaque=\"5ccc\"",
        ));
        let sent = stage.send(place);
        let [first, second] = sent.as_slice() else { panic!("{place}: {} requests", sent.len()) };
        assert_eq!(first.header("authorization"), None, "{place}");
        assert_eq!((&first.target, &first.body), (&second.target, &second.body), "{place}");
        assert_eq!(problem("digest", second, password), "", "{place}");
        // Without a challenge it is sent once.
        stage.server.challenge(None);
        assert_eq!(stage.send_one(place).header("authorization"), None, "{place}");
    }
}

#[test]
fn aws_is_signed() {
    let stage = Stage::new();
    let secret = &stage.case.values["secret_key"];
    for place in ["AWS", "AWS with a session"] {
        let sent = stage.send_one(place);
        assert_eq!(problem("aws", &sent, secret), "", "{place}");
        let other = Recorded { method: "PURGE".to_owned(), ..sent };
        assert_ne!(problem("aws", &other, secret), "", "{place}");
    }
}

/// The parts of a token in `Authorization`.
fn token(request: &Recorded) -> (Value, Value, String, Vec<u8>) {
    let token = request.header("authorization").unwrap().strip_prefix("Bearer ").unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let json = |text: &str| serde_json::from_slice(&decode(text)).unwrap();
    (json(header), json(claims), message.to_owned(), decode(signature))
}

/// The key is for this test alone, and opens nothing.
#[test]
fn private_keys_sign() {
    let mut stage = Stage::new();
    let pem = fs::read_to_string(root().join("tests/fixtures/rsa.pem")).unwrap();
    let der: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let rsa = RsaKeyPair::from_pkcs8(&STANDARD.decode(der).unwrap()).unwrap();
    let rsa = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, rsa.public().as_ref().to_vec());
    let random = SystemRandom::new();
    let curve = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let text = STANDARD.encode(curve.as_ref());
    let curve_pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
    let curve = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, curve.as_ref(), &random).unwrap();
    let curve = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, curve.public_key().as_ref().to_vec());
    stage.set("rsa_key", &pem);
    stage.set("curve_key", &curve_pem);

    for (place, algorithm, key) in
        [("JWT with a key", "RS256", &rsa), ("JWT with a curve", "ES256", &curve), ("ASAP", "RS256", &rsa)]
    {
        let (header, claims, message, signature) = token(&stage.send_one(place));
        assert_eq!(header["alg"], algorithm, "{place}");
        assert_eq!(header.get("typ"), None, "{place}");
        assert!(key.verify(message.as_bytes(), &signature).is_ok(), "{place}");
        if place == "ASAP" {
            assert_eq!(header["kid"], "issuer/key");
            assert_eq!((&claims["sub"], &claims["aud"]), (&claims["iss"], &"audience".into()));
            assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 60);
        } else {
            assert_eq!(claims, serde_json::json!({"sub": 1}), "{place}");
        }
    }

    let sent = stage.send_one("OAuth 1.0 with a key");
    let (_, signature) = sent.header("authorization").unwrap().split_once("oauth_signature=\"").unwrap();
    let signature =
        signature.trim_end_matches('"').replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    let base = "GET&http%3A%2F%2Fapi.example.com%2Foauth1%2Fkey&oauth_consumer_key%3Dv-consumer-key\
                %26oauth_nonce%3DkYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg\
                %26oauth_signature_method%3DRSA-SHA256%26oauth_timestamp%3D1318622958\
                %26oauth_token%3Dv-oauth-token%26oauth_version%3D1.0";
    assert!(rsa.verify(base.as_bytes(), &STANDARD.decode(signature).unwrap()).is_ok());
}
