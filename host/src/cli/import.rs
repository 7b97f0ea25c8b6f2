//! `turnpike import FILE`: reads a document, checks it and loads it, all or nothing.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use super::actor::deed;
use crate::{
    ports::store::transfer::{LoadError, LoadMode, TransferStore},
    transfer::{self, Document, TransferError, Warning},
};

/// How Stripe's keys to real money begin.
const LIVE_KEYS: [&str; 2] = ["sk_live_", "rk_live_"];

/// The most warnings that the summary shows.
const WARNINGS_SHOWN: usize = 50;

/// Imports the bytes of a file. `stripe_key` is the configured one: with a live key a replacement, which throws the
/// ledger away, must be asked for by `discard_billing`.
///
/// # Errors
/// [`ImportError`]; nothing is loaded then.
pub async fn run_import(
    store: &(impl TransferStore + ?Sized),
    bytes: &[u8],
    how: LoadMode,
    stripe_key: Option<&SecretString>,
) -> Result<ImportReport, ImportError> {
    let live = stripe_key.is_some_and(|key| LIVE_KEYS.iter().any(|start| key.expose_secret().starts_with(start)));
    if live && how == (LoadMode::Replace { discard_billing: false }) {
        return Err(ImportError::LiveKey);
    }
    let (document, mut warnings) = transfer::read(bytes)?;
    let replaced = how != LoadMode::Merge;
    let note = deed(if replaced { "import --replace" } else { "import" }, "document", "");
    warnings.extend(store.load(&document, how, &note).await?);
    Ok(ImportReport { sections: sections(&document), replaced, warnings })
}

/// What was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReport {
    /// How many entries each section had; sections without entries are left out.
    pub sections: Vec<(&'static str, usize)>,
    /// Whether the database was emptied first.
    pub replaced: bool,
    /// What is odd about the document.
    pub warnings: Vec<Warning>,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Real money is at stake.
    #[error(
        "--replace throws the billing ledger away, and a live Stripe key is configured: \
         add --discard-billing if that is what you want"
    )]
    LiveKey,
    /// The file is not as it should be.
    #[error(transparent)]
    File(#[from] TransferError),
    /// The file does not fit the database.
    #[error(transparent)]
    Load(#[from] LoadError),
}

fn sections(document: &Document) -> Vec<(&'static str, usize)> {
    let all = [
        ("plans", document.plans.len()),
        ("features", document.features.len()),
        ("resources", document.resources.as_ref().map_or(0, Vec::len)),
        ("users", document.users.len()),
        ("mandates", document.mandates.len()),
        ("roles", document.roles.len()),
        ("memberships", document.memberships.len()),
        ("subscriptions", document.subscriptions.len()),
        ("instances", document.instances.len()),
        ("accesses", document.accesses.len()),
        ("notifications", document.notifications.len()),
    ];
    all.into_iter().filter(|(_, entries)| *entries > 0).collect()
}

impl fmt::Display for ImportReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for warning in self.warnings.iter().take(WARNINGS_SHOWN) {
            writeln!(out, "warning: {warning}")?;
        }
        let more = self.warnings.len().saturating_sub(WARNINGS_SHOWN);
        if more > 0 {
            writeln!(out, "warning: and {more} more")?;
        }
        let counts: Vec<String> =
            self.sections.iter().map(|(section, entries)| format!("{entries} {section}")).collect();
        let what = if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") };
        write!(out, "{} {what}", if self.replaced { "the database now holds" } else { "imported" })
    }
}
