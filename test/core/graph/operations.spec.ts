import { activations, Random } from '@core'
import { describe, expect, test } from 'vitest'
import { operationOf, operations } from '../../../core/graph/operations'
import type { Value } from '../../../core/graph/types'

type Shape = readonly number[]
const plain = (x: number) => x
const sizeOf = (shape: Shape) => shape.reduce((product, n) => product * n, 1)
const [scalar, row, matrix, images]: readonly [Shape, Shape, Shape, Shape] = [[], [3], [2, 3], [2, 2, 1, 2]]

/** Valid shapes of the arguments of operations that are not elementwise. */
const special: Readonly<Record<string, readonly (readonly Shape[])[]>> = {
  dot: [[row, row], [row, [3, 2]], [matrix, row], [matrix, [3, 4]], [images, [4, 3]], [images, [4]]],
  affine: [[row, [3, 2], [2]], [matrix, [3, 4], [4]], [images, [4, 3], [3]]],
  batchNormalization: [[[4, 1], [1], [1]], [[5, 3], row, row]],
  softmaxWithLoss: [[scalar, scalar], [row, row], [matrix, matrix]],
  identityWithLoss: [[scalar, scalar], [row, row], [matrix, matrix]],
  perRow: [[scalar, matrix], [scalar, row], [row, matrix]],
}
const single: readonly (readonly Shape[])[] = [[scalar], [row], [matrix], [images]]
const stretched: readonly (readonly Shape[])[] = [[scalar, scalar], [matrix, matrix], [matrix, row], [row, matrix], [matrix, scalar], [scalar, row], [matrix, [2, 1]], [[2, 1], row], [images, [2]]]
const cases = operations().flatMap(({ name, formula }) => (special[name] ?? (formula.args.length === 1 ? single : stretched))
  .map((args, i) => ({ name, args, i, title: args.map(shape => `(${shape.join(', ')})`).join(' and ') })))

/** Distinct positive numbers, where every function is smooth. */
function valuesOf(args: readonly Shape[], seed: number): Value[] {
  const random = new Random(seed)
  return args.map(shape => ({ shape, data: Array.from({ length: sizeOf(shape) }, () => 0.3 + 1.5 * random.next()) }))
}
const forward = (name: string, args: readonly Value[]) => operationOf(name).forward(args, plain)
const changed = (args: readonly Value[], slot: number, cell: number, by: number): Value[] =>
  args.map(({ shape, data }, i) => ({ shape, data: i === slot ? data.map((x, j) => j === cell ? x + by : x) : data }))

