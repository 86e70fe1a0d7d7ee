import { fillImages, fillTarget } from '../../data/images'
import { inference } from '../../layers/layer'
import { buildModel, type Model } from '../../network/model'
import { copyTensors } from '../../network/params'
import { countParameters } from '../../network/shapes'
import { type Arena, DryRunArena, type Tensor } from '../../tensor'
import { fixedImages } from '../fixed-images'
import { maxRunBytes, memoryError, withinMemory } from '../fit'
import { noTensor } from '../probe'
import type { Trainer } from '../trainer'
import { mostChangedWeights, type ParameterCell } from './most-changed'

/** One axis: a weight, and the values that it takes. */
export interface PlaneAxis extends ParameterCell {
  /** At present */
  readonly value: number
  /** dL/dw at the present place, on the same images */
  readonly gradient: number
  readonly from: number
  readonly to: number
}

/** The loss where two weights move and all others stay at their present values. */
export interface LossPlane {
  readonly x: PlaneAxis
  readonly y: PlaneAxis
  /** Columns and rows of `losses` */
  readonly size: number
  /** Row-major, y ascending from the first row on */
  readonly losses: Float32Array
  /** At present */
  readonly loss: number
  /** Number of fixed training images, without dropout */
  readonly images: number
}

export interface LossPlaneOptions {
  /** Left out: the two weights that the latest update changed most */
  readonly cells?: readonly [x: ParameterCell, y: ParameterCell] | undefined
  /** Left out: 1 to both sides of the present values */
  readonly ranges?: readonly [x: readonly [from: number, to: number], y: readonly [from: number, to: number]] | undefined
  readonly size: number
  /** Memory limit together with the run; left out: 1 GB */
  readonly max?: number
}

/** Images for a small network; a large one gets fewer, for about a millisecond at each place, but not under `fewest`. */
const [mostImages, fewestImages, workAtPlace] = [500, 50, 2e7]
const usualReach = 1

/** Measures a {@link LossPlane} place by place, in a copy of the network. */
export class LossPlaneScan {
  private readonly arena: Arena
  private readonly model: Model
  private readonly places: readonly [x: Place, y: Place]
  private readonly losses: Float32Array
  private readonly loss: number
  private readonly gradients: readonly [number, number]
  private readonly images: number
  private readonly size: number
  private at = 0

  /** @throws LabError measure.noStep when the weights are to be found and nothing was learned yet, train.noTensor, train.memory */
  constructor(private readonly trainer: Trainer, { cells = mostChangedWeights(trainer), ranges, size, max = maxRunBytes }: LossPlaneOptions) {
    const { model: { architecture, registry }, ops } = trainer
    this.size = size
    this.losses = new Float32Array(size * size)
    for (const cell of cells) indexIn(trainer.model, cell)
    const { split, indices } = fixedImages(trainer, Math.max(fewestImages, Math.min(mostImages, Math.floor(workAtPlace / countParameters(architecture, registry)))))
    const rows = this.images = indices.length
    const measured = new DryRunArena()
    buildModel(architecture, { rows, arena: measured, registry })
    const bytes = measured.blocks.reduce((sum, bytes) => sum + bytes, trainer.bytes)
    if (bytes > max) throw memoryError(bytes, max)
    const arena = this.arena = ops.arena()
    const model = this.model = withinMemory(bytes, () => arena.allOrNothing(() => buildModel(architecture, { rows, arena, registry })))
    copyTensors(model, trainer.model)
    fillImages(model.input.value, split, indices, 0, rows)
    fillTarget(model.target.value, split, indices, 0, rows)
    this.loss = model.forward(ops, inference)
    model.backward(ops, inference)
    const [x, y] = cells.map((cell, axis) => placeOf(model, cell, ranges?.[axis]))
    this.places = [x!, y!]
    this.gradients = [x!.gradient, y!.gradient]
  }

  /** Measures at least one place, and more until `isOver`. @returns null while there is more to do */
  advance(isOver: () => boolean): LossPlane | null {
    const { model, size, losses, trainer: { ops } } = this
    const [x, y] = this.places
    // The weight of the earlier layer moves in the outer loop: the layers up to the other one are computed once for each of its values.
    const [outer, inner] = x.layer <= y.layer ? [x, y] : [y, x]
    do {
      if (this.at === size * size) break
      const [i, j] = [Math.floor(this.at / size), this.at % size]
      if (j === 0) {
        outer.tensor.data[outer.index] = valueAt(outer, i, size)
        for (let layer = outer.layer; layer < inner.layer; layer++) model.layers[layer]!.forward(ops, inference)
      }
      inner.tensor.data[inner.index] = valueAt(inner, j, size)
      losses[outer === x ? j * size + i : i * size + j] = model.forward(ops, inference, inner.layer)
      this.at++
    } while (!isOver())
    return this.at === size * size ? this.result : null
  }

  private get result(): LossPlane {
    const { size, losses, loss, images, gradients, places } = this
    const [x, y] = places.map(({ cell, value, from, to }, axis) => ({ ...cell, value, from, to, gradient: gradients[axis]! }))
    return { x: x!, y: y!, size, losses, loss, images }
  }

  /** Frees the backend's memory. */
  dispose(): void { this.arena.dispose() }
}

/** Where a weight is in the copy. */
interface Place {
  readonly cell: ParameterCell
  readonly tensor: Tensor
  readonly index: number
  /** Index of its layer */
  readonly layer: number
  readonly value: number
  readonly gradient: number
  readonly from: number
  readonly to: number
}

const valueAt = ({ from, to }: Place, i: number, size: number): number => from + i * (to - from) / (size - 1)

function placeOf(model: Model, cell: ParameterCell, range: readonly [number, number] | undefined): Place {
  const index = indexIn(model, cell)
  const { slot: { value: tensor, grad } } = model.params.find(({ path }) => path === cell.path)!
  const value = tensor.data[index]!
  const [from, to] = range ?? [value - usualReach, value + usualReach]
  return { cell, tensor, index, layer: model.layers.findIndex(({ params }) => params.some(({ path }) => path === cell.path)), value, gradient: grad.data[index]!, from, to }
}

/** @throws LabError train.noTensor when the network has no such parameter, or it no such element */
function indexIn({ params }: Model, { path, row, column }: ParameterCell): number {
  const tensor = params.find(param => param.path === path)?.slot.value
  const [rows, columns] = tensor && tensor.shape.length > 1 ? [tensor.rows, tensor.columns] : [1, tensor?.size ?? 0]
  if (row >= rows || column >= columns) throw noTensor(`${path}[${row}, ${column}]`)
  return row * columns + column
}
