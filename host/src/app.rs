//! The only wiring: puts adapters behind ports and runs what belongs to a host until it is told to stop.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    activation::{DeskSettings, Desks},
    adapters::{
        courier::{CourierSetupError, HttpCourier, resolver::SystemLookup},
        smtp::{SmtpConfig, SmtpConfigError, SmtpNotifier},
        sql::{SqlStore, StoreOptions},
        stripe::{StripeBilling, StripeConfig, StripeConfigError, TransportError},
        system::{self, SystemClock, SystemDice, SystemSecrets, Uuids},
    },
    announce::{AnnounceSettings, Announcer, Endpoints},
    audit::Sealer,
    config::{
        self, Config, ConfigError, Setting,
        policy::{GoldenAnswers, PolicyConfig},
    },
    decisions::refusals::{RefusalSettings, Refusals},
    directory::Directory,
    entitlements::Entitlements,
    erasure::Erasure,
    facts,
    http::{
        self, Http,
        authentication::{Authenticator, Services},
        limits::Limits,
        page::{Page, PeopleError},
        readiness::Readiness,
        server,
    },
    ledger::{Ledger, LedgerSettings},
    notices::{AdminJudge, JudgeError, Mailer, MailerSettings},
    policy::{self, Current, Decider, Demand, Gates, Limits as PolicyLimits, LoadError, Policy},
    ports::{
        billing::Billing,
        clock::Clock,
        courier::Courier,
        ids::Ids,
        notify::Notify,
        randomness::Secrets,
        store::{
            Store, StoreError, Upkeep,
            check::CheckStore,
            decision::DecisionStore as _,
            policy::{Begun, PolicyStore},
            snapshot::MembershipRecord,
        },
    },
    reconcile::{ReconcileSettings, Reconciler},
    retention::{self, Kept},
    rollout::{self, Reloads, Rollout},
    scim::Scim,
    watch::Watcher,
    webhooks::{Inbox, InboxSettings, Receiver, ReceiverSettings},
};

