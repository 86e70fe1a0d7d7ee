import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startDisplay } from '../../scripts/lib/display.mjs'
import { at } from '../../scripts/lib/project.mjs'
import { descendants, identity, killTree, run } from '../../scripts/lib/run.mjs'
import { one, runStages, sentence, slowest, tally } from '../../scripts/lib/stages.mjs'

const report = (files: Readonly<Record<string, number>>, failed = 0): Parameters<typeof tally>[0] => ({
  numPassedTests: Object.values(files).reduce((sum, count) => sum + count, 0) - failed,
  numFailedTests: failed,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: Object.entries(files).map(([name, count]) => ({ name: at(name), status: 'passed', assertionResults: Array.from({ length: count }, () => ({})) })),
})

describe('a stage of tests', () => {
  test('counts the tests that ran', () => {
    expect(tally(report({ 'test/a.spec.ts': 3 }, 1), 1, ['test/a.spec.ts'])).toEqual({ passed: 2, failed: 1, skipped: 0, problems: [] })
  })

  test('fails when no test ran', () => {
    expect(tally(report({}), 0, [])).toMatchObject({ passed: 0, failed: 1, problems: ['no test ran'] })
  })

  test('fails when a file ran no test', () => {
    expect(tally(report({ 'test/a.spec.ts': 1, 'test/b.spec.ts': 0 }), 0, ['test/a.spec.ts', 'test/b.spec.ts', 'test/c.spec.ts'])).toMatchObject({ failed: 2, problems: ['test/b.spec.ts ran no test', 'test/c.spec.ts ran no test'] })
  })

  test('fails when vitest does without a failed test, as with an unhandled rejection', () => {
    expect(tally(report({ 'test/a.spec.ts': 1 }), 1, ['test/a.spec.ts'])).toMatchObject({ passed: 1, failed: 1 })
  })

  test('fails without a report', () => {
    expect(tally(null, 0, [])).toMatchObject({ failed: 1 })
  })
})

describe('the stages', () => {
  beforeEach(() => { vi.spyOn(process.stderr, 'write').mockReturnValue(true) })
  afterEach(() => { vi.restoreAllMocks() })

  test('continue after a failure, but not after a failed prerequisite', async () => {
    const ran: string[] = []
    const stage = (name: string, problem?: string, needs: string[] = []): Parameters<typeof runStages>[0][number] => ({ name, needs, work: async () => { ran.push(name); return one(problem) } })
    const sum = await runStages([stage('a'), stage('b', 'broken'), stage('c', undefined, ['b']), stage('d', undefined, ['a'])])
    expect(ran).toEqual(['a', 'b', 'd'])
    expect(sentence(sum)).toBe('2 passed, 2 failed')
  })

  test('run in parallel, and both count', async () => {
    let arrived = 0
    let meet: () => void
    const both = new Promise<void>((done) => { meet = done })
    const work = async () => { // neither ends before the other has begun
      if (++arrived === 2) meet()
      await both
      return one()
    }
    const after = { name: 'after', needs: ['beside'], work: async () => one() }
    expect(await runStages([{ name: 'a', work, beside: { name: 'beside', work } }, after])).toMatchObject({ passed: 3, failed: 0 })
    const failed = { name: 'a', work: async () => one(), beside: { name: 'beside', work: async () => one('broken') } }
    expect(await runStages([failed, after])).toMatchObject({ passed: 1, failed: 2, problems: ['beside: broken'] })
  })

  test('the slowest files are listed, the slowest first, over all reports', () => {
    const timed = (files: Readonly<Record<string, number>>): Parameters<typeof tally>[0] => {
      const made = report(Object.fromEntries(Object.keys(files).map(file => [file, 1])))!
      return { ...made, testResults: made.testResults.map((file, i) => ({ ...file, startTime: 1000, endTime: 1000 + Object.values(files)[i]! })) }
    }
    const reports: Record<string, Parameters<typeof tally>[0]> = { unit: timed({ 'test/a.spec.ts': 5, 'test/b.spec.ts': 300 }), e2e: timed({ 'test/c.e2e.ts': 20 }), none: null }
    expect(slowest(['unit', 'e2e', 'none'], 2, name => reports[name]!)).toEqual([{ file: 'test/b.spec.ts', ms: 300 }, { file: 'test/c.e2e.ts', ms: 20 }])
  })

  test('a stage that throws has failed', async () => {
    expect(await runStages([{ name: 'a', work: () => Promise.reject(new TypeError('oh')) }])).toMatchObject({ passed: 0, failed: 1 })
  })

  test('skipped tests are reported when there are any', () => {
    expect([sentence({ passed: 3, failed: 0, skipped: 0, problems: [] }), sentence({ passed: 3, failed: 1, skipped: 2, problems: [] })]).toEqual(['3 passed, 0 failed', '3 passed, 1 failed, 2 skipped'])
  })
})

const alive = (pid: number): boolean => identity(pid) !== null
/** Timeout for starting or ending a process on a loaded machine; otherwise it takes milliseconds. */
const patience = { timeout: 25_000 }

describe.runIf(process.platform === 'linux')('child processes', () => {
  test('a program that takes too long is killed, with everything that it started', async () => {
    const { timedOut, output } = await run('sh', ['-c', 'sleep 300 & echo $!; wait'], { timeoutMs: 5000 }) // long enough for a shell to print a number on a loaded machine
    expect(timedOut).toBe(true)
    expect(output).toMatch(/^\d+\s*$/)
    await expect.poll(() => alive(Number(output)), patience).toBe(false)
  })

  test('grandchildren are found and killed', async () => {
    const child = spawn('sh', ['-c', 'sh -c "sleep 300 & wait" & wait'], { stdio: 'ignore' })
    await expect.poll(() => descendants(child.pid ?? 0).length, patience).toBe(2)
    const below = descendants(child.pid ?? 0)
    killTree(child.pid, 'SIGKILL')
    await expect.poll(() => below.filter(alive), patience).toEqual([])
  })

  test('a program that does not exist is a failure, not a crash', async () => {
    expect(await run('no-such-program', [])).toMatchObject({ code: 127, timedOut: false })
  })

  test('the virtual display ends when its owner is killed', async () => {
    const script = 'const { startDisplay } = await import(process.argv[1]); const { name } = await startDisplay(); console.log(name); setInterval(() => {}, 1000)'
    const maker = spawn(process.execPath, ['--input-type=module', '-e', script, at('scripts', 'lib', 'display.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] })
    const name = await new Promise<string>((resolve) => { maker.stdout.once('data', (text: Buffer) => resolve(text.toString().trim())) })
    const socket = `/tmp/.X11-unix/X${name.slice(1)}`
    expect(existsSync(socket)).toBe(true)
    maker.kill('SIGKILL')
    await expect.poll(() => existsSync(socket), patience).toBe(false)
  })

  test('two virtual displays run in parallel', async () => {
    const [a, b] = [await startDisplay(), await startDisplay()]
    expect(a.name).not.toBe(b.name)
    a.stop()
    b.stop()
    await wait(0)
  })
})
