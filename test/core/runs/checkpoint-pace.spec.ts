import { checkpointMs, CheckpointPace } from '@core'
import { expect, test } from 'vitest'

/** Milliseconds of learning until the next checkpoint is due. */
function untilDue(pace: CheckpointPace): number {
  let ms = 1
  while (!pace.learned(1)) ms++
  return ms
}

test('a checkpoint is due after 100 ms of learning, in however many parts', () => {
  const pace = new CheckpointPace()
  expect([pace.learned(60), pace.learned(39), pace.learned(1)]).toEqual([false, false, true])
  pace.made(1)
  expect(untilDue(pace)).toBe(checkpointMs)
})

test('checkpoints that take long are so far apart that they take a fiftieth of the time', () => {
  const pace = new CheckpointPace()
  for (let i = 0; i < 3; i++) pace.made(10)
  expect(untilDue(pace)).toBe(500)
})

// Cause: the first checkpoint of a session took 50 ms, since its code was not compiled yet, and a run of 6,000 steps had no other.
test('the first ones do not count: they are slower than later ones', () => {
  const pace = new CheckpointPace()
  for (const ms of [50, 20]) {
    pace.made(ms)
    expect(untilDue(pace)).toBe(checkpointMs)
  }
})

// Cause: one that another program had interrupted for 100 ms left a gap of thousands of steps.
test('one that was interrupted by other programs does not count beside quicker ones', () => {
  const pace = new CheckpointPace()
  pace.made(1)
  pace.made(100)
  expect(untilDue(pace)).toBe(checkpointMs)
  for (let i = 0; i < 5; i++) pace.made(10) // all of the latest five were slow
  expect(untilDue(pace)).toBe(500)
})
