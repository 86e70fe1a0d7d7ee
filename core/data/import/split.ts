import { Random } from '../../random'
import type { TestShare } from '../dataset'
import { memoryLike } from '../memory'
import { countsByClass, type ImportedImages, type LabelledImages } from './imported-images'

/** One image in ten, drawn with a fixed seed, so that a source gives the same dataset on every computer. */
export const usualTestShare: TestShare = { share: 0.1, seed: 10 }
export const testShareLimits = { min: 0.01, max: 0.5 } as const

/**
 * How many test images each class gives: its share, rounded so that the sum is the share of all images. A class of two images or more
 * gives at least one, and none gives all, unless all classes have a single image.
 * @param counts images of each class
 */
export function testCounts(counts: ArrayLike<number>, share: number): Uint32Array {
  const taken = Uint32Array.from(counts, count => Math.floor(share * count))
  const all = Array.from(counts).reduce((a, b) => a + b, 0)
  const missing = Math.max(1, Math.round(share * all)) - taken.reduce((a, b) => a + b, 0)
  const byRemainder = [...taken.keys()].sort((a, b) => (share * counts[b]! - taken[b]!) - (share * counts[a]! - taken[a]!) || a - b)
  for (const c of byRemainder.slice(0, Math.max(0, missing))) taken[c]! += 1
  const kept = taken.map((count, c) => Math.min(Math.max(count, 1), Math.max(0, counts[c]! - 1)))
  return kept.some(count => count > 0) ? kept : taken
}

/**
 * Takes test images from the training images, drawn by class; both parts keep the order of the images.
 * @returns the same object when it has test images already
 */
export function withTestImages<Memory extends ArrayBufferLike>(imported: ImportedImages<Memory>, classes: number, { share, seed }: TestShare): ImportedImages<Memory> {
  if (imported.test) return imported
  const { train } = imported
  const isTest = drawTest(train.labels, classes, { share, seed })
  return { ...imported, train: partOf(train, isTest, 0), test: partOf(train, isTest, 1) }
}

/** @returns 1 for each test image */
function drawTest(labels: Uint16Array, classes: number, { share, seed }: TestShare): Uint8Array {
  const counts = countsByClass(labels, classes)
  const wanted = testCounts(counts, share)
  const members = Array.from(counts, count => new Uint32Array(count))
  const filled = new Uint32Array(classes)
  labels.forEach((label, n) => { members[label]![filled[label]!++] = n })
  const random = new Random(seed)
  const isTest = new Uint8Array(labels.length)
  members.forEach((own, c) => {
    random.shuffle(own)
    for (const n of own.subarray(0, wanted[c])) isTest[n] = 1
  })
  return isTest
}

function partOf<Memory extends ArrayBufferLike>({ images, labels, labelWidth }: LabelledImages<Memory>, isTest: Uint8Array, part: 0 | 1): LabelledImages<Memory> {
  const size = images.length / labels.length
  const count = isTest.reduce((sum, value) => sum + Number(value === part), 0)
  const [own, ownLabels] = [new Uint8Array(memoryLike(images.buffer, count * size)), new Uint16Array(memoryLike(labels.buffer, 2 * count))]
  for (let n = 0, at = 0; n < labels.length; n++) {
    if (isTest[n] !== part) continue
    own.set(images.subarray(n * size, (n + 1) * size), at * size)
    ownLabels[at++] = labels[n]!
  }
  return { images: own, labels: ownLabels, labelWidth }
}
