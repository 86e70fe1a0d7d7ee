import { expect } from 'vitest'
import type { Page } from 'playwright-core'

const quantile = (values: readonly number[], share: number) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!
export const median = (values: readonly number[]): number => quantile(values, 0.5)
export const p95 = (values: readonly number[]): number => quantile(values, 0.95)
export const round = (value: number): number => Math.round(value * 10) / 10

/**
 * Intervals between animation frames, in milliseconds.
 * @param key key that is pressed every 50 ms during the measurement
 */
export const frames = (page: Page, seconds: number, key?: string): Promise<number[]> => page.evaluate(({ seconds, key }) => new Promise<number[]>((done) => {
  const intervals: number[] = []
  let last = performance.now()
  let pressed = last
  const end = last + seconds * 1000
  const tick = (): void => {
    const now = performance.now()
    intervals.push(now - last)
    last = now
    if (key && now - pressed > 50) {
      pressed = now
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    }
    if (now < end) requestAnimationFrame(tick)
    else done(intervals)
  }
  requestAnimationFrame(tick)
}), { seconds, ...key === undefined ? {} : { key } })

/** The limits are 50 and 200 ms; twice that is asserted, as a margin for a noisy machine. */
export function expectSmooth(what: string, intervals: readonly number[]): void {
  const worst = Math.max(...intervals)
  console.log(`${what}: ${intervals.length} frames, p95 ${round(p95(intervals))} ms, longest ${round(worst)} ms (bars: 50 and 200 ms)`)
  expect(p95(intervals)).toBeLessThan(100)
  expect(worst).toBeLessThan(400)
}
