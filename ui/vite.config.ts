import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: "./project.inlang",
      outdir: "./src/paraglide",
      strategy: ["baseLocale"],
    }),
    svelte(),
  ],
  // Two documents, because a key that is typed must never pass through the main window's process.
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: { input: { index: "index.html", keys: "keys.html" } },
  },
  server: { port: 1420, strictPort: true },
  // Without the browser condition Svelte resolves to its server build under vitest.
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  test: {
    environment: "happy-dom",
    include: ["{src,tests}/**/*.test.ts"],
    testTimeout: 60_000,
    setupFiles: ["./tests/setup.ts"],
    restoreMocks: true,
  },
});
