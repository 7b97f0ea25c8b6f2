//! Endpoints and their secrets.

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    adapters::sql::{
        SqlStore, audit,
        error::inconsistent,
        session::{Row, Transaction, decode, flag},
    },
    ports::{
        clock::Millis,
        store::{
            StoreError,
            audit::AuditEntry,
            endpoint::{Endpoint, EndpointAmendment, EndpointState, EndpointStore},
            event::EventKind,
        },
    },
};

macro_rules! endpoint_json {
    () => {
        "CAST(json_object('id', t.id, 'url', t.url, 'kinds', t.kinds, 'description', t.description, 'state', t.state, \
         'created_at', t.created_at) AS TEXT)"
    };
}

/// $1 after which or null, $2 how many.
const LIST: &str = concat!(
    "SELECT 'endpoint' AS kind, ",
    endpoint_json!(),
    " AS json FROM event_endpoints t WHERE CAST($1 AS TEXT) IS NULL ",
    "OR t.seq > (SELECT a.seq FROM event_endpoints a WHERE a.id = $1) ORDER BY t.seq LIMIT $2"
);

const ONE: &str =
    concat!("SELECT 'endpoint' AS kind, ", endpoint_json!(), " AS json FROM event_endpoints t WHERE t.id = $1");

const ADD: &str = "INSERT INTO event_endpoints (id, url, kinds, description, state, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6)";

const ADD_SECRET: &str = "INSERT INTO event_secrets (endpoint_id, secret, created_at) VALUES ($1, $2, $3)";

/// Those that expire earlier anyhow do. $1 endpoint, $2 when.
const RETIRE: &str = "UPDATE event_secrets SET expires_at = $2 \
     WHERE endpoint_id = $1 AND (expires_at IS NULL OR expires_at > $2)";

/// $1 endpoint, $2 now.
const FORGET_SECRETS: &str = "DELETE FROM event_secrets WHERE endpoint_id = $1 AND expires_at <= $2";

/// $1 endpoint, $2 address or null, $3 kinds or null, $4 whether the description changes, $5 description, $6 state or null.
const AMEND: &str = "UPDATE event_endpoints SET url = coalesce($2, url), kinds = coalesce($3, kinds), \
     description = CASE WHEN $4 = 1 THEN $5 ELSE description END, state = coalesce($6, state) WHERE id = $1";

/// What a host is busy sending may still arrive; that it was given up stays. $1 endpoint, $2 when.
pub(super) const GIVE_UP: &str = "UPDATE event_deliveries SET state = 'dead', settled_at = $2, claimed_by = NULL, \
     lease_until = 0 WHERE endpoint_id = $1 AND state = 'waiting'";

const REMOVE: &str = "DELETE FROM event_endpoints WHERE id = $1";

const REMOVE_ATTEMPTS: &str = "DELETE FROM event_attempts WHERE endpoint_id = $1";

#[derive(Deserialize)]
struct EndpointRow {
    id: String,
    url: String,
    kinds: String,
    description: Option<String>,
    state: String,
    created_at: i64,
}

#[async_trait]
impl EndpointStore for SqlStore {
    async fn endpoints(&self, after: Option<&str>, limit: i64) -> Result<Vec<Endpoint>, StoreError> {
        let query = self.session.query(LIST).bind(after.map(str::to_owned)).bind(limit);
        self.session.rows_alone(&self.readers, query).await?.iter().map(endpoint).collect()
    }

    async fn endpoint(&self, id: &str) -> Result<Option<Endpoint>, StoreError> {
        let query = self.session.query(ONE).bind(id.to_owned());
        self.session.rows_alone(&self.readers, query).await?.first().map(endpoint).transpose()
    }

    async fn add_endpoint(
        &self,
        endpoint: &Endpoint,
        secret: &SecretString,
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        let session = &self.session;
        let add = session
            .query(ADD)
            .bind(endpoint.id.clone())
            .bind(endpoint.url.clone())
            .bind(kinds_json(&endpoint.kinds))
            .bind(endpoint.description.clone())
            .bind(endpoint.state.as_str())
            .bind(endpoint.created_at);
        let mut transaction = session.begin(&self.writer).await?;
        session.run(&mut transaction, add).await?;
        self.write_secret(&mut transaction, &endpoint.id, secret, endpoint.created_at).await?;
        let after = self.as_told(&mut transaction, &endpoint.id).await?;
        audit::add(session, &mut transaction, &AuditEntry { after, ..entry.clone() }).await?;
        session.commit(transaction).await
    }

