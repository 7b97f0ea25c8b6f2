// The policy in JavaScript: in Node, Deno, Bun and browsers. Copy this file; it needs nothing else.

const ABI_VERSION = 1;
/** Most bytes of a call, of an answer, and of the module's memory. */
const MOST_CALL = 4 * 1024 * 1024;
const MOST_ANSWER = 4 * 1024 * 1024;
const MOST_MEMORY = 16 * 1024 * 1024;

const EXPORTS = { memory: 'memory', turnpike_abi_version: 'function', turnpike_alloc: 'function', turnpike_free: 'function', turnpike_decide: 'function' };

/** Decides: `(await Policy.load(bytes)).decide(call)` takes and gives JSON as bytes of UTF-8. Whatever it throws means: no. */
export class Policy {
  #module;
  #instance;

  static async load(bytes) {
    return new Policy(await WebAssembly.compile(bytes));
  }

  constructor(module) {
    const imports = WebAssembly.Module.imports(module).map(({ module, name }) => `${module}.${name}`);
    if (imports.length > 0) throw new Error(`the policy imports ${imports}, it must import nothing`);
    const kinds = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
    const missing = Object.entries(EXPORTS).filter(([name, kind]) => kinds.get(name) !== kind);
    if (missing.length > 0) throw new Error(`the policy does not export ${missing.map(([name]) => name)}`);
    const version = new WebAssembly.Instance(module).exports.turnpike_abi_version();
    if (version !== ABI_VERSION) throw new Error(`the policy speaks abi version ${version}, expected ${ABI_VERSION}`);
    this.#module = module;
  }

  /** The answer to a call. After an error the next call gets a new instance: nothing of a failed one is kept. */
  decide(call) {
    const instance = (this.#instance ??= new WebAssembly.Instance(this.#module));
    this.#instance = undefined;
    const answer = ask(instance.exports, call);
    this.#instance = instance;
    return answer;
  }
}

function ask({ memory, turnpike_alloc: alloc, turnpike_free: free, turnpike_decide: decide }, call) {
  if (call.length > MOST_CALL) throw new RangeError(`the call has ${call.length} bytes, at most ${MOST_CALL} are allowed`);
  const callAt = call.length === 0 ? 0 : alloc(call.length) >>> 0; // the ABI has no empty buffers
  if (callAt === 0 && call.length > 0) throw new RangeError('the policy gave no buffer for the call');
  part(memory, callAt, call.length).set(call);
  const packed = BigInt.asUintN(64, decide(callAt, call.length));
  const [answerAt, length] = [Number(packed >> 32n), Number(packed & 0xffffffffn)];
  if (length > MOST_ANSWER) throw new RangeError(`the answer has ${length} bytes, at most ${MOST_ANSWER} are allowed`);
  const answer = part(memory, answerAt, length).slice(); // a copy: the memory is the policy's
  free(answerAt, length);
  free(callAt, call.length);
  return answer;
}

/** A part of the module's memory, which may have grown since it was looked at last. */
function part({ buffer }, at, length) {
  if (buffer.byteLength > MOST_MEMORY) throw new RangeError(`the policy took ${buffer.byteLength} bytes of memory`);
  if (at + length > buffer.byteLength) throw new RangeError('the policy named bytes outside of its memory');
  return new Uint8Array(buffer, at, length);
}
