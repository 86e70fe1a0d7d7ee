import { type Architecture, type SavedTensor, tensorsOf, type WeightsFile } from '@core'
import type { Tile } from '../../components/charts/heat-map'

/** A tensor of a weights file. */
export interface TensorFacts {
  /** The lab's: 'affine1.W' */
  readonly path: string
  /** In the file: 'affine1.weight' */
  readonly stored: string
  /** The lab's: W is (in, out) */
  readonly shape: readonly number[]
  readonly storedShape: readonly number[]
  /** False: a running mean or variance */
  readonly trained: boolean
  readonly smallest: number
  readonly largest: number
  readonly data: SavedTensor['data']
  /** Its rows are the pixels of images of this size */
  readonly tile: Tile | null
}

/** All tensors of a file, in the network's order. */
export function tensorFacts({ architecture, tensors, dataset }: Pick<WeightsFile, 'architecture' | 'tensors' | 'dataset'>): readonly TensorFacts[] {
  const data = new Map(tensors.map(tensor => [tensor.path, tensor.data]))
  return tensorsOf(architecture).map(({ path, storedPath, shape, transposed, trained }, i) => {
    const values = data.get(path)!
    let [smallest, largest] = [Infinity, -Infinity]
    for (const value of values) {
      if (value < smallest) smallest = value
      if (value > largest) largest = value
    }
    return {
      path, stored: storedPath, shape, storedShape: transposed ? [...shape].reverse() : shape, trained, smallest, largest, data: values,
      tile: i === 0 && shape.length === 2 ? tileOf(architecture, dataset?.shape) : null,
    }
  })
}

/** The images that a network takes: as its dataset's or its own input says, or square ones. @returns null when they are not known */
function tileOf({ input }: Architecture, known: readonly number[] | undefined): Tile | null {
  const size = input.reduce((all, n) => all * n, 1)
  const shape = [known, input].find(shape => shape?.length === 3 && shape.reduce((all, n) => all * n, 1) === size)
  if (shape) return { rows: shape[0]! * shape[1]!, columns: shape[2]! }
  const side = Math.sqrt(size)
  return Number.isInteger(side) && side > 2 ? { rows: side, columns: side } : null
}
