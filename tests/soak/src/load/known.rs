//! What the users of a mandate know of its instances, from the answers they got.

use std::sync::{Mutex, PoisonError};

use rand::{RngExt, rngs::StdRng};

/// An instance: its id and its feature.
pub(super) type Instance = (String, String);

/// The instances of one mandate.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<Lists>);

#[derive(Debug, Default)]
struct Lists {
    living: Vec<Instance>,
    ended: Vec<Instance>,
}

impl Known {
    fn lists<T>(&self, on: impl FnOnce(&mut Lists) -> T) -> T {
        on(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn lives(&self, id: &str, feature: &str) {
        self.lists(|lists| {
            if !lists.living.iter().any(|(known, _)| known == id) {
                lists.living.push((id.to_owned(), feature.to_owned()));
            }
        });
    }

    pub(super) fn ended(&self, instance: Instance) {
        self.lists(|lists| lists.ended.push(instance));
    }

    pub(super) fn living(&self) -> usize {
        self.lists(|lists| lists.living.len())
    }

    /// Takes one that lives.
    pub(super) fn take_living(&self, random: &mut StdRng) -> Option<Instance> {
        self.lists(|lists| take(&mut lists.living, random))
    }

    /// Takes one that ended.
    pub(super) fn take_ended(&self, random: &mut StdRng) -> Option<Instance> {
        self.lists(|lists| take(&mut lists.ended, random))
    }
}

fn take(list: &mut Vec<Instance>, random: &mut StdRng) -> Option<Instance> {
    (!list.is_empty()).then(|| list.swap_remove(random.random_range(0..list.len())))
}
