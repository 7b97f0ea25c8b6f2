//! What reaches an endpoint, in which order, how often it is tried, and what is given up. The clock is driven.

use std::collections::BTreeMap;

use secrecy::SecretString;
use turnpike::{
    announce::signature::sign,
    ports::store::{
        delivery::{Attempt, DeliveryState, DeliveryStore as _, Resend, Verdict},
        endpoint::{EndpointAmendment, EndpointState, EndpointStore as _},
        event::{EventKind, EventStore as _, EventsWanted},
        health::{BillingHealth, HealthStore as _},
        transaction::TransactionStore as _,
    },
};

use super::{receiver::Receiver, stage::Stage};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    http::steered_clock::START,
    store::rows::{active, deed},
};

on_both_engines!(
    events_of_a_mandate_arrive_in_their_order,
    an_event_is_tried_for_three_days,
    an_endpoint_may_ask_for_a_pause,
    an_endpoint_that_is_gone_gets_nothing_more,
    an_endpoint_that_is_switched_off_gets_nothing,
    a_redirect_is_not_followed,
    nothing_is_sent_to_this_machine,
    secrets_are_rotated,
    an_endpoint_gets_the_kinds_that_it_wants,
    hosts_share_the_work,
    what_a_dead_host_had_is_sent_by_another,
    at_most_so_many_are_on_their_way_to_one_endpoint,
    nothing_is_skipped_by_whoever_reads_on,
    what_is_old_is_forgotten_from_the_first_on,
    monitoring_is_told_what_is_not_taken,
);

const HOUR: i64 = 3_600_000;

async fn events_of_a_mandate_arrive_in_their_order(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let receiver = Receiver::start().await;
    stage.endpoint("t1", &receiver.url, 1).await;
    for (id, mandate) in [("e1", "m-1"), ("e2", "m-1"), ("e3", "m-2")] {
        stage.happens(id, mandate).await;
    }
    receiver.answer(|received| Some((if received.id == "e1" { 500 } else { 200 }, None)));
    assert_eq!(stage.tell().await, 2);
    assert_eq!(receiver.ids(), ["e1", "e3"], "the second of the first mandate waits, the other mandate does not");
    assert_eq!(stage.tell().await, 0, "not before the pause is over");
    stage.clock.advance(10_000);
    receiver.answer_all(200);
    assert_eq!(stage.tell().await, 2);
    assert_eq!(receiver.ids()[2..], ["e1", "e2"]);
    assert_eq!(stage.tell().await, 0);
    let sequence: Vec<i64> = receiver.received().iter().map(|got| got.body()["sequence"].as_i64().unwrap()).collect();
    assert_eq!(sequence, [1, 3, 1, 2]);
    let log: Vec<(Option<u16>, bool)> =
        stage.attempts("t1").await.iter().map(|one| (one.attempt.status, one.attempt.error.is_some())).collect();
    assert_eq!(log, [(Some(500), true), (Some(200), false), (Some(200), false), (Some(200), false)]);
    // One alone, whenever somebody asks for it.
    let resent = stage.store.resend("t1", &Resend::Event("e2".into()), START * 1000, &deed("resend", "t1")).await;
    assert_eq!(resent.expect("an answer"), 1);
    assert_eq!(stage.tell().await, 1);
    assert_eq!(receiver.ids()[4..], ["e2"]);
    let resent = stage.store.resend("t1", &Resend::Event("none".into()), 0, &deed("resend", "t1")).await;
    assert_eq!(resent.expect("an answer"), 0);
    assert_eq!(database.number("SELECT count(*) FROM audit WHERE action = 'resend'").await, 1);
}

