import { pictureKind, type PictureKind, pictureSize } from '@core'
import { expect, test } from 'vitest'
import { bmp, jpeg, png, webp } from './picture-headers'

const cases: readonly (readonly [string, PictureKind, Uint8Array])[] = [
  ['PNG', 'PNG', png(300, 200)],
  ['JPEG', 'JPEG', jpeg(300, 200)],
  ['progressive JPEG', 'JPEG', jpeg(300, 200, { frame: 0xc2 })],
  ['JPEG with a preview and a fill byte', 'JPEG', jpeg(300, 200, { before: [0xff, 0xe1, 0x00, 0x06, 0xff, 0xc0, 0x11, 0x22, 0xff] })],
  ['WebP, lossy', 'WebP', webp('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, 300 & 0xff, 300 >> 8, 200, 0])],
  ['WebP, lossless', 'WebP', webp('VP8L', [0x2f, (299 & 0xff), 299 >> 8 | (199 & 3) << 6, 199 >> 2 & 0xff, 0])],
  ['WebP, extended', 'WebP', webp('VP8X', [0, 0, 0, 0, 299 & 0xff, 299 >> 8, 0, 199, 0, 0])],
  ['BMP', 'BMP', bmp(300, 200)],
  ['BMP with its rows from the top', 'BMP', bmp(300, -200)],
]

test.each(cases)('the size of a %s is read from its header', (_, kind, bytes) => {
  expect(pictureKind(bytes)).toBe(kind)
  expect(pictureSize(bytes, kind)).toEqual({ width: 300, height: 200 })
})

test.each(cases)('a %s that is cut within its header has no size, and is no bug', (_, kind, bytes) => {
  for (let length = 0; length < bytes.length; length++) expect(pictureSize(bytes.subarray(0, length), kind) ?? { width: 300, height: 200 }).toEqual({ width: 300, height: 200 })
  expect(pictureSize(bytes.subarray(0, 12), kind)).toBeNull()
})

test('a JPEG without a frame before its scan has no size', () => {
  expect(pictureSize(Uint8Array.from([0xff, 0xd8, 0xff, 0xda, 0x00, 0x02, 0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1]), 'JPEG')).toBeNull()
  expect(pictureSize(Uint8Array.from([0xff, 0xd8, 0x12, 0x34, 0x56]), 'JPEG')).toBeNull()
})

test('any other file is of no kind', () => {
  for (const text of ['GIF89a', '%PDF-1.7', 'just a text', '']) expect(pictureKind(new TextEncoder().encode(text))).toBeNull()
})
