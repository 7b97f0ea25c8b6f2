//! `/v1/subscriptions`: create, read, update, list.

use super::{Prepared, Target, expand::Expand, page::Page};
use crate::{
    birth::{self, NewSubscription},
    change::{self, ItemParams, Update},
    errors::StripeError,
    form::Params,
    objects,
};

const EXPANDABLE: [&str; 2] = ["latest_invoice", "customer"];

pub(super) fn create(mut params: Params) -> Result<Prepared, StripeError> {
    let expand = Expand::read(&mut params, "", &EXPANDABLE)?;
    let new = NewSubscription::read(&mut params)?;
    params.finish()?;
    Ok(Prepared::reads(move |tx| {
        let id = birth::create(tx, new)?;
        let object = tx.subscription(&id, "id").map(|subscription| objects::subscription(tx.state, subscription))?;
        Ok(expand.apply(tx.state, object))
    }))
}

pub(super) fn get(id: &str, mut params: Params) -> Result<Prepared, StripeError> {
    let expand = Expand::read(&mut params, "", &EXPANDABLE)?;
    params.finish()?;
    let id = id.to_owned();
    Ok(Prepared::reads(move |tx| {
        let object = objects::subscription(tx.state, tx.subscription(&id, "id")?);
        Ok(expand.apply(tx.state, object))
    }))
}

pub(super) fn update(id: &str, mut params: Params) -> Result<Prepared, StripeError> {
    let expand = Expand::read(&mut params, "", &EXPANDABLE)?;
    let mut update = Update::read_payment(&mut params)?;
    update.items = params.objects("items")?.into_iter().map(ItemParams::read).collect::<Result<_, _>>()?;
    update.metadata = params.metadata()?;
    update.description = params.string("description")?;
    update.cancel_at_period_end = params.boolean("cancel_at_period_end")?;
    params.finish()?;
    let id = id.to_owned();
    Ok(Prepared::writes(Target::Subscription(id.clone()), move |tx| {
        change::apply(tx, &id, update)?;
        let object = objects::subscription(tx.state, tx.subscription(&id, "id")?);
        Ok(expand.apply(tx.state, object))
    }))
}

pub(super) fn list(mut params: Params) -> Result<Prepared, StripeError> {
    let expand = Expand::read(&mut params, "data.", &EXPANDABLE)?;
    let page = Page::read(&mut params)?;
    let (price, customer) = (params.string("price")?, params.string("customer")?);
    let words = [
        "active",
        "all",
        "canceled",
        "ended",
        "incomplete",
        "incomplete_expired",
        "past_due",
        "paused",
        "trialing",
        "unpaid",
    ];
    let status = params.choice("status", &words.map(|word| (word, word)))?;
    params.finish()?;
    Ok(Prepared::reads(move |tx| {
        let rows: Vec<_> = tx
            .state
            .subscriptions
            .oldest_first()
            .rev()
            .filter(|row| price.as_ref().is_none_or(|price| row.items.iter().any(|item| item.price == *price)))
            .filter(|row| customer.as_ref().is_none_or(|customer| row.customer == *customer))
            .filter(|row| match status {
                None => row.status != crate::model::Status::Canceled,
                Some("all") => true,
                Some("ended") => row.status.has_ended(),
                Some(word) => row.status.as_str() == word,
            })
            .collect();
        page.of(
            "/v1/subscriptions",
            &rows,
            |row| &row.id,
            |row| expand.apply(tx.state, objects::subscription(tx.state, row)),
        )
    }))
}