describe.each(cases)('$name of $title', ({ name, args, i }) => {
  const operation = operationOf(name)
  const values = valuesOf(args, i + 1)
  const { value: out, intermediates = {} } = forward(name, values)
  const random = new Random(99)
  const dout: Value = { shape: out.shape, data: out.data.map(() => random.normal()) }
  const downstream = operation.backward({ args: values, out, intermediates, dout, round: plain })

  test('has the shape that it declares', () => {
    expect([operation.shape(args), out.data.length]).toEqual([out.shape, sizeOf(out.shape)])
    expect(operation.fault(values, out)).toBeNull()
  })

  test('sends back the effect of a small change of each number on the weighted output', () => {
    values.forEach(({ shape, data }, slot) => {
      const { value } = downstream[slot]!
      expect(value.shape).toEqual(shape)
      data.forEach((_, cell) => {
        const total = (by: number) => forward(name, changed(values, slot, cell, by)).value.data.reduce((sum, y, k) => sum + y * dout.data[k]!, 0)
        // central differences have an error of h² / 6 times the third derivative, which is below 100: 2e-9 with h = 1e-5
        expect(Math.abs(value.data[cell]! - (total(1e-5) - total(-1e-5)) / 2e-5)).toBeLessThan(1e-7)
      })
    })
  })

  test('knows which numbers each output number depends on, and vice versa', () => {
    values.forEach(({ data }, slot) => {
      const made = out.data.map((_, k) => new Set(operation.sources(args, slot, k)))
      data.forEach((_, cell) => {
        const after = forward(name, changed(values, slot, cell, 0.01)).value.data
        const moved = out.data.flatMap((y, k) => y === after[k] ? [] : [k])
        const fed = made.flatMap((sources, k) => sources.has(cell) ? [k] : [])
        // tests the smaller entries too; the softmax of a single number is always 1
        if (name === 'max' || name === 'rowMax' || (name.startsWith('softmax') && args[0] === scalar)) expect(fed).toEqual(expect.arrayContaining(moved))
        else expect(fed).toEqual(moved)
        if (operation.feeds) expect([...operation.feeds(args, slot, cell)].sort((a, b) => a - b)).toEqual(fed)
      })
      for (const sources of made) expect([...sources].every(cell => cell >= 0 && cell < data.length)).toBe(true)
    })
  })

  test('has local slopes that yield its gradient, where it has any', () => {
    downstream.forEach(({ local, value }, slot) => {
      if (!local) return
      const sent = value.data.map(() => 0)
      const perOutput = local.data.length === out.data.length // otherwise one for each element of the argument: a whole row is reduced to one output
      local.data.forEach((slope, k) => {
        const at = perOutput ? k : Math.floor(k * out.data.length / local.data.length)
        for (const cell of perOutput ? operation.sources(args, slot, k) : [k]) sent[cell]! += slope * dout.data[at]!
      })
      sent.forEach((x, cell) => { expect(x).toBeCloseTo(value.data[cell]!, 9) })
    })
  })
})

describe('where a function has a corner', () => {
  const sentBack = (name: string, args: readonly Value[], dout?: readonly number[]) => {
    const { value: out, intermediates = {} } = forward(name, args)
    return operationOf(name).backward({ args, out, intermediates, dout: { shape: out.shape, data: dout ?? out.data.map(() => 1) }, round: plain }).map(({ value }) => value.data)
  }
  const rowOf = (...data: readonly number[]): Value => ({ shape: [data.length], data })

  test('the largest of a row gets the whole slope, and equal ones share it', () => {
    expect(sentBack('rowMax', [rowOf(1, 5, 3)], [2])).toEqual([[0, 2, 0]])
    expect(sentBack('rowMax', [rowOf(4, 1, 4)], [2])).toEqual([[1, 0, 1]])
    expect(sentBack('rowMax', [{ shape: [2, 2], data: [1, 2, 7, 7] }], [10, 4])).toEqual([[0, 10, 2, 2]])
    expect(sentBack('max', [rowOf(1, 2, 3), rowOf(3, 2, 1)])).toEqual([[0, 0.5, 1], [1, 0.5, 0]])
  })

  test('ReLU is off at exactly 0', () => {
    expect([forward('relu', [rowOf(-1, 0, 2)]).value.data, sentBack('relu', [rowOf(-1, 0, 2)])]).toEqual([[0, 0, 2], [[0, 0, 1]]])
  })

  test('a target of 0 contributes nothing, even with the logarithm of 0', () => {
    expect(forward('timesTarget', [rowOf(0, 1, 0.5), rowOf(-Infinity, -2, -4)]).value.data).toEqual([0, -2, -2])
    expect(sentBack('logProbability', [rowOf(0, 0.5)], [0, 3])).toEqual([[0, 6]])
    expect(sentBack('log', [rowOf(0.5)], [3])).toEqual([[6]])
  })

  test('a power of 0 has the limits of its neighbours’ slopes', () => {
    expect(sentBack('pow', [rowOf(0, 0, 0, 3), rowOf(0, 1, 2, 0)])).toEqual([[0, 1, 0, 0], [-Infinity, 0, 0, Math.log(3)]])
  })
})

