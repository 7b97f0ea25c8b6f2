//! Reads whose account the key belongs to.

use miniserde::Deserialize;
use stripe_client_core::{RequestBuilder, StripeMethod};

use super::{
    read::{get, unusable},
    subscription::is_id,
    transport::Transport,
};
use crate::ports::billing::ReadError;

#[derive(Deserialize)]
struct Account {
    id: String,
}

pub(super) async fn account(transport: &Transport) -> Result<String, ReadError> {
    let body = get(transport, RequestBuilder::new(StripeMethod::Get, "/account")).await?;
    let account = std::str::from_utf8(&body).ok().and_then(|text| miniserde::json::from_str::<Account>(text).ok());
    account.map(|account| account.id).filter(|id| is_id(id)).ok_or_else(|| unusable("the answer is not an account"))
}
