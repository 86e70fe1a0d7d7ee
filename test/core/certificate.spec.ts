import { certificate } from '@core'
import { expect, test } from 'vitest'

const entries = certificate()

test('every printed number is recomputed and agrees', () => {
  expect(entries.filter(({ agrees }) => agrees === false)).toEqual([])
  expect(entries.filter(({ agrees }) => agrees).length).toBeGreaterThan(80)
})

test('numbers that need MNIST are marked as not recomputed', () => {
  expect([...new Set(entries.filter(({ value }) => value === null).map(({ lesson }) => lesson))]).toEqual([24, 25])
})

test('exact numbers agree to at least 12 digits, rounded ones to all printed digits', () => {
  const total = entries.find(({ lesson, name }) => lesson === 2 && name === 'total')
  expect(total?.digits).toBeGreaterThanOrEqual(12)
  expect(entries.find(({ lesson, name }) => lesson === 14 && name === 'y[0]')?.digits).toBe(8)
})

test('a wrong number is detected', () => {
  const wrong = certificate({ accuracies: [0.9, 0.97, 0.97, 0.97, 0.97], checks: [{ path: 'affine1.W', checked: 1, mean: 1e-3, max: 1e-3, kinks: 0, kinkMax: 0 }] })
  const refused = wrong.filter(({ agrees }) => agrees === false).map(({ lesson, name }) => `${lesson} ${name}`)
  expect(refused).toEqual(['24 accuracy', '24 accuracy, seed 1', '25 W1'])
})
