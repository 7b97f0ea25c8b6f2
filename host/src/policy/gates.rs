//! What a module that comes from outside must show before it decides: pin, form, golden cases, fuel.

use std::collections::BTreeMap;

use core_wasm::{
    compact,
    question::{Answer, Call},
    reason::Reason,
};

use super::{
    CaseFuel, Demand, Limits, LoadError, Policy, PolicyError,
    answers::all_reasons,
    fit,
    golden::{self, Golden},
    hex_sha256,
};

/// Fuel that one golden case may take, in either form: some seven times what Turnpike's own rules need for the dearest of them.
pub const GOLDEN_FUEL: u64 = 2_000_000;

/// Faults that are listed; a module that fails so often is told apart by none of the rest.
const MOST_FAULTS: usize = 20;

/// What is asked of a module before it decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gates {
    /// SHA-256 digests in lower-case hexadecimal, one of which it must have; empty: any.
    pub pins: Vec<String>,
    /// How it must answer the golden cases.
    pub demand: Demand,
}

/// What the golden cases showed of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// How many cases were asked.
    pub cases: usize,
    /// The cases that it answers otherwise than Turnpike's rules, but as is demanded.
    pub otherwise: Vec<String>,
    /// What stands against it, by case; at most 20 are looked for.
    pub faults: Vec<(String, CaseFault)>,
    /// Fuel of each case that was answered, in order of the cases.
    pub fuel: Vec<(String, CaseFuel)>,
    /// How many cases reached a reason, by its code; one of the operator's own by `custom:` and the rule's name.
    pub reasons: BTreeMap<String, usize>,
}

/// What stands against a module in one case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaseFault {
    /// No answer, or none of the right form.
    #[error("{0}")]
    NoAnswer(String),
    /// An answer that must not be given.
    #[error("{0}")]
    Wrong(&'static str),
    /// More fuel than a case may take.
    #[error("its units of fuel are {fuel}, at most {GOLDEN_FUEL} are allowed")]
    Fuel {
        /// What it took.
        fuel: CaseFuel,
    },
}

impl Gates {
    /// Loads a module if it passes everything.
    ///
    /// # Errors
    /// The first thing that stands against it, in the same words at start, at a swap and on the command line.
    pub fn admit(&self, bytes: &[u8], limits: Limits) -> Result<Policy, LoadError> {
        let policy = self.load(bytes, limits)?;
        match self.examine_until(&policy, 1)?.faults.into_iter().next() {
            None => Ok(policy),
            Some((case, fault)) => Err(LoadError::Golden { case, fault }),
        }
    }

    /// Loads a module and asks it every case, whatever it answers.
    ///
    /// # Errors
    /// When it is not the pinned one or cannot be loaded at all.
    pub fn examine(&self, bytes: &[u8], limits: Limits) -> Result<(Policy, Examination), LoadError> {
        let policy = self.load(bytes, limits)?;
        let examination = self.examine_until(&policy, MOST_FAULTS)?;
        Ok((policy, examination))
    }

    /// Whether a module of this digest may decide here.
    ///
    /// # Errors
    /// [`LoadError::Pinned`] when another one is pinned.
    pub fn pinned(&self, digest: &str) -> Result<(), LoadError> {
        if self.pins.is_empty() || self.pins.iter().any(|pin| pin == digest) {
            return Ok(());
        }
        Err(LoadError::Pinned { found: digest.to_owned(), pins: self.pins.clone() })
    }

    fn load(&self, bytes: &[u8], limits: Limits) -> Result<Policy, LoadError> {
        self.pinned(&hex_sha256(bytes))?;
        Policy::load(bytes, limits)
    }

    fn examine_until(&self, policy: &Policy, most_faults: usize) -> Result<Examination, LoadError> {
        let cases = golden::cases().map_err(LoadError::Cases)?;
        let mut examination = Examination {
            cases: 0,
            otherwise: Vec::new(),
            faults: Vec::new(),
            fuel: Vec::with_capacity(cases.len()),
            reasons: BTreeMap::new(),
        };
        for case in cases {
            if examination.faults.len() >= most_faults {
                break;
            }
            examination.take(self.demand, policy, case);
        }
        Ok(examination)
    }
}

impl Examination {
    /// The most that a case took, with its name.
    #[must_use]
    pub fn dearest(&self) -> Option<&(String, CaseFuel)> {
        self.fuel.iter().max_by_key(|(_, fuel)| fuel.most())
    }

    /// What half of the cases stay below, each in its dearer form.
    #[must_use]
    pub fn median_fuel(&self) -> u64 {
        let mut fuel: Vec<u64> = self.fuel.iter().map(|(_, fuel)| fuel.most()).collect();
        fuel.sort_unstable();
        fuel.get(fuel.len() / 2).copied().unwrap_or_default()
    }

    fn take(&mut self, demand: Demand, policy: &Policy, case: Golden) {
        self.cases += 1;
        let (answer, fuel) = match answered(policy, &case) {
            Ok(answered) => answered,
            Err(error) => return self.faults.push((case.name, CaseFault::NoAnswer(error.to_string()))),
        };
        self.fuel.push((case.name.clone(), fuel));
        for reason in reasons(&answer) {
            let code = match reason {
                Reason::Custom { rule, .. } => format!("custom:{rule}"),
                reason => reason.profile().code.to_owned(),
            };
            *self.reasons.entry(code).or_default() += 1;
        }
        if let Err(fault) = demand.accepts(&case.answer, &answer) {
            self.faults.push((case.name, CaseFault::Wrong(fault)));
        } else if fuel.most() > GOLDEN_FUEL {
            self.faults.push((case.name, CaseFault::Fuel { fuel }));
        } else if answer != case.answer {
            self.otherwise.push(case.name);
        }
    }
}

/// The answer in its form, and what it took.
fn answered(policy: &Policy, case: &Golden) -> Result<(Answer, CaseFuel), PolicyError> {
    let output = policy.call(&case.call)?;
    let answer: Answer = serde_json::from_slice(&output.bytes).map_err(PolicyError::NotAnAnswer)?;
    let mut fuel = CaseFuel { json: output.fuel, compact: None };
    if let Some(question) = &case.question {
        fit::answer(&answer, question)?;
        fuel.compact = in_the_compact_form(policy, &case.call, &answer)?;
    }
    Ok((answer, fuel))
}

/// Decisions are asked in the compact form where a module has it: what was shown in JSON must hold there too. What it took.
fn in_the_compact_form(policy: &Policy, call: &[u8], answer: &Answer) -> Result<Option<u64>, PolicyError> {
    if !policy.reads_compact() {
        return Ok(None);
    }
    let call: Call = serde_json::from_slice(call).map_err(PolicyError::Unwritable)?;
    let output = policy.call_compact(&compact::to_vec(&call))?;
    let compact: Answer = compact::from_slice(&output.bytes).map_err(PolicyError::NotACompactAnswer)?;
    if compact == *answer { Ok(Some(output.fuel)) } else { Err(PolicyError::FormsDiffer) }
}

/// The reasons in an answer, each code once.
fn reasons(answer: &Answer) -> Vec<&Reason> {
    let mut reasons = all_reasons(answer);
    let mut met = Vec::new();
    reasons.retain(|reason| {
        let key = match reason {
            Reason::Custom { rule, .. } => ("custom", rule.as_str()),
            reason => (reason.profile().code, ""),
        };
        let is_new = !met.contains(&key);
        met.push(key);
        is_new
    });
    reasons
}
