import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["scanner/tests/**/*.test.ts"], environment: "node" } });
