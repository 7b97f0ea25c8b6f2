//! Endpoints for services of the embedding product: `/api/admin`.

pub mod events;
pub mod service;
