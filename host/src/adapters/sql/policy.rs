//! The archive of policy modules, and a row per host that runs.

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;

use super::{SqlStore, error::inconsistent};
use crate::ports::{
    clock::Millis,
    store::{
        StoreError,
        audit::AuditEntry,
        policy::{Begun, HostPolicy, KeptPolicy, PolicyStore},
    },
};

// One look at the clock for both times: it goes on between two. What is in use already stays as it is.
const KEEP: &str = "INSERT INTO policy_modules (digest, module, first_used_at, used_at) \
     SELECT $1, $2, clock.now, clock.now FROM (SELECT now_ms() AS now) clock WHERE true \
     ON CONFLICT (digest) DO UPDATE SET used_at = excluded.used_at, brought_back = 0 \
     WHERE policy_modules.used_at < (SELECT max(m.used_at) FROM policy_modules m)";

// Unless a host runs that has what is in use. $3 stale.
const UNLESS_IN_USE: &str = " AND NOT EXISTS (SELECT 1 FROM host_policies h JOIN policy_modules n ON n.digest = h.policy_digest \
     WHERE h.reported_at >= now_ms() - $3 AND n.used_at = (SELECT max(m.used_at) FROM policy_modules m))";

const IN_USE: &str = "SELECT 'in use' AS kind, CAST(json_object('digest', m.digest) AS TEXT) AS json FROM policy_modules m \
     ORDER BY m.used_at DESC, m.seq DESC LIMIT 1";

const BRING_BACK: &str = "UPDATE policy_modules SET used_at = now_ms(), brought_back = 1 WHERE digest = $1";

const KEPT: &str = "SELECT 'module' AS kind, CAST(json_object('module', m.module) AS TEXT) AS json \
     FROM policy_modules m WHERE m.digest = $1";

const LIST: &str = "SELECT 'module' AS kind, CAST(json_object('digest', m.digest, 'first_used_at', m.first_used_at, \
     'used_at', m.used_at, 'brought_back', m.brought_back) AS TEXT) AS json FROM policy_modules m ORDER BY m.used_at DESC, m.seq DESC";

const REPORT: &str = "INSERT INTO host_policies (host, name, policy_digest, settings_digest, refused, reported_at) \
     VALUES ($1, $2, $3, $4, $5, now_ms()) ON CONFLICT (host) DO UPDATE SET name = excluded.name, \
     policy_digest = excluded.policy_digest, settings_digest = excluded.settings_digest, refused = excluded.refused, \
     reported_at = excluded.reported_at";

const FORGET_STALE: &str = "DELETE FROM host_policies WHERE reported_at < now_ms() - $1";

const FORGET: &str = "DELETE FROM host_policies WHERE host = $1";

const HOSTS: &str = "SELECT 'host' AS kind, CAST(json_object('host', h.host, 'name', h.name, \
     'policy_digest', h.policy_digest, 'settings_digest', h.settings_digest, 'refused', h.refused) AS TEXT) AS json \
     FROM host_policies h WHERE h.reported_at >= now_ms() - $1 ORDER BY h.name, h.seq";

#[derive(Deserialize)]
struct InUseRow {
    digest: String,
}

#[derive(Deserialize)]
struct ModuleRow {
    module: String,
}

#[derive(Deserialize)]
struct KeptRow {
    digest: String,
    first_used_at: Millis,
    used_at: Millis,
    #[serde(deserialize_with = "super::rows::flag")]
    brought_back: bool,
}

#[async_trait]
impl PolicyStore for SqlStore {
    async fn keep_policy(
        &self,
        digest: &str,
        module: &[u8],
        begun: Begun,
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        let keep = match begun {
            Begun::Swap => self.session.query(KEEP),
            Begun::Start { .. } => self.session.query(&format!("{KEEP}{UNLESS_IN_USE}")),
        };
        let keep = keep.bind(digest.to_owned()).bind(STANDARD.encode(module));
        let keep = match begun {
            Begun::Swap => keep,
            Begun::Start { stale } => keep.bind(stale),
        };
        let mut transaction = self.session.begin(&self.writer).await?;
        let rows = self.session.rows(&mut transaction, self.session.query(IN_USE)).await?;
        let before: Option<InUseRow> = rows.first().map(super::session::Row::decode).transpose()?;
        let comes_into_use = self.session.run(&mut transaction, keep).await? > 0;
        if let (true, Some(InUseRow { digest: before })) = (comes_into_use, before) {
            let policy = |digest: &str| Some(json!({ "policy": digest }));
            let entry = AuditEntry { before: policy(&before), after: policy(digest), ..entry.clone() };
            super::audit::add(&self.session, &mut transaction, &entry).await?;
        }
        self.session.commit(transaction).await
    }

    async fn bring_back_policy(&self, digest: &str) -> Result<(), StoreError> {
        let query = self.session.query(BRING_BACK).bind(digest.to_owned());
        self.session.run_alone(&self.writer, query).await.map(|_| ())
    }

    async fn kept_policy(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let query = self.session.query(KEPT).bind(digest.to_owned());
        let rows = self.session.rows_alone(&self.readers, query).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let ModuleRow { module } = row.decode()?;
        let bytes =
            STANDARD.decode(module).map_err(|_| inconsistent(format!("policy module `{digest}` is no base64")))?;
        Ok(Some(bytes))
    }

    async fn kept_policies(&self) -> Result<Vec<KeptPolicy>, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(LIST)).await?;
        let kept = |row: &super::session::Row| {
            let KeptRow { digest, first_used_at, used_at, brought_back } = row.decode()?;
            Ok(KeptPolicy { digest, first_used_at, used_at, brought_back })
        };
        rows.iter().map(kept).collect()
    }

    async fn report_policy(&self, report: &HostPolicy, stale: i64) -> Result<(), StoreError> {
        let HostPolicy { host, name, policy_digest, settings_digest, refused } = report.clone();
        let query = self.session.query(REPORT).bind(host).bind(name).bind(policy_digest).bind(settings_digest);
        self.session.run_alone(&self.writer, query.bind(refused)).await?;
        let stale = self.session.query(FORGET_STALE).bind(stale);
        self.session.run_alone(&self.writer, stale).await.map(|_| ())
    }

    async fn forget_policy(&self, host: &str) -> Result<(), StoreError> {
        let query = self.session.query(FORGET).bind(host.to_owned());
        self.session.run_alone(&self.writer, query).await.map(|_| ())
    }

    async fn host_policies(&self, stale: i64) -> Result<Vec<HostPolicy>, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(HOSTS).bind(stale)).await?;
        rows.iter().map(super::session::Row::decode).collect()
    }
}
