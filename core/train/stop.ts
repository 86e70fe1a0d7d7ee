import type { Evaluation } from './evaluation'

/** When a run stops by itself. */
export type StopCondition
  = | { readonly kind: 'step', readonly step: number }
  /** After this many completed epochs */
    | { readonly kind: 'epoch', readonly epoch: number }
  /** After this much learning, without pauses */
    | { readonly kind: 'time', readonly seconds: number }
  /** When the mean loss of the latest mini-batches is at or below this: a single one may be low by chance */
    | { readonly kind: 'loss', readonly loss: number }
  /** When the validation accuracy has not risen for this many epochs; without validation images that of the test images */
    | { readonly kind: 'patience', readonly epochs: number }

/** Mini-batches in the mean loss */
export const lossWindow = 100

/** The best evaluation at the end of an epoch. */
export interface BestEpoch {
  readonly split: 'validation' | 'test'
  readonly accuracy: number
  readonly step: number
}

/** Why a run has stopped. */
export interface Stopped {
  readonly condition: StopCondition
  readonly step: number
  /** Only where the condition is about accuracies */
  readonly best: BestEpoch | null
  /** The mean loss, only where the condition is about it */
  readonly mean?: number
}

/** Where a run stands. */
export interface StopMoment { readonly step: number, readonly epoch: number }

/** Whether a run has come so far that a condition would end it at once. */
export const isPassed = (condition: StopCondition, { step, epoch }: StopMoment): boolean =>
  (condition.kind === 'step' && step >= condition.step) || (condition.kind === 'epoch' && epoch >= condition.epoch)

/** What a {@link StopWatch} has seen, from which another one goes on. */
export interface StopMemory {
  readonly best: BestEpoch | null
  /** Epochs since the best one */
  readonly waited: number
  /** The latest ones, in a ring */
  readonly losses: Float64Array
  readonly taken: number
}

/** Watches a run until its condition holds. */
export class StopWatch {
  best: BestEpoch | null
  private waited: number
  private readonly losses: Float64Array
  private taken: number

  constructor(readonly condition: StopCondition, { best, waited, losses, taken }: StopMemory = { best: null, waited: 0, losses: new Float64Array(lossWindow), taken: 0 }) {
    this.best = best
    this.waited = waited
    this.losses = Float64Array.from(losses)
    this.taken = taken
  }

  get memory(): StopMemory {
    const { best, waited, losses, taken } = this
    return { best, waited, losses: Float64Array.from(losses), taken }
  }

  /** Whether the accuracy after each epoch is needed before the next step. */
  get needsEpochs(): boolean { return this.condition.kind === 'patience' }

  /** After a mini-batch. @param seconds of learning since the condition was set @returns whether the run is to stop */
  learned(at: StopMoment, loss: number, seconds: () => number): boolean {
    const { condition } = this
    if (condition.kind === 'time') return seconds() >= condition.seconds
    if (condition.kind !== 'loss') return isPassed(condition, at)
    this.losses[this.taken++ % lossWindow] = loss
    return this.taken >= lossWindow && this.mean <= condition.loss
  }

  /** Of the latest losses, once there are enough */
  get mean(): number { return this.losses.reduce((sum, value) => sum + value, 0) / lossWindow }

  /** After the evaluation at the end of an epoch. @returns whether the run is to stop */
  evaluated({ step, validation, test }: Pick<Evaluation, 'step' | 'validation' | 'test'>): boolean {
    const { condition, best } = this
    if (condition.kind !== 'patience') return false
    const { accuracy } = validation ?? test
    if (best === null || accuracy > best.accuracy) {
      this.best = { split: validation ? 'validation' : 'test', accuracy, step }
      this.waited = 0
      return false
    }
    return ++this.waited >= condition.epochs
  }
}
