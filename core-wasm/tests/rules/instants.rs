//! Answers change by time alone at the instants that are named, and at no other.

use core_wasm::{
    activation, deactivation,
    decision::{ActivationDecision, DeactivationDecision, MandatesDecision},
    facts::{
        ActivationFacts, DeactivationFacts, FeatureFacts, InstanceFacts, InstanceState, MandateFacts, MandatesFacts,
        RequestedInstance, RestoringFacts, Scope,
    },
    instants, mandates,
    settings::Settings,
};
use proptest::{collection::vec, prelude::*, strategy::ValueTree as _, test_runner::TestRunner};

use crate::generate;

/// Everything a page asks about one mandate.
#[derive(Clone, Debug)]
struct Page {
    settings: Settings,
    mandate: MandateFacts,
    feature: FeatureFacts,
    ended: Vec<i64>,
    connected: bool,
    paused: bool,
}

type Answers = (MandatesDecision, Vec<ActivationDecision>, Vec<DeactivationDecision>);

impl Page {
    fn next(&self, now: i64) -> Option<i64> {
        instants::next(now, &self.mandate, self.ended.iter().copied(), &self.settings)
    }

    /// What is answered at an instant.
    fn answers(&self, now: i64) -> Answers {
        let standing = MandatesFacts { now, home_granted: true, mandates: vec![self.mandate.clone()] };
        let activation = |restoring| ActivationFacts {
            now,
            adding: 1,
            feature: Some(self.feature.clone()),
            mandate: Some(self.mandate.clone()),
            billing_connected: self.connected,
            billing_paused: self.paused,
            restoring,
        };
        let deactivation = |scope| DeactivationFacts {
            now,
            requested: RequestedInstance { feature_code: "chatbot".to_owned(), mandate_id: "m1".to_owned() },
            scope,
            mandate: Some(self.mandate.clone()),
            instance: Some(InstanceFacts {
                feature_code: "chatbot".to_owned(),
                mandate_id: "m1".to_owned(),
                state: InstanceState::Active,
                accesses: 1,
            }),
            has_access: true,
        };
        let restores = self.ended.iter().map(|at| Some(RestoringFacts { ended_at: Some(*at) }));
        let activations = std::iter::once(None).chain(restores).map(activation);
        (
            mandates::decide(&standing, &self.settings),
            activations.map(|facts| activation::decide(&facts, &self.settings)).collect(),
            [Scope::Mine, Scope::Mandate]
                .map(deactivation)
                .iter()
                .map(|facts| deactivation::decide(facts, &self.settings))
                .collect(),
        )
    }
}

fn page() -> BoxedStrategy<Page> {
    let parts = (
        generate::settings(),
        generate::mandate(),
        generate::feature(),
        vec(generate::instant(), 0..3),
        prop::bool::weighted(0.9),
        prop::bool::weighted(0.1),
    );
    parts
        .prop_map(|(settings, mandate, feature, ended, connected, paused)| Page {
            settings,
            mandate,
            feature,
            ended,
            connected,
            paused,
        })
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn what_is_answered_now_holds_until_just_before_the_next_instant(
        page in page(), now in generate::instant(), between in any::<prop::sample::Index>()
    ) {
        let answers = page.answers(now);
        let until = page.next(now);
        prop_assert!(until.is_none_or(|until| until > now));
        let last = until.map_or(i64::MAX, |until| until - 1);
        prop_assert_eq!(&page.answers(last), &answers, "at {} of {:?}", last, until);
        let span = usize::try_from(last.saturating_sub(now)).unwrap_or(usize::MAX).saturating_add(1);
        let within = now.saturating_add(i64::try_from(between.index(span)).unwrap_or(0)).min(last);
        prop_assert_eq!(&page.answers(within), &answers, "at {} of {:?}", within, until);
    }
}

#[test]
fn at_the_instant_the_answer_often_is_another() {
    let mut runner = TestRunner::deterministic();
    let (mut named, mut changed) = (0, 0);
    for _ in 0..4_000 {
        let page = page().new_tree(&mut runner).expect("a page").current();
        let now = generate::instant().new_tree(&mut runner).expect("an instant").current();
        if let Some(at) = page.next(now) {
            named += 1;
            changed += usize::from(page.answers(at) != page.answers(now));
        }
    }
    assert!(named > 1_000 && changed * 5 > named, "{changed} of {named}");
}
