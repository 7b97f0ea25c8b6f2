//! What a page puts together from the facts and decides is what the service decides when it is asked to do it.

use std::collections::BTreeMap;

use core_wasm::{
    facts::{RequestedInstance, Scope},
    settings::Settings,
};
use serde_json::{Value, json};
use turnpike::{
    adapters::system::SystemClock,
    facts,
    policy::{Decider, Policy},
    ports::{
        clock::Clock as _,
        store::snapshot::{Ask, SnapshotStore},
    },
};

use super::{
    codes, decisions,
    worlds::{self, CODES, Dice, VIEWER},
};
use crate::{done_right::on_both_engines, engines::TestDatabase, scene::Scene};

on_both_engines!(the_page_decides_as_the_service_does);

/// Random mandates per run.
const MANDATES: usize = 120;

async fn the_page_decides_as_the_service_does(database: &TestDatabase) {
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    for (seed, gate, paused) in [(1, "quantity", false), (2, "payment", true)] {
        let mut dice = Dice::new(seed);
        let now = SystemClock.now();
        // Nothing of what is brought about below is taken on by the host.
        let scene =
            Scene::with(database, |setup| setup.with("TURNPIKE_LEDGER_TICK", "1h").with("TURNPIKE_BILLING_GATE", gate))
                .await;
        let document = worlds::document(&mut dice, MANDATES, now);
        replace(&scene, &document);
        database.execute(&worlds::rows(&mut dice, MANDATES, now)).await;
        if paused {
            database.execute("INSERT INTO pauses (name, since, actor, reason) VALUES ('billing', 1, 'x', 'x')").await;
        }
        let store = database.store().await;
        for n in 0..MANDATES {
            let mandate = format!("m{n}");
            let reply = super::preflight(&scene, VIEWER, &mandate).await;
            let ask = Ask { user_id: VIEWER.to_owned(), mandate_id: mandate.clone(), ..Ask::default() };
            if reply.status == 404 {
                let snapshot = store.snapshot(&ask).await.expect("a snapshot");
                assert!(!snapshot.mandate.expect("a mandate").membership.expect("a membership").enabled);
                *met.entry("stranger".to_owned()).or_default() += 1;
                continue;
            }
            let answer = reply.json();
            if answer["isAdmin"] == false {
                *met.entry("member".to_owned()).or_default() += 1;
                assert!(decisions(&answer, "activate").iter().all(|entry| codes(entry).ends_with(&["not-admin"])));
                continue;
            }
            let page = Page::of(&answer);
            check(&page, &answer, &store, &ask, &mut met).await;
        }
        drop(store);
    }
    // The worlds bring about what there is to decide about.
    for needed in [
        "stranger",
        "member",
        "granted",
        "ended",
        "until",
        "billing-incomplete",
        "billing-out-of-sync",
        "billing-paused",
        "billing-unavailable",
        "capacity-reached",
        "feature-misconfigured",
        "feature-not-found",
        "invoice-budget-used",
        "mandate-closed",
        "no-access",
        "no-subscription",
        "plan-unknown",
        "restore-expired",
        "subscription-past-due",
        "too-many-waiting",
    ] {
        assert!(met.get(needed).is_some_and(|count| *count > 0), "`{needed}` was not met: {met:?}");
    }
}

/// A page of an admin: the module, and the facts as they came.
struct Page {
    policy: Policy,
    facts: Value,
    now: i64,
}

impl Page {
    fn of(answer: &Value) -> Self {
        let now: jiff::Timestamp = answer["serverTime"].as_str().expect("a time").parse().expect("ISO 8601");
        let policy = crate::policy::embedded();
        assert_eq!(answer["policyDigest"], policy.digest());
        Self { policy, facts: answer["facts"].clone(), now: now.as_millisecond() }
    }

    /// Asks the module.
    fn decide(&self, question: &Value) -> Value {
        let call = json!({"settings": self.facts["settings"], "question": question}).to_string();
        serde_json::from_slice(&self.policy.answer_bytes(call.as_bytes()).expect("an answer")).expect("JSON")
    }

    fn activation(&self, feature: &str, ended_at: Option<&Value>, now: i64) -> Value {
        let features = self.facts["features"].as_array().expect("features");
        let known = features.iter().find(|entry| entry["featureCode"] == feature);
        self.decide(&json!({"activation": {
            "now": now, "adding": 1, "feature": known.map(|entry| &entry["facts"]), "mandate": self.facts["mandate"],
            "billingConnected": self.facts["billingConnected"], "billingPaused": self.facts["billingPaused"],
            "restoring": ended_at.map(|at| json!({"endedAt": at})),
        }}))["activation"]
            .clone()
    }

    fn deactivation(&self, instance: &Value, scope: &str, now: i64) -> Value {
        let facts = &instance["facts"];
        self.decide(&json!({"deactivation": {
            "now": now, "requested": {"featureCode": facts["featureCode"], "mandateId": facts["mandateId"]},
            "scope": scope, "mandate": self.facts["mandate"], "instance": facts, "hasAccess": instance["hasAccess"],
        }}))["deactivation"]
            .clone()
    }
}