async fn an_event_is_tried_for_three_days(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let receiver = Receiver::start().await;
    stage.endpoint("t1", &receiver.url, 1).await;
    stage.happens("e1", "m-1").await;
    stage.happens("e2", "m-1").await;
    receiver.answer_all(503);
    let begun = START * 1000;
    let mut now = begun;
    loop {
        let made = stage.tell().await;
        let first = stage.deliveries("t1").await.remove(0);
        if first.state == DeliveryState::Dead {
            // What waited for its turn that long gets its attempt, and no more.
            assert_eq!(made, 2);
            break;
        }
        assert_eq!(made, 1);
        assert!(first.not_before > now && first.not_before <= begun + 72 * HOUR, "{first:?}");
        assert_eq!(first.last_error.as_deref(), Some("the endpoint answered with status 503"));
        stage.clock.advance(first.not_before - now);
        now = first.not_before;
    }
    assert_eq!(now, begun + 72 * HOUR, "the last attempt is at the end of the time");
    let attempts = stage.attempts("t1").await;
    assert!((10..=14).contains(&attempts.len()), "{}", attempts.len());
    assert!(attempts[..attempts.len() - 1].iter().all(|one| one.event_id == "e1"), "the other one waits");
    assert_eq!(receiver.ids().last().map(String::as_str), Some("e2"));
    assert_eq!(stage.tell().await, 0);
    let states: Vec<DeliveryState> = stage.deliveries("t1").await.iter().map(|one| one.state).collect();
    assert_eq!(states, [DeliveryState::Dead, DeliveryState::Dead]);
    // By hand, in their order, with three more days.
    receiver.answer(|received| Some((if received.id == "e1" { 200 } else { 500 }, None)));
    let resent = stage.store.resend("t1", &Resend::Dead, now, &deed("resend", "t1")).await;
    assert_eq!(resent.expect("an answer"), 2);
    assert_eq!(stage.tell().await, 2);
    let deliveries = stage.deliveries("t1").await;
    assert_eq!((deliveries[0].state, deliveries[1].state), (DeliveryState::Delivered, DeliveryState::Waiting));
    assert_eq!(deliveries[1].attempts, 1);
}

async fn an_endpoint_may_ask_for_a_pause(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let receiver = Receiver::start().await;
    stage.endpoint("t1", &receiver.url, 1).await;
    stage.happens("e1", "m-1").await;
    receiver.answer(|_| Some((429, Some(("retry-after", "3600".to_owned())))));
    stage.tell().await;
    assert_eq!(stage.deliveries("t1").await[0].not_before, START * 1000 + HOUR);
}

async fn an_endpoint_that_is_gone_gets_nothing_more(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let (gone, other) = (Receiver::start().await, Receiver::start().await);
    stage.endpoint("t1", &gone.url, 1).await;
    stage.endpoint("t2", &other.url, 2).await;
    for (id, mandate) in [("e1", "m-1"), ("e2", "m-1"), ("e3", "m-2")] {
        stage.happens(id, mandate).await;
    }
    gone.answer_all(410);
    stage.tell().await;
    assert_eq!(gone.ids(), ["e1"]);
    assert_eq!(other.ids().len(), 3);
    let state = async || stage.store.endpoint("t1").await.expect("an answer").expect("the endpoint").state;
    assert_eq!(state().await, EndpointState::Gone);
    assert!(stage.deliveries("t1").await.iter().all(|one| one.state == DeliveryState::Dead));
    stage.happens("e4", "m-1").await;
    stage.clock.advance(100 * HOUR);
    stage.tell().await;
    assert_eq!((gone.ids().len(), stage.deliveries("t1").await.len()), (1, 3));
    let resend =
        async || stage.store.resend("t1", &Resend::After(1), 0, &deed("resend", "t1")).await.expect("an answer");
    assert_eq!(resend().await, 0, "nothing is due there while it is gone");
    // Somebody switches it on again, and asks for what it missed.
    gone.answer_all(200);
    let on = EndpointAmendment { enabled: Some(true), ..EndpointAmendment::default() };
    assert!(stage.store.amend_endpoint("t1", &on, &deed("amend", "t1")).await.expect("an answer"));
    assert_eq!(state().await, EndpointState::Enabled);
    assert_eq!(resend().await, 3);
    stage.tell().await;
    let mut got = gone.ids().split_off(1);
    got.sort();
    assert_eq!(got, ["e2", "e3", "e4"]);
    assert_eq!(resend().await, 0, "it has them");
}

