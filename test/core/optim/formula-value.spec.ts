import { formulaValue, optimizers, optimizerSpec, type UpdateLine, updateLines } from '@core'
import { describe, expect, test } from 'vitest'

describe('a line of an optimizer’s rule', () => {
  test.each<[formula: string, value: number]>([
    ['W − η · dW', 5 - 0.5 * 3], ['0.25 v + 2 dW²', 0.25 * 8 + 2 * 9], ['m / (1 − 0.5ᵗ)', 6 / (1 - 0.125)], ['W − η · m̂ / (√v̂ + ε)', 5 - 0.5 * 7 / (4 + 1)], ['1e-3 m', 0.006],
    ['W · (1 − η · λ)', 5 * (1 - 0.5 * 0.25)],
  ])('%s is computed as it is written', (formula, value) => {
    expect(formulaValue(formula, { 'W': 5, 'dW': 3, 'v': 8, 'm': 6, 'm̂': 7, 'v̂': 16, 'η': 0.5, 'ε': 1, 'λ': 0.25, 't': 3 })).toBeCloseTo(value, 12)
  })

  test.each(optimizers.flatMap(kind => [[kind, 0], [kind, 0.01]] as const))('of %s, with weight decay %f, computes the number of the line', (kind, weightDecay) => {
    const lines = updateLines(optimizerSpec(kind, 0.1), { weight: 0.2, gradient: -0.03, state: [0.004, 0.0005], update: 3 }, weightDecay)
    for (const { formula, numbers, value } of lines as readonly UpdateLine[]) expect(formulaValue(formula, numbers)).toBeCloseTo(value, 12)
  })
})
