//! `turnpike doctor`, and what monitoring is told about hosts that do not decide alike.

use serde_json::Value;
use turnpike::policy::hex_sha256;

use super::{PolicyFile, another, turnpikes};
use crate::{
    api::Api,
    done_right::on_both_engines,
    engines::{self, TestDatabase},
    host::Setup,
    scene::eventually,
    world::ADMIN,
};

on_both_engines!(hosts_that_decide_alike_are_well, hosts_that_decide_differently_are_found, a_refused_file_is_found,);

/// Exit code and the lines as grade, check and words.
fn doctor(setup: &Setup) -> (i32, Vec<(String, String, String)>) {
    let (code, out, errors) = setup.run(&["doctor", "--json"]);
    assert_eq!(errors, "");
    let told: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"));
    let word = |check: &Value, name: &str| check[name].as_str().unwrap().to_owned();
    let checks = told["checks"].as_array().unwrap().iter();
    (code, checks.map(|check| (word(check, "grade"), word(check, "check"), word(check, "says"))).collect())
}

#[track_caller]
fn says(lines: &[(String, String, String)], grade: &str, check: &str, words: &str) {
    let found = lines.iter().any(|line| line.0 == grade && line.1 == check && line.2.contains(words));
    assert!(found, "no `{grade} {check} … {words}` in {lines:#?}");
}

async fn until_told(database: &TestDatabase, hosts: i64) {
    let told = || async { database.number("SELECT count(*) FROM host_policies").await };
    eventually("every host told", || async { told().await == hosts }).await;
}

async fn hosts_that_decide_alike_are_well(database: &TestDatabase) {
    let file = PolicyFile::with(&turnpikes());
    let setup = file.setup(database).with_world();
    let (code, lines) = doctor(&setup);
    assert_eq!(code, 0, "{lines:?}");
    says(&lines, "warn", "hosts", "no host of this database told anything");
    let _hosts = [setup.serve(), setup.serve()];
    until_told(database, 2).await;
    let (code, lines) = doctor(&setup);
    assert_eq!(code, 0, "{lines:?}");
    for check in ["configuration", "policy", "database"] {
        says(&lines, "ok", check, "");
    }
    says(&lines, "ok", "hosts", "2 running, all decide alike");
    assert!(lines.iter().all(|(grade, ..)| grade == "ok"), "{lines:?}");
    // People read the same.
    let (_, text, _) = setup.run(&["doctor"]);
    assert!(text.contains("ok    hosts          2 running, all decide alike\n"), "{text}");
}

async fn hosts_that_decide_differently_are_found(database: &TestDatabase) {
    let [one, two] = [1, 2].map(|n| PolicyFile::with(&another(&turnpikes(), n)));
    let setup = one.setup(database).with("TURNPIKE_METRICS_LISTEN", "127.0.0.1:0").with_world();
    let host = setup.serve();
    let metrics = Api::new(&format!("http://{}", host.logged("metrics are served", "address")));
    let gauge = |name: &'static str| {
        let metrics = metrics.clone();
        async move {
            let text = metrics.get(ADMIN, "/metrics").await.text;
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned));
            line.unwrap_or_else(|| panic!("no `{name}` in {text}")).parse::<f64>().unwrap()
        }
    };
    let other = two.setup(database).serve();
    until_told(database, 2).await;
    assert_eq!((gauge("turnpike_hosts").await, gauge("turnpike_policy_modules").await), (2.0, 2.0));
    assert_eq!(gauge("turnpike_policy_settings").await, 1.0);
    let (code, lines) = doctor(&setup);
    assert_eq!(code, 1, "{lines:?}");
    says(&lines, "fail", "hosts", "they decide with different modules");
    for file in [&one, &two] {
        says(&lines, "ok", "host", &file.digest());
    }

    // The same module again, but other settings.
    two.replace(&another(&turnpikes(), 1));
    let modules = "SELECT count(DISTINCT policy_digest) FROM host_policies";
    eventually("the other host told", || async { database.number(modules).await == 1 }).await;
    drop(other);
    let _third = one.setup(database).with("TURNPIKE_ADMIN_LABELS", "admin,owner").serve();
    until_told(database, 3).await;
    let (code, lines) = doctor(&setup);
    assert_eq!(code, 1, "{lines:?}");
    says(&lines, "fail", "hosts", "they decide under different settings");
    assert_eq!((gauge("turnpike_policy_modules").await, gauge("turnpike_policy_settings").await), (1.0, 2.0));
}

async fn a_refused_file_is_found(database: &TestDatabase) {
    let file = PolicyFile::with(&turnpikes());
    let setup = file.setup(database).with_world();
    let host = setup.serve();
    file.replace(b"no module");
    let refused = "SELECT count(*) FROM host_policies WHERE refused IS NOT NULL";
    eventually("the host told", || async { database.number(refused).await == 1 }).await;
    let (code, lines) = doctor(&setup);
    assert_eq!(code, 1, "{lines:?}");
    let why = "the policy module is no WebAssembly module that this host runs";
    says(&lines, "fail", "policy", why);
    says(&lines, "fail", "host", why);
    assert!(host.log().contains(why), "the same words");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_elsewhere_is_said_and_not_thrown() {
    let database = engines::sqlite().await;
    let (code, lines) = doctor(&Setup::new(&database.url));
    assert_eq!(code, 1);
    says(&lines, "fail", "database", "run `turnpike migrate`");
    says(&lines, "ok", "policy", &hex_sha256(&turnpikes()));
    let (code, lines) = doctor(&Setup::new(&database.url).with("TURNPIKE_POLICY_GOLDEN", "any"));
    assert_eq!(code, 1);
    says(&lines, "fail", "configuration", "it must be `equal`, `stricter` or `safe`");
    let (code, lines) = doctor(&Setup::new("postgres://nobody@127.0.0.1:1/none"));
    assert_eq!(code, 1);
    says(&lines, "fail", "database", "the database does not answer");
}
