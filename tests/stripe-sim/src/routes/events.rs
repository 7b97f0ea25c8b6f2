//! `/v1/events`: read and list.

use super::{Prepared, page::Page};
use crate::{errors::StripeError, form::Params, objects};

pub(super) fn get(id: &str, params: Params) -> Result<Prepared, StripeError> {
    params.finish()?;
    let id = id.to_owned();
    Ok(Prepared::reads(move |tx| {
        tx.state.events.get(&id).map(objects::event).ok_or_else(|| StripeError::no_such("event", &id, "id"))
    }))
}

pub(super) fn list(mut params: Params) -> Result<Prepared, StripeError> {
    let page = Page::read(&mut params)?;
    let kind = params.string("type")?;
    let kinds = params.strings("types")?;
    let delivered = params.boolean("delivery_success")?;
    let (mut after, mut until) = (i64::MIN, i64::MAX);
    if let Some(mut created) = params.object("created")? {
        for (word, shift) in [("gte", 0), ("gt", 1)] {
            if let Some(bound) = created.integer(word)? {
                after = after.max(bound.saturating_add(shift));
            }
        }
        for (word, shift) in [("lte", 0), ("lt", 1)] {
            if let Some(bound) = created.integer(word)? {
                until = until.min(bound.saturating_sub(shift));
            }
        }
        created.finish()?;
    }
    params.finish()?;
    Ok(Prepared::reads(move |tx| {
        let rows: Vec<_> = tx
            .state
            .events
            .oldest_first()
            .rev()
            .filter(|row| kind.as_ref().is_none_or(|kind| fits(kind, &row.kind)))
            .filter(|row| kinds.is_empty() || kinds.iter().any(|kind| fits(kind, &row.kind)))
            .filter(|row| delivered.is_none_or(|delivered| (row.pending_webhooks == 0) == delivered))
            .filter(|row| (after..=until).contains(&row.created))
            .collect();
        page.of("/v1/events", &rows, |row| &row.id, objects::event)
    }))
}

/// `invoice.*` names a group, as on Stripe.
fn fits(wanted: &str, kind: &str) -> bool {
    wanted == kind || wanted.strip_suffix('*').is_some_and(|prefix| kind.starts_with(prefix))
}
