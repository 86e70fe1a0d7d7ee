import { Arena, buildGraph, createReferenceOps, Dropout, IdentityWithLoss, type Layer, layerDefinition, type LayerSpec, type LossLayer, operationOf, parseProgram, type Pass, Random, runGraph, sizeOf, Slot, SoftmaxWithLoss, Tensor, type Value } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { add, affine, div, dot, exp, identityWithLoss, log, max, mean, mul, relu, sigmoid, softmax, softmaxWithLoss, sub, sum, tanh, Variable } from '../../core/autograd'
import { batchNormalization } from './composed'

// The same numbers in three ways: autograd, which is short enough to be checked by reading, the learner's graph, and the layers.

/** Numbers in row-major order; one-dimensional ones are a row. */
function variableOf({ shape, data }: { readonly shape: readonly number[], readonly data: Iterable<number> }): Variable {
  const numbers = [...data]
  const columns = shape.at(-1) ?? 1
  return new Variable(Array.from({ length: numbers.length / columns }, (_, row) => numbers.slice(row * columns, (row + 1) * columns)))
}

/** Numbers by name: those of h0, and of its gradient, dh0. */
type Results = Readonly<Record<string, readonly number[]>>

const largest = (numbers: readonly number[]): number => Math.max(...numbers.map(Math.abs))

/** Ten digits of each tensor's largest number. Where a gradient cancels to 0, rounding errors of larger ones remain. */
function expectSame(found: Results, wanted: Results): void {
  const rounding = 1e-11 * largest(Object.values(wanted).flat())
  for (const [name, numbers] of Object.entries(found)) {
    const expected = wanted[name]!
    const tolerance = 1e-10 * largest(expected) + rounding
    const isSame = numbers.length === expected.length && numbers.every((number, i) => Math.abs(number - expected[i]!) <= tolerance)
    if (!isSame) expect({ [name]: numbers }).toEqual({ [name]: expected })
  }
}

const size = fc.integer({ min: 1, max: 9 })
const rows = fc.integer({ min: 1, max: 7 })
const seed = fc.nat(1e6)

describe('random expressions', () => {
  interface Node { readonly name: string, readonly shape: readonly number[], readonly variable: Variable }
  /** By its name in the graph: the same in autograd, and how it is written if not as a function. */
  const operations: Readonly<Record<string, readonly [of: (x: Variable, y: Variable) => Variable, written?: (x: string, y?: string) => string]>> = {
    add: [add, (x, y) => `${x} + ${y}`],
    sub: [sub, (x, y) => `${x} - ${y}`],
    mul: [mul, (x, y) => `${x} * ${y}`],
    div: [div, (x, y) => `${x} / ${y}`],
    neg: [x => mul(-1, x), x => `-${x}`],
    exp: [exp], log: [log], max: [max], dot: [dot], sum: [sum], mean: [mean],
    relu: [relu], sigmoid: [sigmoid], tanh: [tanh], softmax: [softmax],
    softmaxWithLoss: [softmaxWithLoss], identityWithLoss: [identityWithLoss],
    square: [x => mul(x, x)], sqrt: [x => exp(mul(0.5, log(x)))], abs: [x => max(x, mul(-1, x))],
    pow: [(x, y) => exp(mul(y, log(x))), (x, y) => `${x} ^ ${y}`],
  }

  /** Whether the arguments' shapes fit, and their numbers are not so near to a pole that ten digits cannot be expected. */
  function takes(operation: string, args: readonly Node[]): boolean {
    if (!operationOf(operation).shape(args.map(({ shape }) => shape))) return false
    const every = ({ variable }: Node, test: (x: number) => boolean): boolean => variable.value.flat().every(test)
    if (operation === 'log' || operation === 'sqrt' || operation === 'pow') return every(args[0]!, x => x > 0.1)
    if (operation === 'div') return every(args[1]!, y => Math.abs(y) > 0.1)
    return operation !== 'dot' || args[1]!.shape.length === 2 // a one-dimensional W is a column in the graph, a row in autograd
  }

  /** The first suitable arguments, beginning at the picked ones. */
  function argumentsOf(operation: string, nodes: readonly Node[], [first, second]: readonly [number, number]): readonly Node[] | undefined {
    const from = (pick: number): readonly Node[] => [...nodes.slice(pick % nodes.length), ...nodes.slice(0, pick % nodes.length)]
    const isUnary = operationOf(operation).formula.args.length === 1
    const candidates = isUnary ? from(first).map(x => [x]) : from(first).flatMap(x => from(second).map(y => [x, y]))
    return candidates.find(args => takes(operation, args))
  }

  const steps = fc.array(fc.record({ operation: fc.constantFrom(...Object.keys(operations)), picks: fc.tuple(fc.nat(99), fc.nat(99)) }), { minLength: 1, maxLength: 12 })

  test('have the same values and gradients in the graph as in autograd, however often a value is used', () => {
    const uses: string[] = []
    fc.assert(fc.property(rows, size, size, seed, steps, (N, D, M, seed, steps) => {
      const random = new Random(seed)
      const shapes = { x: [N, D], y: [N, D], r: [D], c: [N, 1], s: [], W: [D, M], V: [M, D], b: [M] }
      const leaves = Object.entries(shapes).map(([name, shape]) => {
        const data = Array.from({ length: sizeOf(shape) }, () => random.normal())
        return { name, shape, data, variable: variableOf({ shape, data }) }
      })
      const results: Node[] = []
      const lines: string[] = []
      for (const { operation, picks } of steps) {
        const args = argumentsOf(operation, [...leaves, ...results], picks)
        if (!args) continue
        const [of, written] = operations[operation]!
        const variable = of(args[0]!.variable, args.at(-1)!.variable)
        if (variable.value.flat().some(cell => Math.abs(cell) > 20)) continue // powers of powers would overflow
        const name = `v${results.length}`
        const names = args.map(({ name }) => name)
        lines.push(`${name} = ${written?.(names[0]!, names[1]) ?? `${operation}(${names.join(', ')})`}`)
        results.push({ name, shape: operationOf(operation).shape(args.map(({ shape }) => shape))!, variable })
        uses.push(operation)
      }
      if (results.length === 0) return
      // Every result counts, so that no gradient is 0 only because nobody reads it.
      const output = results.map(({ variable }) => mean(variable)).reduce((total, next) => add(total, next))
      lines.push(results.map(({ name }) => `mean(${name})`).join(' + '))
      output.backward()

      const graph = buildGraph(parseProgram(lines.join('\n')))
      const { forward, backward } = runGraph(graph, new Map(leaves.map(leaf => [leaf.name, leaf])))
      expect(forward.problem).toBeNull()
      const gradients = Object.fromEntries(graph.inputs.map(name => [`d${name}`, backward.gradients.get(name)!.data]))
      const values = Object.fromEntries(results.map(({ name }) => [name, forward.values.get(name)!.data]))
      const truth = [...results.map(({ name, variable }) => [name, variable.value.flat()]), ...leaves.map(({ name, variable }) => [`d${name}`, variable.grad.flat()])]
      expectSame({ ...values, ...gradients, output: forward.values.get(graph.output)!.data }, { ...Object.fromEntries(truth), output: output.value.flat() })
    }), { numRuns: 150, seed: 11 })
    for (const operation of Object.keys(operations)) expect(uses.filter(use => use === operation).length, operation).toBeGreaterThan(20)
  })
})

