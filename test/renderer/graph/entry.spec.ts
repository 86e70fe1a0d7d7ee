import { describe, expect, test } from 'vitest'
import { entryOf, pressed, readEntry, stepOf } from '../../../renderer/graph/entry'

describe('what is typed into an input', () => {
  test.each<[string, unknown]>([
    ['3', 3], [' −1.5 ', -1.5], ['.5', 0.5], ['5.', 5], ['１２．５', 12.5], ['1e-3', 0.001], ['+2', 2],
    ['[1, 2]', [1, 2]], ['[[1, .5], [−3, 4.]]', [[1, 0.5], [-3, 4]]], ['[[[1]]]', [[[1]]]], ['[1e-3, +2]', [0.001, 2]],
    ['1 2', [1, 2]], ['1, 2', [1, 2]], ['1 2; 3 4', [[1, 2], [3, 4]]], ['1 2\n3 4', [[1, 2], [3, 4]]],
  ])('%j is read', (text, value) => {
    expect(readEntry(text)).toEqual(value)
  })

  test.each(['', '  ', 'two', '1.2.3', '[1, 2', '[1, two]', '[null]', '{"a": 1}', '1e999', '[1e999]', 'Infinity', '0x10', '1 two'])('%j is refused', (text) => {
    expect(() => readEntry(text)).toThrow(expect.objectContaining({ code: 'graph.inputValue' }) as Error)
  })

  test.each<[number | readonly (readonly number[])[], string]>([[0.1, '0.1'], [-3, '−3'], [[[1, -2], [3, 4]], '[[1, −2], [3, 4]]']])('%j is written, and read back the same', (value, text) => {
    expect(entryOf(value)).toBe(text)
    expect(readEntry(text)).toEqual(value)
  })
})

describe('an arrow key', () => {
  test('moves by a tenth of the number\'s own size', () => {
    expect([100, 1.1, 0.05, -2, 0].map(stepOf)).toEqual([10, 0.1, 0.001, 0.1, 0.1])
  })

  test('leaves no digits behind', () => {
    expect([pressed(0.1, 2), pressed(1.1, 1), pressed(100, -1), pressed(0, -1)]).toEqual([0.12, 1.2, 90, -0.1])
  })
})
