//! TCP connections that the one who handles a request can cut, and the listener that hands them out.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
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

use crate::fault::Cut;

#[derive(Debug, Default)]
struct Switch {
    cut: Option<Cut>,
    waker: Option<Waker>,
}

/// A handler's grip on the connection its request came over.
#[derive(Clone, Debug)]
pub(crate) struct Grip(Arc<Mutex<Switch>>);

impl Grip {
    /// Ends the connection; what was not sent yet is lost.
    pub(crate) fn cut(&self, how: Cut) {
        let mut switch = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        switch.cut = Some(how);
        if let Some(waker) = switch.waker.take() {
            waker.wake();
        }
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Grip {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        Self(Arc::clone(&stream.io().switch))
    }
}

/// Accepts connections that can be cut.
#[derive(Debug)]
pub(crate) struct CuttableListener(pub(crate) TcpListener);

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // An answer goes out at once; if this fails it is only slower.
        let _ = stream.set_nodelay(true);
        (CuttableStream { stream, switch: Arc::default() }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// A TCP stream that fails as soon as it is cut.
#[derive(Debug)]
pub(crate) struct CuttableStream {
    stream: TcpStream,
    switch: Arc<Mutex<Switch>>,
}

impl CuttableStream {
    fn check(&self, context: &Context<'_>) -> io::Result<()> {
        let mut switch = self.switch.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(how) = switch.cut else {
            switch.waker = Some(context.waker().clone());
            return Ok(());
        };
        if how == Cut::Reset {
            self.stream.set_zero_linger()?;
        }
        Err(io::ErrorKind::ConnectionReset.into())
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
