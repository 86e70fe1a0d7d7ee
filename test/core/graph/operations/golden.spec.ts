import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildGraph, fromNested, latexOf, type Nested, nudge, numpyOf, parseProgram, pytorchOf, traceOf, typescriptOf, usageOf } from '@core'
import { describe, expect, test } from 'vitest'

interface Case { readonly inputs: Readonly<Record<string, Nested>>, readonly upstream: Nested, readonly value: Nested, readonly gradients: Readonly<Record<string, Nested>> }

const folder = join(import.meta.dirname, '../../../fixtures/golden/operations')
const names = readdirSync(folder).flatMap(file => file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : [])
const casesOf = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as readonly Case[]
/** A few roundings: NumPy's, PyTorch's and V8's sine differ by one unit in the last place. Batch normalization divides by 0.003 where all numbers are equal. */
const tolerance = (name: string, wanted: number): number => (name === 'batchNormalization' ? 1e-13 : 4e-16) * Math.max(1, Math.abs(wanted))

test('some operation has golden numbers', () => {
  expect(names.length).toBeGreaterThan(0)
})

describe.each(names)('%s', (name) => {
  const usage = usageOf(name) // sin(x)
  const sample: Readonly<Record<string, Nested>> = name === 'batchNormalization' ? casesOf(name)[0]!.inputs : { x: [0.7, -1.3, 2] }
  const [inNumpy, inTorch, args] = name === 'batchNormalization' ? ['batch_norm', 'batch_norm', 'x, gamma, beta'] : [name, `torch.${name}`, 'x']

  test.each(casesOf(name).map((each, i) => [i, each] as const))('has the value of NumPy and the gradient of PyTorch: input %d', (_, { inputs, upstream, value, gradients }) => {
    const { forward, backward } = traceOf({ expression: `y = ${usage}`, inputs, upstream })
    for (const [found, wanted] of [[forward.values.get('y')!, fromNested(value)], ...Object.entries(gradients).map(([input, gradient]) => [backward.gradients.get(input)!, fromNested(gradient)] as const)] as const) {
      expect(found.shape).toEqual(wanted.shape)
      found.data.forEach((number, i) => { expect(Math.abs(number - wanted.data[i]!)).toBeLessThanOrEqual(tolerance(name, wanted.data[i]!)) })
    }
  })

  test('agrees with a nudge to both sides', () => {
    const inputs = new Map(Object.entries(sample).map(([input, nested]) => [input, fromNested(nested)]))
    const graph = buildGraph(parseProgram(`sum(exp(${usage}))`))
    const { backward } = traceOf({ expression: graph.source, inputs: sample })
    // truncation error h² / 6 of a third derivative below 30, and rounding error 1e-16 / h
    for (const cell of [0, 1, 2]) expect(Math.abs(backward.gradients.get('x')!.data[cell]! - nudge(graph, inputs, { name: 'x', cell, h: 1e-5 }).slope)).toBeLessThan(1e-8)
  })

  test('is exported in four forms', () => {
    const document = { expression: `y = ${usage}`, inputs: sample }
    expect(numpyOf(document).text.split('\n')).toContain(`y = ${inNumpy}1.forward${usage.slice(name.length)}`)
    expect(pytorchOf(document).text.split('\n')).toContain(`y = ${inTorch}(${args})`)
    expect(typescriptOf(document).text).toContain(`y = ${usage}`)
    expect(latexOf(document).text).toMatch(/^y &= .*x/m)
  })
})

test('programs with batch normalization say how the running variances of the book and of PyTorch differ', () => {
  const document = { expression: usageOf('batchNormalization'), inputs: casesOf('batchNormalization')[0]!.inputs }
  for (const { text } of [numpyOf(document), pytorchOf(document)]) {
    const words = text.replaceAll(/\s+#?\s*/g, ' ')
    expect(words).toMatch(/unbiased in PyTorch/)
    expect(words).toMatch(/biased in the book/)
    expect(words).toContain('N / (N - 1) times as large')
  }
})
