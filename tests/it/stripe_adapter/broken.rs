//! Connections that do not come about, and such as end too early.

use std::net::TcpListener;

use turnpike::ports::billing::{Billing, ReadError, SetOutcome};

use super::{
    billing, hasty_billing,
    server::{Reply, Server},
    subscription, target, update,
};

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let refused = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        format!("http://{}", listener.local_addr().expect("an address"))
    };
    // Accepts, and then says nothing to the TLS client; and one that does not speak TLS.
    let silent = Server::start([Reply::Stall]).await;
    let plain = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let plain_port = plain.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        use std::io::Write;
        while let Ok((mut stream, _)) = plain.accept() {
            let _ = stream.write_all(b"220 not TLS\r\n");
        }
    });
    for base in [
        refused,
        "http://stripe.invalid".to_owned(),
        silent.url().replace("http:", "https:"),
        format!("https://127.0.0.1:{plain_port}"),
    ] {
        let billing = hasty_billing(&base);
        let outcome = billing.set_quantity(&update(4), "key-1").await;
        let SetOutcome::NotSent { cause } = &outcome else { panic!("{base}: {outcome:?}") };
        assert!(!cause.contains("sub_"), "{cause}");
        let read = billing.read(&target()).await;
        assert!(matches!(read, Err(ReadError::Unavailable { .. })), "{base}: {read:?}");
    }
}

#[tokio::test]
async fn after_the_connection_everything_is_unknown() {
    let body = subscription("active", 4, "");
    let half =
        |length: usize| format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{}", &body[..body.len() / 2]);
    let breaks = [
        ("reset", Reply::Reset),
        ("closed without an answer", Reply::Cut(String::new())),
        ("closed inside the head", Reply::Cut("HTTP/1.1 200 OK\r\nContent-".to_owned())),
        ("closed inside the body", Reply::Cut(half(body.len()))),
        (
            "closed inside a chunk",
            Reply::Cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n{\"id".to_owned()),
        ),
        ("not HTTP", Reply::Cut("220 mail.example.com ESMTP\r\n".to_owned())),
        ("never", Reply::Stall),
        ("never ends", Reply::Whole(half(body.len() + 1))),
        ("too long", Reply::json(200, "", &" ".repeat((1 << 20) + 1))),
    ];
    for (name, reply) in breaks {
        let server = Server::start([reply.clone(), reply]).await;
        let billing = hasty_billing(&server.url());
        let outcome = billing.set_quantity(&update(4), "key-1").await;
        let SetOutcome::Unknown { saved: false, cause } = &outcome else { panic!("{name}: {outcome:?}") };
        assert!(!cause.is_empty() && !cause.contains("sub_") && !cause.contains("127.0.0.1"), "{name}: {cause}");
        assert_eq!(server.requests().len(), 1, "{name}: nothing is sent twice");
        let read = billing.read(&target()).await;
        assert!(matches!(read, Err(ReadError::Unavailable { .. })), "{name}: {read:?}");
    }
}

#[tokio::test]
async fn a_connection_that_was_closed_while_idle_does_no_harm() {
    let whole = Reply::json(200, "", &subscription("active", 4, ""));
    let Reply::Whole(bytes) = whole.clone() else { unreachable!("made whole") };
    // Says nothing of closing, and closes.
    let server = Server::start([Reply::Cut(bytes), whole]).await;
    let billing = billing(&server.url());
    let first = billing.set_quantity(&update(4), "key-1").await;
    assert_eq!(first, SetOutcome::Applied { request_id: None });
    // Either the end is noticed in time and a new connection taken, or the fate is unknown; never "not sent" for a sent one.
    match billing.set_quantity(&update(4), "key-1").await {
        SetOutcome::Applied { .. } => assert_eq!(server.requests().len(), 2),
        outcome => assert!(matches!(outcome, SetOutcome::Unknown { saved: false, .. }), "{outcome:?}"),
    }
}
