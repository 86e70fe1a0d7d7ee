import { checkIdxPair, parseIdxImages, parseIdxLabels } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { idxOf, refusal } from './bytes'

const images = () => idxOf(0x803, [3, 2, 4], Array.from({ length: 24 }, (_, i) => i * 10))
const labels = () => idxOf(0x801, [3], [0, 9, 5])
const refusedImages = (bytes: Uint8Array) => refusal(() => parseIdxImages(bytes, 'images'))
const refusedLabels = (bytes: Uint8Array, classes = 10) => refusal(() => parseIdxLabels(bytes, 'labels', classes))

describe('images', () => {
  test('are read as count, rows, columns and a view of the bytes', () => {
    const bytes = images()
    const read = parseIdxImages(bytes, 'images')
    expect(read).toMatchObject({ count: 3, rows: 2, columns: 4 })
    expect([...read.images]).toEqual(Array.from({ length: 24 }, (_, i) => i * 10))
    expect(read.images.buffer).toBe(bytes.buffer)
  })

  test('are read out of the middle of a larger buffer', () => {
    const large = new Uint8Array(100)
    large.set(images(), 13)
    expect(parseIdxImages(large.subarray(13, 13 + images().length), 'images').images[1]).toBe(10)
  })

  test('may be zero in number', () => {
    expect(parseIdxImages(idxOf(0x803, [0, 28, 28], []), 'images').images).toHaveLength(0)
  })

  test.each([0, 0x801, 0x802, 0x804, 0x903, 0xd03, 0x03080000, 0x1f8b0800])('with the magic %i are refused', (magic) => {
    expect(refusedImages(idxOf(magic, [3, 2, 4], new Uint8Array(24))))
      .toEqual({ code: 'idx.magic', file: 'images', wanted: '0x00000803', found: `0x${magic.toString(16).padStart(8, '0')}` })
  })

  test.each([0, 1, 3])('of %i bytes have no magic', (length) => {
    expect(refusedImages(images().subarray(0, length))).toMatchObject({ code: 'idx.magic', found: `${length} bytes` })
  })

  test.each([4, 8, 15])('that end inside the header, after %i bytes, are refused', (length) => {
    expect(refusedImages(images().subarray(0, length))).toEqual({ code: 'idx.length', file: 'images', wanted: 16, found: length })
  })

  test('that are a byte too short or too long are refused', () => {
    expect(refusedImages(images().subarray(0, 39))).toEqual({ code: 'idx.length', file: 'images', wanted: 40, found: 39 })
    expect(refusedImages(new Uint8Array([...images(), 0]))).toMatchObject({ code: 'idx.length', wanted: 40, found: 41 })
  })

  test('whose header promises all memory are refused without allocating it', () => {
    expect(refusedImages(idxOf(0x803, [0xffffffff, 0xffffffff, 0xffffffff], [1, 2, 3])).code).toBe('idx.length')
    expect(refusedImages(idxOf(0x803, [0xffffffff, 1, 1], [1, 2, 3])).code).toBe('idx.length')
  })

  // With 64-bit overflow its length would be 16 + 2³² · 2³² · 1 = 16; JavaScript's numbers do not overflow.
  test('whose size overflows 64 bits to zero are refused', () => {
    expect(refusedImages(idxOf(0x803, [0x80000000, 0x80000000, 4], [])).code).toBe('idx.length')
  })
})

describe('labels', () => {
  test('are read as one class each', () => {
    expect([...parseIdxLabels(labels(), 'labels', 10)]).toEqual([0, 9, 5])
  })

  test('beyond the last class are refused, with their position', () => {
    expect(refusedLabels(labels(), 9)).toEqual({ code: 'idx.label', file: 'labels', index: 1, wanted: '0–8', found: 9 })
    expect(refusedLabels(labels(), 10).code).toMatch(/accepted/)
  })

  test('with another magic or length are refused', () => {
    expect(refusedLabels(images())).toMatchObject({ code: 'idx.magic', wanted: '0x00000801' })
    expect(refusedLabels(labels().subarray(0, 7))).toMatchObject({ code: 'idx.length', wanted: 8, found: 7 })
    expect(refusedLabels(labels().subarray(0, 10))).toMatchObject({ code: 'idx.length', wanted: 11, found: 10 })
    expect(refusedLabels(new Uint8Array([...labels(), 1])).code).toBe('idx.length')
  })
})

describe('images with their labels', () => {
  const pair = (count: number, wanted = { file: 'images', rows: 2, columns: 4 }) =>
    refusal(() => { checkIdxPair(parseIdxImages(images(), 'images'), new Uint8Array(count), wanted) })

  test('match when both have the same count', () => {
    expect(pair(3).code).toMatch(/accepted/)
    expect(pair(2)).toEqual({ code: 'idx.count', file: 'images', wanted: 3, found: 2 })
    expect(pair(4)).toMatchObject({ code: 'idx.count', found: 4 })
  })

  test('of another size are refused', () => {
    expect(pair(3, { file: 'images', rows: 28, columns: 28 })).toEqual({ code: 'idx.size', file: 'images', wanted: '28×28', found: '2×4' })
    expect(pair(3, { file: 'images', rows: 4, columns: 2 }).code).toBe('idx.size')
  })
})

test('every truncation of a valid file is refused', () => {
  for (let length = 0; length < images().length; length++) expect(String(refusedImages(images().subarray(0, length)).code)).toMatch(/^idx\./)
  for (let length = 0; length < labels().length; length++) expect(String(refusedLabels(labels().subarray(0, length)).code)).toMatch(/^idx\./)
})

test('any bytes, and any flipped bits, are read or refused with a FormatError and nothing else', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => { refusedImages(bytes); refusedLabels(bytes) }), { seed: 1, numRuns: 2000 })
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(39), fc.nat(255)), { minLength: 1, maxLength: 6 }), (flips) => {
    const [a, b] = [images(), labels()]
    for (const [at, bits] of flips) {
      a[at] = a[at]! ^ bits
      b[at % b.length] = b[at % b.length]! ^ bits
    }
    refusedImages(a)
    refusedLabels(b)
  }), { seed: 2, numRuns: 3000 })
})
