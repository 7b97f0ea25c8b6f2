//! `turnpike policy rollback`.

use std::{fs, os::unix::fs::PermissionsExt as _};

use turnpike::policy::hex_sha256;

use super::{PolicyFile, another, turnpikes, until_deciding};
use crate::{
    done_right::on_both_engines,
    engines::{self, TestDatabase},
    host::Setup,
    scene::eventually,
};

on_both_engines!(
    the_module_before_comes_back_on_running_hosts,
    each_machine_goes_back_to_the_same_module,
    a_host_that_lags_behind_is_not_what_was_before,
    a_refused_file_is_replaced_by_what_decides,
);

fn roll_back(setup: &Setup, further: &[&str]) -> (i32, String, String) {
    let arguments: Vec<&str> = ["policy", "rollback"].into_iter().chain(further.iter().copied()).collect();
    setup.run(&arguments)
}

async fn the_module_before_comes_back_on_running_hosts(database: &TestDatabase) {
    let [one, two, three] = [1, 2, 3].map(|n| another(&turnpikes(), n));
    let file = PolicyFile::with(&one);
    let setup = file.setup(database).with_world();
    let hosts = [setup.serve(), setup.serve()];
    for module in [&two, &three] {
        file.replace(module);
        for host in &hosts {
            until_deciding(host, &hex_sha256(module)).await;
        }
    }
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o640)).unwrap();

    let (code, out, errors) = roll_back(&setup, &["--reason", "three refuses too much"]);
    assert_eq!(code, 0, "{errors}");
    for words in [hex_sha256(&two), hex_sha256(&three), "within 2 seconds".to_owned()] {
        assert!(out.contains(&words), "no `{words}` in {out}");
    }
    assert_eq!(file.digest(), hex_sha256(&two));
    assert_eq!(fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o640, "who may read it may go on to");
    for host in &hosts {
        until_deciding(host, &hex_sha256(&two)).await;
    }
    // What two hosts swap to came into use once, and a rollback is told by who asked for it alone.
    let audited = "SELECT actor || ' ' || action || ' ' || subject || ' ' || coalesce(before_state, '') || ' ' || reason \
                   FROM audit WHERE action NOT LIKE 'import%' AND actor LIKE 'system:%' ORDER BY seq";
    let swapped = [(&one, &two), (&two, &three)].map(|(before, after)| {
        let (before, after) = (hex_sha256(before), hex_sha256(after));
        format!("system:policy use policy {after} {{\"policy\":\"{before}\"}} ")
    });
    assert_eq!(database.lines(audited).await, swapped);
    let by_whom = "SELECT action || ' ' || subject || ': ' || reason FROM audit WHERE actor LIKE 'operator:%' \
                   AND action NOT LIKE 'import%'";
    let rolled_back = format!("policy rollback {}: three refuses too much", hex_sha256(&two));
    assert_eq!(database.lines(by_whom).await, [rolled_back]);

    // Once more is the way back.
    assert_eq!(roll_back(&setup, &[]).0, 0);
    assert_eq!(file.digest(), hex_sha256(&three));
    for host in &hosts {
        until_deciding(host, &hex_sha256(&three)).await;
    }
    // Any other by its digest.
    assert_eq!(roll_back(&setup, &["--to", &hex_sha256(&one)[..12]]).0, 0);
    assert_eq!(file.digest(), hex_sha256(&one));
}

/// Two machines with a file of their own each: the command is run on one after the other, as the runbook says.
async fn each_machine_goes_back_to_the_same_module(database: &TestDatabase) {
    let [one, two, three] = [1, 2, 3].map(|n| another(&turnpikes(), n));
    let files = [PolicyFile::with(&one), PolicyFile::with(&one)];
    let [alpha, beta] = [files[0].setup(database).with_world(), files[1].setup(database)];
    let hosts = [alpha.serve(), beta.serve()];
    for module in [&two, &three] {
        for (file, host) in files.iter().zip(&hosts) {
            file.replace(module);
            until_deciding(host, &hex_sha256(module)).await;
        }
    }
    // Back, then forth: the first is done everywhere before the second begins.
    for (module, other) in [(&two, &three), (&three, &two)] {
        for (setup, file, host) in [(&alpha, &files[0], &hosts[0]), (&beta, &files[1], &hosts[1])] {
            assert_eq!(file.digest(), hex_sha256(other));
            let (code, _, errors) = roll_back(setup, &[]);
            assert_eq!(code, 0, "{errors}");
            assert_eq!(file.digest(), hex_sha256(module));
            until_deciding(host, &hex_sha256(module)).await;
        }
    }
}

