import { buildModel, type Model } from '../network/model'
import type { NamedParams } from '../network/params'
import { createOptimizer } from '../optim/create'
import type { Optimizer } from '../optim/optimizer'
import { type Arena, Rehearsal, Slot, Tensor } from '../tensor'
import { type Architecture, countParameters, type RunConfig } from '../config'

/** Where something is built, and what of it is there already. */
interface Place {
  /** Of the largest batch */
  readonly rows: number
  readonly arena: Arena
  /** The images, where a backend takes them in a form of its own */
  readonly input: Slot | undefined
}

/** What a run learns with: its network, with what each weight was before its latest update, and the optimizer. */
export function learningParts(config: Pick<RunConfig, keyof Architecture | 'optimizer' | 'learningRate'>, { rows, arena, input }: Place): { readonly model: Model, readonly optimizer: Optimizer } {
  const model = buildModel(config, { rows, arena, input })
  for (const { W, b } of model.params) for (const slot of [W, b]) slot.before = arena.tensor(slot.value.shape)
  return { model, optimizer: createOptimizer(config, model.params, arena) }
}

/** The network that accuracy is measured with: weights of its own; the gradients, which nobody writes here, stay the original's. */
export function evaluationModel(architecture: Architecture, params: readonly NamedParams[], { rows, arena, input }: Place): Model {
  const own = (slot: NamedParams['W']): NamedParams['W'] => new Slot(arena.tensor(slot.value.shape), slot.grad) as NamedParams['W']
  return buildModel(architecture, { rows, arena, input, params: params.map(({ name, W, b }) => ({ name, W: own(W), b: own(b) })) })
}

/** Images that are looked at in one piece of an evaluation, which takes about 8 ms. */
export const evaluationRows = ({ layers }: Architecture): number => Math.max(4, Math.min(100, Math.floor(8e6 / countParameters(layers))))

/**
 * Every part of memory that a run with its evaluation takes, in bytes, in the order in which they are taken.
 * @param rows of a mini-batch
 * @param sparse whether images are only listed in this memory
 */
export function runParts(config: Parameters<typeof learningParts>[0], rows: number, sparse: boolean): readonly number[] {
  const arena = new Rehearsal()
  const input = (rows: number): Slot | undefined => sparse ? new Slot(new Tensor(arena.numbers(rows), [rows, config.layers[0]!]), null) : undefined
  const { model } = learningParts(config, { rows, arena, input: input(rows) })
  const measured = evaluationRows(config)
  evaluationModel(config, model.params, { rows: measured, arena, input: input(measured) })
  return arena.parts
}
