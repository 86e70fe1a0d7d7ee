import { backward, buildGraph, forward, numericSlope, parseProgram, scalar } from '@core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluate, type Tree, typed } from './dual'

const names = ['a', 'b', 'c'] as const
const unary = ['neg', 'exp', 'log', 'relu', 'sigmoid', 'tanh', 'sqrt', 'square'] as const
const binary = ['+', '-', '*', '/', '^', 'max'] as const

const leaf = fc.oneof(
  fc.constantFrom(...names).map((name): Tree => ({ kind: 'name', name })),
  fc.constantFrom(0, 0.5, 1, 2, 3, 10).map((value): Tree => ({ kind: 'number', value })),
)
const call = (op: string, ...args: Tree[]): Tree => ({ kind: 'call', op, args })
/** Up to 8 operations deep; only three names, so that they are shared. */
const { tree } = fc.letrec<{ tree: Tree }>(tie => ({
  tree: fc.oneof({ depthSize: 'max', maxDepth: 8, withCrossShrink: true },
    leaf,
    fc.tuple(fc.constantFrom(...unary), tie('tree')).map(([op, x]) => call(op, x)),
    fc.tuple(fc.constantFrom(...binary), tie('tree'), tie('tree')).map(([op, x, y]) => call(op, x, y))),
}))
/** Multiples of 1/1024: near 0 (1e-78) products of slopes underflow in either mode, and the comparison would say nothing. */
const within = (min: number, max: number) => fc.integer({ min: min * 1024, max: max * 1024 }).map(n => n / 1024)
const inputs = fc.record({ a: within(-3, 3), b: within(0.125, 4), c: within(-2, 2) })

const run = (tree: Tree, values: Readonly<Record<string, number>>) => {
  const graph = buildGraph(parseProgram(typed(tree)))
  return { graph, values: new Map(graph.inputs.map(name => [name, scalar(values[name]!)])) }
}

test('gradients of 10,000 random expressions agree with dual numbers to 1e-10', () => {
  let cases = 0
  let refused = 0
  fc.assert(fc.property(tree, inputs, (tree, given) => {
    const { graph, values } = run(tree, given)
    const pass = forward(graph, values)
    const truth = names.map(name => evaluate(tree, given, name))
    if (pass.problem) {
      // What the graph refuses is not finite for the dual numbers either, at the output or at an earlier node.
      refused++
      return
    }
    const y = pass.values.get(graph.output)!.data[0]!
    expect(Math.abs(y - truth[0]!.x)).toBeLessThanOrEqual(1e-10 * Math.max(1e-300, Math.abs(y), conditionOf(tree, given)))
    const back = backward(pass)
    if (names.some(name => back.missing.has(name))) {
      refused++
      return
    }
    if (graph.inputs.length === 0) return
    for (const [i, name] of names.entries()) {
      if (!graph.inputs.includes(name)) continue
      const { dx, size } = truth[i]!
      if (!Number.isFinite(dx) || !Number.isFinite(size)) continue
      const gradient = back.gradients.get(name)!.data[0]!
      // 1e-10 of the largest sum in which terms could cancel; below 1e-290 doubles lose precision
      if (Math.abs(gradient - dx) > 1e-10 * size + 1e-290) expect({ expression: typed(tree), given, name, gradient }).toEqual({ expression: typed(tree), given, name, gradient: dx })
    }
    cases++
  }), { numRuns: 30_000, seed: 5 })
  expect(cases).toBeGreaterThanOrEqual(10_000)
  expect(refused).toBeGreaterThan(1_000) // enough cases with logarithms of negative numbers and the like
}, 120_000)

/** Magnitude of the terms of the output: (1e8 + x) − 1e8 keeps few digits of x. */
function conditionOf(tree: Tree, given: Readonly<Record<string, number>>): number {
  return tree.kind === 'call' ? Math.max(...tree.args.map(arg => conditionOf(arg, given)), Math.abs(evaluate(tree, given, 'a').x)) : Math.abs(evaluate(tree, given, 'a').x)
}

test('and with the numeric slope where that is well-conditioned', () => {
  let compared = 0
  fc.assert(fc.property(tree, inputs, (tree, given) => {
    const { graph, values } = run(tree, given)
    const pass = forward(graph, values)
    if (pass.problem) return
    const back = backward(pass)
    if (back.missing.size > 0) return
    for (const name of graph.inputs) {
      const gradient = back.gradients.get(name)!.data[0]!
      // Agreement of two step sizes shows that neither rounding nor curvature nor a corner disturbs the difference.
      const [wide, narrow] = [1e-4, 5e-5].map(h => numericSlope(graph, values, { name, h })) as [number, number]
      const size = Math.max(Math.abs(wide), Math.abs(narrow))
      if (!(Math.abs(wide - narrow) <= 1e-7 * size) || size > 1e6 || size < 1e-3) continue
      expect(Math.abs(gradient - narrow)).toBeLessThanOrEqual(1e-6 * size)
      compared++
    }
  }), { numRuns: 2_000, seed: 7 })
  expect(compared).toBeGreaterThan(500)
}, 60_000)
