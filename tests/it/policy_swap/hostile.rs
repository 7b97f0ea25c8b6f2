//! Policies that mean harm: what passes every gate and then does it over HTTP, and that nothing is left of 10,000 such calls.

use std::{
    env, fs,
    process::Command,
    time::{Duration, Instant},
};

use futures::future::join_all;
use turnpike::policy::{Limits, Policy, PolicyError};

use super::{PolicyFile, custom, feature};
use crate::{
    api::Api,
    engines,
    policy::{embedded, wat::Wat},
    world::{ADMIN, FREE, PAID},
};

/// What the module `hostile.wasm` does for which feature, and what the log says then.
const HARM: [(&str, &str); 7] = [
    ("hostile-loop", "the policy ran out of fuel"),
    // Its own stack, in its memory, or the host's.
    ("hostile-recursion", "the policy ran out of stack|the policy trapped"),
    ("hostile-memory", "the policy ran out of memory"),
    ("hostile-trap", "the policy trapped"),
    ("hostile-text", "a rule's texts of 1 to 500 characters in one line"),
    ("hostile-name", "a rule's name of 1 to 64 lower-case letters"),
    ("hostile-silence", "a rule's texts in one to four languages"),
];

#[tokio::test(flavor = "multi_thread")]
async fn others_are_served_while_a_policy_does_harm() {
    let database = engines::sqlite().await;
    let file = PolicyFile::with(&custom("hostile.wasm"));
    let setup = file.setup(&database).with_world();
    for (code, _) in HARM {
        feature(&database, code).await;
    }
    let host = setup.serve();
    let api = Api::new(&host.url);
    let mut told = 0;
    for (code, outcome) in HARM {
        let reply = api.activate(ADMIN, FREE, code).await;
        assert_eq!((reply.status, reply.code().as_str()), (503, "policy-unavailable"), "{code}: {}", reply.text);
        // What an earlier one left in the log is not this one's.
        let log = host.log().split_off(told);
        told += log.len();
        assert!(
            outcome.split('|').any(|outcome| log.contains(outcome)),
            "{code} is told as something else than `{outcome}`: {log}"
        );
        assert_eq!(api.activate(ADMIN, FREE, "nonsense").await.code(), "feature-not-found", "after {code}");
    }

    // While many of them run, whoever asks for something else is answered.
    let floods = (0..4).map(|_| {
        let api = api.clone();
        tokio::spawn(async move {
            for _ in 0..10 {
                assert_eq!(api.activate(ADMIN, FREE, "hostile-loop").await.code(), "policy-unavailable");
            }
        })
    });
    let floods: Vec<_> = floods.collect();
    let mut longest = Duration::ZERO;
    let mut asked = 0;
    while !floods.iter().all(tokio::task::JoinHandle::is_finished) {
        let begun = Instant::now();
        assert_eq!(api.activate(ADMIN, FREE, "nonsense").await.code(), "feature-not-found");
        longest = longest.max(begun.elapsed());
        asked += 1;
    }
    for flood in join_all(floods).await {
        flood.unwrap();
    }
    println!("{asked} answers beside 40 endless loops, the slowest after {longest:?}");
    assert!(asked >= 10, "{asked} answers");
    assert!(longest < Duration::from_secs(10), "{longest:?}");
}

/// The only worker of a host is held by no call: whoever asks for something else is answered in the second that one takes.
#[tokio::test(flavor = "multi_thread")]
async fn one_worker_serves_others_while_a_policy_runs_to_its_deadline() {
    const LOOPS: usize = 4;
    let database = engines::sqlite().await;
    let file = PolicyFile::with(&custom("hostile.wasm"));
    let setup = file.setup(&database).with("TOKIO_WORKER_THREADS", "1").with_world();
    feature(&database, "hostile-loop").await;
    // A call of two megabytes has fuel for more than a second on any machine.
    let long = format!("UPDATE roles SET label = '{}' WHERE id = 'r-{PAID}-member'", "x".repeat(2_000_000));
    database.execute(&long).await;
    let role = format!(
        "INSERT INTO membership_roles (membership_id, role_id) VALUES ('um-{ADMIN}-{PAID}', 'r-{PAID}-member')"
    );
    database.execute(&role).await;
    let host = setup.serve();
    let api = Api::new(&host.url);
    let beside = api.clone();
    let loops = tokio::spawn(async move {
        for _ in 0..LOOPS {
            assert_eq!(beside.activate(ADMIN, PAID, "hostile-loop").await.code(), "policy-unavailable");
        }
    });
    let mut asked = 0;
    while !loops.is_finished() {
        assert_eq!(api.activate(ADMIN, FREE, "nonsense").await.code(), "feature-not-found");
        asked += 1;
    }
    loops.await.unwrap();
    let log = host.log();
    assert_eq!(log.matches("the policy ran past its deadline").count(), LOOPS, "{log}");
    println!("{asked} answers beside {LOOPS} calls of a second");
    // If a call held the worker, one or two answers would slip in between it and the next.
    assert!(asked > 4 * LOOPS, "{asked} answers");
}

