// A temporary folder with the packed package and copies of the tiny projects that install it.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
export const packageRoot = fileURLToPath(new URL("..", import.meta.url));
const projects = fileURLToPath(new URL("projects", import.meta.url));

/** The call that the rules' own cases start from: it always has the facts that the rules ask for. */
export async function baseCall() {
  return JSON.parse(await readFile(join(packageRoot, "../tests/cases/base/activation.json"), "utf8"));
}

/** Runs a program; what it printed is in the error when it fails. */
export async function run(folder, program, ...args) {
  try {
    return (await execute(program, args, { cwd: folder, maxBuffer: 16 << 20 })).stdout;
  } catch (error) {
    throw new Error(`\`${program} ${args.join(" ")}\` failed:\n${error.stdout}\n${error.stderr}`, { cause: error });
  }
}

export class Workspace {
  constructor(root) {
    this.root = root;
  }

  /** Packs the package as `npm publish` would. The tools of the projects are those of the package's own lock. */
  static async pack() {
    const root = await mkdtemp(join(tmpdir(), "turnpike-store-"));
    const [packed] = JSON.parse(await run(packageRoot, "npm", "pack", "--json", "--pack-destination", root));
    await symlink(join(packageRoot, "node_modules"), join(root, "node_modules"), "dir");
    // Installed once: every project gets a copy of what a first one got.
    const workspace = new Workspace(root);
    await workspace.#folder("installed");
    const quiet = ["--prefer-offline", "--no-audit", "--no-fund"];
    await run(join(root, "installed"), "npm", "install", ...quiet, join(root, packed.filename));
    return workspace;
  }

  /** A project of its own, with the files of `projects/NAME` if there are any, and the package installed. */
  async project(name, files = {}) {
    const folder = await this.#folder(name);
    await cp(join(projects, name), folder, { recursive: true }).catch((error) => {
      if (error.code !== "ENOENT") throw error;
    });
    for (const shared of ["answer.js", "case.js"]) await cp(join(projects, shared), join(folder, shared));
    await writeFile(join(folder, "call.js"), `export const call = ${JSON.stringify(await baseCall())};\n`);
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
    await cp(join(this.root, "installed", "node_modules"), join(folder, "node_modules"), { recursive: true });
    return folder;
  }

  async #folder(name) {
    const folder = join(this.root, name);
    await mkdir(folder, { recursive: true });
    const manifest = { name: `packaging-${name}`, private: true, type: "module" };
    await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
    return folder;
  }

  /** Runs a tool of the package's lock. */
  tool(folder, script, ...args) {
    return run(folder, process.execPath, join(packageRoot, "node_modules", script), ...args);
  }

  remove() {
    return rm(this.root, { recursive: true, force: true });
  }
}
