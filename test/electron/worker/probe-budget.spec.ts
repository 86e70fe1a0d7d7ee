import { LabError } from '@core'
import { describe, expect, test } from 'vitest'
import { maxShare, ProbeBudget, windowMs } from '../../../electron/worker/probe-budget'
import { FakeClock } from './fake-clock'

/** A thread that is busy until it is told otherwise, and the times at which it answered. */
function thread() {
  const clock = new FakeClock()
  const state = { busy: true }
  const budget = new ProbeBudget(clock, () => state.busy)
  const answers: { readonly name: string, readonly at: number }[] = []
  /** Asks for something that takes `ms` to compute. */
  const ask = (ms: number, name = 'a') => budget.answer(() => {
    answers.push({ name, at: clock.time })
    clock.time += ms
    return { name }
  })
  return { clock, state, budget, answers, ask, times: () => answers.map(({ at }) => at) }
}

describe('while the thread learns at full speed', () => {
  test('the first answer comes at once, the next one when the first is 5 % of the time', () => {
    const { clock, ask, times } = thread()
    void ask(25)
    void ask(25)
    expect(times()).toEqual([0])
    clock.advanceTo(499)
    expect(times()).toEqual([0])
    clock.advanceTo(501)
    expect(times()).toEqual([0, 500])
  })

  // Cause: each view asks on its own, ten times a second. Two hundred requests in ten seconds, of 1 to 24 ms each.
  test('all answers together take no more than 5 % of any ten seconds, however many views ask', async () => {
    const { clock, ask, answers } = thread()
    const costs = Array.from({ length: 200 }, (_, i) => 1 + 7 * i % 24)
    const answered = costs.map((ms, i) => {
      clock.advanceTo(Math.max(clock.time, 50 * i))
      return ask(ms, String(i))
    })
    clock.advanceTo(100_000)
    await Promise.all(answered)
    expect(answers.map(({ name }) => Number(name))).toEqual(costs.map((_, i) => i)) // nobody is overtaken, or forgotten
    for (let from = 0; from < 40_000; from += 1000) {
      const spent = answers.filter(({ at }) => at >= from && at < from + 10_000).reduce((sum, { name }) => sum + costs[Number(name)]!, 0)
      expect(spent).toBeLessThanOrEqual(maxShare * 10_000 + 24) // the last one ends after these seconds
    }
  })

  test('sending an answer is part of its price', () => {
    const { clock, budget, ask, times } = thread()
    void ask(2)
    budget.charge(3)
    void ask(2)
    clock.advanceTo(110)
    expect(times()).toEqual([0, 100])
    budget.charge(8)
    void ask(2)
    clock.advanceTo(1000)
    expect(times()).toEqual([0, 100, 300]) // (2 + 8) / 0.05 after the second
  })

  test('an answer that fails is an error, and costs nothing', async () => {
    const { budget, ask, times } = thread()
    await expect(budget.answer(() => { throw new LabError('train.noTensor', 'no tensor') })).rejects.toMatchObject({ code: 'train.noTensor' })
    void ask(1)
    expect(times()).toEqual([0])
    budget.charge(1)
  })

  test('nothing to send is charged before the first answer', () => {
    const { budget, ask, times } = thread()
    budget.charge(100)
    void ask(1)
    expect(times()).toEqual([0])
  })
})

describe('without learning at full speed', () => {
  test('every answer comes at once', () => {
    const { state, ask, times } = thread()
    state.busy = false
    for (let i = 0; i < 3; i++) void ask(25)
    expect(times()).toEqual([0, 25, 50])
  })

  test('those that wait are answered as soon as the thread has become idle', () => {
    const { clock, state, budget, ask, times } = thread()
    for (let i = 0; i < 3; i++) void ask(25)
    clock.advanceTo(100)
    budget.review()
    expect(times()).toEqual([0])
    state.busy = false
    budget.review()
    expect(times()).toEqual([0, 100, 125])
  })

  test('what was answered then is paid off before the next answer at full speed', () => {
    const { clock, state, ask, times } = thread()
    state.busy = false
    void ask(10)
    state.busy = true
    void ask(10)
    clock.advanceTo(1000)
    expect(times()).toEqual([0, 200])
  })
})

test('before a run is replaced, all that wait are answered, in their order, about the old run', async () => {
  const { clock, budget, ask, answers } = thread()
  const asked = ['a', 'b', 'c'].map(name => ask(10, name))
  expect(answers).toHaveLength(1)
  budget.answerAll()
  expect((await Promise.all(asked)).map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  clock.advanceTo(2000)
  expect([answers.length, clock.idle]).toEqual([3, true])
})

describe('the price of an answer', () => {
  test('is its duration, the share of all answers in the last two seconds, and the mean time between them', async () => {
    const { clock, state, ask } = thread()
    state.busy = false
    expect((await ask(10)).price).toEqual({ ms: 10, share: 10 / windowMs, everyMs: 0 })
    clock.advanceTo(400)
    expect((await ask(20)).price).toEqual({ ms: 20, share: 30 / windowMs, everyMs: 400 })
    clock.advanceTo(1000)
    expect((await ask(10)).price).toEqual({ ms: 10, share: 40 / windowMs, everyMs: 500 })
  })

  test('forgets what is more than two seconds ago', async () => {
    const { clock, ask } = thread()
    void ask(50)
    clock.advanceTo(windowMs)
    expect((await ask(4)).price).toEqual({ ms: 4, share: 4 / windowMs, everyMs: 0 })
  })
})
