import { LabError, type WireError } from '@contract'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Autosaver, everyMs, gapMs, restMs } from '../../../electron/main/autosaver'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

function autosaver(write: () => Promise<void> = () => Promise.resolve()) {
  const warnings: WireError[] = []
  const writing = vi.fn(write)
  return { saver: new Autosaver(writing, error => warnings.push(error)), writing, warnings }
}

test('while a run goes, something is written at least every 30 s', async () => {
  const { saver, writing } = autosaver()
  for (let second = 0; second < 300; second++) {
    saver.touch(false)
    await vi.advanceTimersByTimeAsync(1000)
  }
  expect(everyMs).toBeLessThan(30_000)
  expect(writing.mock.calls.length).toBeGreaterThanOrEqual(10)
  expect(writing.mock.calls.length).toBeLessThanOrEqual(12)
})

test('a run that rests is written soon, and not once more', async () => {
  const { saver, writing } = autosaver()
  saver.touch(false)
  saver.touch(true)
  await vi.advanceTimersByTimeAsync(restMs)
  expect(writing).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(10 * everyMs)
  expect(writing).toHaveBeenCalledTimes(1)
})

test('many single steps do not write many times', async () => {
  const { saver, writing } = autosaver()
  for (let step = 0; step < 100; step++) {
    saver.touch(true)
    await vi.advanceTimersByTimeAsync(300)
  }
  expect(writing.mock.calls.length).toBeLessThanOrEqual(30_000 / gapMs + 1)
  expect(writing.mock.calls.length).toBeGreaterThanOrEqual(3)
})

// A run at full speed tells of something new up to 20 times a second, and again with each answer.
test('what is not due sooner leaves the timer as it is', () => {
  const { saver } = autosaver()
  const timers = vi.spyOn(globalThis, 'setTimeout')
  for (let i = 0; i < 5; i++) saver.touch(false)
  expect(timers).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(100)
  saver.touch(false)
  expect(timers).toHaveBeenCalledTimes(1)
  for (let i = 0; i < 5; i++) saver.touch(true)
  expect(timers).toHaveBeenCalledTimes(2)
  timers.mockRestore()
})

test('a failure is told once, tried again, and told anew after it had worked', async () => {
  let full = true
  const { saver, writing, warnings } = autosaver(() => full ? Promise.reject(new LabError('file.full', 'full', { file: 'a' })) : Promise.resolve())
  saver.touch(false)
  await vi.advanceTimersByTimeAsync(4 * everyMs)
  expect(writing.mock.calls.length).toBe(4)
  expect(warnings.map(({ code }) => code)).toEqual(['file.full'])
  full = false
  await vi.advanceTimersByTimeAsync(everyMs)
  full = true
  saver.touch(false)
  await vi.advanceTimersByTimeAsync(everyMs)
  expect(warnings).toHaveLength(2)
})

test('the thread\'s death is left to whoever tells it', async () => {
  const { saver, warnings } = autosaver(() => Promise.reject(new LabError('worker.died', 'gone')))
  expect(await saver.save()).toBe(false)
  await vi.advanceTimersByTimeAsync(10 * everyMs)
  expect([warnings, vi.getTimerCount()]).toEqual([[], 0])
})
