//! Entries one by one: reads them, and changes one under the locks of what it is in.

mod billing;
mod closing;
mod read;
mod write;

use async_trait::async_trait;
use serde::Deserialize;

use super::{
    SqlStore, audit,
    rows::event,
    transaction::{HOLD_SETTLEMENT, LOCK, SqlTransaction},
};
use crate::{
    ports::{
        clock::Millis,
        store::{
            StoreError,
            audit::AuditEntry,
            directory::{
                Belongings, Bill, Closing, DirectoryStore, DirectoryTransaction, LivingInstance, Lock, Subscriber,
                Subscribers,
            },
            transfer::LoadError,
        },
    },
    transfer::{Entry, Kind},
};

const LOCK_OF_INSTANCE: &str = "UPDATE mandates SET lock_version = lock_version + 1 \
     WHERE id = (SELECT i.mandate_id FROM instances i WHERE i.id = $1)";

/// In the order of the mandates, so that two plans do not wait for each other.
const LOCK_OF_PLAN: &str = "UPDATE mandates SET lock_version = lock_version + 1 WHERE seq IN (SELECT m.seq FROM mandates m \
     WHERE m.id IN (SELECT s.mandate_id FROM subscriptions s WHERE s.plan_key = $1) ORDER BY m.seq FOR UPDATE)";

const BELONGINGS: &str = "SELECT 'membership' AS kind, u.seq AS seq, CAST(json_object('id', u.id) AS TEXT) AS json \
     FROM memberships u WHERE u.user_id = $1 \
     UNION ALL SELECT 'access', a.seq, CAST(json_object('id', a.id) AS TEXT) FROM accesses a WHERE a.user_id = $1 \
     ORDER BY 2";

#[derive(Deserialize)]
struct IdRow {
    id: String,
}

/// What an entry's lock is called.
fn name_of(kind: Kind, name: &str) -> String {
    format!("{}:{name}", kind.section())
}

#[async_trait]
impl DirectoryStore for SqlStore {
    async fn entry(&self, kind: Kind, name: &str) -> Result<Option<Entry>, StoreError> {
        let mut connection = self.session.begin_picture(&self.readers).await?;
        let entry = read::one(&self.session, &mut connection, kind, name).await?;
        self.session.roll_back(connection).await?;
        Ok(entry)
    }

    async fn entries(&self, kind: Kind, after: i64, limit: i64) -> Result<Vec<(i64, Entry)>, StoreError> {
        let mut connection = self.session.begin_picture(&self.readers).await?;
        let entries = read::several(&self.session, &mut connection, kind, after, limit).await?;
        self.session.roll_back(connection).await?;
        Ok(entries)
    }

    async fn belongings(&self, user_id: &str) -> Result<Belongings, StoreError> {
        let query = self.session.query(BELONGINGS).bind(user_id.to_owned());
        let mut belongings = Belongings::default();
        for row in self.session.rows_alone(&self.readers, query).await? {
            let IdRow { id } = row.decode()?;
            if row.kind == "membership" { &mut belongings.memberships } else { &mut belongings.accesses }.push(id);
        }
        Ok(belongings)
    }

    async fn subscribers(&self, plan_key: &str) -> Result<Vec<Subscriber>, StoreError> {
        let query = self.session.query(billing::SUBSCRIBER).bind(plan_key.to_owned());
        self.session.rows_alone(&self.readers, query).await?.iter().map(billing::subscriber).collect()
    }

    async fn instances_of(&self, feature_code: &str) -> Result<i64, StoreError> {
        let query = self.session.query(read::INSTANCES_OF).bind(feature_code.to_owned());
        read::count(&self.session.rows_alone(&self.readers, query).await?)
    }

    async fn begin_entry(
        &self,
        kind: Kind,
        name: &str,
        lock: &Lock,
    ) -> Result<Box<dyn DirectoryTransaction>, StoreError> {
        let transaction = self.session.begin(&self.writer).await?;
        let mut locked = SqlTransaction { session: self.session, transaction };
        // The entry before its plan before the mandate, everywhere: so nobody waits for each other.
        if let Some(statement) = self.session.dialect.lock_of_name() {
            let query = self.session.query(statement).bind(name_of(kind, name));
            locked.rows(query).await?;
        }
        if let (Lock::Subscription { plan_key, .. }, Some(statement)) = (lock, self.session.dialect.hold_name()) {
            let query = self.session.query(statement).bind(name_of(Kind::Plans, plan_key));
            locked.rows(query).await?;
        }
        let (statement, value) = match lock {
            Lock::Alone => return Ok(Box::new(locked)),
            Lock::Mandate(id) | Lock::Subscription { mandate_id: id, .. } => (LOCK, id),
            Lock::OfInstance(id) => (LOCK_OF_INSTANCE, id),
            Lock::OfPlan(key) => (LOCK_OF_PLAN, key),
        };
        locked.run(self.session.query(statement).bind(value.clone())).await?;
        if let Lock::OfInstance(id) = lock {
            // What is told of its accesses depends on whether it can be used by now.
            locked.run(self.session.query(HOLD_SETTLEMENT).bind(id.clone())).await?;
        }
        Ok(Box::new(locked))
    }

