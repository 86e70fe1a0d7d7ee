import type { StepRange } from '../train/series'
import type { RunSeries } from './run-series'

/** Losses of a stretch of steps: `steps[i]` is the last step of column i. */
export interface LossColumns {
  /** Steps in each column, a power of two; a column ends at a multiple of it */
  readonly width: number
  readonly steps: Float64Array
  readonly least: Float64Array
  readonly greatest: Float64Array
  readonly mean: Float64Array
  /** Number of finite losses in the column, at least 1 */
  readonly count: Float64Array
}

/** The smallest power of two such that at most `columns` columns of this width cover all steps. */
export const widthFor = (steps: number, columns: number): number => 2 ** Math.max(0, Math.ceil(Math.log2(steps / columns)))

/**
 * Puts losses into columns, so that runs of any length can be sent and drawn. Columns of equal width end at the same steps in
 * every run. Losses that are missing or not finite do not count; a column without any is left out.
 * @param width steps in a column
 * @param range the steps whose columns are wanted; left out: all
 */
export function lossColumns({ losses, firstStep }: Pick<RunSeries, 'losses' | 'firstStep'>, width: number, range: StepRange = { from: 0, to: Infinity }): LossColumns {
  const from = firstStep === null ? 0 : Math.ceil(Math.max(firstStep, range.from) / width)
  const last = (firstStep ?? 1) + losses.length - 1
  const all = firstStep === null || losses.length === 0 ? 0 : Math.max(0, Math.ceil(Math.min(last, range.to) / width) - from + 1)
  const [steps, least, greatest, mean, count] = [0, 1, 2, 3, 4].map(() => new Float64Array(all)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
  let n = 0
  for (let column = 0; column < all; column++) {
    const end = Math.min(last, (from + column) * width)
    let [low, high, sum, known] = [Infinity, -Infinity, 0, 0]
    for (let step = Math.max(firstStep!, (from + column - 1) * width + 1); step <= end; step++) {
      const loss = losses[step - firstStep!]!
      if (!Number.isFinite(loss)) continue
      if (loss < low) low = loss
      if (loss > high) high = loss
      sum += loss
      known++
    }
    if (known === 0) continue
    steps[n] = end
    least[n] = low
    greatest[n] = high
    mean[n] = sum / known
    count[n++] = known
  }
  return { width, steps: steps.slice(0, n), least: least.slice(0, n), greatest: greatest.slice(0, n), mean: mean.slice(0, n), count: count.slice(0, n) }
}

/**
 * Seconds for which a run had learned at each of some steps; NaN after the last one that was recorded.
 * @param firstStep at which the run began, after 0 seconds
 * @param steps in ascending order
 */
export function secondsAt(times: RunSeries['times'], firstStep: number, steps: ArrayLike<number>): Float64Array {
  let before = { step: firstStep, seconds: 0 }
  let next = 0
  return Float64Array.from(steps, (step) => {
    for (; next < times.length && times[next]!.step <= step; next++) before = times[next]!
    const after = times[next]
    if (step === before.step && times.length > 0) return before.seconds
    return after ? before.seconds + (after.seconds - before.seconds) * (step - before.step) / (after.step - before.step) : NaN
  })
}

/** The first step at which the recorded losses of two runs differ; null if they agree wherever both have one. */
export function firstDifferingLoss(a: Pick<RunSeries, 'losses' | 'firstStep'>, b: Pick<RunSeries, 'losses' | 'firstStep'>): number | null {
  if (a.firstStep === null || b.firstStep === null) return null
  const [from, to] = [Math.max(a.firstStep, b.firstStep), Math.min(a.firstStep + a.losses.length, b.firstStep + b.losses.length)]
  for (let step = from; step < to; step++) {
    const [x, y] = [a.losses[step - a.firstStep]!, b.losses[step - b.firstStep]!]
    if (!Number.isNaN(x) && !Number.isNaN(y) && !Object.is(x, y)) return step
  }
  return null
}

/** The steps at which two runs can be compared. */
export interface CommonSteps {
  readonly first: number
  readonly last: number
  /** The first step whose recorded losses differ; null: none does */
  readonly lossDiffersAt: number | null
}

/**
 * Finds the first step at which two runs' weights differ. Losses that differ at a step tell where to look: the loss of a step is
 * that of the weights before it. Weights that differ once are taken to differ from then on.
 * @param differ whether the weights after a step differ; called about three times where the losses tell
 * @returns null when they are the same at the last common step
 */
export async function firstDifference({ first, last, lossDiffersAt }: CommonSteps, differ: (step: number) => Promise<boolean>): Promise<number | null> {
  if (await differ(first)) return first
  let equal = first
  let other: number | null = null
  // The losses differ because the weights before did; or because the mini-batch did, and then the weights after it do. While all are
  // the same, only the last weights may differ: no loss tells of them.
  const told = lossDiffersAt ?? last + 1
  for (const step of [told - 2, told - 1, told]) {
    if (step <= equal || step > last) continue
    if (await differ(step)) {
      other = step
      break
    }
    equal = step
  }
  if (other === null) {
    if (equal === last || !await differ(last)) return null
    other = last
  }
  while (other - equal > 1) {
    const middle: number = Math.floor((equal + other) / 2)
    if (await differ(middle)) other = middle
    else equal = middle
  }
  return other
}

/** Numbers of a tensor by its path. */
export interface Weights { readonly path: string, readonly data: ArrayLike<number> }

/** How far a tensor is from that of another run. */
export interface WeightDistance {
  /** 'affine1.W' */
  readonly path: string
  /** ‖a − b‖ */
  readonly distance: number
  /** ‖a‖ and ‖b‖ */
  readonly norms: readonly [number, number]
}

/** Whether two lists of the same tensors hold the same numbers, bit for bit. */
export const haveSameNumbers = (a: readonly Weights[], b: readonly Weights[]): boolean =>
  a.every(({ data }, i) => { for (let j = 0; j < data.length; j++) if (!Object.is(data[j], b[i]!.data[j])) return false; return true })

/** ‖ΔW‖ of each tensor of two lists of the same tensors, added up in float64. */
export const weightDistances = (a: readonly Weights[], b: readonly Weights[]): readonly WeightDistance[] => a.map(({ path, data }, i) => {
  const other = b[i]!.data
  let [between, own, its] = [0, 0, 0]
  for (let j = 0; j < data.length; j++) {
    const [x, y] = [data[j]!, other[j]!]
    between += (x - y) ** 2
    own += x ** 2
    its += y ** 2
  }
  return { path, distance: Math.sqrt(between), norms: [Math.sqrt(own), Math.sqrt(its)] }
})
