import type { GraphDocument } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope, type EffectScope, nextTick } from 'vue'
import { exponents, useNudge } from '../../../../renderer/graph/panels/useNudge'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain } from '../../lab'

let scope: EffectScope
beforeEach(() => { vi.useFakeTimers(); fakeMain(); scope = effectScope() })
afterEach(() => { scope.stop(); vi.useRealTimers(); vi.unstubAllGlobals() })

const product: GraphDocument = { expression: 'x * y', inputs: { x: 10, y: 5 } }
function nudged(document = product, { hidden = [], ...options }: { hidden?: readonly string[], position?: 'start' | 'end' } = {}) {
  useGraph().show(document, { key: 'test', hidden: () => hidden, ...options })
  return scope.run(() => useNudge())!
}
const matrix: GraphDocument = { expression: 'sum(x * w)', inputs: { x: [1, 2, 3], w: [4, 5, 6] } }

describe('the nudged number', () => {
  test('is the first input, by 1e-4, until another is chosen', () => {
    const { names, name, cell, h, value } = nudged()
    expect([names.value, name.value, cell.value, h.value, value.value?.data]).toEqual([['x', 'y'], 'x', 0, 1e-4, [10]])
    name.value = 'y'
    expect([name.value, value.value?.data]).toEqual(['y', [5]])
  })

  test('is in the input that was chosen in the graph, now or later', async () => {
    useGraph().show(product, { key: 'test' })
    useGraph().select('y')
    const { name } = scope.run(() => useNudge())!
    expect(name.value).toBe('y')
    useGraph().select('x')
    await nextTick()
    expect(name.value).toBe('x')
    useGraph().select('n1') // not an input
    await nextTick()
    expect(name.value).toBe('x')
    useGraph().select(null)
    await nextTick()
    expect(name.value).toBe('x')
  })

  test('is in the first input again when the chosen one is gone', () => {
    const { name } = nudged()
    name.value = 'y'
    useGraph().setExpression('x * z')
    expect(name.value).toBe('x')
  })

  test('is the first number of another input, and stays the same within one', () => {
    const { name, cell } = nudged(matrix)
    cell.value = 2
    name.value = 'x'
    expect(cell.value).toBe(0) // it had not been chosen, but was only the first
    cell.value = 2
    name.value = 'x'
    expect(cell.value).toBe(2)
    name.value = 'w'
    expect(cell.value).toBe(0)
  })

  test('is within an input that has become shorter', () => {
    const { cell } = nudged(matrix)
    cell.value = 2
    useGraph().show({ expression: 'sum(x)', inputs: { x: [1, 2] } }, { key: 'test' })
    expect(cell.value).toBe(1)
    useGraph().show(product, { key: 'test' })
    expect(cell.value).toBe(0)
  })

  test('does not exist in a graph of constants', () => {
    const { name, value, nudged: both, errors, gradient, isHidden, weighted } = nudged({ expression: '1 + 2', inputs: {} }, { hidden: ['gradient:n1'] })
    expect([name.value, value.value, both.value, errors.value, gradient.value, isHidden.value, weighted.value]).toEqual([null, null, null, [], NaN, false, false])
  })
})

describe('h', () => {
  test('goes from 0.1 to 1e-12 by factors of √10, as it is written', () => {
    const { exponent, h } = nudged()
    const ladder: number[] = []
    for (let at: number = exponents.first; at >= exponents.last; at -= exponents.step) {
      exponent.value = at
      ladder.push(h.value)
    }
    expect([ladder.length, ladder[0], ladder[1], ladder[2], ladder.at(-1)]).toEqual([23, 0.1, 0.0316, 0.01, 1e-12])
  })

  test('moves the input in both directions', () => {
    const { nudged: both, exponent } = nudged()
    exponent.value = -1
    expect([both.value?.above, both.value?.below]).toEqual([10.1 * 5, 9.9 * 5])
    expect(both.value?.slope).toBeCloseTo(5, 12)
  })
})

describe('the slope next to it', () => {
  test('is backpropagation’s, for the nudged number', () => {
    const { name, cell, gradient, nudged: both } = nudged(matrix)
    name.value = 'x'
    cell.value = 1
    expect(gradient.value).toBe(5)
    expect(both.value?.slope).toBeCloseTo(5, 6)
  })

  test('includes the upstream gradient', () => {
    const { gradient, nudged: both } = nudged({ ...product, upstream: 3 })
    expect(gradient.value).toBe(15)
    expect(both.value?.slope).toBeCloseTo(15, 6)
  })

  test.each<[Partial<GraphDocument> & Pick<GraphDocument, 'expression'>, boolean]>([
    [product, false], [{ ...product, upstream: 2 }, true], [{ expression: 'x * 2', inputs: { x: [1, 2] } }, true], [{ expression: 'x * 2', inputs: { x: [1] } }, true], [{ expression: 'log(x)', inputs: { x: -1 }, upstream: 2 }, false],
  ])('of %j is weighted: %s', (document, weighted) => {
    expect(nudged({ inputs: {}, ...document }).weighted.value).toBe(weighted)
  })

  test('is absent when the output cannot be computed', () => {
    const { gradient, errors, summary, nudged: both } = nudged({ expression: 'log(x)', inputs: { x: -1 } })
    expect([gradient.value, errors.value, summary.value.shape, both.value?.slope]).toEqual([NaN, [], 'none', NaN])
  })

  test.each([['gradient:x', true], ['value:y', true], ['value:n1', true], ['gradient:y', true], ['updated:x', false]])('is hidden while %s is: %s', (id, isHidden) => {
    expect(nudged(product, { hidden: [id] }).isHidden.value).toBe(isHidden)
  })
})

