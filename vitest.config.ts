import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** What kills and damages servers, moves data in, drives browsers, follows the pages, measures or makes thousands: minutes of its own, so not in `npm test`. */
const slow = [
  ...['faults', 'import', 'console', 'pages', 'upgrade'].map((name) => `tests/${name}/**/*.test.ts`),
  'tests/*/browser*.test.ts',
  'tests/**/*.slow.test.ts',
]

export default defineConfig({
  resolve: {
    alias: {
      holdfast: fileURLToPath(new URL('packages/server/src/index.ts', import.meta.url)),
      '@holdfast/resources': fileURLToPath(new URL('packages/resources/src/index.ts', import.meta.url)),
    },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: [
            'packages/*/src/**/*.test.ts',
            'tests/**/*.test.ts',
            'tools/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          exclude: slow,
        },
      },
      { extends: true, test: { name: 'slow', include: slow } },
    ],
    globalSetup: ['tests/support/built-server.ts', 'tests/support/engine-of-tests.ts'],
    setupFiles: ['tests/support/equal-bytes.ts'],
    testTimeout: 20_000,
    // A server process has 20 s to start, and says why where it did not.
    hookTimeout: 30_000,
    pool: 'threads',
    // Vitest would leave one core idle; many tests wait for other processes.
    maxWorkers: availableParallelism(),
    // The server is loaded once a worker, not once a file: it keeps nothing in its modules.
    isolate: false,
  },
})
