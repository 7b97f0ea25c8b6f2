//! Files that `turnpike import` refuses while a host runs: what is said names the fault, and nothing is loaded. Every
//! fault of a file has its exact message in `tests/cases-import`; here it is the whole way through the command line.

use serde_json::json;

use super::Trial;

/// Files with words that the message must hold.
fn files() -> Vec<(&'static str, Vec<u8>, Vec<&'static str>)> {
    let file = |sections: serde_json::Value| {
        let mut document = json!({"format": "feature-store-fixture/1"});
        document.as_object_mut().unwrap().extend(sections.as_object().unwrap().clone());
        document.to_string().into_bytes()
    };
    vec![
        ("nothing", Vec::new(), vec!["line 1", "not valid JSON"]),
        ("no JSON", b"format: 1".to_vec(), vec!["line 1 column", "not valid JSON"]),
        ("invalid UTF-8", b"{\"format\": \"\xff\"}".to_vec(), vec!["not valid JSON"]),
        ("10,000 open lists", b"[".repeat(10_000), vec!["line 1"]),
        ("a list", b"[]".to_vec(), vec!["feature-store-fixture/1"]),
        ("no format", b"{\"users\": []}".to_vec(), vec!["format", "missing"]),
        ("another format", b"{\"format\": \"x/2\"}".to_vec(), vec!["x/2", "feature-store-fixture/1"]),
        ("an unknown section", file(json!({"usres": []})), vec!["usres", "users"]),
        ("a section of another type", file(json!({"users": {}})), vec!["users"]),
        (
            "an unknown field",
            file(json!({"users": [{"id": "u", "username": "u", "name": "x"}]})),
            vec!["users", "name"],
        ),
        ("a missing field", file(json!({"users": [{"id": "u"}]})), vec!["users", "username"]),
        ("a wrong type", file(json!({"users": [{"id": 7, "username": "u"}]})), vec!["users", "id"]),
        ("a NUL in an id", file(json!({"users": [{"id": "u\u{0}", "username": "u"}]})), vec!["users", "id", "control"]),
        (
            "an id of 10,000 characters",
            file(json!({"users": [{"id": "u".repeat(10_000), "username": "u"}]})),
            vec!["users", "id", "200"],
        ),
        (
            "an id twice",
            file(json!({"users": [{"id": "u", "username": "a"}, {"id": "u", "username": "b"}]})),
            vec!["users", "`u`", "taken"],
        ),
        (
            "a membership of nobody, after good entries",
            file(json!({
                "users": [{"id": "u-new", "username": "new"}],
                "memberships": [{"id": "um-new", "userId": "u-nobody", "mandateId": "m-free", "roleIds": []}]
            })),
            vec!["memberships `um-new`", "userId `u-nobody`"],
        ),
        (
            "a role of no mandate",
            file(json!({"roles": [{"id": "r-new", "mandateId": "m-nowhere"}]})),
            vec!["roles `r-new`", "mandateId `m-nowhere`"],
        ),
        (
            "an access to no instance",
            file(json!({"accesses": [{"id": "a-new", "userId": "u-admin", "featureInstanceId": "i-none"}]})),
            vec!["accesses `a-new`", "refers to"],
        ),
        (
            "a subscription of no mandate",
            file(json!({"subscriptions": [{
                "id": "s-new", "mandateId": "m-nowhere", "planKey": "FREE", "status": "ACTIVE"
            }]})),
            vec!["subscriptions `s-new`", "mandateId `m-nowhere`"],
        ),
        (
            "an unknown status",
            file(json!({"subscriptions": [{
                "id": "s-new", "mandateId": "m-free", "planKey": "FREE", "status": "RUNNING"
            }]})),
            vec!["subscriptions", "status", "RUNNING"],
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_is_named_and_nothing_is_loaded() {
    let trial = Trial::begin().await;
    for (name, bytes, words) in files() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let path = file.path().to_string_lossy().into_owned();
        for arguments in [vec!["import", &path], vec!["import", "--replace", &path]] {
            let (code, out, errors) = trial.setup.run(&arguments);
            assert_eq!(code, 1, "{name}: {out}{errors}");
            for word in &words {
                assert!(errors.contains(word), "{name}: no `{word}` in: {errors}");
            }
            assert!(!errors.contains("panic") && errors.len() < 4_000, "{name}: {errors}");
        }
    }
    let (code, _, errors) = trial.setup.run(&["import", "/no/such/file.json"]);
    assert!(code == 1 && errors.contains("/no/such/file.json"), "{errors}");
    trial.end().await;
}
