import { ConfigError } from '../errors'
import type { Ops } from '../ops/ops'
import type { Arena, GradSlot, Slot, Tensor } from '../tensor'
import { type BlockNumbers, cellFactor, type CellFactor, type CellRule, placeIn, termsOf } from './cell-sum'
import { type LayerDefinition, sizeOfShape } from './definition'
import { Layer, type ModelTensors, type NamedTensor, type Param, type Pass } from './layer'

/** Added to the variance, as in PyTorch: no division by 0 */
export const epsilon = 1e-5
/** Share of the batch's statistics in the running ones, as in PyTorch; the book's is 0.1, too, written as 0.9 of the old */
const momentum = 0.1

/**
 * Normalizes each column to mean 0 and variance 1, then scales by γ and shifts by β. Training uses the mean and the (biased)
 * variance of the batch, and lets the running statistics follow them; everything else uses the running statistics. As in
 * PyTorch the running variance is unbiased; the book's is biased.
 * @source Ioffe and Szegedy 2015; Deep Learning from Scratch, 6.3
 */
export class BatchNormalization extends Layer {
  readonly kind = 'batchNormalization'
  declare params: readonly [gamma: Param, beta: Param]
  declare buffers: readonly [mean: NamedTensor, variance: NamedTensor]
  /** Normalized input (N,D), for the backward pass */
  private xHat!: Tensor
  /** Statistics of the batch (D) */
  private batchMean!: Tensor
  private batchVariance!: Tensor

  get gamma(): Tensor { return this.params[0].slot.value }
  get dgamma(): Tensor { return this.params[0].slot.grad }
  get beta(): Tensor { return this.params[1].slot.value }
  get dbeta(): Tensor { return this.params[1].slot.grad }
  get mean(): Tensor { return this.buffers[0].tensor }
  get variance(): Tensor { return this.buffers[1].tensor }

  build(input: Slot, arena: Arena, shared?: ModelTensors): GradSlot {
    const { capacity: N, columns: D } = input.value
    this.params = [this.param('gamma', [D], arena, { decay: false, shared }), this.param('beta', [D], arena, { decay: false, shared })]
    this.buffers = [this.buffer('mean', [D], arena, shared), this.buffer('variance', [D], arena, shared)]
    this.xHat = arena.tensor([N, D])
    this.batchMean = arena.tensor([D])
    this.batchVariance = arena.tensor([D])
    this.input = input
    this.observed = [{ path: `${this.name}.batchMean`, tensor: this.batchMean }, { path: `${this.name}.batchVariance`, tensor: this.batchVariance }]
    return this.output = arena.slot([N, D])
  }

  /** γ = 1, β = 0, running mean 0, running variance 1. */
  override initialize(): void {
    this.gamma.data.fill(1)
    this.beta.data.fill(0)
    this.mean.data.fill(0)
    this.variance.data.fill(1)
  }

  override setRows(rows: number): void {
    super.setRows(rows)
    this.xHat.setRows(rows)
  }

  forward(ops: Ops, pass: Pass): void {
    const { x, out, xHat, gamma, beta, mean, variance, batchMean, batchVariance } = this
    if (!this.usesBatch(pass)) return ops.normalize(out, xHat, x, mean, variance, gamma, beta, epsilon)
    ops.columnMoments(batchMean, batchVariance, x)
    ops.normalize(out, xHat, x, batchMean, batchVariance, gamma, beta, epsilon)
    if (pass.tracking) this.track(x.rows)
  }

  backward(ops: Ops, pass: Pass): void {
    const { dx, dgamma, dbeta, dout, xHat, gamma, variance, batchVariance } = this
    const ofBatch = this.usesBatch(pass)
    ops.normalizeBackward(dx, dgamma, dbeta, dout, xHat, ofBatch ? batchVariance : variance, gamma, epsilon, !ofBatch)
  }

