import { heldOutShare, holdOut, type Split, unitRange } from '@core'
import { describe, expect, test } from 'vitest'

/** Image n is [n, 255 − n] and has the label n. */
const splitOf = (count: number): Split<ArrayBuffer> => ({
  count, images: Uint8Array.from({ length: 2 * count }, (_, i) => i % 2 === 0 ? i / 2 : 255 - (i - 1) / 2), labels: Uint16Array.from({ length: count }, (_, n) => n), normalization: unitRange,
})

describe('a tenth of the images', () => {
  test.each([[10, 1], [19, 1], [20, 2], [99, 9], [250, 25]])('of %i is %i images, and every image is in one of both parts', (count, held) => {
    const { train, test } = holdOut(splitOf(count))
    expect([train.count, test.count]).toEqual([count - held, held])
    const both = [...train.labels, ...test.labels]
    expect([...new Set(both)].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, n) => n))
  })

  test('keeps each image with its label, in the order of the file', () => {
    for (const { count, images, labels, normalization } of Object.values(holdOut(splitOf(250)))) {
      expect(normalization).toBe(unitRange)
      expect([images.length, labels.length]).toEqual([2 * count, count])
      for (let n = 0; n < count; n++) expect([images[2 * n], images[2 * n + 1]]).toEqual([labels[n], 255 - labels[n]!])
      expect([...labels]).toEqual([...labels].sort((a, b) => a - b))
    }
  })

  test('is always the same one, and not simply every tenth or the last ones', () => {
    const drawn = () => [...holdOut(splitOf(100)).test.labels]
    expect(drawn()).toEqual(drawn())
    const gaps = drawn().slice(1).map((label, i) => label - drawn()[i]!)
    expect(new Set(gaps).size).toBeGreaterThan(2)
    expect(drawn()).toHaveLength(100 / heldOutShare)
  })

  test('stays in shared memory', () => {
    const all = splitOf(20)
    const [images, labels] = [new Uint8Array(new SharedArrayBuffer(40)), new Uint16Array(new SharedArrayBuffer(40))]
    images.set(all.images)
    labels.set(all.labels)
    const { train, test } = holdOut({ ...all, images, labels })
    for (const memory of [train.images, train.labels, test.images, test.labels]) expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer)
  })
})
