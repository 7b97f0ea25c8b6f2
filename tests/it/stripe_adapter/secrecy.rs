//! Neither the key nor an id of Stripe's comes out through logs, errors or debug output.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tracing_subscriber::fmt::MakeWriter;
use turnpike::ports::billing::Billing;

use super::{
    KEY, billing, hasty_billing,
    server::{Reply, Server},
    subscription, target, update,
};

/// Gathers what is logged.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn nothing_confidential_comes_out() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    // This test's runtime has one thread, so that all of the adapter's work is seen.
    let _guard = tracing::subscriber::set_default(subscriber);

    let planted = r#"{"error": {"type": "invalid_request_error", "code": "resource_missing", "param": "id",
        "message": "No such subscription: 'sub_1PlantedSubscription' for key sk_test_4eC39HqLyjWDarjtT1zdp7dc"}}"#;
    let reused = planted.replace("invalid_request_error", "idempotency_error");
    let mut shown = String::new();
    for reply in [
        Reply::json(200, "Request-Id: req_1\r\n", &subscription("active", 4, "")),
        Reply::json(200, "", &subscription("active", 5, "")),
        Reply::json(200, "", "sk_test_4eC39HqLyjWDarjtT1zdp7dc"),
        Reply::json(400, "", planted),
        Reply::json(400, "", &reused),
        Reply::json(401, "", planted),
        Reply::json(404, "", planted),
        Reply::json(500, "", planted),
        Reply::json(500, "", "sub_1PlantedSubscription"),
        Reply::Cut("sub_1PlantedSubscription".to_owned()),
        Reply::Reset,
        Reply::Stall,
    ] {
        let server = Server::start([reply.clone(), reply]).await;
        let billing = hasty_billing(&server.url());
        shown += &format!("{:?}", billing.set_quantity(&update(4), "key-1").await);
        match billing.read(&target()).await {
            Ok(observation) => shown += &format!("{observation:?}"),
            Err(error) => shown += &format!("{error} {error:?}"),
        }
    }
    let unreachable = billing("http://127.0.0.1:1");
    shown += &format!("{:?} {unreachable:?}", unreachable.set_quantity(&update(4), "key-1").await);

    let log = String::from_utf8(log.0.lock().expect("log").clone()).expect("text");
    assert!(log.contains("stripe answered") && log.contains("ERROR"), "the log was not gathered:\n{log}");
    for text in [&log, &shown] {
        for secret in [KEY, "4eC39", "PlantedSubscription", "PlantedItem", "No such subscription"] {
            assert!(!text.contains(secret), "`{secret}` in\n{text}");
        }
    }
}