async fn an_endpoint_that_is_switched_off_gets_nothing(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let receiver = Receiver::start().await;
    stage.endpoint("t1", &receiver.url, 1).await;
    stage.happens("e1", "m-1").await;
    stage.announcer.place().await.expect("places");
    let off = EndpointAmendment { enabled: Some(false), ..EndpointAmendment::default() };
    assert!(stage.store.amend_endpoint("t1", &off, &deed("amend", "t1")).await.expect("an answer"));
    assert!(!stage.store.amend_endpoint("t9", &off, &deed("amend", "t9")).await.expect("an answer"));
    stage.happens("e2", "m-1").await;
    assert_eq!(stage.tell().await, 0);
    let deliveries = stage.deliveries("t1").await;
    assert_eq!((deliveries.len(), deliveries[0].state), (1, DeliveryState::Dead));
    assert!(stage.store.remove_endpoint("t1", &deed("remove", "t1")).await.expect("an answer"));
    assert!(!stage.store.remove_endpoint("t1", &deed("remove", "t1")).await.expect("an answer"));
    let left = "SELECT (SELECT count(*) FROM event_deliveries) + (SELECT count(*) FROM event_secrets)";
    assert_eq!(database.number(left).await, 0);
    assert_eq!(stage.events().await.len(), 2, "what happened stays");
}

async fn a_redirect_is_not_followed(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let (first, second) = (Receiver::start().await, Receiver::start().await);
    stage.endpoint("t1", &first.url, 1).await;
    stage.happens("e1", "m-1").await;
    for status in [301, 302, 303, 307, 308] {
        let target = second.url.clone();
        first.answer(move |_| Some((status, Some(("location", target.clone())))));
        assert_eq!(stage.tell().await, 1, "{status}");
        let last = stage.attempts("t1").await.pop().expect("an attempt").attempt;
        assert_eq!(last.status, Some(status));
        assert_eq!(last.error, Some(format!("the endpoint answered with status {status}")));
        stage.clock.advance(24 * HOUR / 10);
    }
    assert!(second.ids().is_empty());
    assert_eq!(stage.deliveries("t1").await[0].state, DeliveryState::Waiting);
}

async fn nothing_is_sent_to_this_machine(database: &TestDatabase) {
    let stage = Stage::with(database, false).await;
    let receiver = Receiver::start().await;
    let port = receiver.url.rsplit(':').next().expect("a port").to_owned();
    for (n, host) in ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "localhost"].iter().enumerate() {
        stage.endpoint(&format!("t{n}"), &format!("https://{host}:{port}"), 1).await;
    }
    stage.endpoint("plain", &receiver.url, 1).await;
    stage.happens("e1", "m-1").await;
    assert_eq!(stage.tell().await, 6);
    assert!(receiver.ids().is_empty());
    for n in 0..5 {
        let attempt = stage.attempts(&format!("t{n}")).await.remove(0).attempt;
        let expected = "the endpoint is at a private, loopback or link-local address";
        assert_eq!((attempt.status, attempt.error.as_deref()), (None, Some(expected)), "{n}");
    }
    let plain = stage.attempts("plain").await.remove(0).attempt;
    assert!(plain.error.as_deref().is_some_and(|error| error.contains("https://")), "{plain:?}");
}

