import type { RecordedEvaluation } from '@core'
import { expect, test } from 'vitest'
import { Recording } from '../../../electron/worker/recording'

const recorded = {} as RecordedEvaluation

test('evaluations are recorded for a while after a question, and not before one', () => {
  const recording = new Recording()
  expect(recording.begin()).toBe(false)
  recording.ask()
  expect([1, 2, 3, 4].map(() => recording.begin())).toEqual([true, true, true, false])
  recording.ask()
  recording.begin()
  recording.ask() // a view that asks after each evaluation keeps them recorded
  expect([1, 2, 3, 4].map(() => recording.begin())).toEqual([true, true, true, false])
})

test('the latest evaluation has answers only when it was recorded', () => {
  const recording = new Recording()
  recording.end(recorded)
  expect(recording.latest).toBe(recorded)
  recording.end(null)
  expect(recording.latest).toBeNull()
  recording.end(recorded)
  recording.forget()
  expect(recording.latest).toBeNull()
})

test('all who wait ask again after the next evaluation, or when it is abandoned', async () => {
  const recording = new Recording()
  let woken = 0
  const wait = () => recording.changed().then(() => { woken++ })
  const both = [wait(), wait()]
  await Promise.resolve()
  expect(woken).toBe(0)
  recording.end(null)
  await Promise.all(both)
  expect(woken).toBe(2)
  const third = wait()
  recording.forget()
  await third
  expect(woken).toBe(3)
})
