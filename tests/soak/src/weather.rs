//! The faults of a run: what happens on the way to Stripe, and cards that are declined.

use std::time::Duration;

use fault_proxy::{Cut, Fault, Page, Random, Rate, Which};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::json;
use stripe_sim::Sim;
use tokio::{sync::watch, time::timeout};

/// What meets how many of a thousand requests. The latest packet is under way for so many milliseconds.
fn per_mille(latest: u64) -> Vec<(u32, Fault)> {
    vec![
        (30, Fault::Delay { ms: 400 }),
        (5, Fault::Delay { ms: 4_000 }),
        (10, Fault::Answer { status: 429, page: Page::Json }),
        (10, Fault::Answer { status: 500, page: Page::Json }),
        (10, Fault::Answer { status: 502, page: Page::Html }),
        (10, Fault::ForwardThenAnswer { status: 500, page: Page::Html }),
        (5, Fault::ForwardThenAnswer { status: 500, page: Page::Json }),
        (10, Fault::Drop { how: Cut::Reset }),
        (5, Fault::Drop { how: Cut::Close }),
        (15, Fault::ForwardThenReset),
        (2, Fault::ForwardThenStall),
        (10, Fault::Truncate),
        (10, Fault::Duplicate { answer: Which::First }),
        (10, Fault::Duplicate { answer: Which::Second }),
        (8, Fault::Late { ms: 1_500 }),
        (4, Fault::Late { ms: latest }),
    ]
}

/// The random faults of a seed: about every seventh request meets one.
pub(crate) fn faults(seed: u64, duration: Duration) -> anyhow::Result<Random> {
    let latest = u64::try_from((duration / 4).as_millis())?.min(20_000);
    let rates = per_mille(latest).into_iter().map(|(count, fault)| Rate { share: f64::from(count) / 1000.0, fault });
    Ok(Random::new(seed, rates.collect())?)
}

/// Has Stripe decline a request now and then, for good: the answer is kept under the idempotency key. Returns how many
/// were ordered.
pub(crate) async fn decline(sim: &Sim, seed: u64, mut stop: watch::Receiver<bool>) -> anyhow::Result<u64> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut ordered = 0;
    loop {
        let pause = Duration::from_millis(random.random_range(1_000..6_000));
        if timeout(pause, stop.wait_for(|stop| *stop)).await.is_ok() {
            return Ok(ordered);
        }
        sim.fault(serde_json::from_value(json!({
            "match": {"method": "POST", "path": "/v1/subscriptions"},
            "action": {"type": "status", "status": 402, "code": "card_declined"}
        }))?);
        ordered += 1;
    }
}