describe('what cannot be computed has a specific error:', () => {
  const one = (x: number): Value => ({ shape: [1], data: [x] })
  const faultOf = (name: string, ...numbers: readonly number[]) => {
    const args = numbers.map(one)
    return operationOf(name).fault(args, forward(name, args).value)
  }

  test.each([
    ['div', [3, 0], 'graph.divisionByZero', { found: '3' }], ['div', [0, 0], 'graph.divisionByZero', { found: '0' }], ['pow', [0, -1], 'graph.divisionByZero', { found: '0' }], ['pow', [-8, 0.5], 'graph.powerDomain', { found: '-8', wanted: '0.5' }],
    ['log', [0], 'graph.logDomain', { found: '0' }], ['log', [-2], 'graph.logDomain', { found: '-2' }], ['sqrt', [-4], 'graph.sqrtDomain', { found: '-4' }], ['reciprocal', [0], 'graph.divisionByZero', { found: '1' }],
    ['exp', [1000], 'graph.overflow', { found: 'Infinity' }], ['mul', [1e200, -1e200], 'graph.overflow', { found: '-Infinity' }], ['pow', [10, 400], 'graph.overflow', { found: 'Infinity' }],
  ] as const)('%s of %j', (name, numbers, code, details) => {
    expect(faultOf(name, ...numbers)).toEqual({ code, details })
  })

  test.each([['sqrt', [0]], ['div', [0, 3]], ['pow', [0, 0]], ['pow', [-8, 3]], ['exp', [-1000]], ['log', [1e-300]]] as const)('%s of %j can be computed', (name, numbers) => {
    expect(faultOf(name, ...numbers)).toBeNull()
  })

  test('the offending number is reported, wherever it is', () => {
    const args: Value[] = [{ shape: [2, 2], data: [1, 2, 3, 4] }, { shape: [2], data: [5, 0] }]
    expect(operationOf('div').fault(args, forward('div', args).value)).toEqual({ code: 'graph.divisionByZero', details: { found: '2' } })
  })
})

describe('incompatible arguments have no shape:', () => {
  test.each<[string, readonly Shape[]]>([
    ['add', [[2], [3]]], ['mul', [[2, 3], [2]]], ['dot', [[], [2]]], ['dot', [[2], []]], ['dot', [[3], [2]]], ['dot', [[2, 3], [2, 3]]], ['dot', [[2, 3], [1, 3, 2]]], ['dot', [[2, 2, 2], [8, 1]]],
    ['affine', [[2, 3], [3, 4], [3]]], ['affine', [[2, 3], [3, 4], [1, 4]]], ['affine', [[2, 3], [3], [1]]], ['affine', [[2, 3], [2, 4], [4]]], ['batchNormalization', [row, row, row]], ['batchNormalization', [[1, 3], row, row]], ['batchNormalization', [images, [2], [2]]], ['batchNormalization', [matrix, row, [2]]], ['batchNormalization', [matrix, [1, 3], row]],
    ['softmaxWithLoss', [[3], [2]]], ['identityWithLoss', [[1, 3], [3]]],
  ])('%s of %j', (name, args) => {
    expect(operationOf(name).shape(args)).toBeNull()
  })
})

test('in float32 every step is rounded, not only the result', () => {
  // In float32 1 + 2⁻²⁴ is 1, so repeated addition changes nothing; in float64 it does.
  const tiny = 2 ** -24
  const many: Value = { shape: [4], data: [1, tiny, tiny, tiny] }
  const ones: Value = { shape: [4], data: [1, 1, 1, 1] }
  for (const [name, args] of [['sum', [many]], ['rowSum', [many]], ['dot', [many, ones]]] as const) {
    expect(operationOf(name).forward(args, Math.fround).value.data, name).toEqual([1])
    expect(operationOf(name).forward(args, plain).value.data, name).toEqual([1 + 3 * tiny])
  }
})

test('every activation is also an operation, since a network is shown as a graph', () => {
  for (const name of activations) expect(operationOf(name).syntax, name).toMatchObject({ kind: 'function', args: ['x'] })
})
