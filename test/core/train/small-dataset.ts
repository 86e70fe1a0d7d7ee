import { type Dataset, Random, type Split } from '../../../core'

/** Six classes of 4×3 images: a bright pixel pair each, in noise. A network learns them in an epoch or two. */
export function smallDataset({ train = 230, test = 90, seed = 1 } = {}): Dataset {
  const random = new Random(seed)
  const split = (count: number): Split => {
    const images = new Uint8Array(new SharedArrayBuffer(count * 12))
    const labels = new Uint8Array(new SharedArrayBuffer(count))
    for (let n = 0; n < count; n++) {
      labels[n] = random.integer(6)
      for (let i = 0; i < 12; i++) images[n * 12 + i] = random.integer(120) + (i >> 1 === labels[n] ? 120 : 0)
    }
    return { count, images, labels }
  }
  return { id: 'small', classes: 6, rows: 4, columns: 3, train: split(train), test: split(test) }
}
