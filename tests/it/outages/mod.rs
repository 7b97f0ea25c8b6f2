//! What is gone for a while: the database, Stripe, and the host itself when it is asked to stop.

mod database;
mod doubled;
mod interrupted_writes;
mod late_begin;
mod lost_commits;
mod proxy;
mod stop;
mod stripe;
