//! Which policy module decides, and what it must show before it does.

use std::{path::PathBuf, time::Duration};

use super::{ConfigError, Setting, layers::Layers};

/// The module's file.
pub const POLICY: Setting = Setting::new("policy.file", "TURNPIKE_POLICY");
const SHA256: Setting = Setting::new("policy.sha256", "TURNPIKE_POLICY_SHA256");
const GOLDEN: Setting = Setting::new("policy.golden", "TURNPIKE_POLICY_GOLDEN");
const POLL: Setting = Setting::new("policy.poll", "TURNPIKE_POLICY_POLL");

pub(super) const SETTINGS: &[Setting] = &[POLICY, SHA256, GOLDEN, POLL];

/// The policy module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyConfig {
    /// `TURNPIKE_POLICY`: a module in place of the one that is part of the binary.
    pub file: Option<PathBuf>,
    /// `TURNPIKE_POLICY_SHA256`: digests of which the module must have one; empty: any.
    pub sha256: Vec<String>,
    /// `TURNPIKE_POLICY_GOLDEN` (`stricter`): how a module from a file must answer the golden cases.
    pub golden: GoldenAnswers,
    /// `TURNPIKE_POLICY_POLL` (`2s`): how often the file is looked at.
    pub poll: Duration,
}

/// How far a module may answer the golden cases otherwise than Turnpike's own rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GoldenAnswers {
    /// Not at all.
    Equal,
    /// It may refuse more.
    #[default]
    Stricter,
    /// It may decide as it likes about those who have the right to ask.
    Safe,
}

/// A SHA-256 digest in lower case; `None` when it is none.
#[must_use]
pub fn sha256(text: &str) -> Option<String> {
    let digest = text.trim().to_ascii_lowercase();
    (digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(digest)
}

impl PolicyConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let sha256 =
            layers.get_with(&SHA256, "SHA-256 digests of 64 hexadecimal digits, separated by commas", |text| {
                text.split(',').map(sha256).collect::<Option<Vec<String>>>()
            })?;
        let golden = layers.get_with(&GOLDEN, "`equal`, `stricter` or `safe`", |text| match text {
            "equal" => Some(GoldenAnswers::Equal),
            "stricter" => Some(GoldenAnswers::Stricter),
            "safe" => Some(GoldenAnswers::Safe),
            _ => None,
        })?;
        let poll: Duration = layers.get_or(&POLL, Duration::from_secs(2))?;
        if poll < Duration::from_millis(100) {
            return Err(layers.invalid(&POLL, "a duration of at least 100ms"));
        }
        Ok(Self {
            file: layers.get(&POLICY)?,
            sha256: sha256.unwrap_or_default(),
            golden: golden.unwrap_or_default(),
            poll,
        })
    }
}
