//! The Turnpike service: HTTP, store, billing and the sandbox that runs the rules. It holds no rule.
//!
//! Data flows one way: `http → {activation, announce, directory, entitlements, watch} → {facts, policy, ledger} → ports ←
//! adapters`; `app` wires them.

#![recursion_limit = "256"]

pub mod activation;
pub mod adapters;
pub mod announce;
pub mod app;
pub mod audit;
pub mod cli;
pub mod config;
pub mod decisions;
pub mod directory;
pub mod entitlements;
pub mod erasure;
pub mod facts;
pub mod fail_point;
pub mod http;
pub mod ledger;
pub mod metrics;
pub mod notices;
pub mod policy;
pub mod ports;
pub mod reconcile;
pub mod retention;
pub mod rollout;
pub mod scim;
pub mod telemetry;
pub mod transfer;
pub mod watch;
pub mod webhooks;
