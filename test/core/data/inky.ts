import { type Dataset, Random, type Split, unitRange } from '@core'
import { infoOf } from '../../fixtures/dataset-info'

interface Inky { readonly rows?: number, readonly columns?: number, readonly classes?: number, readonly train?: number, readonly test?: number, readonly ink?: number, readonly seed?: number }

/** Images that are mostly paper, like MNIST's: most ink lies near the rows of the class, the rest anywhere. */
export function inkyDataset({ rows = 16, columns = 16, classes = 10, train = 400, test = 100, ink = 0.2, seed = 1 }: Inky = {}): Dataset {
  const random = new Random(seed)
  const split = (count: number): Split => {
    const images = new Uint8Array(count * rows * columns)
    const labels = Uint16Array.from({ length: count }, () => random.integer(classes))
    for (let i = 0; i < images.length; i++) {
      const label = labels[Math.floor(i / (rows * columns))]!
      const own = Math.floor(i / columns) % rows % classes === label
      if (random.next() < ink * (own ? 3 : 0.75)) images[i] = 1 + random.integer(255)
    }
    return { count, images, labels, normalization: unitRange }
  }
  return { info: infoOf({ id: 'inky', rows, columns, classes, train, test }), train: split(train), test: split(test) }
}
