//! After the load: faults off, and how long it takes until nothing is unresolved.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use fault_proxy::FaultProxy;
use serde::Deserialize;
use tokio::time::sleep;

use crate::database::Database;

const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// How it went.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// For each change that was unresolved when Stripe answered again, how long it took.
    pub(crate) took: Vec<Duration>,
    /// Until nothing was unresolved any more, whenever it began.
    pub(crate) all: Duration,
    /// What was still unresolved when patience was over.
    pub(crate) left: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Unresolved {
    id: String,
    what: String,
}

const UNRESOLVED: &str = "SELECT id, 'change ' || id || ' ' || kind || ' ' || state AS what FROM changes \
     WHERE state IN ('queued', 'billing') \
     UNION ALL SELECT id, 'operation ' || id || ' ' || state || ' ' || coalesce(last_error, '') FROM operations \
     WHERE state IN ('prepared', 'sent', 'in_doubt')";

/// Waits until nothing is unresolved, nor on its way, at most as long as patience says.
pub(crate) async fn run(database: &Database, proxy: &FaultProxy, patience: Duration) -> anyhow::Result<Settled> {
    let began = Instant::now();
    let mut settled = Settled::default();
    let mut open: Option<BTreeMap<String, String>> = None;
    loop {
        let rows: Vec<Unresolved> = database.rows(UNRESOLVED).await?;
        let now: BTreeMap<String, String> = rows.into_iter().map(|row| (row.id, row.what)).collect();
        let nothing_left = now.is_empty();
        let before = open.take();
        // Only what was unresolved at first is timed: what came of it later is part of its own time.
        open = Some(match before {
            None => now.clone(),
            Some(before) => {
                let (still, done): (BTreeMap<_, _>, BTreeMap<_, _>) =
                    before.into_iter().partition(|(id, _)| now.contains_key(id));
                settled.took.extend(done.iter().map(|_| began.elapsed()));
                still
            }
        });
        settled.all = began.elapsed();
        let record = proxy.record();
        if nothing_left && record.late == 0 && record.held == 0 {
            return Ok(settled);
        }
        if began.elapsed() > patience {
            settled.left = now.into_values().collect();
            if record.late + record.held > 0 {
                settled.left.push(format!("{} requests are still on their way", record.late + record.held));
            }
            return Ok(settled);
        }
        sleep(LOOK_AGAIN).await;
    }
}