/// For how long a comparison is one host's: longer than all its requests may take, in milliseconds.
const RECONCILE_LEASE: i64 = 60_000;

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
    /// The set-up of what carries events.
    #[error(transparent)]
    Courier(#[from] CourierSetupError),
    /// The set-up of mail.
    #[error(transparent)]
    Mail(#[from] SmtpConfigError),
    /// The people of the page.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The network.
    #[error("cannot listen on `{address}`: {source}")]
    Listen {
        /// As configured.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// Signals.
    #[error("signals cannot be listened to: {0}")]
    Signals(#[source] io::Error),
    /// Serving failed.
    #[error("cannot serve: {0}")]
    Serve(#[source] io::Error),
}

/// The store of a database that is open.
pub type OpenStore = SqlStore;

/// Opens the configured database.
///
/// # Errors
/// [`StoreError`].
pub async fn open_store(config: &Config) -> Result<SqlStore, StoreError> {
    let options = StoreOptions { answer_within: config.database.timeout, ..StoreOptions::default() };
    SqlStore::connect(config.database.url.expose_secret(), options).await
}

/// The clock of this process, for commands that write when they did something.
#[must_use]
pub fn clock() -> impl Clock {
    SystemClock
}

/// Who asks for another look at the policy file, from now on.
///
/// # Errors
/// [`AppError::Signals`].
pub fn reloads() -> Result<Reloads, AppError> {
    rollout::reloads().map_err(AppError::Signals)
}

/// Runs a host until SIGTERM or Ctrl-C. With `migrate` the schema is brought up to date first. What `reloads` ask for before
/// the host has started is done then.
///
/// # Errors
/// [`AppError`].
pub async fn run(config: Config, migrate: bool, reloads: Reloads) -> Result<(), AppError> {
    let policy = load_policy(&config.policy)?;
    let sql = open_store(&config).await?;
    if migrate {
        sql.migrate().await?;
    }
    sql.ready().await?;
    start_with(&sql, &policy).await?;
    let store: Arc<dyn Store> = Arc::new(sql.clone());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let ids: Arc<dyn Ids> = Arc::new(Uuids);
    let decider = Decider::new(policy, config.rule_settings());
    // Before anything is decided under them.
    sql.keep_settings(decider.settings_digest(), decider.settings_json()).await?;
    tracing::info!(
        policy.digest = decider.policy().digest(),
        settings.digest = decider.settings_digest(),
        "policy loaded"
    );
    let policy = Current::new(decider);

    let billing = billing(&config)?;
    let host_id = Uuids.next();
    let ledger = ledger(&config, host_id.clone(), store.clone(), billing.clone());
    let installation = sql.installation(&ids.next(), clock.now()).await?;
    tracing::info!(installation.id = installation.id, "installation");
    let mailer = mailer(&config, store.clone(), policy.clone(), clock.clone())?;
    let secrets: Arc<dyn Secrets> = Arc::new(SystemSecrets);
    let (refusals, refusal_writer) = Refusals::new(Arc::new(sql.clone()), secrets.clone(), RefusalSettings::default());
    let desks = Desks::new(
        store.clone(),
        policy.clone(),
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
        (refusals.clone(), secrets.clone()),
    );
    let directory = Directory::new(
        store.clone(),
        policy.clone(),
        ledger.clone(),
        clock.clone(),
        ids.clone(),
        secrets.clone(),
        config.mail.locale,
    );
    let services = match &config.services.tokens {
        Some(tokens) => Some(Arc::new(Services::new(tokens, &config.auth, clock.clone())?)),
        None => None,
    };
    let (webhooks, inbox) = webhooks(&config, &store, billing.clone(), &clock, &ids, &ledger).unzip();
    config.auth.required_keys()?;
    let readiness = Arc::new(Readiness::new(Arc::new(sql.clone())));
    let watcher = Watcher::new(store.clone(), policy.clone(), clock.clone());
    let courier = HttpCourier::new(config.events.timeout, config.events.private_targets, Arc::new(SystemLookup))?;
    let courier: Arc<dyn Courier> = Arc::new(courier);
    let announcer = announcer(&config, store.clone(), courier.clone(), policy.clone(), &clock, &ids);
    let http = Http {
        desks,
        authenticator: Arc::new(
            Authenticator::new(&config.auth, clock.clone())?
                .apart_from(&config.services)
                .with_cookie(&config.browser, config.server.public_url.as_deref()),
        ),
        limits: Arc::new(Limits::new(&config.limits)),
        readiness: readiness.clone(),
        ids: ids.clone(),
        watcher: watcher.clone(),
        clock: clock.clone(),
        webhooks,
        page: Arc::new(Page::new(&config, store.clone())?),
        scim: Scim::new(
            store.clone(),
            directory.clone(),
            ids.clone(),
            &format!("{}/scim/v2", config.server.public_url.as_deref().unwrap_or_default().trim_end_matches('/')),
        ),
        directory: directory.clone(),
        erasure: Erasure::new(store.clone(), directory.clone(), clock.clone(), secrets.clone()),
        entitlements: Entitlements::new(Arc::new(sql.clone()), policy.clone(), clock.clone()),
        endpoints: Endpoints::new(Arc::new(sql.clone()), courier, clock.clone(), ids.clone(), secrets),
        services,
    };
    let listener = listen(config.server.listen).await?;
    let rollout = rollout(&config, host_id, policy, Arc::new(sql.clone()), &listener)?;

    if let Some(address) = config.server.metrics_listen {
        serve_metrics(address, store.clone(), refusals).await?;
    }

    // Requests end first, then what they set off, then the database.
    let (stop, stop_background) = (CancellationToken::new(), CancellationToken::new());
    let background = TaskTracker::new();
    background.spawn({
        let (ledger, stop) = (ledger.clone(), stop_background.clone());
        async move { ledger.run(stop).await }
    });
    if let Some(billing) = billing {
        let (reconciler, stop) = (reconciler(&config, store.clone(), billing, ledger), stop_background.clone());
        background.spawn(async move { reconciler.run(stop).await });
    }
    background.spawn({
        let stop = stop_background.clone();
        async move { mailer.run(stop).await }
    });
    background.spawn({
        let stop = stop_background.clone();
        async move { announcer.run(stop).await }
    });
    background.spawn({
        let (every, stop) = (config.ledger.tick, stop_background.clone());
        async move { directory.run(every, stop).await }
    });
    background.spawn({
        let (sealer, stop) = (Sealer::new(store.clone()), stop_background.clone());
        async move { sealer.run(config.audit.tick, stop).await }
    });
    if let Some(inbox) = inbox {
        let stop = stop_background.clone();
        background.spawn(async move { inbox.run(stop).await });
    }
    background.spawn({
        let stop = stop_background.clone();
        async move { refusal_writer.run(stop).await }
    });
    let periods = kept(&config).into_iter().map(|(kept, _, period)| (kept, millis(period))).collect();
    background.spawn(retention::run(store, clock, periods, stop_background.clone()));
    background.spawn(rollout.run(reloads, stop_background.clone()));
    // Open pages would keep a stopping host from its end: they are let go first.
    background.spawn({
        let stop = stop.clone();
        async move { watcher.run(stop).await }
    });
    tokio::spawn({
        let stop = stop.clone();
        async move {
            if let Err(error) = server::stop_signal().await {
                tracing::error!(%error, "signals cannot be listened to");
            }
            stop.cancel();
        }
    });
    let router = http::router(http, config.server.request_timeout, &config.browser);
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

/// A reconciler on this database for one use, with the ledger that carries out what it repairs.
///
/// # Errors
/// [`AppError`]; `None` when no billing provider is configured.
pub fn open_reconciler(config: &Config, store: SqlStore) -> Result<Option<(Reconciler, Ledger)>, AppError> {
    let store: Arc<dyn Store> = Arc::new(store);
    let Some(billing) = billing(config)? else { return Ok(None) };
    let ledger = ledger(config, Uuids.next(), store.clone(), Some(billing.clone()));
    Ok(Some((reconciler(config, store, billing, ledger.clone()), ledger)))
}

/// Keeps the policy that is started with, before it decides anything.
async fn start_with(sql: &SqlStore, policy: &Policy) -> Result<(), AppError> {
    let entry = rollout::uses(&system::machine(), policy.digest(), SystemClock.now());
    let begun = Begun::Start { stale: rollout::STALE };
    Ok(sql.keep_policy(policy.digest(), policy.bytes(), begun, &entry).await?)
}

/// Erasure on this database for one use, with the ledger that carries out what ends.
///
/// # Errors
/// [`AppError`].
pub async fn open_erasure(config: &Config, sql: SqlStore) -> Result<(Erasure, Ledger), AppError> {
    let policy = load_policy(&config.policy)?;
    // Before it decides what follows from the end of an access.
    start_with(&sql, &policy).await?;
    let decider = Decider::new(policy, config.rule_settings());
    sql.keep_settings(decider.settings_digest(), decider.settings_json()).await?;
    let store: Arc<dyn Store> = Arc::new(sql);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let secrets: Arc<dyn Secrets> = Arc::new(SystemSecrets);
    let ledger = ledger(config, Uuids.next(), store.clone(), billing(config)?);
    let directory = Directory::new(
        store.clone(),
        Current::new(decider),
        ledger.clone(),
        clock.clone(),
        Arc::new(Uuids),
        secrets.clone(),
        config.mail.locale,
    );
    Ok((Erasure::new(store, directory, clock, secrets), ledger))
}

/// Runs a ledger while something is done, so that what ends is billed also while no host runs.
pub async fn with_ledger<T>(ledger: Ledger, work: impl Future<Output = T>) -> T {
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let stop = stop.clone();
        async move { ledger.run(stop).await }
    });
    let done = work.await;
    stop.cancel();
    if running.await.is_err() {
        // What it holds and did not finish is claimed by a host when its lease is over.
        tracing::warn!("the ledger of a command did not come to its end");
    }
    done
}

/// A new id, for commands that write what they do under one.
#[must_use]
pub fn fresh_id() -> String {
    Uuids.next()
}

/// The policy that is configured: the one of this binary, or one from a file that passed every gate.
///
/// # Errors
/// [`LoadError`].
pub fn load_policy(config: &PolicyConfig) -> Result<Policy, LoadError> {
    let gates = gates(config);
    match &config.file {
        Some(file) => gates.admit(&policy::read(file)?, PolicyLimits::default()),
        // What is part of the binary was held to the golden cases when that was built.
        None => Policy::embedded().and_then(|policy| gates.pinned(policy.digest()).map(|()| policy)),
    }
}

/// What a module must show, as configured.
#[must_use]
pub fn gates(config: &PolicyConfig) -> Gates {
    let demand = match config.golden {
        GoldenAnswers::Equal => Demand::Equal,
        GoldenAnswers::Stricter => Demand::Stricter,
        GoldenAnswers::Safe => Demand::Safe,
    };
    Gates { pins: config.sha256.clone(), demand }
}

fn rollout(
    config: &Config,
    host_id: String,
    current: Current,
    store: Arc<dyn PolicyStore>,
    listener: &TcpListener,
) -> Result<Rollout, AppError> {
    let address = listener.local_addr().map_err(AppError::Serve)?;
    Ok(Rollout {
        current,
        gates: gates(&config.policy),
        file: config.policy.file.clone(),
        poll: config.policy.poll,
        store,
        host: rollout::Host { id: host_id, name: format!("{} {address}", system::machine()) },
        clock: Arc::new(SystemClock),
    })
}

fn ledger(config: &Config, host_id: String, store: Arc<dyn Store>, billing: Option<Arc<dyn Billing>>) -> Ledger {
    Ledger::new(
        store,
        billing,
        Arc::new(SystemClock),
        Arc::new(Uuids),
        Arc::new(SystemDice),
        LedgerSettings {
            host_id,
            lease: millis(config.ledger.lease),
            longest_send: config.stripe.timeout,
            tick: config.ledger.tick,
        },
    )
}

fn reconciler(config: &Config, store: Arc<dyn Store>, billing: Arc<dyn Billing>, ledger: Ledger) -> Reconciler {
    let settings = ReconcileSettings {
        every: millis(config.reconcile.every),
        lease: RECONCILE_LEASE,
        is_live: config.stripe.is_live(),
    };
    Reconciler::new(store, billing, ledger, Arc::new(SystemClock), Arc::new(Uuids), Arc::new(SystemDice), settings)
}

/// Answers whoever collects metrics until the process ends: of a host that is stopping, too.
async fn serve_metrics(address: SocketAddr, store: Arc<dyn Store>, refusals: Refusals) -> Result<(), AppError> {
    let listener = listen(address).await?;
    tracing::info!(address = %listener.local_addr().map_err(AppError::Serve)?, "metrics are served");
    tokio::spawn(async move {
        if let Err(error) = server::serve_bare(listener, http::metrics_router(store, refusals)).await {
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
    let mut stripe = StripeConfig::new(key, &config.stripe.api_base)?;
    stripe.timeouts = stripe.timeouts.within(config.stripe.timeout);
    Ok(Some(Arc::new(StripeBilling::new(stripe)?)))
}

/// Webhooks are taken in where there is a signing secret, which there is only beside a key.
fn webhooks(
    config: &Config,
    store: &Arc<dyn Store>,
    billing: Option<Arc<dyn Billing>>,
    clock: &Arc<dyn Clock>,
    ids: &Arc<dyn Ids>,
    ledger: &Ledger,
) -> Option<(Receiver, Inbox)> {
    let billing = billing.filter(|_| !config.stripe.webhook_secrets.is_empty())?;
    let settings = ReceiverSettings {
        secrets: config.stripe.webhook_secrets.clone(),
        is_live: config.stripe.is_live(),
        account: config.stripe.account.clone(),
    };
    let wake = Arc::new(tokio::sync::Notify::new());
    let receiver = Receiver::new(store.clone(), clock.clone(), wake.clone(), settings);
    let dice = Arc::new(SystemDice);
    let (tick, lease) = (config.ledger.tick, millis(config.ledger.lease));
    let settings = InboxSettings { tick, lease, ..InboxSettings::default() };
    let inbox = Inbox::new(store.clone(), billing, (ids.clone(), clock.clone()), dice, ledger.clone(), wake, settings);
    Some((receiver, inbox))
}

fn announcer(
    config: &Config,
    store: Arc<dyn Store>,
    courier: Arc<dyn Courier>,
    policy: Current,
    clock: &Arc<dyn Clock>,
    ids: &Arc<dyn Ids>,
) -> Announcer {
    let settings = AnnounceSettings {
        tick: config.events.tick,
        standing_every: millis(config.events.standing_every),
        ..AnnounceSettings::default()
    };
    Announcer::new(store, courier, policy, clock.clone(), (ids.clone(), Arc::new(SystemDice)), settings)
}

fn mailer(config: &Config, store: Arc<dyn Store>, policy: Current, clock: Arc<dyn Clock>) -> Result<Mailer, AppError> {
    let notify: Option<Arc<dyn Notify>> = match &config.mail.smtp {
        Some(smtp) => Some(Arc::new(SmtpNotifier::new(SmtpConfig::new(&smtp.url, &smtp.from)?))),
        None => None,
    };
    let window = millis(config.mail.digest_window);
    let defaults = MailerSettings::default();
    Ok(Mailer {
        store,
        notify,
        judge: Arc::new(RulesJudge { policy, clock: clock.clone() }),
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
    policy: Current,
    clock: Arc<dyn Clock>,
}

impl AdminJudge for RulesJudge {
    fn are_admins(&self, mandate_id: &str, memberships: &[MembershipRecord]) -> Result<Vec<bool>, JudgeError> {
        let facts = facts::of_members(mandate_id, memberships, self.clock.now());
        let decider = self.policy.decider();
        let decided = decider.mandates(&facts).map_err(|error| JudgeError { cause: error.code().to_owned() })?;
        Ok(decided.decision.mandates.iter().map(|standing| standing.admin).collect())
    }
}

/// What is kept for a time, the setting that says for how long, and what it says.
#[must_use]
pub fn kept(config: &Config) -> [(Kept, Setting, Duration); Kept::ALL.len()] {
    let Config { rules, decisions, audit, events, retention, .. } = config;
    Kept::ALL.map(|kept| {
        let (setting, period) = match kept {
            Kept::EndedInstances => (config::rules::RESTORE_WINDOW, rules.restore_window),
            Kept::Keys => (config::retention::KEYS, retention.keys),
            Kept::Quotes => (config::retention::QUOTES, retention.quotes),
            Kept::FeatureRequests => (config::retention::FEATURE_REQUESTS, retention.feature_requests),
            Kept::SentNotices => (config::retention::NOTICES, retention.notices),
            Kept::DeadNotices => (config::retention::DEAD_NOTICES, retention.dead_notices),
            Kept::Webhooks => (config::retention::WEBHOOKS, retention.webhooks),
            Kept::Events => (config::events::KEPT, events.kept),
            Kept::Attempts => (config::events::ATTEMPTS_KEPT, events.attempts_kept),
            Kept::Decisions => (config::decisions::KEPT, decisions.kept),
            Kept::Ledger => (config::retention::LEDGER, retention.ledger),
            Kept::Audit => (config::audit::KEPT, audit.kept),
        };
        (kept, setting, period)
    })
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
