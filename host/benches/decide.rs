//! What a decision costs and where the time goes: natively on structs, and through the sandbox with a fresh instance and
//! every limit.
//!
//! `cargo bench -p turnpike --bench decide`. All ways are timed in turn within each round, so that a change of the
//! machine's mood meets all of them. A round is short, so that on a busy machine many are not interrupted: told are the
//! median and what the quickest tenth stays below, and the shares are of the latter. Ratios carry over to other machines,
//! nanoseconds do not.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures with the machine's own clock")]

use std::{
    error::Error,
    hint::black_box,
    time::{Duration, Instant},
};

use core_wasm::{
    activation, compact,
    facts::{
        ActivationFacts, BillingPeriod, FeatureFacts, MandateFacts, MembershipFacts, PlanFacts, RoleFacts,
        SubscriptionFacts, SubscriptionStatus,
    },
    question::{Answer, Call, Question, Single},
    settings::Settings,
};
use turnpike::policy::{Decider, Limits, Policy};

/// Rounds, after one to warm up.
const ROUNDS: usize = 1_500;
/// How long each way is timed in a round, at least.
const SLICE: Duration = Duration::from_micros(200);
/// Questions in one batch.
const BATCH: usize = 100;
/// Different facts that are asked about in turn.
const INPUTS: i64 = 60;

/// The least that keeps the ABI: one page, no data, and an answer of no bytes.
const SMALLEST: &str = r#"(module
    (memory (export "memory") 1)
    (func (export "turnpike_abi_version") (result i32) i32.const 1)
    (func (export "turnpike_alloc") (param i32) (result i32) i32.const 64)
    (func (export "turnpike_free") (param i32 i32))
    (func (export "turnpike_decide") (param i32 i32) (result i64) i64.const 0))"#;

fn main() -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let policy = Policy::embedded()?;
    let loading = started.elapsed();
    let smallest = Policy::load(&wat::parse_str(SMALLEST)?, Limits::default())?;
    let settings = Settings::default();
    let decider = Decider::new(policy.clone(), settings.clone());

    let facts: Vec<ActivationFacts> = (0..INPUTS).map(facts).collect();
    let ask = |question| Call { settings: settings.clone(), question };
    let calls: Vec<Call> = facts.iter().map(|facts| ask(Question::Activation(facts.clone()))).collect();
    let json = calls.iter().map(serde_json::to_vec).collect::<Result<Vec<_>, _>>()?;
    let bytes: Vec<Vec<u8>> = calls.iter().map(compact::to_vec).collect();
    let answers =
        bytes.iter().map(|call| Ok(policy.call_compact(call)?.bytes)).collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    let batch: Vec<Single> = facts.iter().cycle().take(BATCH).cloned().map(Single::Activation).collect();
    let json_batch = serde_json::to_vec(&ask(Question::Batch(batch.clone())))?;
    let batch_bytes = compact::to_vec(&ask(Question::Batch(batch.clone())));
    let batch_answer = policy.call_compact(&batch_bytes)?.bytes;

    for facts in &facts {
        let decided = decider.activation(facts)?;
        assert_eq!(decided.decision, activation::decide(facts, &settings), "the sandbox decides otherwise");
    }
    assert_eq!(decider.batch(&batch)?.decision.len(), BATCH, "the batch is not answered");

    let from_json = |call: &[u8]| -> Option<Answer> { serde_json::from_slice(&policy.call(call).ok()?.bytes).ok() };
    let read_here = |call: &[u8]| -> Option<bool> {
        match serde_json::from_slice::<Call>(call).ok()?.question {
            Question::Activation(facts) => Some(decider.activation(&facts).is_ok()),
            Question::Batch(questions) => Some(decider.batch(&questions).is_ok()),
            _ => None,
        }
    };
    let answer = |bytes: &[u8]| compact::from_slice::<Answer>(bytes).is_ok();

    let mut ways = [
        Way::new(NATIVE, 1, over(&facts, |facts| activation::decide(facts, &settings).allowed)),
        Way::new(SINGLE, 1, over(&facts, |facts| decider.activation(facts).is_ok())),
        Way::new(BATCHED, BATCH, || decider.batch(black_box(&batch)).is_ok()),
        Way::new("sandbox, JSON text read in it", 1, over(&json, |call| from_json(call).is_some())),
        Way::new("sandbox, JSON text read in it, batch of 100", BATCH, || from_json(black_box(&json_batch)).is_some()),
        Way::new("sandbox, JSON text read by the host", 1, over(&json, |call| read_here(call).is_some())),
        Way::new("sandbox, JSON text read by the host, batch of 100", BATCH, || {
            read_here(black_box(&json_batch)).is_some()
        }),
        Way::new(WRITE, 1, over(&calls, |call| compact::to_vec(call).is_empty())),
        Way::new(SMALLEST_INSTANCE, 1, || smallest.call(black_box(b"{}")).is_ok()),
        Way::new(INSTANCE, 1, || policy.call_compact(black_box(&[0])).is_ok()),
        Way::new(CALL, 1, over(&bytes, |call| policy.call_compact(call).is_ok())),
        Way::new(READ, 1, over(&answers, |bytes| answer(bytes))),
        Way::new(WRITE_BATCH, BATCH, || compact::to_vec(black_box(&batch)).is_empty()),
        Way::new(CALL_BATCH, BATCH, || policy.call_compact(black_box(&batch_bytes)).is_ok()),
        Way::new(READ_BATCH, BATCH, || answer(black_box(&batch_answer))),
    ];
    for round in 0..=ROUNDS {
        for way in &mut ways {
            let time = nanoseconds(&mut way.run) / way.decisions as f64;
            if round > 0 {
                way.times.push(time);
            }
        }
    }
    for way in &mut ways {
        way.times.sort_by(f64::total_cmp);
    }

    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("loading the policy: {:.1} ms; load of the machine: {}", loading.as_secs_f64() * 1e3, load.trim());
    println!(
        "call: {} bytes, {} as JSON; fuel: {}, {} as JSON (medians of {INPUTS})",
        middle(bytes.iter().map(Vec::len)),
        middle(json.iter().map(Vec::len)),
        middle(bytes.iter().filter_map(|call| Some(policy.call_compact(call).ok()?.fuel))),
        middle(json.iter().filter_map(|call| Some(policy.call(call).ok()?.fuel))),
    );
    let table = Table(&ways);
    println!("\n{:<52} {:>9} {:>9} {:>9}", "one activation", "median ns", "quiet", "x native");
    for way in &ways[..FIRST_SHARE] {
        let (median, quiet) = (way.median(), way.quiet());
        println!("{:<52} {median:>9.0} {quiet:>9.0} {:>9.1}", way.name, quiet / table.quiet(NATIVE));
    }
    println!("\nwhere the time of one goes");
    let (instance, call) = (table.quiet(INSTANCE), table.quiet(CALL));
    table.share("write the call", table.quiet(WRITE), SINGLE);
    table.share("fresh instance of the smallest module, 2 calls of it", table.quiet(SMALLEST_INSTANCE), SINGLE);
    table.share(
        "more for ours: its data, its memory, a failure written",
        instance - table.quiet(SMALLEST_INSTANCE),
        SINGLE,
    );
    table.share("in the module: read, decide, write", call - instance, SINGLE);
    table.share("read the answer", table.quiet(READ), SINGLE);
    println!("\nwhere the time of each in a batch of 100 goes");
    let shared = instance / BATCH as f64;
    table.share("write the call", table.quiet(WRITE_BATCH), BATCHED);
    table.share("fresh instance, its hundredth", shared, BATCHED);
    table.share("in the module: read, decide, write", table.quiet(CALL_BATCH) - shared, BATCHED);
    table.share("read the answer", table.quiet(READ_BATCH), BATCHED);
    Ok(())
}

