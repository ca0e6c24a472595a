// Names what a build depends on by one digest. tests/console/test_build.py computes the same without Node.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOTS = ["index.html", "package-lock.json", "package.json", "scripts", "src", "tsconfig.json", "vite.config.ts"];
const NOT_BUILT = /\.test\.tsx?$/;

function files(folder, name) {
  const path = join(folder, name);
  try {
    return readdirSync(path).flatMap((entry) => files(folder, `${name}/${entry}`));
  } catch (error) {
    if (error.code !== "ENOTDIR") throw error;
    return NOT_BUILT.test(name) ? [] : [name];
  }
}

/** SHA-256 over the lines "<sha256 of the file>  <path>", sorted by path (code points), as `sha256sum` prints them. */
export function sourceDigest(folder) {
  const names = ROOTS.flatMap((name) => files(folder, name)).sort((a, b) => (a < b ? -1 : 1));
  const lines = names.map((name) => `${createHash("sha256").update(readFileSync(join(folder, name))).digest("hex")}  ${name}\n`);
  return createHash("sha256").update(lines.join("")).digest("hex");
}
