// Waits for a state: polls with a deadline, and says what did not come about.

const EVERY_MS = 25;

/** The first truthy answer of `look`, which may be asynchronous; after `within` milliseconds an error that names `what`. */
export async function until(what, look, within = 60_000) {
  const deadline = performance.now() + within;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > deadline) throw new Error(`it did not come about that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
