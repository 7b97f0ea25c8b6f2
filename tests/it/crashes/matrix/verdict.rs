//! What must hold after the crash: another host resolves what was left, who asked and got no answer asks again, and then bill,
//! features, answers and notices agree in every mandate.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use serde_json::json;

use super::{
    case::{Case, Wish},
    kind::Kind,
    run::{Call, Run, answers, mandates, until},
};
use crate::{api::Reply, host::Host};

/// Resolves what the dead left and looks into every corner. `given`: what was answered before the crash.
pub(super) async fn holds(run: &Run<'_>, given: &[(Case, Reply)]) {
    run.let_leases_end(&run.cases).await;
    let (host, api) = run.host().await;
    settled(run, &host, &[]).await;
    nothing_is_left_over(run).await;
    let calls: Vec<Call> = run.cases.iter().map(|case| run.ask(&api, *case)).collect();
    settled(run, &host, &calls).await;
    let answers = answers(calls).await;
    assert_eq!(answers.len(), run.cases.len(), "{:?}: a repeat was not answered", run.plan.point);
    what_is_late_does_nothing(run).await;
    nothing_is_left_over(run).await;
    let active = active(run).await;
    for (case, reply) in &answers {
        let context = || format!("{:?}, {case:?}: {} {}\n{}", run.plan.point, reply.status, reply.text, host.log());
        let wanted =
            is_wanted_active(*case, reply).unwrap_or_else(|| panic!("an answer that cannot be: {}", context()));
        let instance = match case.wish {
            Wish::Activate | Wish::Free => reply.json()["instanceId"].as_str().map(str::to_owned),
            _ => run.prepared.instances.get(&case.mandate()).cloned(),
        };
        let found = active.get(&case.mandate()).cloned().unwrap_or_default();
        assert_eq!(instance.is_some_and(|id| found.contains(&id)), wanted, "{}", context());
        let others = if case.wish == Wish::WithdrawQueued && !case.kind.refuses() { 2 } else { 1 };
        assert_eq!(found.len(), others + usize::from(wanted), "active: {}", context());
        assert_eq!(billed(run, *case), found.len(), "billed: {}", context());
        // What was granted stays granted, in the same words.
        let before = given.iter().find(|(earlier, reply)| earlier == case && reply.status == 200);
        if let (Some((_, before)), false) = (before, case.wish.withdraws()) {
            assert_eq!(before.text, reply.text, "{}", context());
        }
    }
    each_step_once(run);
}

/// Looks until nothing is open and all are answered. At no moment is anything usable that costs money and is not billed.
async fn settled(run: &Run<'_>, host: &Host, calls: &[Call]) {
    let mut looks = 0;
    until("everything is settled", host, async || {
        let before: Vec<usize> = run.cases.iter().map(|case| billed(run, *case)).collect();
        let active = active(run).await;
        for (case, before) in run.cases.iter().zip(before) {
            let usable = active.get(&case.mandate()).map_or(0, BTreeSet::len);
            let covered = before.max(billed(run, *case));
            assert!(case.wish == Wish::Free || usable <= covered, "{case:?}: {usable} usable, {covered} billed");
        }
        let open = run.open().await;
        let unanswered = |case: &Case| calls.iter().any(|(asked, call)| asked == case && !call.is_finished());
        let left: Vec<&Case> =
            run.cases.iter().filter(|case| open.contains(&case.mandate()) || unanswered(case)).collect();
        if left.is_empty() {
            return Some(());
        }
        looks += 1;
        if looks % 10 == 0 {
            if left.iter().all(|case| case.kind.hangs()) {
                run.cut().await;
            }
            run.let_time_pass(&run.cases).await;
        }
        None
    })
    .await;
}

/// Whether what was asked for can be used, as the answer says; `None` for an answer that must not be given.
fn is_wanted_active(case: Case, reply: &Reply) -> Option<bool> {
    let body = reply.json();
    match (case.wish, reply.status, reply.code().as_str()) {
        (Wish::Activate | Wish::Restore | Wish::Free, 200, _) => (body["activated"] == json!(true)).then_some(true),
        (Wish::Activate | Wish::Restore, 402, "payment-declined") => (case.kind == Kind::Declined).then_some(false),
        (Wish::Activate | Wish::Restore, 503, "billing-refused") => {
            matches!(case.kind, Kind::Invalid | Kind::Missing).then_some(false)
        }
        (Wish::End, 200, _) => {
            (body["instanceDeleted"] == json!(true) && body["billing"] == json!("done")).then_some(false)
        }
        (Wish::Withdraw | Wish::WithdrawQueued, 200, _) => Some(false),
        // The withdrawal was not committed, and then its activation was refused.
        (Wish::Withdraw, 404, "instance-not-found") => case.kind.refuses().then_some(false),
        _ => None,
    }
}

