import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildGraph, fromNested, latexOf, type Nested, nudge, numpyOf, parseProgram, pytorchOf, traceOf, typescriptOf } from '@core'
import { describe, expect, test } from 'vitest'

interface Case { readonly x: Nested, readonly upstream: Nested, readonly value: Nested, readonly gradient: Nested }

const folder = join(import.meta.dirname, '../../../fixtures/golden/operations')
const names = readdirSync(folder).flatMap(file => file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : [])
const casesOf = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as readonly Case[]
/** A few roundings: NumPy's, PyTorch's and V8's sine differ by one unit in the last place. */
const tolerance = (wanted: number): number => 4e-16 * Math.max(1, Math.abs(wanted))

test('some operation has golden numbers', () => {
  expect(names.length).toBeGreaterThan(0)
})

describe.each(names)('%s', (name) => {
  test.each(casesOf(name).map((each, i) => [i, each] as const))('has the value of NumPy and the gradient of PyTorch: input %d', (_, { x, upstream, value, gradient }) => {
    const { forward, backward } = traceOf({ expression: `y = ${name}(x)`, inputs: { x }, upstream })
    for (const [found, wanted] of [[forward.values.get('y')!, fromNested(value)], [backward.gradients.get('x')!, fromNested(gradient)]] as const) {
      expect(found.shape).toEqual(wanted.shape)
      found.data.forEach((number, i) => { expect(Math.abs(number - wanted.data[i]!)).toBeLessThanOrEqual(tolerance(wanted.data[i]!)) })
    }
  })

  test('agrees with a nudge to both sides', () => {
    const inputs = new Map([['x', fromNested([0.7, -1.3, 2])]])
    const graph = buildGraph(parseProgram(`sum(square(${name}(x)))`))
    const { backward } = traceOf({ expression: graph.source, inputs: { x: [0.7, -1.3, 2] } })
    // truncation error h² / 6 of a third derivative below 30, and rounding error 1e-16 / h
    for (const cell of [0, 1, 2]) expect(Math.abs(backward.gradients.get('x')!.data[cell]! - nudge(graph, inputs, { name: 'x', cell, h: 1e-5 }).slope)).toBeLessThan(1e-8)
  })

  test('is exported in four forms', () => {
    const document = { expression: `y = ${name}(x)`, inputs: { x: [1, 2] } }
    expect(numpyOf(document)).toMatch(new RegExp(`^y = ${name}1\\.forward\\(x\\)$`, 'm'))
    expect(pytorchOf(document)).toMatch(new RegExp(`^y = torch\\.${name}\\(x\\)$`, 'm'))
    expect(typescriptOf(document)).toContain(`y = ${name}(x)`)
    expect(latexOf(document)).toMatch(/^y &= .*x/m)
  })
})
