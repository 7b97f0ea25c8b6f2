//! Explores a world, and tells what was found.

use std::time::{Duration, Instant};

use stateright::{Checker, HasDiscoveries, Model};

use crate::{
    bounds::Bounds,
    logic::Logic,
    plants::Plant,
    reach::Reach,
    world::{Step, World},
};

/// What an exploration of the whole world showed.
#[derive(Debug)]
pub(crate) struct Explored {
    /// Different moments.
    pub(crate) unique: usize,
    /// Moments that were come to, again and again.
    pub(crate) generated: usize,
    /// Steps to the farthest.
    pub(crate) depth: usize,
    /// Invariants that do not hold, each with the shortest way there.
    pub(crate) broken: Vec<(&'static str, Vec<Step>)>,
    /// What the graph as a whole showed.
    pub(crate) reach: Reach,
    /// How long it took.
    pub(crate) took: Duration,
}

/// How a planted fault was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// By which invariant.
    pub(crate) by: &'static str,
    /// After how many steps.
    pub(crate) steps: usize,
}

/// I3, as it is printed.
pub(crate) const I3: &str = "I3: from everywhere all is resolved in the end, whatever happens";

impl Explored {
    /// Explores everything within the bounds.
    pub(crate) fn within(bounds: Bounds) -> Self {
        let start = Instant::now();
        let world = World { bounds, logic: Logic { planted: None } };
        // Two walks over the same graph, side by side.
        let checker = world.clone().checker().spawn_bfs();
        let reach = Reach::of(&world);
        let checker = checker.join();
        let broken = if checker.discoveries().is_empty() { Vec::new() } else { shortest(&world) };
        Self {
            unique: checker.unique_state_count(),
            generated: checker.state_count(),
            depth: checker.max_depth(),
            broken,
            reach,
            took: start.elapsed(),
        }
    }

    /// Whether nothing is wrong.
    pub(crate) fn holds(&self) -> bool {
        self.broken.is_empty() && self.reach.holds() && self.reach.states == self.unique
    }
}

impl Found {
    /// Looks for a planted fault; the shortest way to it, if it is found.
    pub(crate) fn of(plant: Plant) -> Option<Self> {
        let world = World { bounds: plant.bounds(), logic: Logic { planted: Some(plant) } };
        let checker = world.clone().checker().finish_when(HasDiscoveries::Any).spawn_bfs().join();
        if !checker.discoveries().is_empty() {
            let (steps, by) = shortest(&world).into_iter().map(|(by, way)| (way.len(), by)).min()?;
            return Some(Self { by, steps });
        }
        let reach = Reach::of(&world);
        let steps = usize::try_from(reach.stuck?).ok()?;
        Some(Self { by: I3, steps })
    }
}

/// The invariants that are broken first, with the shortest way there. The checker stops at any way, not the shortest, so
/// it is allowed one step more each time.
fn shortest(world: &World) -> Vec<(&'static str, Vec<Step>)> {
    let mut allowed = 1;
    loop {
        let checker = world.clone().checker().target_max_depth(allowed).spawn_bfs().join();
        let discoveries = checker.discoveries();
        if !discoveries.is_empty() || checker.max_depth() < allowed {
            return discoveries.into_iter().map(|(name, path)| (name, path.into_actions())).collect();
        }
        allowed += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_invariants_hold_everywhere() {
        for bounds in Bounds::CI {
            let explored = Explored::within(*bounds);
            assert!(explored.holds(), "{bounds:?}: {explored:#?}");
            assert!(explored.unique > 5000, "{bounds:?}: {explored:#?}");
        }
    }

    #[test]
    fn planted_faults_are_found() {
        for plant in Plant::ALL {
            assert!(Found::of(*plant).is_some(), "{plant:?}");
        }
    }
}
