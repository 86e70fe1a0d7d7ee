import { traceOf } from '@core'
import { describe, expect, test } from 'vitest'

/** Gradients and contributions that are not 0, but so small that only rounding can have left them */
function remainders(document: Parameters<typeof traceOf>[0]): readonly string[] {
  const { backward: { gradients, contributions } } = traceOf(document)
  const values = [...gradients, ...Array.from(contributions, ([id, sent]) => sent.map(({ value }) => [id, value] as const)).flat()]
  return values.filter(([, { data }]) => data.some(d => d !== 0 && Math.abs(d) < 1e-15)).map(([id]) => id)
}

describe('where the gradients of several paths cancel, the sum is 0, not what rounding left of it', () => {
  test('at the maximum that an opened softmax subtracts', () => {
    const document = { expression: 'L = softmaxWithLoss(A, T)', inputs: { A: [[0.3, 0.2, 0.5].map(Math.log)], T: [[0, 1, 0]] }, opened: ['L'] }
    expect(traceOf(document).backward.gradients.get('L/max')!.data).toEqual([0])
    expect(remainders(document)).toEqual([])
  })

  test('at the scores of a softmax whose outputs all get the same gradient', () => {
    for (const opened of [[], ['y']]) expect(remainders({ expression: 'y = softmax(a)', inputs: { a: [0.1, 1.7, -0.6, 0.3, 2.2] }, opened })).toEqual([])
  })

  test('but a gradient that is merely small stays as it is', () => {
    const { backward: { gradients } } = traceOf({ expression: 'L = softmaxWithLoss(A, T)', inputs: { A: [0, -20], T: [1, 0] }, opened: ['L'] })
    expect(gradients.get('A')!.data.map(d => d / Math.exp(-20))).toEqual([expect.closeTo(-1, 5), expect.closeTo(1, 5)])
  })
})
