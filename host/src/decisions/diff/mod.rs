//! What another policy, or other settings, would change: for the decisions of the record, and for everybody today.

mod compare;
mod live;
mod report;
mod stored;

use std::sync::Arc;

use core_wasm::settings::Settings;

pub use self::{
    live::{Today, of_today},
    report::{Effect, Effects, Named, Part, Subject},
    stored::{of_record, subject_of},
};
use crate::policy::Policy;

/// From the settings that are in force to those that are tried.
pub type OtherSettings = Arc<dyn Fn(&Settings) -> Settings + Send + Sync>;

/// What is tried: another module, other settings, or both. What is not given stays as it is.
#[derive(Clone, Default)]
pub struct Candidate {
    /// The module in place of the one that decided.
    pub policy: Option<Policy>,
    /// What becomes of the settings.
    pub settings: Option<OtherSettings>,
}

impl Candidate {
    /// The settings that would be in force in place of these.
    fn settings(&self, present: &Settings) -> Settings {
        self.settings.as_ref().map_or_else(|| present.clone(), |change| change(present))
    }
}
