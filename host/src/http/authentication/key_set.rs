//! A JSON Web Key Set (RFC 7517), reduced to the keys that can verify tokens here.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;

use super::keys::Key;

/// Usable keys with their ids.
#[derive(Clone, Default)]
pub(super) struct KeySet {
    keys: Vec<(Option<String>, Arc<Key>)>,
}

/// Fewest bytes of an RSA modulus (2048 bits).
const SHORTEST_MODULUS: usize = 256;

impl KeySet {
    /// Reads a set. Keys that are for something else, too weak, symmetric or of an unknown kind are left out, as RFC 7517
    /// (section 5) asks for; `None` when it is no set or no key remains.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Wire {
            keys: Vec<Value>,
        }
        let wire: Wire = serde_json::from_slice(text).ok()?;
        let keys: Vec<_> = wire
            .keys
            .into_iter()
            .filter_map(|value| {
                let jwk: Jwk = serde_json::from_value(value).ok()?;
                let key = usable(&jwk)?;
                Some((jwk.common.key_id, Arc::new(key)))
            })
            .collect();
        (!keys.is_empty()).then_some(Self { keys })
    }

    /// The key for a token. A token that names no key is only matched where there is no choice.
    pub(super) fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<Arc<Key>> {
        let mut matching = self
            .keys
            .iter()
            .filter(|(id, key)| key.algorithm == algorithm && (kid.is_none() || id.as_deref() == kid))
            .map(|(_, key)| key);
        let first = matching.next()?;
        (kid.is_some() || matching.next().is_none()).then(|| first.clone())
    }
}

fn usable(jwk: &Jwk) -> Option<Key> {
    let common = &jwk.common;
    if common.public_key_use.as_ref().is_some_and(|usage| *usage != PublicKeyUse::Signature) {
        return None;
    }
    if common.key_operations.as_ref().is_some_and(|operations| !operations.contains(&KeyOperations::Verify)) {
        return None;
    }
    let algorithm = algorithm(jwk)?;
    let decoding = DecodingKey::from_jwk(jwk).ok()?;
    Some(Key { algorithm, decoding })
}

/// The one algorithm a key is for: what it says, if that fits its kind; else the usual one of its kind.
fn algorithm(jwk: &Jwk) -> Option<Algorithm> {
    let said = jwk.common.key_algorithm;
    match &jwk.algorithm {
        AlgorithmParameters::RSA(rsa) => {
            if URL_SAFE_NO_PAD.decode(&rsa.n).ok()?.len() < SHORTEST_MODULUS {
                return None;
            }
            match said {
                None | Some(KeyAlgorithm::RS256) => Some(Algorithm::RS256),
                Some(KeyAlgorithm::RS384) => Some(Algorithm::RS384),
                Some(KeyAlgorithm::RS512) => Some(Algorithm::RS512),
                Some(KeyAlgorithm::PS256) => Some(Algorithm::PS256),
                Some(KeyAlgorithm::PS384) => Some(Algorithm::PS384),
                Some(KeyAlgorithm::PS512) => Some(Algorithm::PS512),
                Some(_) => None,
            }
        }
        AlgorithmParameters::EllipticCurve(curve) => match (&curve.curve, said) {
            (EllipticCurve::P256, None | Some(KeyAlgorithm::ES256)) => Some(Algorithm::ES256),
            (EllipticCurve::P384, None | Some(KeyAlgorithm::ES384)) => Some(Algorithm::ES384),
            _ => None,
        },
        AlgorithmParameters::OctetKeyPair(pair) => match (&pair.curve, said) {
            (EllipticCurve::Ed25519, None | Some(KeyAlgorithm::EdDSA)) => Some(Algorithm::EdDSA),
            _ => None,
        },
        // A symmetric key in a public document is no secret.
        _ => None,
    }
}