const NATIVE: &str = "native, facts in memory";
const SINGLE: &str = "sandbox, facts to decision";
const BATCHED: &str = "sandbox, facts to decision, batch of 100";
const WRITE: &str = "write";
const SMALLEST_INSTANCE: &str = "smallest instance";
const INSTANCE: &str = "instance";
const CALL: &str = "call";
const READ: &str = "read";
const WRITE_BATCH: &str = "write a batch";
const CALL_BATCH: &str = "call with a batch";
const READ_BATCH: &str = "read a batch";
/// The ways before it are told as they are, those from it on as shares.
const FIRST_SHARE: usize = 7;

/// One way to decide, or a part of it, with its times per decision.
struct Way<'a> {
    name: &'static str,
    /// How many decisions one run makes.
    decisions: usize,
    run: Box<dyn FnMut() -> bool + 'a>,
    times: Vec<f64>,
}

impl<'a> Way<'a> {
    fn new(name: &'static str, decisions: usize, run: impl FnMut() -> bool + 'a) -> Self {
        Self { name, decisions, run: Box::new(run), times: Vec::new() }
    }

    fn median(&self) -> f64 {
        self.times[self.times.len() / 2]
    }

    fn quiet(&self) -> f64 {
        self.times[self.times.len() / 10]
    }
}

/// What was measured, by name.
struct Table<'t, 'a>(&'t [Way<'a>]);

impl Table<'_, '_> {
    fn quiet(&self, name: &str) -> f64 {
        self.0.iter().find(|way| way.name == name).map_or(f64::NAN, Way::quiet)
    }

    fn share(&self, what: &str, time: f64, whole: &str) {
        println!("{what:<56} {time:>7.0} ns {:>5.0} %", 100.0 * time / self.quiet(whole));
    }
}

/// Runs over all inputs in turn.
fn over<'a, T>(inputs: &'a [T], mut run: impl FnMut(&T) -> bool + 'a) -> impl FnMut() -> bool + 'a {
    let mut turn = inputs.iter().cycle();
    move || turn.next().is_some_and(|input| run(black_box(input)))
}

/// Time of one run of `way`, over as many runs as fit into a slice.
fn nanoseconds(way: &mut dyn FnMut() -> bool) -> f64 {
    let (started, mut runs) = (Instant::now(), 0_u32);
    loop {
        for _ in 0..4 {
            black_box(way());
        }
        runs += 4;
        let elapsed = started.elapsed();
        if elapsed >= SLICE {
            return elapsed.as_secs_f64() * 1e9 / f64::from(runs);
        }
    }
}

fn middle<T: Ord + Copy>(values: impl Iterator<Item = T>) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values[values.len() / 2]
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
            caps: None,
        }),
        billing_connected: true,
        billing_paused: false,
        restoring: None,
    }
}
