//! `/v1/subscription_items`: read, list, update.

use super::{Prepared, Target, expand::Expand, page::Page};
use crate::{
    change::{self, ItemParams, Update},
    errors::StripeError,
    form::{Params, merge_metadata},
    objects,
    transaction::Transaction,
};

pub(super) fn get(id: &str, mut params: Params) -> Result<Prepared, StripeError> {
    Expand::read(&mut params, "", &[])?;
    params.finish()?;
    let id = id.to_owned();
    Ok(Prepared::reads(move |tx| render(tx, &id)))
}

fn render(tx: &Transaction<'_>, id: &str) -> Result<serde_json::Value, StripeError> {
    let (subscription, item) = tx.state.item(id).ok_or_else(|| no_such(id))?;
    Ok(objects::item(tx.state, subscription, item))
}

fn no_such(id: &str) -> StripeError {
    StripeError::no_such("subscription_item", id, "item")
}

pub(super) fn list(mut params: Params) -> Result<Prepared, StripeError> {
    Expand::read(&mut params, "data.", &[])?;
    let page = Page::read(&mut params)?;
    let subscription = params.required_string("subscription")?;
    params.finish()?;
    Ok(Prepared::reads(move |tx| {
        let subscription = tx
            .state
            .subscriptions
            .get(&subscription)
            .ok_or_else(|| StripeError::no_such_in_param("subscription", &subscription, "subscription"))?;
        let rows: Vec<_> = subscription.items.iter().collect();
        page.of("/v1/subscription_items", &rows, |row| &row.id, |row| objects::item(tx.state, subscription, row))
    }))
}

pub(super) fn update(id: &str, mut params: Params) -> Result<Prepared, StripeError> {
    Expand::read(&mut params, "", &[])?;
    let mut update = Update::read_payment(&mut params)?;
    let metadata = params.metadata()?;
    let entry = ItemParams {
        name: String::new(),
        id: Some(id.to_owned()),
        price: params.string("price")?,
        quantity: params.quantity("quantity")?,
        deleted: false,
    };
    params.finish()?;
    update.items = vec![entry];
    let id = id.to_owned();
    Ok(Prepared::writes(Target::Item(id.clone()), move |tx| {
        let subscription =
            tx.state.item(&id).map(|(subscription, _)| subscription.id.clone()).ok_or_else(|| no_such(&id))?;
        change::apply(tx, &subscription, update)?;
        if let (Some(metadata), Some(stored)) = (metadata, tx.state.subscriptions.get_mut(&subscription)) {
            for item in stored.items.iter_mut().filter(|item| item.id == id) {
                merge_metadata(&mut item.metadata, metadata.clone());
            }
        }
        render(tx, &id)
    }))
}
