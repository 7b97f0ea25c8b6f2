//! The built module keeps its word: small, self-contained, and it gives back what it takes.

use core_wasm::question::{Question, Single};
use wasmtime::{Engine, Instance, Memory, Module, Store, TypedFunc};

use super::{calls, embedded};

/// Bytes that the module may have: it goes to every page and every other runtime.
const MOST_BYTES: usize = 136_000;
/// Pages of 64 KiB that it may start with: they are reset after every call.
const MOST_PAGES: u64 = 1;

#[test]
fn the_module_is_small() {
    let policy = embedded();
    let bytes = policy.bytes().len();
    assert!(bytes <= MOST_BYTES, "{bytes} bytes, at most {MOST_BYTES}");
    let pages = policy.memory_pages();
    assert!((1..=MOST_PAGES).contains(&pages), "{pages} pages, at most {MOST_PAGES}");
}

/// What docs/decision-speed.md says of the memory: a change of its size costs more than the decision.
#[test]
fn decisions_stay_within_the_memory_that_an_instance_starts_with() {
    let hundred = Question::Batch(vec![Single::Activation(calls::activation()); 100]);
    let calls = [
        ("turnpike_decide_compact", calls::compact(Question::Activation(calls::activation()))),
        ("turnpike_decide", calls::json(Question::Activation(calls::activation()))),
        ("turnpike_decide_compact", calls::compact(hundred)),
    ];
    let engine = Engine::default();
    let module = Module::from_binary(&engine, embedded().bytes()).unwrap();
    for (export, call) in calls {
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let memory = instance.get_memory(&mut store, "memory").unwrap();
        let alloc = instance.get_typed_func::<u32, u32>(&mut store, "turnpike_alloc").unwrap();
        let decide = instance.get_typed_func::<(u32, u32), u64>(&mut store, export).unwrap();
        let length = u32::try_from(call.len()).unwrap();
        let at = alloc.call(&mut store, length).unwrap();
        memory.write(&mut store, usize::try_from(at).unwrap(), &call).unwrap();
        decide.call(&mut store, (at, length)).unwrap();
        assert_eq!(memory.size(&store), MOST_PAGES, "{export}, {length} bytes");
    }
}

/// Bytes at the end of the stack that no call may reach: two thirds of it.
const STACK_SPARE: usize = 16 * 1024;

/// The stack lies before everything else and grows towards address 0: a call that needs more of it ends in a trap. None comes
/// near that, whatever is asked and however it is nested.
#[test]
fn calls_leave_much_of_the_stack_alone() {
    let module = Module::from_binary(&Engine::default(), embedded().bytes()).unwrap();
    let nested = format!("{{\"settings\":{}1", "[".repeat(10_000)).into_bytes();
    let calls = all_calls().into_iter().chain([("nested", false, nested)]);
    for (name, is_compact, call) in calls {
        let mut kept = Kept::new(&module);
        kept.memory.write(&mut kept.store, 0, &[UNTOUCHED; STACK_SPARE]).unwrap();
        kept.ask(is_compact, &call);
        let memory = kept.memory.data(&kept.store);
        assert!(memory[..STACK_SPARE].iter().all(|byte| *byte == UNTOUCHED), "{name}");
    }
}

/// What nobody writes by accident.
const UNTOUCHED: u8 = 0xA5;

#[test]
fn the_module_imports_nothing_and_its_functions_are_the_abi() {
    let policy = embedded();
    let module = Module::from_binary(&Engine::default(), policy.bytes()).unwrap();
    assert_eq!(module.imports().len(), 0);
    let functions = module.exports().filter(|export| export.ty().func().is_some());
    let mut functions: Vec<&str> = functions.map(|export| export.name()).collect();
    functions.sort_unstable();
    let abi = ["abi_version", "alloc", "decide", "decide_compact", "free"].map(|name| format!("turnpike_{name}"));
    assert_eq!(functions, abi);
}

/// An instance that is kept, as other runtimes do it; the host takes a fresh one per call.
struct Kept {
    store: Store<()>,
    memory: Memory,
    alloc: TypedFunc<u32, u32>,
    free: TypedFunc<(u32, u32), ()>,
    json: TypedFunc<(u32, u32), u64>,
    compact: TypedFunc<(u32, u32), u64>,
}

