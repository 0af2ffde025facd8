import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    analysis: 'src/analysis/index.ts',
    charts: 'src/charts/index.ts',
    fidelity: 'src/fidelity/index.ts',
    'known-good': 'src/study/known-good-index.ts',
    testing: 'src/testing/index.ts',
    cli: 'src/cli/main.ts',
    // Forked by the worker pool, which looks for it beside its own file.
    worker: 'src/runner/worker.ts',
    // A study file like any other: workers load it by its path.
    'demo-study': 'src/cli/demo-study.ts',
    sqlite: 'src/storage/sqlite.ts',
    'sqlite-unavailable': 'src/storage/sqlite-unavailable.ts',
    postgres: 'src/storage/postgres.ts',
    'postgres-unavailable': 'src/storage/postgres-unavailable.ts',
    journal: 'src/storage/journal.ts',
    'journal-unavailable': 'src/storage/journal-unavailable.ts',
    'checkpoint-folder': 'src/storage/checkpoint-folder.ts',
    'checkpoint-folder-unavailable': 'src/storage/checkpoint-folder-unavailable.ts',
    gateway: 'src/storage/gateway.ts',
    'gateway-unavailable': 'src/storage/gateway-unavailable.ts',
  },
  format: 'esm',
  // One build serves Node and browsers; what is for Node alone sits behind entries of its own.
  platform: 'neutral',
  fixedExtension: true, // .mjs and .d.mts
  target: 'es2024',
  dts: true,
  deps: {
    // '#sqlite' and its like stay as written: package.json's "imports" decides where it runs between the driver and its refusal.
    neverBundle: [/^#/, /^node:/, /^@diapason\//, 'commander', 'kysely', 'pg', 'vitest', 'yaml', 'zod'],
  },
})
