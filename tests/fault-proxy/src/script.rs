//! Planned faults: an ordered list; the first that meets a request is used for it.

use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// One planned fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Which requests it meets; without it, all.
    #[serde(default, rename = "match")]
    pub matches: Matches,
    /// How often it is used; once unless said otherwise.
    #[serde(default)]
    pub times: Times,
    /// What happens to them.
    pub fault: Fault,
}

/// Which requests a rule meets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matches {
    /// The HTTP method, in capitals; none means any.
    #[serde(default)]
    pub method: Option<String>,
    /// What the path begins with; none means any.
    #[serde(default)]
    pub path: Option<String>,
}

/// How often a rule is used: a number, or `"forever"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Times {
    /// This often.
    Count(u32),
    /// Until all rules are forgotten.
    Unlimited(Forever),
}

/// The word `forever`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forever {
    /// Until all rules are forgotten.
    Forever,
}

impl Default for Times {
    fn default() -> Self {
        Self::Count(1)
    }
}

impl Rule {
    /// A fault for the next request whose method and path fit.
    #[must_use]
    pub fn once(method: &str, path: &str, fault: Fault) -> Self {
        Self::times(1, method, path, fault)
    }

    /// A fault for the next `count` requests whose method and path fit.
    #[must_use]
    pub fn times(count: u32, method: &str, path: &str, fault: Fault) -> Self {
        let matches = Matches { method: Some(method.to_owned()), path: Some(path.to_owned()) };
        Self { matches, times: Times::Count(count), fault }
    }

    /// A fault for every request whose method and path fit.
    #[must_use]
    pub fn forever(method: &str, path: &str, fault: Fault) -> Self {
        Self { times: Times::Unlimited(Forever::Forever), ..Self::once(method, path, fault) }
    }
}

impl Matches {
    fn meets(&self, method: &str, path: &str) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted == method)
            && self.path.as_ref().is_none_or(|prefix| path.starts_with(prefix))
    }
}

/// The rules that are left.
#[derive(Debug, Default)]
pub(crate) struct Script(Vec<Rule>);

impl Script {
    pub(crate) fn add(&mut self, rule: Rule) {
        self.0.push(rule);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn left(&self) -> usize {
        self.0.len()
    }

    /// The fault for a request, used up by one.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<Fault> {
        let usable = |rule: &Rule| rule.times != Times::Count(0) && rule.matches.meets(method, path);
        let at = self.0.iter().position(usable)?;
        let rule = self.0.get_mut(at)?;
        let fault = rule.fault;
        if let Times::Count(left) = &mut rule.times {
            *left -= 1;
            if *left == 0 {
                self.0.remove(at);
            }
        }
        Some(fault)
    }
}
