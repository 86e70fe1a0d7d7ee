import { join } from 'node:path'
import { BaseSequencer, createVitest } from 'vitest/node'

// Process that runs the tests of one copy repeatedly. Vitest keeps transformed files, so a mutant costs only the time
// of its tests. Started by a Job, and killed when a mutant loops forever.

/** @typedef {{ specs: readonly string[], changed: readonly string[] }} Order paths relative to the copy */
/** @typedef {{ failed: string | null, files: { spec: string, ms: number, ok: boolean }[] }} Outcome */

const root = process.argv[2] ?? ''

class AsGiven extends BaseSequencer {
  /** @override @type {BaseSequencer['sort']} */
  async sort(files) {
    return files
  }
}

/** @type {string | null} */
let failed = null
let bail = true
/** @param {string} what */
const fail = (what) => {
  failed ??= what
  if (bail) void vitest.cancelCurrentRun('test-failure')
}

/** @type {import('vitest/reporters').Reporter} */
const reporter = {
  onTestCaseResult: (test) => { if (test.result().state === 'failed') fail(`${test.module.relativeModuleId}: ${test.fullName}`) },
  onTestSuiteResult: (suite) => { if (suite.errors().length > 0) fail(`${suite.module.relativeModuleId}: ${suite.fullName}`) },
  onTestModuleEnd: (module) => { if (module.errors().length > 0) fail(module.relativeModuleId) },
}

const vitest = await createVitest('test', { root, config: join(root, 'vitest.config.ts'), watch: false, maxWorkers: 1, passWithNoTests: true, reporters: [reporter], sequence: { sequencer: AsGiven } })
await vitest.standalone()

/** @param {Order & { bail: boolean }} order @returns {Promise<Outcome>} */
async function run(order) {
  failed = null
  bail = order.bail
  for (const file of order.changed) vitest.invalidateFile(join(root, file).replaceAll('\\', '/'))
  const specifications = order.specs.flatMap(spec => vitest.getModuleSpecifications(join(root, spec).replaceAll('\\', '/')))
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications)
  const ours = new Set(order.specs)
  const files = testModules.filter(module => ours.has(module.relativeModuleId)).map(module => ({ spec: module.relativeModuleId, ms: module.diagnostic().duration + module.diagnostic().collectDuration, ok: module.ok() }))
  // A worker that exits by itself, or an unhandled rejection
  if (unhandledErrors.length > 0) failed ??= `an error outside of the tests: ${String(/** @type {Error} */ (unhandledErrors[0]).message).split('\n')[0]}`
  return { failed, files }
}

process.on('message', async (/** @type {Order & { bail: boolean }} */ order) => {
  try {
    process.send?.(await run(order))
  }
  catch (error) {
    process.send?.({ failed: String(error instanceof Error ? error.message : error), files: [] })
  }
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
