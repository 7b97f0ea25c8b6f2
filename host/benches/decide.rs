//! What a decision costs: natively on structs, and through the sandbox with a fresh instance and every limit.
//!
//! `cargo bench -p turnpike --bench decide`. All ways are timed in turn within each round, so that a change of the
//! machine's mood meets all of them; the medians over the rounds are told. Ratios carry over to other machines,
//! nanoseconds do not.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures with the machine's own clock")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use core_wasm::{
    activation,
    facts::{
        ActivationFacts, BillingPeriod, FeatureFacts, MandateFacts, MembershipFacts, PlanFacts, RoleFacts,
        SubscriptionFacts, SubscriptionStatus,
    },
    question::{Call, Question, Single},
    settings::Settings,
};
use turnpike::policy::{Decider, Policy};

/// Rounds, after one to warm up.
const ROUNDS: usize = 31;
/// How long each way is timed in a round.
const SLICE: Duration = Duration::from_millis(20);
/// Questions in one batch.
const BATCH: usize = 100;
/// Different facts that are asked about in turn.
const INPUTS: i64 = 60;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let started = Instant::now();
    let policy = Policy::embedded()?;
    let loading = started.elapsed();
    let settings = Settings::default();
    let decider = Decider::new(policy, settings.clone());

    let facts: Vec<ActivationFacts> = (0..INPUTS).map(facts).collect();
    let calls = facts
        .iter()
        .map(|facts| {
            let question = Question::Activation(facts.clone());
            serde_json::to_vec(&Call { settings: settings.clone(), question })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let batch: Vec<Single> = facts.iter().cycle().take(BATCH).cloned().map(Single::Activation).collect();

    let mut fuel: Vec<u64> = Vec::new();
    for facts in &facts {
        let decided = decider.activation(facts)?;
        assert_eq!(decided.decision, activation::decide(facts, &settings), "the sandbox decides otherwise");
        fuel.push(decided.fuel);
    }
    assert_eq!(decider.batch(&batch)?.decision.len(), BATCH, "the batch is not answered");

    let mut turn = facts.iter().cycle();
    let mut native = || {
        if let Some(facts) = turn.next() {
            black_box(activation::decide(black_box(facts), &settings));
        }
    };
    let mut turn = facts.iter().cycle();
    let mut sandboxed = || {
        if let Some(facts) = turn.next() {
            black_box(decider.activation(black_box(facts)).is_ok());
        }
    };
    let mut turn = calls.iter().cycle();
    let mut from_json = || {
        if let Some(call) = turn.next() {
            black_box(decider.policy().answer_bytes(black_box(call)).is_ok());
        }
    };
    let mut batched = || {
        black_box(decider.batch(black_box(&batch)).is_ok());
    };

    let mut ways = [
        Way::new("native, facts in memory", 1, &mut native),
        Way::new("sandbox, facts to decision", 1, &mut sandboxed),
        Way::new("sandbox, JSON to JSON", 1, &mut from_json),
        Way::new("sandbox, in a batch of 100", BATCH, &mut batched),
    ];
    for round in 0..=ROUNDS {
        for way in &mut ways {
            let time = nanoseconds(way.run) / way.decisions as f64;
            if round > 0 {
                way.times.push(time);
            }
        }
    }

    println!("loading the policy: {:.1} ms", loading.as_secs_f64() * 1e3);
    println!("call: {} bytes, fuel: {} (medians of {INPUTS})", middle(&mut lengths(&calls)), middle(&mut fuel));
    println!("{:<28} {:>12} {:>10}", "one activation", "ns", "x native");
    let native = median(&mut ways[0].times);
    for way in &mut ways {
        let time = median(&mut way.times);
        println!("{:<28} {time:>12.0} {:>10.1}", way.name, time / native);
    }
    Ok(())
}

/// One way to decide, with its times per decision.
struct Way<'a> {
    name: &'static str,
    /// How many decisions one run makes.
    decisions: usize,
    run: &'a mut dyn FnMut(),
    times: Vec<f64>,
}

impl<'a> Way<'a> {
    fn new(name: &'static str, decisions: usize, run: &'a mut dyn FnMut()) -> Self {
        Self { name, decisions, run, times: Vec::new() }
    }
}

/// Time of one run of `way`, over as many runs as fit into a slice.
fn nanoseconds(way: &mut dyn FnMut()) -> f64 {
    let (started, mut runs) = (Instant::now(), 0_u32);
    loop {
        for _ in 0..16 {
            way();
        }
        runs += 16;
        let elapsed = started.elapsed();
        if elapsed >= SLICE {
            return elapsed.as_secs_f64() * 1e9 / f64::from(runs);
        }
    }
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn middle<T: Ord + Copy>(values: &mut [T]) -> T {
    values.sort_unstable();
    values[values.len() / 2]
}

fn lengths(calls: &[Vec<u8>]) -> Vec<usize> {
    calls.iter().map(Vec::len).collect()
}

/// Activations of all sorts: one to six roles, with and without an admin among them, with and without room.
fn facts(number: i64) -> ActivationFacts {
    let labels = ["viewer", "billing clerk", "editor", "support", "auditor", "admin"];
    let roles = labels.iter().rev().skip((number % 2) as usize).take(1 + (number % 6) as usize);
    ActivationFacts {
        now: 1_795_305_600_000 + number,
        adding: 1,
        feature: Some(FeatureFacts {
            code: "chat".to_owned(),
            category: "store".to_owned(),
            template_roles: vec!["chat-admin".to_owned(), "chat-user".to_owned()],
        }),
        mandate: Some(MandateFacts {
            is_system: false,
            enabled: true,
            membership: Some(MembershipFacts {
                enabled: true,
                roles: roles
                    .map(|label| RoleFacts { label: Some((*label).to_owned()), of_mandate: true, of_instance: false })
                    .collect(),
            }),
            subscriptions: vec![SubscriptionFacts {
                status: if number % 5 == 0 { SubscriptionStatus::PastDue } else { SubscriptionStatus::Active },
                starts_at: Some(1_790_000_000_000),
                ends_at: None,
                trial_ends_at: None,
                plan: Some(PlanFacts {
                    price: Some(1_900),
                    currency: "CHF".to_owned(),
                    max_instances: Some(10),
                    billing_period: Some(BillingPeriod::Monthly),
                }),
                has_stripe_subscription: true,
                has_stripe_item: true,
                price_at_odds: false,
                stripe_differs: false,
                confirmed_quantity: Some(number % 12),
                in_doubt_since: None,
                billed: number % 12,
                invoices: Vec::new(),
            }],
            counted: number % 12,
            waiting: 0,
        }),
        billing_connected: true,
        billing_paused: false,
        restoring: None,
    }
}
