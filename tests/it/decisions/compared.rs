//! `turnpike policy diff`: whom other settings, or another module, would concern.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::as_json;
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    host::Setup,
    policy::wat::Wat,
    scene::Scene,
    world::{ADMIN, FREE, MEMBER, OPEN},
};

on_both_engines!(
    from_substring_to_words_exactly_those_lose_who_are_no_admins_by_any_word,
    of_the_record_people_are_told_by_name_as_long_as_they_are_there,
    another_module_is_tried_on_the_record_and_on_today,
    what_cannot_be_compared_is_told_and_differs,
);

/// Who is in `m-free` besides the people of the common data set: user, role label, and what becomes of an admin by
/// `substring` when words are compared. Written by hand: this list is what the command must say.
const PEOPLE: [(&str, &str, bool); 12] = [
    ("u-exact", "admin", true),
    ("u-shouting", "  ADMIN ", true),
    ("u-two-words", "Mandate Admin", true),
    ("u-dashed", "super-admin", true),
    ("u-underscored", "admin_billing", true),
    ("u-slashed", "Owner/Admin/Billing", true),
    ("u-noadmin", "noadmin", false),
    ("u-guest", "Non-Administrative Guest", false),
    ("u-long", "administrator", false),
    ("u-plural", "admins", false),
    ("u-chatbot", "chatbotadmin2", false),
    // No admin by either.
    ("u-viewer", "viewer", true),
];

/// Those who lose.
const LOSERS: [&str; 5] = ["u-chatbot", "u-guest", "u-long", "u-noadmin", "u-plural"];

/// A host that compares substrings, with those people.
async fn scene(database: &TestDatabase) -> Scene {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_ADMIN_MATCH", "substring")).await;
    let mut document = json!({"format": "feature-store-fixture/1", "users": [], "roles": [], "memberships": []});
    let mut push = |section: &str, entry: Value| document[section].as_array_mut().unwrap().push(entry);
    for (user, label, _) in PEOPLE {
        push("users", json!({"id": user, "username": format!("Name of {user}")}));
        push("roles", json!({"id": format!("r-{user}"), "roleLabel": label, "mandateId": FREE}));
        push(
            "memberships",
            json!({
                "id": format!("um-{user}"), "userId": user, "mandateId": FREE, "roleIds": [format!("r-{user}")]
            }),
        );
    }
    // An admin's role of another mandate, and one of an instance, make nobody an admin here by any comparison.
    push("users", json!({"id": "u-elsewhere", "username": "e"}));
    push("roles", json!({"id": "r-elsewhere", "roleLabel": "noadmin", "mandateId": OPEN}));
    push(
        "memberships",
        json!({
            "id": "um-elsewhere", "userId": "u-elsewhere", "mandateId": FREE, "roleIds": ["r-elsewhere"]
        }),
    );
    scene.setup.import(&document);
    scene
}

fn file(text: &str) -> NamedTempFile {
    let file = NamedTempFile::with_suffix(".toml").expect("a file");
    fs::write(file.path(), text).expect("written");
    file
}

fn words() -> NamedTempFile {
    file("[rules]\nadmin_match = \"words\"\n")
}

#[track_caller]
fn diff(setup: &Setup, arguments: &[&str]) -> (i32, Value) {
    as_json(setup, &[&["policy", "diff"], arguments].concat())
}

/// The effects of a part: subject, effect, reason, and how many decisions, people and mandates.
fn effects(part: &Value) -> Vec<(String, String, String, i64, i64, i64)> {
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let number = |entry: &Value, name: &str| entry[name].as_i64().unwrap();
    part["effects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (
                text(entry, "subject"),
                text(entry, "effect"),
                text(entry, "reason"),
                number(entry, "decisions"),
                number(entry, "people"),
                number(entry, "mandates"),
            )
        })
        .collect()
}

fn effect(
    subject: &str,
    effect: &str,
    reason: &str,
    counts: (i64, i64, i64),
) -> (String, String, String, i64, i64, i64) {
    (subject.to_owned(), effect.to_owned(), reason.to_owned(), counts.0, counts.1, counts.2)
}