/// One machine has the new module, the other still the one before, and starts anew.
async fn a_host_that_lags_behind_is_not_what_was_before(database: &TestDatabase) {
    let [one, two, three] = [1, 2, 3].map(|n| another(&turnpikes(), n));
    let files = [PolicyFile::with(&one), PolicyFile::with(&one)];
    let [alpha, beta] = [files[0].setup(database).with_world(), files[1].setup(database)];
    let new = alpha.serve();
    let mut lagging = beta.serve();
    for (file, host) in files.iter().zip([&new, &lagging]) {
        file.replace(&two);
        until_deciding(host, &hex_sha256(&two)).await;
    }
    files[0].replace(&three);
    until_deciding(&new, &hex_sha256(&three)).await;
    let reported = format!("SELECT count(*) FROM host_policies WHERE policy_digest = '{}'", hex_sha256(&three));
    eventually("the host told", || async { database.number(&reported).await == 1 }).await;
    assert_eq!(lagging.terminate(), Some(0));
    let lagging = beta.serve();

    // Where the new one never was there is nothing to take back.
    let (code, out, errors) = roll_back(&beta, &[]);
    assert_eq!(code, 0, "{errors}");
    assert!(out.contains("holds module") && out.contains("already; nothing was changed"), "{out}");
    assert_eq!(files[1].digest(), hex_sha256(&two));
    assert_eq!(
        database.number("SELECT count(*) FROM audit WHERE actor LIKE 'operator:%' AND action NOT LIKE 'import%'").await,
        0
    );
    assert_eq!(roll_back(&alpha, &[]).0, 0);
    assert_eq!(files[0].digest(), hex_sha256(&two));
    for host in [&new, &lagging] {
        until_deciding(host, &hex_sha256(&two)).await;
    }
}

async fn a_refused_file_is_replaced_by_what_decides(database: &TestDatabase) {
    let [one, two] = [1, 2].map(|n| another(&turnpikes(), n));
    let file = PolicyFile::with(&one);
    let setup = file.setup(database).with_world();
    let host = setup.serve();
    file.replace(&two);
    until_deciding(&host, &hex_sha256(&two)).await;
    file.replace(b"no module");
    eventually("it is refused", || async { host.log().contains("policy refused") }).await;
    assert_eq!(roll_back(&setup, &[]).0, 0);
    assert_eq!(file.digest(), hex_sha256(&two));
    eventually("the host is content", || async { host.log().contains("holds what decides again") }).await;
    // Also one that is gone.
    fs::remove_file(file.path()).unwrap();
    assert_eq!(roll_back(&setup, &[]).0, 0);
    assert_eq!(file.digest(), hex_sha256(&two));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_brought_back_is_said() {
    let database = engines::sqlite().await;
    let plain = Setup::new(&database.url).with_world();
    let (code, _, errors) = roll_back(&plain, &[]);
    assert_eq!(code, 1);
    assert!(errors.starts_with("error: no policy file is configured: set `TURNPIKE_POLICY`"), "{errors}");

    let [one, two] = [1, 2].map(|n| another(&turnpikes(), n));
    let file = PolicyFile::with(&one);
    let setup = file.setup(&database);
    let host = setup.serve();
    let (code, _, errors) = roll_back(&setup, &[]);
    assert_eq!((code, errors.trim_end()), (1, "error: no other module has decided with this database"));
    file.replace(&two);
    until_deciding(&host, &hex_sha256(&two)).await;
    let (code, _, errors) = roll_back(&setup, &["--to", "zz"]);
    assert_eq!(code, 2);
    assert!(errors.contains("at least 8 hexadecimal digits"), "{errors}");
    // So few digits say little about what is meant.
    assert_eq!(roll_back(&setup, &["--to", &hex_sha256(&one)[..7]]).0, 2);
    assert_eq!(file.digest(), hex_sha256(&two));
    let (code, _, errors) = roll_back(&setup, &["--to", "00000000"]);
    assert_eq!(code, 1);
    let none = "0 modules of the archive have a digest that begins with `00000000`, expected one";
    assert!(errors.contains(none), "{errors}");
    // What is not pinned does not come back.
    let pinned = setup.with("TURNPIKE_POLICY_SHA256", &hex_sha256(&two));
    let (code, _, errors) = roll_back(&pinned, &[]);
    assert_eq!(code, 1);
    assert!(errors.contains(&format!("module `{}` cannot be brought back: ", hex_sha256(&one))), "{errors}");
    assert_eq!(file.digest(), hex_sha256(&two), "the file is as it was");
}
