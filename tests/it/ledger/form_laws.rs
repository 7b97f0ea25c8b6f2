//! Laws of forming, whatever waits.

use proptest::{collection::vec, prelude::*};
use turnpike::{
    ledger::form,
    ports::store::{
        change::{Batch, ChangeKind, ChangeRecord},
        operation::Direction,
    },
};

use super::change;

const KINDS: [ChangeKind; 6] = [
    ChangeKind::Activate,
    ChangeKind::Restore,
    ChangeKind::End,
    ChangeKind::Leave,
    ChangeKind::Share,
    ChangeKind::Withdraw,
];

fn direction_of(change: &ChangeRecord) -> Option<Direction> {
    match change.kind {
        ChangeKind::Activate | ChangeKind::Restore => Some(Direction::Raise),
        ChangeKind::End => Some(Direction::Lower),
        ChangeKind::Leave | ChangeKind::Share | ChangeKind::Withdraw => None,
    }
}

fn is_raise(change: &ChangeRecord) -> bool {
    direction_of(change) == Some(Direction::Raise)
}

/// Changes that wait: of all kinds, some of them quoted, and some of them in one of three batches.
fn waiting() -> impl Strategy<Value = Vec<ChangeRecord>> {
    let wish = (prop::sample::select(&KINDS[..]), any::<bool>(), any::<i32>(), 0..6_u8, 0..8_u8);
    vec(wish, 0..60).prop_map(|wishes| {
        let numbered = wishes.into_iter().enumerate();
        numbered
            .map(|(number, (kind, gated, at, batch, quote))| {
                let id = format!("c{number}");
                if batch < 3 {
                    return of_batch(&id, batch, kind);
                }
                let mut change = change(&id, kind, gated && kind != ChangeKind::End, i64::from(at));
                change.quote_id = (quote == 0).then(|| format!("q{number}"));
                change
            })
            .collect()
    })
}

/// A batch begins and ends instances, and waits for billing with all of it or with nothing.
fn of_batch(id: &str, batch: u8, kind: ChangeKind) -> ChangeRecord {
    let kind = if is_raise(&change(id, kind, false, 0)) { ChangeKind::Activate } else { ChangeKind::End };
    let mut change = change(id, kind, batch > 0, i64::from(batch));
    change.batch = Some(Batch { id: format!("b{batch}"), wish: None });
    change
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
        let first = queued.iter().find(|change| direction_of(change).is_some()).unwrap();
        let goes_along = |change: &&ChangeRecord| match (&first.batch, &first.quote_id) {
            (Some(batch), _) => change.batch.as_ref() == Some(batch),
            (None, Some(_)) => change.id == first.id,
            (None, None) => {
                change.batch.is_none() && change.quote_id.is_none() && direction_of(change) == direction_of(first)
            }
        };
        let most = if first.batch.is_some() { usize::MAX } else { 20 };
        let carried: Vec<&ChangeRecord> = queued.iter().filter(goes_along).take(most).collect();
        prop_assert_eq!(&formed.change_ids, &carried.iter().map(|change| change.id.clone()).collect::<Vec<_>>());
        let directions: Vec<_> = carried.iter().filter_map(|change| direction_of(change)).collect();
        let is_one = directions.iter().all(|direction| Some(direction) == directions.first());
        prop_assert_eq!(formed.direction, if is_one { directions[0] } else { Direction::Mixed });
        let instants = carried.iter().map(|change| change.effective_at);
        let instant = match formed.direction {
            Direction::Raise => instants.max(),
            Direction::Lower | Direction::Mixed => instants.min(),
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
            Direction::Raise | Direction::Mixed => prop_assert_eq!(one.to_quantity, two.to_quantity),
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
            let up = count(&carried, is_raise);
            prop_assert_eq!(formed.to_quantity, confirmed + up - (step - up));
            // What waits is on the bill from now on; ends, waiting or not, are off it.
            billed += count(&carried, |change| is_raise(change) && change.is_gated()) - (step - up);
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
