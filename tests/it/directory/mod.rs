//! The machine API: who may use it, entries one by one, and what follows from changing them.

mod bills;
mod catalog;
mod closing;
mod config;
mod entries;
mod leaving;
mod overtaken;
mod refused;
mod schemas;
mod scopes;
pub(crate) mod service;

pub(crate) use self::service::{Machine, patient, with_services};
