//! Which changes the next operation carries, and to which quantity, case by case.

use core_wasm::settings::Gate;
use turnpike::{
    ledger::{form, form::Formed},
    ports::store::{
        change::{ChangeKind, ChangeRecord},
        operation::Direction::{self, Lower, Raise},
    },
};

use super::change;

/// Changes in words: `a` activates, `r` restores, `e` ends, `l` leaves, `w` withdraws; capital letters wait for billing;
/// the instant comes after `@`. Their ids are their words.
fn queue(words: &str) -> Vec<ChangeRecord> {
    words
        .split_whitespace()
        .map(|word| {
            let kind = match word.chars().next().unwrap().to_ascii_lowercase() {
                'a' => ChangeKind::Activate,
                'r' => ChangeKind::Restore,
                'e' => ChangeKind::End,
                'l' => ChangeKind::Leave,
                'w' => ChangeKind::Withdraw,
                other => unreachable!("`{other}` is no kind"),
            };
            let gated = word.starts_with(|letter: char| letter.is_ascii_uppercase());
            change(word, kind, gated, word.rsplit('@').next().unwrap().parse().unwrap())
        })
        .collect()
}

/// Name, what waits, what is billed by our rows, what is confirmed, what is carried, direction, quantity, instant.
type Row = (&'static str, &'static str, i64, i64, Option<(&'static str, Direction, i64, i64)>);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("nothing waits", "", 3, 3, None),
    ("nothing for billing", "l1@1 w1@2", 3, 3, None),
    ("one activation", "A1@10", 3, 3, Some(("A1@10", Raise, 4, 10))),
    ("the first ever", "A1@10", 0, 0, Some(("A1@10", Raise, 1, 10))),
    ("three activations", "A1@10 A2@12 A3@11", 3, 3, Some(("A1@10 A2@12 A3@11", Raise, 6, 12))),
    ("a restore is one", "R1@10 A2@12", 3, 3, Some(("R1@10 A2@12", Raise, 5, 12))),
    ("one that does not wait is billed already", "a1@10", 4, 3, Some(("a1@10", Raise, 4, 10))),
    ("two of them", "a1@10 r2@11", 5, 3, Some(("a1@10 r2@11", Raise, 5, 11))),
    ("both kinds", "a1@10 A2@11", 4, 3, Some(("a1@10 A2@11", Raise, 5, 11))),
    ("one end", "e1@10", 3, 3, Some(("e1@10", Lower, 2, 10))),
    ("the last one", "e1@10", 1, 1, Some(("e1@10", Lower, 0, 10))),
    ("three ends, at the earliest", "e1@12 e2@10 e3@11", 3, 3, Some(("e1@12 e2@10 e3@11", Lower, 0, 10))),
    ("activations go first", "A1@10 e2@11 A3@12", 3, 3, Some(("A1@10 A3@12", Raise, 5, 12))),
    ("ends go first", "e1@10 A2@11 e3@12", 3, 3, Some(("e1@10 e3@12", Lower, 1, 10))),
    ("what is not for billing leads", "w1@1 l2@2 e3@3 A4@4", 3, 3, Some(("e3@3", Lower, 2, 3))),
    // Three were there, one of them ended, another came that did not wait: 4 by our rows, 3 confirmed.
    ("an end before one that did not wait", "e1@10 a2@20", 4, 3, Some(("e1@10", Lower, 2, 10))),
    ("one that did not wait before its end", "a1@10 e2@20", 4, 3, Some(("a1@10", Raise, 4, 10))),
    // The two sides differ.
    ("an end does not raise", "e1@10", 5, 2, Some(("e1@10", Lower, 2, 10))),
    ("an end lowers to what is there", "e1@10", 3, 9, Some(("e1@10", Lower, 2, 10))),
    ("no end goes below zero", "e1@10 e2@11", 1, 1, Some(("e1@10 e2@11", Lower, 0, 10))),
    ("a quantity is derived from rows alone", "A1@10", 3, 7, Some(("A1@10", Raise, 4, 10))),
];

#[test]
fn what_waits_is_formed() {
    for (name, words, billed, confirmed, expected) in ROWS {
        let expected = expected.map(|(carried, direction, to_quantity, at)| Formed {
            change_ids: carried.split_whitespace().map(str::to_owned).collect(),
            direction,
            gate: Gate::Quantity,
            from_quantity: *confirmed,
            to_quantity,
            proration_at: Some(at),
        });
        assert_eq!(form(&queue(words), *billed, *confirmed), expected, "{name}");
    }
}

#[test]
fn the_strictest_gate_holds_for_all_that_go_together() {
    let (none, taken, paid) = (None, Some(Gate::Quantity), Some(Gate::Payment));
    for (waiting, expected) in [
        ([none, none, none], Gate::Quantity),
        ([none, taken, none], Gate::Quantity),
        ([none, none, paid], Gate::Payment),
        ([paid, taken, taken], Gate::Payment),
        ([paid, paid, paid], Gate::Payment),
    ] {
        let queued: Vec<ChangeRecord> = queue("A1@1 A2@2 A3@3")
            .into_iter()
            .zip(waiting)
            .map(|(change, gate)| ChangeRecord { gate, ..change })
            .collect();
        assert_eq!(form(&queued, 3, 3).map(|formed| formed.gate), Some(expected), "{waiting:?}");
    }
    assert_eq!(form(&queue("e1@10"), 3, 3).map(|formed| formed.gate), Some(Gate::Quantity), "an end costs nothing");
}

#[test]
fn at_most_twenty_go_together_and_the_others_are_not_counted() {
    let ids = |kept: &[ChangeRecord]| kept.iter().map(|change| change.id.clone()).collect::<Vec<_>>();
    let many = |kind: char| queue(&(1..=25).map(|n| format!("{kind}{n}@{n} ")).collect::<String>());
    for (kind, billed, confirmed, to_quantity, at) in [
        ('A', 3, 3, 23, 20),
        // 25 that did not wait: five of them come later than the instant of this operation.
        ('a', 28, 3, 23, 20),
        ('e', 28, 28, 8, 1),
    ] {
        let waiting = many(kind);
        let formed = form(&waiting, billed, confirmed).unwrap();
        assert_eq!(formed.change_ids, ids(&waiting[..20]), "{kind}");
        assert_eq!((formed.to_quantity, formed.proration_at), (to_quantity, Some(at)), "{kind}");
    }
}
