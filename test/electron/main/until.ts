import { setTimeout as later } from 'node:timers/promises'
import { expect } from 'vitest'

/** Waits for what a real disk has to do first. No fake clock goes on meanwhile, as it does in vitest's own way to wait. */
export async function until(check: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2_000 && !check(); tries++) await later(5)
  expect(check()).toBe(true)
}
