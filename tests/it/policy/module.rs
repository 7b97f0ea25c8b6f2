//! The built module keeps its word: small, self-contained, and it gives back what it takes.

use core_wasm::question::{Question, Single};
use wasmtime::{Engine, Instance, Module, Store, TypedFunc};

use super::{calls, embedded};

/// Bytes that the module may have: it goes to every page and every other runtime.
const MOST_BYTES: usize = 130_000;
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

/// The host takes a fresh instance per call; other runtimes keep one. It must not grow, nor answer otherwise.
#[test]
fn an_instance_that_is_kept_gives_its_memory_back() {
    let policy = embedded();
    let engine = Engine::default();
    let module = Module::from_binary(&engine, policy.bytes()).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let memory = instance.get_memory(&mut store, "memory").unwrap();
    let alloc = instance.get_typed_func::<u32, u32>(&mut store, "turnpike_alloc").unwrap();
    let free = instance.get_typed_func::<(u32, u32), ()>(&mut store, "turnpike_free").unwrap();
    let decide =
        ["turnpike_decide", "turnpike_decide_compact"].map(|name| instance.get_typed_func(&mut store, name).unwrap());

    let mut ask = |decide: &TypedFunc<(u32, u32), u64>, call: &[u8]| {
        let length = u32::try_from(call.len()).unwrap();
        let at = alloc.call(&mut store, length).unwrap();
        if length > 0 {
            memory.write(&mut store, usize::try_from(at).unwrap(), call).unwrap();
        }
        let packed = decide.call(&mut store, (at, length)).unwrap();
        let (answer_at, answer_length) = ((packed >> 32) as u32, packed as u32);
        let (from, to) = (answer_at as usize, (answer_at + answer_length) as usize);
        let answer = memory.data(&store)[from..to].to_vec();
        free.call(&mut store, (answer_at, answer_length)).unwrap();
        free.call(&mut store, (at, length)).unwrap();
        (answer, memory.size(&store))
    };

    let [json, compact] = &decide;
    let calls: Vec<_> = calls::all().into_iter().map(|(name, call)| (name, json, call)).collect();
    let of_questions = calls::questions().into_iter().map(|(name, question)| (name, compact, calls::compact(question)));
    let calls: Vec<_> = calls.into_iter().chain(of_questions).chain([("no call", compact, vec![2])]).collect();
    let expected: Vec<_> = calls.iter().map(|(_, decide, call)| ask(decide, call).0).collect();
    let pages = ask(json, b"").1;
    for _ in 0..500 {
        for ((name, decide, call), expected) in calls.iter().zip(&expected) {
            assert_eq!(ask(decide, call), (expected.clone(), pages), "{name}");
        }
    }
}
