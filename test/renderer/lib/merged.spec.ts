import { expect, test } from 'vitest'
import { merged } from '../../../renderer/lib/merged'

const placed = (text: string) => text.split(' ').map(item => ({ at: Number(item.slice(0, -1)), from: item.slice(-1) }))
const at = ({ at }: { readonly at: number }) => at

test('two ascending lists become one, in which the added item takes the place of the old one', () => {
  expect(merged(placed('1a 5a 9a'), placed('0b 5b 6b 12b'), at)).toEqual(placed('0b 1a 5b 6b 9a 12b'))
  expect(merged([], placed('3b'), at)).toEqual(placed('3b'))
  expect(merged(placed('3a'), [], at)).toEqual(placed('3a'))
})
