import type { Layer, Pass } from '../layers/layer'
import type { Model } from '../network/model'
import type { Ops } from '../ops/ops'
import type { Real, Tensor } from '../tensor'

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
  for (let i = 0; i < x.length; i++) gradient[i] = slope(f, x, i, h)
  return gradient
}

function slope(f: () => number, x: Real, i: number, h: number): number {
  const xi = x[i]!
  x[i] = xi + h
  const above = f()
  x[i] = xi - h
  const below = f()
  x[i] = xi
  return (above - below) / (2 * h)
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

export interface GradientCheckProgress {
  /** 'affine1.W' */
  readonly path: string
  /** Number of elements checked so far, over all parameters */
  readonly done: number
  readonly total: number
}

/**
 * Compares every gradient of a model with a numeric gradient of its loss: two forward passes per weight. Yields after each
 * weight, so that the caller can report progress, process events or stop; in the end, also after a stop, the model is restored.
 * @param model in float64, with input and target filled in
 * @param pass the same for all forward passes, so that the dropout mask and the running statistics do not change
 * @source Deep Learning from Scratch, 5.7.3
 */
export function* gradientCheckSteps(model: Model, ops: Ops, h = defaultH, pass: Pass = heldPass): Generator<GradientCheckProgress, ParamCheck[]> {
  const total = model.params.reduce((sum, { slot }) => sum + slot.value.size, 0)
  const kinked = model.layers.filter((_, i) => model.definitions[i]!.kinkAtZero)
  const checks: ParamCheck[] = []
  let done = 0

  model.forward(ops, pass)
  model.backward(ops, pass)
  const signs = kinked.map(({ x }) => Array.from(x.data, isPositive))
  for (const { path, slot: { value, grad } } of model.params) {
    const from = model.layers.findIndex(({ params }) => params.some(param => param.path === path)) // earlier layers do not change
    const tally = new Tally()
    let kink = false
    const loss = (): number => {
      const loss = model.forward(ops, pass, from)
      kink ||= haveOtherSigns(kinked, signs)
      return loss
    }
    try {
      for (let i = 0; i < value.size; i++) {
        kink = false
        const numeric = slope(loss, value.data, i, h)
        tally.add(Math.abs(numeric - grad.data[i]!), kink)
        yield { path, done: ++done, total }
      }
    }
    finally {
      model.forward(ops, pass) // also restores the activations
    }
    checks.push(tally.check(path))
  }
  return checks
}

/** Runs {@link gradientCheckSteps} to the end. */
export function gradientCheck(model: Model, ops: Ops, h = defaultH, pass: Pass = heldPass): ParamCheck[] {
  const steps = gradientCheckSteps(model, ops, h, pass)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

const isPositive = (x: number): boolean => x > 0

/** Whether any input of these layers has another sign than before. */
function haveOtherSigns(layers: readonly Layer[], signs: readonly (readonly boolean[])[]): boolean {
  return layers.some(({ x }, i) => differs(x, signs[i]!))
}

function differs({ data }: Tensor, signs: readonly boolean[]): boolean {
  for (let i = 0; i < data.length; i++)
    if (isPositive(data[i]!) !== signs[i]) return true
  return false
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
