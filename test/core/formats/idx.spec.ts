import { checkIdxPair, checkSameSize, idxHeaderBytes, parseIdxImages, parseIdxLabels, Random, readIdxHeader } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { idxOf, refusal } from './bytes'

const images = () => idxOf(0x803, [3, 2, 4], Array.from({ length: 24 }, (_, i) => i * 10))
const labels = () => idxOf(0x801, [3], [0, 9, 5])
const refusedImages = (bytes: Uint8Array) => refusal(() => parseIdxImages(bytes, 'images'))
const refusedLabels = (bytes: Uint8Array, classes = 10) => refusal(() => parseIdxLabels(bytes, 'labels', classes))

/** Labels as big-endian numbers of 1, 2 or 4 bytes, the wider ones with a sign. */
function labelsOf(width: 1 | 2 | 4, values: readonly number[]): Uint8Array {
  const data = new DataView(new ArrayBuffer(width * values.length))
  const write = { 1: (i: number, value: number) => { data.setUint8(i, value) }, 2: (i: number, value: number) => { data.setInt16(2 * i, value) }, 4: (i: number, value: number) => { data.setInt32(4 * i, value) } }[width]
  values.forEach((value, i) => { write(i, value) })
  return idxOf({ 1: 0x801, 2: 0xb01, 4: 0xc01 }[width], [values.length], new Uint8Array(data.buffer))
}

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

  test('of 1×1 and of 128×128 are the smallest and the largest', () => {
    expect(parseIdxImages(idxOf(0x803, [2, 1, 1], [7, 8]), 'images')).toMatchObject({ count: 2, rows: 1, columns: 1 })
    expect(parseIdxImages(idxOf(0x803, [1, 128, 128], new Uint8Array(16_384)), 'images')).toMatchObject({ rows: 128, columns: 128 })
  })

  test.each([[129, 1], [1, 129], [0, 4], [4, 0], [0xffffffff, 1]])('of %i×%i are refused, at the byte of their size', (rows, columns) => {
    expect(refusedImages(idxOf(0x803, [1, rows, columns], new Uint8Array(4)))).toEqual({ code: 'idx.size', file: 'images', at: 8, wanted: '1×1–128×128', found: `${rows}×${columns}` })
  })

  test('that are none are refused, at the byte of their count', () => {
    expect(refusedImages(idxOf(0x803, [0, 28, 28], []))).toEqual({ code: 'idx.empty', file: 'images', at: 4, wanted: 1, found: 0 })
  })

  test.each([0, 0x802, 0x804, 0x903, 0xd03, 0x03080000, 0x1f8b0800])('with the magic %i are refused', (magic) => {
    expect(refusedImages(idxOf(magic, [3, 2, 4], new Uint8Array(24))))
      .toEqual({ code: 'idx.magic', file: 'images', at: 0, wanted: '0x00000803', found: `0x${magic.toString(16).padStart(8, '0')}` })
  })

  test.each([0, 1, 3])('of %i bytes have no magic', (length) => {
    expect(refusedImages(images().subarray(0, length))).toMatchObject({ code: 'idx.magic', at: 0, found: `${length} bytes` })
  })

  test.each([4, 8, 15])('that end inside the header, after %i bytes, are refused there', (length) => {
    expect(refusedImages(images().subarray(0, length))).toEqual({ code: 'idx.length', file: 'images', at: length, wanted: 16, found: length })
  })

  test('that are a byte too short or too long are refused, at the byte where they end or should have', () => {
    expect(refusedImages(images().subarray(0, 39))).toEqual({ code: 'idx.length', file: 'images', at: 39, wanted: 40, found: 39 })
    expect(refusedImages(new Uint8Array([...images(), 0]))).toMatchObject({ code: 'idx.length', at: 40, wanted: 40, found: 41 })
  })

  test('whose header promises more than 512 MB are refused without allocating it', () => {
    expect(refusedImages(idxOf(0x803, [32_768, 128, 128], [1, 2, 3]))).toEqual({ code: 'idx.tooLarge', file: 'images', at: 4, wanted: '512 MB', found: '513 MB', max: '512 MB' })
    expect(refusedImages(idxOf(0x803, [32_767, 128, 128], [1, 2, 3])).code).toBe('idx.length')
    expect(refusedImages(idxOf(0x803, [0xffffffff, 128, 128], [1, 2, 3])).code).toBe('idx.tooLarge')
  })

  test('may be limited to what other files have left', () => {
    const start = images().subarray(0, idxHeaderBytes)
    expect(readIdxHeader(start, 'images', 'images', 40)).toEqual({ dimensions: [3, 2, 4], from: 16, width: 1, bytes: 40 })
    expect(refusal(() => readIdxHeader(start, 'images', 'images', 39)).code).toBe('idx.tooLarge')
  })
})

