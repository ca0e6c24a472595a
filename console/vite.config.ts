import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

import { sourceDigest } from "./scripts/digest.mjs";
import { fewerIcons, fewerMessages, fewerModules, noOrientation, shorterClasses, smallerStyles } from "./scripts/smaller.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const output = join(here, "../src/strongroom/console/static");
const FONT_FACE = /@font-face\s*\{[^}]*font-weight: (\d+);\s*font-style: (\w+);[^}]*\}/g;
const WEIGHTS = ["400", "700"]; // what Cloudscape's own design uses; a browser slants and thins by itself
const DATA_URL = /url\(['"]?data:font\/woff2;base64,([^'")]+)['"]?\)/g;

/** Cloudscape's style sheet has its fonts in data: addresses, which our content security policy does not allow: make files of them. */
function fontsAsFiles(): Plugin {
  const folder = join(here, "node_modules/.fonts");
  return {
    name: "fonts-as-files",
    enforce: "pre",
    load(id) {
      if (!id.endsWith("/global-styles/index.css")) return null;
      mkdirSync(folder, { recursive: true });
      const styles = readFileSync(id, "utf8").replace(FONT_FACE, (face, weight: string, style: string) =>
        WEIGHTS.includes(weight) && style === "normal" ? face : "",
      );
      return styles.replace(DATA_URL, (_whole, text: string) => {
        const bytes = Buffer.from(text, "base64");
        const file = join(folder, `open-sans-${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}.woff2`);
        writeFileSync(file, bytes);
        return `url("${file}")`;
      });
    },
  };
}

/** Writes from which sources this was built; a test compares it with the tree. */
function sourceRecord(): Plugin {
  return {
    name: "source-record",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "source.sha256", source: `${sourceDigest(here)}\n` });
    },
  };
}

export default defineConfig({
  base: "/console/",
  plugins: [
    react(),
    fewerModules(),
    noOrientation(),
    fewerMessages(here),
    fewerIcons(here),
    smallerStyles(here),
    shorterClasses(),
    fontsAsFiles(),
    sourceRecord(),
  ],
  build: {
    outDir: output,
    emptyOutDir: true,
    assetsInlineLimit: 0, // the content security policy has no data: for scripts, styles and fonts
    modulePreload: { polyfill: false },
    cssCodeSplit: false, // small files compress badly
    chunkSizeWarningLimit: 2000, // kB; scripts/sizes.mjs has the limit that counts
    reportCompressedSize: false,
    target: ["chrome120", "firefox121", "safari17"],
    rolldownOptions: {
      output: {
        // Each library whole: cut up by the screens that share its parts, all of it together is a tenth larger.
        codeSplitting: {
          groups: [
            { name: "aws", test: /node_modules\/(@aws-sdk|@smithy)\// },
            { name: "cloudscape", test: /node_modules\/@cloudscape-design\// },
            { name: "react", test: /node_modules\/(react|react-dom|react-router|scheduler)\// },
          ],
        },
      },
    },
  },
  server: {
    // `npm run dev` beside a server: only signed requests go on; Host stays what the browser signed.
    proxy: {
      "^/$": {
        target: process.env["STRONGROOM_ENDPOINT"] ?? "http://127.0.0.1:4599",
        bypass: (request) => (request.method === "POST" ? undefined : request.url),
      },
    },
  },
});