async fn secrets_are_rotated(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let receiver = Receiver::start().await;
    let old = stage.endpoint("t1", &receiver.url, 1).await;
    let new = turnpike::announce::new_secret(&[2; 32]);
    let until = START * 1000 + HOUR;
    let rotated = stage.store.add_secret("t1", &new, until, &deed("rotate", "t1")).await;
    assert!(rotated.expect("an answer"));
    assert!(!stage.store.add_secret("t9", &new, until, &deed("rotate", "t9")).await.expect("an answer"));
    let signed = async |id: &str, secrets: &[&SecretString]| {
        stage.happens(id, "m-1").await;
        stage.tell().await;
        let got = receiver.received().pop().expect("an event");
        assert_eq!(got.id, id);
        let secrets: Vec<SecretString> = secrets.iter().map(|secret| (*secret).clone()).collect();
        let seconds = got.timestamp.parse().expect("a number");
        assert_eq!(Some(got.signature), sign(&got.id, seconds, &got.raw, &secrets));
    };
    signed("e1", &[&new, &old]).await;
    stage.clock.advance(HOUR - 1);
    signed("e2", &[&new, &old]).await;
    stage.clock.advance(1);
    signed("e3", &[&new]).await;
    // One that was betrayed goes at once, and with it what would have expired later.
    let third = turnpike::announce::new_secret(&[3; 32]);
    let mut entry = deed("rotate", "t1");
    entry.at = START * 1000 + HOUR;
    assert!(stage.store.add_secret("t1", &third, entry.at, &entry).await.expect("an answer"));
    signed("e4", &[&third]).await;
    assert_eq!(database.number("SELECT count(*) FROM event_secrets").await, 1);
}

