//! What happened in a mandate and what it cost: told whole, to its admins alone, with the amounts that were quoted and billed.

mod file;
mod sums;
mod told;

use serde_json::{Value, json};

use crate::{api::Reply, scene::Scene};

/// Asks what happened.
async fn history(scene: &Scene, user: &str, mandate: &str, page: &str) -> Reply {
    scene.api.get(user, &format!("/api/store/history?mandateId={mandate}{page}")).await
}

/// All that happened, in pages of so many.
pub(crate) async fn all(scene: &Scene, user: &str, mandate: &str, limit: usize) -> Vec<Value> {
    let (mut seen, mut page) = (Vec::new(), format!("&limit={limit}"));
    loop {
        let reply = history(scene, user, mandate, &page).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let mut told = reply.json();
        let items = told["items"].as_array_mut().expect("items");
        assert!(items.len() <= limit, "{}", reply.text);
        seen.append(items);
        match told["next"].as_str() {
            Some(next) => page = format!("&limit={limit}&after={next}"),
            None => return seen,
        }
    }
}

/// Activates a feature as it was quoted; the instance and the quote.
async fn bought(scene: &Scene, user: &str, mandate: &str, feature: &str) -> (String, Value) {
    let wish = json!({"mandateId": mandate, "activate": [feature], "deactivate": []});
    let quote = scene.api.post(user, "/api/store/quote", &wish).await;
    assert_eq!(quote.status, 200, "{}", quote.text);
    let quote = quote.json();
    let wish = json!({"featureCode": feature, "mandateId": mandate, "quoteId": quote["id"]});
    let reply = scene.api.post(user, "/api/store/activate", &wish).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    (reply.json()["instanceId"].as_str().expect("an id").to_owned(), quote)
}
