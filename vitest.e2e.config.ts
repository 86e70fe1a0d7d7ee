import { availableParallelism } from 'node:os'
import { basename, resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import type { ProvidedContext } from 'vitest'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { alias } from './alias.config.ts'
import { locales } from './electron/contract/locales/list.ts'

interface Room {
  readonly include: string[]
  readonly exclude?: string[]
  readonly maxWorkers: number
  readonly order: number
  /** Values that its tests read with `inject` */
  readonly provide?: Partial<ProvidedContext>
}

// Files in one process share their modules: the lessons and the texts of all languages take seconds to load.
const room = (name: string, place: Room) => ({
  resolve: { alias },
  test: {
    name, environment: 'node', include: place.include, exclude: place.exclude ?? [], provide: place.provide ?? {}, setupFiles: ['test/e2e/display.ts'],
    pool: 'forks' as const, isolate: false, maxWorkers: place.maxWorkers, sequence: { groupOrder: place.order },
    testTimeout: 60_000, hookTimeout: 60_000, teardownTimeout: 20_000,
  },
})

/** Files from the longest to the shortest, for a machine without timings of earlier runs: otherwise a long file would run alone at the end. */
const longest = ['sizes', 'lessons', 'course', 'smooth', 'screens', 'recipes', 'step-panel', 'folder', 'hostile', 'crash', 'graph-canvas', 'recovery', 'datasets', 'smooth-graphs', 'nothing-leaves']
class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = longest.indexOf(basename(moduleId, '.e2e.ts'))
      return at < 0 ? longest.length : at
    }
    return Promise.resolve(files.toSorted((a, b) => place(a) - place(b)))
  }
}

/** This file runs once for each language, in parallel. */
const screens = 'test/e2e/screens.e2e.ts'

/** These files measure frame times and need an otherwise idle machine. */
const smooth = 'test/e2e/smooth*.e2e.ts'

/** One window more than there are cores, since each waits half of its time. */
const windows = Math.min(4, availableParallelism() + 1)

// The real app in several windows; afterwards the measuring files, one at a time.
export default defineConfig({
  root: resolve(import.meta.dirname),
  test: {
    passWithNoTests: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      room('e2e', { include: ['test/e2e/**/*.e2e.ts'], exclude: [screens, smooth], maxWorkers: windows, order: 0 }),
      ...locales.map(locale => room(`screens-${locale}`, { include: [screens], maxWorkers: windows, order: 0, provide: { locale } })),
      room('smooth', { include: [smooth], maxWorkers: 1, order: 1 }),
    ],
  },
})
