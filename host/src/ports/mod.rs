//! What the use cases need from outside, in our own types: time, ids, billing, mail and the store.
//!
//! Nothing in here knows a vendor, a database or HTTP; adapters implement these traits and nothing else imports them
//! but the wiring in `app`.

pub mod billing;
pub mod clock;
pub mod courier;
pub mod ids;
pub mod notify;
pub mod preview;
pub mod randomness;
pub mod store;
