//! The ports through which randomness comes in: dice for jitter, and keys that nobody can guess.

/// Throws dice.
pub trait Randomness: Send + Sync {
    /// A number from 0 up to, but not including, `bound`; 0 when `bound` is not positive.
    fn below(&self, bound: i64) -> i64;
}

/// Makes keys that nobody can guess.
pub trait Secrets: Send + Sync {
    /// 32 random bytes, fit for a key.
    fn key(&self) -> [u8; 32];
}
