//! `/v1/customers`: create and read.

use serde_json::Value;

use super::{Prepared, expand::Expand};
use crate::{errors::StripeError, form::Params, model::Customer, objects};

pub(super) fn create(mut params: Params) -> Result<Prepared, StripeError> {
    Expand::read(&mut params, "", &[])?;
    let (name, email, description) = (params.string("name")?, params.string("email")?, params.string("description")?);
    let metadata = params.metadata()?.unwrap_or_default();
    params.finish()?;
    Ok(Prepared::reads(move |tx| {
        let customer = Customer {
            id: tx.state.new_id("cus"),
            created: tx.now(),
            name,
            email,
            description,
            currency: None,
            balance: 0,
            invoice_sequence: 0,
            metadata,
        };
        let object = objects::customer(&customer);
        tx.state.customers.insert(&customer.id, customer.clone());
        tx.emit("customer.created", object.clone(), None);
        Ok::<Value, StripeError>(object)
    }))
}

pub(super) fn get(id: &str, mut params: Params) -> Result<Prepared, StripeError> {
    Expand::read(&mut params, "", &[])?;
    params.finish()?;
    let id = id.to_owned();
    Ok(Prepared::reads(move |tx| {
        tx.state.customers.get(&id).map(objects::customer).ok_or_else(|| StripeError::no_such("customer", &id, "id"))
    }))
}
