import { expect, test } from 'vitest'
import { csv } from '../../../renderer/lib/csv'

test('CSV quotes where necessary and keeps every digit', () => {
  expect(csv([['a "b"', 'c,d'], [0.1 + 0.2, -1e-9]])).toBe('"a ""b""","c,d"\r\n0.30000000000000004,-1e-9\r\n')
})