/// Holds the page's decisions, and those that came with the facts, to the service's own on what it reads for a write.
async fn check(page: &Page, answer: &Value, store: &impl SnapshotStore, ask: &Ask, met: &mut BTreeMap<String, usize>) {
    let settings: Settings = serde_json::from_value(page.facts["settings"].clone()).expect("settings");
    let decider = Decider::new(page.policy.clone(), settings);
    assert_eq!(answer["settingsDigest"], decider.settings_digest());
    let until =
        answer["validUntil"].as_str().map(|until| until.parse::<jiff::Timestamp>().expect("ISO").as_millisecond());
    let last = until.map_or(i64::MAX, |until| until - 1);
    let mut note = |word: &str| *met.entry(word.to_owned()).or_default() += 1;
    if until.is_some() {
        note("until");
    }

    for code in CODES {
        let snapshot = store.snapshot(&Ask { feature_code: Some(code.to_owned()), ..ask.clone() }).await.expect("rows");
        let service =
            decider.activation(&facts::of_activation(&snapshot, page.now, true)).expect("a decision").decision;
        let service = serde_json::to_value(service).expect("JSON");
        assert_eq!(page.activation(code, None, page.now), service, "{code} in {}", ask.mandate_id);
        assert_eq!(page.activation(code, None, last), service, "{code} in {} at {last}", ask.mandate_id);
        let sent = decisions(answer, "activate").iter().find(|entry| entry["featureCode"] == code);
        match sent {
            Some(sent) => agree(sent, &service),
            None => assert_eq!(codes(&service), ["feature-not-found"], "{code}"),
        }
        note(if service["allowed"] == true { "granted" } else { "refused" });
        codes(&service).iter().for_each(|code| note(code));
    }
    for instance in page.facts["instances"].as_array().expect("instances") {
        let id = instance["instanceId"].as_str().expect("an id");
        let snapshot = store.snapshot(&Ask { instance_id: Some(id.to_owned()), ..ask.clone() }).await.expect("rows");
        for (word, scope) in [("mine", Scope::Mine), ("mandate", Scope::Mandate)] {
            let feature_code = snapshot.instance.as_ref().expect("an instance").feature_code.clone();
            let requested = RequestedInstance { feature_code, mandate_id: ask.mandate_id.clone() };
            let asked = facts::of_deactivation(&snapshot, requested, scope, page.now);
            let service =
                serde_json::to_value(decider.deactivation(&asked).expect("a decision").decision).expect("JSON");
            assert_eq!(page.deactivation(instance, word, page.now), service, "{id} {word}");
            assert_eq!(page.deactivation(instance, word, last), service, "{id} {word} at {last}");
            let mut sent = decisions(answer, "deactivate").iter();
            match sent.find(|entry| entry["instanceId"] == id && entry["scope"] == word) {
                Some(sent) => {
                    agree(sent, &service);
                    assert_eq!(sent["endsInstance"], service["outcome"]["endsInstance"]);
                }
                None => assert_eq!(codes(&service), ["no-access"], "{id} {word}"),
            }
            note(if service["allowed"] == true { "ended" } else { "refused" });
            codes(&service).iter().for_each(|code| note(code));
        }
    }
    for ended in page.facts["ended"].as_array().expect("ended ones") {
        let id = ended["instanceId"].as_str().expect("an id");
        let snapshot =
            store.snapshot(&Ask { ended_instance_id: Some(id.to_owned()), ..ask.clone() }).await.expect("rows");
        let service = decider.activation(&facts::of_restore(&snapshot, page.now, true)).expect("a decision").decision;
        let service = serde_json::to_value(service).expect("JSON");
        let feature = ended["featureCode"].as_str().expect("a code");
        assert_eq!(page.activation(feature, Some(&ended["endedAt"]), page.now), service, "{id}");
        assert_eq!(page.activation(feature, Some(&ended["endedAt"]), last), service, "{id} at {last}");
        let sent = decisions(answer, "restore").iter().find(|entry| entry["instanceId"] == id).expect("a decision");
        agree(sent, &service);
        codes(&service).iter().for_each(|code| note(code));
    }
}

/// A decision that was sent says what the rules say, and puts it into words.
#[track_caller]
fn agree(sent: &Value, decision: &Value) {
    assert_eq!(sent["allowed"], decision["allowed"]);
    let sent = sent["reasons"].as_array().expect("reasons");
    let reasons = decision["reasons"].as_array().expect("reasons");
    assert_eq!(sent.len(), reasons.len());
    for (sent, reason) in sent.iter().zip(reasons) {
        assert_eq!((&sent["code"], &sent["params"]), (&reason["code"], &reason["params"]));
        assert!(sent["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{sent}");
    }
}

/// Makes the database equal to the document.
fn replace(scene: &Scene, document: &Value) {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), document.to_string()).expect("written");
    let arguments = ["import", "--replace", "--discard-billing", &file.path().to_string_lossy()];
    let (code, _, errors) = scene.setup.run(&arguments);
    assert_eq!(code, 0, "{errors}");
}
