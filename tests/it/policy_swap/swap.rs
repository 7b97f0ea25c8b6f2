//! A host whose policy file changes while it runs.

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::task::block_in_place;
use turnpike::policy::hex_sha256;

use super::{PolicyFile, YEARLY_FEATURE, another, custom, deciding, turnpikes, until_deciding, with_yearly_feature};
use crate::{
    api::Api,
    done_right::on_both_engines,
    engines::{self, TestDatabase},
    events::stream::Stream,
    host::{Host, Setup},
    policy::wat::Wat,
    scene::eventually,
    tokens,
    world::{ADMIN, FREE},
};

on_both_engines!(a_changed_file_decides_from_then_on, what_decides_is_in_the_archive, hosts_tell_what_decides,);

async fn until_logged(host: &Host, words: &str) {
    eventually(&format!("the log says `{words}`: {}", host.log()), || async { host.log().contains(words) }).await;
}

async fn a_changed_file_decides_from_then_on(database: &TestDatabase) {
    let file = PolicyFile::with(&turnpikes());
    let setup = file.setup(database).with_world();
    with_yearly_feature(database).await;
    let host = setup.serve();
    let api = Api::new(&host.url);
    assert_eq!(deciding(&host).await, file.digest());

    file.replace(&custom("yearly.wasm"));
    until_deciding(&host, &file.digest()).await;
    let reply = api.activate(ADMIN, FREE, YEARLY_FEATURE).await;
    assert_eq!((reply.status, reply.code().as_str()), (403, "custom"), "{}", reply.text);
    assert_eq!(reply.header("x-policy-digest"), file.digest());
    let preflight = api.get(ADMIN, &format!("/api/store/preflight?mandateId={FREE}")).await.json();
    assert_eq!(preflight["policyDigest"], file.digest());

    file.replace(&turnpikes());
    until_deciding(&host, &file.digest()).await;
    assert_eq!(api.activate(ADMIN, FREE, YEARLY_FEATURE).await.status, 200);
}

async fn what_decides_is_in_the_archive(database: &TestDatabase) {
    let (first, second) = (another(&turnpikes(), 1), another(&turnpikes(), 2));
    let file = PolicyFile::with(&first);
    let host = file.setup(database).with_world().serve();
    let kept = "SELECT digest FROM policy_modules ORDER BY seq";
    assert_eq!(database.lines(kept).await, [hex_sha256(&first)]);
    file.replace(&second);
    until_deciding(&host, &file.digest()).await;
    assert_eq!(database.lines(kept).await, [hex_sha256(&first), hex_sha256(&second)]);
    // What is refused never decided.
    file.replace(&Wat::default().bytes());
    until_logged(&host, "policy refused").await;
    assert_eq!(database.lines(kept).await, [hex_sha256(&first), hex_sha256(&second)]);
}

