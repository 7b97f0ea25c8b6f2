// Puts a Brotli and a gzip variant beside each text of the page in target/page, for the host to send as they are.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const page = fileURLToPath(new URL("../../target/page/", import.meta.url));
const compressible = /\.(css|html|js|json|svg|txt|wasm)$/;

let [files, raw, smallest] = [0, 0, 0];
for (const entry of readdirSync(page, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !compressible.test(entry.name)) continue;
  // Node 20.11 and older call it `path`.
  const file = `${entry.parentPath ?? entry.path}/${entry.name}`;
  const bytes = readFileSync(file);
  const size = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length, [constants.BROTLI_PARAM_QUALITY]: 11 };
  const variants = { br: brotliCompressSync(bytes, { params: size }), gz: gzipSync(bytes, { level: 9 }) };
  for (const [suffix, variant] of Object.entries(variants)) {
    // What does not become smaller is sent as it is.
    if (variant.length < bytes.length) writeFileSync(`${file}.${suffix}`, variant);
    else rmSync(`${file}.${suffix}`, { force: true });
  }
  files += 1;
  raw += bytes.length;
  smallest += Math.min(bytes.length, variants.br.length);
}
console.log(`compressed ${files} files of the page: ${raw} bytes, ${smallest} with Brotli`);
