//! Random faults: the same for the same seed, at the rates that were asked for.

use fault_proxy::{Fault, Page, Random, RandomError, Rate, Rule};

use crate::server::Scene;

const TEAPOT: Fault = Fault::Answer { status: 418, page: Page::Empty };
const GONE: Fault = Fault::Answer { status: 410, page: Page::Empty };

fn rates(shares: &[f64]) -> Vec<Rate> {
    shares.iter().zip([TEAPOT, GONE]).map(|(share, fault)| Rate { share: *share, fault }).collect()
}

#[test]
fn a_seed_gives_the_same_faults_again() {
    let of = |seed| {
        let random = Random::new(seed, rates(&[0.3, 0.3])).unwrap();
        (0..200).map(|number| random.fault(number)).collect::<Vec<_>>()
    };
    assert_eq!(of(7), of(7));
    assert_ne!(of(7), of(8));
}

#[test]
fn faults_come_at_their_rates() {
    let random = Random::new(1, rates(&[0.2, 0.05])).unwrap();
    let count = |wanted: Fault| (0..20_000).filter(|number| random.fault(*number) == wanted).count();
    assert!((3_700..4_300).contains(&count(TEAPOT)), "{}", count(TEAPOT));
    assert!((850..1_150).contains(&count(GONE)), "{}", count(GONE));
    assert_eq!(count(TEAPOT) + count(GONE) + count(Fault::Pass), 20_000);
}

#[test]
fn shares_that_are_none_are_refused() {
    assert_eq!(Random::new(1, rates(&[-0.1])), Err(RandomError::Share(-0.1)));
    assert_eq!(Random::new(1, rates(&[0.9, 0.5])), Err(RandomError::Sum(1.4)));
    assert!(matches!(Random::new(1, rates(&[f64::NAN])), Err(RandomError::Share(_))));
    let whole = vec![Rate { share: 0.1, fault: TEAPOT }; 10];
    assert_eq!(Random::new(1, whole).unwrap().fault(3), TEAPOT);
}

#[tokio::test]
async fn rules_go_before_chance() {
    let scene = Scene::new().await;
    scene.proxy.random(Random::new(1, vec![Rate { share: 1.0, fault: TEAPOT }]).unwrap());
    scene.proxy.plan(Rule::once("POST", "/v1/", GONE));
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(scene.send().await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [410, 418, 418]);
    scene.proxy.calm();
    assert_eq!(scene.send().await.unwrap().status().as_u16(), 200);
    let record = scene.proxy.record();
    assert_eq!((record.of("answer other"), record.of("pass"), record.faults()), (3, 1, 3));
}
