import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type GraphDocument, linesAt, operations, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { lessons } from '../../../../renderer/course/all'
import { autogradListing, inAutograd } from '../../../../renderer/graph/document/autograd-listing'

const listing = autogradListing()
const text = listing.text.split('\n')

/** For each step the text of its marked lines, and of the lines that these call. */
function walk(document: GraphDocument) {
  const { graph, steps } = traceOf(document)
  return steps.map((step) => {
    const { lines, body } = linesAt(listing, graph, step)
    return { step: `${step.phase} ${step.node}`, lines: lines.map(line => text[line]!.trim()), body: body.map(line => text[line]!.trim()), spans: lines.map(line => listing.spans.get(`${step.phase}:${line}`)).map((span, i) => span && text[lines[i]!]!.slice(...span)) }
  })
}

describe('all of backpropagation', () => {
  test('is the file itself', () => {
    expect(listing.text).toBe(readFileSync(resolve(import.meta.dirname, '../../../../core/autograd.ts'), 'utf8').trimEnd())
  })

  test('is a hundred lines at most, comments and blank lines aside', () => {
    expect(text.filter(line => !/^\s*(?:$|\/\/|\/\*)/.test(line)).length).toBeLessThanOrEqual(100)
  })

  test('computes a product by its value, and sends the gradients back by its local derivatives', () => {
    const mul = expect.stringMatching(/^export const mul = /) as string
    expect(walk({ expression: 'z = x * y', inputs: { x: 10, y: 5 } })).toEqual([
      { step: 'forward z', lines: [mul], body: ['return new Variable(each(value), [x, y], (dout) => {'], spans: ['value: (x, y) => x * y'] },
      { step: 'start z', lines: ['this.receive(map(this.value, () => 1)) // ∂output/∂output = 1'], body: [expect.stringMatching(/inOrder\(this\)/), expect.stringMatching(/=> 0\)$/), expect.stringMatching(/variable\.sendBack/)], spans: [undefined] },
      { step: 'backward z', lines: [mul], body: [expect.stringMatching(/^x\.receive\(.*local\[0\]/), expect.stringMatching(/^y\.receive\(.*local\[1\]/)], spans: ['local: [(_, y) => y, x => x]'] },
    ])
  })

  test('has the two products of a matrix product', () => {
    const [forward, , backward] = walk({ expression: 'Y = dot(X, W)', inputs: { X: [[1, 2]], W: [[1], [2]] } })
    expect(forward).toMatchObject({ lines: [expect.stringMatching(/new Variable\(product\(x\.value, W\.value\)/)], body: [] })
    expect(backward!.lines).toEqual([expect.stringMatching(/^x\.receive\(product\(dout, transpose\(W/), expect.stringMatching(/^W\.receive\(product\(transpose\(x/)])
  })

  test('composes the rest, and so its backward pass: each part sends its own', () => {
    const [forward, , backward] = walk({ expression: 'y = sigmoid(x)', inputs: { x: 1 } })
    const sigmoid = expect.stringMatching(/^export const sigmoid = /) as string
    expect(forward).toMatchObject({ lines: [sigmoid], body: [] })
    expect(backward).toMatchObject({ lines: [sigmoid], body: [expect.stringMatching(/variable\.sendBack/)] })
  })

  test('writes some operations by others', () => {
    expect(['neg', 'square', 'reciprocal', 'rowSum', 'add'].map(inAutograd)).toEqual(['mul(-1, x)', 'mul(x, x)', 'div(1, x)', 'rowSums(x)', 'add'])
    expect(walk({ expression: 'square(x)', inputs: { x: 3 } })[0]!.lines).toEqual([expect.stringMatching(/^export const mul = /)])
  })

  test('lacks a few operations of the lab, of which only what every node shares is at work', () => {
    expect(operations().map(({ name }) => name).filter(name => inAutograd(name) === null).sort()).toEqual(['abs', 'batchNormalization', 'cos', 'pow', 'sin', 'sqrt'])
    const [forward, , backward] = walk({ expression: 'sin(x)', inputs: { x: 1 } })
    expect([forward!.lines, backward!.lines]).toEqual([[expect.stringMatching(/^constructor\(/)], [expect.stringMatching(/variable\.sendBack/)]])
  })

  test('has no line for the update, which is not backpropagation', () => {
    expect(walk({ expression: 'w * 2', inputs: { w: 1 }, parameters: ['w'] }).at(-1)).toMatchObject({ step: 'update w', lines: [] })
  })
})

describe.each(lessons.flatMap(({ number, figures }) => figures.flatMap(figure => figure.kind === 'graph' ? [{ name: `lesson ${number}, ${figure.key}`, graph: figure.graph }] : [])))('$name', ({ graph }) => {
  test('has a line of the hundred at work in every step but the updates', () => {
    const without = walk(graph).filter(({ step, lines }) => !step.startsWith('update') && !lines.some(line => line !== ''))
    expect(without).toEqual([])
  })
})
