import { describe, expect, test } from 'vitest'
import { readAll, certainDigits, surroundings } from './surroundings'

// Two digits per kind of surroundings, of changing classes: all combinations take a minute and are in test/long.
const cases = surroundings.map(([name, draw], i) => ({ name, draw, numbers: [2 * i, 2 * i + 13].map(k => certainDigits[k % certainDigits.length]!) }))

describe('a digit is classified correctly or a warning is given, whatever surrounds it:', () => {
  test('there are many kinds of surroundings, and three digits of each class, all of which are used', () => {
    expect(surroundings.length).toBeGreaterThanOrEqual(40)
    expect(certainDigits).toHaveLength(30)
    expect(new Set(cases.flatMap(({ numbers }) => numbers)).size).toBe(30)
  })

  test.each(cases)('$name', ({ draw, numbers }) => {
    const { wrong, told } = readAll(numbers, draw)
    expect(wrong).toEqual([])
    expect(told).toBe(0) // a warning is correct but does not excuse a misreading
  })
})
