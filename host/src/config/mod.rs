//! Configuration: defaults < TOML file < `TURNPIKE_*` variables < flags; typed and cross-checked before anything starts.
//!
//! One struct per concern, each in its own file; every field names its variable. Words are `on` and `off`, durations are
//! `500ms`, `10s`, `5m`, `2h` or `7d`, lists are separated by commas. An empty variable counts as not set.

pub mod auth;
pub mod billing;
pub mod browser;
pub mod database;
pub mod decisions;
pub mod events;
pub mod home_mandate;
pub mod ledger;
pub mod limits;
pub mod log;
pub mod mail;
pub mod page;
pub mod policy;
pub mod reconcile;
pub mod retention;
pub mod rules;
pub mod server;
pub mod services;
pub mod stripe;

mod error;
mod file;
mod layers;
mod origin;
mod setting;
mod sources;
mod value;
mod variables;

use self::{
    auth::AuthConfig, billing::BillingConfig, browser::BrowserConfig, database::DatabaseConfig,
    decisions::DecisionsConfig, events::EventsConfig, home_mandate::HomeMandateConfig, layers::Layers,
    ledger::LedgerConfig, limits::LimitsConfig, log::LogConfig, mail::MailConfig, page::PageConfig,
    policy::PolicyConfig, reconcile::ReconcileConfig, retention::RetentionConfig, rules::RulesConfig,
    server::ServerConfig, services::ServicesConfig, stripe::StripeConfig,
};
pub use self::{
    error::ConfigError,
    setting::Setting,
    sources::{Flag, Sources},
};

/// Everything an operator may set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the service listens, and how long a request may take.
    pub server: ServerConfig,
    /// Which database.
    pub database: DatabaseConfig,
    /// Whose tokens are accepted.
    pub auth: AuthConfig,
    /// Whose service tokens are accepted.
    pub services: ServicesConfig,
    /// Which pages may ask, and with what.
    pub browser: BrowserConfig,
    /// The store page.
    pub page: PageConfig,
    /// The billing provider.
    pub stripe: StripeConfig,
    /// When billing lets through what costs money.
    pub billing: BillingConfig,
    /// Mails to admins.
    pub mail: MailConfig,
    /// Rate limits.
    pub limits: LimitsConfig,
    /// Choices the rules depend on.
    pub rules: RulesConfig,
    /// Which policy module.
    pub policy: PolicyConfig,
    /// The record of decisions.
    pub decisions: DecisionsConfig,
    /// Events that are told to the embedding product.
    pub events: EventsConfig,
    /// Home mandates.
    pub home_mandate: HomeMandateConfig,
    /// The billing ledger.
    pub ledger: LedgerConfig,
    /// The comparison with the billing provider.
    pub reconcile: ReconcileConfig,
    /// For how long things are kept.
    pub retention: RetentionConfig,
    /// The log.
    pub log: LogConfig,
}

impl Config {
    /// Reads all layers, checks every value by itself and then what must hold between them.
    ///
    /// # Errors
    /// [`ConfigError`] for the first thing that is wrong; it names the variable and what would be right.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let layers = Layers::collect(sources)?;
        let ledger = LedgerConfig::read(&layers)?;
        let config = Self {
            server: ServerConfig::read(&layers)?,
            database: DatabaseConfig::read(&layers)?,
            auth: AuthConfig::read(&layers)?,
            services: ServicesConfig::read(&layers)?,
            browser: BrowserConfig::read(&layers)?,
            page: PageConfig::read(&layers)?,
            stripe: StripeConfig::read(&layers, ledger.lease)?,
            billing: BillingConfig::read(&layers)?,
            mail: MailConfig::read(&layers)?,
            limits: LimitsConfig::read(&layers)?,
            rules: RulesConfig::read(&layers)?,
            policy: PolicyConfig::read(&layers)?,
            decisions: DecisionsConfig::read(&layers)?,
            events: EventsConfig::read(&layers)?,
            home_mandate: HomeMandateConfig::read(&layers)?,
            ledger,
            reconcile: ReconcileConfig::read(&layers)?,
            retention: RetentionConfig::read(&layers)?,
            log: LogConfig::read(&layers)?,
        };
        config.cross_check()?;
        Ok(config)
    }

    /// The choices that travel to the rules.
    #[must_use]
    pub fn rule_settings(&self) -> core_wasm::settings::Settings {
        core_wasm::settings::Settings {
            admin_labels: self.rules.admin_labels.clone(),
            admin_match: self.rules.admin_match,
            orphan_end: self.rules.orphan_end,
            home_mandate: self.home_mandate.enabled,
            restore_window: i64::try_from(self.rules.restore_window.as_millis()).unwrap_or(i64::MAX),
            currency: self.rules.currency.clone(),
            gate: self.billing.gate,
            invoice_budget: self.billing.invoice_budget,
            most_waiting: core_wasm::settings::MOST_WAITING,
        }
    }

    fn cross_check(&self) -> Result<(), ConfigError> {
        self.services.apart_from(&self.auth)?;
        // Otherwise a request that only waits for billing would be cut off, and the caller would know nothing.
        if self.server.request_timeout <= self.ledger.billing_wait {
            return Err(ConfigError::Conflict {
                what: format!(
                    "`{}` must be longer than `{}`",
                    server::REQUEST_TIMEOUT.variable,
                    ledger::BILLING_WAIT.variable
                ),
                right: "a request waits that long for billing before it answers 202".to_owned(),
            });
        }
        // Otherwise a host would still send what is another's already.
        if self.ledger.lease <= self.stripe.timeout {
            return Err(ConfigError::Conflict {
                what: format!("`{}` must be longer than `{}`", ledger::LEDGER_LEASE.variable, stripe::TIMEOUT.variable),
                right: "an operation is a host's for longer than its request to Stripe may take".to_owned(),
            });
        }
        // Otherwise whoever opens the page could spend real money as any of them.
        if self.page.people.is_some() && self.stripe.is_live() {
            return Err(ConfigError::Conflict {
                what: format!(
                    "`{}` is set, and `{}` is a live key",
                    page::PEOPLE.variable,
                    stripe::SECRET_KEY.variable
                ),
                right: "signing in without a password is for demos only".to_owned(),
            });
        }
        Ok(())
    }
}

/// Every setting there is, by concern.
pub const SETTINGS: &[&[Setting]] = &[
    server::SETTINGS,
    database::SETTINGS,
    auth::SETTINGS,
    services::SETTINGS,
    browser::SETTINGS,
    page::SETTINGS,
    stripe::SETTINGS,
    billing::SETTINGS,
    mail::SETTINGS,
    limits::SETTINGS,
    rules::SETTINGS,
    policy::SETTINGS,
    decisions::SETTINGS,
    events::SETTINGS,
    home_mandate::SETTINGS,
    ledger::SETTINGS,
    reconcile::SETTINGS,
    retention::SETTINGS,
    log::SETTINGS,
];

/// A duration as it is written in settings: `500ms`, `10s`, `5m`, `2h` or `7d`. `None` when it has another form.
#[must_use]
pub fn duration(text: &str) -> Option<std::time::Duration> {
    value::Value::parse(text)
}

/// All settings in one sequence.
fn settings() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().copied().flatten()
}
