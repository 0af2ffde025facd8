import { defineConfig } from 'vitest/config'

// Workspace packages are tested from source: the condition points their exports at src/*.ts.
const conditions = ['@diapason/source']

export default defineConfig({
  resolve: { conditions: [...conditions, 'node', 'import', 'default'] },
  // Without 'import': packages outside the workspace are loaded by Node, and what they require stays CommonJS.
  ssr: { resolve: { conditions: [...conditions, 'node', 'default'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
    setupFiles: ['test/property-seed.ts'],
    typecheck: { include: ['**/*.test-d.ts'] },
    // Generous: real processes on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
