import type { OptimizerName } from '../config'
import type { Position } from '../data/mini-batches'
import { LabError } from '../errors'
import { sizeOfShape } from '../layers/definition'
import type { ModelTensors } from '../layers/layer'
import { savedTensors } from '../network/params'
import type { Optimizer } from '../optim/optimizer'
import type { Tensor } from '../tensor'

/** The whole state of a training between two steps: continuing from it is bit-identical to never having stopped. */
export interface Snapshot {
  readonly position: Position
  /** Loss of the latest mini-batch, null before the first */
  readonly loss: number | null
  /** The optimizer that the state tensors belong to */
  readonly optimizer: OptimizerName
  /** Updates of the optimizer so far */
  readonly updates: number
  /** Parameters, buffers, and the optimizer's state as 'optimizer.affine1.W.m' */
  readonly tensors: readonly { readonly path: string, readonly data: Float32Array }[]
}

/** The tensors that a snapshot copies. */
export const stateTensors = (model: ModelTensors, { state }: Pick<Optimizer, 'state'>): readonly { readonly path: string, readonly tensor: Tensor }[] =>
  [...savedTensors(model), ...state.map(({ path, tensor }) => ({ path: `optimizer.${path}`, tensor }))]

/** Size in bytes of a {@link RecentState}. @param model of a run or of a dry run */
export const stateBytes = (model: ModelTensors, optimizer: Pick<Optimizer, 'state'>): number =>
  [...stateTensors(model, optimizer), ...model.buffers].reduce((sum, { tensor: { shape } }) => sum + Float32Array.BYTES_PER_ELEMENT * sizeOfShape(shape), 0)

/** Limit for repeating the steps since a kept state, in multiply-adds: about two seconds */
const replayWork = 4e10

/** Number of steps between two states that are kept. @param work parameters times rows of a mini-batch */
export const stepsToKeep = (work: number): number => Math.max(8, Math.min(100, Math.ceil(replayWork / (6 * work))))

/**
 * A recent state of a training, from which later steps can be repeated; its memory is allocated once. The state before a step is
 * kept only when the step's loss was finite: until then the one before it stays, from which a divergence is undone.
 */
export class RecentState {
  private readonly optimizer: Optimizer
  private readonly copies: readonly { readonly path: string, readonly tensor: Tensor, readonly data: Float32Array }[]
  /** Running statistics, which the forward pass of a step changes before its loss is known */
  private readonly buffers: readonly { readonly tensor: Tensor, readonly data: Float32Array, readonly kept: Float32Array }[]
  private kept: Pick<Snapshot, 'position' | 'loss' | 'updates'> | null = null
  /** The state before the step that is being computed, if it is to be kept */
  private begun: Pick<Snapshot, 'position' | 'loss'> | null = null
  private isAskedFor = false

  /** @param every steps between two states that are kept */
  constructor({ model, optimizer }: { readonly model: ModelTensors, readonly optimizer: Optimizer }, private readonly kind: OptimizerName, private readonly every: number) {
    this.optimizer = optimizer
    this.copies = stateTensors(model, optimizer).map(({ path, tensor }) => ({ path, tensor, data: new Float32Array(tensor.size) }))
    const keptOf = new Map(this.copies.map(({ tensor, data }) => [tensor, data]))
    this.buffers = model.buffers.map(({ tensor }) => ({ tensor, data: new Float32Array(tensor.size), kept: keptOf.get(tensor)! }))
  }

  /** The state before the next step is kept. */
  askForNext(): void { this.isAskedFor = true }

  /** Call before a step. */
  beginStep(position: Position, loss: number | null): void {
    this.begun = this.isAskedFor || position.step % this.every === 0 ? { position, loss } : null
    this.isAskedFor = false
    if (this.begun) for (const { tensor, data } of this.buffers) data.set(tensor.data)
  }

  /** Call before a step's update, which only follows a finite loss. */
  beforeUpdate(): void {
    if (!this.begun) return
    this.take(this.begun.position, this.begun.loss)
    for (const { data, kept } of this.buffers) kept.set(data)
  }

  /** Puts the state before the step that has begun in place; call `askForNext` before that step. @returns puts the present one back */
  exchange(): () => void {
    const { optimizer, begun, kept, buffers, copies } = this
    const changed = begun ? buffers : copies
    const { updates } = optimizer
    const now = changed.map(({ tensor }) => Float32Array.from(tensor.data))
    for (const { tensor, data } of changed) tensor.data.set(data)
    if (!begun) optimizer.updates = kept!.updates
    return () => {
      changed.forEach(({ tensor }, i) => { tensor.data.set(now[i]!) })
      optimizer.updates = updates
    }
  }

  take(position: Position, loss: number | null): void {
    this.begun = null
    this.kept = { position, loss, updates: this.optimizer.updates }
    for (const { tensor, data } of this.copies) data.set(tensor.data)
  }

  /** Its contents; the numbers are overwritten by the next `take`. @throws LabError internal before the first */
  get latest(): Snapshot {
    if (!this.kept) throw new LabError('internal', 'no state was kept', {})
    return { ...this.kept, optimizer: this.kind, tensors: this.copies }
  }
}

/**
 * Restores a model and its optimizer from a snapshot. An optimizer of another kind starts with zero state.
 * @throws LabError internal when a tensor is missing or has another size
 */
export function putState({ tensors, updates, optimizer: kind }: Snapshot, model: ModelTensors, optimizer: Optimizer, own: OptimizerName): void {
  const given = new Map(tensors.map(({ path, data }) => [path, data]))
  if (kind === own) optimizer.updates = updates
  else optimizer.reset()
  for (const { path, tensor } of kind === own ? stateTensors(model, optimizer) : savedTensors(model)) {
    const data = given.get(path)
    if (data?.length !== tensor.size) throw new LabError('internal', `the snapshot has no ${path}`, { found: path })
    tensor.data.set(data)
  }
}
