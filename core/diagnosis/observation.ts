import type { Model } from '../network/model'
import type { Param } from '../layers/layer'
import type { Ops } from '../ops/ops'
import type { TensorSummary } from '../ops/tensor-summary'
import type { Trainer } from '../train/trainer'

/** A layer with weights in the latest step. */
export interface LayerObservation {
  /** 'affine1' */
  readonly layer: string
  /** ‖ΔW‖/‖W‖ of the update, whatever the optimizer; Infinity when W was 0 and moved */
  readonly ratio: number
  /** Mean |dW| */
  readonly gradient: number
  /** ‖dW‖ */
  readonly gradientNorm: number
  /** Whether none of its other parameters changed: biases, γ and β */
  readonly othersStill: boolean
}

/** What is observed of a step. */
export interface StepObservation {
  /** Mini-batches learned, this one included */
  readonly step: number
  /** Of the mini-batch, before the update */
  readonly loss: number
  /** In the order of the network */
  readonly layers: readonly LayerObservation[]
}

/** A layer with weights at the beginning of a run. */
export interface LayerStart {
  readonly layer: string
  /** Number of its units */
  readonly units: number
  /** Variance of its inputs over the mini-batch */
  readonly variance: number
  /** Whether all its units have the same weights, and therefore always compute the same */
  readonly equal: boolean
}

/** The part of a trainer that is observed. */
export type Observed = Pick<Trainer, 'model' | 'ops' | 'step' | 'loss'>

/** The parameters that are matrices of weights: biases, γ and β start at one value and are judged with their layer. */
export const weightsOf = ({ params }: Pick<Model, 'params'>): readonly Param[] => params.filter(({ decay }) => decay)

/** The layer of a parameter: 'affine1' of 'affine1.W'. */
export const layerOf = ({ path }: Pick<Param, 'path'>): string => path.slice(0, path.indexOf('.'))

/**
 * Whether a step is observed: each of the first 10 since the beginning or the latest change of the settings, then fewer. Reading
 * all weights and gradients takes a third of a step of 784-50-10, and as long as four steps with mini-batches of one image.
 * @param steps learned since then
 */
export const isObserved = (steps: number): boolean => steps <= 10 || steps === 20 || steps % (steps <= 200 ? 50 : steps <= 1000 ? 100 : 500) === 0

/** Observes the latest step, after its update. */
export function observeStep({ model, ops, step, loss }: Observed): StepObservation {
  return { step, loss: loss ?? NaN, layers: weightsOf(model).map(param => ({ ...observeLayer(param, ops), othersStill: areOthersStill(param, model, ops) })) }
}

const areOthersStill = (of: Param, { params }: Observed['model'], ops: Ops): boolean =>
  params.every(param => param === of || layerOf(param) !== layerOf(of) || ops.distance(param.slot.value, param.slot.before!) === 0)

const summary: TensorSummary = { squares: 0, absolute: 0, min: 0, max: 0, zeros: 0, finite: 0 }

function observeLayer({ path, slot: { value, before, grad } }: Param, ops: Ops): Omit<LayerObservation, 'othersStill'> {
  const moved = ops.distance(value, before!)
  ops.summarize(summary, before!)
  const norm = Math.sqrt(summary.squares)
  ops.summarize(summary, grad)
  return { layer: layerOf({ path }), ratio: moved === 0 ? 0 : moved / norm, gradient: summary.absolute / grad.size, gradientNorm: Math.sqrt(summary.squares) }
}

/** Units with a relative distance below this count as equal: rounding may separate them a little. */
const equalBelow = 1e-3

/** Observes the beginning of a run, after its first step. */
export function observeStart({ model }: Observed): readonly LayerStart[] {
  return model.layers.flatMap((layer, i) => {
    const W = layer.params.find(({ decay }) => decay)?.slot
    if (!W) return []
    const x = layer.x
    // the images themselves are not judged here: their variance is the dataset's
    return [{ layer: layer.name, units: W.value.columns, variance: i === 0 ? NaN : varianceOf(x.data), equal: areColumnsEqual((W.before ?? W.value).data, W.value.columns) }]
  })
}

function varianceOf(x: ArrayLike<number>): number {
  let [sum, squares] = [0, 0]
  for (let i = 0; i < x.length; i++) {
    sum += x[i]!
    squares += x[i]! ** 2
  }
  const mean = sum / x.length
  return Math.max(0, squares / x.length - mean * mean)
}

function areColumnsEqual(w: ArrayLike<number>, columns: number): boolean {
  let [distance, norm] = [0, 0]
  for (let i = 0; i < w.length; i += columns) {
    for (let m = 0; m < columns; m++) {
      distance += (w[i + m]! - w[i]!) ** 2
      norm += w[i]! ** 2
    }
  }
  return distance <= equalBelow ** 2 * norm
}

/** A class that no training image has. */
export interface MissingClass {
  readonly index: number
  /** Number of its test images */
  readonly images: number
}

/** Classes of the test images that no training image has. */
export function missingIn({ info: { classes }, train, test }: Trainer['dataset']): readonly MissingClass[] {
  const countsOf = (labels: Uint16Array): Uint32Array => {
    const counts = new Uint32Array(classes.length)
    for (const label of labels) counts[label]!++
    return counts
  }
  const [trained, tested] = [countsOf(train.labels), countsOf(test.labels)]
  return Array.from(trained.keys()).flatMap(index => trained[index] === 0 && tested[index]! > 0 ? [{ index, images: tested[index]! }] : [])
}
