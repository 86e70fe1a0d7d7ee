import { predictedClass } from '../train/split-counter'
import { type ExplainedNetwork, logitOf, logitsOf, read } from './explained'
import { saliency } from './saliency'

/** A change of at least this much counts as a changed pixel. */
const visible = 0.1
/** How far beyond the boundary a step aims, as a share of the distance that there was in the beginning: DeepFool's overshoot. */
const overshoot = 0.02
/** Largest change of one step, as the root of the mean square over all pixels: 1 in an image of 28×28, a ninth of a digit's length. */
const longest = 1 / 28
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
  const rival = rivalOf(network, target)
  const gap = -logitOf(network.model, { class: target, over: rival })
  return at(network, { origin, target, steps: 0, firstGap: gap }, origin)
}

/**
 * One step of the smallest change, from the image that is there: the answer's boundary with the target is taken to be straight, and
 * the image moves to the nearest point beyond it whose pixels are 0 to 1, but not further than `longest`.
 * @source Moosavi-Dezfooli, Fawzi and Frossard 2016 (DeepFool)
 */
export function stepUphill(network: ExplainedNetwork, before: Uphill): Uphill {
  if (before.phase !== 'moving') return before
  read(network, before.pixels)
  const { gradient } = saliency(network, { class: before.target, over: rivalOf(network, before.target) })
  const wanted = before.gap + overshoot * before.firstGap
  const pixels = nearest(before.pixels, gradient, wanted, longest * Math.sqrt(before.pixels.length))
  if (pixels.every((x, i) => x === before.pixels[i])) return { ...before, phase: 'stuck' }
  return at(network, { ...before, steps: before.steps + 1 }, pixels)
}

/** Steps to the end. */
export function uphill(network: ExplainedNetwork, origin: Float32Array, target: number): Uphill {
  let image = beginUphill(network, origin, target)
  while (image.phase === 'moving') image = stepUphill(network, image)
  return image
}

/** The class with the largest logit besides the target. */
function rivalOf({ model }: ExplainedNetwork, target: number): number {
  const { data: z } = logitsOf(model)
  let rival = target === 0 ? 1 : 0
  for (let k = 0; k < z.length; k++) if (k !== target && z[k]! > z[rival]!) rival = k
  return rival
}

function at(network: ExplainedNetwork, { origin, target, steps, firstGap }: Pick<Uphill, 'origin' | 'target' | 'steps' | 'firstGap'>, pixels: Float32Array): Uphill {
  read(network, pixels)
  const { model } = network
  const gap = -logitOf(model, { class: target, over: rivalOf(network, target) })
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

/**
 * The nearest image for which a linear function has grown by `wanted`: each pixel moves along its slope, all by the same factor,
 * until it is 0 or 1. The factor is found by bisection; it is limited by the length of the change.
 */
function nearest(x: Float32Array, slopes: Float64Array, wanted: number, most: number): Float32Array {
  const moved = (factor: number): { readonly gain: number, readonly length: number } => {
    let [gain, square] = [0, 0]
    for (let i = 0; i < x.length; i++) {
      const change = Math.max(0, Math.min(1, x[i]! + factor * slopes[i]!)) - x[i]!
      gain += change * slopes[i]!
      square += change * change
    }
    return { gain, length: Math.sqrt(square) }
  }
  const isEnough = (factor: number): boolean => {
    const { gain, length } = moved(factor)
    return gain >= wanted || length >= most
  }
  let [low, high] = [0, 1]
  while (!isEnough(high) && high < 1e12) high *= 2
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (isEnough(middle)) high = middle
    else low = middle
  }
  return x.map((value, i) => Math.max(0, Math.min(1, value + high * slopes[i]!)))
}
