//! The crash matrix: every fail point × every wish that passes it × every kind of fault × both engines. The host is killed at the
//! point, another one goes on from there, and then everything agrees.
//!
//! Points that hold the database's only writer or the runner's loop let in one case at a time: there each case ends a process of its
//! own. `cargo xtask test` runs a part, chosen by a fixed rule; `cargo xtask proof crashes` runs all.

mod aborted;
mod case;
mod kind;
mod parked;
mod plan;
mod prepared;
mod run;
mod verdict;

use std::collections::HashSet;

use futures::{StreamExt as _, stream};
use turnpike::fail_point::FailPoint;

use self::{
    case::Case,
    plan::{Mode, Plan},
    prepared::Prepared,
    run::Run,
};
use crate::{done_right::on_both_engines, engines::TestDatabase};

/// Set to `all` by `cargo xtask proof crashes`.
const EXTENT: &str = "TURNPIKE_TEST_CRASHES";
/// Combinations on one engine, all of them.
const ALL: usize = 1056;
/// Combinations on one engine that `cargo xtask test` runs.
const PART: usize = 396;
/// How many points are run side by side.
const SIDE_BY_SIDE: usize = 3;

on_both_engines!(every_fail_point_with_every_fault);

async fn every_fail_point_with_every_fault(database: &TestDatabase) {
    let engine = if database.is_postgres() { "postgres" } else { "sqlite" };
    let everything = std::env::var(EXTENT).is_ok_and(|extent| extent == "all");
    let prepared = Prepared::on(database.another().await).await;
    let mut plans: Vec<Plan> = FailPoint::ALL.iter().map(|point| Plan::of(*point)).collect();
    // The longest first.
    plans.sort_by_key(|plan| (plan.mode == Mode::Parked, std::cmp::Reverse(plan.wishes.len())));
    let runs = plans.into_iter().flat_map(|plan| {
        let portions: Vec<Vec<Case>> = chosen(&plan, everything).chunks(plan.at_once()).map(<[Case]>::to_vec).collect();
        portions.into_iter().map(move |cases| (plan, cases))
    });
    let runs = runs.map(|(plan, cases)| kill_and_look(engine, &prepared, plan, cases));
    let done: Vec<(FailPoint, usize, usize)> = stream::iter(runs).buffer_unordered(SIDE_BY_SIDE).collect().await;
    let (mut combinations, mut at_the_point) = (0, 0);
    for (_, cases, died) in &done {
        combinations += cases;
        at_the_point += died;
    }
    println!("crash matrix on {engine}: {combinations} combinations, {at_the_point} at the point when the host died");
    let points: HashSet<&str> = done.iter().map(|(point, _, _)| point.name()).collect();
    assert_eq!(points.len(), FailPoint::ALL.len());
    assert_eq!(combinations, if everything { ALL } else { PART });
}

/// The cases of a plan that are run: all, or a part in which every wish comes to every point and meets another share of the
/// kinds at each. A case that ends a process of its own costs the most.
fn chosen(plan: &Plan, everything: bool) -> Vec<Case> {
    let one_of = match plan.mode {
        _ if everything => 1,
        Mode::Parked => 2,
        Mode::Aborted => 8,
    };
    let turn = |case: &Case| plan.point as usize + case.wish as usize + case.kind as usize;
    plan.cases().into_iter().filter(|case| turn(case).is_multiple_of(one_of)).collect()
}

async fn kill_and_look(engine: &str, prepared: &Prepared, plan: Plan, cases: Vec<Case>) -> (FailPoint, usize, usize) {
    let began = std::time::Instant::now();
    let run = Run::of(prepared, plan, cases).await;
    let expected = run.cases.iter().filter(|case| plan.meets(**case)).count();
    let (given, died) = match plan.mode {
        Mode::Parked => parked::kill(&run, plan.point).await,
        Mode::Aborted => aborted::kill(&run).await,
    };
    assert!(died >= expected, "{:?}: {died} of {expected} came to the point", plan.point);
    verdict::holds(&run, &given).await;
    println!(
        "{engine}: {}: {} combinations, {died} at the point when the host died, {:?}",
        plan.point.name(),
        run.cases.len(),
        began.elapsed()
    );
    (plan.point, run.cases.len(), died)
}
