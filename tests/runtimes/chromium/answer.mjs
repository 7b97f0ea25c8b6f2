// Asks the policy everything in a file, in Chromium: `node answer.mjs MODULE CALLS ANSWERS`, where MODULE is policy.wasm, or
// the folder of the build for browsers. Calls end with a NUL byte, answers with a line feed; prints how many nanoseconds the
// decisions took. The build for browsers takes objects: what JSON.parse would change is not asked, the answer is `-`.

import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { chromium } = createRequire(new URL('../../browser/package.json', import.meta.url))('playwright-core');

/** How many calls go to the page at once. */
const PORTION = 4_000;

const [module, calls, answers] = process.argv.slice(2);
const isFolder = statSync(module).isDirectory();
const files = isFolder
  ? { '/policy.js': join(module, 'policy.js'), '/policy_bg.wasm': join(module, 'policy_bg.wasm') }
  : { '/policy.js': fileURLToPath(new URL('../node/policy.mjs', import.meta.url)), '/policy.wasm': module };

const portions = [[]];
const text = readFileSync(calls);
for (let at = 0, end; (end = text.indexOf(0, at)) >= 0; at = end + 1) {
  if (portions.at(-1).length === PORTION) portions.push([]);
  portions.at(-1).push(text.subarray(at, end + 1));
}
const answered = [];

const server = createServer(async (request, response) => {
  const [, kind, number] = request.url.split('/');
  if (request.method === 'POST') {
    const parts = [];
    for await (const part of request) parts.push(part);
    answered[Number(number)] = Buffer.concat(parts);
    response.end();
  } else if (kind === 'calls') {
    response.end(Buffer.concat(portions[Number(number)]));
  } else if (files[request.url] ?? files[`/${kind}`]) {
    const file = files[`/${kind}`];
    response.setHeader('content-type', file.endsWith('.wasm') ? 'application/wasm' : 'text/javascript');
    response.end(readFileSync(file));
  } else {
    // In snippets of the glue's, or an empty page.
    const snippet = isFolder && request.url.startsWith('/snippets/');
    response.setHeader('content-type', snippet ? 'text/javascript' : 'text/html');
    response.end(snippet ? readFileSync(join(module, request.url)) : '<!doctype html><title>empty</title>');
  }
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const browser = await chromium.launch({
  executablePath: process.env.BROWSER_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const milliseconds = await page.evaluate(isFolder ? askBuild : askModule, portions.length);
  writeFileSync(answers, Buffer.concat(answered));
  console.log(Math.round(milliseconds * 1e6));
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
}

/** In the page: the module, with the reference host. */
async function askModule(portions) {
  const { Policy } = await import('/policy.js');
  const policy = await Policy.load(await (await fetch('/policy.wasm')).arrayBuffer());
  let milliseconds = 0;
  for (let portion = 0; portion < portions; portion += 1) {
    const text = new Uint8Array(await (await fetch(`/calls/${portion}`)).arrayBuffer());
    const calls = [];
    for (let at = 0, end; (end = text.indexOf(0, at)) >= 0; at = end + 1) calls.push(text.subarray(at, end));
    const start = performance.now();
    const answers = calls.map((call) => policy.decide(call));
    milliseconds += performance.now() - start;
    await fetch(`/answers/${portion}`, { method: 'POST', body: new Blob(answers.flatMap((answer) => [answer, '\n'])) });
  }
  return milliseconds;
}

/** In the page: the build for browsers, objects in and out. */
async function askBuild(portions) {
  const rules = await import('/policy.js');
  await rules.default({ module_or_path: '/policy_bg.wasm' });
  const read = (text) => {
    try {
      const call = JSON.parse(text);
      return JSON.stringify(call) === text ? call : undefined;
    } catch {
      return undefined;
    }
  };
  let milliseconds = 0;
  for (let portion = 0; portion < portions; portion += 1) {
    const texts = (await (await fetch(`/calls/${portion}`)).text()).split('\0').slice(0, -1);
    const calls = texts.map(read);
    const start = performance.now();
    const answers = calls.map((call) => (call === undefined ? undefined : rules.decide(call)));
    milliseconds += performance.now() - start;
    const lines = answers.map((answer) => `${answer === undefined ? '-' : JSON.stringify(answer)}\n`);
    await fetch(`/answers/${portion}`, { method: 'POST', body: lines.join('') });
  }
  return milliseconds;
}
