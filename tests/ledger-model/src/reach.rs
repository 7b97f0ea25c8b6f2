//! I3: from every reachable moment all can still be resolved, nothing goes round in circles, and nothing ends unresolved.
//!
//! The checker's own `eventually` says nothing about cycles, so the whole graph is walked here, forwards and back.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    hash::{DefaultHasher, Hash, Hasher},
};

use stateright::Model;

use crate::{state::State, world::World};

/// What the graph showed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Moments.
    pub(crate) states: usize,
    /// Steps between them.
    pub(crate) steps: usize,
    /// Steps to the nearest moment from which nothing leads to a resolved one, or that ends unresolved.
    pub(crate) stuck: Option<u32>,
    /// Moments that come again after themselves.
    pub(crate) in_circles: usize,
}

#[derive(Default)]
struct Graph {
    /// Steps from the beginning.
    depth: Vec<u32>,
    resolved: Vec<bool>,
    /// From, to.
    steps: Vec<(u32, u32)>,
}

impl Reach {
    /// Walks the whole graph.
    pub(crate) fn of(world: &World) -> Self {
        let graph = Graph::of(world);
        let onwards = Adjacent::new(graph.depth.len(), graph.steps.iter().copied());
        let back = Adjacent::new(graph.depth.len(), graph.steps.iter().map(|(from, to)| (*to, *from)));
        let hopeful = spread(&back, &graph.resolved);
        let is_stuck = |state: usize| {
            let ends = onwards.of(state).is_empty();
            !hopeful[state] || (ends && !graph.resolved[state])
        };
        Self {
            states: graph.depth.len(),
            steps: graph.steps.len(),
            stuck: (0..graph.depth.len()).filter(|state| is_stuck(*state)).map(|state| graph.depth[state]).min(),
            in_circles: in_circles(&onwards, &back),
        }
    }

    /// Whether everything comes to an end, and to a good one.
    pub(crate) fn holds(&self) -> bool {
        self.stuck.is_none() && self.in_circles == 0
    }
}

impl Graph {
    fn of(world: &World) -> Self {
        let mut graph = Self::default();
        let mut known: HashMap<u64, u32> = HashMap::new();
        let mut open = VecDeque::new();
        for state in world.init_states() {
            let place = graph.add(&state, 0);
            known.insert(fingerprint(&state), place);
            open.push_back((place, state));
        }
        while let Some((from, state)) = open.pop_front() {
            let depth = graph.depth.get(from as usize).map_or(0, |depth| depth + 1);
            for next in world.next_states(&state) {
                let to = match known.entry(fingerprint(&next)) {
                    Entry::Occupied(entry) => *entry.get(),
                    Entry::Vacant(entry) => {
                        let place = *entry.insert(graph.add(&next, depth));
                        open.push_back((place, next));
                        place
                    }
                };
                graph.steps.push((from, to));
            }
        }
        graph
    }

    fn add(&mut self, state: &State, depth: u32) -> u32 {
        let place = u32::try_from(self.depth.len()).unwrap_or(u32::MAX);
        self.depth.push(depth);
        self.resolved.push(state.is_resolved());
        place
    }
}

/// Neighbours of each moment, one after the other in one list.
struct Adjacent {
    begin: Vec<usize>,
    neighbours: Vec<u32>,
}

impl Adjacent {
    fn new(states: usize, steps: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut begin = vec![0; states + 1];
        for (from, _) in steps.clone() {
            begin[from as usize + 1] += 1;
        }
        for state in 0..states {
            begin[state + 1] += begin[state];
        }
        let mut free = begin.clone();
        let mut neighbours = vec![0; begin[states]];
        for (from, to) in steps {
            neighbours[free[from as usize]] = to;
            free[from as usize] += 1;
        }
        Self { begin, neighbours }
    }

    fn of(&self, state: usize) -> &[u32] {
        &self.neighbours[self.begin[state]..self.begin[state + 1]]
    }
}

/// Everything that can be reached from where it is true.
fn spread(along: &Adjacent, from: &[bool]) -> Vec<bool> {
    let mut reached = from.to_vec();
    let mut open: Vec<usize> = (0..reached.len()).filter(|state| reached[*state]).collect();
    while let Some(state) = open.pop() {
        for next in along.of(state) {
            let next = *next as usize;
            if !reached[next] {
                reached[next] = true;
                open.push(next);
            }
        }
    }
    reached
}

/// How many moments are left when those that nothing leads to are taken away, again and again: those on a cycle or
/// behind one.
fn in_circles(onwards: &Adjacent, back: &Adjacent) -> usize {
    let states = onwards.begin.len() - 1;
    let mut before: Vec<usize> = (0..states).map(|state| back.of(state).len()).collect();
    let mut open: Vec<usize> = (0..states).filter(|state| before[*state] == 0).collect();
    let mut taken = 0;
    while let Some(state) = open.pop() {
        taken += 1;
        for next in onwards.of(state) {
            let next = *next as usize;
            before[next] -= 1;
            if before[next] == 0 {
                open.push(next);
            }
        }
    }
    states - taken
}

fn fingerprint(state: &State) -> u64 {
    let mut hasher = DefaultHasher::new();
    state.hash(&mut hasher);
    hasher.finish()
}
