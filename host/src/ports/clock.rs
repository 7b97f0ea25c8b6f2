//! The port through which time comes in.

/// An instant in UTC milliseconds since 1970.
pub type Millis = i64;

/// Tells the time. The system's clock in the service, a driven one in tests.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Millis;
}
