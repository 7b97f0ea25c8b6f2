//! One run: a copy of what was prepared, a simulator with the faults planned, and the hosts that live and die on both.

use std::{
    collections::HashSet,
    time::{Duration, SystemTime},
};

use stripe_sim::{Fault, Sim};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};
use turnpike::fail_point::{FailPoint, VARIABLE};

use super::{
    case::Case,
    plan::Plan,
    prepared::{NEVER, Prepared},
};
use crate::{
    api::{Api, Reply},
    engines::TestDatabase,
    host::{Host, Setup},
};

/// Between two looks.
pub(super) const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// A request that was made.
pub(super) type Call = (Case, JoinHandle<Option<Reply>>);

/// A run of one point's cases.
pub(super) struct Run<'p> {
    pub(super) prepared: &'p Prepared,
    pub(super) plan: Plan,
    pub(super) cases: Vec<Case>,
    pub(super) database: TestDatabase,
    pub(super) sim: Sim,
    /// UTC milliseconds.
    pub(super) began_at: u128,
    setup: Setup,
}

impl<'p> Run<'p> {
    /// Prepares a run of these cases.
    pub(super) async fn of(prepared: &'p Prepared, plan: Plan, cases: Vec<Case>) -> Self {
        let (database, sim) = (prepared.copy(plan.unread).await, prepared.simulator().await);
        for case in &cases {
            if let Some(action) = case.kind.action() {
                let path = format!("/v1/subscriptions/{}", case.subscription());
                sim.fault(Fault::once("POST", &path, action));
            }
        }
        let wait = if plan.point == FailPoint::CancellationWritten { "100ms" } else { "100s" };
        let setup = Setup::new(&database.url)
            .billing(&sim.url())
            .with("TURNPIKE_DATABASE_TIMEOUT", "20s")
            .with("TURNPIKE_LEDGER_LEASE", "120s")
            .with("TURNPIKE_BILLING_WAIT", wait)
            .with("TURNPIKE_REQUEST_TIMEOUT", "200s");
        let began_at = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_millis();
        Self { prepared, plan, cases, database, sim, began_at, setup }
    }

    /// A host at whose point something happens: `NAME` or `NAME:abort`.
    pub(super) async fn doomed(&self, armed: &str) -> (Host, Api) {
        serve(self.setup.clone().with(VARIABLE, armed)).await
    }

    /// A host that goes through.
    pub(super) async fn host(&self) -> (Host, Api) {
        serve(self.setup.clone().with("TURNPIKE_BILLING_WAIT", "100s")).await
    }

    /// Makes the request of a case.
    pub(super) fn ask(&self, api: &Api, case: Case) -> Call {
        let (api, instance) = (api.clone(), self.prepared.instances.get(&case.mandate()).cloned());
        (case, tokio::spawn(async move { case.ask(&api, instance.as_deref()).await }))
    }

    /// The mandates in which a change or an operation is open.
    pub(super) async fn open(&self) -> HashSet<String> {
        let sql = "SELECT mandate_id FROM changes WHERE state IN ('queued', 'billing') \
            UNION SELECT mandate_id FROM operations WHERE state IN ('prepared', 'sent', 'in_doubt')";
        self.database.lines(sql).await.into_iter().collect()
    }

    /// What waits in these cases is due now.
    pub(super) async fn let_time_pass(&self, cases: &[Case]) {
        self.put_off(cases, 0, "").await;
    }

    /// What a dead host left in these cases may be taken over now.
    pub(super) async fn let_leases_end(&self, cases: &[Case]) {
        self.put_off(cases, 0, ", lease_until = 0").await;
    }

    /// What a dead host left in these cases is left alone for now.
    pub(super) async fn set_aside(&self, cases: &[Case]) {
        self.put_off(cases, NEVER, ", lease_until = 0").await;
    }

    async fn put_off(&self, cases: &[Case], until: i64, and: &str) {
        let mandates = mandates(cases);
        let operations = format!(
            "UPDATE operations SET next_at = {until}{and} WHERE state IN ('prepared', 'sent', 'in_doubt') \
            AND mandate_id IN ({mandates})"
        );
        self.database.execute(&operations).await;
        let changes = format!(
            "UPDATE changes SET not_before = {until} WHERE state = 'queued' AND not_before > 0 \
            AND mandate_id IN ({mandates})"
        );
        let changes = if until > 0 { changes.replace(" AND not_before > 0", "") } else { changes };
        self.database.execute(&changes).await;
    }

    /// Breaks every connection to Stripe: answers that would never come do not come for certain.
    pub(super) async fn cut(&self) {
        self.sim.stop().await;
        self.sim.restart().await.expect("the simulator is back");
    }
}

/// For a list in SQL.
pub(super) fn mandates(cases: &[Case]) -> String {
    cases.iter().map(|case| format!("'{}'", case.mandate())).collect::<Vec<_>>().join(", ")
}

/// The answers that were given; who still waits will get none.
pub(super) async fn answers(calls: Vec<Call>) -> Vec<(Case, Reply)> {
    let mut answers = Vec::new();
    for (case, call) in calls {
        if call.is_finished() {
            answers.extend(call.await.expect("a call").map(|reply| (case, reply)));
        } else {
            call.abort();
        }
    }
    answers
}

/// Looks again and again until it returns something, at most a minute and a half.
pub(super) async fn until<T>(what: &str, host: &Host, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(90);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "it did not come about that {what}\n{}", host.log());
        sleep(LOOK_AGAIN).await;
    }
}

async fn serve(setup: Setup) -> (Host, Api) {
    let host = tokio::task::spawn_blocking(move || setup.serve()).await.expect("a host");
    let api = Api::new(&host.url);
    (host, api)
}
