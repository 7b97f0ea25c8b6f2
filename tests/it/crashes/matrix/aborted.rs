//! The cases of a point one after the other: each ends the process that comes to it, and what it leaves is set aside until all
//! have died.

use turnpike::fail_point::FailPoint;

use super::{
    case::Case,
    parked,
    run::{Run, answers, until},
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
    let (mut looks, mut died) = (0, false);
    while !died {
        looks += 1;
        assert!(looks < 900, "{point:?}: {case:?} neither came to the point nor through\n{}", host.log());
        died = host.has_ended();
        let is_through =
            !died && calls.iter().all(|(_, call)| call.is_finished()) && !run.open().await.contains(&case.mandate());
        if is_through {
            break;
        }
        if looks % 10 == 0 && point == FailPoint::SettlementWritten {
            if case.kind.hangs() {
                run.cut().await;
            }
            run.let_time_pass(&[case]).await;
        }
        tokio::time::sleep(super::run::LOOK_AGAIN / 4).await;
    }
    if died {
        // A connection that broke is told to the caller soon, not at once.
        for (_, call) in &mut calls {
            let _ = tokio::time::timeout(std::time::Duration::from_secs(5), &mut *call).await;
        }
        calls.clear();
    }
    all.extend(answers(calls).await);
    died
}
