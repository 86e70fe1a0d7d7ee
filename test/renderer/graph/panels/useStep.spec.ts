import { buildGraph, fromNested, type GraphDocument, parseProgram, runGraph, optimizerSpec } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { useStep } from '../../../../renderer/graph/panels/useStep'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain } from '../../lab'

let scope: EffectScope
beforeEach(() => { fakeMain(); scope = effectScope() })
afterEach(() => { scope.stop(); vi.unstubAllGlobals() })

type Phase = 'forward' | 'start' | 'backward' | 'update'
/** A node's step as described by the panel. */
function described(document: Partial<GraphDocument> & Pick<GraphDocument, 'expression'>, node: string, phase: Phase, hidden: readonly string[] = []) {
  const graph = useGraph()
  graph.show({ inputs: {}, ...document }, { key: 'test', hidden: () => hidden })
  return at(node, phase)
}
function at(node: string, phase: Phase) {
  const graph = useGraph()
  graph.goTo(graph.trace.steps.findIndex(step => step.phase === phase && step.node === node) + 1)
  expect(graph.moment.step).toEqual({ node, phase })
  return scope.run(() => useStep().explanation.value)!
}
/** The gradient for each argument, by its name. */
const sent = (step: ReturnType<typeof described>) => step.sent.map(({ to, value }) => [to, value])
const product: GraphDocument = { expression: 'n = x * y; z = n + y', inputs: { x: 3, y: 5 } }
const row = (n: number) => Array.from({ length: n }, (_, i) => i)

test('before the first step there is no description', () => {
  useGraph().show(product, { key: 'test', position: 'start' })
  expect(scope.run(() => useStep().explanation.value)).toBeNull()
})

test('the two directions have their colours', () => {
  const { colour } = scope.run(() => useStep())!
  expect([colour('forward', '2'), colour('backward', 'x')]).toEqual(['\\forward{2}', '\\backward{x}'])
})

describe('a step forward', () => {
  test('has the typed text, the formula and the numbers; no upstream gradient has arrived', () => {
    expect(described(product, 'n', 'forward')).toMatchObject({ text: 'x * y', formula: 'n = x \\times y', numbers: '3 \\times 5 = 15', upstream: null, sent: [], hidden: false, problem: null, remark: null, letters: [] })
  })

  test.each(['value:n', 'value:x', 'value:y'])('has no numbers while %s is hidden, and says so', (hidden) => {
    expect(described(product, 'n', 'forward', [hidden])).toMatchObject({ numbers: null, hidden: true })
  })

  test.each(['value:z', 'gradient:n', 'gradient:x'])('keeps its numbers while %s is hidden', (hidden) => {
    expect(described(product, 'n', 'forward', [hidden])).toMatchObject({ numbers: '3 \\times 5 = 15', hidden: false })
  })

  test('substitutes up to 64 numbers into a formula, and no more; nothing is hidden then', () => {
    const numbers = (n: number) => described({ expression: 'sum(x)', inputs: { x: row(n) } }, 'n1', 'forward')
    expect(numbers(64).numbers).toContain('= 2016')
    expect(numbers(65)).toMatchObject({ numbers: null, hidden: false, formula: expect.stringContaining('x') as string })
  })

  test('counts the numbers of the output, too', () => {
    const outer = (n: number) => described({ expression: 'dot(x, w)', inputs: { x: row(n).map(i => [i]), w: [row(10)] } }, 'n1', 'forward').numbers
    expect([outer(6), outer(7)]).toEqual([expect.any(String), null])
  })

  test('that fails has an error and no numbers', () => {
    expect(described({ expression: 'log(x) * y', inputs: { x: -1, y: 2 } }, 'n1', 'forward')).toMatchObject({ numbers: null, problem: { code: 'graph.logDomain', phase: 'forward' }, formula: 'n_{1} = \\log x'.replace('n_{1}', '{n_{1}}') })
  })
})

