import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

const root = import.meta.dirname;

/** One sprite of the Tabler icons we use: a page names them by `icons.svg#name`. */
function sprite(): Plugin {
  return {
    name: "icon-sprite",
    generateBundle() {
      const names = JSON.parse(readFileSync(resolve(root, "assets/icons.json"), "utf-8")) as string[];
      const symbols = names.map((name) => {
        const text = readFileSync(resolve(root, `node_modules/@tabler/icons/icons/outline/${name}.svg`), "utf-8");
        const inner = text.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").trim();
        return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
      });
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
      this.emitFile({ type: "asset", fileName: "icons.svg", source });
    },
  };
}

export default defineConfig({
  root,
  base: "./",
  publicDir: resolve(root, "assets/public"),
  plugins: [sprite()],
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
      ],
    },
  },
});
