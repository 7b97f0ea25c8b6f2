//! Signs as Standard Webhooks has it: HMAC-SHA256 over `ID.SECONDS.BODY` with every secret in force. Pure.
//!
//! The crate `standardwebhooks` would bring a second hmac, sha2, base64 and http for what are ten lines with those that the
//! workspace has; that both say the same is tested with the scheme's library for Python.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

/// How secrets begin.
const PREFIX: &str = "whsec_";

/// A secret of these random bytes, as it is shown once and stored.
#[must_use]
pub fn new_secret(key: &[u8; 32]) -> SecretString {
    SecretString::from(format!("{PREFIX}{}", BASE64.encode(key)))
}

/// The value of `webhook-signature`: one signature per secret, with spaces between; `None` when no secret can be used.
#[must_use]
pub fn sign(id: &str, seconds: i64, body: &str, secrets: &[SecretString]) -> Option<String> {
    let signatures: Vec<String> = secrets
        .iter()
        .filter_map(|secret| {
            let key = BASE64.decode(secret.expose_secret().strip_prefix(PREFIX)?).ok()?;
            let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok().filter(|_| !key.is_empty())?;
            mac.update(format!("{id}.{seconds}.").as_bytes());
            mac.update(body.as_bytes());
            Some(format!("v1,{}", BASE64.encode(mac.finalize().into_bytes())))
        })
        .collect();
    (!signatures.is_empty()).then(|| signatures.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usable_secret_signs() {
        let (one, other) = (new_secret(&[1; 32]), new_secret(&[2; 32]));
        let alone = sign("id", 1, "{}", std::slice::from_ref(&one)).unwrap();
        assert!(alone.starts_with("v1,") && !alone.contains(' '), "{alone}");
        let broken = ["whsec_", "whsec_?", "plain"].map(SecretString::from);
        let secrets: Vec<SecretString> = [one, other].into_iter().chain(broken.clone()).collect();
        let both = sign("id", 1, "{}", &secrets).unwrap();
        let both: Vec<&str> = both.split(' ').collect();
        assert_eq!((both.len(), both[0]), (2, alone.as_str()));
        assert_ne!(both[0], both[1]);
        assert_eq!(sign("id", 1, "{}", &broken), None);
    }
}
