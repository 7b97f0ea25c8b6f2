//! 10,000 decisions about random mandates, read from the store, made, recorded and made again, byte for byte.
//!
//! What is not part of it, so that it takes seconds: HTTP, and the changes themselves. What is: the store's read, the one
//! builder of facts, the sandbox, the record, the archive, and the replay; every question, three settings, several instants.

use std::collections::BTreeMap;

use core_wasm::{
    facts::{MandatesFacts, Scope},
    question::{Single, SingleAnswer},
    settings::{AdminMatch, Gate, OrphanEnd, Settings},
};
use turnpike::{
    adapters::{
        sql::SqlStore,
        system::{SystemClock, SystemSecrets},
    },
    decisions::{
        record::{About, Asker, Judged},
        replay::replay,
    },
    facts::PreflightFacts,
    policy::Decider,
    ports::{
        clock::Clock as _,
        randomness::Secrets as _,
        store::{
            Upkeep as _,
            decision::{DecisionFilter, DecisionRecord, DecisionStore as _, PseudonymKey},
            policy::{Begun, PolicyStore as _},
            storefront::StorefrontStore as _,
            transfer::{LoadMode, TransferStore as _},
        },
    },
    transfer,
};

use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    preflight::worlds::{self, Dice, VIEWER},
    store::rows::deed,
};

on_both_engines!(ten_thousand_decisions_come_out_as_they_did);

const DECISIONS: usize = 10_000;
const MANDATES: usize = 60;
const HOUR: i64 = 3_600_000;

async fn ten_thousand_decisions_come_out_as_they_did(database: &TestDatabase) {
    let (mut dice, now) = (Dice::new(7), SystemClock.now());
    let store = database.store().await;
    store.ready().await.expect("a store that is ready");
    let document = worlds::document(&mut dice, MANDATES, now).to_string();
    let (document, _) = transfer::read(document.as_bytes()).expect("a document");
    store.load(&document, LoadMode::Merge, &deed("import", "document")).await.expect("loaded");
    database.execute(&worlds::rows(&mut dice, MANDATES, now)).await;
    let deciders = deciders();
    for decider in &deciders {
        store
            .keep_policy(decider.policy().digest(), decider.policy().bytes(), Begun::Swap, &deed("use policy", "x"))
            .await
            .expect("kept");
        store.keep_settings(decider.settings_digest(), decider.settings_json()).await.expect("kept");
    }
    let key = PseudonymKey::of(&SystemSecrets.key());
    let mut made = Vec::with_capacity(DECISIONS);
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    let instants = [now, now + HOUR, now - 24 * HOUR, now + 30 * 24 * HOUR];
    'all: for (decider, at) in instants.into_iter().flat_map(|at| deciders.iter().map(move |decider| (decider, at))) {
        for (mandate, user) in (0..MANDATES).flat_map(|n| [VIEWER, "u-2"].map(|user| (format!("m{n}"), user))) {
            let Some(storefront) = store.storefront(user, &mandate).await.expect("an answer") else { continue };
            let facts = PreflightFacts::of(&storefront, at != now + HOUR);
            for judged in everything(decider, &facts, at) {
                count(&judged, &mut met);
                made.push(recorded(&judged, made.len(), at, &mandate, (user, &key)));
                if made.len() == DECISIONS {
                    break 'all;
                }
            }
        }
    }
    assert_eq!(made.len(), DECISIONS);
    assert!(met.len() >= 12, "situations are varied: {met:?}");
    store.keep_decisions(&made).await.expect("kept");
    assert_eq!(database.number("SELECT count(DISTINCT settings_digest) FROM decisions").await, 3);
    check(&store).await;
    // And a single byte would be found.
    database
        .execute("UPDATE decisions SET answer = replace(answer, '\"allowed\":', '\"allowed\": ') WHERE id = 'd5000'")
        .await;
    let mut deviating = Vec::new();
    let all = DecisionFilter::default();
    let done = replay(&store, &all, |deviation| deviating.push(deviation.decision.id.clone())).await;
    let done = done.expect("a replay");
    assert_eq!((done.equal, done.different, done.missing), (9_999, 1, 0));
    assert_eq!(deviating, ["d5000"]);
}

async fn check(store: &SqlStore) {
    let done = replay(store, &DecisionFilter::default(), |deviation| panic!("{deviation:?}")).await;
    let done = done.expect("a replay");
    assert_eq!((done.equal, done.different, done.missing), (10_000, 0, 0));
}

fn deciders() -> Vec<Decider> {
    let policy = crate::policy::embedded();
    let settings = [
        Settings::default(),
        Settings { admin_match: AdminMatch::Substring, gate: Gate::Payment, ..Settings::default() },
        Settings { admin_match: AdminMatch::Words, orphan_end: OrphanEnd::Admin, ..Settings::default() },
    ];
    settings.map(|settings| Decider::new(policy.clone(), settings)).into()
}

/// Every question there is about a mandate, each in a call of its own.
fn everything(decider: &Decider, facts: &PreflightFacts, now: i64) -> Vec<Judged> {
    let mut all = Vec::new();
    let standing = MandatesFacts { now, home_granted: false, mandates: vec![facts.mandate.clone()] };
    let decided = decider.mandates(&standing).expect("a decision");
    all.push(Judged::alone(decided, Single::Mandates(standing), SingleAnswer::Mandates));
    let activations = facts.features.iter().map(|feature| facts.activation(feature, now));
    for asked in activations.chain(facts.ended.iter().map(|ended| facts.restore(ended, now))) {
        let decided = decider.activation(&asked).expect("a decision");
        all.push(Judged::alone(decided, Single::Activation(asked), SingleAnswer::Activation));
    }
    for (instance, scope) in facts.instances.iter().flat_map(|one| [(one, Scope::Mine), (one, Scope::Mandate)]) {
        let asked = facts.deactivation(instance, scope, now);
        let decided = decider.deactivation(&asked).expect("a decision");
        all.push(Judged::alone(decided, Single::Deactivation(asked), SingleAnswer::Deactivation));
    }
    all
}

fn recorded(judged: &Judged, n: usize, at: i64, mandate: &str, (user, key): (&str, &PseudonymKey)) -> DecisionRecord {
    let id = format!("d{n}");
    let about =
        About { id: &id, at, mandate_id: mandate, feature_code: None, instance_id: None, trace_id: "no request" };
    let new = judged.granted(about, Asker { user_id: user, key: Some(key) }, || panic!("there is a key"));
    new.expect("a record").record
}

fn count(judged: &Judged, met: &mut BTreeMap<String, usize>) {
    let first = judged.reasons().first().map_or("allowed or no question of that", |reason| reason.profile().code);
    *met.entry(first.to_string()).or_default() += 1;
}
