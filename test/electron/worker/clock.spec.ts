import { expect, test } from 'vitest'
import { realClock } from '../../../electron/worker/clock'

test('the time is this thread’s, in milliseconds', () => {
  const before = performance.now()
  const now = realClock.now()
  expect(now).toBeGreaterThanOrEqual(before)
  expect(now).toBeLessThanOrEqual(performance.now())
})

test('soon runs after the current task, and later after the given milliseconds', async () => {
  const done: string[] = []
  const from = performance.now()
  const waited = new Promise<number>((resolve) => { realClock.later(() => { done.push('later'); resolve(performance.now() - from) }, 40) })
  await new Promise<void>((resolve) => {
    realClock.soon(() => { done.push('soon'); resolve() })
    done.push('now')
  })
  expect(done.slice(0, 2)).toEqual(['now', 'soon'])
  expect(await waited).toBeGreaterThan(35) // a timer counts in whole milliseconds
})

test('cancelled work does not run', async () => {
  const done: string[] = []
  realClock.later(() => { done.push('later') }, 1)()
  realClock.soon(() => { done.push('soon') })()
  await new Promise<void>((resolve) => { realClock.later(resolve, 20) })
  expect(done).toEqual([])
})
