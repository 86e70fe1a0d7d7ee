import type { OptimizerName, OptimizerSpec } from '../config'
import type { NumpyClass } from '../layers/definition'
import type { NamedTensor, Param } from '../layers/layer'
import type { Ops } from '../ops/ops'
import type { Arena, Tensor } from '../tensor'
import type { NumberRange } from '../untrusted'

/** A number that an optimizer is set to, besides its learning rate. */
export interface OptimizerRate extends NumberRange {
  readonly name: string
  /** The book's or the paper's */
  readonly usual: number
}

/** An optimizer in the notation of the book and the papers; η is the learning rate. */
export interface UpdateRule {
  /** Updates of its state; empty for plain SGD */
  readonly stateUpdates: readonly string[]
  /** Lines between them and the update: Adam's bias correction; left out: none */
  readonly corrections?: readonly string[]
  /** Update of a parameter */
  readonly parameterUpdate: string
  /** The update as LaTeX, for a parameter W */
  readonly latex: (W: string, outer?: string) => string
}

/** Everything about one optimizer. */
export interface OptimizerDefinition {
  readonly kind: OptimizerName
  /** For a network like the default one: a hint for the user, never set automatically */
  readonly usualLearningRate: number
  readonly rates: readonly OptimizerRate[]
  /** @param spec with all rates */
  rule(spec: OptimizerSpec): UpdateRule
  /**
   * What the lines of its rule compute for one weight: the state updates, the corrections, and the new weight.
   * @param spec with all rates
   */
  numbers(spec: OptimizerSpec, weight: WeightBefore): readonly number[]
  /** The same update in PyTorch; left out: an export refuses it */
  readonly pytorch?: PytorchOptimizer
  /** Whether weight decay shrinks the weights themselves (AdamW) instead of being added to the gradient */
  readonly decaysWeights?: true
  /**
   * Its class in exported NumPy code: the constructor takes the learning rate and the rates by name, `update(params, grads)` changes
   * the arrays of a dictionary in place. Left out: trainings with it cannot be exported as NumPy code.
   */
  readonly numpy?: NumpyClass
  create(settings: OptimizerSettings, params: readonly Param[], arena: Arena): Optimizer
}

/** A class of torch.optim that makes the same updates. */
export interface PytorchOptimizer {
  /** 'SGD' */
  readonly name: string
  /** Its arguments besides the parameters, the learning rate and the weight decay: 'momentum=0.9' */
  arguments(spec: OptimizerSpec): readonly string[]
  /** For each tensor of the state, its name in PyTorch and the factor between them: buffer = −v / η */
  state(spec: OptimizerSpec): Readonly<Record<string, { readonly name: string, readonly factor: number }>>
  /** Whether PyTorch also counts the updates of each parameter, as `step` */
  readonly countsSteps: boolean
}

/** One weight before an update. */
export interface WeightBefore {
  readonly weight: number
  /** With weight decay, where that is part of the gradient */
  readonly gradient: number
  /** The optimizer's state for it, in the order of its tensors */
  readonly state: readonly number[]
  /** Number of the update, from 1 */
  readonly update: number
}

export interface OptimizerSettings {
  readonly optimizer: OptimizerSpec
  readonly weightDecay: number
}

/** A parameter with an optimizer's state for it: tensors of the same shape, initially 0. */
interface Entry {
  readonly param: Param
  readonly state: readonly Tensor[]
  /** Receives the gradient with weight decay; null without weight decay */
  readonly decayed: Tensor | null
}

/** Updates the parameters with their gradients. */
export abstract class Optimizer {
  /** Number of updates so far; to continue from a saved state, set it together with `state` */
  updates = 0
  /** Its tensors by path: 'affine1.W.v'; none for plain SGD */
  readonly state: readonly NamedTensor[]
  private readonly entries: readonly Entry[]

  /**
   * @param arena allocates its state, once
   * @param names of its state tensors for each parameter: m and v
   */
  constructor(protected settings: OptimizerSettings, params: readonly Param[], arena: Arena, names: readonly string[] = []) {
    const decays = settings.weightDecay > 0 && this.decayInGradient
    this.entries = params.map(param => ({
      param,
      state: names.map(() => arena.tensor(param.slot.value.shape)),
      decayed: decays && param.decay ? arena.tensor(param.slot.value.shape) : null,
    }))
    this.state = this.entries.flatMap(({ param: { path }, state }) => state.map((tensor, i) => ({ path: `${path}.${names[i]!}`, tensor })))
  }

  /** One update. @returns whether all parameters are finite afterwards */
  step(ops: Ops): boolean {
    this.beginUpdate()
    let finite = true
    for (let i = 0; i < this.entries.length; i++) finite = this.updateParam(ops, i) && finite
    return finite
  }

  /** Call before the parameters of an update. */
  beginUpdate(): void { this.updates++ }

  /** The update of one parameter. @param i its index @returns whether it is finite afterwards */
  updateParam(ops: Ops, i: number): boolean {
    const { param, state, decayed } = this.entries[i]!
    const { value, grad } = param.slot
    if (decayed) ops.addDecay(decayed, grad, value, this.settings.weightDecay)
    return this.update(ops, param, decayed ?? grad, state)
  }

  /** Sets other rates for the next updates; the kind and its memory stay. */
  configure(settings: OptimizerSettings): void { this.settings = settings }

  /** Resets the state to its initial values. */
  reset(): void {
    this.updates = 0
    for (const { tensor } of this.state) tensor.memory.fill(0)
  }

  /** Whether weight decay is part of the gradient (L2) or applied to the weights by `update` itself. */
  protected get decayInGradient(): boolean { return true }

  /** Updates one parameter. @param gradient with weight decay @returns whether it is finite afterwards */
  protected abstract update(ops: Ops, param: Param, gradient: Tensor, state: readonly Tensor[]): boolean
}

/** A rate as in the formulas: 1 − 0.99 is 0.01. */
export const plainRate = (rate: number): string => String(Number(rate.toPrecision(12)))
