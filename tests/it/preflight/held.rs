//! An answer that the caller has already is not sent again, and one that says something else is.

use reqwest::Method;

use super::preflight;
use crate::{
    api::Reply,
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::Scene,
    tokens,
    world::{ADMIN, FREE, MEMBER},
};

on_both_engines!(an_answer_is_sent_once);

async fn again(scene: &Scene, user: &str, language: &str, held: &str) -> Reply {
    let headers = [("if-none-match", held), ("accept-language", language)];
    let path = format!("/api/store/preflight?mandateId={FREE}");
    scene.api.send(Method::GET, &path, Some(&tokens::of(user)), &headers, None).await
}

async fn an_answer_is_sent_once(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let first = preflight(&scene, ADMIN, FREE).await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    for held in [tag.clone(), tag.replace("W/", ""), format!("\"other\", {tag}"), "*".to_owned()] {
        let reply = again(&scene, ADMIN, "de", &held).await;
        assert_eq!((reply.status, reply.text.as_str(), reply.header("etag")), (304, "", tag.as_str()), "{held}");
        assert_eq!(reply.header("cache-control"), "private, no-cache");
        assert_eq!(reply.header("vary"), "Authorization, Accept-Language");
    }
    // Not in another language, not to somebody else, be it another admin, and not when anything is another.
    for (user, language) in [(ADMIN, "fr"), ("u-a0", "de"), (MEMBER, "de")] {
        assert_eq!(again(&scene, user, language, &tag).await.status, 200, "{user} {language}");
    }
    let strangers = again(&scene, "u-stranger", "de", "*").await;
    assert_eq!(strangers.status, 404);

    let mut tags = vec![tag];
    for change in [
        "UPDATE plans SET max_instances = 2 WHERE key = 'FREE3'",
        "UPDATE subscriptions SET ends_at = 4000000000000 WHERE id = 's-m-free'",
        "UPDATE features SET category = 'hidden' WHERE code = 'f5'",
        "INSERT INTO pauses (name, since, actor, reason) VALUES ('billing', 1, 'somebody', 'to see')",
        "UPDATE roles SET label = 'other' WHERE id = 'r-m-free-admin'",
    ] {
        database.execute(change).await;
        let reply = again(&scene, ADMIN, "de", &tags.join(", ")).await;
        assert_eq!(reply.status, 200, "{change}");
        tags.push(reply.header("etag").to_owned());
    }
    // What brings the old answer back brings back its tag.
    database.execute("UPDATE roles SET label = 'admin' WHERE id = 'r-m-free-admin'").await;
    assert_eq!(again(&scene, ADMIN, "de", &tags[4]).await.status, 304);
}
