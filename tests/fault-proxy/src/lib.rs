//! A proxy in front of an HTTP server that loses, delays, repeats and breaks what passes. For tests only.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use fault_proxy::{Fault, FaultProxy, Rule};
//!
//! let proxy = FaultProxy::before("http://127.0.0.1:12111").await?;
//! proxy.plan(Rule::once("POST", "/v1/subscriptions", Fault::ForwardThenReset));
//! println!("{}", proxy.url());
//! # Ok(())
//! # }
//! ```
//!
//! A request that arrived whole is dealt with to its end, whether or not its client is still there: what is held or late
//! reaches the server all the same.

mod conduct;
mod connection;
mod fault;
mod message;
mod proxy;
mod random;
mod record;
mod script;
mod steering;
mod upstream;

pub use fault::{Cut, Fault, Page, Which};
pub use proxy::{FaultProxy, Options};
pub use random::{Random, RandomError, Rate};
pub use record::Record;
pub use script::{Forever, Matches, Rule, Times};
pub use steering::Steering;
