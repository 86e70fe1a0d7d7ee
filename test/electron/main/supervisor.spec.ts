import { Worker } from 'node:worker_threads'
import type { FromWorker, LabError } from '@contract'
import { defaultConfig } from '@core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { patienceFor, Supervisor, type Thread } from '../../../electron/main/supervisor'

/** A real thread that answers by the command's name. */
const script = `
const { parentPort, workerData: { wanted } } = require('node:worker_threads')
parentPort.on('message', ({ id, command, arg }) => {
  const waiting = Atomics.sub(wanted, 0, 1)
  const reply = value => parentPort.postMessage({ type: 'reply', id, reply: { ok: true, value } })
  if (command === 'state') reply({ command, arg, waiting })
  if (command === 'pause') parentPort.postMessage({ type: 'reply', id, reply: { ok: false, error: { code: 'train.noRun', message: 'none', details: { found: 'x' } } } })
  if (command === 'configure') throw new Error('no more memory')
  if (command === 'rewind') process.exit(7)
  if (command === 'step' && arg.unit === 'epoch') setTimeout(() => reply('epoch'), 300)
  if (command === 'history') parentPort.postMessage({ type: 'state', state: { runId: 5 } })
})
parentPort.postMessage({ type: 'ready' })
`

function startThread(patienceMs = 10_000) {
  const wanted = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(script, { eval: true, workerData: { wanted } })
  onTestFinished(async () => { await worker.terminate() })
  const heard: FromWorker[] = []
  const deaths: LabError[] = []
  const supervisor = new Supervisor(worker as Thread, { wanted, patienceMs: () => patienceMs, hear: message => heard.push(message), died: error => deaths.push(error) })
  const ended = new Promise<void>((done) => { worker.once('exit', () => done()) })
  return { supervisor, heard, deaths, wanted, ended }
}

const codeOf = (answer: Promise<unknown>): Promise<string> => answer.then(() => 'ok', (error: LabError) => error.code)

test('each answer comes to the one who asked, and the thread knows that somebody waited', async () => {
  const { supervisor, wanted } = startThread()
  const answers = await Promise.all([supervisor.ask('step', { unit: 'epoch' }), supervisor.ask('state', null)])
  expect(answers).toEqual(['epoch', { command: 'state', arg: null, waiting: expect.any(Number) as number }])
  expect((answers[1] as unknown as { waiting: number }).waiting).toBeGreaterThan(0)
  expect(Atomics.load(wanted, 0)).toBe(0)
})

// Cause: the count of waiting requests stayed up, so every slice of training was one mini-batch long from then on.
test.each<[string, unknown]>([['a function', () => undefined], ['a symbol', Symbol('x')], ['a promise in a list', [Promise.resolve()]]])('%s, which cannot be sent, is refused, and nobody waits for it', async (_, junk) => {
  const { supervisor, wanted, deaths } = startThread()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => { vi.useRealTimers() })
  expect(await codeOf(supervisor.ask('configure', junk as never))).toBe('ipc.schema')
  expect([Atomics.load(wanted, 0), vi.getTimerCount()]).toEqual([0, 0])
  expect(await codeOf(supervisor.ask('state', null))).toBe('ok')
  expect(deaths).toEqual([])
})

test('an error comes back whole', async () => {
  await expect(startThread().supervisor.ask('pause', null)).rejects.toMatchObject({ code: 'train.noRun', details: { found: 'x' } })
})

test('what the thread says by itself is passed on', async () => {
  const { supervisor, heard } = startThread()
  void codeOf(supervisor.ask('history', null))
  await supervisor.ask('state', null)
  expect(heard).toEqual([{ type: 'ready' }, { type: 'state', state: { runId: 5 } }])
})

test.each([['throws', 'configure' as const, /no more memory/], ['exits', 'rewind' as const, /exit 7/]])('a thread that %s is told as dead once, and whoever waits hears of it', async (_, command, cause) => {
  const { supervisor, deaths, ended } = startThread()
  const waiting = codeOf(supervisor.ask('step', { unit: 'epoch' }))
  void codeOf(supervisor.ask(command, null as never))
  expect(await waiting).toBe('worker.died')
  await ended
  expect(deaths.map(({ code, message }) => [code, cause.test(message)])).toEqual([['worker.died', true]])
  expect(await codeOf(supervisor.ask('state', null))).toBe('worker.died')
})

test('a thread that falls silent is dead after the given patience, and is ended', async () => {
  const { supervisor, deaths, ended } = startThread(120)
  const start = performance.now()
  expect(await codeOf(supervisor.ask('probe', {}))).toBe('worker.timeout')
  expect(performance.now() - start).toBeGreaterThanOrEqual(110) // timers may be a few milliseconds early
  await ended
  expect(deaths.map(({ code }) => code)).toEqual(['worker.timeout'])
})

test('an epoch may take longer than the patience', async () => {
  const { supervisor, deaths } = startThread(100)
  expect(await supervisor.ask('step', { unit: 'epoch' })).toBe('epoch')
  expect(deaths).toEqual([])
})

test('a thread that was asked to stop has not died', async () => {
  const { supervisor, deaths, ended } = startThread()
  const waiting = codeOf(supervisor.ask('step', { unit: 'epoch' }))
  await supervisor.stop()
  await ended
  expect([await waiting, deaths]).toEqual(['worker.died', []])
})

test('patience grows with the mini-batch: the largest one is not taken for silence', () => {
  // 784·50 + 50 + 50·10 + 10 parameters, six operations for each and row, at 0.2 operations a nanosecond: 119.28 ms
  expect(patienceFor(defaultConfig) - 60_000).toBeCloseTo(39_760 * 100 * 6 / 0.2e9 * 1000, 6)
  expect(patienceFor({ ...defaultConfig, layers: [2, 3], batchSize: 10 }, 500)).toBeCloseTo(500 + 9 * 10 * 6 / 0.2e6, 6)
  expect(patienceFor(defaultConfig)).toBeLessThan(70_000)
  // 20 million parameters, 5,000 rows: 6e11 operations, ten minutes at 1 GFLOPS
  expect(patienceFor({ ...defaultConfig, layers: [784, 4096, 4000, 10], batchSize: 5000 })).toBeGreaterThan(600_000)
})
