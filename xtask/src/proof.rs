//! `cargo xtask proof …`: long proofs, each a command of its own.

use std::env;

use anyhow::bail;

use crate::postgres::Cluster;
use crate::workspace::Workspace;
use crate::{browser, cargo, js, process, product, setup, test};

/// The variable that holds the key of a Stripe test account.
pub(crate) const STRIPE_TEST_KEY: &str = "STRIPE_TEST_KEY";

#[derive(clap::Subcommand)]
pub(crate) enum Proof {
    /// The scenarios for which Turnpike relies on what Stripe does, against the test account of `STRIPE_TEST_KEY`.
    Stripe,
    /// The tests in Chromium with all that is random in full: 300 situations in the database, 50,000 calls.
    Browser,
    /// The crash matrix in full: every fail point × every wish × every kind of fault × both engines.
    Crashes,
    /// 10,000 requests while the policy is swapped 50 times: every answer is of one module and right for it.
    Swap,
    /// The product of tests/product on both engines: after 1,000 random actions, with deliveries lost and repeated, its mirror
    /// equals the store.
    Product(product::Args),
}

pub(crate) fn run(workspace: &Workspace, proof: &Proof) -> anyhow::Result<()> {
    match proof {
        Proof::Stripe => stripe(workspace),
        Proof::Browser => browser(workspace),
        Proof::Crashes => test::only(workspace, "crashes::matrix", &[("TURNPIKE_TEST_CRASHES", "all")]),
        Proof::Swap => test::only(workspace, "policy_swap::under_load", &[("TURNPIKE_TEST_SWAP", "all")]),
        Proof::Product(args) => product::run(workspace, args),
    }
}

/// Builds what `cargo xtask test` builds before its step in the browser.
fn browser(workspace: &Workspace) -> anyhow::Result<()> {
    let tools = setup::everything(workspace)?;
    js::embedded(workspace)?;
    test::build_binaries(workspace)?;
    let cluster = Cluster::start(&tools.postgres)?;
    browser::run(workspace, &tools.postgres, &cluster, browser::Extent::FULL)
}

/// Whether a key of a test account is there.
///
/// # Errors
/// When the variable holds something else.
pub(crate) fn has_stripe_key() -> anyhow::Result<bool> {
    let Some(key) = env::var(STRIPE_TEST_KEY).ok().filter(|key| !key.is_empty()) else { return Ok(false) };
    if !["sk_test_", "rk_test_"].iter().any(|start| key.starts_with(start)) {
        bail!("{STRIPE_TEST_KEY} must begin with `sk_test_` or `rk_test_`: nothing here runs on real money");
    }
    Ok(true)
}

/// One after the other: an account takes only so many requests a second.
fn stripe(workspace: &Workspace) -> anyhow::Result<()> {
    if !has_stripe_key()? {
        bail!("{STRIPE_TEST_KEY} is not set: it must hold the key of a Stripe test account");
    }
    js::embedded(workspace)?;
    let scenarios =
        ["test", "--locked", "--package", "turnpike", "--test", "it", "--", "stripe_account", "--test-threads=1"];
    process::run(&mut cargo::command(workspace, &scenarios))
}
