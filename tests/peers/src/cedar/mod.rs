//! The policy in Cedar, run by its authorizer: policies, settings and names are prepared once.

mod facts;

use std::collections::{HashMap, HashSet};

use anyhow::{Context as _, bail};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicyId, PolicySet, Request, RestrictedExpression,
    Schema, ValidationMode, Validator,
};
use core_wasm::{
    facts::ActivationFacts,
    settings::{Gate, Settings},
};

/// The policies.
pub const POLICY: &str = include_str!("../../policies/policy.cedar");

/// What they are asked about.
pub const SCHEMA: &str = include_str!("../../policies/policy.cedarschema");

/// The policies under one set of settings.
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    reasons: HashMap<PolicyId, Reason>,
    caller: EntityUid,
    activate: EntityUid,
    deployment: EntityUid,
    settings: Settings,
}

/// What a policy's annotations say about the reason that it stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Reason {
    place: usize,
    code: String,
    last: bool,
}

impl Cedar {
    /// Reads the policies and prepares the settings.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn new(settings: &Settings) -> anyhow::Result<Self> {
        let policies: PolicySet = POLICY.parse().context("policy.cedar")?;
        let mut reasons = HashMap::new();
        for policy in policies.policies() {
            if let Some(code) = policy.annotation("code") {
                // They are named by their place in the text.
                let place = policy.id().to_string().trim_start_matches("policy").parse()?;
                let last = policy.annotation("last").is_some();
                reasons.insert(policy.id().clone(), Reason { place, code: code.to_owned(), last });
            }
        }
        let deployment: EntityUid = r#"Deployment::"this""#.parse()?;
        let entity = Entity::new(deployment.clone(), attributes(settings), HashSet::new())?;
        Ok(Self {
            authorizer: Authorizer::new(),
            policies,
            entities: Entities::from_entities([entity], None)?,
            reasons,
            caller: r#"Caller::"this""#.parse()?,
            activate: r#"Action::"activate""#.parse()?,
            deployment,
            settings: settings.clone(),
        })
    }

    /// The request that asks about these facts.
    ///
    /// # Errors
    /// When the facts cannot be said in Cedar.
    pub fn request(&self, facts: &ActivationFacts) -> anyhow::Result<Request> {
        self.request_under(facts, None)
    }

    /// The request, held to the schema.
    ///
    /// # Errors
    /// As [`request`](Self::request), and when it is not as the schema says.
    pub fn checked_request(&self, facts: &ActivationFacts, schema: &Schema) -> anyhow::Result<Request> {
        self.request_under(facts, Some(schema))
    }

    fn request_under(&self, facts: &ActivationFacts, schema: Option<&Schema>) -> anyhow::Result<Request> {
        let context = Context::from_pairs(facts::context(facts, &self.settings)?)?;
        let (caller, activate, deployment) = (self.caller.clone(), self.activate.clone(), self.deployment.clone());
        Ok(Request::new(caller, activate, deployment, context, schema)?)
    }

    /// The codes of the reasons in order, none when it is allowed.
    ///
    /// # Errors
    /// When a policy cannot be evaluated.
    pub fn codes(&self, request: &Request) -> anyhow::Result<Vec<&str>> {
        let response = self.authorizer.is_authorized(request, &self.policies, &self.entities);
        if let Some(error) = response.diagnostics().errors().next() {
            bail!("{error}");
        }
        if response.decision() == Decision::Allow {
            return Ok(Vec::new());
        }
        let reasons = response.diagnostics().reason().map(|id| self.reasons.get(id).context("a policy without a code"));
        let mut reasons = reasons.collect::<anyhow::Result<Vec<_>>>()?;
        reasons.sort_unstable();
        let told = reasons.iter().position(|reason| reason.last).map_or(reasons.len(), |last| last + 1);
        Ok(reasons.into_iter().take(told).map(|reason| reason.code.as_str()).collect())
    }
}

/// The schema.
///
/// # Errors
/// When it cannot be read.
pub fn schema() -> anyhow::Result<Schema> {
    let (schema, warnings) = Schema::from_cedarschema_str(SCHEMA)?;
    match warnings.into_iter().next() {
        Some(warning) => bail!("{warning}"),
        None => Ok(schema),
    }
}

/// Holds the policies to the schema, as strictly as Cedar can.
///
/// # Errors
/// Names what is wrong.
pub fn validate(schema: Schema) -> anyhow::Result<()> {
    let result = Validator::new(schema).validate(&POLICY.parse()?, ValidationMode::Strict);
    if result.validation_passed_without_warnings() { Ok(()) } else { bail!("{result}") }
}

/// The settings as attributes of the deployment.
fn attributes(settings: &Settings) -> HashMap<String, RestrictedExpression> {
    let attributes = [
        ("currency", RestrictedExpression::new_string(settings.currency.to_ascii_uppercase())),
        ("restoreWindow", RestrictedExpression::new_long(settings.restore_window)),
        ("mostWaiting", RestrictedExpression::new_long(settings.most_waiting)),
        ("invoiceRoom", RestrictedExpression::new_long(settings.invoice_budget.max(1))),
        ("paidAtOnce", RestrictedExpression::new_bool(settings.gate == Gate::Payment)),
    ];
    attributes.map(|(name, value)| (name.to_owned(), value)).into()
}
