import type { OptimizerSpec } from '../../config'
import type { Split } from '../../data/dataset'
import { fillImages, fillTarget } from '../../data/images'
import { LabError } from '../../errors'
import { inference, type Pass } from '../../layers/layer'
import { buildModel, type Model } from '../../network/model'
import { copyTensors } from '../../network/params'
import { countParameters } from '../../network/shapes'
import { maxRunBytes, withinMemory } from '../fit'
import { Trainer } from '../trainer'

/** The optimizer of a step: its settings, and its state before and after the update. */
export interface XrayOptimizer {
  readonly spec: OptimizerSpec
  readonly weightDecay: number
  /** Number of the update, from 1 */
  readonly update: number
  /** Whether a parameter has been updated. @param path 'affine1.W' */
  has(path: string): boolean
  /** By path: 'affine1.W.v' */
  readonly before: ReadonlyMap<string, ArrayLike<number>>
  readonly after: ReadonlyMap<string, ArrayLike<number>>
}

/** A forward and a backward pass with all of its numbers, which nothing changes while they are read. */
export interface XraySource {
  readonly model: Model
  readonly pass: Pass
  /** Mini-batches that the run has learned with it */
  readonly step: number
  readonly loss: number
  /** The images of its rows, by their index in the split */
  readonly images: Uint32Array
  readonly split: Split
  /** Null if nothing was updated: an image alone, or an update that was undone after a divergence */
  readonly optimizer: XrayOptimizer | null
  /** Frees the memory. */
  dispose(): void
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20)

/**
 * Computes a run's latest step again, bit for bit, in a second trainer: the run itself is not disturbed.
 * @param max memory limit of both trainers together
 * @throws LabError xray.noStep before the first step, xray.changed when the settings were changed since, xray.memory
 */
export function replayedStep(trainer: Trainer, max = maxRunBytes): XraySource {
  const { replayable, dataset, ops, model: { registry }, classes, recipe: { config, events, first } } = trainer
  if (!replayable) throw new LabError('xray.noStep', 'the run has not learned a mini-batch yet')
  const { from, step } = replayable
  if (from.position.step > step) throw new LabError('xray.changed', 'the state before the latest step is no longer known', { step: step + 1 })
  checkMemory(trainer.bytes, trainer.bytes, max)
  const copy = new Trainer(config, dataset, { ops, events, registry, from, ...first && { weights: { ...first, classes } } })
  while (copy.step < step) copy.learn()
  const before = stateOf(copy)
  copy.learn()
  const { model, config: { seed, optimizer: spec, weightDecay }, optimizerState: { updates } } = copy
  return {
    model, step: step + 1, loss: model.loss, pass: { training: true, seed, step, tracking: false },
    images: copy.latestImages!.slice(), split: dataset.train,
    optimizer: copy.updated ? { spec, weightDecay, update: updates, has: () => true, before, after: new Map(copy.optimizerState.state.map(({ path, tensor }) => [path, tensor.data])) } : null,
    dispose: () => { copy.dispose() },
  }
}

const stateOf = ({ optimizerState: { state } }: Trainer): ReadonlyMap<string, ArrayLike<number>> => new Map(state.map(({ path, tensor: { data } }) => [path, data.slice()]))

/**
 * One image alone, forward and backward through the run's present weights, as in an evaluation: dropout keeps every number and
 * batch normalization uses its running statistics.
 * @param max memory limit together with the run
 * @throws LabError xray.memory
 */
export function imageAlone(trainer: Trainer, split: Split, index: number, max = maxRunBytes): XraySource {
  const { ops, model: { architecture, registry }, step } = trainer
  const bytes = 8 * countParameters(architecture, registry) // weights and gradients
  checkMemory(trainer.bytes, bytes, max)
  const arena = ops.arena()
  const model = withinMemory(bytes, () => arena.allOrNothing(() => buildModel(architecture, { rows: 1, arena, registry, inputGrad: true })))
  const images = Uint32Array.of(index)
  copyTensors(model, trainer.model)
  fillImages(model.input.value, split, images, 0, 1)
  fillTarget(model.target.value, split, images, 0, 1)
  const loss = model.forward(ops, inference)
  model.backward(ops, inference)
  return { model, pass: inference, step, loss, images, split, optimizer: null, dispose: () => { arena.dispose() } }
}

function checkMemory(run: number, more: number, max: number): void {
  if (run + more > max) throw new LabError('xray.memory', `the X-ray takes ${megabytes(more)} MB beside the run`, { found: megabytes(run + more), max: megabytes(max) })
}
