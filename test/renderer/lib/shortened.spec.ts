import { expect, test } from 'vitest'
import { shortened } from '../../../renderer/lib/shortened'

test('a name that does not fit loses letters of its middle', () => {
  const within = (most: number) => (text: string) => text.length <= most
  expect(shortened('Ankle boot', within(10))).toBe('Ankle boot')
  expect(shortened('Ankle boot', within(9))).toBe('Ankl…boot')
  expect(shortened('✗ T-shirt/top', within(8))).toBe('✗ T-…top')
  expect(shortened('바지와 치마', within(4))).toBe('바지…마')
  expect(shortened('ab', within(1))).toBe('ab')
})
