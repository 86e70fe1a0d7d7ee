import { entriesOf, ledger, readPixels } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chains, classes, imageOf, longEnds, networkOf } from './network'

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0)

describe.each(['float64', 'float32'] as const)('in %s', (precision) => {
  // Logits of size 1 to 10, sums of at most nine products: rounding of float32 is 1e-6, of float64 1e-15.
  const tolerance = { float64: 1e-12, float32: 1e-5 }[precision]

  test.each(chains)('the ledger of %s adds up to the logit of each class, by the units\' own numbers', (layers) => {
    const network = networkOf(layers, { precision })
    for (let seed = 1; seed <= 5; seed++) {
      readPixels(network, imageOf(seed))
      const { layers: blocks } = network.model
      const z = [...blocks.at(-1)!.x.data]
      const affine = blocks.at(-2)!
      for (let k = 0; k < classes; k++) {
        const { products, h, W, b, rest, logit } = ledger(network, { class: k })!
        expect(logit).toBe(z[k])
        expect(Math.abs(sum(products) + b - z[k]!)).toBeLessThanOrEqual(tolerance)
        expect(Math.abs(rest)).toBeLessThanOrEqual(tolerance)
        expect([...h]).toEqual([...affine.x.data])
        expect([...W]).toEqual(Array.from(h, (_, j) => network.model.tensor(`${affine.name}.W`)!.data[j * classes + k]))
        expect([...products]).toEqual(Array.from(h, (h, j) => h * W[j]!))
        expect(b).toBe(network.model.tensor(`${affine.name}.b`)!.data[k])
      }
    }
  })

  test.each(longEnds)('after the last affine layer of %s, further layers count by their slope, and everything still adds up', (layers) => {
    const network = networkOf(layers, { precision })
    readPixels(network, imageOf(3))
    for (let k = 0; k < classes; k++) {
      const { products, b, rest, logit } = ledger(network, { class: k })!
      expect(logit).toBe(network.model.layers.at(-1)!.x.data[k])
      expect(Math.abs(sum(products) + b + rest - logit)).toBeLessThanOrEqual(tolerance)
    }
  })
})

test('what speaks for one class rather than another is the difference of both ledgers', () => {
  const network = networkOf(chains[5])
  readPixels(network, imageOf(2))
  const [a, b] = [ledger(network, { class: 4 })!, ledger(network, { class: 1 })!]
  const both = ledger(network, { class: 4, over: 1 })!
  expect([a.over, both.class, both.over]).toEqual([null, 4, 1])
  expect(both.logit).toBeCloseTo(a.logit - b.logit, 12)
  expect(both.b).toBeCloseTo(a.b - b.b, 12)
  both.products.forEach((product, j) => { expect(product).toBeCloseTo(a.products[j]! - b.products[j]!, 12) })
  expect(ledger(network, { class: 4, over: 4 })!.logit).toBe(0)
})

test('it names the layers, and the pixels as units of a network of one affine layer', () => {
  const names = (layers: string) => {
    const network = networkOf(layers)
    readPixels(network, imageOf(1))
    const found = ledger(network, { class: 0 })
    return found && [found.layer, found.units]
  }
  expect(names('affine 9, relu, dropout 0.2, affine 6')).toEqual(['affine2', 'dropout1'])
  expect(names('affine 6')).toEqual(['affine1', null])
  expect(names('relu')).toBeNull()
})

test('it writes no weight, no bias and no image', () => {
  const network = networkOf(chains[4])
  readPixels(network, imageOf(1))
  const all = () => [...network.model.params.flatMap(({ slot: { value } }) => [...value.data]), ...network.model.buffers.flatMap(({ tensor }) => [...tensor.data]), ...network.model.input.value.data, ...network.model.out.value.data]
  const before = all()
  ledger(network, { class: 3 })
  expect(all()).toEqual(before)
})

test('the entries of any ledger and the others together are its products; silent units are never shown alone', () => {
  const unit = fc.tuple(fc.oneof(fc.constant(0), fc.double({ min: -5, max: 5, noNaN: true })), fc.double({ min: -5, max: 5, noNaN: true }))
  fc.assert(fc.property(fc.array(unit, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 15 }), (units, most) => {
    const h = Float64Array.from(units, ([h]) => h)
    const products = Float64Array.from(units, ([h, W]) => h * W)
    const { strongest, others } = entriesOf({ products, h }, most)
    expect(sum(strongest.map(({ value }) => value)) + others.sum).toBeCloseTo(sum(products), 9)
    expect(strongest.length + others.count).toBe(units.length)
    expect(strongest.length).toBeLessThanOrEqual(most + 1)
    expect(others.silent).toBe([...h].filter(h => h === 0).length)
    expect(strongest.every(({ unit }) => h[unit] !== 0)).toBe(true)
    expect(strongest.map(({ value }) => value)).toEqual(strongest.map(({ value }) => value).sort((a, b) => b - a))
    const least = Math.min(...strongest.map(({ value }) => Math.abs(value)))
    const shown = new Set(strongest.map(({ unit }) => unit))
    products.forEach((product, j) => { if (!shown.has(j)) expect(Math.abs(product)).toBeLessThanOrEqual(least) })
  }), { seed: 5, numRuns: 300 })
})

describe('the entries', () => {
  const entries = (products: readonly number[], most: number) => entriesOf({ products: Float64Array.from(products), h: Float64Array.from(products, () => 1) }, most)

  test('of equal strength are the first ones, in their order', () => {
    expect(entries([1, 1, 1, 1, 1], 3).strongest.map(({ unit }) => unit)).toEqual([0, 1, 2])
    expect(entries([2, -3, 2, -3, 2], 3).strongest.map(({ unit }) => unit)).toEqual([0, 1, 3])
  })

  test('leave out no single unit: one more than asked for is shown, two more are the others', () => {
    expect(entries([4, 3, 2, 1], 3)).toMatchObject({ strongest: { length: 4 }, others: { count: 0, sum: 0 } })
    expect(entries([5, 4, 3, 2, 1], 3)).toMatchObject({ strongest: { length: 3 }, others: { count: 2, sum: 3, silent: 0 } })
  })
})
