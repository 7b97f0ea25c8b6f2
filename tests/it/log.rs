//! Gathers what one test logs.
//!
//! The test's runtime must have one thread (as `#[tokio::test]` has): what is logged on other threads belongs to other tests.
//! One subscriber serves the whole binary, because tracing remembers per place in the code whether anybody listens, and tests
//! that come and go with subscribers of their own would deafen each other.

use std::{cell::RefCell, io};

use tracing::Subscriber;
use tracing_subscriber::{Layer, filter::dynamic_filter_fn, registry::LookupSpan};

use crate::subscriber;

thread_local! {
    static GATHERED: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// What gathers: all levels, on threads where somebody does.
pub(crate) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>() -> impl Layer<S> {
    let is_gathered = dynamic_filter_fn(|_, _| GATHERED.with_borrow(Option::is_some));
    tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| Writer).with_filter(is_gathered)
}

/// Gathers all levels on this thread until it is dropped.
#[derive(Debug)]
pub(crate) struct Log {
    // Belongs to its thread.
    _not_send: std::marker::PhantomData<*const ()>,
}

impl Log {
    /// Gathers from now on.
    pub(crate) fn gather() -> Self {
        subscriber::install();
        GATHERED.set(Some(Vec::new()));
        Self { _not_send: std::marker::PhantomData }
    }

    /// What was logged so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(GATHERED.with_borrow(Clone::clone).expect("gathered")).expect("text")
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        GATHERED.set(None);
    }
}

struct Writer;

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        GATHERED.with_borrow_mut(|gathered| {
            if let Some(gathered) = gathered {
                gathered.extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
