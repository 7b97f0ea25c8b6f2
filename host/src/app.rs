//! The only wiring: puts adapters behind ports and runs what belongs to a host until it is told to stop.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    activation::{Desk, DeskSettings},
    adapters::{
        smtp::{SmtpConfig, SmtpConfigError, SmtpNotifier},
        sql::{SqlStore, StoreOptions},
        stripe::{StripeBilling, StripeConfig, StripeConfigError, TransportError},
        system::{self, SystemClock, SystemDice, Uuids},
    },
    config::{Config, ConfigError},
    facts,
    http::{self, Http, authentication::Authenticator, limits::Limits, readiness::Readiness, server},
    ledger::{Ledger, LedgerSettings},
    notices::{AdminJudge, JudgeError, Mailer, MailerSettings},
    policy::{Decider, LoadError, Policy},
    ports::{
        billing::Billing,
        clock::Clock,
        ids::Ids,
        notify::Notify,
        store::{Store, StoreError, Upkeep, snapshot::MembershipRecord},
    },
};

/// How often what is past its time is deleted.
const PURGE_EVERY: Duration = Duration::from_secs(3600);
/// For how long idempotency keys are kept: 7 days in milliseconds.
const KEYS_KEPT: i64 = 7 * 24 * 60 * 60 * 1000;

