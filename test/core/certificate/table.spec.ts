import { certificate, certificateSeeds } from '@core'
import { describe, expect, test } from 'vitest'

// Numbers printed in the book and the course, lesson by lesson: name in the certificate and printed text.
const vector = (name: string, ...printed: string[]) => printed.map((text, i) => `${name}[${i}] ${text}`)
const matrix = (name: string, rows: readonly (readonly string[])[]) => rows.flatMap((row, i) => row.map((text, j) => `${name}[${i}][${j}] ${text}`))
const shop = ['total 715', '∂apple 2.2', '∂count 110', '∂orange 3.3', '∂orangeCount 165', '∂tax 650']
const printed: Readonly<Record<number, readonly string[]>> = {
  1: ['y, −ln y = 0.6774 .508', '|Δ ∂L/∂w| ≤1e-8'],
  2: ['total 220'],
  3: ['∂apple 2.2', '∂count 110', '∂tax 200'],
  6: ['∂z/∂x − 2(x + y) 0'],
  7: ['∂x 1.3', '∂y 1.3'],
  8: ['∂x 6.5', '∂y 13'],
  9: ['∂x 6'],
  10: shop,
  11: shop,
  12: [...vector('y', '0', '0'), ...vector('∂x', '0', '0')],
  13: ['|y² exp(−x) − y(1 − y)| ≤1e-15', '|Δ ∂x| ≤1e-15'],
  14: vector('y', '0.31682708', '0.69627909'),
  15: [...vector('softmax', '.0182', '.2452', '.7366'), 'Σ softmax(1010, 1000, 990) 1'],
  16: [...vector('∂X − ∂Y·Wᵀ', '0', '0'), ...matrix('∂W − Xᵀ·∂Y', [['0', '0', '0'], ['0', '0', '0']])],
  17: [...vector('∂B', '5', '7', '9'), ...vector('shape (3, −1) of 12', '3', '4'), ...vector('shape of ∂X', '3', '2', '2', '1')],
  18: ['loss 0'],
  19: [...vector('y − t', '.3', '-.8', '.5'), ...vector('opened', '.3', '-.8', '.5'), ...vector('y − t, y₁ = .99', '.01', '-.01', '0')],
  20: matrix('(y − t)/N', [['.15', '-.4', '.25'], ['.05', '-.1', '.05']]),
  21: ['loss .0963129', ...vector('y − t', '.31682708', '-.30372091')],
  22: [...vector('∂A', '-.5937', '.5937'), ...vector('∂A, ½Σ(y − t)²', '-.2864', '.2864')],
  23: [
    ...matrix('dW3', [['.19841', '-.19021'], ['.24428', '-.23417']]),
    ...matrix('dW2', [['-.00799', '-.00589'], ['-.00930', '-.00686'], ['-.01044', '-.00770']]),
    ...matrix('dW1', [['-.00134', '-.00175', '-.00194'], ['-.00067', '-.00088', '-.00097']]),
    ...vector('y′', '.25402', '.75705'), 'loss′ .06178',
  ],
  24: ['accuracy ≥0.969', ...[1, 2, 3, 4, 5].map(seed => `accuracy, seed ${seed} ≥0.966`)],
  25: ['W1 ≤1e-7', 'b1 ≤1e-7', 'W2 ≤1e-7', 'b2 ≤1e-7'],
}

const check = (path: string, mean: number) => ({ path, checked: 1, mean, max: mean, kinks: 0, kinkMax: 0 })

describe('the certificate', () => {
  test.each(Object.entries(printed))('of lesson %s holds all numbers printed there, in order', (lesson, expected) => {
    expect(certificate().filter(entry => entry.lesson === Number(lesson)).map(({ name, printed }) => `${name} ${printed}`)).toEqual(expected)
  })

  test('lists the lessons in order, and nothing else', () => {
    const lessons = certificate().map(({ lesson }) => lesson)
    expect(lessons).toEqual([...lessons].sort((a, b) => a - b))
    expect([...new Set(lessons)].map(String)).toEqual(Object.keys(printed))
  })

  test('stores each measured number under its own name', () => {
    const entries = certificate({ accuracies: [0.97, 0.971, 0.972, 0.973, 0.964], checks: [check('affine2.b', 4e-8), check('affine1.W', 1e-8), check('affine1.b', 2e-8), check('affine2.W', 3e-7)] })
    const of = (lesson: number) => entries.filter(entry => entry.lesson === lesson).map(({ name, value, agrees }) => [name, value, agrees])
    expect(of(24)).toEqual([['accuracy', expect.closeTo(0.97, 12), true], ['accuracy, seed 1', 0.97, true], ['accuracy, seed 2', 0.971, true], ['accuracy, seed 3', 0.972, true], ['accuracy, seed 4', 0.973, true], ['accuracy, seed 5', 0.964, false]])
    expect(of(25)).toEqual([['W1', 1e-8, true], ['b1', 2e-8, true], ['W2', 3e-7, false], ['b2', 4e-8, true]])
  })

  test('has no mean yet when only some of the trainings are done', () => {
    const entries = certificate({ accuracies: [0.97, 0.9] }).filter(({ lesson }) => lesson === 24)
    expect(entries.map(({ agrees }) => agrees)).toEqual([null, true, false, null, null, null])
    expect(certificateSeeds).toEqual([1, 2, 3, 4, 5])
  })
})
