// A value as JSON in UTF-8, for the rules to read. What JSON would turn into something else is refused.

/** The longest text that the rules take, as in the plain module. */
const LONGEST = 4 * 1024 * 1024;
/** No call is nested as deep: what is deeper is refused by its depth, whatever it holds. */
const DEEPEST = 64;

const encoder = new TextEncoder();
/** Calls are encoded into the same bytes again and again: a buffer for each would keep the garbage collector busy. */
const scratch = new Uint8Array(64 * 1024);

/** A text is JSON already. Encoded here, because the glue's own way for texts is a loop over their characters. */
export function bytes(value) {
  const json = typeof value === "string" ? value : written(value);
  if (json === undefined) return undefined;
  if (json.length > LONGEST) throw new RangeError("the text is too long");
  // In UTF-8 a character takes up to three bytes.
  if (json.length * 3 > scratch.length) return encoder.encode(json);
  return scratch.subarray(0, encoder.encodeInto(json, scratch).written);
}

function written(value) {
  check(value, 0);
  return JSON.stringify(value);
}

/** JSON would write null for NaN, leave functions out, and round nothing that was rounded before. */
function check(value, depth) {
  switch (typeof value) {
    case "number":
      if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) throw new RangeError("not a number that is exact");
      break;
    case "object":
      if (value === null || depth > DEEPEST) break;
      if (Array.isArray(value)) for (let i = 0; i < value.length; i++) check(value[i], depth + 1);
      else for (const key in value) check(value[key], depth + 1);
      break;
    case "bigint":
    case "function":
    case "symbol":
      throw new TypeError("not a value of JSON");
  }
}
