import { type BrowsedDataset, type RequestArg, type SharedDataset } from '@contract'
import { inputSize, LabError, meanImage, mnist } from '@core'
import type { Datasets } from './datasets'
import { collectGarbage } from './garbage'

/** The datasets whose images are looked at: those in memory anyway, and one other at most. */
export class Browser {
  private held: { readonly id: string, readonly dataset: Promise<SharedDataset> } | null = null

  /** @param current the run's dataset; null before the first run */
  constructor(private readonly datasets: Pick<Datasets, 'load' | 'mnist'>, private readonly current: () => SharedDataset | null) {}

  /** Loads a dataset, unless it is in memory, and holds it in place of the one before. @throws LabError dataset.*, file.* */
  async open(id: string): Promise<SharedDataset> {
    const inMemory = await this.inMemory(id)
    if (inMemory) return inMemory
    if (this.held?.id !== id) {
      this.leave()
      this.held = { id, dataset: this.datasets.load(id) }
    }
    const { held } = this
    try { return await held.dataset }
    catch (cause) {
      if (this.held === held) this.held = null // the file may be repaired
      throw cause
    }
  }

  /** A dataset that is in memory; null: it is not */
  async find(id: string): Promise<SharedDataset | null> { return await this.inMemory(id) ?? (this.held?.id === id ? await this.held.dataset : null) }

  /** Nobody looks at the images any more. */
  leave(): void {
    if (!this.held) return
    this.held = null
    collectGarbage()
  }

  private async inMemory(id: string): Promise<SharedDataset | null> {
    if (id === mnist.id) return await this.datasets.mnist
    const current = this.current()
    return current?.info.id === id ? current : null
  }
}

/** What the window lists the images by; a message cannot bring shared memory. */
export function labelsOf({ info, ...splits }: SharedDataset): BrowsedDataset {
  return { info, labels: { train: Uint16Array.from(splits.train.labels), test: Uint16Array.from(splits.test.labels) } }
}

/** @throws LabError ipc.schema for an image that is not there */
export function bytesOf(dataset: SharedDataset, { split, indices }: Pick<RequestArg<'data:bytes'>, 'split' | 'indices'>): Uint8Array {
  const { images, count } = dataset[split]
  const size = inputSize(dataset.info)
  const bytes = new Uint8Array(indices.length * size)
  indices.forEach((index, n) => {
    if (index >= count) throw new LabError('ipc.schema', `${split} has ${count} images, asked for number ${index}`, { found: index })
    bytes.set(images.subarray(index * size, (index + 1) * size), n * size)
  })
  return bytes
}

/** The mean images of some classes, one after the other, so that main answers others in between. */
export async function meansOf(dataset: SharedDataset, { split, classes }: Pick<RequestArg<'data:means'>, 'split' | 'classes'>): Promise<(Float32Array | null)[]> {
  const means: (Float32Array | null)[] = []
  for (const label of classes) {
    means.push(meanImage(dataset[split], label))
    await new Promise((next) => { setImmediate(next) })
  }
  return means
}
