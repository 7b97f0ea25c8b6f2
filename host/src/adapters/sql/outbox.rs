//! The outbox: notices are written with the state change, claimed by mandate and mailed later.

use async_trait::async_trait;
use serde::Deserialize;
use sqlx::AnyConnection;

use super::{
    SqlStore,
    error::{expect_rows, inconsistent},
    session::{Session, decode, list, tuples},
};
use crate::ports::{
    clock::Millis,
    store::{
        StoreError,
        outbox::{Digest, NewNotice, OutboxStore, Recipient},
        snapshot::{MembershipRecord, RoleRecord},
    },
};

/// Takes the waiting notices of the mandate whose oldest one has waited longest and is due. A notice whose change waits
/// for billing does not exist yet, so to say. $1 now, $2 written before, $3 lease.
const CLAIM: &str = "UPDATE notices SET lease_until = now_ms() + $3 \
     WHERE state = 'waiting' AND lease_until <= now_ms() \
     AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.id = change_id AND c.gate IS NOT NULL AND c.state <> 'done') \
     AND mandate_id = (\
     SELECT n.mandate_id FROM notices n WHERE n.state = 'waiting' AND n.lease_until <= now_ms() \
     AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.id = n.change_id AND c.gate IS NOT NULL AND c.state <> 'done') \
     AND n.not_before <= $1 AND n.created_at <= $2 AND NOT EXISTS (SELECT 1 FROM notices o \
     WHERE o.mandate_id = n.mandate_id AND o.state = 'waiting' AND o.seq < n.seq \
     AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.id = o.change_id AND c.gate IS NOT NULL AND c.state <> 'done')) \
     ORDER BY n.seq LIMIT 1 FOR UPDATE SKIP LOCKED) \
     RETURNING 'notice' AS kind, CAST(json_object('id', id, 'change_id', coalesce(change_id, ''), 'seq', seq, 'mandate_id', mandate_id, \
     'subject', subject, 'headline', headline, 'body_paragraphs', body_paragraphs, 'created_at', created_at, \
     'attempts', attempts) AS TEXT) AS json";

/// Who may have to be told: $1 mandate.
const MEMBERS: &str = "SELECT 'mandate' AS kind, m.seq AS seq, \
     CAST(json_object('label', coalesce(m.label, m.name)) AS TEXT) AS json FROM mandates m WHERE m.id = $1 \
     UNION ALL SELECT 'member', u.seq, CAST(json_object('id', u.id, 'email', w.email, 'enabled', u.enabled) AS TEXT) \
     FROM memberships u JOIN users w ON w.id = u.user_id WHERE u.mandate_id = $1 AND w.email IS NOT NULL \
     UNION ALL SELECT 'role', ur.seq, CAST(json_object('membership_id', u.id, 'label', r.label, \
     'mandate_id', r.mandate_id, 'instance_id', r.instance_id) AS TEXT) \
     FROM memberships u JOIN users w ON w.id = u.user_id JOIN membership_roles ur ON ur.membership_id = u.id \
     JOIN roles r ON r.id = ur.role_id WHERE u.mandate_id = $1 AND w.email IS NOT NULL ORDER BY 2";

#[derive(Deserialize)]
struct NoticeRow {
    id: String,
    change_id: String,
    seq: i64,
    mandate_id: String,
    subject: String,
    headline: String,
    body_paragraphs: String,
    created_at: i64,
    attempts: i64,
}

#[derive(Deserialize)]
struct LabelRow {
    label: String,
}

#[derive(Deserialize)]
struct MemberRow {
    id: String,
    email: String,
    enabled: i64,
}

#[derive(Deserialize)]
struct MemberRoleRow {
    membership_id: String,
    label: Option<String>,
    mandate_id: Option<String>,
    instance_id: Option<String>,
}

#[async_trait]
impl OutboxStore for SqlStore {
    async fn claim_notices(&self, now: Millis, window: i64, lease: i64) -> Result<Option<Digest>, StoreError> {
        let claim = self.session.query(CLAIM).bind(now).bind(now.saturating_sub(window)).bind(lease);
        let claimed = self.session.rows_alone(&self.writer, claim).await?;
        let mut notices: Vec<NoticeRow> = claimed.iter().map(|row| row.decode()).collect::<Result<_, _>>()?;
        notices.sort_by_key(|notice| notice.seq);
        let Some(mandate_id) = notices.first().map(|notice| notice.mandate_id.clone()) else {
            return Ok(None);
        };
        let (label, members) = self.members(&mandate_id).await?;
        Ok(Some(Digest {
            mandate_label: label.unwrap_or_else(|| mandate_id.clone()),
            mandate_id,
            attempts: notices.iter().map(|notice| notice.attempts).max().unwrap_or(0),
            notices: notices.into_iter().map(NoticeRow::into_notice).collect::<Result<_, _>>()?,
            members,
        }))
    }

