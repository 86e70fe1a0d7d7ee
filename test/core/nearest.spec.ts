import { expect, test } from 'vitest'
import { nearest } from '../../core/nearest'
import { entry } from '../../core/certificate/entry'

test('a single letter is not an abbreviation of a one-part word', () => {
  expect(nearest('l', ['layers', 'seed'])).toBeUndefined()
  expect(nearest('lr', ['layers', 'learning-rate'])).toBe('learning-rate')
})

test('an expected 0 that agrees has one digit, any other number sixteen', () => {
  expect(entry(1, 'zero', '0', 0, 'exact')).toMatchObject({ digits: 1, agrees: true })
  expect(entry(1, 'two', '2', 2, 'exact')).toMatchObject({ digits: 16, agrees: true })
})
