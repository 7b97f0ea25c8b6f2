//! The name of a setting in each layer.

/// A setting: where it stands in the TOML file, and which variable sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// `section.key` in the TOML file.
    pub key: &'static str,
    /// The environment variable.
    pub variable: &'static str,
    /// Its value never appears in a message.
    pub secret: bool,
}

impl Setting {
    /// An open setting.
    #[must_use]
    pub const fn new(key: &'static str, variable: &'static str) -> Self {
        Self { key, variable, secret: false }
    }

    /// A setting whose value is, or may hold, a secret.
    #[must_use]
    pub const fn secret(key: &'static str, variable: &'static str) -> Self {
        Self { key, variable, secret: true }
    }
}
