//! The chain of the audit trail: sealing what is committed, and finding out whether anything is missing, changed or added.

mod sealer;
pub mod verify;

pub use self::sealer::{Sealer, seal_all};
