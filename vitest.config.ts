import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    alias: {
      holdfast: fileURLToPath(new URL('packages/server/src/index.ts', import.meta.url)),
      '@holdfast/resources': fileURLToPath(new URL('packages/resources/src/index.ts', import.meta.url)),
    },
  },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'tests/**/*.test.ts',
      'tools/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    testTimeout: 20_000,
    // Tests that drive other processes meet machines that are busy with other things; a retry is told in the report.
    retry: process.env['CI'] ? 2 : 0,
    pool: 'threads',
  },
})
