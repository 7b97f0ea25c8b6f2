//! TCP connections that a handler can cut, and the listener that hands them out.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError, Weak},
    task::{Context, Poll, Waker},
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

use crate::faults::Cut;

#[derive(Debug, Default)]
struct Control {
    cut: Option<Cut>,
    waker: Option<Waker>,
}

/// A handler's grip on the connection its request came over.
#[derive(Debug, Clone)]
pub(crate) struct Grip(Arc<Mutex<Control>>);

impl Grip {
    /// Ends the connection; what was not yet sent is lost.
    pub(crate) fn cut(&self, how: Cut) {
        let mut control = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        control.cut = Some(how);
        if let Some(waker) = control.waker.take() {
            waker.wake();
        }
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Grip {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        Self(Arc::clone(&stream.io().control))
    }
}

/// A TCP stream that fails as soon as it is cut.
pub(crate) struct CuttableStream {
    stream: TcpStream,
    control: Arc<Mutex<Control>>,
}

impl CuttableStream {
    fn check(&self, context: &Context<'_>) -> io::Result<()> {
        let mut control = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        match control.cut {
            None => {
                control.waker = Some(context.waker().clone());
                Ok(())
            }
            Some(how) => {
                if how == Cut::Rst {
                    self.stream.set_zero_linger()?;
                }
                Err(io::ErrorKind::ConnectionReset.into())
            }
        }
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Every connection that is open, so that stopping the server cuts them all.
#[derive(Debug, Clone, Default)]
pub(crate) struct OpenConnections(Arc<Mutex<Vec<Weak<Mutex<Control>>>>>);

impl OpenConnections {
    fn add(&self, control: &Arc<Mutex<Control>>) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|known| known.strong_count() > 0);
        open.push(Arc::downgrade(control));
    }

    pub(crate) fn cut_all(&self) {
        let open = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for control in open.iter().filter_map(Weak::upgrade) {
            Grip(control).cut(Cut::Rst);
        }
    }
}

/// Accepts connections on loopback.
pub(crate) struct CuttableListener {
    pub(crate) listener: TcpListener,
    pub(crate) open: OpenConnections,
}

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // An answer goes out at once; if this fails it is only slower.
        let _ = stream.set_nodelay(true);
        let control = Arc::new(Mutex::new(Control::default()));
        self.open.add(&control);
        (CuttableStream { stream, control }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}
