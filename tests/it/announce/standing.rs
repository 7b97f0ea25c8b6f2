//! Suspended and resumed: by time, by a subscription, by the operator; told once, whoever looks.

use turnpike::{announce::Announcer, ports::clock::Clock as _};

use super::stage::Stage;
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    statements::counted,
    store::rows::{active, end, ending, queued, reserve},
};

on_both_engines!(
    an_instance_is_suspended_and_resumed_with_its_subscription,
    an_instance_that_is_switched_off_is_suspended,
    a_trial_ends_by_time_alone,
    two_hosts_tell_it_once,
    many_mandates_are_looked_at_in_pieces,
    one_host_at_a_time_looks,
);

async fn look(announcer: &Announcer) -> u64 {
    announcer.tell_how_instances_stand().await.expect("a look")
}

/// What was told beside activations and ends: kind, instance, state.
async fn told(stage: &Stage<'_>) -> Vec<String> {
    stage.announcer.place().await.expect("places");
    let events = stage.events().await;
    let told = events.iter().filter(|event| event.data.contains_key("state"));
    told.map(|event| {
        let text = |name: &str| event.data[name].as_str().unwrap().to_owned();
        format!("{} {} {}", event.kind.as_str(), text("instanceId"), text("state"))
    })
    .collect()
}

async fn an_instance_is_suspended_and_resumed_with_its_subscription(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    reserve(&stage.store, &active("c1", "i1")).await.expect("an instance");
    reserve(&stage.store, &active("c2", "i2")).await.expect("an instance");
    reserve(&stage.store, &queued("c3", "i3")).await.expect("an instance");
    assert_eq!(look(&stage.announcer).await, 0, "they stand as everybody was told");
    database.execute("UPDATE subscriptions SET status = 'UNPAID' WHERE id = 's-alpha'").await;
    assert_eq!(look(&stage.announcer).await, 2);
    assert_eq!(look(&stage.announcer).await, 0, "once");
    let suspended = ["instance.suspended i1 suspended", "instance.suspended i2 suspended"];
    assert_eq!(told(&stage).await, suspended);
    end(&stage.store, &ending("c4", "i2")).await;
    database.execute("UPDATE subscriptions SET status = 'ACTIVE' WHERE id = 's-alpha'").await;
    assert_eq!(look(&stage.announcer).await, 1, "what has ended does not come back");
    assert_eq!(told(&stage).await[2..], ["instance.resumed i1 active"]);
    let event = stage.events().await.pop().expect("an event");
    assert_eq!((event.at, event.mandate_id.as_str()), (stage.clock.now(), "m-alpha"));
}

async fn an_instance_that_is_switched_off_is_suspended(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    reserve(&stage.store, &active("c1", "i1")).await.expect("an instance");
    reserve(&stage.store, &active("c2", "i2")).await.expect("an instance");
    database.execute("UPDATE instances SET enabled = 0 WHERE id = 'i1'").await;
    assert_eq!(look(&stage.announcer).await, 1);
    database.execute("UPDATE subscriptions SET status = 'UNPAID' WHERE id = 's-alpha'").await;
    assert_eq!(look(&stage.announcer).await, 1);
    database.execute("UPDATE instances SET enabled = 1 WHERE id = 'i1'").await;
    assert_eq!(look(&stage.announcer).await, 1);
    let expected =
        ["instance.suspended i1 disabled", "instance.suspended i2 suspended", "instance.suspended i1 suspended"];
    assert_eq!(told(&stage).await, expected);
}

async fn a_trial_ends_by_time_alone(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    reserve(&stage.store, &active("c1", "i1")).await.expect("an instance");
    let until = stage.clock.now() + 60_000;
    database
        .execute(&format!("UPDATE subscriptions SET status = 'TRIALING', trial_ends_at = {until} WHERE id = 's-alpha'"))
        .await;
    stage.clock.advance(59_999);
    assert_eq!(look(&stage.announcer).await, 0);
    stage.clock.advance(1);
    assert_eq!(look(&stage.announcer).await, 1);
    assert_eq!(told(&stage).await, ["instance.suspended i1 suspended"]);
}

async fn two_hosts_tell_it_once(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    for n in 0..5 {
        reserve(&stage.store, &active(&format!("c{n}"), &format!("i{n}"))).await.expect("an instance");
    }
    database.execute("UPDATE subscriptions SET status = 'UNPAID' WHERE id = 's-alpha'").await;
    let hosts: Vec<Announcer> = (0..4).map(|_| stage.another()).collect();
    let looks = futures::future::join_all(hosts.iter().map(look)).await;
    assert_eq!(looks.iter().sum::<u64>(), 5, "{looks:?}");
    assert_eq!(told(&stage).await.len(), 5);
}

async fn many_mandates_are_looked_at_in_pieces(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    let rows = |one: fn(usize) -> String| (0..450).map(one).collect::<Vec<_>>().join(", ");
    database
        .execute(&format!(
            "INSERT INTO mandates (id, name) VALUES {}; \
             INSERT INTO subscriptions (id, mandate_id, plan_key, status) VALUES {}; \
             INSERT INTO instances (id, mandate_id, feature_code, state) VALUES {}",
            rows(|n| format!("('p-{n}', 'p')")),
            rows(|n| format!("('s-{n}', 'p-{n}', 'FREE', '{}')", if n % 150 == 7 { "PAUSED" } else { "ACTIVE" })),
            rows(|n| format!("('i-{n}', 'p-{n}', 'chatbot', 'active')")),
        ))
        .await;
    let (told, statements) = counted(look(&stage.announcer)).await;
    assert_eq!(told, 3);
    // Four reads for all mandates; four for each of those of which something is told.
    assert_eq!(statements.len(), 4 + 3 * 4, "{statements:#?}");
    assert_eq!(look(&stage.announcer).await, 0);
}

async fn one_host_at_a_time_looks(database: &TestDatabase) {
    let stage = Stage::on(database).await;
    reserve(&stage.store, &active("c1", "i1")).await.expect("an instance");
    let other = stage.another();
    other.look_how_instances_stand().await.expect("a look");
    database.execute("UPDATE subscriptions SET status = 'UNPAID' WHERE id = 's-alpha'").await;
    stage.announcer.look_how_instances_stand().await.expect("a look");
    assert!(told(&stage).await.is_empty(), "the other one looked just now");
    database.execute("UPDATE event_progress SET standing_until = 0").await;
    stage.announcer.look_how_instances_stand().await.expect("a look");
    assert_eq!(told(&stage).await.len(), 1);
}
