//! The system's clock, new ids and chance: the only place that may ask the machine for them.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

use crate::ports::{
    clock::{Clock, Millis},
    ids::Ids,
    randomness::{Randomness, Secrets},
};

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else asks")]
    fn now(&self) -> Millis {
        // A clock set before 1970 reads 0, one set past the year 292 million its end.
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis::try_from(since_1970.as_millis()).unwrap_or(Millis::MAX)
    }
}

/// The machine's name, for people.
#[must_use]
pub fn machine() -> String {
    let told = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().or_else(|| std::env::var("HOSTNAME").ok());
    let name: String =
        told.unwrap_or_default().chars().filter(|c| !c.is_control() && !c.is_whitespace()).take(100).collect();
    if name.is_empty() { "unknown".to_owned() } else { name }
}

/// Version 7 UUIDs, which sort by the time they were made, within one process even inside the same millisecond.
#[derive(Clone, Copy, Debug, Default)]
pub struct Uuids;

impl Ids for Uuids {
    #[expect(clippy::disallowed_methods, reason = "this is where new ids come from")]
    fn next(&self) -> String {
        Uuid::now_v7().to_string()
    }
}

/// The system's dice.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemDice;

impl Randomness for SystemDice {
    fn below(&self, bound: i64) -> i64 {
        i64::from(roll()).checked_rem(bound).filter(|_| bound > 0).unwrap_or(0)
    }
}

/// The system's source of keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemSecrets;

impl Secrets for SystemSecrets {
    #[expect(clippy::disallowed_methods, reason = "this is where keys come from: a generator that the system seeds")]
    fn key(&self) -> [u8; 32] {
        rand::random()
    }
}

/// A random number, every value equally likely; for jitter, not for secrets.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where chance comes from")]
pub fn roll() -> u32 {
    rand::random()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let ids: Vec<String> = (0..1000).map(|_| Uuids.next()).collect();
        assert!(ids.is_sorted());
        let mut unique = ids.clone();
        unique.dedup();
        assert_eq!(unique, ids);
        assert!(ids.iter().all(|id| id.len() == 36 && id.as_bytes().get(14) == Some(&b'7')), "{:?}", ids.first());
    }

    #[test]
    fn the_clock_agrees_with_the_ids() {
        let before = SystemClock.now();
        let id = Uuids.next();
        let after = SystemClock.now();
        let stamp = i64::from_str_radix(&id.replace('-', "")[..12], 16).expect("hexadecimal");
        assert!((before..=after).contains(&stamp), "{before} {stamp} {after}");
    }
}
