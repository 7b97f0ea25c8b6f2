//! What must hold at every moment, looked at while the load is on.
//!
//! Database and simulator cannot be read at one instant. So the database is read before and after the simulator, and only
//! subscriptions of which nothing changed in between are judged.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;
use stripe_sim::Sim;
use tokio::{sync::watch, time::timeout};

use crate::{checks::instances, database::Database, scenery::Scenery};

const PAUSE: Duration = Duration::from_secs(3);

/// How a subscription stands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Standing {
    subscription_id: String,
    /// The newest row of the ledger with its state.
    newest: Option<String>,
    /// From and to of the unresolved operation.
    unresolved_from: Option<i64>,
    unresolved_to: Option<i64>,
    confirmed: Option<i64>,
    active: i64,
}

const STANDING: &str = "SELECT s.id AS subscription_id, \
     (SELECT o.id || ' ' || o.state FROM operations o WHERE o.subscription_id = s.id ORDER BY o.seq DESC LIMIT 1) AS newest, \
     u.from_quantity AS unresolved_from, u.to_quantity AS unresolved_to, \
     (SELECT o.to_quantity FROM operations o WHERE o.subscription_id = s.id AND o.state IN ('applied', 'observed') \
     ORDER BY o.seq DESC LIMIT 1) AS confirmed, \
     (SELECT count(*) FROM instances i WHERE i.mandate_id = s.mandate_id AND i.state = 'active') AS active \
     FROM subscriptions s LEFT JOIN operations u ON u.subscription_id = s.id \
     AND u.state IN ('prepared', 'sent', 'in_doubt') WHERE s.stripe_item_id IS NOT NULL";

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    /// How many times everything was looked at.
    pub(crate) looks: u64,
    /// How many subscriptions could be judged, summed up.
    pub(crate) judged: u64,
    pub(crate) violations: Vec<String>,
}

/// Looks again and again until told to stop.
pub(crate) async fn run(
    database: &Database,
    sim: &Sim,
    scenery: &Scenery,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<Watched> {
    let mut watched = Watched::default();
    while timeout(PAUSE, stop.wait_for(|stop| *stop)).await.is_err() {
        look(database, sim, scenery, &mut watched).await?;
    }
    Ok(watched)
}

async fn look(database: &Database, sim: &Sim, scenery: &Scenery, watched: &mut Watched) -> anyhow::Result<()> {
    let before = standings(database).await?;
    let quantities: Vec<Option<u64>> = scenery
        .mandates
        .iter()
        .map(|mandate| mandate.stripe.as_ref().and_then(|bound| sim.quantity(&bound.item)))
        .collect();
    let after = standings(database).await?;
    watched.looks += 1;
    for (mandate, quantity) in scenery.mandates.iter().zip(quantities) {
        let id = mandate.subscription();
        let (Some(quantity), Some(standing)) = (quantity, before.get(&id)) else { continue };
        if after.get(&id) == Some(standing) {
            watched.judged += 1;
            let gated = mandate.plan.unit > 0;
            watched.violations.extend(fault(standing, i64::try_from(quantity)?, gated));
        }
    }
    watched.violations.extend(instances::unconfirmed(database).await?);
    watched.violations.extend(instances::over_capacity(database).await?);
    Ok(())
}

async fn standings(database: &Database) -> anyhow::Result<BTreeMap<String, Standing>> {
    let rows: Vec<Standing> = database.rows(STANDING).await?;
    Ok(rows.into_iter().map(|row| (row.subscription_id.clone(), row)).collect())
}

/// What is wrong with a quantity, if anything is.
fn fault(standing: &Standing, quantity: i64, gated: bool) -> Option<String> {
    let of = &standing.subscription_id;
    match (standing.unresolved_from, standing.unresolved_to) {
        (Some(from), Some(to)) if quantity != from && quantity != to => {
            return Some(format!(
                "{of}: Stripe bills {quantity}, and the unresolved operation goes from {from} to {to}"
            ));
        }
        (None, _) if standing.confirmed.is_some_and(|confirmed| confirmed != quantity) => {
            return Some(format!(
                "{of}: Stripe bills {quantity}, and what it confirmed last is {:?}",
                standing.confirmed
            ));
        }
        _ => {}
    }
    (gated && standing.active > quantity)
        .then(|| format!("{of}: {} instances are active, and Stripe bills {quantity}", standing.active))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(unresolved: Option<(i64, i64)>, confirmed: i64, active: i64) -> Standing {
        Standing {
            subscription_id: "s".to_owned(),
            newest: None,
            unresolved_from: unresolved.map(|(from, _)| from),
            unresolved_to: unresolved.map(|(_, to)| to),
            confirmed: Some(confirmed),
            active,
        }
    }

    #[test]
    fn a_quantity_that_nobody_asked_for_is_found() {
        assert_eq!(fault(&standing(Some((2, 3)), 2, 2), 2, true), None);
        assert_eq!(fault(&standing(Some((2, 3)), 2, 2), 3, true), None);
        assert!(fault(&standing(Some((2, 3)), 2, 2), 4, true).is_some());
        assert!(fault(&standing(None, 2, 2), 3, true).is_some());
    }

    #[test]
    fn what_is_used_and_not_billed_is_found() {
        assert!(fault(&standing(None, 2, 3), 2, true).is_some());
        assert_eq!(fault(&standing(None, 2, 3), 2, false), None, "a free plan is followed, not gated");
    }
}
