//! The module that decides is given to whoever asks for it by its digest.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use reqwest::{Client, header::IF_NONE_MATCH};
use sha2::{Digest as _, Sha256};
use turnpike::policy::Policy;

use super::told;
use crate::{
    engines,
    policy::wat::Wat,
    scene::Scene,
    world::{ADMIN, FREE},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_module_is_the_one_that_decides() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    let digest = told(&scene, ADMIN, FREE).await["policyDigest"].as_str().expect("a digest").to_owned();
    let url = |name: &str| format!("{}/api/store/policy/{name}", scene.host.url);
    let client = Client::new();

    let reply = client.get(url(&format!("{digest}.wasm"))).send().await.expect("an answer");
    assert_eq!(reply.status(), 200);
    let header =
        |name: &str| reply.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!(header("content-type"), "application/wasm");
    assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header("vary"), "Accept-Encoding");
    let tag = header("etag");
    assert_eq!(tag, format!("\"{digest}\""));
    let bytes = reply.bytes().await.expect("a body");
    let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(found, digest);
    assert_eq!(bytes, Policy::embedded().expect("a policy").bytes());

    let held = client.get(url(&format!("{digest}.wasm"))).header(IF_NONE_MATCH, &tag).send().await.expect("an answer");
    assert_eq!((held.status().as_u16(), held.bytes().await.expect("a body").len()), (304, 0));
    // One that decided once: the record names it.
    let module = Wat::default().bytes();
    let other = turnpike::policy::hex_sha256(&module);
    let path = format!("{other}.wasm");
    assert_eq!(client.get(url(&path)).send().await.expect("an answer").status(), 404);
    let base64 = BASE64_STANDARD.encode(&module);
    let keep = |digest: &str| {
        format!(
            "INSERT INTO policy_modules (digest, module, first_used_at, used_at) VALUES ('{digest}', '{base64}', 0, 0)"
        )
    };
    database.execute(&keep(&other)).await;
    let reply = client.get(url(&path)).send().await.expect("an answer");
    let header = |name: &str| reply.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!((reply.status().as_u16(), header("etag")), (200, format!("\"{other}\"").as_str()));
    assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(reply.bytes().await.expect("a body"), module);
    // Never what is not that module: it would be kept for ever.
    database.execute(&keep(&"1".repeat(64))).await;
    for name in ["1".repeat(64), other.to_uppercase(), other[..63].to_owned(), "%".to_owned()] {
        let reply = client.get(url(&format!("{name}.wasm"))).send().await.expect("an answer");
        assert!(reply.status().is_client_error(), "{name}: {}", reply.status());
    }

    for name in
        [digest.clone(), format!("{digest}.js"), format!("{}.wasm", "0".repeat(64)), format!("{digest}.wasm.wasm")]
    {
        assert_eq!(client.get(url(&name)).send().await.expect("an answer").status(), 404, "{name}");
    }
}
