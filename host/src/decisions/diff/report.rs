//! What a comparison came to: effects by subject and reason, with how many people and mandates they concern.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// What a decision is about, in the words of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    /// Being an admin of the mandate.
    Admin,
    /// Activating a feature.
    Activate,
    /// Bringing an ended instance back.
    Restore,
    /// Giving up one's own access, or a colleague's.
    Leave,
    /// Ending an instance for all.
    End,
    /// Giving a colleague access.
    Share,
    /// Getting a home mandate.
    Home,
}

/// What would be different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// What was refused is allowed.
    Gains,
    /// What was allowed is refused.
    Loses,
    /// Allowed or refused as before, but for other reasons or with other consequences.
    Otherwise,
    /// There is no answer any more, which refuses.
    NoAnswer,
}

impl Subject {
    /// The words for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Activate => "activate",
            Self::Restore => "restore",
            Self::Leave => "leave",
            Self::End => "end",
            Self::Share => "share",
            Self::Home => "home mandate",
        }
    }
}

impl Effect {
    /// The words for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gains => "gains",
            Self::Loses => "loses",
            Self::Otherwise => "otherwise",
            Self::NoAnswer => "no answer",
        }
    }
}

/// One side of a comparison: the record, or today.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// Decisions that were compared.
    pub compared: u64,
    /// Those of them that come out differently.
    pub different: u64,
    /// How, the same ones in one entry.
    pub effects: Vec<Effects>,
    /// Decisions that could not be compared, by why.
    pub missing: BTreeMap<String, u64>,
}

/// Equal effects, counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Effects {
    /// About what.
    pub subject: Subject,
    /// What is different.
    pub effect: Effect,
    /// Code of the reason: of those who gain the one that stood against it, else the one that does now.
    pub reason: String,
    /// How many decisions.
    pub decisions: u64,
    /// Of how many people.
    pub people: u64,
    /// In how many mandates.
    pub mandates: u64,
    /// Who and what, where it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Vec<Named>>,
}

/// Somebody whom an effect concerns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Named {
    /// The mandate's id.
    pub mandate: String,
    /// The user's id; of the record the pseudonym, where nobody is on file whose it is. `None` where the record has none: the
    /// user was gone before a refusal was written. All of those count as one person.
    pub user: Option<String>,
    /// The user's name, where the user is on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The feature or the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// A part in the making.
pub(super) struct Tally {
    compared: u64,
    different: u64,
    with_names: bool,
    effects: BTreeMap<(Subject, Effect, String), Group>,
    missing: BTreeMap<String, u64>,
}

#[derive(Default)]
struct Group {
    decisions: u64,
    people: BTreeSet<Option<String>>,
    mandates: BTreeSet<String>,
    names: BTreeSet<Named>,
}

impl Part {
    /// Whether nothing comes out differently, and all of it could be found out.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.different == 0 && self.missing.is_empty()
    }
}

impl Tally {
    pub(super) fn new(with_names: bool) -> Self {
        Self { compared: 0, different: 0, with_names, effects: BTreeMap::new(), missing: BTreeMap::new() }
    }

    /// Counts a decision that could be compared.
    pub(super) fn add(
        &mut self,
        subject: Subject,
        difference: Option<(Effect, String)>,
        named: impl FnOnce() -> Named,
    ) {
        self.compared += 1;
        let Some((effect, reason)) = difference else { return };
        self.different += 1;
        let named = named();
        let group = self.effects.entry((subject, effect, reason)).or_default();
        group.decisions += 1;
        group.people.insert(named.user.clone());
        group.mandates.insert(named.mandate.clone());
        if self.with_names {
            group.names.insert(named);
        }
    }

    /// Counts a decision that could not be compared.
    pub(super) fn miss(&mut self, why: String) {
        *self.missing.entry(why).or_default() += 1;
    }

    pub(super) fn finish(self) -> Part {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let effects = self.effects.into_iter().map(|((subject, effect, reason), group)| Effects {
            subject,
            effect,
            reason,
            decisions: group.decisions,
            people: count(group.people.len()),
            mandates: count(group.mandates.len()),
            names: self.with_names.then(|| group.names.into_iter().collect()),
        });
        Part { compared: self.compared, different: self.different, effects: effects.collect(), missing: self.missing }
    }
}
