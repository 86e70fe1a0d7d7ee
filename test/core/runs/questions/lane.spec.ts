import { LanePlan } from '@core'
import { describe, expect, test } from 'vitest'

const spansOf = (plan: LanePlan) => {
  const spans: { from: number, to: number }[] = []
  for (let next = plan.next; next; next = plan.next) {
    spans.push({ from: next.from, to: next.to })
    plan.take()
  }
  return spans
}

describe('a lane over a run', () => {
  test('begins with a step at each checkpoint, then takes the parts between them in an even order', () => {
    const plan = new LanePlan({ first: 0, last: 50, checkpoints: [0, 10, 20, 30, 40] })
    expect(plan.done).toBe(0)
    expect(spansOf(plan)).toEqual([...[0, 10, 20, 30, 40].map(from => ({ from, to: from + 1 })), ...[0, 40, 20, 10, 30].map(from => ({ from, to: from + 10 }))])
    expect([plan.done, plan.every]).toEqual([1, 1])
  })

  test('has at most 60 coarse points and 200,000 points', () => {
    const plan = new LanePlan({ first: 0, last: 1_000_000, checkpoints: Array.from({ length: 1000 }, (_, i) => 1000 * i) })
    expect(plan.every).toBe(5)
    const spans = spansOf(plan)
    expect(spans.filter(({ from, to }) => to === from + 1)).toHaveLength(59) // every 17th of 1,000
    expect(spans.slice(59).sort((a, b) => a.from - b.from)).toEqual(Array.from({ length: 1000 }, (_, i) => ({ from: 1000 * i, to: 1000 * (i + 1) })))
  })

  test('goes on where it ended when the run has learned on, and has nothing to do when it has not', () => {
    const plan = new LanePlan({ first: 0, last: 15, checkpoints: [0, 10] })
    spansOf(plan)
    plan.extend({ last: 15, checkpoints: [0, 10] })
    expect(spansOf(plan)).toEqual([])
    plan.extend({ last: 35, checkpoints: [0, 10, 20, 30] })
    expect(spansOf(plan)).toEqual([{ from: 20, to: 21 }, { from: 30, to: 31 }, { from: 15, to: 20 }, { from: 30, to: 35 }, { from: 20, to: 30 }])
  })

  test('of a run that has learned nothing is its first step', () => {
    expect(spansOf(new LanePlan({ first: 3, last: 3, checkpoints: [3] }))).toEqual([{ from: 3, to: 3 }])
  })
})
