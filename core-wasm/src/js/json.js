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
  if (json === undefined || json.length > LONGEST) return undefined;
  // In UTF-8 a character takes up to three bytes.
  if (json.length * 3 > scratch.length) return encoder.encode(json);
  return scratch.subarray(0, encoder.encodeInto(json, scratch).written);
}

function written(value) {
  try {
    return isSayable(value, 0) ? JSON.stringify(value) : undefined;
  } catch {
    // A cycle, or a getter that throws.
    return undefined;
  }
}

/** JSON would write null for NaN, leave functions out, and round nothing that was rounded before. */
function isSayable(value, depth) {
  switch (typeof value) {
    case "number":
      return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
    case "object":
      if (value === null || depth > DEEPEST) return true;
      if (Array.isArray(value)) {
        for (let i = 0; i < value.length; i++) if (!isSayable(value[i], depth + 1)) return false;
      } else {
        for (const key in value) if (!isSayable(value[key], depth + 1)) return false;
      }
      return true;
    case "bigint":
    case "function":
    case "symbol":
      return false;
  }
  return true;
}
