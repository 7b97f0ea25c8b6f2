//! Reads the trail: entries for people, and the chain for whoever verifies it.

use serde::Deserialize;

use crate::{
    adapters::sql::{
        SqlStore,
        error::inconsistent,
        rows::audit::{audit_json, record, record_json},
        session::decode,
    },
    ports::store::{
        StoreError,
        audit::{Anchor, AuditFilter, AuditRecord, ChainState, Found, Link, Stray, chain::Written},
    },
};

/// $1 since or null, $2 mandate or null, $3 who or null, $4 subject or null, $5 how many.
const NEWEST: &str = concat!(
    "SELECT 'entry' AS kind, ",
    record_json!(),
    " AS json FROM audit a LEFT JOIN audit_seals s ON s.entry = a.seq \
     WHERE (CAST($1 AS BIGINT) IS NULL OR a.at >= $1) AND (CAST($2 AS TEXT) IS NULL OR a.mandate_id = $2) \
     AND (CAST($3 AS TEXT) IS NULL OR a.actor IN ($3, 'user:' || $3, 'service:' || $3, 'operator:' || $3, 'system:' || $3)) \
     AND (CAST($4 AS TEXT) IS NULL OR a.subject = $4) ORDER BY a.seq DESC LIMIT $5"
);

const NUMBERED: &str = concat!(
    "SELECT 'entry' AS kind, ",
    record_json!(),
    " AS json FROM audit_seals s JOIN audit a ON a.seq = s.entry WHERE s.number = $1"
);

const CHAIN: &str = "SELECT 'chain' AS kind, CAST(json_object('number', c.number, 'hash', c.hash, \
     'anchor_number', c.anchor_number, 'anchor_hash', c.anchor_hash, \
     'unsealed', (SELECT count(*) FROM audit_unsealed), \
     'oldest', (SELECT coalesce(now_ms() - min(a.at), 0) FROM audit_unsealed u JOIN audit a ON a.seq = u.entry)) AS TEXT) \
     AS json FROM audit_chain c WHERE c.one = 1";

/// $1 behind which number, $2 how many.
const LINKS: &str = concat!(
    "SELECT 'link' AS kind, CAST(json_object('number', s.number, 'entry', s.entry, 'at', s.at, 'digest', s.digest, \
     'hash', s.hash, 'salt', a.salt, 'erased_at', a.erased_at, 'written', CASE WHEN a.seq IS NOT NULL THEN ",
    audit_json!(),
    // A text that is put together is one: SQLite would take one that was cast for the object that it was.
    " || '' END) AS TEXT) AS json FROM audit_seals s LEFT JOIN audit a ON a.seq = s.entry \
     WHERE s.number > $1 ORDER BY s.number LIMIT $2"
);

/// $1 how many of each.
const STRAYS: &str = "SELECT 'unsealed' AS kind, x.seq AS seq, CAST(x.seq AS TEXT) AS json FROM (SELECT a.seq AS seq \
     FROM audit a WHERE NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.entry = a.seq) \
     AND NOT EXISTS (SELECT 1 FROM audit_unsealed u WHERE u.entry = a.seq) ORDER BY a.seq LIMIT $1) x \
     UNION ALL SELECT 'missing', y.entry, CAST(y.entry AS TEXT) FROM (SELECT u.entry AS entry FROM audit_unsealed u \
     WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = u.entry) ORDER BY u.entry LIMIT $1) y ORDER BY 2";

#[derive(Deserialize)]
struct ChainRow {
    number: i64,
    hash: String,
    anchor_number: i64,
    anchor_hash: String,
    unsealed: i64,
    oldest: i64,
}

#[derive(Deserialize)]
struct LinkRow {
    number: i64,
    entry: i64,
    at: i64,
    digest: String,
    hash: String,
    salt: Option<String>,
    erased_at: Option<i64>,
    written: Option<String>,
}

impl SqlStore {
    pub(super) async fn read_audited(&self, filter: &AuditFilter, limit: i64) -> Result<Vec<AuditRecord>, StoreError> {
        let query = self
            .session
            .query(NEWEST)
            .bind(filter.since)
            .bind(filter.mandate_id.clone())
            .bind(filter.who.clone())
            .bind(filter.subject.clone())
            .bind(limit);
        self.session.rows_alone(&self.readers, query).await?.iter().map(record).collect()
    }

    pub(super) async fn read_audited_as(&self, number: i64) -> Result<Option<AuditRecord>, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(NUMBERED).bind(number)).await?;
        rows.first().map(record).transpose()
    }

    pub(super) async fn read_chain(&self) -> Result<ChainState, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(CHAIN)).await?;
        let row = rows.first().ok_or_else(|| inconsistent("the chain of the audit trail has no row"))?;
        let ChainRow { number, hash, anchor_number, anchor_hash, unsealed, oldest } = row.decode()?;
        Ok(ChainState {
            newest: Anchor { number, hash },
            anchor: Anchor { number: anchor_number, hash: anchor_hash },
            unsealed,
            oldest_unsealed: oldest,
        })
    }

    pub(super) async fn read_links(&self, after: i64, limit: i64) -> Result<Vec<Link>, StoreError> {
        let query = self.session.query(LINKS).bind(after).bind(limit);
        let rows = self.session.rows_alone(&self.readers, query).await?;
        rows.iter().map(|row| row.decode::<LinkRow>()?.into_link()).collect()
    }

    pub(super) async fn read_strays(&self, limit: i64) -> Result<Vec<Stray>, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(STRAYS).bind(limit)).await?;
        let stray = |row: &crate::adapters::sql::session::Row| {
            let place: i64 = row.decode()?;
            Ok(if row.kind == "missing" { Stray::Missing(place) } else { Stray::Unsealed(place) })
        };
        rows.iter().map(stray).collect()
    }
}

impl LinkRow {
    fn into_link(self) -> Result<Link, StoreError> {
        let found = match (self.written, self.erased_at) {
            (None, _) => Found::Missing,
            (Some(_), Some(_)) => Found::Erased,
            (Some(written), None) => {
                let written: Written = decode("audit entry", &written)?;
                Found::Whole(Box::new(written), self.salt.unwrap_or_default())
            }
        };
        let Self { number, entry, at, digest, hash, .. } = self;
        Ok(Link { number, entry, at, digest, hash, found })
    }
}
