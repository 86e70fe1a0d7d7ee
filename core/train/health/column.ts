/** Smallest power of two with a bin of its own, and the first one beyond the last bin. */
export const [firstExponent, endExponent] = [-40, 16] as const
export const magnitudeBins = endExponent - firstExponent

/** How many of a tensor's numbers have which magnitude. */
export interface Magnitudes {
  /** Bin i counts 2^(firstExponent + i) ≤ |x| < 2^(firstExponent + i + 1); the first one also smaller, the last one also larger finite numbers */
  readonly counts: Uint32Array<ArrayBuffer>
  /** Numbers that are exactly 0 */
  readonly zeros: number
  /** NaN, Infinity and −Infinity */
  readonly nonFinite: number
}

/** A block's numbers at one moment, as of the mini-batch that led to it. */
export interface BlockHealth {
  /** 'affine1' */
  readonly name: string
  /** Of its output */
  readonly activation: Magnitudes
  /** Of the gradient that views show of it: dW, or dout of a block without weights */
  readonly gradient: Magnitudes
  /** Of ΔW, the latest update of its weights; null: it has no weights, or nothing was updated */
  readonly update: Magnitudes | null
  /** ‖dW‖ or ‖dout‖ */
  readonly gradientNorm: number
  /** ‖ΔW‖ / ‖W‖; null: as `update`, or all weights are 0 */
  readonly ratio: number | null
}

/** A column of the strips: all blocks at one step. */
export interface HealthColumn {
  /** Mini-batches learned */
  readonly step: number
  /** In the order of the network, the loss block included */
  readonly blocks: readonly BlockHealth[]
}