/// What is held on its way arrives at last, and finds that it was carried out already.
async fn what_is_late_does_nothing(run: &Run<'_>) {
    let (held, seen) = (run.sim.held(), run.sim.requests().len());
    run.sim.release();
    let arrived = |sim: &stripe_sim::Sim| sim.held() == 0 && sim.requests().len() >= seen + held;
    assert!(run.sim.wait_until(Duration::from_secs(30), arrived).await, "{held} late requests did not arrive");
    let requests = run.sim.requests();
    assert!(
        requests[seen..].iter().all(|late| late.replayed),
        "a late request was carried out: {:?}",
        &requests[seen..]
    );
}

async fn nothing_is_left_over(run: &Run<'_>) {
    let here = format!("mandate_id IN ({})", mandates(&run.cases));
    for (what, sql) in [
        ("open changes", format!("FROM changes WHERE state IN ('queued', 'billing') AND {here}")),
        (
            "unresolved operations",
            format!("FROM operations WHERE state IN ('prepared', 'sent', 'in_doubt') AND {here}"),
        ),
        ("reserved instances", format!("FROM instances WHERE state <> 'active' AND {here}")),
        ("restores under way", format!("FROM ended_instances WHERE restored_by_change IS NOT NULL AND {here}")),
        (
            "notices of what did not happen",
            format!(
                "FROM notices n WHERE n.{here} AND NOT EXISTS \
                (SELECT 1 FROM changes c WHERE c.id = n.change_id AND c.state = 'done')"
            ),
        ),
        (
            "changes nobody is told of",
            format!(
                "FROM changes c WHERE c.{here} AND c.state = 'done' AND c.kind IN ('activate', 'restore', 'end') \
                AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.change_id = c.id) \
                AND NOT EXISTS (SELECT 1 FROM changes a WHERE a.instance_id = c.instance_id AND a.kind = 'end' \
                AND a.effective_at = c.effective_at)"
            ),
        ),
        (
            "instances of what failed",
            format!(
                "FROM instances i JOIN changes c ON c.instance_id = i.id AND c.kind = 'activate' \
                WHERE i.{here} AND c.state IN ('failed', 'cancelled')"
            ),
        ),
        (
            "instances without their roles or their access",
            format!(
                "FROM instances i WHERE i.{here} AND ((SELECT count(*) FROM roles r WHERE r.instance_id = i.id) <> 3 \
                OR (SELECT count(*) FROM accesses a WHERE a.instance_id = i.id) <> 1)"
            ),
        ),
        (
            "instances that are both alive and ended",
            format!("FROM instances i JOIN ended_instances e ON e.id = i.id WHERE i.{here}"),
        ),
    ] {
        let found = run.database.number(&format!("SELECT count(*) {sql}")).await;
        assert_eq!(found, 0, "{:?}: {what}", run.plan.point);
    }
}

/// The active instances by mandate.
async fn active(run: &Run<'_>) -> HashMap<String, BTreeSet<String>> {
    let rows = run.database.lines("SELECT mandate_id || ' ' || id FROM instances WHERE state = 'active'").await;
    let mut active: HashMap<String, BTreeSet<String>> = HashMap::new();
    for row in rows {
        let (mandate, id) = row.split_once(' ').expect("two words");
        active.entry(mandate.to_owned()).or_default().insert(id.to_owned());
    }
    active
}

fn billed(run: &Run<'_>, case: Case) -> usize {
    usize::try_from(run.sim.quantity(&case.item()).expect("an item")).expect("in range")
}

/// Each quantity leads on from the one before, and no key was carried out twice.
fn each_step_once(run: &Run<'_>) {
    let changes = run.sim.ledger().quantity_changes;
    let mut keys = BTreeSet::new();
    let mut last: HashMap<&str, u64> = HashMap::new();
    for change in changes.iter().filter(|change| change.origin.idempotency_key.is_some()) {
        assert!(keys.insert(&change.origin.idempotency_key), "carried out twice: {change:?}");
        let before = last.insert(&change.item, change.to);
        assert!(before.is_none_or(|before| before == change.from), "{change:?}");
    }
}
