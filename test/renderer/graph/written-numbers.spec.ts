import { describe, expect, test } from 'vitest'
import { numbersFor } from '../../../renderer/lib/useNumbers'
import { fonts } from '../../../renderer/graph/layout/sizes'
import { textWidth } from '../../../renderer/graph/layout/text-width'
import { fieldText } from '../../../renderer/graph/layout/number-text'

const numbers = numbersFor('en')
/** Width of the text in an input's field in the graph, in CSS pixels: 88 with a padding of 6 on each side */
const room = 88 - 2 * 6

// Cause: an ellipsis replaced the last digits: −0.01235 read "−0.01…".
describe('a number in an input’s field', () => {
  const values = [0, 3, -3, 100, 0.3168, -0.31684, -0.012345, 12_345, -123_456, 999_999, 1e6, -1.2345e-5, 1.2345e-300, -9.87654e300, Infinity, NaN, -0.00012345, 99_999.5]

  test.each(values)('%f fits into the field', (value) => {
    expect(textWidth(fieldText(value, numbers), fonts.name)).toBeLessThanOrEqual(room)
  })

  test.each(values.filter(value => Number.isFinite(value) && value !== 0))('%f is that number, within a twentieth', (value) => {
    const read = Number(fieldText(value, numbers).replaceAll('−', '-').replaceAll(',', ''))
    expect(Math.abs(read / value - 1)).toBeLessThanOrEqual(0.05)
  })

  test('keeps four digits when they fit', () => {
    expect([0.3168, 12_345, 2].map(value => fieldText(value, numbers))).toEqual(['0.3168', '12,345', '2'])
  })
})