    async fn closing_mandates(&self) -> Result<Vec<String>, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(closing::ALL)).await?;
        rows.iter().map(|row| row.decode::<IdRow>().map(|row| row.id)).collect()
    }

    async fn closing(&self, mandate_id: &str) -> Result<Option<Closing>, StoreError> {
        let query = self.session.query(closing::STATE).bind(mandate_id.to_owned());
        closing::read(&self.session.rows_alone(&self.readers, query).await?)
    }
}

#[async_trait]
impl DirectoryTransaction for SqlTransaction {
    async fn entry(&mut self, kind: Kind, name: &str) -> Result<Option<Entry>, StoreError> {
        read::one(&self.session, &mut self.transaction, kind, name).await
    }

    async fn put(&mut self, entry: &Entry) -> Result<(), LoadError> {
        write::put(&self.session, &mut self.transaction, entry).await
    }

    async fn remove(&mut self, kind: Kind, name: &str) -> Result<(), StoreError> {
        write::remove(&self.session, &mut self.transaction, kind, name).await
    }

    async fn remove_user(&mut self, user_id: &str) -> Result<bool, StoreError> {
        write::remove_user(self, user_id).await
    }

    async fn note(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        audit::add(&self.session, &mut self.transaction, entry).await
    }

    async fn mandate_of(&mut self, instance_id: &str) -> Result<Option<String>, StoreError> {
        let query = self.session.query(read::MANDATE_OF).bind(instance_id.to_owned());
        self.rows(query).await?.first().map(|row| row.decode::<IdRow>().map(|row| row.id)).transpose()
    }

    async fn is_member(&mut self, user_id: &str, mandate_id: &str) -> Result<bool, StoreError> {
        let query = self.session.query(read::MEMBER).bind(user_id.to_owned()).bind(mandate_id.to_owned());
        Ok(!self.rows(query).await?.is_empty())
    }

    async fn living(
        &mut self,
        mandate_id: &str,
        user_id: Option<&str>,
        limit: i64,
    ) -> Result<Vec<LivingInstance>, StoreError> {
        let query =
            self.session.query(read::LIVING).bind(mandate_id.to_owned()).bind(user_id.map(str::to_owned)).bind(limit);
        read::living(&self.rows(query).await?)
    }

    async fn bill(&mut self, subscription_id: &str) -> Result<Option<Bill>, StoreError> {
        let query = self.session.query(billing::BILL).bind(subscription_id.to_owned());
        self.rows(query).await?.first().map(billing::bill).transpose()
    }

    async fn hold_until_compared(&mut self, subscription_id: &str) -> Result<(), StoreError> {
        self.run(self.session.query(billing::HOLD).bind(subscription_id.to_owned())).await.map(|_| ())
    }

    async fn subscribers(&mut self, plan_key: &str) -> Result<Subscribers, StoreError> {
        let query = self.session.query(billing::SUBSCRIBERS).bind(plan_key.to_owned());
        billing::subscribers(&self.rows(query).await?)
    }

    async fn instances_of(&mut self, feature_code: &str) -> Result<i64, StoreError> {
        let query = self.session.query(read::INSTANCES_OF).bind(feature_code.to_owned());
        read::count(&self.rows(query).await?)
    }

    async fn close(&mut self, mandate_id: &str, at: Millis, by: &str) -> Result<(), StoreError> {
        let query = self.session.query(closing::CLOSE).bind(mandate_id.to_owned()).bind(at).bind(by.to_owned());
        self.run(query).await.map(|_| ())
    }

    async fn closing(&mut self, mandate_id: &str) -> Result<Option<Closing>, StoreError> {
        let query = self.session.query(closing::STATE).bind(mandate_id.to_owned());
        closing::read(&self.rows(query).await?)
    }

    async fn remove_mandate(&mut self, mandate_id: &str) -> Result<(), StoreError> {
        // Nobody who was told of a subscription is left believing that it goes on.
        for statement in [event::SUBSCRIPTIONS_OF_MANDATE_REMOVED].into_iter().chain(closing::REMOVE) {
            self.run(self.session.query(statement).bind(mandate_id.to_owned())).await?;
        }
        Ok(())
    }
}
