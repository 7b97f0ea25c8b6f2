//! Stripe's own limits: what they refuse is left alone for long, and the caller is told that nothing will happen.

use stripe_sim::Limits;

use super::{activated, nothing_happened, refused, scene};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    world::{ADMIN, PAID},
};

on_both_engines!(an_invoice_beyond_stripes_limit_is_given_up);

async fn an_invoice_beyond_stripes_limit_is_given_up(database: &TestDatabase) {
    let scene = scene(database, |setup| setup.with("TURNPIKE_BILLING_WAIT", "3s")).await;
    scene.sim.limits(Limits { invoices_per_day: 0, ..Limits::default() });
    let before = scene.sim.ledger();
    let asked = scene.sim.requests().len();
    refused(&scene.api.activate(ADMIN, PAID, "f0").await, 503, "billing-unavailable");
    nothing_happened(&scene, PAID, 0, &before).await;
    let updates = scene.sim.requests().iter().skip(asked).filter(|request| request.method == "POST").count();
    assert_eq!(updates, 1, "it was asked again and again");
    scene.sim.limits(Limits::default());
    activated(&scene, PAID, "f0").await;
}
