//! `turnpike reconcile`: compares subscriptions with the billing provider, says what differs, and repairs what is safe.
//!
//! Exit codes: 0 nothing differs (any more), 1 a difference is left, 2 it could not be found out.

use std::{fmt::Write as _, process::ExitCode};

use clap::Args;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{CommandError, Common, actor::actor, print, reason::reason};
use crate::{
    app::{open_reconciler, open_store},
    ports::{clock::Millis, store::Upkeep},
    reconcile::{
        matrix::Finding,
        operator::Operator,
        review::{Review, ReviewOptions},
    },
};

/// Compares every subscription with the billing provider. What is safe to repair is repaired; all else is told.
#[derive(Clone, Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Only say what differs and what would be done
    #[arg(long)]
    dry_run: bool,
    /// Only the subscriptions of this mandate
    #[arg(long, value_name = "ID")]
    mandate: Option<String>,
    /// Answer for this database: accept operations of unknown writers and another account of the provider, and repair
    /// however many subscriptions differ. Look at --dry-run --confirm first
    #[arg(long)]
    confirm: bool,
    /// Note that the credit of this operation was made good by hand, and do nothing else
    #[arg(long, value_name = "OPERATION", conflicts_with_all = ["dry_run", "mandate", "confirm"])]
    credited: Option<String>,
    /// Why --confirm or --credited, for the audit trail
    #[arg(long, value_name = "TEXT", value_parser = reason, default_value = "not said")]
    reason: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Compares, repairs and prints.
///
/// # Errors
/// When the configuration is wrong, or the database does not answer.
pub(super) async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let config = arguments.common.load(Vec::new())?;
    let store = open_store(&config).await?;
    store.ready().await?;
    let Some((reconciler, ledger)) = open_reconciler(&config, store.clone())? else {
        return Err(CommandError::NoBilling);
    };
    let (actor, origin) = actor();
    let by = Operator { actor, origin, reason: arguments.reason };
    if let Some(operation) = &arguments.credited {
        let noted = reconciler.credited(operation, &by).await?;
        store.close().await;
        eprintln!("{}", if noted { "noted" } else { "no credit is due for this operation" });
        return Ok(ExitCode::from(u8::from(!noted)));
    }
    let options = ReviewOptions {
        dry_run: arguments.dry_run,
        mandate_id: arguments.mandate,
        confirm: arguments.confirm.then_some(by),
    };
    let mut review = reconciler.review(&options).await?;
    if !options.dry_run {
        // Waits for the operations that it started; what comes to no outcome now is for the hosts to resolve.
        let stopped = CancellationToken::new();
        stopped.cancel();
        ledger.run(stopped).await;
        reconciler.look_again(&mut review).await?;
    }
    store.close().await;
    if arguments.json {
        print(&serde_json::to_string_pretty(&review)?)?;
    } else {
        print(&text(&review))?;
    }
    Ok(exit_code(&review))
}

fn exit_code(review: &Review) -> ExitCode {
    let unreadable = |finding: &Finding| matches!(finding, Finding::Unreadable { .. });
    let is_open = review.subscriptions.iter().flat_map(|reviewed| &reviewed.findings).any(unreadable);
    ExitCode::from(if is_open { 2 } else { u8::from(review.differs()) })
}

/// The review for people.
fn text(review: &Review) -> String {
    let mut text = String::new();
    for reviewed in &review.subscriptions {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "mandate {}, subscription {}:", reviewed.mandate, reviewed.subscription);
        for finding in &reviewed.findings {
            let row = finding.row();
            let _ = writeln!(text, "  {}: {}{}", row.kind, row.what, both_sides(finding));
        }
        for done in &reviewed.done {
            let _ = writeln!(text, "  -> {done}");
        }
    }
    for credit in &review.credits_due {
        let _ = writeln!(
            text,
            "credit due: mandate {}, {} of its instances charged from {} to {} though given up; operation {}",
            credit.mandate,
            credit.instances,
            instant(credit.from),
            instant(credit.until),
            credit.operation
        );
    }
    for misquote in &review.misquoted {
        let billed = misquote.billed.map_or_else(|| "what nobody could read".to_owned(), |billed| billed.to_string());
        let _ = writeln!(
            text,
            "not as quoted: mandate {}, quoted {} and billed {billed} minor units; operation {}",
            misquote.mandate, misquote.quoted, misquote.operation
        );
    }
    let left = review.subscriptions.iter().filter(|reviewed| reviewed.differs).count();
    let _ = write!(text, "{} subscriptions compared, {left} differ", review.compared);
    text
}

/// What a finding holds beside its kind: ` (ours 1, theirs 3)`.
fn both_sides(finding: &Finding) -> String {
    let Ok(Value::Object(fields)) = serde_json::to_value(finding) else { return String::new() };
    let told: Vec<String> = fields
        .iter()
        .filter(|(name, _)| *name != "kind")
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name} {text}"),
            other => format!("{name} {other}"),
        })
        .collect();
    if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) }
}

fn instant(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |at| at.to_string())
}
