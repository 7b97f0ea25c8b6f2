//! What one user does: one thing after the other, at random, in the mandates it administers.

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::json;
use tokio::{sync::watch, time::sleep};

use super::{
    Town,
    client::{Client, Reply},
};
use crate::{scenery::FEATURES, tally::Tally};

/// From so many instances on, a mandate gives up more than it activates.
const MANY: usize = 6;
/// How often a request with a key is sent again until its answer is clear.
const REPEATS: usize = 4;

/// One user.
pub(super) struct User {
    number: usize,
    random: StdRng,
    client: Client,
    town: Arc<Town>,
    tally: Arc<Tally>,
    mandates: Vec<usize>,
    keys: u64,
}

impl User {
    pub(super) fn new(number: usize, seed: u64, client: Client, town: Arc<Town>, tally: Arc<Tally>) -> Self {
        let administers = |mandate: &usize| town.scenery.mandates[*mandate].admins.contains(&number);
        let mandates = (0..town.scenery.mandates.len()).filter(administers).collect();
        Self { number, random: StdRng::seed_from_u64(seed), client, town, tally, mandates, keys: 0 }
    }

    /// Lives until told to stop.
    pub(super) async fn live(mut self, stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let Some(mandate) = self.mandate() else {
                sleep(Duration::from_millis(200)).await;
                continue;
            };
            let living = self.town.known[mandate].living();
            match self.random.random_range(0..100) {
                0..7 => self.restore(mandate).await,
                7..9 => self.look(mandate).await,
                9..14 => self.give_up_any(mandate).await,
                14..20 if living < MANY => self.activate_several(mandate).await,
                20..60 if living < MANY => self.activate(mandate).await,
                _ if living == 0 => self.activate(mandate).await,
                _ => self.give_up(mandate).await,
            }
        }
    }

    /// A mandate with room for a change; its first one more often than others, so that some are busy.
    fn mandate(&mut self) -> Option<usize> {
        let busy = self.random.random_bool(0.15);
        let at = if busy { 0 } else { self.random.random_range(0..self.mandates.len().max(1)) };
        let mandate = *self.mandates.get(at)?;
        self.town.admits(mandate).then_some(mandate)
    }

    fn host(&mut self) -> usize {
        self.random.random_range(0..16)
    }

    fn key(&mut self) -> Option<String> {
        self.keys += 1;
        self.random.random_bool(0.6).then(|| format!("user-{}-{}", self.number, self.keys))
    }

    /// Activates a feature. Sometimes twice at once, as a double click does, and sometimes it is given up while it waits.
    async fn activate(&mut self, mandate: usize) {
        let feature = FEATURES[self.random.random_range(0..FEATURES.len())];
        let body = json!({"featureCode": feature, "mandateId": self.town.scenery.mandates[mandate].id});
        let key = self.key();
        let clicks = if self.random.random_bool(0.1) { 2 } else { 1 };
        let hosts: Vec<usize> = (0..clicks).map(|_| self.host()).collect();
        let client = &self.client;
        let replies =
            join_all(hosts.into_iter().map(|host| client.post("activate", host, key.as_deref(), &body))).await;
        for reply in &replies {
            self.learn(mandate, feature, key.as_deref(), reply);
        }
        let Some(mut reply) = replies.into_iter().next_back() else { return };
        if let Some(key) = &key {
            for _ in 0..REPEATS {
                if !reply.leaves_open() {
                    break;
                }
                sleep(Duration::from_millis(self.random.random_range(50..800))).await;
                let host = self.host();
                reply = self.client.post("activate", host, Some(key), &body).await;
                self.learn(mandate, feature, Some(key), &reply);
            }
        }
        if reply.status == 202 && self.random.random_bool(0.5) {
            self.end(mandate, (reply.instance().to_owned(), feature.to_owned())).await;
        }
    }

    /// Activates several features at once: what has to wait is coalesced.
    async fn activate_several(&mut self, mandate: usize) {
        let first = self.random.random_range(0..FEATURES.len());
        let features: Vec<&str> = FEATURES.iter().cycle().skip(first).take(3).copied().collect();
        let hosts: Vec<usize> = features.iter().map(|_| self.host()).collect();
        let (client, id) = (&self.client, &self.town.scenery.mandates[mandate].id);
        let replies = join_all(features.iter().zip(hosts).map(|(feature, host)| async move {
            client.post("activate", host, None, &json!({"featureCode": feature, "mandateId": id})).await
        }));
        for (feature, reply) in features.iter().zip(replies.await) {
            self.learn(mandate, feature, None, &reply);
        }
    }

    fn learn(&self, mandate: usize, feature: &str, key: Option<&str>, reply: &Reply) {
        let activated = reply.status == 200 && reply.body["activated"] == true;
        if let (Some(key), true) = (key, activated) {
            self.tally.activated(key, reply.instance());
        }
        // What waits can be given up too.
        if activated || reply.status == 202 {
            self.town.known[mandate].lives(reply.instance(), feature);
        }
    }

    /// Gives up an instance that is known.
    async fn give_up(&mut self, mandate: usize) {
        if let Some(instance) = self.town.known[mandate].take_living(&mut self.random) {
            self.end(mandate, instance).await;
        }
    }

    /// Gives up any instance that the mandate has, whatever its state.
    async fn give_up_any(&mut self, mandate: usize) {
        if let Some(instance) = self.any(mandate).await {
            self.end(mandate, instance).await;
        }
    }

    async fn any(&mut self, mandate: usize) -> Option<(String, String)> {
        let host = self.host();
        let path = format!("/api/store/instances?mandateId={}", self.town.scenery.mandates[mandate].id);
        let reply = self.client.get("instances", host, &path).await;
        let listed = reply.body.as_array()?;
        let living: Vec<_> =
            listed.iter().filter(|one| one["state"] == "active" || one["state"] == "reserved").collect();
        let one = living.get(self.random.random_range(0..living.len().max(1)))?;
        Some((one["instanceId"].as_str()?.to_owned(), one["featureCode"].as_str()?.to_owned()))
    }

    async fn end(&mut self, mandate: usize, instance: (String, String)) {
        let mut body = json!({
            "featureCode": instance.1, "mandateId": self.town.scenery.mandates[mandate].id, "instanceId": instance.0
        });
        if self.random.random_bool(0.85) {
            body["scope"] = json!("mandate");
        }
        let key = self.key();
        for _ in 0..REPEATS {
            let host = self.host();
            let reply = self.client.post("deactivate", host, key.as_deref(), &body).await;
            if reply.status == 200 && reply.body["instanceDeleted"] == true {
                self.town.known[mandate].ended(instance);
                return;
            }
            if !reply.leaves_open() {
                return;
            }
            sleep(Duration::from_millis(self.random.random_range(50..800))).await;
        }
    }

    async fn restore(&mut self, mandate: usize) {
        let Some((id, feature)) = self.town.known[mandate].take_ended(&mut self.random) else { return };
        let body = json!({"instanceId": id, "mandateId": self.town.scenery.mandates[mandate].id});
        let (key, host) = (self.key(), self.host());
        let reply = self.client.post("restore", host, key.as_deref(), &body).await;
        self.learn(mandate, &feature, key.as_deref(), &reply);
    }

    async fn look(&mut self, mandate: usize) {
        let host = self.host();
        let path = format!("/api/store/features?mandateId={}", self.town.scenery.mandates[mandate].id);
        self.client.get("features", host, &path).await;
    }
}
