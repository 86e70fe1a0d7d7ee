import { EventEmitter } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { FromWorker } from '@contract'
import { type LabError } from '@core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { timeoutFor, Supervisor, type Thread } from '../../../electron/main/supervisor'
import { perceptron } from '../../fixtures/run-config'

/** A real thread that answers according to the command's name. */
const script = `
const { parentPort, workerData: { wanted } } = require('node:worker_threads')
parentPort.on('message', ({ id, command, arg }) => {
  const waiting = Atomics.sub(wanted, 0, 1)
  const reply = value => parentPort.postMessage({ type: 'reply', id, reply: { ok: true, value } })
  if (command === 'read') reply({ command, arg, waiting })
  if (command === 'run:pause') parentPort.postMessage({ type: 'reply', id, reply: { ok: false, error: { code: 'train.noRun', message: 'none', details: { found: 'x' } } } })
  if (command === 'configure') throw new Error('no more memory')
  if (command === 'rewind') process.exit(7)
  if (command === 'run:step' && arg.unit === 'epoch') setTimeout(() => reply('epoch'), 300)
  if (command === 'weights') parentPort.postMessage({ type: 'state', state: { runId: 5 } })
})
parentPort.postMessage({ type: 'ready' })
`

function startThread(patienceMs = 10_000) {
  const pendingRequests = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(script, { eval: true, workerData: { wanted: pendingRequests } })
  onTestFinished(async () => { await worker.terminate() })
  const heard: FromWorker[] = []
  const deaths: LabError[] = []
  const supervisor = new Supervisor(worker as Thread, { pendingRequests, timeoutMs: () => patienceMs, onMessage: message => heard.push(message), onDeath: error => deaths.push(error) })
  const ended = new Promise<void>((done) => { worker.once('exit', () => done()) })
  return { supervisor, heard, deaths, wanted: pendingRequests, ended }
}

const codeOf = (answer: Promise<unknown>): Promise<string> => answer.then(() => 'ok', (error: LabError) => error.code)

test('each answer reaches its request, and the thread knows that a request is waiting', async () => {
  const { supervisor, wanted } = startThread()
  const answers = await Promise.all([supervisor.ask('run:step', { unit: 'epoch' }), supervisor.ask('read', null)])
  expect(answers).toEqual(['epoch', { command: 'read', arg: null, waiting: expect.any(Number) as number }])
  expect((answers[1] as unknown as { waiting: number }).waiting).toBeGreaterThan(0)
  expect(Atomics.load(wanted, 0)).toBe(0)
})

// Cause: the counter of waiting requests stayed above 0, so every slice of training shrank to one mini-batch.
test.each<[string, unknown]>([['a function', () => undefined], ['a symbol', Symbol('x')], ['a promise in a list', [Promise.resolve()]]])('%s, which cannot be cloned, is refused, and nothing waits for it', async (_, junk) => {
  const { supervisor, wanted, deaths } = startThread()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => { vi.useRealTimers() })
  expect(await codeOf(supervisor.ask('configure', junk as never))).toBe('ipc.schema')
  expect([Atomics.load(wanted, 0), vi.getTimerCount()]).toEqual([0, 0])
  expect(await codeOf(supervisor.ask('read', null))).toBe('ok')
  expect(deaths).toEqual([])
})

test('an error is returned completely', async () => {
  await expect(startThread().supervisor.ask('run:pause', null)).rejects.toMatchObject({ code: 'train.noRun', details: { found: 'x' } })
})

test('the thread’s own messages are forwarded', async () => {
  const { supervisor, heard } = startThread()
  void codeOf(supervisor.ask('weights', null))
  await supervisor.ask('read', null)
  expect(heard).toEqual([{ type: 'ready' }, { type: 'state', state: { runId: 5 } }])
})

