//! What each fault does: when the server gets the request, how often, and what its client gets to see.

use std::{sync::Arc, time::Duration};

use tokio::time::sleep;

use crate::{
    fault::{Cut, Fault, Page, Which},
    message::{Answer, Message},
    proxy::Inner,
};

/// What the client gets to see.
#[derive(Debug)]
pub(crate) enum Shown {
    Answer(Answer),
    Truncated(Answer),
    Cut(Cut),
    Nothing,
}

/// Deals with a request to its end. Runs in a task of its own: a client that goes away ends nothing.
pub(crate) async fn deal_with(inner: Arc<Inner>, message: Message, fault: Fault) -> Shown {
    match fault {
        Fault::Pass => Shown::Answer(forward(&inner, &message).await),
        Fault::Delay { ms } => {
            sleep(Duration::from_millis(ms)).await;
            Shown::Answer(forward(&inner, &message).await)
        }
        Fault::Answer { status, page } => Shown::Answer(Answer::page(status, page)),
        Fault::ForwardThenAnswer { status, page } => {
            forward(&inner, &message).await;
            Shown::Answer(Answer::page(status, page))
        }
        Fault::Drop { how } => Shown::Cut(how),
        Fault::ForwardThenReset => {
            forward(&inner, &message).await;
            Shown::Cut(Cut::Reset)
        }
        Fault::ForwardThenStall => {
            forward(&inner, &message).await;
            Shown::Nothing
        }
        Fault::Truncate => Shown::Truncated(forward(&inner, &message).await),
        Fault::Duplicate { answer } => {
            let (first, second) = (forward(&inner, &message).await, forward(&inner, &message).await);
            Shown::Answer(match answer {
                Which::First => first,
                Which::Second => second,
            })
        }
        Fault::Hold => {
            hold(&inner).await;
            Shown::Answer(forward(&inner, &message).await)
        }
        Fault::Late { ms } => {
            inner.note(|record| record.late += 1);
            tokio::spawn(async move {
                sleep(Duration::from_millis(ms)).await;
                forward(&inner, &message).await;
                inner.note(|record| record.late -= 1);
            });
            Shown::Cut(Cut::Reset)
        }
    }
}

/// The server's answer; a page of the proxy's own when there is none.
async fn forward(inner: &Inner, message: &Message) -> Answer {
    let answer = inner.upstream.send(message).await;
    inner.note(|record| {
        record.forwarded += 1;
        record.unanswered += u64::from(answer.is_err());
    });
    answer.unwrap_or_else(|error| {
        tracing::warn!(path = message.path, %error, "the server gave no whole answer");
        Answer::page(502, Page::Html)
    })
}

async fn hold(inner: &Inner) {
    // Subscribed before it is counted: who sees it held can release it.
    let mut releases = inner.releases.subscribe();
    inner.note(|record| record.held += 1);
    // The sender lives as long as the proxy's state: this ends with a release.
    let _ = releases.changed().await;
    inner.note(|record| record.held -= 1);
}
