//! Checks every reachable state of the ledger's logic with two hosts and a provider that fails.
//!
//! The functions that are run are the host's own: `ledger::next`, `ledger::form`, `ledger::lease` and
//! `Outcome::applied_to`. What the store does is said in plain lines (`rows.rs`), and so is the provider (`provider.rs`).
//!
//! Taken for granted, and not checked: the store is one place with transactions. A request reaches the provider within a
//! day, and where it is doubled on its way only once more. The provider keeps a key for as long as it says; what it refused without saving (a date, a
//! faulty request) it refuses again under the same key. Nobody else writes quantities but who has newer rows, and the subscription stays.
#![expect(
    clippy::disallowed_methods,
    reason = "how long an exploration takes is measured with the machine's own clock"
)]

mod bounds;
mod canonical;
mod check;
mod logic;
mod plants;
mod provider;
mod reach;
mod records;
mod rows;
mod state;
mod world;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    bounds::{Bounds, Extent},
    check::{Explored, Found, I3},
    plants::Plant,
    world::INVARIANTS,
};

#[derive(Parser)]
#[command(about = "Checks every reachable state of the ledger's logic with two hosts and a provider that fails.")]
struct Args {
    /// How large a world is explored.
    #[arg(long, value_enum, default_value_t = Extent::Full)]
    bounds: Extent,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let mut all_well = true;
    let (mut states, mut generated) = (0, 0);
    for bounds in args.bounds.worlds() {
        let explored = explore(*bounds);
        all_well &= explored.holds();
        states += explored.unique;
        generated += explored.generated;
    }
    println!("planted faults");
    for plant in Plant::ALL {
        all_well &= look_for(*plant);
    }
    println!("{states} states ({generated} with repeats), {} planted faults", Plant::ALL.len());
    if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn explore(bounds: Bounds) -> Explored {
    println!("2 hosts, {bounds}");
    let explored = Explored::within(bounds);
    let Explored { unique, generated, depth, broken, reach, took } = &explored;
    println!("  {unique} states, {generated} with repeats, {} steps between them, depth {depth}", reach.steps);
    for name in INVARIANTS {
        match broken.iter().find(|(broken, _)| *broken == name) {
            None => println!("  holds   {name}"),
            Some((_, way)) => {
                println!("  BROKEN  {name}");
                way.iter().for_each(|step| println!("            {step:?}"));
            }
        }
    }
    match (reach.stuck, reach.in_circles) {
        (None, 0) => println!("  holds   {I3}"),
        (stuck, circles) => println!("  BROKEN  {I3}: stuck after {stuck:?} steps, {circles} states in circles"),
    }
    println!("  {:.1} s", took.as_secs_f64());
    explored
}

fn look_for(plant: Plant) -> bool {
    let found = Found::of(plant);
    match &found {
        Some(Found { by, steps }) => {
            let by = by.split(':').next().unwrap_or(by);
            println!("  found after {steps:>2} steps by {by}: {}", plant.words());
        }
        None => println!("  NOT FOUND: {} ({})", plant.words(), plant.bounds()),
    }
    found.is_some()
}
