// Builds the package into dist/: ESM and types by tsc, the policy module copied beside them, and the bundle for script tags.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = (tool, ...args) =>
  execFileSync(process.execPath, [fileURLToPath(import.meta.resolve(tool)), ...args], { cwd: root, stdio: "inherit" });

if (!existsSync(`${root}/src/wasm/policy_bg.wasm`)) {
  console.error("js/src/wasm is empty: run `cargo xtask js`, which generates it and then builds this package");
  process.exit(1);
}
rmSync(`${root}/dist`, { recursive: true, force: true });
run("../node_modules/typescript/bin/tsc", "--project", "tsconfig.build.json");
cpSync(`${root}/src/wasm`, `${root}/dist/wasm`, { recursive: true });
cpSync(`${root}/../LICENSE`, `${root}/dist/LICENSE`);
rmSync(`${root}/dist/bundle.js`);
run("../node_modules/vite/bin/vite.js", "build", "--config", "vite.bundle.config.ts", "--logLevel", "warn");
