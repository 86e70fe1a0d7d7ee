import { normalizeUnit } from '../../data/dataset'
import { fillImages, imageAt, sparseInput } from '../../data/images'
import { LabError } from '../../errors'
import { inference } from '../../layers/layer'
import { buildModel, type Model } from '../../network/model'
import type { Arena } from '../../tensor'
import { type EvaluatedSplit, fullSize, quickSize } from '../../train/evaluation'
import { startsSparse } from '../../train/fit'
import { fixedImages } from '../../train/fixed-images'
import { evaluationRows } from '../../train/parts'
import { noTensor, tensorAt } from '../../train/probe'
import { batchesOf } from '../../train/recipe'
import { predictedClass, SplitCounter } from '../../train/split-counter'
import { Summaries } from '../../train/tensor-stats'
import type { Trainer } from '../../train/trainer'
import type { AccuracyQuantity, CellQuantity, FiringQuantity, Quantity, ReadImage, TensorQuantity } from './question'

/** Measures a training, step after step: a number, if nothing else is said. */
export interface Meter<T = number> {
  /**
   * @returns null when it is not known at this step: gradients, activations and updates at the first step, a ratio to weights that
   * are all 0, an accuracy without images
   * @throws LabError train.noTensor when the network has no such tensor, layer, unit or element
   */
  measure(trainer: Trainer): T | null
  /** By unit, whether it fired in the latest measurement; left out: firing is not measured */
  readonly fires?: readonly boolean[]
  /** Frees its memory. */
  dispose(): void
}

/** Creates a meter. */
export function meterOf(quantity: Quantity): Meter {
  switch (quantity.of) {
    case 'loss': return { measure: ({ loss }) => loss === null ? null : Math.fround(loss), dispose: nothing } // as recorded
    case 'tensor': return { measure: trainer => figureOf(trainer, quantity), dispose: nothing }
    case 'cell': return { measure: trainer => cellOf(trainer, quantity), dispose: nothing }
    case 'accuracy': return new ModelMeter(trainer => accuracyOf(trainer, quantity), quickRows)
    case 'firing': {
      const fires: boolean[] = []
      return new ModelMeter(trainer => firingOf(trainer, quantity, fires), quickRows, fires)
    }
    case 'reading': return new ModelMeter(trainer => readingOf(trainer, quantity.image), () => 1)
  }
}

/** Measures elements of tensors, all of which are known at every step or at none. */
export const cellsMeter = (cells: readonly Omit<CellQuantity, 'of'>[]): Meter<readonly number[]> => ({
  measure(trainer) {
    const values = cells.map(cell => cellOf(trainer, cell))
    return values.every(value => value !== null) ? values : null
  },
  dispose: nothing,
})

const nothing = (): void => undefined

/** Whether a tensor is part of the state between two steps: the others belong to a mini-batch, and are not known before the first. */
const isState = ({ params, buffers }: Model, path: string): boolean => params.some(param => param.path === path) || buffers.some(buffer => buffer.path === path)

function figureOf({ model, ops, latestStep, updated }: Trainer, { path, figure }: TensorQuantity): number | null {
  const tensor = tensorAt(model, path)
  if (figure === 'updateRatio') {
    const slot = model.params.find(param => param.path === path)?.slot
    if (!slot) throw noTensor(`${path}: ΔW`)
    if (!updated || !slot.before) return null
    const norm = Math.sqrt(new Summaries(ops).of(tensor).squares)
    return norm === 0 ? null : ops.distance(slot.value, slot.before) / norm
  }
  if (latestStep === null && !isState(model, path)) return null
  const { squares, absolute, zeros, finite } = new Summaries(ops).of(tensor)
  return figure === 'norm' ? Math.sqrt(squares) : figure === 'meanAbs' ? absolute / Math.max(1, finite) : zeros / tensor.size
}

function cellOf({ model, latestStep }: Trainer, { path, row, column }: Omit<CellQuantity, 'of'>): number | null {
  const { data, shape, rows, columns, capacity } = tensorAt(model, path)
  const isVector = shape.length < 2 // it counts as one row
  if (row >= (isVector ? 1 : capacity) || column >= (isVector ? capacity : columns)) throw noTensor(`${path}[${row}, ${column}]`)
  if (latestStep === null && !isState(model, path)) return null
  if (isVector) return column < data.length ? data[column]! : null
  return row < rows ? data[row * columns + column]! : null // the last mini-batch of an epoch may be short
}

/** How a training is measured by a model of its own, in an arena of its own. */
interface Measuring { readonly trainer: Trainer, readonly arena: Arena, measure(): number | null }

/** Measures with activations of its own; the weights are the training's, which may be replaced by another one after a change. */
class ModelMeter implements Meter {
  private known: Measuring | null = null

  constructor(private readonly build: (trainer: Trainer) => (model: Model) => () => number | null, private readonly rows: (trainer: Trainer) => number, readonly fires?: readonly boolean[]) {}

