import { expect, test } from 'vitest'
import { nearest } from '../../core/nearest'
import { entry } from '../../core/certificate/entry'
import { latexOf } from '@core'

test('a single letter is no abbreviation of a word of one part', () => {
  expect(nearest('l', ['layers', 'seed'])).toBeUndefined()
  expect(nearest('lr', ['layers', 'learning-rate'])).toBe('learning-rate')
})

test('a wanted 0 that agrees has one digit, any other number sixteen', () => {
  expect(entry(1, 'zero', '0', 0, 'exact')).toMatchObject({ digits: 1, agrees: true })
  expect(entry(1, 'two', '2', 2, 'exact')).toMatchObject({ digits: 16, agrees: true })
})

test('the LaTeX of a number that was stretched over a vector adds up what comes back', () => {
  expect(latexOf({ expression: 'v * s', inputs: { v: [1, 2, 3], s: 2 }, upstream: [1, 1, 1] })).toMatch(/partial s\} &= \\sum/)
})
