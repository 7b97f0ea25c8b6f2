//! Laws of forming, whatever waits.

use proptest::{collection::vec, prelude::*};
use turnpike::{
    ledger::form,
    ports::store::{
        change::{ChangeKind, ChangeRecord},
        operation::Direction,
    },
};

use super::change;

const KINDS: [ChangeKind; 5] =
    [ChangeKind::Activate, ChangeKind::Restore, ChangeKind::End, ChangeKind::Leave, ChangeKind::Withdraw];

fn direction_of(change: &ChangeRecord) -> Option<Direction> {
    match change.kind {
        ChangeKind::Activate | ChangeKind::Restore => Some(Direction::Raise),
        ChangeKind::End => Some(Direction::Lower),
        ChangeKind::Leave | ChangeKind::Withdraw => None,
    }
}

fn is_raise(change: &ChangeRecord) -> bool {
    direction_of(change) == Some(Direction::Raise)
}

fn waiting() -> impl Strategy<Value = Vec<ChangeRecord>> {
    vec((prop::sample::select(&KINDS[..]), any::<bool>(), any::<i32>()), 0..60).prop_map(|wishes| {
        let numbered = wishes.into_iter().enumerate();
        numbered
            .map(|(number, (kind, gated, at))| {
                change(&format!("c{number}"), kind, gated && kind != ChangeKind::End, i64::from(at))
            })
            .collect()
    })
}

fn count(queued: &[ChangeRecord], wanted: impl Fn(&ChangeRecord) -> bool) -> i64 {
    i64::try_from(queued.iter().filter(|change| wanted(change)).count()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_operation_carries_the_oldest_of_one_direction(queued in waiting(), billed in 0..99_i64, confirmed in 0..99_i64) {
        let Some(formed) = form(&queued, billed, confirmed) else {
            prop_assert!(queued.iter().all(|change| direction_of(change).is_none()));
            return Ok(());
        };
        prop_assert_eq!(Some(formed.direction), queued.iter().find_map(direction_of));
        let carried: Vec<&ChangeRecord> =
            queued.iter().filter(|change| direction_of(change) == Some(formed.direction)).take(20).collect();
        prop_assert_eq!(&formed.change_ids, &carried.iter().map(|change| change.id.clone()).collect::<Vec<_>>());
        let instants = carried.iter().map(|change| change.effective_at);
        let instant = match formed.direction {
            Direction::Raise => instants.max(),
            Direction::Lower => instants.min(),
        };
        prop_assert_eq!(formed.proration_at, instant);
        prop_assert_eq!(formed.from_quantity, confirmed);
        prop_assert!(formed.to_quantity >= 0);
    }

    #[test]
    fn a_quantity_is_derived_from_our_rows_and_an_end_never_raises(
        queued in waiting(), billed in 0..99_i64, confirmed in 0..99_i64, other in 0..99_i64,
    ) {
        let (Some(one), Some(two)) = (form(&queued, billed, confirmed), form(&queued, billed, other)) else {
            return Ok(());
        };
        match one.direction {
            Direction::Raise => prop_assert_eq!(one.to_quantity, two.to_quantity),
            Direction::Lower => {
                prop_assert!(one.to_quantity <= confirmed);
                let lower = form(&queued, billed, i64::MAX).map(|formed| formed.to_quantity.min(confirmed));
                prop_assert_eq!(Some(one.to_quantity), lower);
            }
        }
    }

    /// Where both sides agree, every operation moves the quantity by just what it carries, and in the end they agree
    /// again.
    #[test]
    fn a_queue_is_worked_off_step_by_step(queued in waiting(), kept in 0..30_i64) {
        let mut queued: Vec<_> = queued.into_iter().filter(|change| direction_of(change).is_some()).collect();
        let raised = count(&queued, is_raise);
        let ended = count(&queued, |change| !is_raise(change));
        // Ended instances that billing was not told of yet are among the billed, and so is what does not wait for it.
        let mut confirmed = kept + ended;
        let mut billed = confirmed + count(&queued, |change| is_raise(change) && !change.is_gated());
        while let Some(formed) = form(&queued, billed, confirmed) {
            let (carried, rest): (Vec<_>, Vec<_>) =
                queued.into_iter().partition(|change| formed.change_ids.contains(&change.id));
            let step = i64::try_from(carried.len()).unwrap();
            match formed.direction {
                Direction::Raise => {
                    prop_assert_eq!(formed.to_quantity, confirmed + step);
                    billed += count(&carried, ChangeRecord::is_gated);
                }
                Direction::Lower => {
                    prop_assert_eq!(formed.to_quantity, confirmed - step);
                    billed -= step;
                }
            }
            confirmed = formed.to_quantity;
            queued = rest;
        }
        prop_assert!(queued.is_empty());
        prop_assert_eq!((billed, confirmed), (kept + raised, kept + raised));
    }

    #[test]
    fn no_number_is_too_large(queued in waiting(), billed in any::<i64>(), confirmed in any::<i64>()) {
        if let Some(formed) = form(&queued, billed, confirmed) {
            prop_assert!(formed.to_quantity >= 0);
        }
    }
}