  measure(trainer: Trainer): number | null {
    const { known } = this
    return (known?.trainer === trainer ? known : this.follow(trainer)).measure()
  }

  private follow(trainer: Trainer): Measuring {
    this.dispose()
    const { model: { architecture, registry }, ops, dataset } = trainer
    const rows = this.rows(trainer)
    const measureWith = this.build(trainer)
    const arena = ops.arena()
    return this.known = arena.allOrNothing(() => {
      const input = rows > 1 && startsSparse(architecture, registry) ? sparseInput(ops, dataset, rows, arena) : undefined
      const model = buildModel(architecture, { rows, arena, shared: trainer.model, registry, input })
      arena.seal()
      return { trainer, arena, measure: measureWith(model) }
    })
  }

  dispose(): void {
    this.known?.arena.dispose()
    this.known = null
  }
}

const quickRows = ({ model: { architecture, registry } }: Trainer): number => evaluationRows(architecture, registry)

/** The images of a split that are measured, with those of the others left out. */
function imagesOf({ config, dataset }: Trainer, split: EvaluatedSplit): { readonly split: Trainer['dataset']['train'], readonly indices: Uint32Array | undefined } {
  if (split === 'test') return { split: dataset.test, indices: undefined }
  const { learned, validation } = batchesOf(config, dataset)
  return { split: dataset.train, indices: split === 'train' ? learned : validation }
}

/** The same images and batches as those of an evaluation, so its recorded scores are the same numbers. */
function accuracyOf(trainer: Trainer, { split, class: wanted, full = false }: AccuracyQuantity): (model: Model) => () => number | null {
  const { ops, dataset: { info: { classes } } } = trainer
  if (wanted !== undefined && wanted >= classes.length) throw noTensor(`${wanted}`)
  const counter = new SplitCounter({ ...imagesOf(trainer, split), classes: classes.length, rows: quickRows(trainer) })
  return model => () => {
    counter.begin((full ? fullSize : quickSize)[split]!, false)
    while (counter.left > 0) counter.advance(model, ops)
    return shareOf(counter.score, wanted)
  }
}

/** Accuracy on all images or on those of one class; null without images. */
export function shareOf({ images, accuracy, correct, counts }: SplitCounter['score'], wanted: number | undefined): number | null {
  if (wanted === undefined) return images === 0 ? null : accuracy
  return counts[wanted] ? correct[wanted]! / counts[wanted]! : null
}

/**
 * Batch by batch until each unit has fired: for one unit the first batch is mostly enough.
 * @param fires gets whether each unit fires
 */
function firingOf(trainer: Trainer, { layer: name, unit }: FiringQuantity, fires: boolean[]): (model: Model) => () => number | null {
  const { model: { layers, definitions }, ops } = trainer
  const at = layers.findIndex(layer => layer.name === name)
  const limits = definitions[at]?.units
  if (!limits || !('fires' in limits) || (unit !== null && unit >= layers[at]!.x.columns)) throw noTensor(`${name}[${unit ?? ''}]`)
  const [first, end] = unit === null ? [0, layers[at]!.x.columns] : [unit, unit + 1]
  const { split, indices: images } = fixedImages(trainer)
  return (model) => {
    const capacity = model.input.value.capacity
    const { x } = model.layers[at]!
    /** @returns the number of units that fire for one of these images, and did not before */
    const firesIn = (from: number): number => {
      const rows = Math.min(capacity, images.length - from)
      model.setRows(rows)
      fillImages(model.input.value, split, images, from, rows)
      for (let i = 0; i < at; i++) model.layers[i]!.forward(ops, inference)
      let found = 0
      for (let n = 0; n < rows; n++) {
        for (let unit = first; unit < end; unit++) {
          if (fires[unit] || !(x.data[n * x.columns + unit]! > 0)) continue
          fires[unit] = true
          found++
        }
      }
      return found
    }
    return () => {
      fires.length = x.columns
      fires.fill(false)
      let found = 0
      for (let from = 0; from < images.length && found < end - first; from += capacity) found += firesIn(from)
      return found
    }
  }
}

function readingOf({ dataset, ops }: Trainer, image: ReadImage): (model: Model) => () => number | null {
  const { train, test, info } = dataset
  return (model) => {
    const x = model.input.value
    if ('pixels' in image) {
      if (image.pixels.length !== x.columns) throw new LabError('ipc.schema', `an image has ${x.columns} pixels, found ${image.pixels.length}`, { found: image.pixels.length })
      x.data.set(normalizeUnit(image.pixels, info.normalization))
    }
    else {
      const split = image.split === 'train' ? train : test
      if (image.index >= split.count) throw new LabError('ipc.schema', `${image.split} has ${split.count} images, found ${image.index}`, { found: image.index })
      x.data.set(imageAt(split, image.index))
    }
    return () => {
      model.predict(ops)
      return predictedClass(model.out.value)
    }
  }
}
