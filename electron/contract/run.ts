import type { CurvesState, LabelledImage, LayerKind, RunConfig, WeightMove, WeightsGap } from '@core'

/** Steps a second, or as fast as it goes. */
export const paces = [1, 10, 100, 'full'] as const
export type Pace = (typeof paces)[number]

/** How many threads compute; 'auto': as many as the network keeps busy, and one core is left free. */
export type Threads = 'auto' | number
/** More than any machine that this runs on has cores. */
export const maxThreads = 1024

export type RunPhase = 'idle' | 'running' | 'evaluating' | 'diverged'

/** Where a run's first weights came from; rewind goes back to them. */
export type RunOrigin
  = | { readonly from: 'seed' }
  /** gaps: what the file leaves open, to be told; left out: nothing */
    | { readonly from: 'file', readonly name: string, readonly step: number, readonly gaps?: readonly WeightsGap[] }

/** One layer of the network, as the window draws it. */
export interface Block {
  /** 'affine1', 'relu1', 'softmaxWithLoss' */
  readonly name: string
  readonly kind: LayerKind
  readonly inputs: number
  readonly outputs: number
}

/** What is known of a run at one moment. */
export interface RunState {
  /** Counts up with every configure, open, recover and rewind: frames of an older run are dropped. */
  readonly runId: number
  readonly phase: RunPhase
  readonly config: RunConfig
  readonly origin: RunOrigin
  readonly pace: Pace
  /** Mini-batches learned since the initial weights */
  readonly step: number
  readonly epoch: number
  readonly stepInEpoch: number
  readonly stepsPerEpoch: number
  readonly blocks: readonly Block[]
  /** 'wasm-wide-simd', 'wasm-relaxed-simd', 'wasm-simd'; 'reference-float32' on a machine without SIMD */
  readonly backend: string
  /** At work on this network: 1 when it is too small to share */
  readonly threads: number
  /** The step whose loss was not finite; the weights are those before it. */
  readonly divergence: { readonly step: number, readonly loss: string } | null
  readonly evaluation: Evaluation | null
  /** Loss of the latest mini-batch, null before the first */
  readonly loss: number | null
}

export interface Evaluation {
  readonly step: number
  /** 0 to 1 */
  readonly trainAccuracy: number
  readonly testAccuracy: number
  /** Images that were looked at: fewer than all in the quick evaluations between epochs */
  readonly trainImages: number
  readonly testImages: number
}

/** Sent at most 20 times a second while a run goes. */
export interface MetricsFrame {
  readonly runId: number
  /** Step of losses[0], counted from 1 */
  readonly firstStep: number
  /** Loss of each mini-batch since the last frame */
  readonly losses: Float32Array
  readonly epoch: number
  readonly stepInEpoch: number
  readonly samplesPerSecond: number
  /** Those finished since the last frame */
  readonly evaluations: readonly Evaluation[]
}

/** For a window that was reloaded: the run so far, as the window itself would have kept it. */
export interface RunHistory extends CurvesState {
  readonly runId: number
}

/** Counts over equal bins from `from` to `to`. */
export interface Histogram {
  readonly from: number
  readonly to: number
  readonly counts: Uint32Array
}

/** One parameter (W or b) or activation, summed up. */
export interface TensorStats {
  /** 'affine1.dW' */
  readonly path: string
  readonly shape: readonly number[]
  /** √Σx² */
  readonly norm: number
  readonly min: number
  readonly max: number
  /** Of 100 elements, how many are exactly 0 */
  readonly zeroShare: number
  /** √Σ(x − before)² of the latest update, where one was made to it */
  readonly moved?: number
  readonly histogram: Histogram
}

/** What a view asks of one moment of the run, at most 10 times a second; what is left out is not looked up. */
export interface ProbeQuery {
  /** Every block's tensors, summed up */
  readonly stats?: boolean
  /** Parts of tensors, for heat maps */
  readonly tensors?: readonly TensorQuery[]
  /** How many images of the latest mini-batch */
  readonly images?: number
  /** The affine layer whose weights are searched for the one that the latest update moved farthest: 'affine2' */
  readonly move?: string
}

/** The answer: all of it is of the same step, so that two answers need never be joined. */
export interface ProbeFrame {
  readonly runId: number
  /** Mini-batches learned; the activations and gradients are of the last of them */
  readonly step: number
  /** Of that mini-batch; null before the first */
  readonly loss: number | null
  /** By block name, each block's tensors: affine: W, dW, b, db, out; others: out, dout */
  readonly blocks: readonly { readonly name: string, readonly tensors: readonly TensorStats[] }[]
  /** As they were asked for, in that order */
  readonly tensors: readonly TensorFrame[]
  readonly images: readonly LabelledImage[]
  /** Null before the first update, and where it moved nothing */
  readonly move: WeightMove | null
}

/** A matrix for a heat map. */
export interface TensorQuery {
  /** 'affine1.W', 'affine1.dW' */
  readonly path: string
  /** First column and how many; all that fit when left out */
  readonly firstColumn?: number
  readonly columns?: number
}

export interface TensorFrame {
  readonly path: string
  /** Of the whole tensor */
  readonly shape: readonly number[]
  readonly firstColumn: number
  readonly columns: number
  /** rows × columns, row-major: at most 262,144 numbers */
  readonly data: Float32Array
  /** Largest magnitude in the whole tensor: the scale's end */
  readonly absMax: number
  readonly norm: number
}

/** The step that the run takes next, with everything that it is made of. */
export interface BatchFrame {
  readonly runId: number
  /** Mini-batches learned so far: the weights are those after them */
  readonly step: number
  readonly config: RunConfig
  /** Images of the whole mini-batch */
  readonly of: number
  /** The first of them, as many as were asked for */
  readonly images: readonly LabelledImage[]
  readonly params: readonly { readonly name: string, readonly W: Float32Array, readonly b: Float32Array }[]
  /** What the optimizer keeps, of W and b of each layer in turn */
  readonly optimizer: { readonly updates: number, readonly kept: readonly (readonly Float32Array[])[] }
}

/** Whose weights read a drawn digit. */
export const drawSources = ['sample', 'untrained', 'run'] as const
export type DrawSource = (typeof drawSources)[number]

export interface Prediction {
  readonly source: DrawSource
  /** Of the run when the source is 'run', else 0 */
  readonly step: number
  readonly label: number
  /** One per class, summing to 1 */
  readonly probabilities: Float32Array
}
