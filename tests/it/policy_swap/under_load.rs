//! Swaps under load: every answer carries one digest, and is what that module says.
//!
//! `cargo xtask proof swap` makes 10,000 requests while the module is swapped 50 times; the usual run makes fewer.

use std::{
    collections::BTreeMap,
    env,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};

use futures::future::join_all;
use serde_json::Value;
use turnpike::policy::hex_sha256;

use super::{PolicyFile, YEARLY_FEATURE, another, custom, turnpikes, until_deciding, with_yearly_feature};
use crate::{
    api::{Api, Reply},
    engines,
    policy::wat::Wat,
    scene::{Scene, eventually},
    world::{ADMIN, FREE},
};

/// How many requests, and how many swaps among them.
fn extent() -> (usize, usize) {
    if env::var_os("TURNPIKE_TEST_SWAP").is_some_and(|extent| extent == "all") { (10_000, 50) } else { (800, 8) }
}

/// Requests at the same moment.
const CLIENTS: usize = 8;

/// Which module says what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// Turnpike's own rules.
    Ours,
    /// That the feature comes with a yearly plan only, besides.
    Yearly,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_of_one_module_and_right_for_it() {
    let (requests, swaps) = extent();
    let database = engines::sqlite().await;
    let modules: Vec<(Says, Vec<u8>)> = (1..=6)
        .map(|n| match n % 2 {
            0 => (Says::Ours, another(&turnpikes(), n)),
            _ => (Says::Yearly, another(&custom("yearly.wasm"), n)),
        })
        .collect();
    let says: Arc<BTreeMap<String, Says>> =
        Arc::new(modules.iter().map(|(says, module)| (hex_sha256(module), *says)).collect());
    let file = PolicyFile::with(&modules[0].1);
    let path = file.path();
    let scene = Scene::with(&database, |setup| {
        setup.with("TURNPIKE_POLICY", &path.to_string_lossy()).with("TURNPIKE_POLICY_POLL", "100ms")
    })
    .await;
    with_yearly_feature(&database).await;
    // The plan is full, so that whatever is wished is refused and nothing changes.
    for feature in ["f0", "f1", "f2"] {
        assert_eq!(scene.api.activate(ADMIN, FREE, feature).await.status, 200);
    }

    let (left, over) = (Arc::new(AtomicUsize::new(requests)), Arc::new(AtomicBool::new(false)));
    let clients = (0..CLIENTS).map(|client| {
        let (api, says, left, over) = (scene.api.clone(), says.clone(), left.clone(), over.clone());
        tokio::spawn(async move {
            let mut met: BTreeMap<String, usize> = BTreeMap::new();
            // Goes on until both the requests and the swaps are made.
            while left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok() || !over.load(SeqCst) {
                let digest = ask(&api, &says, client + met.values().sum::<usize>()).await;
                *met.entry(digest).or_default() += 1;
            }
            met
        })
    });
    let clients: Vec<_> = clients.collect();

    for swap in 1..=swaps {
        let (_, module) = &modules[swap % modules.len()];
        if swap % 4 == 0 {
            let refused = || scene.host.log().matches("policy refused").count();
            let before = refused();
            // Another one each time, as the same would not be told twice.
            file.replace(&another(&Wat::answering("garbage").bytes(), u8::try_from(swap).unwrap()));
            eventually("the bad candidate is refused", || async { refused() > before }).await;
        }
        file.replace(module);
        until_deciding(&scene.host, &hex_sha256(module)).await;
    }
    over.store(true, SeqCst);

    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    for client in join_all(clients).await {
        for (digest, answers) in client.expect("every answer is right") {
            *met.entry(digest).or_default() += answers;
        }
    }
    let answers: usize = met.values().sum();
    println!("{answers} answers by {} modules, {swaps} swaps", met.len());
    assert!(answers >= requests, "{answers}");
    assert_eq!(met.len(), modules.len().min(swaps + 1), "every module decided: {met:?}");
    assert_eq!(scene.host.log().matches("policy swapped").count(), swaps);
}

/// One request; the digest that its answer carries.
async fn ask(api: &Api, says: &BTreeMap<String, Says>, number: usize) -> String {
    match number % 3 {
        0 => {
            let reply = api.activate(ADMIN, FREE, YEARLY_FEATURE).await;
            let (digest, says) = of(&reply, says);
            assert_eq!(codes(&reply.json()["reasons"]), refusal(says), "{}", reply.text);
            digest
        }
        1 => {
            let reply = api.get(ADMIN, &format!("/api/store/features?mandateId={FREE}")).await;
            let (digest, says) = of(&reply, says);
            right(&reply.json(), says);
            digest
        }
        _ => {
            let reply = api.get(ADMIN, &format!("/api/store/preflight?mandateId={FREE}")).await;
            let (digest, says) = of(&reply, says);
            let answer = reply.json();
            assert_eq!(answer["policyDigest"], digest.as_str());
            right(&answer["decisions"]["activate"], says);
            digest
        }
    }
}

/// Every decision of an answer is of the one module: about its feature, and about those that all modules judge alike.
fn right(decisions: &Value, says: Says) {
    for feature in ["f0", "f7", YEARLY_FEATURE] {
        let decision =
            decisions.as_array().unwrap().iter().find(|decision| decision["featureCode"] == feature).unwrap();
        let expected = refusal(if feature == YEARLY_FEATURE { says } else { Says::Ours });
        assert_eq!(codes(&decision["reasons"]), expected, "{decision}");
    }
}

fn of(reply: &Reply, says: &BTreeMap<String, Says>) -> (String, Says) {
    let digest = reply.header("x-policy-digest").to_owned();
    let says = says.get(&digest).unwrap_or_else(|| panic!("`{digest}` is none of the modules: {}", reply.text));
    (digest, *says)
}

fn refusal(says: Says) -> &'static [&'static str] {
    match says {
        Says::Ours => &["capacity-reached"],
        Says::Yearly => &["capacity-reached", "custom"],
    }
}

fn codes(reasons: &Value) -> Vec<String> {
    let reasons = reasons.as_array().unwrap_or_else(|| panic!("no reasons: {reasons}"));
    reasons.iter().map(|reason| reason["code"].as_str().unwrap().to_owned()).collect()
}
