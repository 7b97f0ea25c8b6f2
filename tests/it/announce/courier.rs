//! The courier: which addresses it connects to, whatever a name stands for a moment later.

use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use tokio::net::TcpListener;
use turnpike::{
    adapters::courier::{HttpCourier, resolver::Lookup},
    ports::courier::{AddressFault, Courier as _, CourierError, Parcel},
};

use super::receiver::Receiver;

/// A name server that answers one thing after the other, and the last one for ever.
struct Scripted {
    answers: Vec<Vec<&'static str>>,
    asked: AtomicUsize,
}

#[async_trait]
impl Lookup for Scripted {
    async fn addresses(&self, _: &str) -> Result<Vec<IpAddr>, io::Error> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers.get(asked).or(self.answers.last()).expect("an answer");
        Ok(answer.iter().map(|address| address.parse().expect("an address")).collect())
    }
}

fn courier(allow_private: bool, answers: &[&[&'static str]]) -> (HttpCourier, Arc<Scripted>) {
    let answers = answers.iter().map(|answer| answer.to_vec()).collect();
    let lookup = Arc::new(Scripted { answers, asked: AtomicUsize::new(0) });
    (HttpCourier::new(Duration::from_secs(1), allow_private, lookup.clone()).expect("a courier"), lookup)
}

fn parcel(url: String) -> Parcel {
    Parcel {
        url,
        headers: vec![("webhook-id", "e1".to_owned()), ("content-type", "application/json".to_owned())],
        body: "{}".to_owned(),
    }
}

/// A port of this machine, and whether anybody connected to it.
async fn trap() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

async fn was_connected_to(listener: &TcpListener) -> bool {
    tokio::time::timeout(Duration::from_millis(100), listener.accept()).await.is_ok()
}

#[tokio::test]
async fn a_name_that_stands_for_private_addresses_is_refused() {
    let (listener, port) = trap().await;
    for answer in [&["127.0.0.1"][..], &["10.0.0.1", "169.254.169.254"], &["::1"], &["::ffff:127.0.0.1"], &["fd00::1"]]
    {
        let (courier, lookup) = courier(false, &[answer]);
        let outcome = courier.carry(&parcel(format!("https://endpoint.example:{port}/"))).await;
        assert_eq!(outcome, Err(CourierError::Forbidden), "{answer:?}");
        assert_eq!(lookup.asked.load(Ordering::SeqCst), 1, "{answer:?}");
    }
    assert!(!was_connected_to(&listener).await);
}

/// DNS rebinding: a public address for whoever checks, a private one for whoever connects.
#[tokio::test]
async fn what_was_looked_at_is_what_is_connected_to() {
    let (listener, port) = trap().await;
    let (courier, lookup) = courier(false, &[&["10.0.0.1"], &["127.0.0.1"]]);
    let outcome = courier.carry(&parcel(format!("https://endpoint.example:{port}/"))).await;
    assert_eq!(outcome, Err(CourierError::Forbidden));
    assert_eq!(lookup.asked.load(Ordering::SeqCst), 1, "there is no second look-up that could say something else");
    let outcome = courier.carry(&parcel(format!("https://endpoint.example:{port}/"))).await;
    assert_eq!(outcome, Err(CourierError::Forbidden), "what is looked up anew is looked at anew");
    assert!(!was_connected_to(&listener).await);
}

#[tokio::test]
async fn private_addresses_can_be_allowed() {
    let receiver = Receiver::start().await;
    let port = receiver.url.split([':', '/']).nth(4).expect("a port").to_owned();
    let (courier, _) = courier(true, &[&["127.0.0.1"]]);
    let receipt = courier.carry(&parcel(format!("http://endpoint.example:{port}/"))).await.expect("an answer");
    assert_eq!((receipt.status, receipt.retry_after), (204, None));
    assert_eq!(receiver.ids(), ["e1"]);
}

#[tokio::test]
async fn an_endpoint_that_does_not_answer_is_given_up() {
    let receiver = Receiver::start().await;
    receiver.answer(|_| None);
    let (courier, _) = courier(true, &[&["127.0.0.1"]]);
    let outcome = courier.carry(&parcel(receiver.url.clone())).await;
    assert_eq!(outcome, Err(CourierError::NoAnswer { cause: "it took too long".to_owned() }));
    let nobody = { trap().await.1 };
    let outcome = courier.carry(&parcel(format!("http://127.0.0.1:{nobody}/"))).await;
    assert!(matches!(outcome, Err(CourierError::NotSent { .. })), "{outcome:?}");
}

#[tokio::test]
async fn addresses_are_judged_before_anything_is_sent() {
    let (strict, _) = courier(false, &[&["1.1.1.1"]]);
    let (lenient, _) = courier(true, &[&["1.1.1.1"]]);
    for (url, expected, leniently) in [
        ("https://endpoint.example/hook?key=1", Ok(()), Ok(())),
        ("https://1.1.1.1:8443/", Ok(()), Ok(())),
        ("http://endpoint.example/", Err(AddressFault::Insecure), Ok(())),
        ("ftp://endpoint.example/", Err(AddressFault::Insecure), Err(AddressFault::Insecure)),
        ("endpoint.example", Err(AddressFault::NoUrl), Err(AddressFault::NoUrl)),
        ("https://", Err(AddressFault::NoUrl), Err(AddressFault::NoUrl)),
        ("https://user@endpoint.example/", Err(AddressFault::Adorned), Err(AddressFault::Adorned)),
        ("https://:secret@endpoint.example/", Err(AddressFault::Adorned), Err(AddressFault::Adorned)),
        ("https://endpoint.example/#part", Err(AddressFault::Adorned), Err(AddressFault::Adorned)),
        ("https://127.0.0.1/", Err(AddressFault::Private), Ok(())),
        ("https://0x7f000001/", Err(AddressFault::Private), Ok(())),
        ("https://[::1]/", Err(AddressFault::Private), Ok(())),
        ("https://169.254.169.254/latest/meta-data", Err(AddressFault::Private), Ok(())),
        ("https://localhost/", Err(AddressFault::Private), Ok(())),
        ("https://store.localhost/", Err(AddressFault::Private), Ok(())),
    ] {
        assert_eq!((strict.check(url), lenient.check(url)), (expected, leniently), "{url}");
    }
}