async fn from_substring_to_words_exactly_those_lose_who_are_no_admins_by_any_word(database: &TestDatabase) {
    let scene = scene(database).await;
    assert_eq!(scene.api.activate("u-exact", FREE, "f0").await.status, 200);
    let by_hand: BTreeSet<&str> = PEOPLE.iter().filter(|(.., stays)| !stays).map(|(user, ..)| *user).collect();
    assert_eq!(by_hand, BTreeSet::from(LOSERS));

    let words = words();
    let path = words.path().to_str().unwrap();
    let (code, told) = diff(&scene.setup, &["--settings", path, "--live", "--names"]);
    assert_eq!((code, told["differs"].clone()), (1, json!(true)));
    // Five people in one mandate: being an admin, the twelve features that they could activate, one that nobody can but for
    // another reason now, and ending the one instance.
    let live = &told["live"];
    let expected = [
        effect("admin", "loses", "role", (5, 5, 1)),
        effect("activate", "loses", "not-admin", (5 * 12, 5, 1)),
        effect("activate", "otherwise", "not-admin", (5, 5, 1)),
        effect("end", "loses", "not-admin", (5, 5, 1)),
    ];
    assert_eq!(effects(live), expected, "{live}");
    for group in live["effects"].as_array().unwrap() {
        let named: BTreeSet<&str> =
            group["names"].as_array().unwrap().iter().map(|named| named["user"].as_str().unwrap()).collect();
        assert_eq!(named, by_hand, "{group}");
        for named in group["names"].as_array().unwrap() {
            assert_eq!(named["mandate"], FREE);
            assert_eq!(named["name"], format!("Name of {}", named["user"].as_str().unwrap()));
        }
    }
    // Nothing of what is on record would have come out otherwise: an admin by any comparison did it.
    assert_eq!((told["stored"]["compared"].clone(), told["stored"]["different"].clone()), (json!(1), json!(0)));

    // It is so: with the new settings in force those, and no others, are refused.
    let after = scene.setup.clone().with("TURNPIKE_ADMIN_MATCH", "words");
    let host = after.serve();
    let api = crate::api::Api::new(&host.url);
    for (user, _, _) in PEOPLE {
        let before = scene.api.get(user, &format!("/api/store/features?mandateId={FREE}")).await.json();
        let now = api.get(user, &format!("/api/store/features?mandateId={FREE}")).await.json();
        let loses = before[1]["canActivate"] == true && now[1]["canActivate"] == false;
        assert_eq!(loses, by_hand.contains(user), "{user}");
    }
    // And back again the same ones gain.
    let substring = file("[rules]\nadmin_match = \"substring\"\n");
    let (code, told) = diff(&after, &["--settings", substring.path().to_str().unwrap(), "--live"]);
    assert_eq!(code, 1);
    let expected = [
        effect("admin", "gains", "role", (5, 5, 1)),
        effect("activate", "gains", "not-admin", (5 * 12, 5, 1)),
        effect("activate", "otherwise", "feature-misconfigured", (5, 5, 1)),
        effect("end", "gains", "not-admin", (5, 5, 1)),
    ];
    assert_eq!(effects(&told["live"]), expected, "{told}");
    assert!(!told.to_string().contains("u-noadmin"), "names only where they are asked for: {told}");
    // Elsewhere nothing changes, and with what is in force nothing at all.
    assert_eq!(diff(&scene.setup, &["--settings", path, "--live", "--mandate", OPEN]).0, 0);
    assert_eq!(diff(&after, &["--settings", path, "--live"]).0, 0);
    let text = scene.setup.run(&["policy", "diff", "--settings", path, "--live", "--names"]);
    assert_eq!(text.0, 1, "{}", text.2);
    for part in ["loses", "not-admin", "u-guest", "Name of u-guest", "decisions of today compared"] {
        assert!(text.1.contains(part), "`{part}` in\n{}", text.1);
    }
}

async fn of_the_record_people_are_told_by_name_as_long_as_they_are_there(database: &TestDatabase) {
    let scene = scene(database).await;
    for user in ["u-noadmin", "u-dashed"] {
        assert_eq!(scene.api.activate(user, FREE, "f0").await.status, 200);
    }
    assert_eq!(scene.api.activate("u-viewer", FREE, "f0").await.status, 403);
    super::records(database, 3).await;
    let words = words();
    let arguments = ["--settings", words.path().to_str().unwrap()];
    let (code, told) = diff(&scene.setup, &arguments);
    assert_eq!((code, told["live"].clone()), (1, Value::Null));
    assert_eq!(effects(&told["stored"]), [effect("activate", "loses", "not-admin", (1, 1, 1))], "{told}");
    assert!(told["stored"]["effects"][0].get("names").is_none());
    let named = |told: &Value| told["stored"]["effects"][0]["names"][0].clone();
    let (_, told) = diff(&scene.setup, &[&arguments[..], &["--names"]].concat());
    assert_eq!(
        named(&told),
        json!({"mandate": FREE, "user": "u-noadmin", "name": "Name of u-noadmin", "about": "f0"}),
        "{told}"
    );
    // Who is gone is counted, and nobody.
    let cascading = if database.is_postgres() { "" } else { "PRAGMA foreign_keys = ON; " };
    database.execute(&format!("{cascading}DELETE FROM users WHERE id = 'u-noadmin'")).await;
    let (_, told) = diff(&scene.setup, &[&arguments[..], &["--names"]].concat());
    let user = named(&told)["user"].as_str().unwrap().to_owned();
    assert!(user.len() == 64 && named(&told).get("name").is_none(), "{told}");
    assert_eq!(diff(&scene.setup, &[&arguments[..], &["--since", "2999-01-01"]].concat()).0, 0);
    // Who was gone before a refusal was written has no pseudonym either.
    database.execute("UPDATE decisions SET who = NULL").await;
    let (_, told) = diff(&scene.setup, &[&arguments[..], &["--names"]].concat());
    assert_eq!(named(&told), json!({"mandate": FREE, "user": null, "about": "f0"}), "{told}");
    let (_, text, _) = scene.setup.run(&[&["policy", "diff"], &arguments[..], &["--names"]].concat());
    assert!(text.contains("  (nobody known)  "), "{text}");
}

