//! SIGHUP: an operator asks to look at the policy file now.

use std::io;

use tokio::sync::mpsc;

/// Where it is heard of. What was asked before somebody listens is heard then.
pub type Reloads = mpsc::Receiver<()>;

/// Asks on a channel whenever the process gets SIGHUP, from now on. Where there is no such signal nobody asks.
///
/// # Errors
/// When signals cannot be listened to.
pub fn reloads() -> io::Result<Reloads> {
    // One more than one that is waited for changes nothing.
    let (asks, asked) = mpsc::channel(1);
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut hangups = signal(SignalKind::hangup())?;
        tokio::spawn(async move {
            while hangups.recv().await.is_some() {
                if let Err(mpsc::error::TrySendError::Closed(())) = asks.try_send(()) {
                    break;
                }
            }
        });
    }
    #[cfg(not(unix))]
    drop(asks);
    Ok(asked)
}
