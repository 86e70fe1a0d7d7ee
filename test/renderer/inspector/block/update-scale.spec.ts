import { expect, test } from 'vitest'
import { decadeText, placeOnScale } from '../../../../renderer/inspector/block/update-scale'

test('the scale of updates is logarithmic from 10⁻⁶ to 1, and what lies beyond stands at its end', () => {
  expect([1e-6, 1e-3, 1, 1e-9, 25].map(placeOnScale)).toEqual([0, expect.closeTo(0.5, 12), 1, 0, 1])
  expect([-6, -1, 0].map(decadeText)).toEqual(['10⁻⁶', '10⁻¹', '1'])
})
