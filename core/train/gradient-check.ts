import type { Pass } from '../layers/layer'
import type { Model } from '../network/model'
import type { Ops } from '../ops/ops'
import { Random } from '../random'
import type { Real } from '../tensor'
import { Kinks } from './kinks'

/** Step of the central difference: a balance of truncation and rounding errors in float64. */
export const defaultH = 1e-4

/**
 * The numeric gradient of f by central differences: (f(x + h) − f(x − h)) / 2h for each element of x.
 * @param f depends on x and returns a number
 * @param x changed one element at a time, and restored
 * @source Deep Learning from Scratch, 4.4
 */
export function numericalGradient(f: () => number, x: Real, h = defaultH): Real {
  const gradient = x.slice()
  for (let i = 0; i < x.length; i++) gradient[i] = centralDifference(f, x, i, h).slope
  return gradient
}

/** The loss beside a value of one element, and the slope between. */
export interface CentralDifference {
  /** f(x + h) */
  readonly above: number
  /** f(x − h) */
  readonly below: number
  readonly slope: number
}

/** (f(x + h) − f(x − h)) / 2h for element i of x, which is restored. */
export function centralDifference(f: () => number, x: Real, i: number, h: number): CentralDifference {
  const xi = x[i]!
  x[i] = xi + h
  const above = f()
  x[i] = xi - h
  const below = f()
  x[i] = xi
  return { above, below, slope: (above - below) / (2 * h) }
}

/** A training pass with a fixed dropout mask, which does not update running statistics. */
export const heldPass: Pass = { training: true, seed: 1, step: 0, tracking: false }

/** Comparison of backpropagation with numeric gradients, for one W or b. */
export interface ParamCheck {
  /** 'affine1.W' */
  readonly path: string
  /** Number of elements compared: all except kinks */
  readonly checked: number
  /** Mean and largest absolute difference; 0 if nothing was compared */
  readonly mean: number
  readonly max: number
  /** Number of elements whose ±h changes the sign of an input of ReLU: there the loss has a kink, so the gradients may differ */
  readonly kinks: number
  /** Largest absolute difference at a kink */
  readonly kinkMax: number
}

/** One element, by both ways. */
export interface ComparedElement {
  /** 'affine1.W' */
  readonly path: string
  /** Row-major */
  readonly index: number
  readonly numeric: number
  readonly backprop: number
  /** Whether ±h changes the sign of an input of ReLU */
  readonly isKink: boolean
}

export interface GradientCheckProgress {
  readonly latest: ComparedElement
  /** Number of elements checked so far, over all parameters */
  readonly done: number
  readonly total: number
}

export interface GradientCheckOptions {
  readonly h?: number
  /** The same for all forward passes, so that the dropout mask and the running statistics do not change */
  readonly pass?: Pass
  /** Checks only these elements, counted over all parameters in their order, ascending; left out: all */
  readonly only?: ArrayLike<number>
}

/** The number of elements of all parameters. */
export const parametersOf = ({ params }: Pick<Model, 'params'>): number => params.reduce((sum, { slot }) => sum + slot.value.size, 0)

/**
 * Elements of a model's parameters drawn at random without repetition, ascending.
 * @param count fewer than there are @param seed of the draw
 */
export function drawElements(model: Pick<Model, 'params'>, count: number, seed: number): Uint32Array {
  const all = Uint32Array.from({ length: parametersOf(model) }, (_, i) => i)
  new Random(seed).shuffle(all)
  return all.slice(0, count).sort()
}

/**
 * Compares every gradient of a model with a numeric gradient of its loss: two forward passes per weight. Yields after each
 * weight, so that the caller can report progress, process events or stop; in the end, also after a stop, the model is restored.
 * @param model in float64, with input and target filled in
 * @source Deep Learning from Scratch, 5.7.3
 */
export function* gradientCheckSteps(model: Model, ops: Ops, { h = defaultH, pass = heldPass, only }: GradientCheckOptions = {}): Generator<GradientCheckProgress, ParamCheck[]> {
  const total = only?.length ?? parametersOf(model)
  const checks: ParamCheck[] = []
  let done = 0
  let first = 0 // element of this parameter, counted over all parameters

  model.forward(ops, pass)
  model.backward(ops, pass)
  const kinks = new Kinks(model)
  kinks.hold()
  for (const { path, slot: { value, grad } } of model.params) {
    const from = model.layers.findIndex(({ params }) => params.some(param => param.path === path)) // earlier layers do not change
    const tally = new Tally()
    let isKink = false
    const loss = (): number => {
      const loss = model.forward(ops, pass, from)
      isKink ||= kinks.haveCrossed
      return loss
    }
    try {
      for (let i = 0; i < value.size; i++) {
        if (only && only[done] !== first + i) continue
        isKink = false
        const numeric = centralDifference(loss, value.data, i, h).slope
        const backprop = grad.data[i]!
        tally.add(Math.abs(numeric - backprop), isKink)
        yield { latest: { path, index: i, numeric, backprop, isKink }, done: ++done, total }
      }
    }
    finally {
      model.forward(ops, pass) // also restores the activations
    }
    checks.push(tally.check(path))
    first += value.size
  }
  return checks
}

/** Runs {@link gradientCheckSteps} to the end. */
export function gradientCheck(model: Model, ops: Ops, h = defaultH): ParamCheck[] {
  const steps = gradientCheckSteps(model, ops, { h })
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

class Tally {
  private checked = 0
  private sum = 0
  private max = 0
  private kinks = 0
  private kinkMax = 0

  add(difference: number, kink: boolean): void {
    if (kink) {
      this.kinks++
      this.kinkMax = Math.max(this.kinkMax, difference)
      return
    }
    this.checked++
    this.sum += difference
    this.max = Math.max(this.max, difference)
  }

  check(path: string): ParamCheck {
    const { checked, sum, max, kinks, kinkMax } = this
    return { path, checked, mean: checked ? sum / checked : 0, max, kinks, kinkMax }
  }
}