describe('random networks', () => {
  /** The factors of a dropout layer: what it makes of ones. */
  function maskOf({ name, x }: Layer): Variable {
    const ones = new Slot(Tensor.from(Array.from(x.data, () => 1), x.shape, 'float64'), null)
    const layer = new Dropout(name, 0.3)
    layer.build(ones, new Arena('float64'))
    layer.forward(ops, pass)
    return variableOf(layer.out)
  }
  /** A single row has no variance: it is normalized with the running mean 0 and variance 1. */
  const normalization = (x: Variable, gamma: Variable, beta: Variable): Variable => add(mul(gamma, div(x, Math.sqrt(1 + 1e-5))), beta)
  /** One line for each kind of layer: the same in autograd. How it is written in the graph's language is in its definition. */
  const kinds: Readonly<Record<string, (x: Variable, params: Readonly<Record<string, Variable>>, layer: Layer) => Variable>> = {
    affine: (x, { W, b }) => affine(x, W!, b!),
    relu,
    sigmoid,
    tanh,
    dropout: (x, _, layer) => mul(x, maskOf(layer)),
    batchNormalization: (x, { gamma, beta }) => x.rows > 1 ? batchNormalization(x, gamma!, beta!) : normalization(x, gamma!, beta!),
  }
  const losses = {
    softmaxWithLoss: { layer: () => new SoftmaxWithLoss(), autograd: softmaxWithLoss, output: softmax },
    identityWithLoss: { layer: () => new IdentityWithLoss(), autograd: identityWithLoss, output: (x: Variable) => x },
  }

  /** A training step whose mask and running statistics are held */
  const pass: Pass = { training: true, seed: 1, step: 0, tracking: false }

  type LossKind = keyof typeof losses
  const lossKinds = Object.keys(losses) as LossKind[]
  const ops = createReferenceOps('float64')

  /** A network whose slots are filled. Names are those of the graph: x; W0, b0 and the output h0 of layer 0; W1, … */
  interface Network {
    readonly layers: readonly { readonly spec: LayerSpec, readonly layer: Layer, readonly input: string, readonly params: Readonly<Record<string, string>> }[]
    readonly last: LossLayer
    readonly lossKind: LossKind
    readonly slots: ReadonlyMap<string, Slot>
    readonly output: string
    readonly t: Value
  }

  function networkOf(N: number, D: number, chain: readonly { readonly kind: string, readonly units: number }[], lossKind: LossKind, seed: number): Network {
    const random = new Random(seed)
    const arena = new Arena('float64')
    const slots = new Map<string, Slot>([['x', arena.slot([N, D])]])
    let output = 'x'
    const layers = chain.map(({ kind, units }, i) => {
      const spec = { kind, units, rate: 0.3 }
      const layer = layerDefinition(kind).create(`h${i}`, spec)
      const input = output
      output = layer.name
      slots.set(output, layer.build(slots.get(input)!, arena))
      layer.initialize?.(random, 'he') // running statistics; the parameters are filled below
      const named = layer.params.map(({ path, slot }) => [path.split('.')[1]!, slot] as const)
      for (const [key, slot] of named) slots.set(`${key}${i}`, slot)
      return { spec, layer, input, params: Object.fromEntries(named.map(([key]) => [key, `${key}${i}`])) }
    })
    const last = losses[lossKind].layer()
    last.build(slots.get(output)!, arena)

    // Some zeros, as in images: where x and b are 0, ReLU is exactly at its corner.
    for (const { value: { data } } of slots.values()) for (let i = 0; i < data.length; i++) data[i] = random.next() < 0.2 ? 0 : random.normal()
    const M = last.y.columns
    const labels = Array.from({ length: N }, () => random.integer(M))
    const oneHot = labels.flatMap(label => Array.from({ length: M }, (_, m) => m === label ? 1 : 0))
    const t = lossKind === 'softmaxWithLoss' ? oneHot : oneHot.map(() => random.normal())
    last.t.data.set(lossKind === 'softmaxWithLoss' ? labels : t)
    return { layers, last, lossKind, slots, output, t: { shape: [N, M], data: t } }
  }

  function inLayers({ layers, last, slots }: Network): Results {
    const all = [...layers.map(({ layer }) => layer), last]
    for (const layer of all) layer.forward(ops, pass)
    for (const layer of all.toReversed()) layer.backward(ops, pass)
    const results = [...slots].flatMap(([name, { value, grad }]) => [[name, [...value.data]], [`d${name}`, [...grad!.data]]])
    return { loss: [last.loss], y: [...last.y.data], ...Object.fromEntries(results) }
  }

  function inAutograd({ layers, lossKind, slots, output, t }: Network): Results {
    const variables = Object.fromEntries([...slots].map(([name, { value }]) => [name, variableOf(value)]))
    for (const { layer, input, params } of layers)
      variables[layer.name] = kinds[layer.kind]!(variables[input]!, Object.fromEntries(Object.entries(params).map(([key, name]) => [key, variables[name]!])), layer)
    const { autograd, output: outputOf } = losses[lossKind]
    const loss = autograd(variables[output]!, variableOf(t))
    loss.backward()
    const results = Object.entries(variables).flatMap(([name, { value, grad }]) => [[name, value.flat()], [`d${name}`, grad.flat()]])
    return { loss: loss.value.flat(), y: outputOf(variables[output]!).value.flat(), ...Object.fromEntries(results) }
  }

  function inGraph({ layers, lossKind, slots, output, t }: Network): Results {
    const lines = layers.map(({ spec, layer, input }, i) => `${layer.name} = ${layerDefinition(layer.kind).expression(spec, input, String(i))}`)
    const constants = layers.flatMap(({ spec, layer: { kind, name, x: { rows, columns } } }, i) => layerDefinition(kind).constants?.(spec, { name, at: String(i), rows, input: [columns], ...pass }) ?? [])
    const graph = buildGraph(parseProgram([...lines, `${lossKind}(${output}, t)`].join('\n')))
    const { forward, backward } = runGraph(graph, new Map([...[...slots].map(([name, { value: { shape, data } }]) => [name, { shape, data: [...data] }] as const), ...constants.map(({ name, ...value }) => [name, value] as const), ['t', t]]))
    const results = [...slots.keys()].flatMap(name => [[name, forward.values.get(name)!.data], [`d${name}`, backward.gradients.get(name)!.data]])
    return { loss: forward.values.get(graph.output)!.data, ...Object.fromEntries(results) }
  }

  const chains = fc.array(fc.record({ kind: fc.constantFrom(...Object.keys(kinds)), units: size }), { minLength: 1, maxLength: 8 })

  test('have the same loss, outputs and gradients in the layers, in autograd and in the graph', () => {
    fc.assert(fc.property(rows, size, chains, fc.constantFrom(...lossKinds), seed, (N, D, chain, lossKind, seed) => {
      const network = networkOf(N, D, chain, lossKind, seed)
      const truth = inAutograd(network)
      expectSame(inLayers(network), truth)
      if (N > 1 || chain.every(({ kind }) => kind !== 'batchNormalization')) expectSame(inGraph(network), truth) // the graph refuses a batch of one row
    }), { numRuns: 200, seed: 17 })
  })
})
