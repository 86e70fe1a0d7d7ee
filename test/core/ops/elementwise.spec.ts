import { createReferenceOps, type Ops, Random, Tensor } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fast, modules, type Place } from './fast'
import { exactly, expectSame, expectWithin, kind, type Kind, normal, numbers, seed, size, smallest, spare, insertNonFinite, u } from './rounding'

const exact = createReferenceOps('float64')
const rounded = createReferenceOps('float32')
const shape = fc.record({ N: size, M: size, spare, kind, seed, spoiled: fc.boolean() })
interface Shape { readonly N: number, readonly M: number, readonly spare: number, readonly kind: Kind, readonly seed: number, readonly spoiled: boolean }

/** Operands of one operation, including occasional NaN and infinities. */
function drawn({ N, M, kind, seed, spoiled }: Shape): { random: Random, draw: (shape?: readonly number[]) => Float32Array } {
  const random = new Random(seed)
  return {
    random,
    draw(shape = [N, M]) {
      const values = numbers(shape, kind, random)
      return spoiled ? insertNonFinite(values, random) : values
    },
  }
}

const nothing = (count: number): Float32Array => new Float32Array(count).fill(NaN) // stale values of an earlier batch

describe.each(modules)('%s', (name, bytes) => {
  const fast = new Fast(name, bytes)
  const property = (hold: (shape: Shape) => void): void => { fc.assert(fc.property(shape, hold), { seed: 12, numRuns: 80 }) }

  /** Operations with at most one rounding: equal to the reference's float32 bit for bit. */
  type Call = (ops: Ops, place: Place, values: readonly Float32Array[]) => Tensor
  const bitByBit = (shapes: (shape: Shape) => readonly (readonly number[])[], call: (shape: Shape) => Call): void => {
    property((shape) => {
      const { draw } = drawn(shape)
      const values = shapes(shape).map(shape => draw(shape))
      const wanted = call(shape)(rounded, (values, shape) => Tensor.from(values, shape), values).data
      fast.run((place) => { expectSame(call(shape)(fast.ops, place, values).data, wanted) })
    })
  }

  test('addRow adds b to each row', () => {
    bitByBit(({ N, M }) => [[N, M], [M]], ({ N, M, spare }) => (ops, place, [y, b]) => {
      const out = place(y!, [N, M], spare)
      ops.addRow(out, place(b!, [M]))
      return out
    })
  })

  test('relu is x above 0 and 0 otherwise, also for −0; NaN stays NaN', () => {
    bitByBit(({ N, M }) => [[N, M]], ({ N, M, spare }) => (ops, place, [x]) => {
      const y = place(nothing(N * M), [N, M], spare)
      ops.relu(y, place(x!, [N, M], spare))
      return y
    })
  })

  test('reluBackward passes dy where x is above 0', () => {
    bitByBit(({ N, M }) => [[N, M], [N, M]], ({ N, M, spare }) => (ops, place, [dy, x]) => {
      const dx = place(nothing(N * M), [N, M], spare)
      ops.reluBackward(dx, place(dy!, [N, M], spare), place(x!, [N, M], spare))
      return dx
    })
  })

  test('copy copies, and no further', () => {
    bitByBit(({ N, M }) => [[N, M]], ({ N, M, spare }) => (ops, place, [x]) => {
      const to = place(nothing(N * M), [N, M], spare)
      ops.copy(to, place(x!, [N, M], spare))
      return to
    })
  })

  // N − 1 additions, each with a rounding of at most the sum of magnitudes
  test('sumRows sums the rows within N − 1 roundings', () => {
    property((shape) => {
      const { N, M, spare } = shape
      const dy = drawn(shape).draw()
      const [wanted, sizes] = [Tensor.zeros([M], 'float64'), Tensor.zeros([M], 'float64')]
      exact.sumRows(wanted, exactly(dy, [N, M]))
      exact.sumRows(sizes, exactly(dy, [N, M], Math.abs))
      fast.run((place) => {
        const db = place(nothing(M), [M])
        fast.ops.sumRows(db, place(dy, [N, M], spare))
        const lost = (i: number): boolean => sizes.data[i]! > 3e38 // intermediate sums may overflow float32
        expectWithin(db.data.map((x, i) => lost(i) ? NaN : x), wanted.data.map((x, i) => lost(i) ? NaN : x), i => N * u * sizes.data[i]!)
      })
    })
  })

  // exp is accurate to 2u; 1 + exp and the quotient round once each (2.5u measured); below the smallest normal number only the
  // absolute error counts
  test.each([1, 30, 1000])('sigmoid of numbers around ±%i is accurate to 4 roundings', (scale) => {
    property((shape) => {
      const { N, M, spare, kind } = shape
      const x = drawn({ ...shape, kind: kind === 'huge' ? 'zeros' : kind }).draw().map(x => x * scale)
      const wanted = Tensor.zeros([N, M], 'float64')
      exact.sigmoid(wanted, exactly(x, [N, M]))
      fast.run((place) => {
        const y = place(nothing(N * M), [N, M], spare)
        fast.ops.sigmoid(y, place(x, [N, M], spare))
        expectWithin(y.data, wanted.data, i => 4 * u * wanted.data[i]! + normal)
        expect(y.data.every(y => !(y < 0 || y > 1))).toBe(true)
      })
    })
  })

  test('sigmoid is 0, ½ and 1 at −1000, 0 and 1000, and at the infinities', () => {
    fast.run((place) => {
      const y = place(nothing(5), [5])
      fast.ops.sigmoid(y, place([-1000, 0, 1000, -Infinity, Infinity], [5]))
      expect([...y.data]).toEqual([0, 0.5, 1, 0, 1])
    })
  })

  // two products and a difference: three roundings; a subnormal product loses half of the smallest number
  test('sigmoidBackward is dy · y · (1 − y) within three roundings', () => {
    property((shape) => {
      const { N, M, spare } = shape
      const { draw, random } = drawn(shape)
      const dy = draw()
      const y = Float32Array.from(dy, () => random.integer(8) === 0 ? random.integer(2) : random.next())
      const wanted = Tensor.zeros([N, M], 'float64')
      exact.sigmoidBackward(wanted, exactly(dy, [N, M]), exactly(y, [N, M]))
      fast.run((place) => {
        const dx = place(nothing(N * M), [N, M], spare)
        fast.ops.sigmoidBackward(dx, place(dy, [N, M], spare), place(y, [N, M], spare))
        expectWithin(dx.data, wanted.data, i => 3.01 * u * Math.abs(wanted.data[i]!) + 2 * smallest)
      })
    })
  })

  test('refuses shapes that do not fit', () => {
    const { ops } = fast
    fast.run((place) => {
      const [six, two, three, four] = [place(new Float32Array(6), [2, 3]), place([1, 2], [2]), place([1, 2, 3], [3]), place([1, 2, 3, 4], [2, 2])]
      const calls: readonly (() => void)[] = [
        () => ops.addRow(six, two), () => ops.sumRows(two, six), () => ops.relu(two, three), () => ops.reluBackward(six, six, four),
        () => ops.sigmoid(six, four), () => ops.sigmoidBackward(six, four, six), () => ops.copy(four, six),
      ]
      for (const call of calls) expect(call).toThrow(/shapes do not fit: \(/)
    })
  })
})
