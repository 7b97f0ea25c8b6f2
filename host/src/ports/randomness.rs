//! The port through which randomness comes in: for jitter, never for secrets.

/// Throws dice.
pub trait Randomness: Send + Sync {
    /// A number from 0 up to, but not including, `bound`; 0 when `bound` is not positive.
    fn below(&self, bound: i64) -> i64;
}
