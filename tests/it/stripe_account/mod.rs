//! The scenarios for which Turnpike relies on what Stripe does, through its own adapter: against the test account of
//! `STRIPE_TEST_KEY` where that is set, else against the simulator. What passes here and fails there is a wrong assumption.
//!
//! `cargo xtask proof stripe` runs them against the account. It makes customers on test clocks and deletes them again;
//! products and prices stay, named `Turnpike test`. No key but one that begins with `sk_test_` or `rk_test_` is taken.

mod account;
mod payments;
mod quantities;
mod rounding;