describe('the start of the backward pass', () => {
  test('is the slope of the output with respect to itself', () => {
    expect(described(product, 'z', 'start')).toMatchObject({ dout: '\\frac{\\partial z}{\\partial z}', upstream: '1', sent: [] })
  })

  // What follows the output is named by the first letter that the graph does not use.
  test.each([['z = x * y', 'L'], ['z = L * y', 'E'], ['z = L * E', 'J'], ['z = L * E * J', 'F']])('of a part of something larger: in %s that is %s', (expression, letter) => {
    expect(described({ expression, upstream: 1.5 }, 'z', 'start')).toMatchObject({ dout: `\\frac{\\partial ${letter}}{\\partial z}`, upstream: '1.5' })
  })
})

describe('a step backward', () => {
  test('sends each argument upstream times local, in order', () => {
    // y was reached before x, through the sum
    expect(described(product, 'n', 'backward')).toMatchObject({
      upstream: '1', dout: '\\frac{\\partial z}{\\partial n}', numbers: '3 \\times 5 = 15',
      sent: [
        { to: 'x', rule: '\\frac{\\partial z}{\\partial x} = \\frac{\\partial z}{\\partial n} \\cdot y', local: '\\frac{\\partial n}{\\partial x} = y = 5', value: '1 \\times 5 = 5', sum: null, missing: null },
        { to: 'y', rule: '\\frac{\\partial z}{\\partial y} = \\frac{\\partial z}{\\partial n} \\cdot x', local: '\\frac{\\partial n}{\\partial y} = x = 3', value: '1 \\times 3 = 3', missing: null },
      ],
    })
  })

  test('sends to its own arguments only', () => {
    expect(sent(described({ expression: 'a = p * q; b = r * s; a + b', inputs: { p: 2, q: 3, r: 5, s: 7 } }, 'a', 'backward'))).toEqual([['p', '1 \\times 3 = 3'], ['q', '1 \\times 2 = 2']])
  })

  describe('to a value that is read several times', () => {
    test('lists the parts so far, and how many are missing', () => {
      const document: GraphDocument = { expression: 'n = x * x; z = n + x', inputs: { x: 3 } }
      expect(described(document, 'z', 'backward').sent.map(({ to, sum }) => [to, sum])).toEqual([['n', null], ['x', { text: '1 + \\cdots', waiting: 2, readers: 3 }]])
      // once for both edges of x · x, at the last one
      expect(at('n', 'backward').sent.map(({ sum }) => sum)).toEqual([null, { text: '1 + 3 + 3 = 7', waiting: 0, readers: 3 }])
    })

    test('puts a subtracted term into parentheses, except at the beginning', () => {
      const { sent } = described({ expression: 'x * (-3) + x * (-2)', inputs: { x: 1 } }, 'n1', 'backward')
      expect(sent[0]!.sum!.text).toMatch(/^-[23] \+ \(-[23]\) = -5$/)
    })

    test('rounds where six digits are not exact', () => {
      const { sent } = described({ expression: 'x * a + x * b', inputs: { x: 1, a: 1 / 3, b: 1 } }, 'n1', 'backward')
      expect(sent[0]!.sum!.text).toBe('1 + 0.333333 \\approx 1.33333')
    })

    test('hides the sum while it is hidden', () => {
      expect(described({ expression: 'x * x', inputs: { x: 3 } }, 'n1', 'backward', ['gradient:x']).sent.map(({ value, local, sum }) => [value, local, sum?.text])).toEqual([['?', null, undefined], ['?', null, '?']])
    })
  })

  describe('with a hidden number', () => {
    test('hides what the hidden argument is sent and the rule, and shows the other number alone', () => {
      expect(described(product, 'n', 'backward', ['gradient:x'])).toMatchObject({ asked: true, upstream: '1', sent: [{ to: 'x', local: null, rule: null, value: '?' }, { to: 'y', local: null, rule: null, value: '3' }] })
    })

    test('hides the rule at every node of the same operation, and at no other', () => {
      const document: GraphDocument = { expression: 'n = x * y; m = n + 1; z = m * y', inputs: { x: 3, y: 5 } }
      expect(described(document, 'z', 'backward', ['gradient:x'])).toMatchObject({ asked: true, sent: [{ to: 'm', local: null, rule: null, value: '5' }, { to: 'y', local: null, rule: null, value: '16' }] })
      expect(described(document, 'm', 'backward', ['gradient:x'])).toMatchObject({ asked: false, sent: [{ to: 'n', rule: expect.any(String) as string }, {}] })
    })

    test('that an update computes hides its formula', () => {
      const document: GraphDocument = { expression: 'w * x', inputs: { w: 2, x: 3 }, parameters: ['w'], learningRate: 0.1 }
      expect(described(document, 'w', 'update', ['updated:w'])).toMatchObject({ asked: true, formula: null, numbers: null })
      expect(described(document, 'w', 'update')).toMatchObject({ asked: false, formula: expect.any(String) as string })
    })

    test('of the upstream gradient shows neither it nor the working with it', () => {
      expect(described(product, 'n', 'backward', ['gradient:n'])).toMatchObject({ upstream: '?', sent: [{ local: null, value: '5' }, { local: null, value: '3' }] })
    })

    test.each(['value:n', 'value:x', 'value:y'])('of %s shows no working with it, and explains why the numbers are missing', (hidden) => {
      expect(described(product, 'n', 'backward', [hidden])).toMatchObject({ numbers: null, hidden: true, sent: [{ local: null, value: '5' }, { local: null, value: '3' }] })
    })

    test('of a node elsewhere hides nothing here', () => {
      expect(described(product, 'n', 'backward', ['value:z', 'gradient:z'])).toMatchObject({ hidden: false, numbers: '3 \\times 5 = 15', sent: [{ value: '1 \\times 5 = 5' }, { value: '1 \\times 3 = 3' }] })
    })

    // Cause: the step showed ∂y/∂x = 3 for each edge, while the lesson's answer is 6.
    test('names no derivative at the edges of a value that the node takes twice: neither is the whole', () => {
      expect(described({ expression: 'x * x', inputs: { x: 3 } }, 'n1', 'backward').sent.map(({ value, local }) => [value, local])).toEqual([['1 \\times 3 = 3', null], ['1 \\times 3 = 3', null]])
    })

    // Cause: numbers that were only too many to print were reported as hidden.
    test('too many numbers are not reported as hidden', () => {
      expect(described({ expression: 'sum(x) * y', inputs: { x: row(65), y: 2 } }, 'n1', 'backward', ['gradient:y'])).toMatchObject({ numbers: null, hidden: false })
    })
  })

  test('of many numbers sends their shape', () => {
    const values = (n: number) => sent(described({ expression: 'sum(x)', inputs: { x: row(n) } }, 'n1', 'backward'))
    expect(values(65)).toEqual([['x', '(65)']])
    expect(values(64)[0]![1]).toContain('1 ')
  })

  test('counts the numbers of the upstream gradient, too', () => {
    const values = (n: number) => sent(described({ expression: 'p = dot(x, w); sum(p)', inputs: { x: row(n).map(i => [i]), w: [row(10)] } }, 'p', 'backward'))
    expect(values(7)).toEqual([['x', '(7 \\times 1)'], ['w', '(1 \\times 10)']])
    expect(values(6)[0]![1]).not.toBe('(6 \\times 1)')
  })

  describe('where a gradient is undefined', () => {
    const document: GraphDocument = { expression: 'sqrt(x) + x', inputs: { x: 0 } }
    test('names the node that cannot send one, and only there', () => {
      expect(described(document, 'n2', 'backward').sent.map(({ to, missing }) => [to, missing])).toEqual([['sqrt(x)', null], ['x', null]])
      expect(at('n1', 'backward')).toMatchObject({ problem: { phase: 'backward' }, sent: [{ to: 'x', missing: 'sqrt(x)' }] })
      expect(at('n1', 'forward').problem).toBeNull()
    })

    test('does not reveal a hidden one', () => {
      expect(described(document, 'n1', 'backward', ['gradient:x']).sent.map(({ missing, value }) => [missing, value])).toEqual([[null, '?']])
    })
  })

  // y − t is all that a softmax with loss passes on, whatever its parts would have lost on the way.
  describe('of an opened group whose parts lose precision', () => {
    const document: GraphDocument = { expression: 'y = softmaxWithLoss(x, t)', inputs: { x: [[1000, 0]], t: [[0, 1]] }, opened: ['y'] }
    test('shows what the group sends without a working that would not yield it', () => {
      useGraph().show(document, { key: 'test' })
      const outward = useGraph().trace.steps.filter(({ phase }) => phase === 'backward').flatMap(({ node }) => at(node, 'backward').sent.filter(({ to }) => to === 'x'))
      expect(outward.length).toBeGreaterThan(0)
      for (const { value, own } of outward) expect([own, /times|odot|sum|=/.test(value)]).toEqual(['softmaxWithLoss', false])
      expect(outward.at(-1)!.sum?.text ?? outward.at(-1)!.value).toContain('\\begin{pmatrix} 1 & -1 \\end{pmatrix}')
    })

    test('keeps the working between its own parts', () => {
      useGraph().show(document, { key: 'test' })
      const inward = useGraph().trace.steps.filter(({ phase }) => phase === 'backward').flatMap(({ node }) => at(node, 'backward').sent.filter(({ to }) => to !== 'x' && to !== 't'))
      expect(inward.some(({ value }) => /times|odot/.test(value))).toBe(true)
      expect(inward.filter(({ own }) => own !== null)).toEqual([])
    })

    test('shows none of its numbers as computed here', () => {
      expect(described(document, 'y', 'forward')).toMatchObject({ numbers: null, remark: { code: 'graph.ownResult' } })
    })
  })
})

