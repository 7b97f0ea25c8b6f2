//! Keys that sign tokens as identity providers do, made from fixed bytes.

use axum::http::{HeaderMap, HeaderValue, header};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};

use super::steered_clock::START;

/// A secret long enough for HS256.
pub(super) const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// PKCS #8 around a raw Ed25519 seed (RFC 8410).
const ED25519_FRAME: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// A key with its id.
pub(super) struct Signer {
    pub(super) kid: &'static str,
    key: EncodingKey,
}

impl Signer {
    /// An Ed25519 key.
    pub(super) fn ed25519(kid: &'static str, seed: u8) -> Self {
        let der = [ED25519_FRAME.as_slice(), &[seed; 32]].concat();
        Self { kid, key: EncodingKey::from_ed_der(&der) }
    }

    /// Its public part, as a key set shows it.
    pub(super) fn public(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.key, Algorithm::EdDSA).expect("a public key");
        jwk.common.key_id = Some(self.kid.to_owned());
        serde_json::to_value(jwk).expect("JSON")
    }

    /// A token of these claims.
    pub(super) fn sign(&self, claims: &Value) -> String {
        self.sign_with(Header { kid: Some(self.kid.to_owned()), ..Header::new(Algorithm::EdDSA) }, claims)
    }

    /// A token with this header.
    pub(super) fn sign_with(&self, header: Header, claims: &Value) -> String {
        encode(&header, claims, &self.key).expect("a token")
    }
}

/// A token signed with HS256.
pub(super) fn shared(claims: &Value, secret: &[u8]) -> String {
    encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(secret)).expect("a token")
}

/// Good claims with changes; a null takes a claim away.
pub(super) fn claims(changes: Value) -> Value {
    let mut claims = json!({ "sub": "u-1", "username": "Ada", "exp": START + 3600, "iss": "idp", "aud": "store" });
    let all = claims.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        if value.is_null() {
            all.remove(name);
        } else {
            all.insert(name.clone(), value.clone());
        }
    }
    claims
}

/// Header fields of a request with this token.
pub(super) fn bearer(token: &str) -> HeaderMap {
    HeaderMap::from_iter([(
        header::AUTHORIZATION,
        HeaderValue::from_str(&format!("Bearer {token}")).expect("a header value"),
    )])
}
