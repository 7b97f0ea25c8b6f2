//! Billing with Stripe: async-stripe's typed requests over our own transport, lean answers.
//!
//! A call is one HTTP request (a preview of two invoices is two): what to do next is for the ledger to say, so nothing is
//! tried again in here.

mod account;
mod config;
mod error_body;
mod inspect;
mod invoice;
mod outcome;
mod preview;
mod read;
mod set_quantity;
mod subscription;
mod transport;

use async_trait::async_trait;

use self::transport::Transport;
pub use self::{
    config::{STRIPE_API_BASE, StripeConfig, StripeConfigError, Timeouts},
    transport::TransportError,
};
use crate::ports::{
    billing::{Billing, BillingTarget, Inspection, Observation, QuantityUpdate, ReadError, SetOutcome},
    preview::{InvoiceLine, Preview, Repricing},
};

/// Stripe behind the billing port. Cheap to share; connections are kept and used again.
#[derive(Debug)]
pub struct StripeBilling {
    transport: Transport,
}

impl StripeBilling {
    /// Prepares the transport; nothing is sent yet.
    ///
    /// # Errors
    /// [`TransportError`] when TLS cannot be set up.
    pub fn new(config: StripeConfig) -> Result<Self, TransportError> {
        Ok(Self { transport: Transport::new(config)? })
    }
}

#[async_trait]
impl Billing for StripeBilling {
    async fn set_quantity(&self, update: &QuantityUpdate, idempotency_key: &str) -> SetOutcome {
        set_quantity::set_quantity(&self.transport, update, idempotency_key).await
    }

    async fn read(&self, target: &BillingTarget) -> Result<Observation, ReadError> {
        read::read(&self.transport, target).await
    }

    async fn inspect(&self, subscription: &str) -> Result<Inspection, ReadError> {
        inspect::inspect(&self.transport, subscription).await
    }

    async fn account(&self) -> Result<String, ReadError> {
        account::account(&self.transport).await
    }

    async fn preview(&self, change: &Repricing) -> Result<Preview, ReadError> {
        preview::preview(&self.transport, change).await
    }

    async fn billed_with(&self, change: &Repricing) -> Result<Vec<InvoiceLine>, ReadError> {
        preview::billed_with(&self.transport, change).await
    }
}