impl Kept {
    fn new(module: &Module) -> Self {
        let mut store = Store::new(module.engine(), ());
        let instance = Instance::new(&mut store, module, &[]).unwrap();
        Self {
            memory: instance.get_memory(&mut store, "memory").unwrap(),
            alloc: instance.get_typed_func(&mut store, "turnpike_alloc").unwrap(),
            free: instance.get_typed_func(&mut store, "turnpike_free").unwrap(),
            json: instance.get_typed_func(&mut store, "turnpike_decide").unwrap(),
            compact: instance.get_typed_func(&mut store, "turnpike_decide_compact").unwrap(),
            store,
        }
    }

    /// The answer, and the pages of memory after it.
    fn ask(&mut self, is_compact: bool, call: &[u8]) -> (Vec<u8>, u64) {
        let decide = if is_compact { &self.compact } else { &self.json };
        let length = u32::try_from(call.len()).unwrap();
        let at = self.alloc.call(&mut self.store, length).unwrap();
        if length > 0 {
            self.memory.write(&mut self.store, usize::try_from(at).unwrap(), call).unwrap();
        }
        let packed = decide.call(&mut self.store, (at, length)).unwrap();
        let (answer_at, answer_length) = ((packed >> 32) as u32, packed as u32);
        let (from, to) = (answer_at as usize, (answer_at + answer_length) as usize);
        let answer = self.memory.data(&self.store)[from..to].to_vec();
        self.free.call(&mut self.store, (answer_at, answer_length)).unwrap();
        self.free.call(&mut self.store, (at, length)).unwrap();
        (answer, self.memory.size(&self.store))
    }
}

/// All cases in both forms, with what is no call.
fn all_calls() -> Vec<(&'static str, bool, Vec<u8>)> {
    let json = calls::all().into_iter().map(|(name, call)| (name, false, call));
    let compact = calls::questions().into_iter().map(|(name, question)| (name, true, calls::compact(question)));
    json.chain(compact).chain([("no call", true, vec![2])]).collect()
}

/// It must not grow, nor answer otherwise.
#[test]
fn an_instance_that_is_kept_gives_its_memory_back() {
    let module = Module::from_binary(&Engine::default(), embedded().bytes()).unwrap();
    let mut kept = Kept::new(&module);
    let calls = all_calls();
    let expected: Vec<_> = calls.iter().map(|(_, is_compact, call)| kept.ask(*is_compact, call).0).collect();
    let pages = kept.ask(false, b"").1;
    for _ in 0..500 {
        for ((name, is_compact, call), expected) in calls.iter().zip(&expected) {
            assert_eq!(kept.ask(*is_compact, call), (expected.clone(), pages), "{name}");
        }
    }
}

/// How many calls. What an allocator that joins nothing leaves behind shows after some hundred.
const CALLS: usize = 100_000;
/// They are of any length up to this, in bytes.
const LONGEST: usize = 1024 * 1024;
/// Pages that the module asks for at once: so many less one may be more than a call needs.
const AT_ONCE: u64 = 8;

/// What one call left behind is of use to the next, whatever its size: no instance has to be renewed for its memory.
#[test]
fn calls_of_mixed_sizes_take_the_memory_of_the_longest() {
    let module = Module::from_binary(&Engine::default(), embedded().bytes()).unwrap();
    let real = all_calls();
    // No call from its first byte on: what it costs is its memory.
    let noise = vec![2; LONGEST];
    let alone = |is_compact: bool, call: &[u8]| Kept::new(&module).ask(is_compact, call).1;
    let most = real.iter().map(|(_, is_compact, call)| alone(*is_compact, call)).max().unwrap();
    let most = most.max(alone(true, &noise)) + AT_ONCE - 1;

    let mut kept = Kept::new(&module);
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for number in 0..CALLS {
        // xorshift64
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let pages = if number % 20 == 0 {
            let (_, is_compact, call) = &real[number / 20 % real.len()];
            kept.ask(*is_compact, call).1
        } else {
            // As many of each order of magnitude, the long ones less often.
            let magnitude = if random.is_multiple_of(64) { 20 } else { random % 14 };
            let length = 1 + (random >> 32) as usize % (1_usize << magnitude);
            kept.ask(true, &noise[..length]).1
        };
        assert!(pages <= most, "{pages} pages after {number} calls, the longest of them takes {most} at most");
    }
}
