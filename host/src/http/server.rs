//! Serves a router on a listener until it is told to stop; then running requests get some time to end.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::readiness::Readiness;

/// Serves until `stop`, then takes nothing new and waits at most `shutdown_timeout` for what is running. Requests that
/// are still running then are dropped, which is safe at any point.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    readiness: Arc<Readiness>,
    stop: CancellationToken,
    shutdown_timeout: Duration,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown({
        let stop = stop.clone();
        let readiness = readiness.clone();
        async move {
            stop.cancelled().await;
            readiness.draining();
            tracing::info!("draining");
        }
    });
    readiness.serving();
    tracing::info!(%address, "listening");
    let patience = async {
        stop.cancelled().await;
        tokio::time::sleep(shutdown_timeout).await;
    };
    tokio::select! {
        ended = serving => ended,
        () = patience => {
            tracing::warn!("requests were still running when the time to stop was over");
            Ok(())
        }
    }
}

/// Serves a router as long as the process runs.
///
/// # Errors
/// When the listener fails.
pub async fn serve_bare(listener: TcpListener, router: Router) -> io::Result<()> {
    axum::serve(listener, router).await
}

/// Resolves when the process is asked to stop: SIGTERM or Ctrl-C.
///
/// # Errors
/// When signals cannot be listened to.
pub async fn stop_signal() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
