import { Random } from '../random'
import type { Split } from './dataset'
import { memoryLike } from './memory'

/** Without test files, one image in ten is held out. */
export const heldOutShare = 10
/** Always the same, so that a dataset has the same test images on every computer. */
const seed = 10

/**
 * Splits a tenth of the images off, drawn with a fixed seed; both parts keep the order of the images.
 * @param all at least ten images; its memory is reused for the larger part
 */
export function holdOut<Memory extends ArrayBufferLike>({ count, images, labels, normalization }: Split<Memory>): { readonly train: Split<Memory>, readonly test: Split<Memory> } {
  const size = images.length / count
  const drawn = drawTenth(count)
  const kept = count - drawn.length
  const testImages = new Uint8Array(memoryLike(images.buffer, drawn.length * size))
  const testLabels = new Uint16Array(memoryLike(labels.buffer, 2 * drawn.length))
  for (let n = 0, train = 0, test = 0; n < count; n++) {
    const isTest = drawn[test] === n
    const at = isTest ? test++ : train++
    const image = images.subarray(n * size, (n + 1) * size);
    (isTest ? testImages : images).set(image, at * size);
    (isTest ? testLabels : labels)[at] = labels[n]!
  }
  return {
    train: { count: kept, images: images.subarray(0, kept * size), labels: labels.subarray(0, kept), normalization },
    test: { count: drawn.length, images: testImages, labels: testLabels, normalization },
  }
}

/** Indices of the images to hold out, in increasing order. */
function drawTenth(count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  new Random(seed).shuffle(order)
  return order.slice(0, Math.floor(count / heldOutShare)).sort()
}
