import { predictedClass } from '../train/split-counter'
import { type ExplainedNetwork, logitOf, logitsOf, read } from './explained'
import { saliency } from './saliency'

/** A change of at least this much counts as a changed pixel. */
const visible = 0.1
/** How far beyond the boundary a step aims, as a share of the distance that there was in the beginning: DeepFool's overshoot. */
const overshoot = 0.02
/** Largest change of one step, as the root of the mean square over all pixels: 1 in an image of 28×28, a ninth of a digit's length. */
const longest = 1 / 28
/** Classes whose boundaries with the target are looked at in one step */
const mostRivals = 5
/** Rounds in which the boundaries' factors are found: a few, unless no point is beyond all boundaries */
const mostCycles = 50
/** Steps after which the target counts as out of reach */
const mostSteps = 60

/** An image on its way to being read as another class, by small changes. */
export interface Uphill {
  /** The image that it began with, 0 (paper) to 1 (ink) */
  readonly origin: Float32Array
  /** The class that it is to be read as */
  readonly target: number
  /** The changed image, 0 to 1 */
  readonly pixels: Float32Array
  readonly steps: number
  /** What it is read as */
  readonly answer: number
  /** How much the target's logit is below the largest other one; negative when it is read as the target */
  readonly gap: number
  /** The gap in the beginning */
  readonly firstGap: number
  /** reached: it is read as the target; stuck: there is no direction uphill, or there were too many steps */
  readonly phase: 'moving' | 'reached' | 'stuck'
  /** √Σ (pixel − origin)² */
  readonly size: number
  /** Number of pixels that differ by more than 0.1 */
  readonly changed: number
}

/** Begins at an image, unchanged. @param target class that it is to be read as */
export function beginUphill(network: ExplainedNetwork, origin: Float32Array, target: number): Uphill {
  read(network, origin)
  return at(network, { origin, target, steps: 0, firstGap: gapOf(network, target) }, origin)
}

/**
 * One step of the smallest change, from the image that is there: the boundaries between the target and its rivals are taken to be
 * straight, and the image moves to the nearest point beyond all of them whose pixels are 0 to 1, or towards it by `longest`.
 * @source Moosavi-Dezfooli, Fawzi and Frossard 2016 (DeepFool), with several boundaries at once and limits for the pixels
 */
export function stepUphill(network: ExplainedNetwork, before: Uphill): Uphill {
  const parts = uphillStep(network, before)
  for (;;) {
    const { done, value } = parts.next()
    if (done) return value
  }
}

/**
 * The same step in parts, one for each rival, between which other images may be read: one backpropagation through a large network takes
 * several frames.
 */
export function* uphillStep(network: ExplainedNetwork, before: Uphill): Generator<undefined, Uphill> {
  if (before.phase !== 'moving') return before
  const { target, pixels: x, firstGap } = before
  read(network, x)
  if (predictedClass(network.model.out.value) === target) return at(network, before, x) // the weights have changed since the last step
  const boundaries: Boundary[] = []
  for (const rival of rivalsOf(network, target, mostRivals)) {
    if (boundaries.length > 0) {
      yield
      read(network, x)
    }
    const pair = { class: target, over: rival }
    boundaries.push({ slopes: saliency(network, pair).gradient, wanted: overshoot * firstGap - logitOf(network.model, pair) })
  }
  yield
  const pixels = nearest(x, boundaries, longest * Math.sqrt(x.length))
  if (pixels.every((pixel, i) => pixel === x[i])) return { ...before, phase: 'stuck' }
  return at(network, { ...before, steps: before.steps + 1 }, pixels)
}

/** Steps to the end. */
export function uphill(network: ExplainedNetwork, origin: Float32Array, target: number): Uphill {
  let image = beginUphill(network, origin, target)
  while (image.phase === 'moving') image = stepUphill(network, image)
  return image
}

/** The classes with the largest logits besides the target, the largest first; of equal ones the first. */
function rivalsOf({ model }: ExplainedNetwork, target: number, most: number): readonly number[] {
  const { data: z } = logitsOf(model)
  return Array.from(z.keys()).filter(k => k !== target).sort((j, k) => z[k]! - z[j]! || j - k).slice(0, most)
}

/** How much the target's logit is below the largest other one. */
const gapOf = (network: ExplainedNetwork, target: number): number => -logitOf(network.model, { class: target, over: rivalsOf(network, target, 1)[0] })

function at(network: ExplainedNetwork, { origin, target, steps, firstGap }: Pick<Uphill, 'origin' | 'target' | 'steps' | 'firstGap'>, pixels: Float32Array): Uphill {
  read(network, pixels)
  const { model } = network
  const gap = gapOf(network, target)
  const answer = predictedClass(model.out.value)
  let [size, changed] = [0, 0]
  for (let i = 0; i < pixels.length; i++) {
    const change = pixels[i]! - origin[i]!
    size += change * change
    if (Math.abs(change) > visible) changed++
  }
  const phase = !Number.isFinite(gap) ? 'stuck' : answer === target ? 'reached' : steps >= mostSteps ? 'stuck' : 'moving'
  return { origin, target, pixels, steps, answer, gap, firstGap, phase, size: Math.sqrt(size), changed }
}

/** A straight boundary: on its other side, the image has moved along the slopes by at least `wanted`. */
interface Boundary {
  readonly slopes: Float64Array
  readonly wanted: number
}

const within = (pixel: number): number => Math.max(0, Math.min(1, pixel))

/**
 * The nearest image beyond all boundaries. Each pixel moves by a sum of the slopes, each boundary's with a factor ≥ 0 of its own,
 * until it is 0 or 1; the factors are found one after the other, until none changes.
 * @param most longest change: one that is longer is cut there
 * @source Hildreth 1957
 */
function nearest(x: Float32Array, boundaries: readonly Boundary[], most: number): Float32Array {
  const moves = new Float64Array(x.length) // Σ factor · slopes
  const factors = boundaries.map(() => 0)
  for (let cycle = 0; cycle < mostCycles; cycle++) {
    let change = 0
    for (const [k, boundary] of boundaries.entries()) {
      const { slopes } = boundary
      const before = factors[k]!
      for (let i = 0; i < moves.length; i++) moves[i]! -= before * slopes[i]!
      const factor = factorFor(x, moves, boundary)
      for (let i = 0; i < moves.length; i++) moves[i]! += factor * slopes[i]!
      factors[k] = factor
      change = Math.max(change, Math.abs(factor - before))
    }
    if (change <= 1e-7 * Math.max(...factors)) break
  }
  const length = Math.sqrt(x.reduce((sum, pixel, i) => sum + (within(pixel + moves[i]!) - pixel) ** 2, 0))
  const share = length > most ? most / length : 1
  return x.map((pixel, i) => within(pixel + share * (within(pixel + moves[i]!) - pixel)))
}

/** The smallest factor with which a boundary is reached, besides the other moves; a large one if none is enough. */
function factorFor(x: Float32Array, moves: Float64Array, { slopes, wanted }: Boundary): number {
  const isEnough = (factor: number): boolean => {
    let gain = 0
    for (let i = 0; i < x.length; i++) gain += (within(x[i]! + moves[i]! + factor * slopes[i]!) - x[i]!) * slopes[i]!
    return gain >= wanted
  }
  if (isEnough(0)) return 0
  let [low, high] = [0, 1e-3]
  while (!isEnough(high) && high < 1e6) [low, high] = [high, 2 * high]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (isEnough(middle)) high = middle
    else low = middle
  }
  return high
}
