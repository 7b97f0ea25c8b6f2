//! `turnpike policy replay`: every decision again, byte for byte; what does not come out as it did is shown.

use base64::Engine as _;
use core_wasm::{compact::to_vec, question::Answer};
use serde_json::json;
use turnpike::policy::hex_sha256;

use super::{as_json, copied, decision_of, traffic};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    policy::wat::Wat,
    scene::Scene,
    world::{ADMIN, FREE},
};

on_both_engines!(
    what_was_decided_is_decided_again,
    a_module_is_asked_in_the_form_that_a_host_asks_in,
    what_is_not_there_is_named,
    of_many_deviations_a_hundred_are_shown,
);

async fn what_was_decided_is_decided_again(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let made = traffic(&scene, database).await;
    let (code, output, errors) = scene.setup.run(&["policy", "replay"]);
    assert_eq!(code, 0, "{output}{errors}");
    assert_eq!(output, format!("{made} decisions came out as they did, 0 differently, 0 could not be made\n"));
    // Decided under other settings since then: each is replayed under its own.
    let other = scene.setup.clone().with("TURNPIKE_ADMIN_LABELS", "owner,planted-role-m-free");
    {
        let host = other.serve();
        let api = crate::api::Api::new(&host.url);
        assert_eq!(api.activate(crate::world::MEMBER, FREE, "f1").await.status, 200);
    }
    let (code, told) = as_json(&scene.setup, &["policy", "replay"]);
    assert_eq!((code, told["equal"].clone()), (0, json!(made + 1)), "{told}");
    assert_eq!(database.number("SELECT count(*) FROM policy_settings").await, 2);

    // One answer is another than it was.
    database
        .execute(
            "UPDATE decisions SET answer = replace(answer, '\"allowed\":true', '\"allowed\":false') \
             WHERE mandate_id = 'm-open'",
        )
        .await;
    let (code, output, _) = scene.setup.run(&["policy", "replay"]);
    assert_eq!(code, 1, "{output}");
    assert!(output.contains("  then  ") && output.contains(r#""allowed":false"#), "{output}");
    assert!(output.contains("  now   ") && output.contains(r#""allowed":true"#), "{output}");
    assert!(
        output.ends_with(&format!("{made} decisions came out as they did, 1 differently, 0 could not be made\n")),
        "{output}"
    );
    // Only there.
    for (arguments, expected) in
        [(["--mandate", FREE], 0), (["--mandate", "m-open"], 1), (["--since", "2999-01-01"], 0)]
    {
        let (code, output, errors) = scene.setup.run(&[&["policy", "replay"], &arguments[..]].concat());
        assert_eq!(code, expected, "{arguments:?}: {output}{errors}");
    }
    let (_, told) = as_json(&scene.setup, &["policy", "replay", "--mandate", "m-open"]);
    let deviation = &told["deviations"][0];
    assert!(deviation["then"].as_str().unwrap().contains(r#""allowed":false"#), "{told}");
    assert!(deviation["now"].as_str().unwrap().contains(r#""allowed":true"#), "{told}");
}

async fn a_module_is_asked_in_the_form_that_a_host_asks_in(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    assert_eq!(scene.api.activate(ADMIN, FREE, "f0").await.status, 200);
    let answer: Answer = serde_json::from_str(&database.text("SELECT answer FROM decisions").await).unwrap();
    // What decided knew the compact form only, and traps at JSON.
    let module = Wat::answering_compact(&to_vec(&answer)).bytes();
    let digest = hex_sha256(&module);
    let base64 = base64::engine::general_purpose::STANDARD.encode(module);
    database.execute(&format!("UPDATE policy_modules SET digest = '{digest}', module = '{base64}'")).await;
    database.execute(&format!("UPDATE decisions SET policy_digest = '{digest}'")).await;
    let (code, told) = as_json(&scene.setup, &["policy", "replay"]);
    assert_eq!((code, told["equal"].clone()), (0, json!(1)), "{told}");

    // Facts that no policy of this version can have been asked.
    database.execute("UPDATE decisions SET facts = '{}'").await;
    let (code, told) = as_json(&scene.setup, &["policy", "replay"]);
    assert_eq!((code, told["missing"].clone()), (1, json!(1)), "{told}");
    assert_eq!(told["deviations"][0]["missing"], "the facts are not of abi version 1");
}

async fn what_is_not_there_is_named(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let made = traffic(&scene, database).await;
    let policy = database.text("SELECT max(policy_digest) FROM decisions").await;
    let settings = database.text("SELECT max(settings_digest) FROM decisions").await;
    let missing = |why: &str| {
        let (code, told) = as_json(&scene.setup, &["policy", "replay"]);
        assert_eq!((code, told["missing"].clone(), told["equal"].clone()), (1, json!(made), json!(0)), "{told}");
        let said = told["deviations"][0]["missing"].as_str().unwrap().to_owned();
        assert!(said.contains(why), "{said}");
        said
    };
    database.execute("UPDATE policy_settings SET settings = replace(settings, 'CHF', 'EUR')").await;
    assert!(missing("what is kept under their digest are other settings").contains(&settings));
    database.execute("UPDATE policy_settings SET settings = replace(settings, 'EUR', 'CHF')").await;
    assert_eq!(scene.setup.run(&["policy", "replay"]).0, 0);
    database.execute("CREATE TABLE put_aside AS SELECT * FROM policy_settings").await;
    database.execute("DELETE FROM policy_settings").await;
    assert!(missing("are not in the archive").contains(&settings));
    database.execute("INSERT INTO policy_settings (digest, settings, first_used_at) SELECT digest, settings, first_used_at FROM put_aside").await;
    assert_eq!(scene.setup.run(&["policy", "replay"]).0, 0);
    // Eight bytes of a module that does nothing, where the policy should be.
    database.execute("UPDATE policy_modules SET module = 'AGFzbQEAAAA='").await;
    missing("what is kept under its digest is another module");
    database.execute("DELETE FROM policy_modules").await;
    assert!(missing("is not in the archive").contains(&policy));

    let broken = scene.setup.clone().with("TURNPIKE_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    assert_eq!(broken.run(&["policy", "replay"]).0, 2, "it could not be found out");
}

async fn of_many_deviations_a_hundred_are_shown(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let id = decision_of(&scene.api.activate(ADMIN, FREE, "f0").await);
    database.execute("UPDATE decisions SET answer = replace(answer, 'f0-admin', 'f0-other')").await;
    let shown = |more: bool, different: usize| {
        let (code, told) = as_json(&scene.setup, &["policy", "replay"]);
        assert_eq!((code, &told["different"], &told["more"]), (1, &json!(different), &json!(more)));
        assert_eq!(told["deviations"].as_array().unwrap().len(), different.min(100));
    };
    for number in 1..100 {
        database.execute(&copied(&id, &format!("copy-{number}"), FREE)).await;
    }
    shown(false, 100);
    database.execute(&copied(&id, "copy-100", FREE)).await;
    shown(true, 101);
    let (_, output, _) = scene.setup.run(&["policy", "replay"]);
    assert!(output.contains("… the first 100 of 101"), "{output}");
}
