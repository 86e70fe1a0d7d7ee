import { type Architecture, type RunConfig } from '../config'
import type { ModelTensors } from '../layers/layer'
import type { LayerRegistry } from '../layers/registry'
import { buildModel, type Model } from '../network/model'
import { countParameters } from '../network/shapes'
import { optimizerDefinition } from '../optim/registry'
import type { Optimizer } from '../optim/optimizer'
import { type Arena, DryRunArena, Slot, Tensor } from '../tensor'
import { allocateBefore } from './before'
import { stateBytes, stateTensors } from './snapshot'

/** What a network is built with. */
interface BuildOptions {
  /** Rows of the largest batch */
  readonly rows: number
  readonly arena: Arena
  /** Sparse input, if the backend is faster with it; else the model allocates a dense one */
  readonly input: Slot | undefined
  /** Kinds of layers; left out: the registered ones */
  readonly registry?: LayerRegistry | undefined
}

/** The part of a config that determines what a run allocates. */
type Allocated = Pick<RunConfig, 'optimizer' | 'weightDecay'>

/** Network and optimizer of a run. Every parameter can keep its value from before the latest update. */
export function buildModelAndOptimizer(architecture: Architecture, config: Allocated, { rows, arena, input, registry }: BuildOptions): { readonly model: Model, readonly optimizer: Optimizer } {
  const model = buildModel(architecture, { rows, arena, input, ...registry && { registry } })
  allocateBefore(model.params, arena)
  return { model, optimizer: optimizerDefinition(config.optimizer.kind).create(config, model.params, arena) }
}

/** Paths and shapes of the tensors of a run's snapshot, in its order. */
export function stateLayout(architecture: Architecture, config: Allocated, registry?: LayerRegistry): readonly { readonly path: string, readonly shape: readonly number[] }[] {
  const { model, optimizer } = buildModelAndOptimizer(architecture, config, { rows: 1, arena: new DryRunArena(), input: undefined, registry })
  return stateTensors(model, optimizer).map(({ path, tensor: { shape } }) => ({ path, shape }))
}

/** The network for evaluations: a copy of the parameters and buffers. It computes no gradients, so it reuses the run's gradient tensors. */
export function evaluationModel({ architecture, params, buffers, registry }: Model, { rows, arena, input }: Omit<BuildOptions, 'registry'>): Model {
  const shared: ModelTensors = {
    params: params.map(param => ({ ...param, slot: new Slot(arena.tensor(param.slot.value.shape), param.slot.grad) as typeof param.slot })),
    buffers: buffers.map(({ path, tensor }) => ({ path, tensor: arena.tensor(tensor.shape) })),
  }
  return buildModel(architecture, { rows, arena, input, shared, registry })
}

/** Images in one batch of an evaluation, about 8 ms of work. */
export const evaluationRows = (architecture: Architecture, registry?: LayerRegistry): number => Math.max(4, Math.min(100, Math.floor(8e6 / countParameters(architecture, registry))))

/** What a run and its evaluation allocate. */
export interface RunAllocation {
  /** Sizes in bytes of the blocks in the backend's memory, in order */
  readonly blocks: readonly number[]
  /** Size in bytes of the copy of the state, from which a divergence is undone */
  readonly copy: number
}

/**
 * Finds by a dry run what a run and its evaluation allocate.
 * @param rows of a mini-batch
 * @param sparse whether the input is sparse
 */
export function allocationOf(architecture: Architecture, config: Allocated, { rows, sparse, registry }: { readonly rows: number, readonly sparse: boolean, readonly registry?: LayerRegistry | undefined }): RunAllocation {
  const arena = new DryRunArena()
  const input = (rows: number): Slot | undefined => sparse ? new Slot(new Tensor(arena.numbers(rows), [rows, ...architecture.input]), null) : undefined
  const { model, optimizer } = buildModelAndOptimizer(architecture, config, { rows, arena, input: input(rows), registry })
  const measured = evaluationRows(architecture, registry)
  evaluationModel(model, { rows: measured, arena, input: input(measured) })
  return { blocks: arena.blocks, copy: stateBytes(model, optimizer) }
}
