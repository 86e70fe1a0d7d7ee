import { availableParallelism } from 'node:os'
import { basename, resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { alias } from './alias.config.ts'

const room = (name: string, place: { include: string[], exclude?: string[], maxWorkers: number, order: number }) => ({
  resolve: { alias },
  test: {
    name, environment: 'node', include: place.include, exclude: place.exclude ?? [], setupFiles: ['test/e2e/display.ts'],
    pool: 'forks' as const, maxWorkers: place.maxWorkers, sequence: { groupOrder: place.order },
    testTimeout: 60_000, hookTimeout: 60_000, teardownTimeout: 20_000,
  },
})

/** The longest first, or else the last one runs alone: seconds on a fresh machine, where nothing is known of earlier runs. */
const longest = ['recovery', 'screens-en', 'course', 'sizes', 'lessons', 'screens-ko', 'screens-ja', 'graphs', 'graph-canvas', 'train', 'draw', 'files', 'start']
class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => longest.indexOf(basename(moduleId, '.e2e.ts'))
    return Promise.resolve(files.toSorted((a, b) => place(a) - place(b)))
  }
}

/** Frame times are measured in these, on a machine that has nothing else to do. */
const smooth = 'test/e2e/smooth*.e2e.ts'

// The real app, a window more than there are cores, since each waits half of its time; then those that are measured, one at a time.
export default defineConfig({
  root: resolve(import.meta.dirname),
  test: {
    passWithNoTests: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      room('e2e', { include: ['test/e2e/**/*.e2e.ts'], exclude: [smooth], maxWorkers: Math.min(4, availableParallelism() + 1), order: 0 }),
      room('smooth', { include: [smooth], maxWorkers: 1, order: 1 }),
    ],
  },
})
