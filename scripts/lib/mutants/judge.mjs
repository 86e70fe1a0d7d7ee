import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { say } from '../log.mjs'
import { Job } from './job.mjs'
import { Relations } from './related.mjs'
import { Types } from './types.mjs'

/** @typedef {import('./rooms.mjs').Mutant} Mutant */
/** @typedef {'killed' | 'survived' | 'timed out' | 'no test' | 'no program' | 'equivalent'} Verdict */
/** @typedef {Mutant & { verdict: Verdict, by: string | null, ms: number }} Judged */
/** @typedef {{ file: string, old: string, new: string, line: string, why: string }} Equivalent `line` is the text of the line where the mutant starts */

/** The whole suite takes four minutes on an idle machine, and several times as long on a busy one. */
const baselineLimitMs = 1_800_000

/**
 * Runs, for every mutant, the tests that reach its file.
 * @param {string} root
 * @param {readonly Mutant[]} mutants
 * @param {object} options
 * @param {number} options.jobs number of copies that run in parallel
 * @param {number} [options.nearest] maximum number of test files per mutant
 * @param {readonly Equivalent[]} options.equivalents
 * @param {(judged: Judged) => void} options.onVerdict called with each verdict as soon as it is known
 * @returns {Promise<{ judged: Judged[], red: string[] }>} verdicts in the order of the mutants; excluded test files, which failed without a mutant
 */
export async function judgeAll(root, mutants, { jobs, nearest = Infinity, equivalents, onVerdict }) {
  // Make all copies first, so that later edits in the project do not reach them.
  const workers = Array.from({ length: Math.max(1, Math.min(jobs, mutants.length)) }, () => new Job(root))
  try {
    return await judgeIn(workers, mutants, { nearest, equivalents, onVerdict })
  }
  finally {
    await Promise.all(workers.map(worker => worker.close()))
  }
}

/**
 * @param {readonly Job[]} workers
 * @param {readonly Mutant[]} mutants
 * @param {{ nearest: number, equivalents: readonly Equivalent[], onVerdict: (judged: Judged) => void }} options
 * @returns {Promise<{ judged: Judged[], red: string[] }>}
 */
async function judgeIn(workers, mutants, { nearest, equivalents, onVerdict }) {
  const root = workers[0]?.copy.root ?? ''
  const relations = new Relations(root)
  const related = new Map([...new Set(mutants.map(({ file }) => file))].map(file => [file, relations.specsOf(file).slice(0, nearest)]))
  /** @type {Map<number, Judged>} */
  const judged = new Map()
  /** @type {(index: number, verdict: Omit<Judged, keyof Mutant>) => void} */
  const settle = (index, verdict) => {
    const result = /** @type {Judged} */ ({ ...mutants[index], ...verdict })
    judged.set(index, result)
    onVerdict(result)
  }
  const types = new Types(root)
  const open = [...mutants.keys()].filter((index) => {
    const mutant = /** @type {Mutant} */ (mutants[index])
    const equivalent = equivalents.find(each => isSame(root, each, mutant))
    if (equivalent) settle(index, { verdict: 'equivalent', by: equivalent.why, ms: 0 })
    else if (!types.takes(mutant)) settle(index, { verdict: 'no program', by: null, ms: 0 })
    return !judged.has(index)
  })
  const { times, red } = await baseline(workers, [...new Set(open.flatMap(index => related.get(mutants[index]?.file ?? '') ?? []).map(({ spec }) => spec))])
  const queue = [...open]
  await Promise.all(workers.map(async (worker) => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      const mutant = /** @type {Mutant} */ (mutants[index])
      const specs = inOrder((related.get(mutant.file) ?? []).filter(({ spec }) => !red.includes(spec)), times)
      if (specs.length === 0) settle(index, { verdict: 'no test', by: null, ms: 0 })
      else settle(index, await worker.judge(mutant, specs, limitOf(specs, times)))
    }
  }))
  return { judged: mutants.map((_, index) => /** @type {Judged} */ (judged.get(index))), red }
}

/**
 * Whether a mutant is a known equivalent: same file, same text of the line, same change.
 * @param {string} root
 * @param {Equivalent} known
 * @param {Mutant} mutant
 */
export function isSame(root, known, mutant) {
  if (known.file !== mutant.file || known.old !== mutant.old || known.new !== mutant.new) return false
  return readFileSync(join(root, mutant.file), 'utf8').split('\n')[mutant.line - 1]?.trim() === known.line
}

/**
 * Measures each test file on the unchanged copy and finds the files that fail even there.
 * @param {readonly Job[]} workers
 * @param {readonly string[]} specs
 */
async function baseline(workers, specs) {
  /** @type {Map<string, number>} */
  const times = new Map()
  const red = /** @type {string[]} */ ([])
  await Promise.all(workers.map(async (worker, n) => {
    const own = specs.filter((_, i) => i % workers.length === n)
    if (own.length === 0) return
    const { failed, files } = await worker.baseline(own, baselineLimitMs)
    for (const { spec, ms } of files) times.set(spec, ms)
    const bad = own.filter(spec => files.find(file => file.spec === spec)?.ok !== true)
    red.push(...bad)
    if (bad.length > 0) say(`left out, because they fail without any change: ${bad.join(', ')} (${failed})`)
  }))
  return { times, red }
}

/** Orders near and fast test files first, since those kill most mutants. @param {readonly { spec: string, distance: number }[]} specs @param {ReadonlyMap<string, number>} times */
export function inOrder(specs, times) {
  const rank = ({ spec = '', distance = 0 }) => (times.get(spec) ?? 0) / 1000 + 2 * distance
  return [...specs].sort((a, b) => rank(a) - rank(b)).map(({ spec }) => spec)
}

/** Timeout: three times the usual duration plus the start of a process. @param {readonly string[]} specs @param {ReadonlyMap<string, number>} times */
export const limitOf = (specs, times) => 30_000 + 3 * specs.reduce((sum, spec) => sum + (times.get(spec) ?? 0), 0)
