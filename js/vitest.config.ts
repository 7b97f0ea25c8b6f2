// The unit tests: Node, real sockets, no mocks of fetch.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    environment: "node",
    // A hang is what it is for: a machine that builds beside may be ten times slower than it can be.
    testTimeout: 60_000,
  },
});
