// Vite plugins that leave out what Cloudscape brings and the console does not show. Each says what; the browser tests would see a mistake.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

const REPLACED = {
  // It has three layouts and chooses at run time; ours is always the same.
  "@cloudscape-design/components/app-layout/internal.js": 'export { default as AppLayoutInternal } from "./visual-refresh/index.js";',
  // Lists that are put in order by dragging (List sortable, contentDisplayPreference): the console has none.
  "@cloudscape-design/components/internal/components/sortable-area/index.js": "export default () => null;",
  // Cloudscape's messages are parsed already.
  "@formatjs/icu-messageformat-parser/lib/index.js": 'export * from "./no-parser.js";',
};

export function fewerModules() {
  return {
    name: "fewer-modules",
    enforce: "pre",
    load(id) {
      return Object.entries(REPLACED).find(([name]) => id.endsWith(`/node_modules/${name}`))?.[1] ?? null;
    },
  };
}

/** On narrow screens Cloudscape says of a `nav` what only lists and toolbars have: an error for screen readers, as axe finds. */
export function noOrientation() {
  return {
    name: "no-orientation",
    enforce: "pre",
    transform(code, id) {
      return id.endsWith("/app-layout/visual-refresh/mobile-toolbar.js") ? code.replace('"aria-orientation": "horizontal", ', "") : null;
    },
  };
}

/** The files of Cloudscape's components that the screens reach, and their contents. */
function reached(root) {
  const components = join(root, "node_modules/@cloudscape-design/components");
  const found = new Map();
  const waiting = ["internal/base-component/index.js"];
  for (const [, text] of texts(join(root, "src"), /\.tsx?$/)) {
    for (const [, name] of text.matchAll(/["']@cloudscape-design\/components\/([\w./-]+)["']/g)) waiting.push(name);
  }
  while (waiting.length > 0) {
    const path = fileOf(join(components, waiting.pop()));
    if (path === undefined || found.has(path)) continue;
    const name = path.slice(components.length + 1);
    const text = REPLACED[`@cloudscape-design/components/${name}`] ?? readFileSync(path, "utf8");
    found.set(path, text);
    if (!name.endsWith(".js")) continue;
    for (const [, to] of text.matchAll(/(?:from|import)\s*\(?["'](\.[^"']+)["']/g)) waiting.push(join(dirname(name), to));
  }
  return found;
}

function fileOf(path) {
  return [path, `${path}.js`, join(path, "index.js")].find((name) => statSync(name, { throwIfNoEntry: false })?.isFile());
}

/** Messages of components that no screen reaches. */
export function fewerMessages(root) {
  const folders = new Set([...reached(root).keys()].map((path) => /\/components\/([^/]+)\//.exec(path)?.[1]));
  return {
    name: "fewer-messages",
    enforce: "pre",
    load(id) {
      if (!id.endsWith("/components/i18n/messages/all.en.js")) return null;
      const messages = JSON.parse(readFileSync(id.replace(/\.js$/, ".json"), "utf8"));
      for (const languages of Object.values(messages)) {
        for (const components of Object.values(languages)) {
          for (const name of Object.keys(components)) if (!name.startsWith("[") && !folders.has(name)) delete components[name];
        }
      }
      return `export default ${JSON.stringify(messages)};`;
    },
  };
}

function* texts(folder, pattern) {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (pattern.test(name)) yield [name, readFileSync(join(folder, name), "utf8")];
  }
}

/** Icons that neither a component nor a screen names. */
export function fewerIcons(root) {
  const named = new Set();
  const note = (text) => {
    for (const [, name] of text.matchAll(/["'`]([a-z][a-z0-9-]+)["'`]/g)) named.add(name);
  };
  const components = join(root, "node_modules/@cloudscape-design/components");
  for (const [name, text] of texts(components, /\.js$/)) if (!/^(icon|i18n|test-utils)\//.test(name)) note(text);
  for (const [, text] of texts(join(root, "src"), /\.tsx?$/)) note(text);
  return {
    name: "fewer-icons",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith("/components/icon/generated/icons.js")) return null;
      return code.replace(/^ {4}"([\w-]+)": React[^]*?(?=^ {4}"|^\};)/gm, (whole, name) => (named.has(name) ? whole : ""));
    },
  };
}

/** Variables of the style sheets that no rule reads, and values for the case that a variable is not there: each of them is. */
export function smallerStyles(root) {
  const read = new Set();
  const set = new Set();
  for (const [name, text] of reached(root)) {
    // Lists of all variables there are, for those who read them in a program.
    if (/\/generated\/(styles\/tokens|theming\/)/.test(name)) continue;
    for (const [, variable] of text.matchAll(/(?:var\(|["'`])(--[\w-]+)/g)) read.add(variable);
    if (name.endsWith("base-component/styles.scoped.css")) {
      for (const [, variable] of text.matchAll(/[{;]\s*(--[\w-]+)\s*:/g)) set.add(variable);
    }
  }
  const styles = readFileSync(join(root, "node_modules/@cloudscape-design/global-styles/index.css"), "utf8");
  for (const [, variable] of styles.matchAll(/var\((--[\w-]+)/g)) read.add(variable);
  const screens = [...texts(join(root, "src"), /\.tsx?$/)].map(([, text]) => text).join("");
  const tokens = readFileSync(join(root, "node_modules/@cloudscape-design/design-tokens/index.js"), "utf8");
  for (const [, token, variable] of tokens.matchAll(/(\w+)\s*=\s*["'`]var\((--[\w-]+)/g)) if (screens.includes(token)) read.add(variable);
  return {
    name: "smaller-styles",
    enforce: "pre",
    transform(code, id) {
      if (!/@cloudscape-design\/.*\.css$/.test(id)) return null;
      const kept = code.replace(/(?<=[{;]\s*)(--[\w-]+)\s*:[^;}]*;?/g, (whole, variable) =>
        read.has(variable) || variable.startsWith("--awsui-") ? whole : "",
      );
      return withoutFallbacks(kept, set);
    },
  };
}

/** `var(--known, value)` -> `var(--known)`. */
function withoutFallbacks(code, known) {
  let result = "";
  let from = 0;
  for (const match of code.matchAll(/var\((--[\w-]+),/g)) {
    if (match.index < from || !known.has(match[1])) continue;
    let depth = 1;
    let end = match.index + match[0].length;
    for (; depth > 0; end += 1) depth += code[end] === "(" ? 1 : code[end] === ")" ? -1 : 0;
    result += `${code.slice(from, match.index)}var(${match[1]})`;
    from = end;
  }
  return result + code.slice(from);
}

/** Class names as long as they need to be to differ, the same in style sheets and programs; and none for Cloudscape's own tests. */
export function shorterClasses() {
  const full = new Map();
  const short = (name) => {
    const found = `c${BigInt(`0x${createHash("sha256").update(name).digest("hex").slice(0, 12)}`).toString(36).slice(0, 6)}`;
    if ((full.get(found) ?? name) !== name) throw new Error(`two classes would be ${found}`);
    full.set(found, name);
    return found;
  };
  return {
    name: "shorter-classes",
    enforce: "pre",
    transform(code, id) {
      if (!/@cloudscape-design\/.*\.css(\.js)?$/.test(id)) return null;
      if (/\/(test-classes|analytics-metadata)\/styles\.css\.js$/.test(id)) return "export default {};";
      return code.replace(/awsui_[\w-]+?_[a-z0-9]{5}_[a-z0-9]{5}_\d+/g, short);
    },
  };
}
