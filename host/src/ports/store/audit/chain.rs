//! How the chain of the audit trail is made: digests of entries and hashes of seals. `docs/audit.md` says the same for others.

use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::ports::clock::Millis;

/// What the first seal follows: 64 zeros.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An entry as it is stored: texts of which the digest is made as they are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the columns")]
pub struct Written {
    pub at: Millis,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub mandate_id: Option<String>,
    pub address: Option<String>,
    pub trace_id: Option<String>,
    pub reason: String,
    pub before_state: Option<String>,
    pub after_state: Option<String>,
    pub detail: String,
    pub people: String,
}

impl Written {
    /// The canonical content: a JSON list of the columns, without spaces.
    #[must_use]
    pub fn content(&self) -> String {
        json!([
            self.at,
            self.actor,
            self.action,
            self.subject,
            self.mandate_id,
            self.address,
            self.trace_id,
            self.reason,
            self.before_state,
            self.after_state,
            self.detail,
            self.people
        ])
        .to_string()
    }

    /// The digest under this salt: SHA-256 of salt and content, in lower-case hexadecimal.
    #[must_use]
    pub fn digest(&self, salt: &str) -> String {
        hexadecimal(&format!("{salt}{}", self.content()))
    }
}

/// The hash of a seal: SHA-256 of `previous:number:at:digest`, in lower-case hexadecimal.
#[must_use]
pub fn hash(previous: &str, number: i64, at: Millis, digest: &str) -> String {
    hexadecimal(&format!("{previous}:{number}:{at}:{digest}"))
}

fn hexadecimal(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
