//! The moments of a request's way to Stripe at which a host is killed, and how a test brings each about. Those inside of the host
//! are fail points.

use std::time::Duration;

use stripe_sim::{Action, Fault, Stage};

use super::wish::Request;
use crate::scene::{Scene, eventually};

/// How long the simulator may take to see something.
const PATIENCE: Duration = Duration::from_secs(30);

/// How far a change is when its host is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// The operation is written; Stripe refuses connections, so that nothing of it was ever sent.
    BeforeSending,
    /// It was sent, and will arrive long after the next host has sent it once more.
    OnItsWay,
    /// Stripe has it and has not applied it yet.
    BeforeApplied,
    /// Stripe applied it, its answer is on its way.
    Applied,
}

impl Moment {
    /// Makes the request and kills the host at this moment.
    pub(super) async fn kill(self, scene: &mut Scene, request: &Request) {
        match self {
            Self::BeforeSending => scene.sim.stop().await,
            Self::OnItsWay => hold(scene, Stage::Arrival),
            Self::BeforeApplied => hold(scene, Stage::Before),
            Self::Applied => hold(scene, Stage::After),
        }
        let caller = tokio::spawn({
            let (request, api) = (request.clone(), scene.api.clone());
            async move { request.make(&api).await }
        });
        match self {
            Self::BeforeSending => {
                eventually("nothing could be sent", || async { scene.host.log().contains("gave no clear answer") })
                    .await;
            }
            Self::OnItsWay | Self::BeforeApplied | Self::Applied => held(scene).await,
        }
        // The caller loses the connection either way; this one does not make a noise about it.
        caller.abort();
        scene.host.kill();
        scene.sim.clear_faults();
        match self {
            Self::BeforeSending => scene.sim.restart().await.expect("the simulator is back"),
            Self::BeforeApplied | Self::Applied => scene.sim.release(),
            // Released once all is settled.
            Self::OnItsWay => {}
        }
    }

    /// What was under way when the host was killed arrives at last.
    pub(super) async fn let_arrive(self, scene: &Scene) {
        if self == Self::OnItsWay {
            let dealt_with = scene.sim.requests().len();
            scene.sim.release();
            let arrived = scene.sim.wait_until(PATIENCE, |sim| sim.requests().len() > dealt_with).await;
            assert!(arrived, "the late request did not arrive");
            assert!(scene.sim.requests().last().is_some_and(|request| request.replayed), "it was executed");
        }
    }
}

/// Every request, because on a busy machine the lease may run out before the host is killed.
fn hold(scene: &Scene, at: Stage) {
    scene.sim.fault(Fault::always("POST", "/v1/subscriptions", Action::Hold { at }));
}

async fn held(scene: &Scene) {
    assert!(scene.sim.wait_until(PATIENCE, |sim| sim.held() >= 1).await, "no request was held: {}", scene.host.log());
}
