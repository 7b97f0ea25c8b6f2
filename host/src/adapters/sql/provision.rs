//! Home mandates: one per user, ever.

use async_trait::async_trait;

use super::{
    SqlStore,
    rows::{
        audit,
        decision::{bind_new, inserts, width},
        event,
    },
    session::Query,
};
use crate::ports::store::{
    StoreError,
    provision::{HomeMandate, ProvisionStore},
};

/// The grant comes first: of parallel first visits one writes it, the others wait for that one and write nothing.
const GRANT: &str = "INSERT INTO home_grants (user_id, mandate_id, granted_at) VALUES ($1, $2, $3) \
     ON CONFLICT (user_id) DO NOTHING";

const USER: &str = "INSERT INTO users (id, username) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";

const MANDATE: &str = "INSERT INTO mandates (id, name, home_of) VALUES ($1, $2, $3)";

const ROLE: &str = "INSERT INTO roles (id, label, mandate_id) VALUES ($1, $2, $3)";

/// Whoever is suspended gets nothing by a token that is still good.
const MEMBERSHIP: &str = "INSERT INTO memberships (id, user_id, mandate_id, enabled) \
     SELECT CAST($1 AS TEXT), u.id, CAST($3 AS TEXT), u.enabled FROM users u WHERE u.id = $2";

const MEMBERSHIP_ROLE: &str = "INSERT INTO membership_roles (membership_id, role_id) VALUES ($1, $2)";

const TRIAL: &str = "INSERT INTO subscriptions (id, mandate_id, plan_key, status, starts_at, trial_ends_at) \
     VALUES ($1, $2, $3, 'TRIALING', $4, $5)";

#[async_trait]
impl ProvisionStore for SqlStore {
    async fn grant_home(&self, home: &HomeMandate) -> Result<bool, StoreError> {
        let session = &self.session;
        let text = |sql: &str, values: &[&String]| -> Query {
            values.iter().fold(session.query(sql), |query, value| query.bind((*value).clone()))
        };
        let (role_id, role_label) = &home.admin_role;
        let mut transaction = session.begin(&self.writer).await?;
        let grant = text(GRANT, &[&home.user_id, &home.mandate_id]).bind(home.created_at);
        if session.run(&mut transaction, grant).await? == 0 {
            session.roll_back(transaction).await?;
            return Ok(false);
        }
        for query in [
            text(USER, &[&home.user_id, &home.username]),
            text(MANDATE, &[&home.mandate_id, &home.name, &home.user_id]),
            text(ROLE, &[role_id, role_label, &home.mandate_id]),
            text(MEMBERSHIP, &[&home.membership_id, &home.user_id, &home.mandate_id]),
            text(MEMBERSHIP_ROLE, &[&home.membership_id, role_id]),
            text(TRIAL, &[&home.subscription_id, &home.mandate_id, &home.plan_key])
                .bind(home.created_at)
                .bind(home.trial_ends_at),
        ] {
            session.run(&mut transaction, query).await?;
        }
        let tell = text(event::SUBSCRIPTION_AS_IT_IS, &[&home.subscription_id]).bind(home.created_at);
        session.run(&mut transaction, tell).await?;
        let mut writes = inserts(&home.decision, 0);
        writes.push(audit::insert(width(&home.decision)));
        let record = bind_new(session.query(&session.dialect.together(&writes)), &home.decision);
        session.run(&mut transaction, audit::bind(record, &home.note)).await?;
        session.commit(transaction).await?;
        Ok(true)
    }
}