async fn hosts_tell_what_decides(database: &TestDatabase) {
    let file = PolicyFile::with(&turnpikes());
    let mut host = file.setup(database).with_world().serve();
    let told = || async { database.lines("SELECT policy_digest FROM host_policies").await };
    eventually("the host told", || async { told().await == [hex_sha256(&turnpikes())] }).await;
    file.replace(&another(&turnpikes(), 1));
    eventually("it told anew", || async { told().await == [file.digest()] }).await;
    let refused = "SELECT coalesce(refused, '') FROM host_policies";
    assert_eq!(database.lines(refused).await, [""]);
    file.replace(b"no module");
    eventually("it told why", || async { database.lines(refused).await[0].contains("no WebAssembly module") }).await;
    file.replace(&another(&turnpikes(), 1));
    eventually("it told that all is well", || async { database.lines(refused).await == [""] }).await;
    assert_eq!(host.terminate(), Some(0));
    assert_eq!(told().await, Vec::<String>::new(), "a host that stopped is not listed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_candidate_changes_nothing_and_says_why() {
    let database = engines::sqlite().await;
    let file = PolicyFile::with(&turnpikes());
    let good = file.digest();
    let host = file.setup(&database).with_world().serve();
    let api = Api::new(&host.url);
    let import = Wat { before: r#"(import "env" "now" (func (result i64)))"#, ..Wat::default() }.bytes();
    for (module, why) in [
        (b"no module".to_vec(), "the policy module is no WebAssembly module that this host runs"),
        (import, "the policy module imports `env.now`"),
        (Wat::answering("garbage").bytes(), "the policy module fails the golden case `access_differs: "),
        (vec![0; 3 * 1024 * 1024], "at most 1048576 are loaded"),
    ] {
        file.replace(&module);
        until_logged(&host, why).await;
        assert_eq!(deciding(&host).await, good);
        assert_eq!(api.get(ADMIN, "/api/store/mandates").await.status, 200);
    }
    fs::remove_file(file.path()).unwrap();
    until_logged(&host, "cannot read the policy module").await;
    assert_eq!(deciding(&host).await, good);
    // Once per cause, however often it is looked at.
    assert_eq!(host.log().matches("cannot read the policy module").count(), 1, "{}", host.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_is_refused_at_start_in_the_same_words() {
    let database = engines::sqlite().await;
    let file = PolicyFile::with(&Wat::answering("garbage").bytes());
    let (code, _, errors) = file.setup(&database).run(&["serve"]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("error: the policy module fails the golden case `access_differs: "), "{errors}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_keeps_out_whatever_it_does_not_name() {
    let database = engines::sqlite().await;
    let (first, second) = (another(&turnpikes(), 1), another(&turnpikes(), 2));
    let file = PolicyFile::with(&first);
    let pins = format!("{},{}", hex_sha256(&first), hex_sha256(&second));
    let setup = file.setup(&database).with("TURNPIKE_POLICY_SHA256", &pins).with_world();
    let host = setup.serve();
    file.replace(&turnpikes());
    until_logged(&host, "may decide here").await;
    assert_eq!(deciding(&host).await, hex_sha256(&first));
    file.replace(&second);
    until_deciding(&host, &hex_sha256(&second)).await;
    // The module of the binary is held to it, too.
    let (code, _, errors) = Setup::new(&database.url).with("TURNPIKE_POLICY_SHA256", &pins).run(&["serve"]);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains(&hex_sha256(&turnpikes())), "{errors}");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_file_is_never_taken() {
    let database = engines::sqlite().await;
    let file = PolicyFile::with(&turnpikes());
    let old = file.digest();
    let host = file.setup(&database).with_world().serve();
    // Over the old one, in place, as `cp` does it.
    let module = another(&turnpikes(), 1);
    let mut writing = fs::File::create(file.path()).unwrap();
    for part in module.chunks(module.len() / 40) {
        writing.write_all(part).unwrap();
        writing.sync_all().unwrap();
        assert!([old.as_str(), &hex_sha256(&module)].contains(&deciding(&host).await.as_str()));
    }
    drop(writing);
    until_deciding(&host, &hex_sha256(&module)).await;
    assert_eq!(host.log().matches("policy swapped").count(), 1, "{}", host.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_makes_it_look_now() {
    let database = engines::sqlite().await;
    let file = PolicyFile::with(&turnpikes());
    // By itself it would look in an hour.
    let host = file.setup(&database).with("TURNPIKE_POLICY_POLL", "1h").with_world().serve();
    file.replace(&another(&turnpikes(), 1));
    host.hang_up();
    until_deciding(&host, &file.digest()).await;
    let good = file.digest();
    file.replace(b"no module");
    for times in 1..=2 {
        // Whoever asks is told again.
        host.hang_up();
        eventually("it is refused", || async { host.log().matches("policy refused").count() == times }).await;
    }
    assert_eq!(deciding(&host).await, good);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_while_it_starts_makes_it_look_once_it_has_started() {
    let database = engines::sqlite().await;
    let file = PolicyFile::with(&turnpikes());
    let setup = file.setup(&database).with("TURNPIKE_POLICY_POLL", "1h").with_world();
    // It starts by reading a pipe, and gets no further than it is let.
    let old = turnpikes();
    let pipe = file.path().with_extension("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    fs::rename(&pipe, file.path()).unwrap();
    let mut host = setup.begin();
    let mut module = block_in_place(|| reader_of(&file.path(), &mut host));
    host.hang_up();
    file.replace(&another(&old, 1));
    module.write_all(&old).unwrap();
    drop(module);
    let host = block_in_place(|| host.listening());
    until_logged(&host, "asked to reload the policy").await;
    until_deciding(&host, &file.digest()).await;
}

/// The writing end of a pipe, once the host opened the other one.
fn reader_of(pipe: &Path, host: &mut Host) -> File {
    const O_NONBLOCK: i32 = 0o4000;
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        // Without waiting it can be opened as soon as there is a reader; then writing may wait.
        if let Ok(first) = OpenOptions::new().write(true).custom_flags(O_NONBLOCK).open(pipe) {
            let waiting = OpenOptions::new().write(true).open(pipe).unwrap();
            drop(first);
            return waiting;
        }
        assert!(!host.has_ended(), "the host ended: {}", host.log());
        assert!(Instant::now() < until, "the host does not read its policy: {}", host.log());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_decided_before_is_let_go() {
    let database = engines::sqlite().await;
    let file = PolicyFile::with(&turnpikes());
    let host = file.setup(&database).with_world().serve();
    // Each module that is held has a clock of its own.
    let held = || host.threads().iter().filter(|name| *name == "policy-deadline").count();
    let api = Api::new(&host.url);
    for number in 1..=3 {
        assert_eq!(api.get(ADMIN, "/api/store/mandates").await.status, 200);
        file.replace(&another(&turnpikes(), number));
        until_deciding(&host, &file.digest()).await;
        eventually(&format!("one module is held after swap {number}"), || async { held() == 1 }).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_without_a_file_ends_nothing() {
    let database = engines::sqlite().await;
    let mut host = Setup::new(&database.url).with_world().serve();
    host.hang_up();
    until_logged(&host, "no file is configured").await;
    assert!(!host.has_ended());
    assert_eq!(deciding(&host).await, hex_sha256(&turnpikes()));
}

#[tokio::test(flavor = "multi_thread")]
async fn open_pages_hear_of_it() {
    let database = engines::sqlite().await;
    let file = PolicyFile::with(&turnpikes());
    let host = file.setup(&database).with_world().serve();
    assert_eq!(deciding(&host).await, file.digest());
    let mut page = Stream::open(&host.url, &tokens::of(ADMIN), FREE).await;
    let (_, first) = page.event().await.expect("how things stand");
    assert_eq!(first["digest"], file.digest());
    file.replace(&another(&turnpikes(), 1));
    let (_, second) = page.event().await.expect("that they stand otherwise");
    assert_eq!(second["digest"], file.digest());
    assert_eq!(second["revision"], first["revision"], "nothing else changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_holds_is_not_taken_for_the_new_policys() {
    let database = engines::sqlite().await;
    let file = PolicyFile::with(&turnpikes());
    let host = file.setup(&database).with_world().serve();
    let api = Api::new(&host.url);
    let path = format!("/api/store/preflight?mandateId={FREE}");
    let held = api.get(ADMIN, &path).await;
    let again = |tag: String| {
        let (api, path) = (api.clone(), path.clone());
        async move {
            let token = tokens::of(ADMIN);
            let headers = [("if-none-match", tag.as_str())];
            api.send(reqwest::Method::GET, &path, Some(&token), &headers, None).await
        }
    };
    let tag = held.header("etag").to_owned();
    assert_eq!(again(tag.clone()).await.status, 304);
    file.replace(&another(&turnpikes(), 1));
    until_deciding(&host, &file.digest()).await;
    let anew = again(tag).await;
    assert_eq!(anew.status, 200);
    let (held, anew): (Value, Value) = (held.json(), anew.json());
    assert_eq!(anew["policyDigest"], file.digest());
    assert_eq!(anew["decisions"], held["decisions"]);
}
