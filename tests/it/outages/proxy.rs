//! A TCP proxy in front of the database server that can refuse, stall and cut.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpSocket, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// How the way to the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// As if there were no proxy.
    Open,
    /// Connections are taken, but nothing goes through any more.
    Stalled,
    /// Connections are cut and refused.
    Gone,
}

/// Where in a conversation it is cut, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CutAt {
    /// The server never gets the client's last words.
    Request,
    /// The server gets them, and its answer is lost.
    Answer,
    /// The client loses the connection, and the server gets the last words only then.
    Late,
    /// The server never gets them, and cannot be reached from then on.
    Gone,
}

/// For how long a late message is under way.
const LATE: Duration = Duration::from_millis(300);

/// A running proxy.
pub(super) struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
    /// While nobody listens the port stays ours.
    reserved: Option<TcpSocket>,
}

struct Shared {
    server: SocketAddr,
    way: watch::Sender<Way>,
    /// How many more messages of clients go through until one is cut off; below zero, none is.
    until_cut: AtomicI64,
    /// Only the ends of transactions count.
    commits_only: AtomicBool,
    cut_at: watch::Sender<CutAt>,
}

impl Proxy {
    /// A proxy to the server of this database URL, and the URL through it.
    pub(super) async fn before(url: &str) -> (Self, String) {
        let (scheme, rest) = url.split_once("://").expect("a URL");
        let (authority, name) = rest.split_once('/').expect("a database");
        let (account, server) = authority.rsplit_once('@').expect("an account");
        let server = tokio::net::lookup_host(server).await.expect("an address").next().expect("an address");
        let shared = Arc::new(Shared {
            server,
            way: watch::Sender::new(Way::Open),
            until_cut: AtomicI64::new(-1),
            commits_only: AtomicBool::new(false),
            cut_at: watch::Sender::new(CutAt::Request),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let listening = tokio::spawn(accept(listener, shared.clone()));
        (Self { address, shared, listening, reserved: None }, format!("{scheme}://{account}@{address}/{name}"))
    }

    /// Changes the way, for connections that stand too.
    pub(super) async fn set(&mut self, way: Way) {
        self.shared.way.send_replace(way);
        if way == Way::Gone {
            self.listening.abort();
            // An error here only says that it was aborted.
            let _ = (&mut self.listening).await;
            self.reserved = Some(self.reserve());
        } else if let Some(reserved) = self.reserved.take() {
            let listener = reserved.listen(1024).expect("a listener");
            self.listening = tokio::spawn(accept(listener, self.shared.clone()));
        }
    }

    /// Cuts the connection on which the message after `messages` more ones is sent.
    pub(super) fn cut_after(&self, messages: i64, at: CutAt) {
        self.shared.cut_at.send_replace(at);
        self.shared.commits_only.store(false, Ordering::SeqCst);
        self.shared.until_cut.store(messages, Ordering::SeqCst);
    }

    /// Cuts the connection on which the next transaction is committed.
    pub(super) fn cut_commit(&self, at: CutAt) {
        self.cut_after(0, at);
        self.shared.commits_only.store(true, Ordering::SeqCst);
    }

    /// Cuts nothing from now on. Tells whether something was cut.
    pub(super) fn was_cut(&self) -> bool {
        self.shared.until_cut.swap(-1, Ordering::SeqCst) < 0
    }

    fn reserve(&self) -> TcpSocket {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_reuseaddr(true).expect("an option");
        socket.bind(self.address).expect("the port of before");
        socket
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
        self.shared.way.send_replace(Way::Gone);
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((client, _)) = listener.accept().await {
        let shared = shared.clone();
        tokio::spawn(async move {
            let mut way = shared.way.subscribe();
            if way.wait_for(|way| *way != Way::Stalled).await.is_err() {
                return;
            }
            let Ok(server) = TcpStream::connect(shared.server).await else { return };
            let ((client_in, client_out), (server_in, server_out)) = (client.into_split(), server.into_split());
            // Whatever ends first ends both directions.
            let late = tokio::select! {
                late = carry(client_in, server_out, &shared, true) => late,
                late = carry(server_in, client_out, &shared, false) => late,
                _ = way.wait_for(|way| *way == Way::Gone) => None,
            };
            if let Some((mut server, words)) = late {
                tokio::time::sleep(LATE).await;
                // Nobody is there who could be told if it fails.
                let _ = server.write_all(&words).await;
            }
        });
    }
}

/// Carries one direction until it ends. What is to be delivered later comes back.
async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    shared: &Shared,
    is_request: bool,
) -> Option<(OwnedWriteHalf, Vec<u8>)> {
    let mut way = shared.way.subscribe();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = from.read(&mut buffer).await.ok().filter(|length| *length > 0)?;
        way.wait_for(|way| *way != Way::Stalled).await.ok()?;
        let words = buffer.get(..length)?;
        let counts = !shared.commits_only.load(Ordering::SeqCst) || words.windows(6).any(|six| six == b"COMMIT");
        let is_cut = is_request
            && counts
            && shared.until_cut.load(Ordering::SeqCst) >= 0
            && shared.until_cut.fetch_sub(1, Ordering::SeqCst) == 0;
        match *shared.cut_at.borrow() {
            CutAt::Request if is_cut => return None,
            CutAt::Gone if is_cut => {
                shared.way.send_replace(Way::Gone);
                return None;
            }
            CutAt::Late if is_cut => return Some((to, words.to_vec())),
            _ => {}
        }
        to.write_all(words).await.ok()?;
        if is_cut {
            // The server deals with what it got, whether or not anybody hears of it.
            let _ = to.shutdown().await;
            return None;
        }
    }
}