describe('labels', () => {
  test.each([1, 2, 4] as const)('of %i bytes are read as 16 bits each', (width) => {
    const read = parseIdxLabels(labelsOf(width, [0, 9, 255]), 'labels')
    expect(read).toBeInstanceOf(Uint16Array)
    expect([...read]).toEqual([0, 9, 255])
  })

  test.each([2, 4] as const)('of %i bytes go up to 999, big-endian', (width) => {
    expect([...parseIdxLabels(labelsOf(width, [999, 256, 1]), 'labels')]).toEqual([999, 256, 1])
    expect(refusal(() => parseIdxLabels(labelsOf(width, [0, 1000]), 'labels'))).toEqual({ code: 'idx.label', file: 'labels', at: 8 + width, index: 1, wanted: '0–999', found: 1000 })
  })

  test.each([2, 4] as const)('of %i bytes that are negative are refused', (width) => {
    expect(refusal(() => parseIdxLabels(labelsOf(width, [1, 2, -1]), 'labels'))).toMatchObject({ code: 'idx.label', at: 8 + 2 * width, index: 2, found: -1 })
  })

  test('that would be valid in their lower 16 bits only are refused', () => {
    expect(refusal(() => parseIdxLabels(labelsOf(4, [65_536 + 3]), 'labels'))).toMatchObject({ code: 'idx.label', found: 65_539 })
  })

  test('in shared memory stay in shared memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(11))
    shared.set(labels())
    expect(parseIdxLabels(shared, 'labels').buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(parseIdxLabels(labels(), 'labels').buffer).toBeInstanceOf(ArrayBuffer)
  })

  test('beyond the last class are refused, with their position', () => {
    expect(refusedLabels(labels(), 9)).toEqual({ code: 'idx.label', file: 'labels', at: 9, index: 1, wanted: '0–8', found: 9 })
    expect(refusedLabels(labels(), 10).code).toMatch(/accepted/)
  })

  test('of another type, magic or length are refused', () => {
    expect(refusedLabels(idxOf(0x901, [3], [0, 9, 5]))).toMatchObject({ code: 'idx.magic', wanted: '0x00000801, 0x00000b01, 0x00000c01', found: '0x00000901' })
    expect(refusedLabels(idxOf(0x801, [0], []))).toMatchObject({ code: 'idx.empty', at: 4 })
    expect(refusedLabels(labels().subarray(0, 7))).toMatchObject({ code: 'idx.length', wanted: 8, found: 7 })
    expect(refusedLabels(labels().subarray(0, 10))).toMatchObject({ code: 'idx.length', wanted: 11, found: 10 })
    expect(refusedLabels(new Uint8Array([...labels(), 1])).code).toBe('idx.length')
    expect(refusedLabels(labelsOf(2, [1, 2]).subarray(0, 11))).toMatchObject({ code: 'idx.length', wanted: 12, found: 11 })
  })
})

describe('images with their labels', () => {
  const pair = (count: number) => refusal(() => { checkIdxPair(parseIdxImages(images(), 'images'), new Uint16Array(count), { images: 'images', labels: 'labels' }) })

  test('match when both have the same count', () => {
    expect(pair(3).code).toMatch(/accepted/)
    expect(pair(2)).toEqual({ code: 'idx.count', file: 'images', labels: 'labels', at: 4, wanted: 3, found: 2 })
    expect(pair(4)).toMatchObject({ code: 'idx.count', found: 4 })
  })

  test('that changed places are told apart from other files', () => {
    expect(refusedImages(labels())).toEqual({ code: 'idx.swapped', file: 'images', at: 0, wanted: '0x00000803', found: '0x00000801' })
    expect(refusedImages(labelsOf(2, [1])).code).toBe('idx.swapped')
    expect(refusedLabels(images())).toMatchObject({ code: 'idx.swapped', wanted: '0x00000801, 0x00000b01, 0x00000c01', found: '0x00000803' })
  })

  test('for testing must have the size of those for training', () => {
    const sizes = (rows: number, columns: number) => refusal(() => { checkSameSize({ rows: 2, columns: 4 }, { rows, columns }, 'test images') })
    expect(sizes(2, 4).code).toMatch(/accepted/)
    expect(sizes(4, 2)).toEqual({ code: 'idx.size', file: 'test images', at: 8, wanted: '2×4', found: '4×2' })
    expect(sizes(2, 5).code).toBe('idx.size')
    expect(sizes(3, 4).code).toBe('idx.size')
  })
})

test('every truncation of a valid file is refused', () => {
  for (let length = 0; length < images().length; length++) expect(String(refusedImages(images().subarray(0, length)).code)).toMatch(/^idx\./)
  for (let length = 0; length < labels().length; length++) expect(String(refusedLabels(labels().subarray(0, length)).code)).toMatch(/^idx\./)
})

test('any size from 1×1 to 128×128, any classes up to 1,000 and any count are read back as they were written', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 128 }), fc.integer({ min: 1, max: 128 }), fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 300 }), fc.nat(), (rows, columns, classes, count, seed) => {
    const random = new Random(seed)
    const pixels = Uint8Array.from({ length: Math.min(count, 20) * rows * columns }, () => random.integer(256))
    const read = parseIdxImages(idxOf(0x803, [Math.min(count, 20), rows, columns], pixels), 'images')
    expect([read.count, read.rows, read.columns]).toEqual([Math.min(count, 20), rows, columns])
    expect(Buffer.compare(read.images, pixels)).toBe(0)
    const numbers = Array.from({ length: count }, () => random.integer(classes))
    for (const width of classes > 256 ? [2, 4] as const : [1, 2, 4] as const) expect([...parseIdxLabels(labelsOf(width, numbers), 'labels', classes)]).toEqual(numbers)
  }), { seed: 3, numRuns: 60 })
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
