//! Query strings with what is no id, or no parameter of that endpoint.

use super::{Trial, shown};
use crate::world::ADMIN;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_query_is_said() {
    let trial = Trial::begin().await;
    let long = format!("mandateId={}", "x".repeat(10_000));
    let limit = format!("mandateId={}", "x".repeat(200));
    for (query, expected) in [
        ("mandateId=%00", "422 invalid-field /mandateId control-character"),
        ("mandateId=m-free%00", "422 invalid-field /mandateId control-character"),
        ("mandateId=m-free%0a", "422 invalid-field /mandateId control-character"),
        ("mandateId=m-free%1b%5b31m", "422 invalid-field /mandateId control-character"),
        ("mandateId=m-free%7f", "422 invalid-field /mandateId control-character"),
        ("mandateId=m-free%c2%85", "422 invalid-field /mandateId control-character"),
        ("mandateId=m-free&mandateId=m-paid", "422 invalid-field /mandateId duplicate"),
        ("mandate_id=m-free", "422 invalid-field /mandate_id near-miss"),
        ("mandateID=m-free", "422 invalid-field /mandateID near-miss"),
        ("mandateid=m-free", "422 invalid-field /mandateid near-miss"),
        (&long, "422 invalid-field /mandateId length"),
        (&limit, "404 mandate-not-found"),
        ("mandateId=%ff%fe", "404 mandate-not-found"),
        ("mandateId=' OR 1=1 --", "404 mandate-not-found"),
        ("mandateId=%F0%9F%98%80", "404 mandate-not-found"),
        ("mandateId=%zz", "404 mandate-not-found"),
        ("colour=red&mandateId=m-free&x=%00&x=1", "200"),
        ("mandateId=m%2Dfree", "200"),
    ] {
        for path in
            ["/api/store/subscription-info", "/api/store/features", "/api/store/instances", "/api/store/preflight"]
        {
            let reply = trial.api.get(ADMIN, &format!("{path}?{query}")).await;
            // A mandate that is not there is no fault of a question about features.
            let expected = if path.ends_with("features") && expected.starts_with("404") { "200" } else { expected };
            assert_eq!(shown(&reply), expected, "{path}?{query}");
        }
    }
    for (query, expected) in
        [("", "422 invalid-field /mandateId missing"), ("?mandateId=", "422 invalid-field /mandateId length")]
    {
        let reply = trial.api.get(ADMIN, &format!("/api/store/instances{query}")).await;
        assert_eq!(shown(&reply), expected, "{query}");
    }
    trial.end().await;
}
