import type { Ops } from '../ops/ops'
import { createReferenceOps } from '../ops/reference'
import { SparseTensor } from '../ops/sparse-tensor'
import type { TensorSummary } from '../ops/tensor-summary'
import { Tensor } from '../tensor'

/** Counts in equal bins between `from` and `to`. */
export interface Histogram {
  readonly from: number
  readonly to: number
  readonly counts: Uint32Array
}

/** Statistics of one tensor; those of numbers are of its finite elements. */
export interface TensorStats {
  /** 'affine1.dW' */
  readonly path: string
  readonly shape: readonly number[]
  /** √Σx² */
  readonly norm: number
  /** Mean of |x|; 0 without a finite element */
  readonly meanAbs: number
  /** 0 to 0 without a finite element */
  readonly min: number
  readonly max: number
  /** Percentage of all elements that are exactly 0 */
  readonly zeroShare: number
  /** Number of elements that are NaN, Infinity or −Infinity */
  readonly nonFinite: number
  /** √Σ(x − before)² of the latest update; only for parameters that have been updated */
  readonly updateNorm?: number
  /** Counts in equal bins, symmetric about zero, which is in the middle bin */
  readonly histogram: Histogram
}

export const histogramBins = 41

/** Summaries of tensors, each computed once: an answer needs some of them twice. */
export class Summaries {
  private readonly known = new Map<Tensor, TensorSummary>()

  /** @param ops of the tensors' memory */
  constructor(readonly ops: Ops) {}

  of(tensor: Tensor): Readonly<TensorSummary> {
    const known = this.known.get(tensor)
    if (known) return known
    const summary: TensorSummary = { squares: 0, absolute: 0, min: 0, max: 0, zeros: 0, finite: 0 }
    // Kernels do not read sparse rows.
    if (tensor instanceof SparseTensor) createReferenceOps('float32').summarize(summary, new Tensor(tensor.data, tensor.shape))
    else this.ops.summarize(summary, tensor)
    this.known.set(tensor, summary)
    return summary
  }

  /** Largest magnitude of the finite elements; 0 without any */
  largest(tensor: Tensor): number {
    const { min, max, finite } = this.of(tensor)
    return finite === 0 ? 0 : Math.max(Math.abs(min), Math.abs(max))
  }
}

/**
 * Takes two passes: for the sums and the range, then for the histogram over it.
 * @param range the histogram's range is −range to range; left out: the tensor's own
 */
export function summarizeTensor(path: string, tensor: Tensor, summaries: Summaries, range = summaries.largest(tensor)): TensorStats {
  const { squares, absolute, min, max, zeros, finite } = summaries.of(tensor)
  const limit = range || 1
  const counts = new Uint32Array(histogramBins)
  summaries.ops.histogram(counts, tensor, limit)
  return {
    path, shape: tensor.shape, norm: Math.sqrt(squares), meanAbs: absolute / Math.max(1, finite),
    ...finite === 0 ? { min: 0, max: 0 } : { min, max },
    zeroShare: 100 * zeros / tensor.size, nonFinite: tensor.size - finite, histogram: { from: -limit, to: limit, counts },
  }
}
