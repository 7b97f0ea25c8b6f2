//! The load: users who activate, give up, restore, repeat and withdraw, each for itself.

mod client;
mod known;
mod user;

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use tokio::{sync::watch, task::JoinSet};

use self::{client::Client, known::Known, user::User};
use crate::{
    hosts::Hosts,
    scenery::{Scenery, user_id},
    settings::Settings,
    tally::Tally,
    tokens,
};

/// Stripe takes 200 quantity updates of a subscription in an hour; ends that are tried again need some of them too.
const MOST_CHANGES: u32 = 130;

/// What all users share.
#[derive(Debug)]
struct Town {
    scenery: Arc<Scenery>,
    known: Vec<Known>,
    /// Changes asked for, by mandate.
    asked: Vec<AtomicU32>,
}

impl Town {
    /// Whether a mandate has room for one more change.
    fn admits(&self, mandate: usize) -> bool {
        self.asked[mandate].fetch_add(1, Ordering::Relaxed) < MOST_CHANGES
    }
}

/// Runs all users until told to stop, and until what they asked for is answered.
pub(crate) async fn run(
    settings: &Settings,
    scenery: Arc<Scenery>,
    hosts: Arc<Hosts>,
    tally: Arc<Tally>,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let count = scenery.mandates.len();
    let town = Arc::new(Town {
        known: (0..count).map(|_| Known::default()).collect(),
        asked: (0..count).map(|_| AtomicU32::new(0)).collect(),
        scenery,
    });
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build()?;
    let mut users = JoinSet::new();
    for number in 0..settings.users {
        let client = Client::new(http.clone(), Arc::clone(&hosts), Arc::clone(&tally), tokens::of(&user_id(number))?);
        let seed = settings.seed_of(1_000 + u64::try_from(number)?);
        let user = User::new(number, seed, client, Arc::clone(&town), Arc::clone(&tally));
        users.spawn(user.live(stop.clone()));
    }
    while let Some(ended) = users.join_next().await {
        ended?;
    }
    Ok(())
}
