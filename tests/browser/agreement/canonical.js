// JSON with sorted keys and without spaces: equal values have equal bytes.

/** The canonical JSON of a value. Runs in the page as well: it uses nothing of this file's surroundings. */
export function canonical(value) {
  const sorted = (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part;
  return JSON.stringify(value, sorted);
}