/// In which process the calls are made: one of their own, whose memory is nobody else's.
const IN_ITS_OWN: &str = "TURNPIKE_TEST_LEAKS";
/// How many hostile calls.
const CALLS: usize = 10_000;
/// How much the process may grow after the first tenth of them, in bytes: a leak of one page of each call would be 580 MB.
const MOST_GROWTH: usize = 16 * 1024 * 1024;

#[test]
fn nothing_is_left_of_ten_thousand_hostile_calls() {
    if env::var_os(IN_ITS_OWN).is_some() {
        return ten_thousand_hostile_calls();
    }
    let name = "policy_swap::hostile::nothing_is_left_of_ten_thousand_hostile_calls";
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(IN_ITS_OWN, "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let grown = told.split_once("grown by ").and_then(|(_, rest)| rest.split_once(' ')?.0.parse::<usize>().ok());
    assert!(grown.is_some_and(|grown| grown < MOST_GROWTH), "{told}");
}

fn ten_thousand_hostile_calls() {
    let limits = Limits {
        fuel_base: 200_000,
        fuel_per_byte: 0,
        deadline: Duration::from_secs(60),
        output_bytes: 100_000,
        instances: 2,
        ..Limits::default()
    };
    let load = |wat: Wat| wat.load(limits).unwrap();
    let grown = "(drop (memory.grow (i32.const 100))) (memory.fill (i32.const 0) (i32.const 7) (i32.const 4000000))";
    let policies: Vec<(Policy, &str)> = vec![
        (load(Wat::deciding("(loop $again (br $again)) unreachable")), "out-of-fuel"),
        (load(Wat::deciding("(call $decide (local.get 0) (local.get 1)) (i64.const 1) i64.add")), "stack-overflow"),
        (load(Wat::deciding("(drop (memory.grow (i32.const 1000))) (i64.const 0)")), "memory-limit"),
        (load(Wat::deciding("unreachable")), "trap"),
        (load(Wat::deciding(&format!("{grown} unreachable"))), "out-of-fuel or trap"),
        (load(Wat::deciding("(i64.const 0x10_00200000)")), "output-too-long"),
        (load(Wat::deciding("(i64.const 0xffff_00000002)")), "output-out-of-bounds"),
        (
            load(Wat {
                alloc: r#"(func (export "turnpike_alloc") (param i32) (result i32) i32.const -1)"#,
                ..Wat::default()
            }),
            "input-refused",
        ),
    ];
    let call = |number: usize| {
        let (policy, expected) = &policies[number % policies.len()];
        let error: PolicyError = policy.answer_bytes(b"{}").expect_err("no answer");
        assert!(expected.contains(error.code()), "{expected}: {error:?}");
    };
    (0..CALLS / 10).for_each(call);
    let before = resident();
    std::thread::scope(|scope| {
        for half in [CALLS / 10..CALLS / 2, CALLS / 2..CALLS] {
            scope.spawn(move || half.for_each(call));
        }
    });
    println!("grown by {} bytes", resident().saturating_sub(before));
    // All instances are back: both of each policy can be had at once, and a good policy answers as ever.
    let good = Wat::answering("{}").load(limits).unwrap();
    assert_eq!(good.answer_bytes(b"{}").unwrap(), b"{}");
    assert!(embedded().answer_bytes(b"").is_ok());
}

/// Memory of this process that is in use, in bytes.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}
