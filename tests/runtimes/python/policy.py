"""The policy in Python. Copy this file; it needs the package `wasmtime` and nothing else."""

from wasmtime import Config, Engine, FuncType, Instance, MemoryType, Module, Store

ABI_VERSION = 1
# Most bytes of a call, of an answer, and of the module's memory.
MOST_CALL = 4 * 1024 * 1024
MOST_ANSWER = 4 * 1024 * 1024
MOST_MEMORY = 16 * 1024 * 1024
# Fuel of a call, and for each of its bytes.
FUEL = 20_000_000
FUEL_PER_BYTE = 3_000

EXPORTS = {
    "memory": "memory",
    "turnpike_abi_version": "() -> (i32)",
    "turnpike_alloc": "(i32) -> (i32)",
    "turnpike_free": "(i32, i32) -> ()",
    "turnpike_decide": "(i32, i32) -> (i64)",
}


class Policy:
    """Decides: `Policy(wasm).decide(call)` takes and gives JSON as bytes of UTF-8. Whatever it raises means: no."""

    def __init__(self, wasm: bytes):
        config = Config()
        config.consume_fuel = True
        self.engine = Engine(config)
        self.module = Module(self.engine, wasm)
        self.running = None
        if imports := [f"{wanted.module}.{wanted.name}" for wanted in self.module.imports]:
            raise ValueError(f"the policy imports {imports}, it must import nothing")
        found = {export.name: _described(export.type) for export in self.module.exports}
        if wrong := [name for name, expected in EXPORTS.items() if found.get(name) != expected]:
            raise ValueError(f"the policy does not export {wrong} as it should")
        store, exports = self._instance()
        store.set_fuel(FUEL)
        if (version := exports["turnpike_abi_version"](store)) != ABI_VERSION:
            raise ValueError(f"the policy speaks abi version {version}, expected {ABI_VERSION}")

    def decide(self, call: bytes) -> bytes:
        """The answer to a call. After an error the next call gets a new instance: nothing of a failed one is kept."""
        (store, exports), self.running = self.running or self._instance(), None
        store.set_fuel(FUEL + FUEL_PER_BYTE * len(call))
        answer = _ask(store, exports, call)
        self.running = store, exports
        return answer

    def _instance(self):
        store = Store(self.engine)
        store.set_limits(memory_size=MOST_MEMORY)
        exports = Instance(store, self.module, []).exports(store)
        return store, {name: exports[name] for name in EXPORTS}


def _ask(store, exports, call: bytes) -> bytes:
    if len(call) > MOST_CALL:
        raise ValueError(f"the call has {len(call)} bytes, at most {MOST_CALL} are allowed")
    memory, free = exports["memory"], exports["turnpike_free"]
    # The ABI has no empty buffers.
    call_at = exports["turnpike_alloc"](store, len(call)) & 0xFFFFFFFF if call else 0
    if call and call_at == 0:
        raise ValueError("the policy gave no buffer for the call")
    memory.write(store, call, call_at)  # raises outside of the memory
    packed = exports["turnpike_decide"](store, call_at, len(call)) & 0xFFFFFFFF_FFFFFFFF
    answer_at, length = packed >> 32, packed & 0xFFFFFFFF
    if length > MOST_ANSWER or answer_at + length > memory.data_len(store):
        raise ValueError(f"the policy named {length} bytes at {answer_at} as its answer")
    answer = bytes(memory.read(store, answer_at, answer_at + length))
    free(store, answer_at, length)
    free(store, call_at, len(call))
    return answer


def _described(kind) -> str:
    if isinstance(kind, FuncType):
        params, results = (", ".join(map(str, values)) for values in (kind.params, kind.results))
        return f"({params}) -> ({results})"
    return "memory" if isinstance(kind, MemoryType) else "something else"
