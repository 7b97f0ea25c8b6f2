//! `/v1/prices`: create and read recurring per-unit prices.

use super::{Prepared, expand::Expand};
use crate::{
    errors::StripeError,
    form::Params,
    model::{Interval, Price, Product},
    objects,
};

pub(super) fn create(mut params: Params) -> Result<Prepared, StripeError> {
    let expand = Expand::read(&mut params, "", &["product"])?;
    let currency = params.required_string("currency")?.to_lowercase();
    let unit_amount = params.quantity("unit_amount")?.ok_or_else(|| StripeError::missing("unit_amount"))?;
    let product = params.string("product")?;
    let product_name = match params.object("product_data")? {
        Some(mut data) => {
            let name = data.required_string("name")?;
            data.finish()?;
            Some(name)
        }
        None => None,
    };
    if product.is_none() && product_name.is_none() {
        return Err(StripeError::missing("product"));
    }
    let (interval, interval_count) = recurring(&mut params)?;
    let (nickname, lookup_key) = (params.string("nickname")?, params.string("lookup_key")?);
    let behaviors = [("exclusive", "exclusive"), ("inclusive", "inclusive"), ("unspecified", "unspecified")];
    let tax_behavior = params.choice("tax_behavior", &behaviors)?.unwrap_or("unspecified");
    let active = params.boolean("active")?.unwrap_or(true);
    let metadata = params.metadata()?.unwrap_or_default();
    params.finish()?;
    Ok(Prepared::reads(move |tx| {
        let created = tx.now();
        let product = match product {
            Some(id) if !tx.state.products.contains(&id) => {
                return Err(StripeError::no_such_in_param("product", &id, "product"));
            }
            Some(id) => id,
            None => {
                let id = tx.state.new_id("prod");
                let name = product_name.unwrap_or_default();
                let product =
                    Product { id, created, name, description: None, active: true, metadata: metadata.clone() };
                tx.state.products.insert(&product.id, product.clone());
                product.id
            }
        };
        let price = Price {
            id: tx.state.new_id("price"),
            created,
            product,
            currency,
            unit_amount: i64::try_from(unit_amount).unwrap_or(i64::MAX),
            interval,
            interval_count,
            active,
            nickname,
            lookup_key,
            tax_behavior: tax_behavior.to_owned(),
            metadata,
        };
        let object = objects::price(&price);
        tx.state.prices.insert(&price.id, price.clone());
        tx.emit("price.created", object.clone(), None);
        Ok(expand.apply(tx.state, object))
    }))
}

fn recurring(params: &mut Params) -> Result<(Interval, i64), StripeError> {
    let Some(mut recurring) = params.object("recurring")? else {
        let message = "This simulator knows recurring prices only: pass `recurring`.".to_owned();
        return Err(StripeError::invalid("recurring", "parameter_missing", message));
    };
    let interval = recurring.interval()?.ok_or_else(|| StripeError::missing("recurring[interval]"))?;
    let count = recurring.integer("interval_count")?.unwrap_or(1);
    recurring.finish()?;
    if !(1..=36).contains(&count) {
        let message = "This value must be between 1 and 36.".to_owned();
        return Err(StripeError::invalid("recurring[interval_count]", "parameter_invalid_integer", message));
    }
    Ok((interval, count))
}

pub(super) fn get(id: &str, mut params: Params) -> Result<Prepared, StripeError> {
    let expand = Expand::read(&mut params, "", &["product"])?;
    params.finish()?;
    let id = id.to_owned();
    Ok(Prepared::reads(move |tx| {
        let price = tx.state.prices.get(&id).ok_or_else(|| StripeError::no_such("price", &id, "id"))?;
        Ok(expand.apply(tx.state, objects::price(price)))
    }))
}
