//! The port through which new ids come in.

/// Makes ids that sort by the time they were made (UUIDv7).
pub trait Ids: Send + Sync {
    /// A new id, never handed out before.
    fn next(&self) -> String;
}
