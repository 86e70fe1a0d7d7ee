import { fillImages, unitImageAt } from '../data/images'
import { inference, type Layer } from '../layers/layer'
import { buildModel, type Model } from '../network/model'
import { fixedImages } from './fixed-images'
import { withinMemory } from './fit'
import { evaluationRows } from './parts'
import { noTensor } from './probe'
import type { Trainer } from './trainer'

/** A training image, and what a unit gets of it. */
export interface UnitImage {
  /** In the training images */
  readonly index: number
  readonly label: number
  /** 0 (paper) to 1 (ink) */
  readonly pixels: Float32Array
  /** Input x of the unit: a ReLU fires where it is above 0 */
  readonly x: number
}

/** What one unit of an activation layer looks at. */
export interface UnitLook {
  /** 'relu1' */
  readonly layer: string
  readonly unit: number
  /** The weights that lead to the unit: its column of W in the layer before it; null: there is none */
  readonly incoming: {
    /** 'affine1' */
    readonly layer: string
    /** (D) */
    readonly weights: Float32Array
    readonly bias: number | null
    /** Whether these are weights of an image's pixels */
    readonly ofPixels: boolean
  } | null
  /** Number of fixed images that were looked at, the same ones at every step, without dropout */
  readonly images: number
  /** Number of them with x > 0, which fire a ReLU */
  readonly above: number
  /** Those with the largest x, in descending order */
  readonly most: readonly UnitImage[]
  /** The latest mini-batch as it was learned; null before the first one */
  readonly latest: {
    readonly rows: number
    /** Number of its images with x > 0 */
    readonly above: number
    /** The one with the largest x */
    readonly most: UnitImage
  } | null
}

/** The images with the largest x */
const mostImages = 12

/**
 * Looks at a unit: its incoming weights, and the training images that wake it most.
 * @param name of an activation layer: 'relu1'
 * @throws LabError train.noTensor when the network has no such layer or unit, train.memory
 */
export function unitLook(trainer: Trainer, name: string, unit: number): UnitLook {
  const { model: { layers, definitions }, latestImages } = trainer
  const at = layers.findIndex(layer => layer.name === name)
  if (!definitions[at]?.units || unit >= layers[at]!.x.columns) throw noTensor(`${name}[${unit}]`)
  const { split, indices } = fixedImages(trainer)
  const x = inputsOf(trainer, at, unit)
  const batch = latestImages && columnOf(layers[at]!, unit)
  const imagesBy = (images: Uint32Array, x: Float32Array, count: number): readonly UnitImage[] => Array.from(images, (index, i) => ({ index, x: x[i]! }))
    .toSorted((a, b) => b.x - a.x || a.index - b.index).slice(0, count)
    .map(({ index, x }) => ({ index, x, label: split.labels[index]!, pixels: unitImageAt(split, index) }))
  return {
    layer: name, unit, incoming: incomingOf(trainer.model, at, unit),
    images: indices.length, above: aboveZero(x), most: imagesBy(indices, x, mostImages),
    latest: batch && { rows: batch.length, above: aboveZero(batch), most: imagesBy(latestImages, batch, 1)[0]! },
  }
}

const aboveZero = (x: Float32Array): number => x.reduce((count, value) => count + Number(value > 0), 0)

/** A unit's input in each row. */
const columnOf = ({ x: { data, rows, columns } }: Layer, unit: number): Float32Array => Float32Array.from({ length: rows }, (_, row) => data[row * columns + unit]!)

/** The unit's input for each of the fixed images, with the present weights. */
function inputsOf(trainer: Trainer, at: number, unit: number): Float32Array {
  const { model: { architecture, registry }, ops, bytes } = trainer
  const { split, indices } = fixedImages(trainer)
  const capacity = Math.min(indices.length, evaluationRows(architecture, registry))
  const arena = ops.arena()
  const model = withinMemory(bytes, () => arena.allOrNothing(() => buildModel(architecture, { rows: capacity, arena, shared: trainer.model, registry })))
  try {
    const inputs = new Float32Array(indices.length)
    for (let from = 0; from < indices.length; from += capacity) {
      const rows = Math.min(capacity, indices.length - from)
      model.setRows(rows)
      fillImages(model.input.value, split, indices, from, rows)
      for (let i = 0; i < at; i++) model.layers[i]!.forward(ops, inference)
      inputs.set(columnOf(model.layers[at]!, unit), from)
    }
    return inputs
  }
  finally { arena.dispose() }
}

/** The unit's column of the nearest matrix of weights before its layer; dropout and batch normalization in between keep the units' places. */
function incomingOf({ layers, definitions }: Pick<Model, 'layers' | 'definitions'>, at: number, unit: number): UnitLook['incoming'] {
  for (let i = at - 1; i >= 0; i--) {
    const { name, params } = layers[i]!
    const { weight, bias } = definitions[i]!.aspects
    const valueOf = (part: string | null) => params.find(({ path }) => path === `${name}.${part}`)?.slot.value
    const W = valueOf(weight)
    if (!W || W.shape.length < 2) continue
    return { layer: name, weights: Float32Array.from({ length: W.rows }, (_, d) => W.data[d * W.columns + unit]!), bias: valueOf(bias)?.data[unit] ?? null, ofPixels: i === 0 }
  }
  return null
}