describe('the errors over h', () => {
  test('are measured at once', () => {
    const { errors, summary } = nudged()
    expect([errors.value.length, errors.value[0]?.h, summary.value.shape]).toEqual([23, 0.1, 'rounding'])
  })

  test('include the upstream gradient', () => {
    // the third derivative of sigmoid at 0 is −1/8: the error of the central difference is h²/48, times the upstream gradient
    const error = (upstream: number) => nudged({ expression: 'sigmoid(x)', inputs: { x: 0 }, upstream }).errors.value[0]!.float64
    expect(error(1) * 48 / 0.01).toBeCloseTo(1, 1)
    expect(error(3) / error(1)).toBeCloseTo(3, 6)
  })

  test('belong to the nudged number', async () => {
    // the third derivative of the cube is 6 everywhere; in a sum of x and y³ only y has an error from curvature
    const { name, errors } = nudged({ expression: 'x + y ^ 3', inputs: { x: 1, y: 2 } })
    expect(errors.value[0]!.float64).toBeLessThan(1e-12)
    name.value = 'y'
    await vi.advanceTimersByTimeAsync(500)
    expect(errors.value[0]!.float64).toBeCloseTo(0.01, 6) // h²
  })

  test('belong to that number only', async () => {
    const { cell, errors } = nudged({ expression: 'sum(x ^ 3 * w)', inputs: { x: [1, 1], w: [0, 1] } })
    expect(errors.value[0]!.float64).toBe(0)
    cell.value = 1
    await vi.advanceTimersByTimeAsync(500)
    expect(errors.value[0]!.float64).toBeCloseTo(0.01, 6)
  })

  test('wait while a handle is dragged, and appear a tenth of a second later', async () => {
    const { errors } = nudged()
    const before = errors.value
    for (let i = 1; i <= 20; i++) {
      useGraph().setInput('x', 10 + i)
      await vi.advanceTimersByTimeAsync(40)
      expect(errors.value).toBe(before)
    }
    await vi.advanceTimersByTimeAsync(60)
    expect(errors.value).not.toBe(before)
  })

  test.each<[string, (nudge: ReturnType<typeof useNudge>) => void]>([
    ['another input', ({ name }) => { name.value = 'w' }], ['another number', ({ cell }) => { cell.value = 2 }], ['another upstream', () => { useGraph().setUpstream(2) }],
  ])('are measured again for %s', async (_, change) => {
    const nudge = nudged({ ...matrix, expression: 'sum(x * w * w)' })
    const before = nudge.errors.value
    change(nudge)
    await vi.advanceTimersByTimeAsync(100)
    expect(nudge.errors.value).not.toBe(before)
  })

  test('are not measured for another h, which is one of them', async () => {
    const { errors, exponent } = nudged()
    const before = errors.value
    exponent.value = -6
    await vi.advanceTimersByTimeAsync(100)
    expect(errors.value).toBe(before)
  })

  test('are absent once the output cannot be computed', async () => {
    const { errors } = nudged({ expression: 'log(x)', inputs: { x: 1 } })
    expect(errors.value).toHaveLength(23)
    useGraph().setInput('x', -1)
    await vi.advanceTimersByTimeAsync(100)
    expect(errors.value).toEqual([])
  })

  test('are no longer measured when the panel is unmounted', async () => {
    nudged()
    useGraph().setInput('x', 3)
    await nextTick()
    scope.stop()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('next to a large output are attributed to its rounding', () => {
    // at 1e9 numbers are 1e-7 apart: over h = 0.1 that is 1e-6, which could be mistaken for curvature
    expect(nudged({ expression: 'x + 1000000000', inputs: { x: 0.3 } }).summary.value.shape).toBe('rounding')
  })

  test('attribute a corner inside ±h to the chosen h', () => {
    const { summary, exponent } = nudged({ expression: 'relu(x)', inputs: { x: 0.001 } })
    expect(summary.value.shape).toBe('rounding')
    exponent.value = -2
    expect(summary.value.shape).toBe('bend')
  })
})
