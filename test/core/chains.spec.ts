import { Affine, Arena, buildGraph, createReferenceOps, IdentityWithLoss, type Layer, operationOf, parseProgram, Random, Relu, runGraph, Sigmoid, sizeOf, type Slot, SoftmaxWithLoss } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { add, affine, div, dot, exp, identityWithLoss, log, type Matrix, max, mean, mul, relu, sigmoid, softmax, softmaxWithLoss, sub, sum, tanh, Variable } from '../../core/autograd'

// The same numbers in three ways: autograd, which is short enough to be checked by reading, the learner's graph, and the layers.

/** Numbers in row-major order; one-dimensional ones are a row. */
function variableOf({ shape, data }: { readonly shape: readonly number[], readonly data: Iterable<number> }): Variable {
  const numbers = [...data]
  const columns = shape.at(-1) ?? 1
  return new Variable(Array.from({ length: numbers.length / columns }, (_, row) => numbers.slice(row * columns, (row + 1) * columns)))
}

/** Ten digits of the largest number: sums of up to 63 products in another order differ by about 1e-14. */
function expectSame(name: string, found: Iterable<number>, wanted: Matrix): void {
  const numbers = [...found]
  const expected = wanted.flat()
  const tolerance = 1e-10 * expected.reduce((largest, number) => Math.max(largest, Math.abs(number)), 1)
  const same = numbers.length === expected.length && numbers.every((number, i) => Math.abs(number - expected[i]!) <= tolerance)
  if (!same) expect({ name, numbers }).toEqual({ name, numbers: expected })
}

const size = fc.integer({ min: 1, max: 9 })
const rows = fc.integer({ min: 1, max: 7 })
const seed = fc.nat(1e6)

