import { describe, expect, test } from 'vitest'
import { readAll, certainDigits, surroundings } from '../core/data/surroundings'

describe('each of thirty digits is classified correctly or a warning is given, whatever surrounds it:', () => {
  test.each(surroundings)('%s', (_, draw) => {
    const { wrong, told } = readAll(certainDigits, draw)
    expect(wrong).toEqual([])
    expect(told).toBeLessThanOrEqual(1) // a warning is correct but does not excuse a misreading
  })
})
