//! The cases of a point one after the other: each ends the process that comes to it, and what it leaves is set aside until all
//! have died.

use turnpike::fail_point::FailPoint;

use super::{
    case::Case,
    parked,
    run::{LOOK_AGAIN, Run, until},
};
use crate::{
    api::{Api, Reply},
    host::Host,
};

/// Has the cases come to the point, and says what was answered before, and how many died there.
pub(super) async fn kill(run: &Run<'_>) -> (Vec<(Case, Reply)>, usize) {
    let point = run.plan.point;
    let (mut all, mut died) = (Vec::new(), 0);
    if point == FailPoint::OperationClaimed {
        // What is claimed is what another host left behind.
        all = parked::kill(run, FailPoint::UpdateUnsent).await.0;
        run.set_aside(&run.cases).await;
    }
    let mut doomed: Option<(Host, Api)> = None;
    for case in run.cases.iter().copied() {
        let (mut host, api) = match doomed.take() {
            Some(alive) => alive,
            None => run.doomed(&format!("{}:abort", point.name())).await,
        };
        let is_dead = one(run, case, &mut host, &api, &mut all).await;
        if is_dead {
            died += 1;
            run.set_aside(&[case]).await;
        } else {
            assert!(!run.plan.meets(case), "{point:?}: {case:?} did not come to the point\n{}", host.log());
            doomed = Some((host, api));
        }
    }
    (all, died)
}

/// One case: whether the host died of it.
async fn one(run: &Run<'_>, case: Case, host: &mut Host, api: &Api, all: &mut Vec<(Case, Reply)>) -> bool {
    let point = run.plan.point;
    let mut calls = Vec::new();
    if point == FailPoint::OperationClaimed {
        run.let_time_pass(&[case]).await;
    } else {
        calls.push(run.ask(api, case));
        if case.wish.withdraws() && point == FailPoint::SettlementWritten {
            let call = &calls[0].1;
            until("the withdrawal is answered", host, async || call.is_finished().then_some(())).await;
            run.let_time_pass(&[case]).await;
        }
    }
    let mut looks = 0;
    while !host.has_ended() {
        looks += 1;
        assert!(looks < 900, "{point:?}: {case:?} neither came to the point nor through\n{}", host.log());
        let is_answered = calls.iter().all(|(_, call)| call.is_finished());
        if is_answered && !run.open().await.contains(&case.mandate()) {
            break;
        }
        if looks % 10 == 0 && point == FailPoint::SettlementWritten {
            if case.kind.hangs() {
                run.cut().await;
            }
            run.let_time_pass(&[case]).await;
        }
        tokio::time::sleep(LOOK_AGAIN / 4).await;
    }
    // A connection breaks a moment before its host has ended, and is told a moment after.
    let mut answered = true;
    for (case, call) in calls {
        match call.await.expect("a call") {
            Some(reply) => all.push((case, reply)),
            None => answered = false,
        }
    }
    let mut looks = 0;
    while !answered && !host.has_ended() {
        looks += 1;
        assert!(looks < 900, "{point:?}: {case:?} was not answered by a host that lives\n{}", host.log());
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    host.has_ended()
}
