//! Events out: written with what they tell of, told in order, again and again, and to nobody else.

mod admin;
mod courier;
mod delivery;
pub(crate) mod receiver;
mod stage;
mod standing;
mod whole;
mod written;
