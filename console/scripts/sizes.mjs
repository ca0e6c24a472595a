// What a browser loads at most, compressed; more than the limit fails the build.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 600_000;
const folder = join(dirname(fileURLToPath(import.meta.url)), "../../src/strongroom/console/static");

const sizes = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => {
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    return { name: entry.name, bytes: entry.name.endsWith(".woff2") ? bytes.length : gzipSync(bytes, { level: 9 }).length };
  })
  .sort((a, b) => b.bytes - a.bytes);
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
for (const { name, bytes } of sizes) console.log(`${String(bytes).padStart(9)}  ${name}`);
console.log(`${String(total).padStart(9)}  in all, gzipped; the limit is ${LIMIT_BYTES}`);
if (total > LIMIT_BYTES) {
  console.error("The console has grown past its limit: see what the largest files above import.");
  process.exit(1);
}
