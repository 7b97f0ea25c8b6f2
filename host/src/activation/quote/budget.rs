//! How many previews one mandate may ask of the billing provider: a bound per host and minute.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use crate::{activation::Limited, ports::clock::Millis};

/// Most previews per mandate within [`WINDOW`].
const MOST: usize = 30;
/// A minute.
const WINDOW: Millis = 60 * 1000;

/// When each mandate's last previews were asked for.
#[derive(Debug, Default)]
pub(in crate::activation) struct PreviewBudget {
    asked: Mutex<HashMap<String, VecDeque<Millis>>>,
}

impl PreviewBudget {
    /// Takes one preview of a mandate's share.
    ///
    /// # Errors
    /// When it is used up.
    pub(super) fn take(&self, mandate_id: &str, now: Millis) -> Result<(), Limited> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |at: &Millis| now.saturating_sub(*at) >= WINDOW;
        asked.retain(|_, instants| instants.back().is_some_and(|last| !is_over(last)));
        let instants = asked.entry(mandate_id.to_owned()).or_default();
        while instants.front().is_some_and(is_over) {
            instants.pop_front();
        }
        match instants.front() {
            Some(first) if instants.len() >= MOST => {
                let wait = WINDOW.saturating_sub(now.saturating_sub(*first)).max(1);
                Err(Limited { retry_after_seconds: u64::try_from(wait).unwrap_or(1).div_ceil(1000) })
            }
            _ => {
                instants.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mandate_has_its_share_of_each_minute() {
        let budget = PreviewBudget::default();
        for _ in 0..MOST {
            assert_eq!(budget.take("m1", 1_000), Ok(()));
        }
        assert_eq!(budget.take("m1", 31_000), Err(Limited { retry_after_seconds: 30 }));
        assert_eq!(budget.take("m2", 31_000), Ok(()));
        assert_eq!(budget.take("m1", 61_000), Ok(()));
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let budget = PreviewBudget::default();
        for n in 0..1000 {
            budget.take(&format!("m{n}"), n).unwrap();
        }
        budget.take("m0", 1000 + WINDOW).unwrap();
        assert_eq!(budget.asked.lock().unwrap().len(), 1);
    }
}
