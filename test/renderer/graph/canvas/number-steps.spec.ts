import { forward, type GraphDocument, inputsOf, slopeErrors, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { errorPoints, power } from '../../../../renderer/components/charts/error-chart'
import { msOf, placeOf } from '../../../../renderer/graph/document/speed'
import { summarizeSlope } from '../../../../renderer/graph/panels/slope-caption'
import { examples } from '../../../../renderer/stores/graph/examples'

function summary(document: GraphDocument, name: string, cell = 0, h = 1e-4) {
  const { graph, backward } = traceOf(document)
  const inputs = inputsOf(graph, document)
  const scale = forward(graph, inputs).values.get(graph.output)!.data[0]!
  return summarizeSlope(slopeErrors(graph, inputs, { name, cell }), { gradient: backward.gradients.get(name)!.data[cell]!, scale, h })
}

describe('the caption of the errors over h', () => {
  test.each([
    ['sums and products of different inputs', examples.apples, 'apple'],
    ['the tax', examples.apples, 'tax'],
    ['a square, whose third derivative is 0', { expression: 'x ^ 2 + 3 * x', inputs: { x: 1.7 } }, 'x'],
  ] as const)('describes no minimum: %s', (_, document, name) => {
    expect(summary(document, name).shape).toBe('rounding')
  })

  test.each([
    ['a sigmoid', examples.sigmoidNeuron, 'w'],
    ['a log loss', examples.logLoss, 'y'],
    ['a cube', { expression: 'x ^ 3', inputs: { x: 1 } }, 'x'],
    ['a network\'s weight', examples.threeLayers, 'W1'],
    ['a loss', examples.softmaxWithLoss, 'W'],
  ] as const)('describes a minimum: %s', (_, document, name) => {
    const { shape, best } = summary(document, name)
    expect(shape).toBe('valley')
    // near 1e-5 in float64 and 1e-2 in float32, within a factor of 30, since the minimum is noisy
    expect(Math.abs(Math.log10(best.float64!.h) + 5)).toBeLessThan(1.6)
    expect(Math.abs(Math.log10(best.float32!.h) + 2)).toBeLessThan(1.6)
  })

  test('describes a kink that no h avoids', () => {
    expect(summary({ expression: 'relu(x)', inputs: { x: 0 } }, 'x').shape).toBe('kink')
    expect(summary({ expression: 'relu(x)', inputs: { x: 0.001 } }, 'x').shape).not.toBe('kink')
  })

  // Cause: a kink was reported only where no h helps; a kink inside ±h was reported as a minimum, a tie as exact.
  test.each<[string, Record<string, number>, number, string]>([
    ['relu(x)', { x: 1e-5 }, 1e-4, 'bend'], ['relu(x)', { x: -1e-5 }, 1e-4, 'bend'], ['relu(x - 1)', { x: 1.00001 }, 1e-4, 'bend'], ['max(x, 3)', { x: 3.00001 }, 1e-4, 'bend'],
    ['relu(x)', { x: 0.001 }, 0.1, 'bend'], ['relu(x)', { x: 0.001 }, 1e-4, 'rounding'], ['relu(x)', { x: 5 }, 1e-4, 'rounding'],
    ['max(x, 3)', { x: 3 }, 1e-4, 'tie'], ['max(x, 0 - x)', { x: 0 }, 1e-4, 'tie'], ['relu(x)', { x: 0 }, 1e-4, 'kink'],
    ['sqrt(square(x))', { x: 1e-5 }, 1e-4, 'bend'], ['relu(x) + x ^ 2', { x: 1e-5 }, 1e-4, 'bend'], ['exp(relu(x))', { x: -2e-5 }, 1e-4, 'bend'],
    ['x ^ 3', { x: 1e-5 }, 1e-4, 'valley'], ['x ^ 3', { x: 3.3e-5 }, 1e-4, 'valley'], ['sigmoid(x)', { x: 0 }, 1e-4, 'valley'], ['tanh(x)', { x: 2 }, 0.1, 'valley'],
  ])('%s at %j, h = %d: %s', (expression, inputs, h, shape) => {
    expect(summary({ expression, inputs }, 'x', 0, h).shape).toBe(shape)
  })

  test('names the h from which ±h reaches the kink', () => {
    expect(summary({ expression: 'relu(x)', inputs: { x: 0.001 } }, 'x').kinkFrom).toBeCloseTo(10 ** -2.5, 6) // the first step size of the ladder above 0.001
    expect(summary({ expression: 'sigmoid(x)', inputs: { x: 1 } }, 'x').kinkFrom).toBeNull()
  })

  test('says that there is nothing to compare when the output cannot be computed', () => {
    expect(summarizeSlope([{ h: 0.1, float64: NaN, float32: NaN }], { gradient: 1, scale: 1 }).shape).toBe('none')
    expect(summarizeSlope([{ h: 0.1, float64: 0, float32: 0 }], { gradient: NaN, scale: 1 }).shape).toBe('none')
    expect(summary({ expression: 'y = relu(x)', inputs: { x: -2 }, upstream: 5 }, 'x').shape).toBe('exact') // the text said that rounding grows as h shrinks
  })
})

describe('errors on a logarithmic axis', () => {
  test('an error of exactly 0 lies on the floor, below all others', () => {
    const { lines, floor, top, zeros } = errorPoints([[{ h: 0.1, error: 0 }, { h: 0.01, error: 3e-12 }], [{ h: 0.1, error: 2e-5 }]])
    expect([floor, zeros]).toEqual([1e-13, true])
    expect(top).toBeCloseTo(1e-4, 12)
    expect(lines[0]).toEqual([{ x: 0.1, y: floor }, { x: 0.01, y: 3e-12 }])
  })

  test('zeros alone can be drawn, and non-finite numbers are skipped', () => {
    const { lines, floor, top } = errorPoints([[{ h: 0.1, error: 0 }, { h: 0.01, error: NaN }, { h: 0.001, error: Infinity }]])
    expect(floor).toBeGreaterThan(0)
    expect(top).toBeGreaterThan(floor)
    expect(lines[0]).toHaveLength(1)
  })

  test('powers are written with exponents', () => {
    expect([1e-5, 1, 1e-12, 1000].map(power)).toEqual(['10⁻⁵', '10⁰', '10⁻¹²', '10³'])
  })
})

test('the speed slider goes from 1,800 to 50 ms by equal factors', () => {
  expect([msOf(0), msOf(50), msOf(100)]).toEqual([1800, 300, 50])
  for (const ms of [50, 130, 300, 600, 1800]) expect(msOf(placeOf(ms)) / ms).toBeCloseTo(1, 1)
})
