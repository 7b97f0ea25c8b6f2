//! The wire format: what is asked of the module and what it answers.

use serde::{Deserialize, Serialize};

use crate::{
    decision::{ActivationDecision, DeactivationDecision, MandatesDecision, OverviewDecision, SharingDecision},
    facts::{ActivationFacts, DeactivationFacts, MandatesFacts, OverviewFacts, SharingFacts},
    settings::Settings,
};

/// One call of the module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Call {
    /// The operator's choices.
    pub settings: Settings,
    /// What is asked.
    pub question: Question,
}

/// What is asked: one question, or several at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Question {
    /// May this be activated (or restored)?
    Activation(ActivationFacts),
    /// May this be given up?
    Deactivation(DeactivationFacts),
    /// Which mandates does the caller administer?
    Mandates(MandatesFacts),
    /// What can be activated anywhere, and which instances work?
    Overview(OverviewFacts),
    /// May a colleague be given access?
    Sharing(SharingFacts),
    /// Several questions; the answers come in the same order.
    Batch(Vec<Single>),
}

/// One question of a batch. Batches do not nest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Single {
    /// May this be activated (or restored)?
    Activation(ActivationFacts),
    /// May this be given up?
    Deactivation(DeactivationFacts),
    /// Which mandates does the caller administer?
    Mandates(MandatesFacts),
    /// May a colleague be given access?
    Sharing(SharingFacts),
}

/// [`Question`] over borrowed facts, with the same bytes in every form.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Asked<'a> {
    /// As [`Question::Activation`].
    Activation(&'a ActivationFacts),
    /// As [`Question::Deactivation`].
    Deactivation(&'a DeactivationFacts),
    /// As [`Question::Mandates`].
    Mandates(&'a MandatesFacts),
    /// As [`Question::Overview`].
    Overview(&'a OverviewFacts),
    /// As [`Question::Sharing`].
    Sharing(&'a SharingFacts),
    /// As [`Question::Batch`].
    Batch(&'a [Single]),
}

/// What the module answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// To [`Question::Activation`].
    Activation(ActivationDecision),
    /// To [`Question::Deactivation`].
    Deactivation(DeactivationDecision),
    /// To [`Question::Mandates`].
    Mandates(MandatesDecision),
    /// To [`Question::Overview`].
    Overview(OverviewDecision),
    /// To [`Question::Sharing`].
    Sharing(SharingDecision),
    /// To [`Question::Batch`].
    Batch(Vec<SingleAnswer>),
    /// The input was not a call: nothing was decided.
    Failure(Failure),
}

/// One answer of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum SingleAnswer {
    /// To [`Single::Activation`].
    Activation(ActivationDecision),
    /// To [`Single::Deactivation`].
    Deactivation(DeactivationDecision),
    /// To [`Single::Mandates`].
    Mandates(MandatesDecision),
    /// To [`Single::Sharing`].
    Sharing(SharingDecision),
}

/// Why the module could not decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Failure {
    /// What kind of fault.
    pub code: FailureCode,
    /// What exactly, for the developer of the host.
    pub detail: String,
}

/// Kinds of input that are not a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FailureCode {
    /// Not JSON, or not of the documented form.
    Malformed,
    /// Nested deeper than any call is.
    TooDeep,
}
