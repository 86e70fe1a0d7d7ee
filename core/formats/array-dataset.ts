import { datasetLimits, largestByte } from '../data/dataset'
import { type ImportedImages, isWithinLimit, type LabelledImages, labelWidthFor } from '../data/import/imported-images'
import { LabError } from '../errors'
import { excerpt } from '../typed/excerpt'
import type { ArrayNumbers, NumberArray } from './array-numbers'
import { fault } from './fault'

/** An array and its name in messages: 'mnist.npz: x_train' */
interface Named extends NumberArray { readonly name: string }
interface Pair { readonly images: Named, readonly labels: Named }

/** What arrays were found to be. */
export interface ArrayDataset {
  readonly images: Omit<ImportedImages, 'source' | 'classes'>
  /** Names of the arrays that are not used */
  readonly others: readonly string[]
}

const says = { test: /test|t10k/i, validation: /val/i, labels: /label|target|(?:^|[^a-z])y(?![a-z])/i }
/** Enough to name what was found */
const named = 8

/**
 * Takes images and labels from arrays, such as Keras's x_train, y_train, x_test and y_test: images by their axes, (n, rows, columns),
 * also with one channel, or (n, pixels) for square images; labels are numbers, or one-hot. What is for testing is told by the names.
 * Pixels are bytes, or numbers from 0 to 1 or from 0 to 255.
 * @param arrays by their names; of several files the names begin with the file
 * @param file its name, for messages
 * @throws FormatError arrays.*; LabError dataset.tooLarge
 */
export function datasetOfArrays(arrays: ReadonlyMap<string, NumberArray>, file: string): ArrayDataset {
  const all = [...arrays].map(([name, array]): Named => ({ ...array, name }))
  const isImages = ({ name, shape }: Named): boolean => shape.length > 2 || (shape.length === 2 && shape[1]! > 1 && !says.labels.test(name))
  const pairOf = (part: readonly Named[]): Pair | null => {
    const [images, labels] = [part.filter(isImages), part.filter(array => !isImages(array) && array.shape.length > 0)]
    return images.length === 1 && labels.length === 1 ? { images: images[0]!, labels: labels[0]! } : null
  }
  const [tests, validations] = [all.filter(({ name }) => says.test.test(name)), all.filter(({ name }) => says.validation.test(name))]
  const train = pairOf(all.filter(array => !tests.includes(array) && !validations.includes(array)))
  const test = tests.length > 0 ? pairOf(tests) : pairOf(validations)
  if (!train || (tests.length > 0 && !test)) {
    const found = all.slice(0, named).map(({ name, shape }) => `${excerpt(name)} (${shape.join(', ')})`).join(', ') || '–'
    throw fault(file, 'arrays.names', { wanted: 'x_train + y_train, x_test + y_test', found })
  }
  const [rows, columns] = sizeOf(train.images, file)
  if (test) checkSize(test.images, [rows, columns], file)
  const scale = scaleOf([train.images, ...test ? [test.images] : []], file)
  const labels = [train, test].map(pair => pair && labelsOf(pair, file))
  const classes = 1 + Math.max(...labels.map(part => part ? part.reduce((a, b) => Math.max(a, b), 0) : 0))
  const part = ({ images: { data } }: Pair, labels: Uint16Array): LabelledImages => ({ images: bytesOf(data, scale), labels, labelWidth: labelWidthFor(classes) })
  const count = train.labels.shape[0]! + (test?.labels.shape[0] ?? 0)
  if (!isWithinLimit(count, { rows, columns })) throw new LabError('dataset.tooLarge', `${file}: ${count} images`, { file, found: count, max: Math.floor(datasetLimits.bytes / rows / columns) })
  const used = [train.images, train.labels, test?.images, test?.labels]
  return {
    images: { rows, columns, train: part(train, labels[0]!), test: test && part(test, labels[1]!) },
    others: all.filter(array => !used.includes(array)).map(({ name }) => name),
  }
}

/** @throws FormatError arrays.shape */
function sizeOf({ name, shape }: Named, file: string): readonly [rows: number, columns: number] {
  const [n = 0, ...axes] = shape
  const sides = axes.length === 3 ? axes[2] === 1 ? axes.slice(0, 2) : axes[0] === 1 ? axes.slice(1) : [] : axes.length === 2 ? axes : [Math.sqrt(axes[0] ?? 0), Math.sqrt(axes[0] ?? 0)]
  const [rows = 0, columns = 0] = axes.length > 3 ? [] : sides
  const { side } = datasetLimits
  if (n > 0 && [rows, columns].every(pixels => Number.isInteger(pixels) && pixels >= 1 && pixels <= side)) return [rows, columns]
  throw fault(file, 'arrays.shape', { name: excerpt(name), wanted: `(n, 1–${side}, 1–${side})`, found: `(${shape.join(', ')})` })
}

/** @throws FormatError arrays.shape */
function checkSize(images: Named, [rows, columns]: readonly [number, number], file: string): void {
  const found = sizeOf(images, file)
  if (found[0] !== rows || found[1] !== columns) throw fault(file, 'arrays.shape', { name: excerpt(images.name), wanted: `(n, ${rows}, ${columns})`, found: `(${images.shape.join(', ')})` })
}

/** What a pixel is multiplied with to become a byte. @throws FormatError arrays.pixels for anything but numbers from 0 to 1 or to 255 */
function scaleOf(parts: readonly Named[], file: string): number {
  let largest = 0
  for (const { name, data } of parts) {
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!
      if (!(value >= 0 && value <= largestByte)) throw fault(file, 'arrays.pixels', { name: excerpt(name), wanted: `0–1, 0–${largestByte}`, found: value, index: i })
      if (value > largest) largest = value
    }
  }
  return largest <= 1 ? largestByte : 1
}

function bytesOf(data: ArrayNumbers, scale: number): Uint8Array {
  if (data instanceof Uint8Array && scale === 1) return data
  const bytes = new Uint8Array(data.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round(scale * data[i]!)
  return bytes
}

/** Class indices. @throws FormatError arrays.count, arrays.label */
function labelsOf({ images, labels: { name, shape, data } }: Pair, file: string): Uint16Array {
  const [count = 0, width = 1] = shape
  if (shape.length > 2 || count !== images.shape[0]) throw fault(file, 'arrays.count', { name: excerpt(images.name), labels: excerpt(name), wanted: images.shape[0] ?? 0, found: shape.join(' × ') })
  const labels = new Uint16Array(count)
  for (let n = 0; n < count; n++) {
    const label = width === 1 ? data[n]! : hotIndex(data, n * width, width)
    if (!Number.isInteger(label) || label < 0 || label >= datasetLimits.classes) throw fault(file, 'arrays.label', { name: excerpt(name), index: n, wanted: `0–${datasetLimits.classes - 1}`, found: label })
    labels[n] = label
  }
  return labels
}

/** Index of the 1 in a one-hot vector; −1 for any other vector. */
function hotIndex(data: ArrayNumbers, from: number, width: number): number {
  let at = -1
  for (let i = 0; i < width; i++) {
    const value = data[from + i]!
    if (value === 0) continue
    if (value !== 1 || at >= 0) return -1
    at = i
  }
  return at
}
