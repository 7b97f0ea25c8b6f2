//! All cases of a point in one process: each comes to the point and stays there, then the process is killed.

use turnpike::fail_point::FailPoint;

use super::{
    case::Case,
    run::{Call, Run, answers, until},
};
use crate::{
    api::{Api, Reply},
    host::Host,
};

/// Has all cases come to the point, kills the host, and says what was answered before, and how many were at the point.
pub(super) async fn kill(run: &Run<'_>, point: FailPoint) -> (Vec<(Case, Reply)>, usize) {
    let (mut host, api) = run.doomed(point.name()).await;
    let calls = ask_all(run, point, &host, &api).await;
    let (meeting, others): (Vec<Case>, Vec<Case>) = run.cases.iter().partition(|case| meets(run, point, **case));
    let hanging = run.cases.iter().filter(|case| case.kind.hangs()).count();
    let mut is_cut = false;
    let mut looks = 0;
    until("every case is at the point or through", &host, async || {
        let at_the_point = parked(&host);
        let open = run.open().await;
        let through = others.iter().filter(|case| !open.contains(&case.mandate())).count();
        if at_the_point >= meeting.len() && through == others.len() && are_distinct(run, point).await {
            return Some(());
        }
        // Only they are left: they would hang for as long as a request may take.
        if !is_cut && hang_now(run) == hanging && at_the_point + through + hanging >= run.cases.len() {
            run.cut().await;
            is_cut = true;
        }
        looks += 1;
        // A pause that is to be found must not be over.
        if looks % 10 == 0 && !matches!(point, FailPoint::PauseUnstored | FailPoint::PauseStored) {
            run.let_time_pass(&run.cases).await;
        }
        None
    })
    .await;
    let at_the_point = parked(&host);
    host.kill();
    (answers(calls).await, at_the_point.min(meeting.len()))
}

/// Withdrawals first: their activations wait until they are made.
async fn ask_all(run: &Run<'_>, point: FailPoint, host: &Host, api: &Api) -> Vec<Call> {
    let (withdrawals, others): (Vec<Case>, Vec<Case>) = run.cases.iter().partition(|case| case.wish.withdraws());
    let mut calls: Vec<Call> = withdrawals.iter().map(|case| run.ask(api, *case)).collect();
    if !withdrawals.is_empty() {
        until("every withdrawal is at the point or answered", host, async || {
            let answered = calls.iter().filter(|(_, call)| call.is_finished()).count();
            (answered + parked(host) >= withdrawals.len()).then_some(())
        })
        .await;
        if point != FailPoint::EndingCommitted {
            run.let_time_pass(&withdrawals).await;
            // A runner with as many parked as it may run claims no more.
            let unclaimed = "SELECT count(*) FROM operations WHERE state = 'prepared' AND next_at = 0";
            until("their operations are claimed", host, async || {
                (run.database.number(unclaimed).await == 0).then_some(())
            })
            .await;
        }
    }
    calls.extend(others.iter().map(|case| run.ask(api, *case)));
    calls
}

/// A claimed operation is first parked somewhere else.
fn meets(run: &Run<'_>, point: FailPoint, case: Case) -> bool {
    point != run.plan.point || run.plan.meets(case)
}

/// One case may come more than once to where settlements are told: what was withdrawn or refused has a next operation.
async fn are_distinct(run: &Run<'_>, point: FailPoint) -> bool {
    if point != FailPoint::SettlementCommitted {
        return true;
    }
    let settled = format!(
        "SELECT DISTINCT mandate_id FROM operations WHERE state IN ('applied', 'rejected') AND settled_at >= {}",
        run.began_at
    );
    let settled = run.database.lines(&settled).await;
    run.cases.iter().all(|case| settled.contains(&case.mandate()))
}

fn parked(host: &Host) -> usize {
    host.log().matches("fail point reached").count()
}

/// How many requests hang at Stripe or on the way there.
fn hang_now(run: &Run<'_>) -> usize {
    let stalls = |fault: &serde_json::Value| fault["type"] == "stall";
    let stalled = run.sim.requests().iter().filter(|request| request.fault.as_ref().is_some_and(stalls)).count();
    stalled + run.sim.held()
}
