//! Everything in which the two engines differ. All other SQL of this adapter runs on both as it is written.

use std::{borrow::Cow, time::Duration};

use sqlx::error::DatabaseError;

use crate::ports::store::Conflict;

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// One file, one machine.
    Sqlite,
    /// A server, several hosts.
    Postgres,
}

/// What a connection is for. On PostgreSQL both are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Only reads.
    Read,
    /// Writes, one transaction at a time.
    Write,
}

/// What our SQL says, and how PostgreSQL says it.
const POSTGRES_WORDS: [(&str, &str); 6] = [
    ("new_id()", "replace(CAST(gen_random_uuid() AS TEXT), '-', '')"),
    ("now_ms()", "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"),
    ("json_object(", "json_build_object("),
    ("json_group_array(", "json_agg("),
    ("texts_of(", "json_array_elements_text("),
    ("AS TEXT_LIST)", "AS JSON)"),
];

/// What our SQL says, and how SQLite says it. It has one writer, so that there is nothing to skip.
const SQLITE_WORDS: [(&str, &str); 6] = [
    ("new_id()", "lower(hex(randomblob(16)))"),
    ("now_ms()", "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)"),
    ("texts_of(", "json_each("),
    ("AS TEXT_LIST)", "AS TEXT)"),
    (" FOR UPDATE SKIP LOCKED", ""),
    (" FOR UPDATE", ""),
];

impl Dialect {
    /// The engine that a database URL names.
    pub(super) fn of(url: &str) -> Option<Self> {
        match url.split_once(':')?.0 {
            "sqlite" => Some(Self::Sqlite),
            "postgres" | "postgresql" => Some(Self::Postgres),
            _ => None,
        }
    }

    /// The URL as the driver needs it: SQLite creates a missing file only when told to.
    pub(super) fn driver_url(self, url: &str) -> String {
        match self {
            Self::Sqlite if url.contains("mode=") => url.to_owned(),
            Self::Sqlite if url.contains('?') => format!("{url}&mode=rwc"),
            Self::Sqlite => format!("{url}?mode=rwc"),
            Self::Postgres => url.to_owned(),
        }
    }

    /// Our SQL in the engine's words: the database's clock in milliseconds (`now_ms()`), an id like no other (`new_id()`), JSON objects and lists, the texts
    /// of a list that is one value (`texts_of(CAST($1 AS TEXT_LIST))`, each as `value`), and rows that others work on being
    /// skipped.
    pub(super) fn translate(self, sql: &str) -> String {
        let words: &[(&str, &str)] = match self {
            Self::Sqlite => &SQLITE_WORDS,
            Self::Postgres => &POSTGRES_WORDS,
        };
        words.iter().fold(sql.to_owned(), |sql, (ours, theirs)| sql.replace(ours, theirs))
    }

    /// What every new connection is told. `limit` bounds each statement and each wait for a lock.
    ///
    /// SQLite: `synchronous = FULL`, because in WAL mode `NORMAL` may lose the last commits with the power, and a
    /// confirmed activation must not be lost. PostgreSQL: a host that vanished inside a transaction gives its locks
    /// back after twice the limit.
    pub(super) fn session(self, purpose: Purpose, limit: Duration) -> String {
        let ms = limit.as_millis();
        match self {
            Self::Sqlite => format!(
                "PRAGMA busy_timeout = {ms}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA query_only = {};",
                if purpose == Purpose::Read { "ON" } else { "OFF" }
            ),
            Self::Postgres => format!(
                "SET statement_timeout = {ms}; SET idle_in_transaction_session_timeout = {}; \
                 SET default_transaction_isolation = 'read committed';",
                ms * 2
            ),
        }
    }

    /// How a writing transaction begins. SQLite takes its write lock at once: taken later, it fails under load.
    pub(super) fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// How a transaction begins whose reads all show the same moment. On SQLite in WAL mode every one is like that.
    pub(super) fn begin_picture(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Several writes as one statement; their values are numbered through. PostgreSQL executes one statement at a time,
    /// the first of them and what hangs on to it; SQLite's driver executes all that are in one text, in their order.
    pub(super) fn together(self, writes: &[String]) -> String {
        match (self, writes.split_first()) {
            (Self::Postgres, Some((first, others))) if !others.is_empty() => {
                let others: Vec<String> =
                    others.iter().enumerate().map(|(n, write)| format!("w{n} AS ({write})")).collect();
                format!("WITH {} {first}", others.join(", "))
            }
            _ => writes.join("; "),
        }
    }

    /// Keeps whoever else names the same text waiting until this transaction ends: $1. Only where writers are several.
    pub(super) fn lock_of_name(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => {
                Some("SELECT 'lock' AS kind, CAST(pg_advisory_xact_lock(hashtextextended($1, 0)) AS TEXT) AS json")
            }
        }
    }

    /// Keeps whoever changes what has this name waiting, as [`lock_of_name`](Self::lock_of_name) does, but not others of
    /// these.
    pub(super) fn hold_name(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(
                "SELECT 'lock' AS kind, CAST(pg_advisory_xact_lock_shared(hashtextextended($1, 0)) AS TEXT) AS json",
            ),
        }
    }

    /// What a transaction is told whose statements may take longer than a request waits. SQLite bounds no statement.
    pub(super) fn unhurried(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SET LOCAL statement_timeout = 0"),
        }
    }

    /// Which uniqueness was violated: PostgreSQL names the index, SQLite only the columns.
    pub(super) fn conflict(self, error: &dyn DatabaseError) -> Conflict {
        const KNOWN: [(&str, &str, Conflict); 5] = [
            ("changes_one_per_key", "changes.user_id, changes.key_path, changes.key", Conflict::IdempotencyKey),
            (
                "changes_one_pending_activation",
                "changes.user_id, changes.mandate_id, changes.feature_code",
                Conflict::PendingActivation,
            ),
            (
                "changes_one_pending_batch",
                "changes.user_id, changes.mandate_id, changes.batch_wish",
                Conflict::PendingActivation,
            ),
            ("changes_one_pending_restore", "changes.user_id, changes.instance_id", Conflict::PendingActivation),
            ("operations_one_unresolved", "operations.subscription_id", Conflict::UnresolvedOperation),
        ];
        let violated = match self {
            Self::Sqlite => error.message().rsplit(": ").next(),
            Self::Postgres => error.constraint(),
        };
        KNOWN
            .into_iter()
            .find(|(index, columns, _)| violated == Some(*index) || violated == Some(*columns))
            .map_or(Conflict::Other, |(_, _, what)| what)
    }

    /// Whether an error of this code says that the engine cannot work now, in contrast to a fault of ours. Such a
    /// statement changed nothing.
    pub(super) fn is_outage(self, code: &str) -> bool {
        match self {
            // The low byte is the primary code: BUSY, LOCKED, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN.
            Self::Sqlite => code.parse::<i64>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 9 | 10 | 13 | 14)),
            // Connection, log-in, no such database, deadlock, resources, lock timeout, cancelled or shut down,
            // system, thrown out while idle in a transaction.
            Self::Postgres => ["08", "28", "3D", "40", "53", "55P03", "57", "58", "25P03", "25P04"]
                .iter()
                .any(|class| code.starts_with(class)),
        }
    }

    /// Whether an error says that a table does not exist.
    pub(super) fn is_missing_table(self, error: &dyn DatabaseError) -> bool {
        match self {
            Self::Sqlite => error.message().contains("no such table"),
            Self::Postgres => error.code() == Some(Cow::Borrowed("42P01")),
        }
    }
}