    async fn amend_endpoint(
        &self,
        id: &str,
        amendment: &EndpointAmendment,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let session = &self.session;
        let state = amendment.enabled.map(|on| if on { EndpointState::Enabled } else { EndpointState::Disabled });
        let amend = session
            .query(AMEND)
            .bind(id.to_owned())
            .bind(amendment.url.clone())
            .bind(amendment.kinds.as_deref().map(kinds_json))
            .bind(flag(amendment.description.is_some()))
            .bind(amendment.description.clone().flatten())
            .bind(state.map(EndpointState::as_str));
        let mut transaction = session.begin(&self.writer).await?;
        let before = self.as_told(&mut transaction, id).await?;
        if session.run(&mut transaction, amend).await? == 0 {
            session.roll_back(transaction).await?;
            return Ok(false);
        }
        if amendment.enabled == Some(false) {
            let give_up = session.query(GIVE_UP).bind(id.to_owned()).bind(entry.at);
            session.run(&mut transaction, give_up).await?;
        }
        let after = self.as_told(&mut transaction, id).await?;
        audit::add(session, &mut transaction, &AuditEntry { before, after, ..entry.clone() }).await?;
        session.commit(transaction).await?;
        Ok(true)
    }

    async fn remove_endpoint(&self, id: &str, entry: &AuditEntry) -> Result<bool, StoreError> {
        let session = &self.session;
        let mut transaction = session.begin(&self.writer).await?;
        let before = self.as_told(&mut transaction, id).await?;
        if session.run(&mut transaction, session.query(REMOVE).bind(id.to_owned())).await? == 0 {
            session.roll_back(transaction).await?;
            return Ok(false);
        }
        session.run(&mut transaction, session.query(REMOVE_ATTEMPTS).bind(id.to_owned())).await?;
        audit::add(session, &mut transaction, &AuditEntry { before, ..entry.clone() }).await?;
        session.commit(transaction).await?;
        Ok(true)
    }

    async fn add_secret(
        &self,
        endpoint_id: &str,
        secret: &SecretString,
        others_until: Millis,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let session = &self.session;
        let mut transaction = session.begin(&self.writer).await?;
        let retire = session.query(RETIRE).bind(endpoint_id.to_owned()).bind(others_until);
        // Every endpoint has a secret that does not expire by itself, the newest.
        if session.run(&mut transaction, retire).await? == 0 {
            session.roll_back(transaction).await?;
            return Ok(false);
        }
        let forget = session.query(FORGET_SECRETS).bind(endpoint_id.to_owned()).bind(entry.at);
        session.run(&mut transaction, forget).await?;
        self.write_secret(&mut transaction, endpoint_id, secret, entry.at).await?;
        audit::add(session, &mut transaction, entry).await?;
        session.commit(transaction).await?;
        Ok(true)
    }
}

impl SqlStore {
    /// An endpoint as the audit trail tells it, which never tells a secret.
    pub(super) async fn as_told(&self, transaction: &mut Transaction, id: &str) -> Result<Option<Value>, StoreError> {
        let rows = self.session.rows(transaction, self.session.query(ONE).bind(id.to_owned())).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let endpoint = endpoint(row)?;
        let kinds: Vec<&str> = endpoint.kinds.iter().map(|kind| kind.as_str()).collect();
        Ok(Some(json!({
            "url": without_path(&endpoint.url),
            "kinds": kinds,
            "description": endpoint.description,
            "state": endpoint.state.as_str(),
        })))
    }

    async fn write_secret(
        &self,
        transaction: &mut Transaction,
        endpoint_id: &str,
        secret: &SecretString,
        at: Millis,
    ) -> Result<(), StoreError> {
        let add = self
            .session
            .query(ADD_SECRET)
            .bind(endpoint_id.to_owned())
            .bind(secret.expose_secret().to_owned())
            .bind(at);
        self.session.run(transaction, add).await.map(|_| ())
    }
}

fn endpoint(row: &Row) -> Result<Endpoint, StoreError> {
    let EndpointRow { id, url, kinds, description, state, created_at } = row.decode()?;
    let words: Vec<String> = decode("event kinds", &kinds)?;
    let kinds = words
        .iter()
        .map(|word| EventKind::of_word(word).ok_or_else(|| inconsistent("an endpoint names an unknown kind of event")))
        .collect::<Result<_, _>>()?;
    let state = EndpointState::ALL.into_iter().find(|known| known.as_str() == state);
    let state = state.ok_or_else(|| inconsistent("an endpoint is in an unknown state"))?;
    Ok(Endpoint { id, url, kinds, description, state, created_at })
}

/// An address as far as it says where something is sent: what follows may be what the receiver knows us by.
fn without_path(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return String::new() };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}/…")
}

/// Kinds as they are stored: a JSON list, `[]` when it is empty.
fn kinds_json(kinds: &[EventKind]) -> String {
    serde_json::Value::from(kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>()).to_string()
}