  /** A single row has no variance: it is normalized with the running statistics, and leaves them. */
  private usesBatch({ training }: Pass): boolean { return training && this.x.rows > 1 }

  /** Running statistics ← 0.9 · running + 0.1 · batch. */
  private track(N: number): void {
    const { mean: { data: mean }, variance: { data: variance }, batchMean: { data: newMean }, batchVariance: { data: newVariance } } = this
    const unbias = N / (N - 1)
    for (let d = 0; d < mean.length; d++) {
      mean[d] = (1 - momentum) * mean[d]! + momentum * newMean[d]!
      variance[d] = (1 - momentum) * variance[d]! + momentum * unbias * newVariance[d]!
    }
  }
}

/** Mean and 1 / √(σ² + ε) of a column: of the batch, or the running ones where the pass does not use the batch's. */
function momentsOf(block: BlockNumbers, d: number): { readonly mean: number, readonly scale: number, readonly ofBatch: boolean } {
  const [N, D] = [block.rows, block.columns('x')]
  const ofBatch = block.pass.training && N > 1
  const column = ofBatch ? Array.from({ length: N }, (_, n) => block.at('x', n * D + d)) : []
  const mean = ofBatch ? column.reduce((sum, x) => sum + x, 0) / N : block.at('mean', d)
  const variance = ofBatch ? column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / N : block.at('variance', d)
  return { mean, scale: 1 / Math.sqrt(variance + epsilon), ofBatch }
}
const out: CellRule = (block, index) => {
  const [n, d] = placeIn(block, 'x', index)
  const { mean, scale } = momentsOf(block, d)
  return {
    formula: `out[${n}, ${d}] = γ[${d}] · (x[${n}, ${d}] − μ) / √(σ² + ε) + β[${d}]`, over: null,
    terms: [
      { factors: [cellFactor(block, 'gamma', d, 'γ'), { symbol: 'x − μ', value: block.at('x', index) - mean, cell: { part: 'x', index } }, { symbol: '1 / √(σ² + ε)', value: scale }] },
      { factors: [cellFactor(block, 'beta', d, 'β')] },
    ],
  }
}
const dgamma: CellRule = (block, d) => {
  const D = block.columns('x')
  const { mean, scale } = momentsOf(block, d)
  const normalized = (index: number): CellFactor => ({ symbol: 'x̂', value: (block.at('x', index) - mean) * scale, cell: { part: 'x', index } })
  return { formula: `dγ[${d}] = Σₙ dout[n, ${d}] · x̂[n, ${d}]`, over: 'images', terms: termsOf(block.rows, n => [cellFactor(block, 'dout', n * D + d), normalized(n * D + d)]) }
}
const dbeta: CellRule = (block, d) => {
  const D = block.columns('x')
  return { formula: `dβ[${d}] = Σₙ dout[n, ${d}]`, over: 'images', terms: termsOf(block.rows, n => [cellFactor(block, 'dout', n * D + d)]) }
}
/** Without statistics of the batch, μ and σ² are constants: only the first term is left. */
const dx: CellRule = (block, index) => {
  const [n, d] = placeIn(block, 'x', index)
  const { mean, scale, ofBatch } = momentsOf(block, d)
  const factor = (sign: 1 | -1): CellFactor => ({ symbol: `${sign < 0 ? '−' : ''}γ / √(σ² + ε)`, value: sign * block.at('gamma', d) * scale, cell: { part: 'gamma', index: d } })
  const share: CellFactor = { symbol: '1 / N', value: 1 / block.rows }
  const own = { factors: [factor(1), cellFactor(block, 'dout', index)] }
  if (!ofBatch) return { formula: `dx[${n}, ${d}] = γ / √(σ² + ε) · dout[${n}, ${d}]`, over: null, terms: [own] }
  const normalized: CellFactor = { symbol: 'x̂', value: (block.at('x', index) - mean) * scale, cell: { part: 'x', index } }
  return {
    formula: `dx[${n}, ${d}] = γ / √(σ² + ε) · (dout[${n}, ${d}] − dβ[${d}] / N − x̂[${n}, ${d}] · dγ[${d}] / N)`, over: null,
    terms: [own, { factors: [factor(-1), cellFactor(block, 'dbeta', d, 'dβ'), share] }, { factors: [factor(-1), normalized, cellFactor(block, 'dgamma', d, 'dγ'), share] }],
  }
}

