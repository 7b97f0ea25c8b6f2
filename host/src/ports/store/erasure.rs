//! What the database holds about a person or a mandate, and taking it out for good.

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::{StoreError, audit::AuditEntry};

/// Rows of a table, each with its columns.
pub type Rows = Vec<Map<String, Value>>;

/// Finds, and takes out for good, what is about a person or a mandate.
#[async_trait]
pub trait ErasureStore: Send + Sync {
    /// All rows about a person, by table: those that hold the id, a word that stands for the person, or the pseudonym, and
    /// those that hang on them. Tables without any are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn person_records(&self, person: &Person, pseudonym: Option<&str>)
    -> Result<Vec<(String, Rows)>, StoreError>;

    /// What ends when a person goes, mandate by mandate.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn outlook(&self, user_id: &str) -> Result<Vec<Outlook>, StoreError>;

    /// Marks a user as erased: from then on no home mandate is given to this id. `fresh` is what marks are made with, if
    /// nobody was marked before.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn mark_erased(&self, user_id: &str, fresh: &[u8; 32]) -> Result<(), StoreError>;

    /// Whether a user is marked as erased.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn is_marked_erased(&self, user_id: &str) -> Result<bool, StoreError>;

    /// What about a person is still under way.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn under_way(&self, user_id: &str) -> Result<UnderWay, StoreError>;

    /// Takes a person out of every table in one transaction: `tombstone` stands where an id must stay. `None`, and nothing
    /// is done, while memberships or accesses are left or something is under way.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn erase_person(
        &self,
        person: &Person,
        tombstone: &str,
        entry: &Noted<'_>,
    ) -> Result<Option<Vec<Erased>>, StoreError>;

    /// All rows about a mandate, by table. Tables without any are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn mandate_records(&self, mandate_id: &str) -> Result<Vec<(String, Rows)>, StoreError>;

    /// What is left of a mandate: whether its row is there, rows that name people still, and events that are to be sent.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn mandate_remains(&self, mandate_id: &str) -> Result<MandateRemains, StoreError>;

    /// Takes whoever was in a mandate, and what it was called, out of what stays of it, in one transaction. `None`, and
    /// nothing is done, while the mandate is there or events of it are to be sent.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn erase_mandate(
        &self,
        mandate_id: &str,
        tombstone: &str,
        entry: &Noted<'_>,
    ) -> Result<Option<Vec<Erased>>, StoreError>;
}

/// What is written into the audit trail about what was done.
pub type Noted<'a> = dyn Fn(&[Erased]) -> AuditEntry + Send + Sync + 'a;

/// Whom to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The user's id.
    pub user_id: String,
    /// Words that stand for the person in texts for people: name, mail address, earlier ones.
    pub words: Vec<String>,
}

/// What ends in one mandate when a person goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// The mandate.
    pub mandate_id: String,
    /// Whether it was given to the person as a home.
    pub is_home: bool,
    /// Whether nobody else is a member.
    pub is_left_empty: bool,
    /// Accesses of the person.
    pub accesses: i64,
    /// Instances to which nobody else has access: they end.
    pub orphans: i64,
}

/// What about a person is still under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnderWay {
    /// Changes without an outcome.
    pub changes: i64,
    /// Events that an endpoint is still to be sent.
    pub events: i64,
}

/// What was done to the rows of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// `table.column`, or the table of rows that went.
    pub place: String,
    /// What was done.
    pub how: HowErased,
    /// To how many rows.
    pub rows: u64,
}

/// What was done to rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HowErased {
    /// They are gone.
    Removed,
    /// The value is gone, the row stays.
    Emptied,
    /// The tombstone stands there.
    Renamed,
}

/// What is left of a mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MandateRemains {
    /// Whether it is there.
    pub is_there: bool,
    /// Whether it was erased before.
    pub was_erased: bool,
    /// Changes, operations, events, decisions and notices of it.
    pub rows: i64,
    /// Events of it that an endpoint is still to be sent.
    pub events: i64,
}

impl UnderWay {
    /// Whether nothing is.
    #[must_use]
    pub const fn is_over(self) -> bool {
        self.changes == 0 && self.events == 0
    }
}

impl HowErased {
    /// As receipts say it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Emptied => "emptied",
            Self::Renamed => "renamed",
        }
    }
}
