//! Events out: what happened is told to the embedding product, as Standard Webhooks and in the order of each mandate.
//!
//! Events are written with what they tell of ([`crate::ports::store::event`]). A host gives them places and says what is to
//! be sent where, and every host sends what is due ([`announcer`]): put into words ([`message`]), signed ([`signature`]),
//! and again and again for three days when it is not taken ([`retry`]). What comes about by time alone is looked for
//! ([`standing`]). The product manages its endpoints and asks again by [`endpoints`].

pub mod announcer;
pub mod endpoints;
pub mod message;
pub mod retry;
mod run;
pub mod signature;
pub mod standing;

pub use self::{
    announcer::{AnnounceError, AnnounceSettings, Announcer},
    endpoints::{By, EndpointError, Endpoints, NewEndpoint},
    message::message,
    signature::new_secret,
};
