//! Whether a payload was signed with one of our secrets, and just now: pure.
//!
//! The header is `t=SECONDS,v1=HEX[,v1=HEX…]`; a signature is the HMAC-SHA256 of `SECONDS.PAYLOAD`. While a secret is
//! rolled over, the provider signs with both, and we accept both.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use crate::ports::clock::Millis;

/// How far the time in a signature may be from ours, both ways, in milliseconds.
pub const TOLERANCE: i64 = 300_000;

/// Bytes of an HMAC-SHA256.
const LENGTH: usize = 32;

/// Why a payload is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// No signature of the payload with one of our secrets is there.
    #[error("the payload is not signed with one of the configured secrets")]
    Wrong,
    /// It is signed with one of our secrets, but not just now.
    #[error("the signature is older or newer than {} s", TOLERANCE / 1000)]
    Expired,
}

/// Checks the header `Stripe-Signature` of a payload.
///
/// # Errors
/// [`SignatureFault`]; a signature that is both old and wrong is wrong.
pub fn verify(header: &str, payload: &[u8], secrets: &[SecretString], now: Millis) -> Result<(), SignatureFault> {
    let Header { time, seconds, signatures } = Header::parse(header).ok_or(SignatureFault::Wrong)?;
    let is_signed = secrets.iter().any(|secret| {
        // An empty key is no secret: anybody can sign with it.
        let key = Some(secret.expose_secret().as_bytes()).filter(|key| !key.is_empty());
        let Some(Ok(mut mac)) = key.map(Hmac::<Sha256>::new_from_slice) else { return false };
        mac.update(time.as_bytes());
        mac.update(b".");
        mac.update(payload);
        // The comparison takes the same time wherever the difference is.
        signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok())
    });
    if !is_signed {
        return Err(SignatureFault::Wrong);
    }
    let age = now.saturating_sub(seconds.saturating_mul(1000));
    if (-TOLERANCE..=TOLERANCE).contains(&age) { Ok(()) } else { Err(SignatureFault::Expired) }
}

/// What the header says.
struct Header<'a> {
    /// The time as it was signed.
    time: &'a str,
    /// The same as a number.
    seconds: i64,
    /// All signatures of the scheme `v1`; other schemes mean nothing.
    signatures: Vec<[u8; LENGTH]>,
}

impl<'a> Header<'a> {
    /// `None` when there is not exactly one time.
    fn parse(header: &'a str) -> Option<Self> {
        let (mut time, mut signatures) = (None, Vec::new());
        for part in header.split(',') {
            match part.trim().split_once('=') {
                Some(("t", value)) if time.is_none() => time = Some(value),
                Some(("t", _)) => return None,
                Some(("v1", value)) => signatures.extend(from_hex(value)),
                _ => {}
            }
        }
        let time = time.filter(|time| time.bytes().all(|digit| digit.is_ascii_digit()))?;
        Some(Self { time, seconds: time.parse().ok()?, signatures })
    }
}

fn from_hex(text: &str) -> Option<[u8; LENGTH]> {
    let digits: Vec<u8> =
        text.chars().map(|digit| digit.to_digit(16)).map(|digit| digit?.try_into().ok()).collect::<Option<_>>()?;
    let bytes: Vec<u8> =
        digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    if digits.len() == 2 * LENGTH { bytes.try_into().ok() } else { None }
}
