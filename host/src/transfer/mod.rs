//! The import and export format `feature-store-fixture/1`: one JSON document, checked as a whole before it is loaded.
//!
//! `read` goes from bytes to a checked [`Document`], `write` back to text; the store's `load` and `dump` do the rest.
//! What lives (active instances, their roles and accesses, the notices of the outbox) is in an export; what is under
//! way or over (reserved and ended instances, changes, billing operations, idempotency keys) is not.

mod check;
mod document;
mod entries;
mod entry;
mod error;
mod excerpt;
mod identifier;
mod instant;
mod money;
mod parse;
mod place;
mod plan;
mod text;
mod warning;
mod write;

pub use self::{
    check::check,
    document::{Document, FORMAT, SECTIONS},
    entries::{
        Access, Feature, Instance, Mandate, Membership, Notification, Resource, ResourceMeta, Role, Subscription, User,
    },
    entry::{Entry, EntryFault, Kind},
    error::{Fault, Faults, TransferError},
    money::MAX_MINOR,
    parse::parse,
    plan::{BillingPeriod, Plan},
    warning::Warning,
    write::write,
};

/// Reads a document and checks it as a whole: what parses, but contradicts itself, is refused here.
///
/// # Errors
/// [`TransferError`], which names section, entry and field.
pub fn read(bytes: &[u8]) -> Result<(Document, Vec<Warning>), TransferError> {
    let mut document = parse(bytes)?;
    let warnings = check(&mut document)?;
    Ok((document, warnings))
}