describe('random expressions', () => {
  interface Node { readonly name: string, readonly shape: readonly number[], readonly variable: Variable }
  /** Name in the graph, the same in autograd, and how it is written if not as a function. */
  type Operation = readonly [name: string, of: (x: Variable, y: Variable) => Variable, written?: (x: string, y?: string) => string]
  const operations: readonly Operation[] = [
    ['add', add, (x, y) => `${x} + ${y}`],
    ['sub', sub, (x, y) => `${x} - ${y}`],
    ['mul', mul, (x, y) => `${x} * ${y}`],
    ['div', div, (x, y) => `${x} / ${y}`],
    ['neg', x => mul(-1, x), x => `-${x}`],
    ['exp', exp], ['log', log], ['max', max], ['dot', dot], ['sum', sum], ['mean', mean],
    ['relu', relu], ['sigmoid', sigmoid], ['tanh', tanh], ['softmax', softmax],
    ['softmaxWithLoss', softmaxWithLoss], ['identityWithLoss', identityWithLoss],
    ['square', x => mul(x, x)], ['sqrt', x => exp(mul(0.5, log(x)))], ['abs', x => max(x, mul(-1, x))],
  ]

  /** Whether an operation takes these arguments, away from poles, where ten digits cannot be expected. */
  function takes(name: string, args: readonly Node[]): boolean {
    const all = (arg: Node, test: (x: number) => boolean): boolean => arg.variable.value.flat().every(test)
    if (!operationOf(name).shape(args.map(({ shape }) => shape))) return false
    if (name === 'log' || name === 'sqrt') return all(args[0]!, x => x > 0.1)
    if (name === 'div') return all(args[1]!, y => Math.abs(y) > 0.1)
    return name !== 'dot' || args[1]!.shape.length === 2 // for the graph a one-dimensional W is a column, for autograd a row
  }

  /** The first arguments that the operation takes, in an order that the picks begin. */
  function argumentsOf(name: string, values: readonly Node[], picks: readonly number[]): readonly Node[] | undefined {
    const from = (pick: number): readonly Node[] => [...values.slice(pick % values.length), ...values.slice(0, pick % values.length)]
    const [first, second] = picks.map(from)
    const tuples = operationOf(name).formula.args.length === 1 ? first!.map(x => [x]) : second!.map(y => [first![0]!, y])
    return tuples.find(args => takes(name, args))
  }

  const steps = fc.array(fc.record({ operation: fc.constantFrom(...operations), picks: fc.tuple(fc.nat(99), fc.nat(99)) }), { minLength: 1, maxLength: 12 })

  test('have the same values and gradients in the graph as in autograd, however often a value is used', () => {
    const uses: string[] = []
    fc.assert(fc.property(rows, size, size, seed, steps, (N, D, M, seed, steps) => {
      const random = new Random(seed)
      const shapes = { x: [N, D], y: [N, D], r: [D], c: [N, 1], s: [], W: [D, M], V: [M, D], b: [M] }
      const leaves = Object.entries(shapes).map(([name, shape]) => {
        const data = Array.from({ length: sizeOf(shape) }, () => random.normal())
        return { name, shape, data, variable: variableOf({ shape, data }) }
      })
      const values: Node[] = [...leaves]
      const lines: string[] = []
      for (const { operation: [operation, of, written], picks } of steps) {
        const args = argumentsOf(operation, values, picks)
        if (!args) continue
        const [x, y] = args.map(({ variable }) => variable)
        const variable = of(x!, y!)
        if (variable.value.flat().some(cell => Math.abs(cell) > 20)) continue
        const name = `v${lines.length}`
        const [first, second] = args.map(({ name }) => name)
        lines.push(`${name} = ${written?.(first!, second) ?? `${operation}(${args.map(({ name }) => name).join(', ')})`}`)
        values.push({ name, shape: operationOf(operation).shape(args.map(({ shape }) => shape))!, variable })
        uses.push(operation)
      }
      const computed = values.slice(leaves.length)
      if (computed.length === 0) return
      const output = computed.map(({ variable }) => mean(variable)).reduce((total, next) => add(total, next))
      output.backward()

      const graph = buildGraph(parseProgram([...lines, computed.map(({ name }) => `mean(${name})`).join(' + ')].join('\n')))
      const { forward, backward } = runGraph(graph, new Map(leaves.map(leaf => [leaf.name, leaf])))
      expect(forward.problem).toBeNull()
      expectSame('output', forward.values.get(graph.output)!.data, output.value)
      for (const { name, variable } of computed) expectSame(name, forward.values.get(name)!.data, variable.value)
      for (const { name, variable } of leaves) if (graph.inputs.includes(name)) expectSame(`d${name}`, backward.gradients.get(name)!.data, variable.grad)
    }), { numRuns: 250, seed: 11 })
    for (const [name] of operations) expect(uses.filter(use => use === name).length, name).toBeGreaterThan(30)
  })
})

