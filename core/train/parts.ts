import { buildModel, type Model } from '../network/model'
import type { NamedParams } from '../network/params'
import { allocateBefore } from './undo'
import { createOptimizer } from '../optim/create'
import type { Optimizer } from '../optim/optimizer'
import { type Arena, DryRunArena, Slot, Tensor } from '../tensor'
import { type Architecture, countParameters, type RunConfig } from '../config'

/** What a network is built with. */
interface BuildOptions {
  /** Rows of the largest batch */
  readonly rows: number
  readonly arena: Arena
  /** Sparse input, if the backend is faster with it; else the model allocates a dense one */
  readonly input: Slot | undefined
}

/** Network and optimizer of a run. Every parameter can keep its value from before the latest update. */
export function buildModelAndOptimizer(config: Pick<RunConfig, keyof Architecture | 'optimizer' | 'learningRate'>, { rows, arena, input }: BuildOptions): { readonly model: Model, readonly optimizer: Optimizer } {
  const model = buildModel(config, { rows, arena, input })
  allocateBefore(model.params, arena)
  return { model, optimizer: createOptimizer(config, model.params, arena) }
}

/** The network for evaluations: a copy of the weights. It computes no gradients, so it reuses the run's gradient tensors. */
export function evaluationModel(architecture: Architecture, params: readonly NamedParams[], { rows, arena, input }: BuildOptions): Model {
  const own = (slot: NamedParams['W']): NamedParams['W'] => new Slot(arena.tensor(slot.value.shape), slot.grad) as NamedParams['W']
  return buildModel(architecture, { rows, arena, input, params: params.map(({ name, W, b }) => ({ name, W: own(W), b: own(b) })) })
}

/** Images in one batch of an evaluation, about 8 ms of work. */
export const evaluationRows = ({ layers }: Architecture): number => Math.max(4, Math.min(100, Math.floor(8e6 / countParameters(layers))))

/**
 * Sizes of all blocks that a run and its evaluation allocate, in order.
 * @param rows of a mini-batch
 * @param sparse whether the input is sparse
 */
export function runBlockSizes(config: Parameters<typeof buildModelAndOptimizer>[0], rows: number, sparse: boolean): readonly number[] {
  const arena = new DryRunArena()
  const input = (rows: number): Slot | undefined => sparse ? new Slot(new Tensor(arena.numbers(rows), [rows, config.layers[0]!]), null) : undefined
  const { model } = buildModelAndOptimizer(config, { rows, arena, input: input(rows) })
  const measured = evaluationRows(config)
  evaluationModel(config, model.params, { rows: measured, arena, input: input(measured) })
  return arena.blocks
}
