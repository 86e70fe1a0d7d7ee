import { type GraphDocument, isLabel, traceOf } from '@core'
import { expect, test } from 'vitest'

const labelsOf = (expression: string, more: Partial<GraphDocument> = {}) => {
  const trace = traceOf({ expression, inputs: { x: [1, 2], w: [2, 1], y: [1, 2], t: [0, 1] }, ...more })
  return trace.graph.nodes.map(({ id }) => id).filter(id => isLabel(trace, id))
}

test.each([
  ['softmaxWithLoss(w * x, t)'], ['identityWithLoss(w * x, t)'], ['softmaxWithLoss(x, t) + identityWithLoss(y, t)'],
])('an input that losses read as their target and nothing else reads is a label: %s', (expression) => {
  expect(labelsOf(expression)).toEqual(['t'])
})

test.each([['softmaxWithLoss(x, t)'], ['identityWithLoss(x, t)']])('a label is one whether its loss is open or closed: %s', (expression) => {
  expect(labelsOf(expression, { opened: ['n1'] })).toEqual(['t'])
})

test.each([
  ['is read by another operation, too', 'softmaxWithLoss(x * t, t)'], ['is the prediction as well', 'identityWithLoss(t, t)'],
  ['reaches the loss through another operation', 'softmaxWithLoss(x, 1 * t)'], ['is the whole graph', 't'], ['is read by no loss', 'sum(x * t)'],
])('an input that %s is no label', (_, expression) => {
  expect(labelsOf(expression)).toEqual([])
})

test('a target that an update changes is no label: the update uses its gradient', () => {
  expect(labelsOf('identityWithLoss(x, t)', { parameters: ['t'] })).toEqual([])
})
