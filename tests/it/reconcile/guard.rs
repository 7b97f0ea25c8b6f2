//! When nothing is repaired without asking.

use turnpike::{
    ports::store::check::Round,
    reconcile::{
        account::Standing,
        guard::{BETWEEN_LOWERINGS, Hold, MOST_DRIFTING, lowered_lately, may_repair},
    },
};

const SINCE: i64 = 1000;

#[test]
fn a_difference_is_repaired_when_all_were_looked_at_since_and_few_differ() {
    let cases = [
        (1, Some(SINCE), Standing::Ours, Ok(())),
        (MOST_DRIFTING, Some(SINCE + 1), Standing::Unknown, Ok(())),
        (1, Some(SINCE - 1), Standing::Ours, Err(Hold::RoundOpen)),
        (1, None, Standing::Ours, Err(Hold::RoundOpen)),
        (MOST_DRIFTING + 1, Some(SINCE), Standing::Ours, Err(Hold::ManyDrifting(MOST_DRIFTING + 1))),
        (1, Some(SINCE), Standing::Another, Err(Hold::AnotherAccount)),
    ];
    for (drifting, complete_since, account, expected) in cases {
        let round = Round { drifting, complete_since };
        assert_eq!(may_repair(round, SINCE, account), expected, "{round:?} {account:?}");
    }
}

#[test]
fn nobody_is_fought_with() {
    assert!(!lowered_lately(None, SINCE));
    assert!(lowered_lately(Some(SINCE), SINCE));
    assert!(lowered_lately(Some(SINCE), SINCE + BETWEEN_LOWERINGS - 1));
    assert!(!lowered_lately(Some(SINCE), SINCE + BETWEEN_LOWERINGS));
}
