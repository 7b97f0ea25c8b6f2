//! How far apart operations stand that are paid at once.

use core_wasm::settings::Gate::{self, Payment, Quantity};
use turnpike::{
    ledger::{
        form::Formed,
        spacing::{INVOICE_SPACING, spaced_until},
    },
    ports::store::operation::Direction,
};

use super::NOW;

fn formed(gate: Gate) -> Formed {
    Formed {
        change_ids: vec!["c1".to_owned()],
        direction: Direction::Raise,
        gate,
        from_quantity: 3,
        to_quantity: 4,
        proration_at: Some(NOW),
    }
}

#[test]
fn invoices_keep_their_distance_and_nothing_else_does() {
    const APART: i64 = INVOICE_SPACING;
    for (name, gate, last, expected) in [
        ("nothing went before", Payment, None, None),
        ("long ago", Payment, Some(NOW - 10 * APART), None),
        ("just far enough", Payment, Some(NOW - APART), None),
        ("a millisecond too near", Payment, Some(NOW - APART + 1), Some(NOW + 1)),
        ("now", Payment, Some(NOW), Some(NOW + APART)),
        ("by a clock that runs ahead", Payment, Some(NOW + 60_000), Some(NOW + APART)),
        ("at the end of time", Payment, Some(i64::MAX), Some(NOW + APART)),
        ("makes no invoice", Quantity, Some(NOW), None),
    ] {
        assert_eq!(spaced_until(&formed(gate), last, NOW), expected, "{name}");
    }
    const { assert!(60_000 / INVOICE_SPACING <= 10, "Stripe makes 10 invoices a minute at most") };
}
