import { describe, expect, test } from 'vitest'
import { Pacer } from '../../../electron/worker/pacer'

/** Takes a step whenever one is due, woken `late` ms after the requested time. */
function stepsUntil(pacer: Pacer, end: number, late: () => number, from = 0): number[] {
  const taken: number[] = []
  for (let now = from; now < end; now += Math.max(0.01, pacer.wait(now) + late())) {
    if (pacer.wait(now) > 0) continue
    pacer.stepStarted(now)
    taken.push(now)
  }
  return taken
}

describe('a pace', () => {
  test.each([1, 10, 100] as const)('of %i steps per second holds over a minute, though every timer is late', (pace) => {
    const pacer = new Pacer()
    pacer.start(pace, 0)
    let n = 0
    const taken = stepsUntil(pacer, 60_000 - 5, () => (n++ % 5)) // 0 to 4 ms late: a drifting pacer would lose 2 ms per step
    expect(taken).toHaveLength(60 * pace)
    taken.forEach((at, i) => expect(at - i * 1000 / pace).toBeLessThanOrEqual(5))
  })

  test('of full speed never waits', () => {
    const pacer = new Pacer()
    pacer.start('full', 0)
    for (let now = 0; now < 100; now += 3) {
      expect(pacer.wait(now)).toBe(0)
      pacer.stepStarted(now)
    }
  })

  test('begins with a step at once', () => {
    const pacer = new Pacer()
    pacer.start(1, 500)
    expect(pacer.wait(500)).toBe(0)
    pacer.stepStarted(500)
    expect(pacer.wait(501)).toBe(999)
  })

  test('makes up for a small delay and does not hurry after a large one', () => {
    const small = new Pacer()
    small.start(100, 0)
    expect(stepsUntil(small, 1000, () => 0, 200)).toHaveLength(100)
    const large = new Pacer()
    large.start(100, 0)
    expect(stepsUntil(large, 2000, () => 0, 1000)).toHaveLength(100)
  })

  test.each([[200, 0], [249, 0], [251, 10], [300, 10]])('of 100 steps per second that is %i ms late continues after %i ms', (late, wait) => {
    const pacer = new Pacer()
    pacer.start(100, 0)
    pacer.stepStarted(late)
    // Up to 250 ms are made up for: the next step is due at once. A longer delay restarts the schedule.
    expect(pacer.wait(late)).toBe(wait)
  })

  test('slower than one step in 250 ms keeps its schedule when a step is late by less than an interval', () => {
    const pacer = new Pacer()
    pacer.start(1, 0)
    pacer.stepStarted(600)
    expect(pacer.wait(600)).toBe(400) // at 1,000, not at 1,600
    pacer.stepStarted(2500) // 1.5 intervals late: the schedule restarts
    expect(pacer.wait(2500)).toBe(1000)
  })

  test('that is changed counts from the latest step, so changing it back and forth gains none', () => {
    const pacer = new Pacer()
    pacer.start(1, 0)
    pacer.stepStarted(0)
    pacer.change(10, 30)
    expect(pacer.wait(30)).toBe(70)
    pacer.change(1, 40)
    expect(pacer.wait(40)).toBe(960)
    pacer.change('full', 50)
    expect(pacer.wait(50)).toBe(0)
  })

  test('that restarts owes nothing to earlier steps, also when it is changed before the first step', () => {
    const pacer = new Pacer()
    pacer.start(1, 0)
    for (const now of [0, 1000]) pacer.stepStarted(now)
    pacer.start(1, 1200)
    expect(pacer.wait(1200)).toBe(0)
    pacer.stepStarted(1200)
    pacer.start(100, 1500)
    pacer.change(1, 1500)
    expect(pacer.wait(1500)).toBe(0)
  })
})
