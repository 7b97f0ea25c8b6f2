//! The hosts on one database: killed at random, started again.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    sync::{
        RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::ensure;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::Value;
use tokio::{
    sync::{Mutex, watch},
    time::{sleep, timeout},
};

use crate::host::{Host, Setup};

/// Places for hosts; a place whose host was killed is empty for a while.
#[derive(Debug)]
pub(crate) struct Hosts {
    setup: Setup,
    logs: PathBuf,
    places: Vec<Place>,
    started: AtomicU64,
    /// How many were killed.
    pub(crate) kills: AtomicU64,
}

#[derive(Debug, Default)]
struct Place {
    host: Mutex<Option<Host>>,
    url: RwLock<Option<String>>,
}

impl Hosts {
    pub(crate) async fn start(setup: Setup, logs: PathBuf, count: usize) -> anyhow::Result<Self> {
        let places = (0..count).map(|_| Place::default()).collect();
        let hosts = Self { setup, logs, places, started: AtomicU64::new(0), kills: AtomicU64::new(0) };
        hosts.fill().await?;
        Ok(hosts)
    }

    /// The address of one of the hosts, as a balancer would choose it: that of the next one where this one is known to be
    /// away. `None` when all of them are.
    pub(crate) fn url(&self, which: usize) -> Option<String> {
        let from = which % self.places.len();
        let round = self.places.iter().cycle().skip(from).take(self.places.len());
        round.filter_map(|place| place.url.read().ok()?.clone()).next()
    }

    /// Starts hosts in all empty places.
    pub(crate) async fn fill(&self) -> anyhow::Result<()> {
        for place in &self.places {
            let mut host = place.host.lock().await;
            if host.is_none() {
                let number = self.started.fetch_add(1, Ordering::Relaxed);
                let started = self.setup.serve(&self.logs.join(format!("host-{number}.log"))).await?;
                if let Ok(mut url) = place.url.write() {
                    *url = Some(started.url.clone());
                }
                *host = Some(started);
            }
        }
        Ok(())
    }

    /// Kills hosts and starts them again until told to stop. Now and then all of them at once.
    pub(crate) async fn harass(
        &self,
        seed: u64,
        pauses: (Duration, Duration),
        mut stop: watch::Receiver<bool>,
    ) -> anyhow::Result<()> {
        let mut random = StdRng::seed_from_u64(seed);
        loop {
            let pause = random.random_range(pauses.0..pauses.1);
            let which = random.random_range(0..self.places.len());
            let all = random.random_bool(0.15);
            let away = Duration::from_millis(random.random_range(0..3_000));
            if timeout(pause, stop.wait_for(|stop| *stop)).await.is_ok() {
                return self.fill().await;
            }
            for (number, place) in self.places.iter().enumerate().filter(|(number, _)| all || *number == which) {
                if let Some(mut host) = place.host.lock().await.take() {
                    ensure!(!host.has_ended(), "the host in place {number} ended by itself");
                    host.kill().await?;
                    if let Ok(mut url) = place.url.write() {
                        *url = None;
                    }
                    self.kills.fetch_add(1, Ordering::Relaxed);
                }
            }
            sleep(away).await;
            self.fill().await?;
        }
    }

    /// Ends all of them.
    pub(crate) async fn end(&self) -> anyhow::Result<()> {
        for place in &self.places {
            if let Some(mut host) = place.host.lock().await.take() {
                ensure!(!host.has_ended(), "a host ended by itself");
                host.kill().await?;
            }
        }
        Ok(())
    }

    /// What the hosts logged as a warning or an error, counted by message.
    pub(crate) fn complaints(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for number in 0..self.started.load(Ordering::Relaxed) {
            let log = fs::read_to_string(self.logs.join(format!("host-{number}.log"))).unwrap_or_default();
            for line in log.lines() {
                let Ok(entry) = serde_json::from_str::<Value>(line) else {
                    *counts.entry(format!("not JSON: {line}")).or_default() += 1;
                    continue;
                };
                let level = entry["level"].as_str().unwrap_or_default();
                if ["WARN", "ERROR"].contains(&level) {
                    let fields = entry.get("fields").unwrap_or(&entry);
                    let message = fields["message"].as_str().unwrap_or_default();
                    *counts.entry(format!("{level} {message}")).or_default() += 1;
                }
            }
        }
        counts
    }
}