describe('an update', () => {
  const document: GraphDocument = { expression: 'L = w * x', inputs: { w: 2, x: 3 }, parameters: ['w'], learningRate: 0.1 }
  test('goes against the gradient, by the learning rate', () => {
    expect(described(document, 'w', 'update')).toMatchObject({
      node: null, text: 'w', numbers: '\\forward{2} - 0.1 \\times \\backward{3} = \\forward{1.7}', hidden: false, sent: [], letters: [], upstream: null, problem: null, remark: null,
      dout: '\\frac{\\partial L}{\\partial w}', formula: expect.stringContaining('\\frac{\\partial L}{\\partial w}') as string,
    })
  })

  test.each(['updated:w', 'gradient:w'])('has no numbers while %s is hidden', (hidden) => {
    expect(described(document, 'w', 'update', [hidden])).toMatchObject({ numbers: null, hidden: true })
  })

  test.each(['updated:x', 'gradient:x', 'value:L'])('keeps them while %s is', (hidden) => {
    expect(described(document, 'w', 'update', [hidden])).toMatchObject({ numbers: expect.stringContaining('1.7') as string, hidden: false })
  })

  test('of more numbers than are written out is described only by its formula: shapes would read as a wrong calculation', () => {
    const many = (n: number) => described({ expression: 'sum(w)', inputs: { w: row(n) }, parameters: ['w'] }, 'w', 'update')
    expect([many(4).numbers, many(5).numbers, many(5).hidden]).toEqual([expect.any(String), null, false])
  })

  test('by another optimizer is described by its result: it is not η times the gradient', () => {
    const graph = buildGraph(parseProgram('L = w * x'))
    const inputs = new Map([['w', fromNested(2)], ['x', fromNested(3)]])
    useGraph().showRun(runGraph(graph, inputs, { parameters: ['w'], learningRate: 0.1, update: { optimizer: optimizerSpec('adam', 0.001), make: () => new Map([['w', fromNested(1.9)]]) } }), 'network')
    expect(at('w', 'update').numbers).toBe('\\forward{2} \\to \\forward{1.9}')
  })
})

test('a bias of one sample gets the gradient as it is; of a batch, its sum', () => {
  const affine = (X: number[][] | number[]): GraphDocument => ({ expression: 'Y = affine(X, W, B); L = sum(Y)', inputs: { X, W: [[1, 2], [3, 4]], B: [0, 0] } })
  const bias = (X: number[][] | number[]) => described(affine(X), 'Y', 'backward').sent[2]!
  expect([bias([1, 2]).rule, bias([[1, 2], [3, 4]]).rule].map(rule => rule!.includes('\\sum'))).toEqual([false, true])
  expect(bias([1, 2]).value).not.toContain('=')
})