describe('random networks', () => {
  type Parameters = Readonly<Record<string, Variable>>
  /** A kind of layer in all three ways; the graph's text is left out if it has no such operation. One line each. */
  interface Kind {
    readonly layer: (name: string, units: number) => Layer
    readonly autograd: (x: Variable, parameters: Parameters, layer: Layer) => Variable
    readonly graph?: (x: string, parameters: Readonly<Record<string, string>>) => string
  }
  const kinds: Readonly<Record<string, Kind>> = {
    affine: { layer: (name, units) => new Affine(name, units), autograd: (x, { W, b }) => affine(x, W!, b!), graph: (x, { W, b }) => `affine(${x}, ${W}, ${b})` },
    relu: { layer: name => new Relu(name), autograd: relu, graph: x => `relu(${x})` },
    sigmoid: { layer: name => new Sigmoid(name), autograd: sigmoid, graph: x => `sigmoid(${x})` },
  }
  const losses = {
    softmaxWithLoss: { layer: () => new SoftmaxWithLoss(), autograd: softmaxWithLoss, output: softmax },
    identityWithLoss: { layer: () => new IdentityWithLoss(), autograd: identityWithLoss, output: (x: Variable) => x },
  } as const

  const chain = fc.array(fc.record({ kind: fc.constantFrom(...Object.keys(kinds)), units: size }), { minLength: 1, maxLength: 8 })
  const lossKind = fc.constantFrom('softmaxWithLoss' as const, 'identityWithLoss' as const)
  const ops = createReferenceOps('float64')

  test('have the same loss, outputs and gradients in the layers, in autograd and in the graph', () => {
    fc.assert(fc.property(rows, size, chain, lossKind, seed, (N, D, chain, lossKind, seed) => {
      const random = new Random(seed)
      const loss = losses[lossKind]

      // The layers. The slots' names are those of the graph: x, W0, b0, h0, h1, …
      const arena = new Arena('float64')
      const slots = new Map<string, Slot>([['x', arena.slot([N, D])]])
      const layers = chain.map(({ kind, units }, i) => kinds[kind]!.layer(`h${i}`, units))
      const last = loss.layer()
      for (const [i, layer] of [...layers, last].entries()) {
        const output = layer.build(slots.get(i === 0 ? 'x' : `h${i - 1}`)!, arena)
        for (const [key, slot] of Object.entries(layer.params)) slots.set(`${key}${i}`, slot)
        if (layer !== last) slots.set(layer.name, output)
      }
      const given = [...slots].filter(([name]) => !name.startsWith('h'))
      // Zeros as in images: with a bias of 0, ReLU gets exactly 0.
      for (const [, { value: { data } }] of given) data.forEach((_, i) => { data[i] = random.next() < 0.2 ? 0 : random.normal() })
      const M = last.y.columns
      const labels = Array.from({ length: N }, () => random.integer(M))
      const t = { shape: [N, M], data: labels.flatMap(label => Array.from({ length: M }, (_, m) => lossKind === 'identityWithLoss' ? random.normal() : m === label ? 1 : 0)) }
      last.t.data.set(lossKind === 'identityWithLoss' ? t.data : labels)
      for (const layer of [...layers, last]) layer.forward(ops)
      for (const layer of [last, ...layers.toReversed()]) layer.backward(ops)

      // Autograd
      const variables = new Map(given.map(([name, { value }]) => [name, variableOf(value)]))
      let x = variables.get('x')!
      for (const [i, layer] of layers.entries()) {
        x = kinds[chain[i]!.kind]!.autograd(x, Object.fromEntries(Object.keys(layer.params).map(key => [key, variables.get(`${key}${i}`)!])), layer)
        variables.set(layer.name, x)
      }
      const output = loss.autograd(x, variableOf(t))
      output.backward()
      expectSame('loss', [last.loss], output.value)
      expectSame('y', last.y.data, loss.output(x).value)
      for (const [name, { value, grad }] of slots) {
        expectSame(name, value.data, variables.get(name)!.value)
        expectSame(`d${name}`, grad!.data, variables.get(name)!.grad)
      }

      // The graph
      const lines = layers.map((layer, i) => kinds[chain[i]!.kind]!.graph?.(i === 0 ? 'x' : `h${i - 1}`, Object.fromEntries(Object.keys(layer.params).map(key => [key, `${key}${i}`]))))
      if (lines.includes(undefined)) return
      const graph = buildGraph(parseProgram([...lines.map((line, i) => `h${i} = ${line}`), `${lossKind}(h${layers.length - 1}, t)`].join('\n')))
      const { forward, backward } = runGraph(graph, new Map([...given.map(([name, { value: { shape, data } }]) => [name, { shape, data: [...data] }] as const), ['t', t]]))
      expectSame('loss', forward.values.get(graph.output)!.data, output.value)
      for (const [name, { value, grad }] of variables) {
        expectSame(name, forward.values.get(name)!.data, value)
        expectSame(`d${name}`, backward.gradients.get(name)!.data, grad)
      }
    }), { numRuns: 200, seed: 17 })
  })
})