    async fn sent(&self, notice_ids: &[String], at: Millis) -> Result<(), StoreError> {
        if notice_ids.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "UPDATE notices SET state = 'sent', sent_at = $1, lease_until = 0, last_error = NULL WHERE id IN ({})",
            list(2, notice_ids.len())
        );
        let query = notice_ids.iter().fold(self.session.query(&sql).bind(at), |query, id| query.bind(id.clone()));
        expect_rows("notices that were sent", self.session.run_alone(&self.writer, query).await?, notice_ids.len())
    }

    async fn not_sent(&self, notice_ids: &[String], retry_at: Option<Millis>, cause: &str) -> Result<(), StoreError> {
        if notice_ids.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "UPDATE notices SET state = $1, not_before = $2, attempts = attempts + 1, lease_until = 0, \
             last_error = $3 WHERE id IN ({})",
            list(4, notice_ids.len())
        );
        let query = self
            .session
            .query(&sql)
            .bind(if retry_at.is_some() { "waiting" } else { "dead" })
            .bind(retry_at.unwrap_or(0))
            .bind(cause.to_owned());
        let query = notice_ids.iter().fold(query, |query, id| query.bind(id.clone()));
        expect_rows("notices that were not sent", self.session.run_alone(&self.writer, query).await?, notice_ids.len())
    }
}

impl SqlStore {
    async fn members(&self, mandate_id: &str) -> Result<(Option<String>, Vec<Recipient>), StoreError> {
        let query = self.session.query(MEMBERS).bind(mandate_id.to_owned());
        let mut label = None;
        let mut members: Vec<(String, Recipient)> = Vec::new();
        let mut roles: Vec<MemberRoleRow> = Vec::new();
        for row in self.session.rows_alone(&self.readers, query).await? {
            match row.kind.as_str() {
                "mandate" => label = Some(row.decode::<LabelRow>()?.label),
                "role" => roles.push(row.decode()?),
                _ => {
                    let MemberRow { id, email, enabled } = row.decode()?;
                    let membership = MembershipRecord { enabled: enabled != 0, roles: Vec::new() };
                    members.push((id, Recipient { email, membership }));
                }
            }
        }
        for role in roles {
            if let Some((_, member)) = members.iter_mut().find(|(id, _)| *id == role.membership_id) {
                member.membership.roles.push(RoleRecord {
                    label: role.label,
                    mandate_id: role.mandate_id,
                    instance_id: role.instance_id,
                });
            }
        }
        Ok((label, members.into_iter().map(|(_, member)| member).collect()))
    }
}

impl NoticeRow {
    fn into_notice(self) -> Result<NewNotice, StoreError> {
        Ok(NewNotice {
            body_paragraphs: decode("notice paragraphs", &self.body_paragraphs)?,
            id: self.id,
            change_id: self.change_id,
            mandate_id: self.mandate_id,
            subject: self.subject,
            headline: self.headline,
            created_at: self.created_at,
        })
    }
}

/// Writes notices, all in one statement.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn insert(session: &Session, on: &mut AnyConnection, notices: &[NewNotice]) -> Result<(), StoreError> {
    if notices.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO notices (id, change_id, mandate_id, subject, headline, body_paragraphs, created_at) VALUES {}",
        tuples(notices.len(), 7)
    );
    let mut query = session.query(&sql);
    for notice in notices {
        let paragraphs = serde_json::to_string(&notice.body_paragraphs)
            .map_err(|_| inconsistent("a notice's paragraphs cannot be stored"))?;
        query = query
            .bind(notice.id.clone())
            .bind(notice.change_id.clone())
            .bind(notice.mandate_id.clone())
            .bind(notice.subject.clone())
            .bind(notice.headline.clone())
            .bind(paragraphs)
            .bind(notice.created_at);
    }
    session.run(on, query).await.map(|_| ())
}
