import { buildGraph, defaultConfig, fromNested, parseProgram, runGraph, type Value } from '@core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildModel } from '../../core/network/model'
import { initParams } from '../../core/network/params'
import { createReferenceOps } from '../../core/ops/reference'

const nested = (data: ArrayLike<number>, columns: number): number[][] => Array.from({ length: data.length / columns }, (_, n) => Array.from(data).slice(n * columns, (n + 1) * columns))

test('random chains have the same loss and gradients in the layers as in the graph', () => {
  const ops = createReferenceOps('float64')
  const shape = fc.record({
    layers: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 5 }), activation: fc.constantFrom('relu' as const, 'sigmoid' as const),
    rows: fc.integer({ min: 1, max: 4 }), seed: fc.integer({ min: 1, max: 1e6 }), pixels: fc.infiniteStream(fc.double({ min: -2, max: 2, noNaN: true })), labels: fc.infiniteStream(fc.nat(100)),
  })
  fc.assert(fc.property(shape, ({ layers, activation, rows, seed, pixels, labels }) => {
    const model = buildModel({ ...defaultConfig, layers, activation }, { rows, precision: 'float64' })
    initParams(model.params, 'he', seed)
    const [inputs, classes] = [layers[0]!, layers.at(-1)!]
    const x = Array.from({ length: rows * inputs }, () => pixels.next().value)
    const t = Array.from({ length: rows }, () => labels.next().value % classes)
    model.input.value.data.set(x)
    model.target.value.data.set(t)
    const loss = model.forward(ops)
    model.backward(ops)

    const depth = layers.length - 1
    const chain = Array.from({ length: depth }, (_, i) => i + 1).reduce((inner, i) => i < depth ? `${activation}(affine(${inner}, W${i}, b${i}))` : `affine(${inner}, W${i}, b${i})`, 'X')
    const values = new Map<string, Value>([['X', fromNested(nested(x, inputs))], ['T', fromNested(t.map(label => Array.from({ length: classes }, (_, k) => k === label ? 1 : 0)))]])
    model.params.forEach(({ W, b }, i) => values.set(`W${i + 1}`, fromNested(nested(W.value.data, layers[i + 1]!))).set(`b${i + 1}`, fromNested([...b.value.data])))
    const graph = buildGraph(parseProgram(`L = softmaxWithLoss(${chain}, T)`))
    const { forward, backward } = runGraph(graph, values)
    // a few roundings of float64 in sums of at most six products
    const near = (numbers: ArrayLike<number>, wanted: readonly number[]) => wanted.forEach((d, i) => expect(Math.abs(numbers[i]! - d)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(d))))
    near([loss], forward.values.get('L')!.data)
    model.params.forEach(({ W, b }, i) => {
      near(W.grad.data, backward.gradients.get(`W${i + 1}`)!.data)
      near(b.grad.data, backward.gradients.get(`b${i + 1}`)!.data)
    })
  }), { numRuns: 300, seed: 17 })
})
