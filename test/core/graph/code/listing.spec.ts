import { describe, expect, test } from 'vitest'
import { latexOf, linesAt, type Listing, listingOf, numpyOf, pytorchOf, typescriptOf } from '../../../../core/graph/code'
import { planOf } from '../../../../core/graph/code/plan'
import { traceOf } from '../../../../core/graph/run'
import type { GraphDocument, Step, Trace } from '../../../../core/graph/types'
import { documents } from './documents'

/** What a listing does in a step: the texts of the lines at work. */
function work(listing: Listing, { graph }: Trace, step: Step): { readonly lines: readonly string[], readonly body: readonly string[] } {
  const text = listing.text.split('\n')
  const { lines, body } = linesAt(listing, graph, step)
  return { lines: lines.map(line => text[line]!.trim()), body: body.map(line => text[line]!.trim()) }
}
const shopping: GraphDocument = { expression: 'fruit = apple * count; total = fruit * tax', inputs: { apple: 100, count: 2, tax: 1.1 } }
const walk = (write: (document: GraphDocument) => Listing, document: GraphDocument) => {
  const [listing, trace] = [write(document), traceOf(document)]
  return Object.fromEntries(trace.steps.map(step => [`${step.phase} ${step.node}`, work(listing, trace, step).lines]))
}

describe('the lines at work', () => {
  test('in NumPy are the calls of the node’s layer, and the body of the method that is called', () => {
    expect(walk(numpyOf, shopping)).toEqual({
      'forward fruit': ['fruit = mul1.forward(apple, count)'],
      'forward total': ['total = mul2.forward(fruit, tax)'],
      'start total': ['dtotal = 1.0'],
      'backward total': ['dfruit, dtax = mul2.backward(dtotal)'],
      'backward fruit': ['dapple, dcount = mul1.backward(dfruit)'],
    })
    const trace = traceOf(shopping)
    expect(work(numpyOf(shopping), trace, { phase: 'forward', node: 'total' }).body).toEqual(['self.x, self.y = x, y', 'return x * y'])
    expect(work(numpyOf(shopping), trace, { phase: 'backward', node: 'total' }).body).toEqual(['return dout * self.y, dout * self.x       # each the other one'])
  })

  test('include the sums of gradients, and those over stretched axes', () => {
    const document: GraphDocument = { expression: 't = x * x; y = t + r', inputs: { x: [[1, 2], [3, 4]], r: [1, 2] } }
    expect(walk(numpyOf, document)).toMatchObject({
      'backward y': ['dt, dr = add1.backward(dy)', 'dr = sum_to(dr, r)'],
      'backward t': ['dx_1, dx_2 = mul1.backward(dt)', 'dx = dx_1 + dx_2  # used 2 times: gradients add up'],
    })
  })

  test('in PyTorch are the statement that a node is part of, and one call for the whole backward pass', () => {
    expect(walk(pytorchOf, { expression: 't = exp(a + b); t * t', inputs: { a: 1, b: 2 } })).toEqual({
      'forward n1': ['t = torch.exp(a + b)'], 'forward t': ['t = torch.exp(a + b)'], 'forward n2': ['out = t * t'],
      'start n2': ['out.backward()'], 'backward n2': ['out.backward()'], 'backward t': ['out.backward()'], 'backward n1': ['out.backward()'],
    })
  })

  test('in LaTeX are the node’s equation, and those of the gradients that it sends', () => {
    const lines = walk(latexOf, shopping)
    expect(lines['forward fruit']).toEqual([expect.stringMatching(/fruit.* &= .*apple.*count.* = 200/)])
    expect(lines['backward total']).toEqual([expect.stringMatching(/= 1\.1/), expect.stringMatching(/= 200/)])
  })

  test('in TypeScript are none: the program lets the lab compute the graph', () => {
    expect(Object.values(walk(typescriptOf, shopping)).flat()).toEqual([])
  })

  test('of a part of an opened group are those of the group, which programs keep closed', () => {
    const document: GraphDocument = { expression: 'y = sigmoid(x)', inputs: { x: 2 }, opened: ['y'] }
    expect(walk(numpyOf, document)).toMatchObject({ 'forward y/exp': ['y = sigmoid1.forward(x)'], 'backward y/exp': ['dx = sigmoid1.backward(dy)'] })
  })
})

describe.each(Object.entries(documents))('in %s', (_, document) => {
  const trace = traceOf(document)
  const { between } = planOf(document)
  const hasGradient = ({ node }: Step) => between.has(trace.graph.byId.get(node)?.group ?? node)

  test.skipIf(trace.problem).each([['NumPy', numpyOf], ['PyTorch', pytorchOf], ['LaTeX', latexOf]] as const)('each step has a line in %s', (_language, write) => {
    const listing = write(document)
    const without = trace.steps.filter(step => (step.phase === 'forward' || hasGradient(step)) && step.phase !== 'update' && work(listing, trace, step).lines.length === 0)
    expect(without).toEqual([])
  })
})

test('a body without a call is itself at work, and a step that nothing carries out has no lines', () => {
  const listing = listingOf([{ text: 'class Relu:' }, { text: '    return y', bodyOf: ['forward:relu()'] }, { text: 'for …:\n  p -= dp', steps: ['update:*'] }])
  const trace = traceOf({ expression: 'y = relu(w)', inputs: { w: 1 }, parameters: ['w'] })
  expect(work(listing, trace, { phase: 'forward', node: 'y' })).toEqual({ lines: ['return y'], body: [] })
  expect(work(listing, trace, { phase: 'backward', node: 'y' })).toEqual({ lines: [], body: [] })
  expect(work(listing, trace, { phase: 'update', node: 'w' })).toEqual({ lines: ['for …:', 'p -= dp'], body: [] })
})
