//! The one subscriber of this binary: what tests listen to is a layer of it. There can be no second one.

use std::sync::Once;

use tracing_subscriber::layer::SubscriberExt as _;

use crate::{log, statements};

/// Installs it, once.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let subscriber = tracing_subscriber::registry().with(statements::layer()).with(log::layer());
        tracing::subscriber::set_global_default(subscriber).expect("no other subscriber");
    });
}
