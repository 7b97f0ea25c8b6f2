//! Counts SQL statements by the database driver's own log. BEGIN, COMMIT and ROLLBACK are not part of it, and what
//! sets up a new connection (PRAGMA, SET) is left out.

use std::sync::{Arc, Mutex};

use tracing::{
    Event, Instrument as _, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
};
use tracing_subscriber::{Layer, filter::Targets, layer::Context, registry::LookupSpan};

use crate::subscriber;

/// How statements begin that are left out.
const LEFT_OUT: [&str; 5] = ["BEGIN", "COMMIT", "ROLLBACK", "PRAGMA ", "SET "];

/// What counts.
pub(crate) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>() -> impl Layer<S> {
    let filter = Targets::new().with_target("sqlx::query", LevelFilter::DEBUG).with_target("it", LevelFilter::INFO);
    Log.with_filter(filter)
}

/// Runs a future and returns its output with the statements that were run on its behalf, in order. What it spawns is
/// not counted.
pub(crate) async fn counted<F: Future>(work: F) -> (F::Output, Vec<String>) {
    subscriber::install();
    let span = tracing::info_span!("counted");
    let seen = Seen::default();
    span.with_subscriber(|(id, subscriber)| {
        let registry = subscriber.downcast_ref::<tracing_subscriber::Registry>();
        let registry = registry.or_else(|| subscriber.downcast_ref()).expect("a registry");
        registry.span(id).expect("a span").extensions_mut().insert(seen.clone());
    });
    let output = work.instrument(span).await;
    let statements = std::mem::take(&mut *seen.0.lock().expect("a lock"));
    (output, statements)
}

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

struct Log;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(seen) = span.extensions().get::<Seen>() {
                let mut statement = Statement::default();
                event.record(&mut statement);
                if !LEFT_OUT.iter().any(|word| statement.0.starts_with(word)) {
                    seen.0.lock().expect("a lock").push(statement.0);
                }
            }
        }
    }
}

#[derive(Default)]
struct Statement(String);

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        let whole = field.name() == "db.statement" && !value.is_empty();
        if whole || field.name() == "summary" {
            value.trim().clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