async fn an_endpoint_gets_the_kinds_that_it_wants(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let receiver = Receiver::start().await;
    stage.endpoint("t1", &receiver.url, 1).await;
    let amend = async |kinds: Vec<EventKind>| {
        let amendment = EndpointAmendment {
            kinds: Some(kinds),
            description: Some(Some("the mirror".into())),
            ..EndpointAmendment::default()
        };
        assert!(stage.store.amend_endpoint("t1", &amendment, &deed("amend", "t1")).await.expect("an answer"));
    };
    amend(vec![EventKind::AccessGranted, EventKind::InstanceEnded]).await;
    let mut transaction = stage.store.begin("m-alpha").await.expect("a transaction");
    transaction.reserve(&active("c1", "i1")).await.expect("an instance");
    transaction.commit().await.expect("a commit");
    stage.tell().await;
    let kinds: Vec<String> =
        receiver.received().iter().map(|got| got.body()["type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["access.granted"]);
    // What it did not want then it may want now.
    amend(Vec::new()).await;
    let resent = stage.store.resend("t1", &Resend::After(0), START * 1000, &deed("resend", "t1")).await;
    assert_eq!(resent.expect("an answer"), 1);
    stage.tell().await;
    assert_eq!(receiver.received().pop().expect("an event").body()["type"], "instance.activated");
    let endpoint = stage.store.endpoint("t1").await.expect("an answer").expect("the endpoint");
    assert_eq!((endpoint.kinds, endpoint.description.as_deref()), (Vec::new(), Some("the mirror")));
    assert_eq!(stage.store.endpoints(None, 10).await.expect("endpoints").len(), 1);
    assert!(stage.store.endpoints(Some("t1"), 10).await.expect("endpoints").is_empty());
}

async fn hosts_share_the_work(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let receiver = Receiver::start().await;
    stage.endpoint("t1", &receiver.url, 1).await;
    for n in 0..40 {
        stage.happens(&format!("e{n:02}"), &format!("m-{}", n % 7)).await;
    }
    let hosts: Vec<_> = (0..3).map(|_| stage.another()).collect();
    let passes = hosts.iter().map(|host| async { host.tell_due().await.expect("a pass") });
    let shares = futures::future::join_all(passes).await;
    assert_eq!(shares.iter().sum::<usize>() + stage.tell().await, 40, "{shares:?}");
    let mut by_mandate: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for got in receiver.received() {
        by_mandate.entry(got.body()["mandateId"].as_str().unwrap().to_owned()).or_default().push(got.id);
    }
    assert_eq!(by_mandate.values().map(Vec::len).sum::<usize>(), 40);
    for ids in by_mandate.values() {
        assert!(ids.is_sorted() && ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
    }
    // Places are given once, whoever gives them.
    let places: Vec<i64> = stage.events().await.iter().map(|event| event.place).collect();
    assert_eq!(places, (1..=40).collect::<Vec<_>>());
}

async fn what_a_dead_host_had_is_sent_by_another(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let receiver = Receiver::start().await;
    stage.endpoint("t1", &receiver.url, 1).await;
    stage.happens("e1", "m-1").await;
    stage.happens("e2", "m-1").await;
    stage.announcer.place().await.expect("places");
    let now = START * 1000;
    let held = stage.store.claim_delivery("held", 600_000, now, 4).await.expect("an answer").expect("a delivery");
    assert_eq!(held.event.id, "e1");
    assert_eq!(stage.tell().await, 0, "it is another's, and the next one waits for it");
    // Its lease is over.
    database.execute("UPDATE event_deliveries SET lease_until = 0").await;
    assert_eq!(stage.tell().await, 2);
    assert_eq!(receiver.ids(), ["e1", "e2"]);
    let attempt = Attempt { at: now, took: 5, status: None, error: Some("late".into()) };
    let late = stage.store.settle_delivery("held", &held, &attempt, Verdict::Dead).await;
    assert!(!late.expect("an answer"), "its word counts no more");
    assert!(stage.deliveries("t1").await.iter().all(|one| one.state == DeliveryState::Delivered));
    assert_eq!(stage.attempts("t1").await.len(), 3, "but it is on record");
}

async fn at_most_so_many_are_on_their_way_to_one_endpoint(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    for (endpoint, number) in [("t1", 1), ("t2", 2)] {
        stage.endpoint(endpoint, "https://example.com/", number).await;
    }
    for n in 0..6 {
        stage.happens(&format!("e{n}"), &format!("m-{n}")).await;
    }
    stage.announcer.place().await.expect("places");
    let mut claimed = BTreeMap::<String, usize>::new();
    for n in 0.. {
        let claim = stage.store.claim_delivery(&format!("c{n}"), 600_000, START * 1000, 2).await.expect("an answer");
        let Some(claim) = claim else { break };
        *claimed.entry(claim.endpoint_id).or_default() += 1;
    }
    assert_eq!(claimed, BTreeMap::from([("t1".to_owned(), 2), ("t2".to_owned(), 2)]));
}

async fn nothing_is_skipped_by_whoever_reads_on(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    // On SQLite one transaction waits for the other.
    if database.is_postgres() {
        let mut slow = stage.store.begin("m-alpha").await.expect("a transaction");
        slow.reserve(&active("c1", "i1")).await.expect("an instance");
        stage.happens("fast", "m-2").await;
        stage.announcer.place().await.expect("places");
        let seen = stage.events().await;
        assert_eq!(seen.iter().map(|event| event.id.as_str()).collect::<Vec<_>>(), ["fast"]);
        slow.commit().await.expect("a commit");
        stage.announcer.place().await.expect("places");
        let wanted = EventsWanted { after: seen[0].place, limit: 100, ..EventsWanted::default() };
        let page = stage.store.events(&wanted).await.expect("events");
        assert_eq!(page.events.iter().map(|event| event.place).collect::<Vec<_>>(), [2, 3]);
        assert!(page.events.iter().all(|event| event.mandate_id == "m-alpha"));
    }
    for n in 0..5 {
        stage.happens(&format!("e{n}"), &format!("m-{}", n % 2)).await;
    }
    stage.announcer.place().await.expect("places");
    let all = stage.events().await;
    let mut read = Vec::new();
    loop {
        let after = read.last().copied().unwrap_or(0);
        let wanted = EventsWanted { after, limit: 2, ..EventsWanted::default() };
        let page = stage.store.events(&wanted).await.expect("events");
        assert_eq!((page.newest, page.forgotten), (i64::try_from(all.len()).unwrap(), 0));
        if page.events.is_empty() {
            break;
        }
        read.extend(page.events.iter().map(|event| event.place));
    }
    assert_eq!(read, all.iter().map(|event| event.place).collect::<Vec<_>>());
    let wanted = EventsWanted { mandate_id: Some("m-1".into()), limit: 9, ..EventsWanted::default() };
    let of_one = stage.store.events(&wanted).await.expect("events").events;
    assert_eq!(of_one.iter().map(|event| event.id.as_str()).collect::<Vec<_>>(), ["e1", "e3"]);
    let wanted = EventsWanted { kind: Some(EventKind::InstanceEnded), limit: 9, ..EventsWanted::default() };
    assert!(stage.store.events(&wanted).await.expect("events").events.is_empty());
}

async fn what_is_old_is_forgotten_from_the_first_on(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let receiver = Receiver::start().await;
    stage.endpoint("t1", &receiver.url, 1).await;
    for id in ["e1", "e2", "e3"] {
        stage.happens(id, "m-1").await;
        stage.tell().await;
        stage.clock.advance(HOUR);
    }
    stage.happens("e4", "m-1").await;
    let begun = START * 1000;
    let rows = stage.store.forget_told(begun + HOUR, begun + 1).await.expect("an answer");
    assert_eq!(rows, 2, "an event and an attempt");
    let page = stage.store.events(&EventsWanted { limit: 9, ..EventsWanted::default() }).await.expect("events");
    assert_eq!((page.forgotten, page.newest, page.events.len()), (1, 3, 2));
    assert_eq!(stage.store.forget_told(begun + HOUR, begun + 1).await.expect("an answer"), 0);
    // One without a place is not told yet, however old it is.
    assert_eq!(stage.store.forget_told(begun + 100 * HOUR, 0).await.expect("an answer"), 2);
    stage.tell().await;
    let page = stage.store.events(&EventsWanted { limit: 9, ..EventsWanted::default() }).await.expect("events");
    assert_eq!((page.forgotten, page.newest), (3, 4));
    assert_eq!(page.events[0].place, 4);
    assert_eq!(receiver.ids(), ["e1", "e2", "e3", "e4"]);
}

async fn monitoring_is_told_what_is_not_taken(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let (receiver, gone) = (Receiver::start().await, Receiver::start().await);
    let health = async || {
        let told = stage.store.billing_health().await.expect("numbers");
        let BillingHealth { events_waiting, oldest_event, events_dead, endpoints_gone, .. } = told;
        (events_waiting, oldest_event > 3_600_000, events_dead, endpoints_gone)
    };
    assert_eq!(health().await, (0, false, 0, 0));
    stage.happens("e1", "m-1").await;
    database.execute("UPDATE events SET at = 1").await;
    assert_eq!(health().await, (0, true, 0, 0), "nobody looks for events");
    stage.tell().await;
    assert_eq!(health().await, (0, false, 0, 0), "there is nobody to be told");
    stage.endpoint("t1", &receiver.url, 1).await;
    stage.endpoint("t2", &gone.url, 2).await;
    receiver.answer_all(500);
    gone.answer_all(410);
    stage.happens("e2", "m-1").await;
    stage.tell().await;
    assert_eq!(health().await, (1, false, 1, 1));
    database.execute("UPDATE event_deliveries SET asked_at = 1").await;
    assert_eq!(health().await, (1, true, 1, 1));
    // What somebody switched off is missed by nobody.
    let off = EndpointAmendment { enabled: Some(false), ..EndpointAmendment::default() };
    assert!(stage.store.amend_endpoint("t1", &off, &deed("amend", "t1")).await.expect("an answer"));
    assert_eq!(health().await, (0, false, 1, 1));
}