/// Why a host does not run.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A setting.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The policy module.
    #[error(transparent)]
    Policy(#[from] LoadError),
    /// The set-up of billing.
    #[error(transparent)]
    Stripe(#[from] StripeConfigError),
    /// TLS towards billing.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The set-up of mail.
    #[error(transparent)]
    Mail(#[from] SmtpConfigError),
    /// The network.
    #[error("cannot listen on `{address}`: {source}")]
    Listen {
        /// As configured.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// Serving failed.
    #[error("cannot serve: {0}")]
    Serve(#[source] io::Error),
}

/// Opens the configured database.
///
/// # Errors
/// [`StoreError`].
pub async fn open_store(config: &Config) -> Result<SqlStore, StoreError> {
    let options = StoreOptions { answer_within: config.database.timeout, ..StoreOptions::default() };
    SqlStore::connect(config.database.url.expose_secret(), options).await
}

/// Runs a host until SIGTERM or Ctrl-C. With `migrate` the schema is brought up to date first.
///
/// # Errors
/// [`AppError`].
pub async fn run(config: Config, migrate: bool) -> Result<(), AppError> {
    let policy = match &config.policy.file {
        Some(file) => Policy::from_file(file)?,
        None => Policy::embedded()?,
    };
    let sql = open_store(&config).await?;
    if migrate {
        sql.migrate().await?;
    }
    sql.ready().await?;
    sql.keep_policy(policy.digest(), policy.bytes()).await?;
    let store: Arc<dyn Store> = Arc::new(sql.clone());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let ids: Arc<dyn Ids> = Arc::new(Uuids);
    let decider = Decider::new(policy, config.rule_settings());
    tracing::info!(
        policy.digest = decider.policy().digest(),
        settings.digest = decider.settings_digest(),
        "policy loaded"
    );

    let ledger = Ledger::new(
        store.clone(),
        billing(&config)?,
        clock.clone(),
        ids.clone(),
        Arc::new(SystemDice),
        LedgerSettings { host_id: ids.next(), lease: millis(config.ledger.lease), tick: config.ledger.tick },
    );
    let mailer = mailer(&config, store.clone(), decider.clone(), clock.clone())?;
    let desk = Desk::new(
        store.clone(),
        decider.clone(),
        ledger.clone(),
        clock.clone(),
        ids.clone(),
        DeskSettings {
            billing_wait: config.ledger.billing_wait,
            home_plan: config.home_mandate.plan.clone(),
            home_trial: millis(config.home_mandate.trial),
            require_quote: config.ledger.require_quote,
            mail_locale: config.mail.locale,
        },
    );
    config.auth.required_keys()?;
    let readiness = Arc::new(Readiness::new(Arc::new(sql.clone())));
    let http = Http {
        desk,
        authenticator: Arc::new(Authenticator::new(&config.auth, clock.clone())?),
        limits: Arc::new(Limits::new(&config.limits)),
        readiness: readiness.clone(),
        ids: ids.clone(),
        clock: clock.clone(),
    };
    let listener = listen(config.server.listen).await?;

    if let Some(address) = config.server.metrics_listen {
        serve_metrics(address, store.clone()).await?;
    }

    // Requests end first, then what they set off, then the database.
    let (stop, stop_background) = (CancellationToken::new(), CancellationToken::new());
    let background = TaskTracker::new();
    background.spawn({
        let (ledger, stop) = (ledger.clone(), stop_background.clone());
        async move { ledger.run(stop).await }
    });
    background.spawn({
        let stop = stop_background.clone();
        async move { mailer.run(stop).await }
    });
    background.spawn(purge(store, clock, decider.settings().restore_window, stop_background.clone()));
    tokio::spawn({
        let stop = stop.clone();
        async move {
            if let Err(error) = server::stop_signal().await {
                tracing::error!(%error, "signals cannot be listened to");
            }
            stop.cancel();
        }
    });
    let router = http::router(http, config.server.request_timeout);
    let served = server::serve(listener, router, readiness, stop, config.server.shutdown_timeout).await;
    stop_background.cancel();
    background.close();
    if tokio::time::timeout(config.server.shutdown_timeout, background.wait()).await.is_err() {
        // What did not finish is in the database and is resolved by whoever claims it next.
        tracing::warn!("background work was still running when the time to stop was over");
    }
    sql.close().await;
    tracing::info!("stopped");
    served.map_err(AppError::Serve)
}

/// Answers whoever collects metrics until the process ends: of a host that is stopping, too.
async fn serve_metrics(address: SocketAddr, store: Arc<dyn Store>) -> Result<(), AppError> {
    let listener = listen(address).await?;
    tracing::info!(address = %listener.local_addr().map_err(AppError::Serve)?, "metrics are served");
    tokio::spawn(async move {
        if let Err(error) = server::serve_bare(listener, http::metrics_router(store)).await {
            tracing::error!(%error, "metrics are no longer served");
        }
    });
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener, AppError> {
    TcpListener::bind(address).await.map_err(|source| AppError::Listen { address: address.to_string(), source })
}

fn billing(config: &Config) -> Result<Option<Arc<dyn Billing>>, AppError> {
    let Some(key) = config.stripe.secret_key.clone() else {
        tracing::info!("no billing provider is configured: what costs money is refused");
        return Ok(None);
    };
    let stripe = StripeConfig::new(key, &config.stripe.api_base)?;
    Ok(Some(Arc::new(StripeBilling::new(stripe)?)))
}

fn mailer(config: &Config, store: Arc<dyn Store>, decider: Decider, clock: Arc<dyn Clock>) -> Result<Mailer, AppError> {
    let notify: Option<Arc<dyn Notify>> = match &config.mail.smtp {
        Some(smtp) => Some(Arc::new(SmtpNotifier::new(SmtpConfig::new(&smtp.url, &smtp.from)?))),
        None => None,
    };
    let window = millis(config.mail.digest_window);
    let defaults = MailerSettings::default();
    Ok(Mailer {
        store,
        notify,
        judge: Arc::new(RulesJudge { decider, clock: clock.clone() }),
        clock,
        roll: system::roll,
        // Looked at often enough that a short window is short.
        settings: MailerSettings {
            locale: config.mail.locale,
            window,
            poll: defaults.poll.min(window.max(500)),
            ..defaults
        },
    })
}

/// Who of the members is an admin, by the policy.
struct RulesJudge {
    decider: Decider,
    clock: Arc<dyn Clock>,
}

impl AdminJudge for RulesJudge {
    fn are_admins(&self, mandate_id: &str, memberships: &[MembershipRecord]) -> Result<Vec<bool>, JudgeError> {
        let facts = facts::of_members(mandate_id, memberships, self.clock.now());
        let decided = self.decider.mandates(&facts).map_err(|error| JudgeError { cause: error.code().to_owned() })?;
        Ok(decided.decision.mandates.iter().map(|standing| standing.admin).collect())
    }
}

/// Deletes, once an hour, what is past its time.
async fn purge(store: Arc<dyn Store>, clock: Arc<dyn Clock>, restore_window: i64, stop: CancellationToken) {
    loop {
        let now = clock.now();
        match store.purge(now - restore_window, now - KEYS_KEPT).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "deleted what was past its time"),
            Err(error) => tracing::warn!(%error, "what is past its time could not be deleted"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PURGE_EVERY) => {}
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
