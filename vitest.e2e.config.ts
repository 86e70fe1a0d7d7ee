import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { alias } from './alias.config.ts'

// The real app, one window at a time: frame times are measured here, and two cores are not four.
export default defineConfig({
  root: resolve(import.meta.dirname),
  resolve: { alias },
  test: {
    name: 'e2e',
    environment: 'node',
    include: ['test/e2e/**/*.e2e.ts'],
    globalSetup: ['test/e2e/display.ts'],
    passWithNoTests: false,
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
})
