import type { SharedDataset } from '@contract'
import { LabError, mnist } from '@core'
import type { DatasetEntry } from '@files'
import { Datasets } from '../../../electron/main/datasets'

/** MNIST and imported datasets without files. */
export class StoredDatasets {
  /** Names that were announced, and null when they were loaded */
  readonly announced: (string | null)[] = []
  readonly loads: string[] = []
  readonly datasets: Datasets
  /** Each load waits for this */
  held: Promise<void> = Promise.resolve()

  /** @param entries imported ones; a test may change them */
  constructor(public entries: readonly DatasetEntry[] = [], bundled: Promise<SharedDataset> = Promise.resolve({ info: mnist } as SharedDataset)) {
    this.datasets = new Datasets({
      list: async () => [{ id: mnist.id, info: mnist, problem: null }, ...this.entries],
      find: async (wanted) => {
        const entry = this.entries.find(({ id }) => id === wanted)
        if (entry?.problem) throw entry.problem
        if (!entry?.info) throw new LabError('dataset.unknown', wanted, { found: wanted, wanted: mnist.name })
        return entry.info
      },
      load: async (info) => {
        this.loads.push(info.id)
        await this.held
        return { info } as SharedDataset
      },
      mnistTest: () => { throw new Error('nothing is imported here') },
      import: () => { throw new Error('nothing is imported here') },
    }, bundled, name => this.announced.push(name))
  }
}
