//! Random faults: a function of the seed and of the request's number, so that a run can be had again.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// How often a fault happens.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The share of all requests, from 0 to 1.
    pub share: f64,
    /// What happens to them.
    pub fault: Fault,
}

/// Random faults of one seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Random {
    seed: u64,
    rates: Vec<Rate>,
}

/// Why rates cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum RandomError {
    /// A share is no number from 0 to 1.
    #[error("the share `{0}` is not between 0 and 1")]
    Share(f64),
    /// All together are more than 1.
    #[error("the shares are `{0}` together, and must be at most 1")]
    Sum(f64),
}

impl Random {
    /// Faults at these rates; a request that none of them meets passes.
    ///
    /// # Errors
    /// A share is no share, or all together are more than everything.
    pub fn new(seed: u64, rates: Vec<Rate>) -> Result<Self, RandomError> {
        if let Some(rate) = rates.iter().find(|rate| !(0.0..=1.0).contains(&rate.share)) {
            return Err(RandomError::Share(rate.share));
        }
        let sum: f64 = rates.iter().map(|rate| rate.share).sum();
        // Shares such as ten times 0.1 add up to a little more than 1.
        if sum > 1.0 + 1e-9 { Err(RandomError::Sum(sum)) } else { Ok(Self { seed, rates }) }
    }

    /// What happens to the request with this number.
    #[must_use]
    pub fn fault(&self, number: u64) -> Fault {
        // A generator for each number: what happens to one request does not hang on how many others came before it.
        let mut generator = StdRng::seed_from_u64(self.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut left: f64 = generator.random_range(0.0..1.0);
        for rate in &self.rates {
            if left < rate.share {
                return rate.fault;
            }
            left -= rate.share;
        }
        Fault::Pass
    }
}