test.each([['throws', 'configure' as const, /no more memory/], ['exits', 'rewind' as const, /exit 7/]])('a thread that %s is reported as dead once, and waiting requests are rejected', async (_, command, cause) => {
  const { supervisor, deaths, ended } = startThread()
  const waiting = codeOf(supervisor.ask('run:step', { unit: 'epoch' }))
  void codeOf(supervisor.ask(command, null as never))
  expect(await waiting).toBe('worker.died')
  await ended
  expect(deaths.map(({ code, message }) => [code, cause.test(message)])).toEqual([['worker.died', true]])
  expect(await codeOf(supervisor.ask('read', null))).toBe('worker.died')
})

test('a thread that falls silent is dead after the given timeout, and is ended', async () => {
  const { supervisor, deaths, ended } = startThread(120)
  const start = performance.now()
  expect(await codeOf(supervisor.ask('run:probe', {}))).toBe('worker.timeout')
  expect(performance.now() - start).toBeGreaterThanOrEqual(110) // timers may fire a few milliseconds early
  await ended
  expect(deaths.map(({ code }) => code)).toEqual(['worker.timeout'])
})

test('an epoch may take longer than the timeout', async () => {
  const { supervisor, deaths } = startThread(100)
  expect(await supervisor.ask('run:step', { unit: 'epoch' })).toBe('epoch')
  expect(deaths).toEqual([])
})

test('a thread that was asked to stop has not died', async () => {
  const { supervisor, deaths, ended } = startThread()
  const waiting = codeOf(supervisor.ask('run:step', { unit: 'epoch' }))
  await supervisor.stop()
  await ended
  expect([await waiting, deaths]).toEqual(['worker.died', []])
})

test('the timeout grows with the mini-batch: the largest one is not mistaken for silence', () => {
  // 784·50 + 50 + 50·10 + 10 parameters, six operations per parameter and row, at 0.2 operations per nanosecond: 119.28 ms
  expect(timeoutFor(perceptron([784, 50, 10]), 100) - 60_000).toBeCloseTo(39_760 * 100 * 6 / 0.2e9 * 1000, 6)
  expect(timeoutFor(perceptron([2, 3]), 10, 500)).toBeCloseTo(500 + 9 * 10 * 6 / 0.2e6, 6)
  expect(timeoutFor(perceptron([784, 50, 10]), 100)).toBeLessThan(70_000)
  // 20 million parameters, 5,000 rows: 6e11 operations, ten minutes at 1 GFLOPS
  expect(timeoutFor(perceptron([784, 4096, 4000, 10]), 5000)).toBeGreaterThan(600_000)
})

/** A thread that sends nothing by itself. */
function quietThread(patienceMs: number | (() => number) = 1_000) {
  const thread = Object.assign(new EventEmitter(), { sent: [] as { id: number }[], postMessage: (message: { id: number }) => { thread.sent.push(message) }, terminate: vi.fn(() => Promise.resolve(0)) })
  const [heard, onDeath] = [vi.fn(), vi.fn()]
  const pendingRequests = new Int32Array(new SharedArrayBuffer(4))
  const supervisor = new Supervisor(thread as unknown as Thread, { pendingRequests, timeoutMs: () => typeof patienceMs === 'number' ? patienceMs : patienceMs(), onMessage: heard, onDeath })
  return { thread, supervisor, heard, died: onDeath, wanted: pendingRequests }
}
const fakeTimers = () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => { vi.useRealTimers() })
}

test('the timeout ends on time and not before, and the silence is reported with its length', async () => {
  fakeTimers()
  const { supervisor, thread, died } = quietThread(3_000)
  const answer = codeOf(supervisor.ask('run:probe', {}))
  await vi.advanceTimersByTimeAsync(2_999)
  expect(died).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(await answer).toBe('worker.timeout')
  expect(died.mock.calls).toMatchObject([[{ code: 'worker.timeout', details: { found: 'run:probe', seconds: 3 } }]])
  expect(thread.terminate).toHaveBeenCalledTimes(1)
  thread.emit('exit', 1)
  expect(died).toHaveBeenCalledTimes(1)
})

