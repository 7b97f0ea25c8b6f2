//! Instances: usable only when billing confirmed them, never too many, never two for one key, and as many as are billed.

use serde::Deserialize;
use stripe_sim::Sim;

use crate::{database::Database, rows::Rows, scenery::Scenery, tally::Tally};

#[derive(Debug, Deserialize)]
struct Named {
    id: String,
    what: Option<String>,
}

/// Active instances whose last activation waits for billing, and billing has not confirmed it.
const UNCONFIRMED: &str = "SELECT i.id, c.id || ' ' || c.kind || ' ' || c.state || ' ' || coalesce(o.state, '') AS what \
     FROM instances i JOIN changes c ON c.seq = (SELECT max(l.seq) FROM changes l WHERE l.instance_id = i.id \
     AND l.kind IN ('activate', 'restore') AND l.state NOT IN ('failed', 'cancelled')) \
     LEFT JOIN operations o ON o.id = c.operation_id \
     WHERE i.state = 'active' AND c.gate IS NOT NULL AND (c.state <> 'done' OR o.state IS DISTINCT FROM 'applied')";

/// Mandates with more instances than their plan allows.
const OVER_CAPACITY: &str = "SELECT m.id, count(*) || ' of at most ' || p.max_instances AS what \
     FROM instances i JOIN mandates m ON m.id = i.mandate_id JOIN subscriptions s ON s.mandate_id = m.id \
     JOIN plans p ON p.key = s.plan_key WHERE i.withdrawn_by_change IS NULL \
     GROUP BY m.id, p.max_instances HAVING count(*) > p.max_instances";

pub(crate) async fn unconfirmed(database: &Database) -> anyhow::Result<Vec<String>> {
    let rows: Vec<Named> = database.rows(UNCONFIRMED).await?;
    Ok(told(rows, "is usable, and billing has not confirmed"))
}

/// Changes and the decisions that let them through: none without the other.
const UNDECIDED: &str = "SELECT c.id, c.kind AS what FROM changes c \
     WHERE NOT EXISTS (SELECT 1 FROM decisions d WHERE d.id = c.id AND d.allowed = 1) \
     UNION ALL SELECT d.id, 'nothing' AS what FROM decisions d WHERE d.allowed = 1 AND d.kind <> 'mandates' \
     AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.id = d.id)";

pub(crate) async fn undecided(database: &Database) -> anyhow::Result<Vec<String>> {
    let rows: Vec<Named> = database.rows(UNDECIDED).await?;
    Ok(told(rows, "has no decision or change beside it:"))
}

pub(crate) async fn over_capacity(database: &Database) -> anyhow::Result<Vec<String>> {
    let rows: Vec<Named> = database.rows(OVER_CAPACITY).await?;
    Ok(told(rows, "has more instances than its plan allows:"))
}

fn told(rows: Vec<Named>, fault: &str) -> Vec<String> {
    rows.into_iter().map(|row| format!("{} {fault} {}", row.id, row.what.unwrap_or_default())).collect()
}

/// With nothing unresolved, nothing is reserved, and the quantity is the number of active instances.
pub(super) fn quantities(rows: &Rows, scenery: &Scenery, sim: &Sim) -> Vec<String> {
    let reserved = rows.instances.iter().filter(|instance| instance.state != "active");
    let mut faults: Vec<String> =
        reserved.map(|instance| format!("instance {} is still {}", instance.id, instance.state)).collect();
    for mandate in &scenery.mandates {
        let Some(bound) = &mandate.stripe else { continue };
        let active = rows.instances.iter().filter(|instance| instance.mandate_id == mandate.id).count();
        let billed = sim.quantity(&bound.item);
        if billed != u64::try_from(active).ok() {
            faults.push(format!("{}: {active} instances, and Stripe bills {billed:?}", mandate.id));
        }
    }
    faults
}

/// A key was never told of two activated instances.
pub(super) fn keys(tally: &Tally) -> Vec<String> {
    let counts = tally.counts();
    let double = counts.activated.iter().filter(|(_, instances)| instances.len() > 1);
    double.map(|(key, instances)| format!("the key {key} activated {instances:?}")).collect()
}
