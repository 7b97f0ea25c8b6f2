//! What a run is made of.

use std::{path::PathBuf, time::Duration};

use clap::Parser;

/// Hosts under load, faults and kills; then the bill is computed once more, by other means.
#[derive(Clone, Debug, Parser)]
pub(crate) struct Settings {
    /// For how long there are load, faults and kills.
    #[arg(long, default_value_t = 10.0)]
    pub(crate) minutes: f64,
    /// Everything random comes from it.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many mandates there are. Stripe takes 200 quantity updates of each an hour.
    #[arg(long, default_value_t = 300)]
    pub(crate) mandates: usize,
    /// How many users ask at the same time.
    #[arg(long, default_value_t = 48)]
    pub(crate) users: usize,
    /// How many hosts run on the one database.
    #[arg(long, default_value_t = 2)]
    pub(crate) hosts: usize,
    /// Fails if fewer billing operations were settled; 1,000 for each minute unless given.
    #[arg(long)]
    pub(crate) at_least: Option<u64>,
    /// For how long a host holds an operation; a killed one's are taken over after it.
    #[arg(long, default_value = "60s")]
    pub(crate) lease: String,
    /// How many minutes there are, after the faults, to settle everything.
    #[arg(long, default_value_t = 10.0)]
    pub(crate) patience: f64,
    /// The URL of an administrator of PostgreSQL; a database is made for the run and dropped after it.
    #[arg(long, value_name = "URL")]
    pub(crate) postgres: String,
    /// PostgreSQL's own client.
    #[arg(long, value_name = "FILE", default_value = "psql")]
    pub(crate) psql: PathBuf,
    /// The service.
    #[arg(long, value_name = "FILE")]
    pub(crate) turnpike: PathBuf,
    /// Where logs of the hosts are kept.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) logs: PathBuf,
}

impl Settings {
    /// For how long there are load, faults and kills.
    pub(crate) fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.minutes * 60.0)
    }

    /// How many operations must have been settled.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand")]
    pub(crate) fn least_operations(&self) -> u64 {
        self.at_least.unwrap_or((self.minutes * 1000.0) as u64)
    }

    /// A seed for one part of the run, different from those of all others.
    pub(crate) fn seed_of(&self, part: u64) -> u64 {
        self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(part)
    }
}
