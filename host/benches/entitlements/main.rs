//! What an entitlement check costs beside the cheapest answer that the same server gives: `GET /api/entitlements`, with and
//! without the tag of the answer before, and `GET /livez`.
//!
//! `cargo xtask bench entitlements`. The service runs as a process of its own on SQLite, with default settings but for
//! limits. Each way is driven in turn within each round, so that a change of the machine's mood meets all of them; the
//! share is the median of the rounds'. The load shares the machine with the service: shares carry over to other machines,
//! numbers of requests do not.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures with the machine's own clock")]

mod load;
mod service;
mod world;

use std::{error::Error, process::ExitCode, time::Duration};

use clap::Parser;

use self::{
    load::{Load, Ran},
    service::Service,
};

/// How many connections there are, each with one request at a time.
const CONNECTIONS: usize = 16;
/// Rounds, after one to warm up.
const ROUNDS: usize = 5;
/// The least share of the cheapest answer's rate that a check may have.
const LEAST_SHARE: f64 = 0.5;

#[derive(Parser)]
struct Args {
    /// For how many seconds each way is driven in a round.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Whatever the share is, it is no failure.
    #[arg(long)]
    any_share: bool,
    /// What cargo says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let Args { seconds, any_share, .. } = Args::parse();
    let service = Service::start()?;
    let asks = world::asks(&service.token()?);
    let each = Duration::from_secs_f64(seconds);
    // One core for the load, whatever the service takes.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let rounds: Vec<[Ran; 3]> = runtime.block_on(async {
        let load = Load::to(service.address);
        let mut rounds = Vec::new();
        for _ in 0..=ROUNDS {
            rounds.push([
                load.run(CONNECTIONS, each, &[world::hello()], false).await?,
                load.run(CONNECTIONS, each, &asks, false).await?,
                load.run(CONNECTIONS, each, &asks, true).await?,
            ]);
        }
        Ok::<_, Box<dyn Error>>(rounds.split_off(1))
    })?;

    println!("{CONNECTIONS} connections, {ROUNDS} rounds of {seconds} s each way");
    println!("{:<36}{:>12}{:>10}{:>10}{:>8}", "", "requests/s", "p50 µs", "p99 µs", "share");
    let mut least = f64::INFINITY;
    for (way, name) in ["GET /livez", "GET /api/entitlements", "the same with If-None-Match: 304"].iter().enumerate() {
        let all = Ran::together(rounds.iter().map(|round| &round[way]));
        let share = median(rounds.iter().map(|round| round[way].rate() / round[0].rate()).collect());
        least = least.min(share);
        let [p50, p99] = [0.5, 0.99].map(|part| all.micros_below(part));
        println!("{name:<36}{:>12.0}{p50:>10}{p99:>10}{share:>8.2}", all.rate());
    }
    let is_enough = least >= LEAST_SHARE;
    println!(
        "a check has at least {LEAST_SHARE} of the cheapest answer's rate: {}",
        if is_enough { "yes" } else { "no" }
    );
    Ok(if is_enough || any_share { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
