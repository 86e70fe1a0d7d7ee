import { Tensor } from '@core'
import { describe, expect, test } from 'vitest'
import { magnitudesOf, magnitudesOfChange } from '../../../../core/train/health/magnitudes'
import { golden, type Numbers, plain } from './golden'

const tensorOf = (x: Numbers, precision?: 'float64') => Tensor.from(x.map(Number), [x.length], precision)

describe.each(['float32', 'float64'] as const)('in %s', (precision) => {
  const of = (x: Numbers) => precision === 'float32' ? tensorOf(x) : tensorOf(x, precision)

  test.each(golden.tensors)('the magnitudes of $name are NumPy’s', ({ x, counts, zeros, nonFinite }) => {
    expect(plain(magnitudesOf(of(x)))).toEqual({ counts, zeros, nonFinite })
  })

  test('the magnitudes of a difference are those of its numbers', () => {
    const [after, before] = [[1, 2, 0.5, 3, NaN, Infinity], [1, 0, 1, -5, 1, 1]]
    // 0, 2, −0.5, 8, NaN, Infinity
    const { counts, zeros, nonFinite } = magnitudesOfChange(of(after), of(before))
    expect([zeros, nonFinite, Array.from(counts, (n, i) => n > 0 ? i - 40 : null).filter(e => e !== null)]).toEqual([1, 2, [-1, 1, 3]])
  })
})

test('the magnitudes of a difference in float32 are NumPy’s', () => {
  const { before, after, magnitudes } = golden.change
  expect(plain(magnitudesOfChange(tensorOf(after), tensorOf(before)))).toEqual(magnitudes)
})

test('numbers of a part of a memory are counted alone, one after the other', () => {
  const memory = new Float32Array([9, 9, 0.25, 0, 5e-324, 9])
  for (let n = 0; n < 2; n++) {
    const { counts, zeros } = magnitudesOf(new Tensor(memory.subarray(2, 5), [3]))
    expect([counts[38], counts.reduce((a, b) => a + b), zeros]).toEqual([1, 1, 2]) // 5e-324 is 0 in float32
  }
})

test('numbers that float32 lacks have their place in float64', () => {
  const { counts, zeros } = magnitudesOf(Tensor.from([5e-324, 1e-310, 1e300, 0], [4], 'float64'))
  expect([counts[0], counts[55], zeros]).toEqual([2, 1, 1])
})
