import { countsByClass, firstOfClasses, type ImportedImages, usualTestShare, withTestImages } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { testCounts } from '../../../../core/data/import/split'

/** Images of one pixel, which is the image's number. */
const imagesOf = (labels: readonly number[]): ImportedImages => ({
  rows: 1, columns: 2, test: null, classes: null, source: 'x',
  train: { images: Uint8Array.from(labels.flatMap((_, n) => [n >> 8, n & 255])), labels: Uint16Array.from(labels), labelWidth: 2 },
})
const numbersOf = (images: Uint8Array): number[] => Array.from({ length: images.length / 2 }, (_, n) => 256 * images[2 * n]! + images[2 * n + 1]!)

describe('the test images of each class', () => {
  test.each([
    ['are its share', [50, 30, 20], 0.1, [5, 3, 2]],
    ['sum up to the share of all, 3.4 images to 3: the largest remainders are rounded up', [17, 9, 8], 0.1, [1, 1, 1]],
    ['are one at least where it has two', [1, 2, 100], 0.1, [0, 1, 10]],
    ['are never all of them', [2, 2, 96], 0.5, [1, 1, 48]],
    ['are one of all where each class has a single image', [1, 1, 1, 1], 0.1, [1, 0, 0, 0]],
    ['are none where there are none', [0, 20], 0.1, [0, 2]],
  ])('%s', (_, counts, share, expected) => {
    expect([...testCounts(counts, share)]).toEqual(expected)
  })
})

describe('test images that are taken from the training images', () => {
  const labels = Array.from({ length: 300 }, (_, n) => n % 7 === 0 ? 2 : n % 2)

  test('are drawn by class with the seed, and both parts keep their order', () => {
    const { train, test } = withTestImages(imagesOf(labels), 3, usualTestShare)
    const [kept, drawn] = [numbersOf(train.images), numbersOf(test!.images)]
    expect([...countsByClass(test!.labels, 3)]).toEqual([13, 13, 4]) // of 129, 128 and 43 images: 12.9, 12.8 and 4.3
    expect([...kept, ...drawn].sort((a, b) => a - b)).toEqual(labels.map((_, n) => n))
    for (const [part, numbers] of [[train, kept], [test!, drawn]] as const) {
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
      expect([...part.labels]).toEqual(numbers.map(n => labels[n]))
      expect(part.labelWidth).toBe(2)
    }
    expect(numbersOf(withTestImages(imagesOf(labels), 3, usualTestShare).test!.images)).toEqual(drawn)
    expect(numbersOf(withTestImages(imagesOf(labels), 3, { share: 0.1, seed: 11 }).test!.images)).not.toEqual(drawn)
  })

  test('are left as they are where the source has some', () => {
    const given = { ...imagesOf(labels), test: imagesOf([1, 2]).train }
    expect(withTestImages(given, 3, usualTestShare)).toBe(given)
  })

  test('of any labels are some but not all, and nothing is lost', () => {
    fc.assert(fc.property(fc.array(fc.nat(20), { minLength: 10, maxLength: 120 }), fc.double({ min: 0.01, max: 0.5, noNaN: true }), fc.nat(), (labels, share, seed) => {
      const { train, test } = withTestImages(imagesOf(labels), 21, { share, seed })
      expect(train.labels.length).toBeGreaterThan(0)
      expect(test!.labels.length).toBeGreaterThan(0)
      expect([...numbersOf(train.images), ...numbersOf(test!.images)].sort((a, b) => a - b)).toEqual(labels.map((_, n) => n))
    }), { seed: 3, numRuns: 100 })
  })
})

test('the first images of each class are found in one pass, in the order of the classes', () => {
  expect(firstOfClasses(Uint16Array.of(2, 0, 2, 0, 0, 5), 4, 2)).toEqual([[1, 3], [], [0, 2], []])
})
