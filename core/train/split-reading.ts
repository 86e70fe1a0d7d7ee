import type { Architecture } from '../config'
import type { Split } from '../data/dataset'
import { fillImages } from '../data/images'
import { buildModel, type Model } from '../network/model'
import { setTensors, type TensorNumbers } from '../network/params'
import type { Ops } from '../ops/ops'
import { type Arena, DryRunArena } from '../tensor'
import { evaluationRows } from './parts'
import { predictedClass } from './split-counter'

/** What reads, and what is read. */
export interface SplitReadingOptions {
  readonly architecture: Architecture
  /** Parameters and buffers */
  readonly tensors: readonly TensorNumbers[]
  /** Its normalization is the one that the network has learned with */
  readonly split: Split
  readonly ops: Ops
}

/** Finds the class that a network gives to each image of a split, batch by batch; it has weights of its own, so a training is not affected. */
export class SplitReading {
  private readonly arena: Arena
  private readonly model: Model
  private readonly predicted: Uint16Array
  private readonly indices: Uint32Array
  private read = 0

  /** @throws RangeError when the memory is too small; LabError internal when a tensor is missing */
  constructor(private readonly options: SplitReadingOptions) {
    const { architecture, tensors, split: { count }, ops } = options
    this.predicted = new Uint16Array(count)
    this.indices = Uint32Array.from({ length: count }, (_, index) => index)
    this.arena = ops.arena()
    this.model = this.arena.allOrNothing(() => {
      const model = buildModel(architecture, { rows: evaluationRows(architecture), arena: this.arena })
      setTensors(model, tensors)
      return model
    })
  }

  /** Reads at least one batch, and more until `isOver`. @returns the class with the largest output for each image; null while there is more to do */
  advance(isOver: () => boolean): Uint16Array | null {
    const { model, predicted, indices, options: { architecture, split, ops } } = this
    const most = evaluationRows(architecture)
    do {
      const rows = Math.min(most, split.count - this.read)
      if (rows === 0) break
      model.setRows(rows)
      fillImages(model.input.value, split, indices, this.read, rows)
      model.predict(ops)
      for (let n = 0; n < rows; n++) predicted[this.read + n] = predictedClass(model.out.value, n)
      this.read += rows
    } while (!isOver())
    return this.read === split.count ? predicted : null
  }

  /** Frees the backend's memory. */
  dispose(): void { this.arena.dispose() }
}

/** Memory that a {@link SplitReading} takes in the backend, in bytes. */
export function readingBytes(architecture: Architecture): number {
  const arena = new DryRunArena()
  buildModel(architecture, { rows: evaluationRows(architecture), arena })
  return arena.blocks.reduce((sum, bytes) => sum + bytes, 0)
}