async fn another_module_is_tried_on_the_record_and_on_today(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    assert_eq!(scene.api.activate(ADMIN, FREE, "f0").await.status, 200);
    assert_eq!(scene.api.activate(MEMBER, FREE, "f0").await.status, 403);
    super::records(database, 2).await;
    let module = |bytes: &[u8]| {
        let file = NamedTempFile::with_suffix(".wasm").expect("a file");
        fs::write(file.path(), bytes).expect("written");
        file
    };
    let same = module(crate::policy::embedded().bytes());
    let (code, told) = diff(&scene.setup, &["--module", same.path().to_str().unwrap(), "--live"]);
    assert_eq!(code, 0, "{told}");
    assert!(told["live"]["compared"].as_i64().unwrap() > 1_000, "{told}");

    // One that refuses everything, whatever it is asked.
    let refusing = module(
        &Wat::answering(
            r#"{"activation":{"allowed":false,"reasons":[{"code":"plan-unknown","params":{}}],"grant":null}}"#,
        )
        .bytes(),
    );
    let (code, told) = diff(&scene.setup, &["--module", refusing.path().to_str().unwrap(), "--live"]);
    assert_eq!(code, 1);
    let expected = [
        effect("activate", "loses", "plan-unknown", (1, 1, 1)),
        effect("activate", "otherwise", "plan-unknown", (1, 1, 1)),
    ];
    assert_eq!(effects(&told["stored"]), expected, "{told}");
    // Today's questions are asked in batches, and that is no answer to a batch.
    let no_answer = |entry: &(String, String, String, i64, i64, i64)| entry.1 == "noAnswer" && entry.2 == "wrong-kind";
    assert!(effects(&told["live"]).iter().all(no_answer), "{told}");
    assert_eq!(told["live"]["compared"], told["live"]["different"]);

    // What a host would not take for an answer lets nobody in: a grant that is none, or something else than JSON says.
    let ungranted = Wat::answering(r#"{"activation":{"allowed":true,"reasons":[],"grant":null}}"#).bytes();
    let foreign = Wat::answering(
        r#"{"activation":{"allowed":true,"reasons":[],"grant":{"adminRole":"a","subscription":9,"billing":"nothing"}}}"#,
    )
    .bytes();
    for (bytes, why) in [
        (ungranted, "unfitting"),
        (foreign, "unfitting"),
        (Wat::answering_compact(&[1, 9]).bytes(), "not-an-answer"),
        // It reads the compact form, and is asked in that.
        (Wat::answering_compact(&[1, 2, 0, 0, 0, 0, 0]).bytes(), "wrong-kind"),
    ] {
        let tried = module(&bytes);
        let (code, told) = diff(&scene.setup, &["--module", tried.path().to_str().unwrap()]);
        assert_eq!(code, 1);
        assert_eq!(effects(&told["stored"]), [effect("activate", "noAnswer", why, (2, 2, 1))], "{told}");
    }

    let broken = module(b"no module");
    let (code, output, errors) = scene.setup.run(&["policy", "diff", "--module", broken.path().to_str().unwrap()]);
    assert_eq!((code, output.as_str()), (2, ""), "{errors}");
}

async fn what_cannot_be_compared_is_told_and_differs(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    assert_eq!(scene.api.activate(ADMIN, FREE, "f0").await.status, 200);
    let exact = file("[rules]\nadmin_match = \"exact\"\n");
    let arguments = ["--settings", exact.path().to_str().unwrap()];
    assert_eq!(diff(&scene.setup, &arguments).0, 0);
    database.execute("DELETE FROM policy_modules").await;
    let (code, told) = diff(&scene.setup, &arguments);
    assert_eq!((code, told["stored"]["compared"].clone()), (1, json!(0)));
    let missing = told["stored"]["missing"].as_object().unwrap();
    assert!(missing.iter().all(|(why, count)| why.contains("not in the archive") && *count == 1), "{told}");

    for (name, text, fault) in [
        ("nothing", "", "must set something in `[rules]`"),
        ("another table alone", "[log]\nfilter = \"info\"\n", "must set something in `[rules]`"),
        ("a slip", "[rules]\nadmin_mach = \"words\"\n", "admin_match"),
        ("another word", "[rules]\nadmin_match = \"loosely\"\n", "`exact`, `words` or `substring`"),
    ] {
        let wrong = file(text);
        let (code, output, errors) = scene.setup.run(&["policy", "diff", "--settings", wrong.path().to_str().unwrap()]);
        assert_eq!((code, output.as_str()), (2, ""), "{name}: {errors}");
        assert!(errors.contains(fault), "{name}: {errors}");
    }
    let (code, _, errors) = scene.setup.run(&["policy", "diff"]);
    assert!(code == 2 && errors.contains("--module FILE"), "{code} {errors}");
    // What the exit codes are is told there, too.
    for (command, words) in [("diff", "or something could not be compared"), ("replay", "or could not be made again")] {
        let (_, help, _) = scene.setup.run(&["policy", command, "--help"]);
        assert!(help.contains(words), "{help}");
    }
}
