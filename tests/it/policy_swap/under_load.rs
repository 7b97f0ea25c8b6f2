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
    done_right::on_both_engines,
    engines::TestDatabase,
    policy::wat::Wat,
    scene::{Scene, eventually},
    world::{ADMIN, FREE},
};

on_both_engines!(every_answer_is_of_one_module_and_right_for_it,);

/// A mandate for each client where there is always room, so that what is wished comes about; its plan is monthly and costs
/// nothing.
fn roomy(client: usize) -> String {
    format!("m-roomy-{client}")
}

/// How many requests, and how many swaps among them.
fn extent() -> (usize, usize) {
    if env::var_os("TURNPIKE_TEST_SWAP").is_some_and(|extent| extent == "all") { (10_000, 50) } else { (400, 6) }
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

async fn every_answer_is_of_one_module_and_right_for_it(database: &TestDatabase) {
    let (requests, swaps) = extent();
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
    let scene = Scene::with(database, |setup| {
        setup
            .with("TURNPIKE_POLICY", &path.to_string_lossy())
            .with("TURNPIKE_POLICY_POLL", "100ms")
            // On a busy machine the database has time: this is about the policy.
            .with("TURNPIKE_DATABASE_TIMEOUT", "30s")
    })
    .await;
    with_yearly_feature(database).await;
    with_roomy_mandates(database).await;
    // Here the plan is full, so that whatever is wished is refused and nothing changes.
    for feature in ["f0", "f1", "f2"] {
        assert_eq!(scene.api.activate(ADMIN, FREE, feature).await.status, 200);
    }

    let (left, over) = (Arc::new(AtomicUsize::new(requests)), Arc::new(AtomicBool::new(false)));
    let clients = (0..CLIENTS).map(|client| {
        let (api, says, left, over) = (scene.api.clone(), says.clone(), left.clone(), over.clone());
        tokio::spawn(async move {
            let mut met: BTreeMap<String, Met> = BTreeMap::new();
            // Goes on until both the requests and the swaps are made.
            for number in client.. {
                if left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_err() && over.load(SeqCst) {
                    break;
                }
                for (digest, changed) in ask(&api, &says, client, number).await {
                    let met = met.entry(digest).or_default();
                    met.answers += 1;
                    met.changes += usize::from(changed);
                }
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

    let mut met: BTreeMap<String, Met> = BTreeMap::new();
    for client in join_all(clients).await {
        for (digest, of_client) in client.expect("every answer is right") {
            let met = met.entry(digest).or_default();
            met.answers += of_client.answers;
            met.changes += of_client.changes;
        }
    }
    let answers: usize = met.values().map(|met| met.answers).sum();
    let changes: usize = met.values().map(|met| met.changes).sum();
    println!("{answers} answers by {} modules, {changes} of them changes, {swaps} swaps", met.len());
    assert!(answers >= requests, "{answers}");
    assert!(changes >= requests / 4, "{changes}");
    // What an answer says decided it is what is on record of the change.
    for (digest, met) in &met {
        let recorded = format!(
            "SELECT count(*) FROM decisions WHERE allowed = 1 AND mandate_id LIKE 'm-roomy-%' AND policy_digest = '{digest}'"
        );
        assert_eq!(database.number(&recorded).await, i64::try_from(met.changes).unwrap(), "{digest}");
    }
    assert_eq!(database.number("SELECT count(*) FROM instances WHERE mandate_id LIKE 'm-roomy-%'").await, 0);
    assert_eq!(met.len(), modules.len().min(swaps + 1), "every module decided: {met:?}");
    assert_eq!(scene.host.log().matches("policy swapped").count(), swaps);
}

/// What came of one module.
#[derive(Clone, Copy, Debug, Default)]
struct Met {
    answers: usize,
    /// Those among them that changed something.
    changes: usize,
}

async fn with_roomy_mandates(database: &TestDatabase) {
    for mandate in (0..CLIENTS).map(roomy) {
        for (into, values) in [
            ("mandates (id, name, label, is_system, enabled)", format!("'{mandate}', 'roomy', 'Roomy', 0, 1")),
            ("roles (id, label, mandate_id)", format!("'r-{mandate}', 'admin', '{mandate}'")),
            ("memberships (id, user_id, mandate_id, enabled)", format!("'um-{mandate}', '{ADMIN}', '{mandate}', 1")),
            ("membership_roles (membership_id, role_id)", format!("'um-{mandate}', 'r-{mandate}'")),
            (
                "subscriptions (id, mandate_id, plan_key, status)",
                format!("'s-{mandate}', '{mandate}', 'FREE', 'ACTIVE'"),
            ),
        ] {
            database.execute(&format!("INSERT INTO {into} VALUES ({values})")).await;
        }
    }
}

/// One request, and a second one that takes back what the first one did; of each answer the digest that it carries, and
/// whether it changed something.
async fn ask(api: &Api, says: &BTreeMap<String, Says>, client: usize, number: usize) -> Vec<(String, bool)> {
    match number % 5 {
        0 => {
            let reply = api.activate(ADMIN, FREE, YEARLY_FEATURE).await;
            let (digest, says) = of(&reply, says);
            assert_eq!(codes(&reply.json()["reasons"]), refusal(says), "{}", reply.text);
            vec![(digest, false)]
        }
        1 => change(api, says, &roomy(client), "f0").await,
        2 => change(api, says, &roomy(client), YEARLY_FEATURE).await,
        3 => {
            let reply = api.get(ADMIN, &format!("/api/store/features?mandateId={FREE}")).await;
            let (digest, says) = of(&reply, says);
            right(&reply.json(), says);
            vec![(digest, false)]
        }
        _ => {
            let reply = api.get(ADMIN, &format!("/api/store/preflight?mandateId={FREE}")).await;
            let (digest, says) = of(&reply, says);
            let answer = reply.json();
            assert_eq!(answer["policyDigest"], digest.as_str());
            right(&answer["decisions"]["activate"], says);
            vec![(digest, false)]
        }
    }
}

/// Activates where there is room, and ends what came of it.
async fn change(api: &Api, says: &BTreeMap<String, Says>, mandate: &str, feature: &str) -> Vec<(String, bool)> {
    let reply = api.activate(ADMIN, mandate, feature).await;
    let (digest, told) = of(&reply, says);
    if told == Says::Yearly && feature == YEARLY_FEATURE {
        assert_eq!((reply.status, codes(&reply.json()["reasons"])), (403, vec!["custom".to_owned()]), "{}", reply.text);
        return vec![(digest, false)];
    }
    assert_eq!(reply.status, 200, "{}", reply.text);
    let instance = reply.json()["instanceId"].as_str().expect("an instance").to_owned();
    let ended = api.deactivate(ADMIN, mandate, feature, &instance).await;
    assert_eq!(ended.status, 200, "{}", ended.text);
    vec![(digest, true), (of(&ended, says).0, true)]
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
