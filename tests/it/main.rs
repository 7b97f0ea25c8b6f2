//! The integration tests of Turnpike, one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "deadlines and tokens are of the real clock, ids need no order")]
#![expect(unreachable_pub, reason = "nothing uses this binary: `pub` is for its other modules")]

mod access;
mod announce;
mod api;
mod architecture;
mod audit;
mod bad_input;
mod caps;
mod changes;
mod crashes;
mod decisions;
mod directory;
mod done_right;
mod engines;
mod entitlements;
mod erasure;
mod events;
mod gate_payment;
mod history;
mod host;
mod http;
mod idempotency;
mod ledger;
mod limits;
mod log;
mod mail;
mod mailbox;
mod metrics;
mod operator;
mod outages;
mod page;
mod planted;
mod policy;
mod policy_swap;
mod preflight;
mod quotes;
#[path = "../cases/reader.rs"]
mod reader;
mod reconcile;
mod requests;
mod retention;
mod scene;
mod scim;
mod sharing;
mod statements;
mod store;
mod stripe_account;
mod stripe_adapter;
mod subscriber;
mod tokens;
mod transfer;
mod webhooks;
mod world;
