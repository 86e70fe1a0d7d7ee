import { inputSize, LabError, meanImage, nearestImages, unitImageAt } from '@core'
import type { Neighbours, NeighboursQuery, SharedDataset } from '@contract'
import { sameDataset } from './questions'

/** Finds the training images that a drawing is near to. */
export class NeighbourSearch {
  private readonly first: SharedDataset

  constructor(private dataset: SharedDataset) {
    this.first = dataset
  }

  /**
   * @param dataset left out: the one with which the thread has started
   * @throws LabError ipc.schema for an image of another size
   */
  find({ pixels, nearest, means }: Omit<NeighboursQuery, 'dataset'>, dataset = this.first): Neighbours {
    this.dataset = sameDataset(dataset, this.dataset) as SharedDataset // what was computed for it is kept
    const { info, train } = this.dataset
    const wanted = inputSize(info)
    if (pixels.length !== wanted) throw new LabError('ipc.schema', `an image has ${wanted} pixels, found ${pixels.length}`, { found: pixels.length })
    return {
      nearest: nearestImages(train, info.shape, pixels, nearest).map(found => ({ ...found, image: unitImageAt(train, found.index) })),
      means: means.flatMap((label) => {
        const image = meanImage(train, label)
        return image ? [{ label, image }] : []
      }),
    }
  }
}
