import { imageAt } from '../data/images'
import { LabError } from '../errors'
import type { Model } from '../network/model'
import type { Tensor } from '../tensor'
import { Summaries, summarizeTensor, type TensorStats } from './tensor-stats'
import type { Trainer } from './trainer'

/** The part of a trainer that is read here. */
export type ProbedTrainer = Pick<Trainer, 'model' | 'updated' | 'latestImages' | 'dataset' | 'ops'>

/** Statistics of a block's tensors. */
export interface BlockStats {
  /** 'affine1' */
  readonly name: string
  readonly tensors: readonly TensorStats[]
}

/** A tensor of a block that views measure. */
interface Part {
  readonly block: number
  readonly path: string
  readonly tensor: Tensor
  /** 'gradient', 'weight', 'bias' or 'activation'; the path for any other part */
  readonly aspect: string
}

/**
 * Statistics of all weights, activations and gradients, as of the latest mini-batch.
 * @param options `shared`: whether all histograms of the same aspect (gradients, weights, biases, activations) have one range
 */
export function probeBlocks(trainer: ProbedTrainer, { shared = false, summaries = new Summaries(trainer.ops) } = {}): BlockStats[] {
  const { model, ops } = trainer
  const parts = partsOf(model)
  const ranges = new Map<string, number>()
  if (shared) for (const { aspect, tensor } of parts) ranges.set(aspect, Math.max(ranges.get(aspect) ?? 0, summaries.largest(tensor)))
  const statsOf = ({ path, tensor, aspect }: Part): TensorStats => {
    const stats = summarizeTensor(path, tensor, summaries, ranges.get(aspect))
    const slot = trainer.updated ? model.params.find(param => param.path === path)?.slot : undefined
    return slot?.before ? { ...stats, updateNorm: ops.distance(slot.value, slot.before) } : stats
  }
  return model.layers.map(({ name }, block) => ({ name, tensors: parts.filter(part => part.block === block).map(statsOf) }))
}

const partsOf = (model: Model): Part[] => model.definitions.flatMap(({ parts, aspects }, block) => parts.map((part) => {
  const path = `${model.layers[block]!.name}.${part}`
  return { block, path, tensor: tensorAt(model, path), aspect: Object.entries(aspects).find(([, name]) => name === part)?.[0] ?? path }
}))

/** Size of a layer's latest update. */
export interface LayerUpdate {
  /** 'affine1' */
  readonly layer: string
  /** ‖ΔW‖ / ‖W‖; null before the first update, and for weights that are all 0 */
  readonly ratio: number | null
}

/** The updates of all layers with weights. @param blocks the trainer's statistics */
export function updatesOf({ model }: Pick<ProbedTrainer, 'model'>, blocks: readonly BlockStats[]): LayerUpdate[] {
  return blocks.flatMap(({ name, tensors }, i) => {
    const { weight } = model.definitions[i]!.aspects
    const stats = tensors.find(({ path }) => path === `${name}.${weight}`)
    if (!stats) return []
    const { norm, updateNorm } = stats
    return [{ layer: name, ratio: updateNorm === undefined || norm === 0 ? null : updateNorm / norm }]
  })
}

/**
 * Statistics of the tensors of one block that {@link probeBlocks} leaves out.
 * @param name 'relu1'
 * @throws LabError train.noTensor when the network has no such block
 */
export function blockDetails({ model, ops }: Pick<ProbedTrainer, 'model' | 'ops'>, name: string, summaries = new Summaries(ops)): TensorStats[] {
  const at = model.layers.findIndex(layer => layer.name === name)
  if (at < 0) throw noTensor(name)
  return (model.definitions[at]!.details ?? []).flatMap((part) => {
    const tensor = model.tensor(`${name}.${part}`)
    return tensor ? [summarizeTensor(`${name}.${part}`, tensor, summaries)] : []
  })
}

/** One weight, before and after the latest update. */
export interface WeightChange {
  readonly row: number
  readonly column: number
  readonly before: number
  /** Gradient of the loss at `before` */
  readonly gradient: number
  readonly after: number
}

/**
 * The weight of an affine layer that the latest update changed most; of equal ones the first.
 * @param name 'affine2'
 * @returns null if there was no update or it changed no weight
 * @throws LabError train.noTensor when the network has no such layer
 */
export function largestChange({ model, updated }: Pick<ProbedTrainer, 'model' | 'updated'>, name: string): WeightChange | null {
  const W = model.params.find(({ path }) => path === `${name}.W`)?.slot
  if (!W) throw noTensor(`${name}.W`)
  if (!updated || !W.before) return null
  const [after, before, gradient] = [W.value.data, W.before.data, W.grad.data]
  const at = mostChanged(before, after)
  const { columns } = W.value
  return at < 0 ? null : { row: Math.floor(at / columns), column: at % columns, before: before[at]!, gradient: gradient[at]!, after: after[at]! }
}

/** @returns index of the number that differs most; the first of equal ones, −1 if none differs */
export function mostChanged(before: ArrayLike<number>, after: ArrayLike<number>): number {
  let at = -1
  let largest = 0
  for (let i = 0; i < after.length; i++) {
    const distance = Math.abs(after[i]! - before[i]!)
    if (distance > largest) [at, largest] = [i, distance]
  }
  return at
}

/** A training image as the network's input. */
export interface LabelledImage {
  /** 0 (paper) to 1 (ink) */
  readonly pixels: Float32Array
  readonly label: number
}

/** The first `count` images of a mini-batch with their labels. @param indices of training images */
export function imagesAt({ dataset: { train } }: Pick<ProbedTrainer, 'dataset'>, indices: Uint32Array, count: number): LabelledImage[] {
  return Array.from(indices.subarray(0, count), index => ({ pixels: imageAt(train, index), label: train.labels[index]! }))
}

/** @throws LabError train.noTensor when the network has no such tensor */
export function tensorAt(model: Model, path: string): Tensor {
  const tensor = model.tensor(path)
  if (!tensor) throw noTensor(path)
  return tensor
}

/** Error for a path or a name of a layer that the network does not have. */
export const noTensor = (path: string): LabError => new LabError('train.noTensor', `the network has no tensor ${path}`, { found: path })
