//! `/v1/account`: whose account the key belongs to.

use serde_json::json;

use super::Prepared;
use crate::{errors::StripeError, form::Params};

pub(super) fn get(params: Params) -> Result<Prepared, StripeError> {
    params.finish()?;
    Ok(Prepared::reads(|tx| Ok(json!({ "id": tx.state.account(), "object": "account" }))))
}
