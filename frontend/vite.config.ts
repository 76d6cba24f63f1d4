import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

const root = import.meta.dirname;

/** Sprites of the Tabler icons we use, a page names them by `icons.svg#name`. Participants' pages load one that has no more than
 * they show; the console's further ones and those of the scanner are apart. */
function sprites(): Plugin {
  const symbol = (name: string): string => {
    const text = readFileSync(resolve(root, `node_modules/@tabler/icons/icons/outline/${name}.svg`), "utf-8");
    const inner = text.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
  };
  return {
    name: "icon-sprites",
    generateBundle() {
      const sprites = JSON.parse(readFileSync(resolve(root, "assets/icons.json"), "utf-8")) as Record<string, string[]>;
      for (const [file, names] of Object.entries(sprites)) {
        const source = `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join("")}</svg>`;
        this.emitFile({ type: "asset", fileName: `${file}.svg`, source });
      }
    },
  };
}

type Built = { type: "chunk" | "asset"; fileName: string; code?: string; source?: string | Uint8Array; viteMetadata?: { importedCss: Set<string> } };

/** What the scanner keeps for days without a network: `scanner.json` names its files, read by frontend/participant/scanner.py.
 * Whatever a file names by its hashed name belongs to it, and so on. */
function offline(): Plugin {
  const entry = "scanner/src/app/main.ts";
  const service = "scanner/src/service/worker.ts";
  return {
    name: "scanner-offline",
    generateBundle(_options, bundle) {
      const all = Object.values(bundle) as Built[];
      const chunk = (source: string): Built => {
        const found = all.find((one) => "facadeModuleId" in one && String(one.facadeModuleId).endsWith(source));
        if (!found) throw new Error(`${source} was not built`);
        return found;
      };
      const files = new Set<string>();
      const walk = (one: Built): void => {
        if (files.has(one.fileName)) return;
        files.add(one.fileName);
        const text = one.code ?? (/\.(js|css)$/.test(one.fileName) ? String(one.source) : "");
        for (const other of all)
          if (text.includes(basename(other.fileName)) || one.viteMetadata?.importedCss.has(other.fileName)) walk(other);
      };
      walk(chunk(entry));
      const worker = chunk(service);
      if (/\bimport\b/.test(worker.code ?? "")) throw new Error("a service worker cannot import: keep it to files of its own");
      // The decoding worker and what it loads: browsers ask the service worker for them under its own address only.
      const inScope = [...files].filter((name) => /\/(decode-|zxing_reader-)/.test(name));
      if (inScope.length !== 2) throw new Error(`the decoder is in ${inScope.length} files`);
      const source = JSON.stringify({ service: worker.fileName, files: [...files].filter((name) => !inScope.includes(name)).sort(), inScope });
      this.emitFile({ type: "asset", fileName: "scanner.json", source });
    },
  };
}

export default defineConfig({
  root,
  base: "./",
  publicDir: resolve(root, "assets/public"),
  plugins: [sprites(), offline()],
  worker: { format: "es", rollupOptions: { output: { entryFileNames: "build/[name]-[hash].js" } } },
  build: {
    outDir: resolve(root, "assets/dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsDir: "build",
    assetsInlineLimit: 0,
    target: "es2020",
    rollupOptions: {
      input: [
        resolve(root, "assets/src/participant/participant.ts"),
        resolve(root, "assets/src/console/console.ts"),
        resolve(root, "scanner/src/app/main.ts"),
        resolve(root, "scanner/src/service/worker.ts"),
      ],
    },
  },
});
