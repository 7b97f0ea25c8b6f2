//! How fast the provider is read, by a clock that stands until it is moved.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use turnpike::{
    ports::clock::{Clock, Millis},
    reconcile::pace::{Pace, reads_per_second},
};

struct Driven(AtomicI64);

impl Clock for Driven {
    fn now(&self) -> Millis {
        self.0.load(Ordering::SeqCst)
    }
}

#[test]
fn reads_stay_within_half_of_what_is_allowed() {
    for (is_live, allowed) in [(false, 25), (true, 100)] {
        let rate = reads_per_second(is_live);
        assert!(rate.get() * 2 <= allowed);
        let clock = Arc::new(Driven(AtomicI64::new(1_800_000_000_000)));
        let pace = Pace::new(clock.clone(), rate);
        // Asked every millisecond for ten seconds: no second sees more than the rate, and nothing is wasted.
        let mut taken = Vec::new();
        for _ in 0..10_000 {
            if pace.take().is_ok() {
                taken.push(clock.now());
            }
            clock.0.fetch_add(1, Ordering::SeqCst);
        }
        let rate = usize::try_from(rate.get()).unwrap();
        for window in taken.windows(rate + 1) {
            assert!(window[rate] - window[0] >= 1000, "{} reads within a second", rate + 1);
        }
        assert_eq!(taken.len(), rate * 10);
    }
}

#[test]
fn a_long_rest_saves_nothing_up() {
    let clock = Arc::new(Driven(AtomicI64::new(1_800_000_000_000)));
    let pace = Pace::new(clock.clone(), reads_per_second(false));
    clock.0.fetch_add(3_600_000, Ordering::SeqCst);
    assert_eq!(pace.take(), Ok(()));
    let wait = pace.take().expect_err("too soon");
    assert_eq!(wait.as_millis(), 100);
}
