// Another program as a child process: started, waited for by what it prints, killed.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { until } from './wait.js';

const running = new Set();
process.on('exit', () => running.forEach((program) => program.child.kill('SIGKILL')));

/** A running program. What it prints is kept. */
export class Program {
  constructor(file, args, environment = {}) {
    this.file = file;
    this.printed = '';
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TURNPIKE_'));
    this.child = spawn(file, args, {
      env: { ...Object.fromEntries(inherited), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (this.printed += text));
    }
    this.ended = once(this.child, 'close');
    this.ended.then(
      () => running.delete(this),
      () => running.delete(this),
    );
    running.add(this);
  }

  /** Waits for the first match of a pattern in what it prints: its groups. */
  async prints(pattern) {
    return until(`${this.file} prints ${pattern}: ${this.printed.slice(-2000)}`, () => {
      if (this.child.exitCode !== null) throw new Error(`${this.file} ended:\n${this.printed}`);
      return pattern.exec(this.printed);
    });
  }

  /** Ends it as a power cut would, and waits until it is gone. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Asks it to end and waits until it is gone. */
  async terminate() {
    this.child.kill('SIGTERM');
    await this.ended;
  }

  /** Makes it stand still, as a machine does that is out of memory. */
  pause() {
    this.child.kill('SIGSTOP');
  }

  /** Lets it go on. */
  resume() {
    this.child.kill('SIGCONT');
  }
}

/** Runs a program to its end; an exit code other than 0 is an error with what it printed. */
export async function run(file, args, environment) {
  const program = new Program(file, args, environment);
  const [code] = await program.ended;
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}:\n${program.printed}`);
  return program.printed;
}