test('a mini-batch that has become larger since the request has its time', async () => {
  fakeTimers()
  let patienceMs = 1_000
  const { supervisor, died } = quietThread(() => patienceMs)
  const answer = codeOf(supervisor.ask('run:probe', {}))
  patienceMs = 10_000
  await vi.advanceTimersByTimeAsync(9_999)
  expect(died).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(await answer).toBe('worker.timeout')
})

// Cause: after sleep a computer wakes up with an expired timer, before the thread had a moment to answer.
test('a timer that expires at once after a sleep is followed by half of the patience', async () => {
  fakeTimers()
  const { supervisor, thread, died } = quietThread(3_000)
  const answer = supervisor.ask('run:probe', {})
  vi.advanceTimersToNextTimer() // as if all of the time had passed
  expect(died).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1_400)
  thread.emit('message', { type: 'reply', id: thread.sent[0]!.id, reply: { ok: true, value: 'late' } })
  expect(await answer).toBe('late')
  await vi.advanceTimersByTimeAsync(60_000)
  expect([died.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0])
})

test('answers may arrive in any order, and an unexpected one is ignored', async () => {
  const { supervisor, thread, wanted } = quietThread()
  const asked = [supervisor.ask('read', null), supervisor.ask('run:probe', {}), supervisor.ask('weights', null)]
  expect(Atomics.load(wanted, 0)).toBe(3)
  const ids = thread.sent.map(({ id }) => id)
  expect(new Set(ids).size).toBe(3)
  thread.emit('message', { type: 'reply', id: Math.max(...ids) + 1, reply: { ok: true, value: 'nobody\'s' } })
  for (const id of ids.toReversed()) thread.emit('message', { type: 'reply', id, reply: { ok: true, value: id } })
  expect(await Promise.all(asked)).toEqual(ids)
})

test.each<[string, (thread: EventEmitter) => void, string]>([
  ['throws', thread => thread.emit('error', new Error('oh')), 'oh'], ['sends what cannot be read', thread => thread.emit('messageerror', new Error('no clone')), 'no clone'], ['exits', thread => thread.emit('exit', 3), 'exit 3'],
])('a thread that %s counts as dead; its later messages are ignored', async (_, end, found) => {
  fakeTimers()
  const { supervisor, thread, heard, died } = quietThread()
  const waiting = [codeOf(supervisor.ask('read', null)), codeOf(supervisor.ask('run:step', { unit: 'batch' }))]
  end(thread)
  thread.emit('message', { type: 'ready' })
  thread.emit('exit', 1)
  expect(await Promise.all(waiting)).toEqual(['worker.died', 'worker.died'])
  expect(died.mock.calls).toMatchObject([[{ code: 'worker.died', details: { found } }]])
  expect([heard.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0])
})

test('a step has no more time than any other request; an epoch, and requests during it, have their own time', async () => {
  fakeTimers()
  const { supervisor, died } = quietThread()
  void codeOf(supervisor.ask('run:step', { unit: 'epoch' }))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(died).not.toHaveBeenCalled()
  const step = codeOf(supervisor.ask('run:step', { unit: 'batch' }))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await step).toBe('worker.timeout')
})

// Cause: at full speed a plane gets a twentieth of the time, which takes minutes for a large network; the thread answers meanwhile.
test.each(['measure:plane', 'health', 'path', 'continued'] as const)('%s may take longer than the timeout', async (command) => {
  fakeTimers()
  const { supervisor, died } = quietThread()
  void codeOf(supervisor.ask(command, {} as never))
  await vi.advanceTimersByTimeAsync(600_000)
  expect(died).not.toHaveBeenCalled()
})

test('a thread that was stopped is ended once, and explains why it accepts no more requests', async () => {
  const { supervisor, thread, died } = quietThread()
  await supervisor.stop()
  thread.emit('exit', 1)
  expect([thread.terminate.mock.calls.length, died.mock.calls.length]).toEqual([1, 0])
  await expect(supervisor.ask('read', null)).rejects.toMatchObject({ code: 'worker.died', details: { found: 'stopped' } })
  expect(thread.sent).toEqual([])
})