export const batchNormalization: LayerDefinition = {
  kind: 'batchNormalization', title: 'Batch normalization', symbol: 'BN',
  settings: [], ignored: ['num_batches_tracked'], takesSparse: false,
  parts: ['gamma', 'dgamma', 'beta', 'dbeta', 'mean', 'variance', 'out', 'dout'],
  mixesRows: true,
  aspects: { gradient: 'dgamma', weight: 'gamma', bias: 'beta', activation: 'out' },
  moments: { batch: { mean: 'batchMean', variance: 'batchVariance' }, running: { mean: 'mean', variance: 'variance' } },
  formula: {
    gradient: 'dγ = Σ dout · x̂   dβ = Σ dout\ndx = γ / √(σ² + ε) · (dout − dβ / N − x̂ · dγ / N)',
    activation: 'x̂ = (x − μ) / √(σ² + ε)   out = γ · x̂ + β',
  },
  cells: { out, dgamma, dbeta, dx },
  outputShape: (_, input) => input,
  create: name => new BatchNormalization(name),
  tensors(_, input) {
    const shape = [sizeOfShape(input)]
    return [
      { name: 'gamma', shape, trained: true, stored: 'weight' }, { name: 'beta', shape, trained: true, stored: 'bias' },
      { name: 'mean', shape, trained: false, stored: 'running_mean' }, { name: 'variance', shape, trained: false, stored: 'running_var' },
    ]
  },
  products: () => [],
  checkBatch(batchSize) {
    if (batchSize < 2) throw new ConfigError('network.batchSize', 'batch normalization needs mini-batches of at least 2 images', { kind: 'batchNormalization', wanted: 2, found: batchSize })
  },
  expression: (_, x, at) => `batchNormalization(${x}, gamma${at}, beta${at})`,
  pytorch: (_, input) => `nn.BatchNorm1d(${sizeOfShape(input)})`,
  onnx: nameOf => ({ operator: 'BatchNormalization', inputs: ['gamma', 'beta', 'mean', 'variance'].map(nameOf), floats: { epsilon } }),
  numpy: { name: 'BatchNormalization', training: true, initial: { gamma: ([D]) => `np.ones(${D})`, beta: ([D]) => `np.zeros(${D})` }, source: `class BatchNormalization:
    def __init__(self, gamma, beta):
        self.gamma, self.beta = gamma, beta
        self.mean, self.variance = np.zeros_like(gamma), np.ones_like(gamma)  # running, for inference

    def forward(self, x, training):
        self.uses_batch = training and len(x) > 1
        if self.uses_batch:
            mean, variance = x.mean(axis=0), x.var(axis=0)
            unbiased = variance * len(x) / (len(x) - 1)
            self.mean = ${1 - momentum} * self.mean + ${momentum} * mean
            self.variance = ${1 - momentum} * self.variance + ${momentum} * unbiased
        else:
            mean, variance = self.mean, self.variance
        self.std = np.sqrt(variance + ${epsilon})
        self.xn = (x - mean) / self.std
        return self.gamma * self.xn + self.beta

    def backward(self, dout):
        self.dbeta = dout.sum(axis=0)
        self.dgamma = (dout * self.xn).sum(axis=0)
        if not self.uses_batch:
            return self.gamma / self.std * dout
        return self.gamma / self.std * (dout - self.dbeta / len(dout) - self.xn * self.dgamma / len(dout))` },
}
