//! Which rule meets which request, and how often.

use fault_proxy::{Fault, Page, Rule};

use crate::server::Scene;

const TEAPOT: Fault = Fault::Answer { status: 418, page: Page::Empty };
const GONE: Fault = Fault::Answer { status: 410, page: Page::Empty };

impl Scene {
    async fn status(&self, method: &str, path: &str) -> u16 {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let answer = self.client.request(method, format!("{}{path}", self.proxy.url())).send().await;
        answer.expect("an answer").status().as_u16()
    }
}

#[tokio::test]
async fn rules_are_used_in_order_and_used_up() {
    let scene = Scene::new().await;
    scene.proxy.plan(Rule::times(2, "GET", "/a", TEAPOT));
    scene.proxy.plan(Rule::once("GET", "/a", GONE));
    assert_eq!(scene.proxy.left(), 2);
    for wanted in [418, 418, 410, 200] {
        assert_eq!(scene.status("GET", "/a/b").await, wanted);
    }
    assert_eq!(scene.proxy.left(), 0);
}

#[tokio::test]
async fn a_rule_meets_its_method_and_path_only() {
    let scene = Scene::new().await;
    scene.proxy.plan(Rule::forever("POST", "/a", TEAPOT));
    for (method, path, wanted) in
        [("POST", "/a", 418), ("POST", "/a/b?c", 418), ("GET", "/a", 200), ("POST", "/b", 200), ("POST", "/a", 418)]
    {
        assert_eq!(scene.status(method, path).await, wanted, "{method} {path}");
    }
    scene.proxy.calm();
    assert_eq!((scene.status("POST", "/a").await, scene.proxy.left()), (200, 0));
}

#[tokio::test]
async fn rules_are_written_as_json() {
    let rules: Vec<Rule> = serde_json::from_str(
        r#"[{"match": {"method": "POST", "path": "/v1"}, "times": "forever", "fault": {"type": "delay", "ms": 5}},
            {"times": 3, "fault": {"type": "answer", "status": 418, "page": "empty"}},
            {"fault": {"type": "duplicate", "answer": "second"}}]"#,
    )
    .unwrap();
    assert_eq!(rules[0], Rule::forever("POST", "/v1", Fault::Delay { ms: 5 }));
    assert_eq!((rules[1].fault, rules[1].times), (TEAPOT, fault_proxy::Times::Count(3)));
    assert_eq!(rules[2].fault.kind(), "duplicate");
    assert!(serde_json::from_str::<Rule>(r#"{"fault": {"type": "explode"}}"#).is_err());
    assert!(serde_json::from_str::<Rule>(r#"{"fault": {"type": "hold"}, "tmies": 2}"#).is_err());
}
