import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { alias } from './alias.config.ts'
import { kernels } from './kernels.config.ts'

// Tests that take minutes run one file at a time, since some of them load the machine on purpose. `npm run test:long` builds the app first.
export default defineConfig({
  root: resolve(import.meta.dirname),
  resolve: { alias },
  plugins: [kernels()],
  test: {
    name: 'long', passWithNoTests: false, environment: 'node', include: ['test/long/**/*.long.ts'], setupFiles: ['test/e2e/display.ts'],
    pool: 'forks', maxWorkers: 1, testTimeout: 900_000, hookTimeout: 60_000, execArgv: ['--experimental-wasm-relaxed-simd'],
  },
})
