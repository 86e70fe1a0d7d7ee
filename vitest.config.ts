import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { alias } from './alias.config.ts'
import { channelNames } from './channels.config.ts'
import { kernels } from './kernels.config.ts'

const room = (name: string, include: string[], exclude: string[] = []) => ({ resolve: { alias }, plugins: [channelNames(), kernels()], test: { name, environment: 'node', isolate: false, include, exclude, testTimeout: 30_000, setupFiles: ['test/rooms/clean-globals.ts'], execArgv: ['--experimental-wasm-relaxed-simd'] } })

/** Measures bytes on the heap */
const memory = 'test/core/ops/allocation.spec.ts'

// Files in one process share their modules: reloading them for each file took a third of the time.
export default defineConfig({
  root: resolve(import.meta.dirname),
  test: {
    passWithNoTests: false,
    maxWorkers: '100%', // Vitest's default leaves one core unused, which is half of a two-core machine
    projects: [
      room('core', ['test/core/**/*.spec.ts'], [memory]),
      // in a process of its own: what ran before in the same process decides how the engine compiles, and so what it allocates
      room('memory', [memory]),
      room('electron', ['test/electron/**/*.spec.ts']),
      room('rooms', ['test/*.spec.ts']),
      room('scripts', ['test/scripts/**/*.spec.ts']),
      room('bench', ['test/bench/**/*.spec.ts']),
      { resolve: { alias }, plugins: [vue()], test: { name: 'renderer', environment: 'happy-dom', isolate: false, setupFiles: ['test/rooms/clean-globals.ts', 'test/renderer/setup.ts'], include: ['test/renderer/**/*.spec.ts'], testTimeout: 30_000 } },
    ],
  },
})
