import { type GraphDocument, traceOf } from '@core'
import { describe, expect, test } from 'vitest'

/** Values of a node's parts in order, by their names; 'out' is the node itself. */
function partsOf(expression: string, inputs: GraphDocument['inputs']) {
  const { graph, forward } = traceOf({ expression, inputs, opened: ['y'] })
  const parts = graph.nodes.filter(node => node.kind === 'operation' && node.group === 'y')
  return parts.map(node => [node.id.replace(/^y\/?/, '') || 'out', forward.values.get(node.id)!.data] as const)
}
const close = (data: readonly number[]) => data.map(x => expect.closeTo(x, 12) as number)
const [e1, e2, e3] = [1, 2, 3].map(Math.exp) as [number, number, number]

describe('an opened node shows its parts, each with its own number:', () => {
  test('1 / (1 + exp(−x))', () => {
    expect(partsOf('y = sigmoid(x)', { x: 2 })).toEqual([['neg', [-2]], ['exp', close([1 / e2])], ['plus', close([1 + 1 / e2])], ['out', close([1 / (1 + 1 / e2)])]])
  })

  test('softmax, row by row, less its largest number', () => {
    expect(partsOf('y = softmax(x)', { x: [[1, 3], [5, 4]] })).toEqual([
      ['max', [3, 5]], ['shift', [-2, 0, 0, -1]], ['exp', close([1 / e2, 1, 1, 1 / e1])], ['sum', close([1 + 1 / e2, 1 + 1 / e1])],
      ['out', close([1 / e2 / (1 + 1 / e2), 1 / (1 + 1 / e2), 1 / (1 + 1 / e1), 1 / e1 / (1 + 1 / e1)])],
    ])
  })

  test('x·W + b', () => {
    expect(partsOf('y = affine(x, W, b)', { x: [[1, 2]], W: [[3, 4], [5, 6]], b: [10, 20] })).toEqual([['dot', [13, 16]], ['out', [23, 36]]])
  })

  test('the cross-entropy of a softmax: −Σ t log y / N', () => {
    const [y0, y1, y2, y3] = [1 / (1 + e3), e3 / (1 + e3), 0.5, 0.5]
    const logs = [y0, y1, y2, y3].map(Math.log)
    expect(partsOf('y = softmaxWithLoss(x, t)', { x: [[0, 3], [7, 7]], t: [[0, 1], [0.25, 0.75]] })).toEqual([
      ['max', [3, 7]], ['shift', [-3, 0, 0, 0]], ['exp', close([1 / e3, 1, 1, 1])], ['sum', close([1 + 1 / e3, 2])], ['y', close([y0, y1, y2, y3])],
      ['log', close(logs)], ['times', close([0, logs[1]!, 0.25 * logs[2]!, 0.75 * logs[3]!])], ['total', close([logs[1]! + logs[2]!])], ['neg', close([-logs[1]! - logs[2]!])], ['out', close([(-logs[1]! - logs[2]!) / 2])],
    ])
  })

  test('half the squared error, over the rows', () => {
    expect(partsOf('y = identityWithLoss(x, t)', { x: [[1, 5], [2, 2]], t: [[0, 2], [2, 4]] })).toEqual([['diff', [1, 3, 0, -2]], ['square', [1, 9, 0, 4]], ['total', [14]], ['half', [7]], ['out', [3.5]]])
  })
})

describe('within an opened node', () => {
  test.each<[string, GraphDocument['inputs']]>([
    ['y = sigmoid(x)', { x: 2 }], ['y = softmax(x)', { x: [[1, 3], [5, 4]] }], ['y = softmaxWithLoss(x, t)', { x: [[0, 3], [7, 6]], t: [[0, 1], [0.25, 0.75]] }], ['y = identityWithLoss(x, t)', { x: [[1, 5], [2, 2]], t: [[0, 2], [2, 4]] }],
  ])('the gradient of %s flows from part to part, and arrives as from the whole', (expression, inputs) => {
    const [opened, closed] = [['y'], []].map(opened => traceOf({ expression, inputs, opened, ...expression.includes('softmax(') ? { upstream: [[1, -2], [0.5, 3]] } : {} }))
    for (const node of opened!.graph.nodes) if (node.kind === 'operation') expect(opened!.backward.gradients.get(node.id)?.data.every(Number.isFinite), node.id).toBe(true)
    // the gradients that the parts send to x add up to that of the closed node
    const sent = opened!.backward.contributions.get('x')!.reduce((sum, { value }) => sum.map((x, i) => x + value.data[i]!), opened!.forward.values.get('x')!.data.map(() => 0))
    expect(sent).toEqual(close(closed!.backward.gradients.get('x')!.data))
  })
})
