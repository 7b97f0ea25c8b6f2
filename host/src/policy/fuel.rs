//! What a golden case takes of a module: in JSON, and in the compact form where the module reads that too.

use std::fmt;

/// Fuel of one case, in each form that it was asked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseFuel {
    /// In JSON.
    pub json: u64,
    /// In the compact form; `None` where the module does not read it, or the case is about JSON itself.
    pub compact: Option<u64>,
}

impl CaseFuel {
    /// What it takes in the dearer form: a host asks in either.
    #[must_use]
    pub fn most(&self) -> u64 {
        self.json.max(self.compact.unwrap_or_default())
    }

    /// The dearer form; `None` where there is one only, or both take the same.
    #[must_use]
    pub fn form(&self) -> Option<&'static str> {
        match self.compact {
            Some(compact) if compact > self.json => Some("the compact form"),
            Some(compact) if compact < self.json => Some("json"),
            _ => None,
        }
    }
}

impl fmt::Display for CaseFuel {
    /// With the form where the two differ: `1200 in json`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.most())?;
        match self.form() {
            Some(form) => write!(f, " in {form}"),
            None => Ok(()),
        }
    }
}
