//! A mail server that refuses what it is told to refuse, with answers that repeat the address, as real ones do.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What the server answers out of turn.
#[derive(Clone, Copy, Debug)]
pub(super) enum Quirk {
    /// This status for recipients whose address begins so.
    Recipient(&'static str, u16),
    /// This status for any login.
    Login(u16),
    /// This status as a greeting.
    Greeting(u16),
    /// This status after the mail itself.
    Data(u16),
    /// No word after the connection stands.
    Mute,
}

/// The running server; it stops when dropped.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) address: SocketAddr,
    accepted: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(quirk: Quirk) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let accepted = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&accepted);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, quirk, Arc::clone(&shared)));
            }
        });
        Self { address, accepted, task }
    }

    /// Envelope recipients of the mails that it took, in order.
    pub(super) fn accepted(&self) -> Vec<String> {
        self.accepted.lock().expect("accepted").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One dialogue; an error is the client's hanging up.
async fn serve(mut stream: TcpStream, quirk: Quirk, accepted: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let (reader, mut writer) = stream.split();
    let mut lines = BufReader::new(reader).lines();
    let mut answer = async |text: String| writer.write_all(format!("{text}\r\n").as_bytes()).await.ok();
    match quirk {
        Quirk::Mute => {
            lines.next_line().await.ok()?;
            return None;
        }
        Quirk::Greeting(status) => return answer(format!("{status} mail.example.com not today")).await,
        _ => answer("220 mail.example.com".to_owned()).await?,
    }
    let mut recipient = String::new();
    while let Some(line) = lines.next_line().await.ok()? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => answer("250-mail.example.com\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN".to_owned()).await?,
            "AUTH" => match quirk {
                Quirk::Login(status) => answer(format!("{status} user unknown: {line}")).await?,
                _ => answer("235 welcome".to_owned()).await?,
            },
            "RCPT" => {
                recipient = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                match quirk {
                    Quirk::Recipient(who, status) if recipient.starts_with(who) => {
                        answer(format!("{status} <{recipient}> not here")).await?;
                    }
                    _ => answer("250 ok".to_owned()).await?,
                }
            }
            "DATA" => {
                answer("354 go on".to_owned()).await?;
                while lines.next_line().await.ok()?? != "." {}
                match quirk {
                    Quirk::Data(status) => answer(format!("{status} <{recipient}> gets nothing")).await?,
                    _ => {
                        accepted.lock().expect("accepted").push(recipient.clone());
                        answer("250 taken".to_owned()).await?;
                    }
                }
            }
            "QUIT" => return answer("221 bye".to_owned()).await,
            _ => answer("250 ok".to_owned()).await?,
        }
    }
    Some(())
}
