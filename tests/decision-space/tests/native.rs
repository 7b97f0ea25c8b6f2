//! The rules, compiled natively, against every situation of the tables; and that these are as many and the same as ever.

use std::collections::HashSet;

use core_wasm::wire;
use decision_space::{Fingerprint, tables};

/// Differences that are printed before a test gives up.
const MOST_SHOWN: usize = 10;

#[test]
fn the_rules_answer_every_situation_as_the_tables_do() {
    let mut different = Vec::new();
    for table in tables().unwrap() {
        table
            .each(&mut |situation| {
                let answer = String::from_utf8(wire::answer(situation.call.as_bytes())).map_err(|e| e.to_string())?;
                if answer != situation.answer {
                    let what = situation.described();
                    different.push(format!(
                        "{what}\n  expected {}\n  answered {answer}\n  to {}",
                        situation.answer, situation.call
                    ));
                }
                if different.len() < MOST_SHOWN { Ok(()) } else { Err("too many".to_owned()) }
            })
            .unwrap_or_else(|fault| different.push(format!("{}: {fault}", table.name)));
    }
    assert!(different.is_empty(), "{}", different.join("\n\n"));
}

#[test]
fn no_table_has_a_situation_twice_and_all_are_pinned() {
    let mut fingerprint = Fingerprint::default();
    for table in tables().unwrap() {
        let mut calls = HashSet::new();
        table
            .each(&mut |situation| {
                fingerprint.add(situation);
                let is_new = calls.insert(situation.call.to_owned());
                if is_new { Ok(()) } else { Err(format!("{} is there already", situation.described())) }
            })
            .unwrap_or_else(|fault| panic!("{}: {fault}", table.name));
        println!("{:>7}  {}", calls.len(), table.name);
    }
    let (situations, digest) = fingerprint.finish();
    let made = format!("{situations} situations\nsha256 {digest}\n");
    assert_eq!(
        include_str!("../space.txt"),
        made,
        "the space is another: put this into space.txt if it is meant to be"
    );
}
