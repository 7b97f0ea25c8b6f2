//! Stripe's JSON for the simulator's objects: complete enough for strict parsers and for Stripe's OpenAPI.

mod catalogue;
mod customer;
mod event;
mod invoice;
mod list;
mod subscription;

pub(crate) use catalogue::{price, product};
pub(crate) use customer::customer;
pub(crate) use event::event;
pub(crate) use invoice::invoice;
pub(crate) use list::{list, list_of};
pub(crate) use subscription::{item, subscription};
