import { setTimeout as later } from 'node:timers/promises'
import { expect } from 'vitest'

/** Waits for a real disk. Unlike vi.waitFor, it does not advance a fake clock. */
export async function until(check: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2_000 && !check(); tries++) await later(5)
  expect(check()).toBe(true)
}
