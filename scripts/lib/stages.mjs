import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { say, seconds } from './log.mjs'
import { at, binary, readJson, root, SetupError } from './project.mjs'
import { run } from './run.mjs'

/** @typedef {{ passed: number, failed: number, skipped: number, problems: string[] }} Tally */
/** @typedef {{ name: string, needs?: readonly string[], work: () => Promise<Tally>, beside?: Stage }} Stage beside: another stage, run at the same time */
/** @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: { name: string, status: string, startTime?: number, endTime?: number, assertionResults: unknown[] }[] }} VitestReport */

/** @type {(problem?: string) => Tally} */
export const one = problem => ({ passed: problem ? 0 : 1, failed: problem ? 1 : 0, skipped: 0, problems: problem ? [problem] : [] })

/**
 * Counts the results of vitest's report strictly: no test at all, a file that did not run or an unexplained exit code is a failure.
 * @param {VitestReport | null} report
 * @param {number} code vitest's exit code
 * @param {readonly string[]} files all files that must have run, relative to the project
 * @returns {Tally}
 */
export function tally(report, code, files) {
  if (!report) return one('vitest left no report')
  const ran = new Set(report.testResults.filter(file => file.assertionResults.length > 0).map(file => relative(root, file.name).split(sep).join('/')))
  const problems = files.filter(file => !ran.has(file)).map(file => `${file} ran no test`)
  if (report.numPassedTests + report.numFailedTests === 0) problems.push('no test ran')
  if (code !== 0 && report.numFailedTests === 0 && problems.length === 0) problems.push(`vitest ended with exit code ${code}`)
  return { passed: report.numPassedTests, failed: report.numFailedTests + problems.length, skipped: report.numPendingTests + report.numTodoTests, problems }
}

/**
 * The files below a folder of the project, with forward slashes.
 * @param {string} folder
 * @param {string} ending
 */
export function filesOf(folder, ending) {
  const entries = readdirSync(at(folder), { withFileTypes: true, recursive: true }).filter(entry => entry.isFile() && entry.name.endsWith(ending))
  return entries.map(entry => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')).sort()
}

/**
 * Runs vitest and counts the results.
 * @param {string} name of the report in test-results/
 * @param {object} options
 * @param {readonly string[]} options.args
 * @param {readonly string[]} options.files
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {number} options.timeoutMs
 */
export async function vitest(name, { args, files, env, timeoutMs }) {
  const report = at('test-results', `${name}.json`)
  mkdirSync(at('test-results'), { recursive: true })
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { code, timedOut } = await run(process.execPath, [binary('vitest'), 'run', ...args, ...reporters], { env: { ...process.env, ...env }, output: 'inherit', timeoutMs })
  return timedOut ? one(`vitest did not finish within ${timeoutMs / 1000} s`) : tally(readJson(report), code, files)
}

/**
 * Runs a program that passes or fails as a whole.
 * @param {string} name name of its package
 * @param {readonly string[]} args
 * @param {number} [timeoutMs]
 */
export async function check(name, args, timeoutMs = 600_000) {
  const { code, timedOut } = await run(process.execPath, [binary(name), ...args], { output: 'inherit', timeoutMs })
  if (timedOut) return one(`did not finish within ${timeoutMs / 1000} s`)
  return one(code === 0 ? undefined : `exit code ${code}`)
}

/**
 * Runs the stages in order; a stage that needs a failed one does not run and counts as failed.
 * @param {readonly Stage[]} stages
 * @returns {Promise<Tally>} the sum
 */
export async function runStages(stages) {
  /** @type {Map<string, Tally>} */
  const done = new Map()
  for (const stage of stages) {
    const together = stage.beside ? [stage, stage.beside] : [stage]
    await Promise.all(together.map(async (each) => { done.set(each.name, await runStage(each, done)) }))
  }
  return sumOf([...done.values()])
}

/**
 * @param {Stage} stage
 * @param {ReadonlyMap<string, Tally>} done
 * @returns {Promise<Tally>}
 */
async function runStage({ name, needs = [], work }, done) {
  const missing = needs.filter(need => (done.get(need)?.failed ?? 1) > 0)
  const start = performance.now()
  if (missing.length > 0) {
    say(`— ${name}: not run, because ${missing.join(' and ')} failed`)
    return { ...one('not run'), problems: [] }
  }
  say(`— ${name}`)
  const result = await attempt(work)
  const problems = result.problems.map(problem => `${name}: ${problem}`)
  for (const problem of problems) say(problem)
  say(`— ${name}: ${sentence(result)} in ${seconds(performance.now() - start)}`)
  return { ...result, problems }
}

/**
 * The test files that took longest.
 * @param {readonly string[]} names of reports in test-results/
 * @param {number} count
 * @param {(name: string) => VitestReport | null} [read]
 * @returns {{ file: string, ms: number }[]}
 */
export function slowest(names, count, read = name => readJson(at('test-results', `${name}.json`))) {
  const files = names.flatMap(name => (read(name)?.testResults ?? []).map(({ name: path, startTime = 0, endTime = 0 }) => ({ file: relative(root, path).split(sep).join('/'), ms: endTime - startTime })))
  return files.sort((a, b) => b.ms - a.ms).slice(0, count)
}

/** @type {(tallies: readonly Tally[]) => Tally} */
export const sumOf = tallies => tallies.reduce((sum, each) => ({
  passed: sum.passed + each.passed, failed: sum.failed + each.failed, skipped: sum.skipped + each.skipped, problems: [...sum.problems, ...each.problems],
}))

/** @param {() => Promise<Tally>} work */
async function attempt(work) {
  try {
    return await work()
  }
  catch (error) {
    return one(error instanceof SetupError ? error.message : String(error instanceof Error ? error.stack : error))
  }
}

/** @param {Tally} tally */
export const sentence = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
