import { type WireError } from '@contract'
import { LabError } from '@core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Autosaver, intervalMs, restDelayMs } from '../../../electron/main/autosaver'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

function autosaver(write: () => Promise<void> = () => Promise.resolve()) {
  const warnings: WireError[] = []
  const writing = vi.fn(write)
  return { saver: new Autosaver(writing, error => warnings.push(error)), writing, warnings }
}

test('a run is written at least every 30 s', async () => {
  const { saver, writing } = autosaver()
  for (let second = 0; second < 300; second++) {
    saver.schedule(false)
    await vi.advanceTimersByTimeAsync(1000)
  }
  expect(intervalMs).toBeLessThan(30_000)
  expect(writing.mock.calls.length).toBeGreaterThanOrEqual(10)
  expect(writing.mock.calls.length).toBeLessThanOrEqual(12)
})

test('a resting run is written soon, and only once', async () => {
  const { saver, writing } = autosaver()
  saver.schedule(false)
  saver.schedule(true)
  await vi.advanceTimersByTimeAsync(restDelayMs)
  expect(writing).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(10 * intervalMs)
  expect(writing).toHaveBeenCalledTimes(1)
})

test('many single steps do not cause many writes', async () => {
  const { saver, writing } = autosaver()
  for (let step = 0; step < 100; step++) {
    saver.schedule(true)
    await vi.advanceTimersByTimeAsync(300)
  }
  expect(writing.mock.calls.length).toBeLessThanOrEqual(4) // every ten seconds
  expect(writing.mock.calls.length).toBeGreaterThanOrEqual(3)
})

// A run at full speed sends up to 20 updates a second, and one more with each answer.
test('a later deadline does not change the timer', () => {
  const { saver } = autosaver()
  // Not a spy: vitest restores spies once more after the file, which would bring the fake clock back.
  const fake = globalThis.setTimeout
  let planned = 0
  globalThis.setTimeout = ((...given: Parameters<typeof fake>) => {
    planned++
    return fake(...given)
  }) as typeof fake
  try {
    for (let i = 0; i < 5; i++) saver.schedule(false)
    expect(planned).toBe(1)
    vi.advanceTimersByTime(100)
    saver.schedule(false)
    expect(planned).toBe(1)
    for (let i = 0; i < 5; i++) saver.schedule(true)
    expect(planned).toBe(2)
  }
  finally { globalThis.setTimeout = fake }
})

test('a failure is reported once, retried, and reported again after a success', async () => {
  let full = true
  const { saver, writing, warnings } = autosaver(() => full ? Promise.reject(new LabError('file.full', 'full', { file: 'a' })) : Promise.resolve())
  saver.schedule(false)
  await vi.advanceTimersByTimeAsync(4 * intervalMs)
  expect(writing.mock.calls.length).toBe(4)
  expect(warnings.map(({ code }) => code)).toEqual(['file.full'])
  full = false
  await vi.advanceTimersByTimeAsync(intervalMs)
  full = true
  saver.schedule(false)
  await vi.advanceTimersByTimeAsync(intervalMs)
  expect(warnings).toHaveLength(2)
})

test.each(['worker.died', 'worker.timeout'] as const)('the thread’s death (%s) is left to its own report; a full disk afterwards is reported', async (code) => {
  let failure = new LabError(code, 'gone')
  const { saver, warnings } = autosaver(() => Promise.reject(failure))
  expect(await saver.save()).toBe(false)
  await vi.advanceTimersByTimeAsync(10 * intervalMs)
  expect([warnings, vi.getTimerCount()]).toEqual([[], 0])
  failure = new LabError('file.full', 'full')
  await saver.save()
  expect(warnings.map(each => each.code)).toEqual(['file.full'])
})

test('a paused run is on the disk within three seconds, since the computer may be closed', async () => {
  const { saver, writing } = autosaver()
  saver.schedule(true)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(writing).toHaveBeenCalledTimes(1)
})

test('two steps, one and a half seconds apart, are written once', async () => {
  const { saver, writing } = autosaver()
  saver.schedule(true)
  await vi.advanceTimersByTimeAsync(1_500)
  saver.schedule(true)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(writing).toHaveBeenCalledTimes(1)
})

test('a requested write replaces the planned one, and returns whether it succeeded', async () => {
  const { saver, writing } = autosaver()
  saver.schedule(true)
  expect(await saver.save()).toBe(true)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(writing).toHaveBeenCalledTimes(1)
})

test('a cancelled write does not happen; a later one does', async () => {
  const { saver, writing } = autosaver()
  saver.schedule(true)
  saver.clear()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(writing).not.toHaveBeenCalled()
  saver.schedule(false)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(writing).toHaveBeenCalledTimes(1)
})
