//! `/v1/products`: create and read.

use super::{Prepared, expand::Expand};
use crate::{errors::StripeError, form::Params, model::Product, objects};

pub(super) fn create(mut params: Params) -> Result<Prepared, StripeError> {
    Expand::read(&mut params, "", &[])?;
    let name = params.required_string("name")?;
    let id = params.string("id")?;
    let description = params.string("description")?;
    let active = params.boolean("active")?.unwrap_or(true);
    let metadata = params.metadata()?.unwrap_or_default();
    params.finish()?;
    Ok(Prepared::reads(move |tx| {
        if let Some(id) = id.as_ref().filter(|id| tx.state.products.contains(id)) {
            return Err(StripeError::refused(Some("id"), format!("Product already exists: {id}")));
        }
        let id = id.unwrap_or_else(|| tx.state.new_id("prod"));
        let product = Product { id, created: tx.now(), name, description, active, metadata };
        let object = objects::product(&product);
        tx.state.products.insert(&product.id, product.clone());
        tx.emit("product.created", object.clone(), None);
        Ok(object)
    }))
}

pub(super) fn get(id: &str, mut params: Params) -> Result<Prepared, StripeError> {
    Expand::read(&mut params, "", &[])?;
    params.finish()?;
    let id = id.to_owned();
    Ok(Prepared::reads(move |tx| {
        tx.state.products.get(&id).map(objects::product).ok_or_else(|| StripeError::no_such("product", &id, "id"))
    }))
}
