//! What lists are made of: all mandates of one user, all instances of one mandate. One statement each.

use async_trait::async_trait;

use super::{
    SqlStore,
    erasure::mark::{self, ERASURE_KEY, MARKED},
    rows::{
        catalogue::{feature, feature_json},
        decision::{PSEUDONYM_KEY, key, pseudonym_key_row},
        instance::{ended, ended_members, held, instance_members, living},
        mandate::{Mandates, mandate_json, role_json, subscription_json},
        pause::{PAUSED, paused_row},
    },
};
use crate::ports::store::{
    StoreError,
    portfolio::{Inventory, Portfolio, PortfolioStore},
};

/// $1 user.
const MANDATES: &str = concat!(
    "SELECT 'granted' AS kind, g.seq AS seq, '1' AS json FROM home_grants g WHERE g.user_id = $1 ",
    "UNION ALL SELECT 'mandate', u.seq, ",
    mandate_json!(),
    " FROM memberships u JOIN mandates m ON m.id = u.mandate_id WHERE u.user_id = $1 ",
    "UNION ALL SELECT 'role', ur.seq, ",
    role_json!(),
    " FROM memberships u JOIN membership_roles ur ON ur.membership_id = u.id JOIN roles r ON r.id = ur.role_id ",
    "WHERE u.user_id = $1 ",
    "UNION ALL SELECT 'subscription', s.seq, ",
    subscription_json!(),
    " FROM memberships u JOIN subscriptions s ON s.mandate_id = u.mandate_id LEFT JOIN plans p ON p.key = s.plan_key ",
    "WHERE u.user_id = $1 ",
    "UNION ALL ",
    paused_row!(),
    " UNION ALL ",
    pseudonym_key_row!(),
    " UNION ALL ",
    mark::key_row!()
);

const STORE: &str = concat!(
    " UNION ALL SELECT 'feature', f.seq, ",
    feature_json!(),
    " FROM features f ",
    "UNION ALL SELECT 'held', i.seq, CAST(json_object(",
    instance_members!(),
    "'accesses', 0, 'has_access', 1, 'access_enabled', a.enabled) AS TEXT) ",
    "FROM accesses a JOIN instances i ON i.id = a.instance_id ",
    "WHERE a.user_id = $1 AND i.withdrawn_by_change IS NULL"
);

/// $1 user, $2 mandate. The end of a withdrawn instance was never more than a wish: nothing of it is remembered.
const INVENTORY: &str = concat!(
    "SELECT 'mandate' AS kind, m.seq AS seq, ",
    mandate_json!(),
    " AS json FROM mandates m LEFT JOIN memberships u ON u.mandate_id = m.id AND u.user_id = $1 WHERE m.id = $2 ",
    "UNION ALL SELECT 'role', ur.seq, ",
    role_json!(),
    " FROM memberships u JOIN membership_roles ur ON ur.membership_id = u.id JOIN roles r ON r.id = ur.role_id ",
    "WHERE u.user_id = $1 AND u.mandate_id = $2 ",
    "UNION ALL SELECT 'subscription', s.seq, ",
    subscription_json!(),
    " FROM subscriptions s LEFT JOIN plans p ON p.key = s.plan_key WHERE s.mandate_id = $2 ",
    "UNION ALL SELECT 'living', i.seq, CAST(json_object(",
    instance_members!(),
    "'accesses', (SELECT count(*) FROM accesses a WHERE a.instance_id = i.id), ",
    "'has_access', (SELECT count(*) FROM accesses a WHERE a.instance_id = i.id AND a.user_id = $1), ",
    "'activated_by_name', (SELECT w.username FROM users w WHERE w.id = i.activated_by)) AS TEXT) ",
    "FROM instances i WHERE i.mandate_id = $2 AND i.withdrawn_by_change IS NULL ",
    "UNION ALL SELECT 'ended', e.seq, CAST(json_object(",
    ended_members!(),
    ", 'ended_by_name', (SELECT w.username FROM users w WHERE w.id = e.ended_by), ",
    "'settled', CASE WHEN EXISTS (SELECT 1 FROM changes c WHERE c.id = e.change_id ",
    "AND c.state IN ('queued', 'billing')) THEN 0 ELSE 1 END) AS TEXT) ",
    "FROM ended_instances e WHERE e.mandate_id = $2 AND e.restored_by_change IS NULL ",
    "ORDER BY 2"
);

#[async_trait]
impl PortfolioStore for SqlStore {
    async fn portfolio(&self, user_id: &str, with_store: bool) -> Result<Portfolio, StoreError> {
        let sql = [MANDATES, if with_store { STORE } else { "" }, " ORDER BY 2"].concat();
        let query = self.session.query(&sql).bind(user_id.to_owned());
        let mut portfolio = Portfolio::default();
        let mut mandates = Mandates::default();
        let mut erasure_key = None;
        for row in self.session.rows_alone(&self.readers, query).await? {
            match row.kind.as_str() {
                ERASURE_KEY => erasure_key = Some(mark::key_of(&row)?),
                "granted" => portfolio.home_granted = true,
                PAUSED => portfolio.billing_paused = true,
                PSEUDONYM_KEY => portfolio.pseudonym_key = Some(key(&row)?),
                "feature" => portfolio.features.push(feature(&row)?),
                "held" => portfolio.held.push(held(&row)?),
                _ => {
                    mandates.take(&row)?;
                }
            }
        }
        portfolio.mandates = mandates.finish();
        // Of somebody who was erased and is back nothing says that there was a home, but the mark.
        if let Some(key) = erasure_key {
            let query = self.session.query(MARKED).bind(mark::mark(&key, user_id)?);
            portfolio.home_granted |= !self.session.rows_alone(&self.readers, query).await?.is_empty();
        }
        Ok(portfolio)
    }

    async fn inventory(&self, user_id: &str, mandate_id: &str) -> Result<Option<Inventory>, StoreError> {
        let query = self.session.query(INVENTORY).bind(user_id.to_owned()).bind(mandate_id.to_owned());
        let (mut mandates, mut alive, mut gone) = (Mandates::default(), Vec::new(), Vec::new());
        for row in self.session.rows_alone(&self.readers, query).await? {
            match row.kind.as_str() {
                "living" => alive.push(living(&row)?),
                "ended" => gone.push(ended(&row)?),
                _ => {
                    mandates.take(&row)?;
                }
            }
        }
        Ok(mandates.finish().pop().map(|mandate| Inventory { mandate, living: alive, ended: gone }))
    }
}
