import { crc32 as crc32OfNode } from 'node:zlib'
import { Random } from '@core'
import { expect, test } from 'vitest'
import { crc32 } from '../../../core/formats/crc32'

const random = new Random(1)
const bytes = Uint8Array.from({ length: 1000 }, () => random.integer(256))

test('is the checksum that Node computes, at every length and offset', () => {
  for (let from = 0; from < 17; from++) for (let to = from; to < 60; to++) expect(crc32(bytes.subarray(from, to))).toBe(crc32OfNode(bytes.subarray(from, to)))
  expect(crc32(bytes)).toBe(crc32OfNode(bytes))
})

test('continues from the checksum of the bytes before', () => {
  for (const at of [0, 1, 8, 500, 1000]) expect(crc32(bytes.subarray(at), crc32(bytes.subarray(0, at)))).toBe(crc32OfNode(bytes))
})
