//! Pseudonyms: who asked, without saying who. Pure.
//!
//! The pseudonym of a user is the HMAC-SHA256 of the user's id under a random key of that user. The key goes with the
//! user's row: from then on a pseudonym by itself names nobody, not even to who tries all ids there are. What else names
//! the user is told elsewhere: the change of the same id keeps the user's.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::ports::store::decision::PseudonymKey;

/// The pseudonym of a user: 64 hexadecimal digits.
#[must_use]
pub fn pseudonym(key: &PseudonymKey, user_id: &str) -> String {
    // HMAC takes keys of any length: without one of its own there would be an empty pseudonym, which is nobody's.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()) else { return String::new() };
    mac.update(user_id.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
