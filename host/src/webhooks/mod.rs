//! Webhooks of the billing provider: checked ([`signature`]), kept as an envelope ([`envelope`]) before they are
//! acknowledged ([`receiver`]), and processed later ([`inbox`]).
//!
//! An event only says that something happened: what is true now is read from the provider, so that neither order nor
//! repeats matter, and ours follows it ([`apply()`]).

pub mod apply;
pub mod envelope;
pub mod inbox;
mod pause;
pub mod receiver;
pub mod signature;

pub use apply::apply;
pub use inbox::{Inbox, InboxSettings};
pub use receiver::{ReceiveError, Received, Receiver, ReceiverSettings};
