import type { Arena, Tensor } from '../tensor'
import type { DropoutMask } from './dropout-mask'
import type { AdagradRates, AdamRates, MomentumRates, RmspropRates } from './rates'
import type { TensorSummary } from './tensor-summary'

/** A product of a network's layer, for `reserve`. It stands for all batches of 1 to N rows. */
export interface ProductSize {
  readonly form: 'matmul' | 'matmulNT' | 'matmulTN'
  /** Rows of the largest batch */
  readonly N: number
  /** Inputs */
  readonly D: number
  /** Outputs */
  readonly M: number
  /** Whether x has sparse rows; left out: false */
  readonly sparse?: boolean
}

/**
 * The operations of layers and optimizers, and statistics of tensors. The destination comes first; nothing is allocated.
 * Shapes: N rows of the batch, D inputs, M outputs. Every backend is tested against `reference/`.
 */
export interface Ops {
  readonly name: string
  readonly threads: number
  /** Creates an arena for tensors of this backend */
  arena(): Arena
  /** With a smaller share of nonzero numbers in x than this, matmul and matmulTN are faster on a sparse x; 0: never */
  readonly sparseBelow: number
  /** Number of threads that a run gets. @param work multiply-adds of its largest product */
  threadsFor(work: number): number
  /**
   * Sizes in bytes of the blocks of working memory for these products, besides their matrices. Successive products reuse the
   * same memory, but each thread has its own part.
   */
  workingBlocks(products: readonly ProductSize[], threads: number): readonly number[]
  /** The same without the blocks that are already allocated: working memory stays when a run ends. */
  missingBlocks(products: readonly ProductSize[], threads: number): readonly number[]
  /**
   * Allocates the working memory for these products, so that none of them allocates later.
   * @param products left out: the products of the latest call, for another number of threads
   * @throws RangeError when the memory is full
   */
  reserve(products?: readonly ProductSize[]): void
  /** y (N,M) = x (N,D) · w (D,M) */
  matmul(y: Tensor, x: Tensor, w: Tensor): void
  /** dx (N,D) = dy (N,M) · w (D,M)ᵀ */
  matmulNT(dx: Tensor, dy: Tensor, w: Tensor): void
  /** dw (D,M) = x (N,D)ᵀ · dy (N,M) */
  matmulTN(dw: Tensor, x: Tensor, dy: Tensor): void
  /** y (N,M) += b (M), to each row */
  addRow(y: Tensor, b: Tensor): void
  /** db (M) = Σₙ dy (N,M) */
  sumRows(db: Tensor, dy: Tensor): void
  /** y = x for x > 0, else 0; NaN stays NaN */
  relu(y: Tensor, x: Tensor): void
  /** dx = 0 where x ≤ 0, else dy */
  reluBackward(dx: Tensor, dy: Tensor, x: Tensor): void
  /** y = 1 / (1 + exp(−x)), without overflow */
  sigmoid(y: Tensor, x: Tensor): void
  /** dx = dy · y · (1 − y) */
  sigmoidBackward(dx: Tensor, dy: Tensor, y: Tensor): void
  /** y = tanh(x) */
  tanh(y: Tensor, x: Tensor): void
  /** dx = dy · (1 − y²) */
  tanhBackward(dx: Tensor, dy: Tensor, y: Tensor): void
  /** y = x / (1 − rate) where the mask keeps the element, else 0; forward with (out, x), backward with (dx, dout) and the same mask */
  dropout(y: Tensor, x: Tensor, mask: DropoutMask): void
  /** Mean (M) and biased variance (M) of each column of x (N,M) */
  columnMoments(mean: Tensor, variance: Tensor, x: Tensor): void
  /** x̂ = (x − mean) / √(variance + ε); y = γ·x̂ + β: all (N,M), with one mean, variance, γ and β (M) per column */
  normalize(y: Tensor, xHat: Tensor, x: Tensor, mean: Tensor, variance: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): void
  /**
   * dγ (M) = Σₙ dy·x̂; dβ (M) = Σₙ dy; dx (N,M) = γ/√(variance + ε) · (dy − dβ/N − x̂·dγ/N)
   * @param dx null: not computed
   * @param fixed whether mean and variance do not depend on x, as running statistics: then dx = γ/√(variance + ε) · dy
   */
  normalizeBackward(dx: Tensor | null, dgamma: Tensor, dbeta: Tensor, dy: Tensor, xHat: Tensor, variance: Tensor, gamma: Tensor, epsilon: number, fixed: boolean): void
  /** Softmax of each row, with the row's maximum subtracted first. */
  softmax(y: Tensor, x: Tensor): void
  /** Mean over rows of log Σ exp(x) − x[t]; also writes y = softmax(x). @param t (N) class indices */
  softmaxLoss(y: Tensor, x: Tensor, t: Tensor): number
  /** dx (N,M) = (y − onehot(t)) / N */
  softmaxLossBackward(dx: Tensor, y: Tensor, t: Tensor): void
  /** Mean over rows of ½ Σ (y − t)² */
  squaredLoss(y: Tensor, t: Tensor): number
  /** dx (N,M) = (y − t) / N */
  squaredLossBackward(dx: Tensor, y: Tensor, t: Tensor): void
  /** g = dw + decay·w; g may be dw */
  addDecay(g: Tensor, dw: Tensor, w: Tensor, decay: number): void
  /** w ← factor·w; copies the old w into `before` if given */
  scale(w: Tensor, factor: number, before?: Tensor): void
  // Updates return whether all of w is finite afterwards, and copy the old w into `before` if given.
  /** w −= learningRate · dw */
  sgd(w: Tensor, dw: Tensor, learningRate: number, before?: Tensor): boolean
  /** v = α·v − η·dw; w += v */
  momentum(w: Tensor, dw: Tensor, v: Tensor, rates: MomentumRates, before?: Tensor): boolean
  /** h += dw²; w −= η·dw / (√h + ε) */
  adagrad(w: Tensor, dw: Tensor, h: Tensor, rates: AdagradRates, before?: Tensor): boolean
  /** h = ρ·h + (1 − ρ)·dw²; w −= η·dw / (√h + ε) */
  rmsprop(w: Tensor, dw: Tensor, h: Tensor, rates: RmspropRates, before?: Tensor): boolean
  /** m = β₁·m + (1 − β₁)·dw; v = β₂·v + (1 − β₂)·dw²; w −= η·m̂ / (√v̂ + ε) */
  adam(w: Tensor, dw: Tensor, m: Tensor, v: Tensor, rates: AdamRates, before?: Tensor): boolean
  copy(to: Tensor, from: Tensor): void
  // Statistics: the result is written to an object of the caller or returned; the tensor is not changed.
  /** Sums and extremes of the finite elements of x, and how many there are */
  summarize(summary: TensorSummary, x: Tensor): void
  /** counts ← numbers of finite elements in equal bins from −limit to limit; those beyond count in the outermost bins. @param counts at most 63 */
  histogram(counts: Uint32Array, x: Tensor, limit: number): void
  /** √Σ(a − b)² */
  distance(a: Tensor, b: Tensor): number
  /** Number of elements with |x| > limit in the first rows. @param limit at least 0 @param rows left out: all */
  countBeyond(x: Tensor, limit: number, rows?: number): number
  /** counts (M) += number of the first rows of x (N,M) that are above 0 in each column. @param rows left out: all */
  countPositive(counts: Uint32Array, x: Tensor, rows?: number): void
}
