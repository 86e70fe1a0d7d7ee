import { type Architecture, Arena, buildModel, copyTensors, createReferenceOps, expand, initialize, inputSize, mnist, MiniBatches, type Model, type Ops, type Precision, type Split } from '@core'
import type { Bug } from './bug'
import { Steps } from './steps'

/** What every network of the lab learns with. */
export const recipe = { batchSize: 50, learningRate: 0.1, images: 2_000, steps: 300 } as const

/** A loss above this does not come back; the numbers of the network are still finite, and can be examined. */
const lostAbove = 1e6

export const networkOf = (hidden: readonly number[]): Architecture => expand({ layers: [inputSize(mnist), ...hidden, mnist.classes.length], activation: 'relu' })

/** A network with the step that it learns by. @param bug null: without one */
export function assemble(bug: Pick<Bug, 'hidden'> & Partial<Bug>, { rows, precision = 'float32' }: { readonly rows: number, readonly precision?: Precision }): { readonly model: Model, readonly ops: Ops, readonly steps: Steps } {
  const { hidden, registry, loss } = bug
  const arena = new Arena(precision)
  const model = buildModel(networkOf(hidden), { rows, arena, ...registry && { registry }, ...loss && { loss } })
  for (const { slot } of model.params) slot.before = arena.tensor(slot.value.shape)
  const ops = createReferenceOps(precision)
  return { model, ops, steps: new (bug.Steps ?? Steps)({ model, ops, learningRate: recipe.learningRate }) }
}

/** A network that learns the lab's digits, step by step. */
export class LearningNetwork {
  readonly model: Model
  /** Loss of every step so far */
  readonly losses: number[] = []
  private readonly steps: Steps
  private readonly batches: MiniBatches

  /** @param bug with `hidden` alone: healthy @param seed of the weights and of the order of the images */
  constructor(readonly bug: Pick<Bug, 'hidden'> & Partial<Bug>, private readonly split: Split, seed: number) {
    const { model, steps } = assemble(bug, { rows: recipe.batchSize })
    this.model = model
    this.steps = steps
    initialize(model, 'he', seed)
    this.batches = new MiniBatches({ count: split.count, batchSize: recipe.batchSize, seed })
  }

  /** Whether the loss has grown beyond return. */
  get isLost(): boolean { return !((this.losses.at(-1) ?? 0) <= lostAbove) }
  /** Whether it has learned all steps, or is lost. */
  get hasEnded(): boolean { return this.losses.length >= recipe.steps || this.isLost }

  /** @returns the loss before the update */
  learn(): number {
    const loss = this.steps.learn(this.split, this.batches.at(this.batches.positionAt(this.losses.length)))
    this.losses.push(loss)
    return loss
  }

  /** Copies weights and gradients, which a step may go on from, into a network of another precision. */
  copyInto(other: Model): void {
    copyTensors(other, this.model)
    other.params.forEach(({ slot }, i) => { slot.grad.data.set(this.model.params[i]!.slot.grad.data) })
  }
}

/** Losses of as many mini-batches as have every image once. */
const perEpoch = recipe.images / recipe.batchSize

/** The mean loss of the latest epoch at each step, or of all steps before that: without the noise of single mini-batches. */
export function meanLosses(losses: readonly number[]): readonly number[] {
  let sum = 0
  return losses.map((loss, i) => {
    sum += loss - (i >= perEpoch ? losses[i - perEpoch]! : 0)
    return sum / Math.min(i + 1, perEpoch)
  })
}

/** Seeds of the healthy runs that a case is compared with, and of the cases. */
export const healthySeeds = [1, 2, 3, 4, 5] as const
export const caseSeed = 2
