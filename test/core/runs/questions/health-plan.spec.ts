import { describe, expect, test } from 'vitest'
import { HealthPlan, type HealthRange, type HealthSpan } from '../../../../core/runs/questions/health-plan'

const everyNth = (n: number, last: number) => Array.from({ length: Math.ceil(last / n) }, (_, i) => i * n)
const run = { first: 0, last: 60_000, checkpoints: everyNth(800, 60_000) }

function spansOf(known: typeof run, range: HealthRange): readonly HealthSpan[] {
  const plan = new HealthPlan(known, range)
  const spans: HealthSpan[] = []
  for (let span = plan.next; span; plan.take(), span = plan.next) spans.push(span)
  expect(plan.done).toBe(1)
  return spans
}
const stepsOf = (spans: readonly HealthSpan[]) => spans.flatMap(({ steps }) => steps)
const ascending = (steps: readonly number[]) => steps.toSorted((a, b) => a - b)

describe('the plan of a run’s health', () => {
  test('measures every step of a short run', () => {
    const spans = spansOf({ first: 0, last: 10, checkpoints: [0, 4, 8] }, { from: 0, to: 10, columns: 400, scale: 'linear' })
    expect(stepsOf(spans)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(spans.map(({ from, to }) => [from, to])).toEqual([[0, 4], [4, 8], [8, 10]])
  })

  test('begins with the early steps: on a logarithmic axis with each of them, on a linear one further and further apart', () => {
    const logarithmic = spansOf(run, { from: 0, to: 60_000, columns: 400, scale: 'logarithmic' })
    expect(logarithmic[0]).toEqual({ from: 0, to: 32, withStart: false, steps: Array.from({ length: 32 }, (_, i) => i + 1) })
    const linear = spansOf(run, { from: 0, to: 60_000, columns: 400, scale: 'linear' })
    // each step is a tenth of the way further, rounded up, and at least one step
    expect(linear[0]!.steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 22, 25, 28, 31])
  })

  test('begins with the early steps of a run that goes another way, too', () => {
    const spans = spansOf({ first: 5000, last: 65_000, checkpoints: everyNth(800, 60_000).map(step => 5000 + step) }, { from: 0, to: 65_000, columns: 400, scale: 'linear' })
    expect(spans[0]!.steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 22, 25, 28, 31].map(step => 5000 + step))
  })

  test('goes on with steps after kept states, the first of them spread over the whole run', () => {
    const spans = spansOf(run, { from: 0, to: 60_000, columns: 400, scale: 'linear' })
    const coarse = spans.slice(1, 9)
    expect(coarse.every(({ from, to, steps }) => to === from + 1 && steps.length === 1)).toBe(true)
    expect(new Set(coarse.map(({ from }) => Math.floor(4 * from / 60_000)))).toEqual(new Set([0, 1, 2, 3])) // in each quarter
  })

  test('has one step for each part of the axis, and no step twice', () => {
    for (const scale of ['linear', 'logarithmic'] as const) {
      const steps = ascending(stepsOf(spansOf(run, { from: 0, to: 60_000, columns: 400, scale })))
      expect(new Set(steps).size).toBe(steps.length)
      expect(steps.length).toBeLessThanOrEqual(400)
      const [place, ends] = scale === 'linear' ? [(step: number) => step, 60_001] : [Math.log, Math.log(60_001)]
      // two neighbours lie in neighbouring parts: less than two parts apart, or they are neighbours among the steps
      const widest = Math.max(...steps.slice(1).map((step, i) => step - steps[i]! === 1 ? 0 : place(step) - place(steps[i]!)))
      expect(widest).toBeLessThan(2 * ends / 300) // early columns take up to a quarter of 400
    }
  })

  test('learns each span from a kept state before its first step', () => {
    const spans = spansOf(run, { from: 0, to: 60_000, columns: 1000, scale: 'linear' })
    expect(spans.every(({ from, to, steps }) => run.checkpoints.includes(from) && from < steps[0]! && steps.at(-1) === to && to <= from + 800)).toBe(true)
  })

  test('leaves out the parts in which a step is known', () => {
    const have = [...everyNth(150, 60_000).slice(1), 1, 2, 3].sort((a, b) => a - b)
    const linear = stepsOf(spansOf(run, { from: 0, to: 60_000, columns: 200, scale: 'linear', have }))
    expect(ascending(linear).slice(0, 6)).toEqual([4, 5, 6, 7, 8, 9])
    expect(Math.max(...linear)).toBeLessThan(3001) // from there on early steps would be further apart than a part of 300 steps
    const done = new HealthPlan(run, { from: 0, to: 10, columns: 100, scale: 'logarithmic', have: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] })
    expect([done.next, done.done]).toEqual([undefined, 1])
  })

  test('looks at a range in detail, as far as the run reaches', () => {
    const plan = new HealthPlan(run, { from: 59_990, to: 70_000, columns: 100, scale: 'linear' })
    expect([plan.from, plan.to]).toEqual([59_990, 60_000])
    expect(plan.next).toEqual({ from: 59_200, to: 60_000, withStart: false, steps: [59_990, 59_991, 59_992, 59_993, 59_994, 59_995, 59_996, 59_997, 59_998, 59_999, 60_000] })
  })

  test('has nothing to measure at a run’s first step', () => {
    expect(new HealthPlan({ first: 500, last: 500, checkpoints: [500] }, { from: 0, to: 500, columns: 100, scale: 'linear' }).next).toBeUndefined()
  })

  test('says how far it is', () => {
    const plan = new HealthPlan({ first: 0, last: 4, checkpoints: [0, 3] }, { from: 0, to: 4, columns: 10, scale: 'linear' })
    expect(plan.done).toBe(0)
    plan.take()
    expect(plan.done).toBe(3 / 4)
    plan.take()
    plan.take()
    expect(plan.done).toBe(1)
  })
})
