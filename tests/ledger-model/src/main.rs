//! Checks every reachable state of the ledger's logic with two hosts and a provider that fails.

mod bounds;
mod canonical;
mod logic;
mod plants;
mod provider;
mod records;
mod rows;
mod state;
mod world;

use stateright::{Checker, Model};

fn main() {
    let args: Vec<u8> = std::env::args().skip(1).map(|a| a.parse().unwrap()).collect();
    let bounds = bounds::Bounds { changes: args[0].into(), faults: args[1], stops: args[2], days: args[3] };
    let planted = args.get(4).map(|n| plants::Plant::ALL[*n as usize]);
    let start = std::time::Instant::now();
    let checker = world::World { bounds, logic: logic::Logic { planted } }.checker().threads(2).spawn_bfs().join();
    println!("{bounds:?} {planted:?} states {} unique {} depth {} in {:?}", checker.state_count(), checker.unique_state_count(), checker.max_depth(), start.elapsed());
    for (name, path) in checker.discoveries() {
        println!("{name}");
        for (s, a) in path.into_vec() { println!("   {s:?}\n {a:?}"); }
    }
}
