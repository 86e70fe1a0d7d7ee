import type { Ops } from '../ops/ops'
import type { Arena, Slot } from '../tensor'
import { type CellRule, differenceRule, placeIn } from './cell-sum'
import { LossLayer } from './layer'
import type { LossDefinition } from './loss'

/**
 * y = softmax(x) with the cross-entropy of y and t: the last layer for classification.
 * Its derivative is y − t divided by the number of rows.
 * @source Deep Learning from Scratch, 5.6.3
 */
export class SoftmaxWithLoss extends LossLayer {
  readonly kind = 'softmaxWithLoss'

  constructor(name = 'softmaxWithLoss') { super(name) }

  build(input: Slot, arena: Arena): Slot {
    const { capacity: N, columns: M } = input.value
    this.input = input
    this.target = arena.slot([N], { grad: false }) // class indices
    return this.output = arena.slot([N, M], { grad: false }) // y, the probabilities
  }

  forward(ops: Ops): void {
    const { x, y, t } = this
    this.loss = ops.softmaxLoss(y, x, t) // mean over N of log Σ exp(x) − x[t]
  }

  backward(ops: Ops): void {
    const { y, t, dx } = this
    if (dx) ops.softmaxLossBackward(dx, y, t) // (N,M) = (y − t) / N, t one-hot
  }

  /** As x[largest] − x[t] − log y[largest]: y[t] alone may be 0 in float32, where its logarithm would be infinite. */
  lossOf(row: number): number {
    const { x: { data: x, columns: M }, y: { data: y }, t: { data: t } } = this
    const from = row * M
    let largest = from
    for (let i = from + 1; i < from + M; i++) if (y[i]! > y[largest]!) largest = i
    return x[largest]! - x[from + t[row]!]! - Math.log(y[largest]!)
  }

  predict(ops: Ops): void {
    const { x, y } = this
    ops.softmax(y, x)
  }
}

/** The row's maximum is subtracted from x, as in the kernels: y stays the same, and exp cannot overflow. */
const y: CellRule = (block, index) => {
  const [n, k] = placeIn(block, 'y', index)
  const M = block.columns('y')
  const row = Array.from({ length: M }, (_, j) => block.at('x', n * M + j))
  const max = row.reduce((max, x) => Math.max(max, x), -Infinity)
  const sum = row.reduce((sum, x) => sum + Math.exp(x - max), 0)
  return {
    formula: `y[${n}, ${k}] = exp(x[${n}, ${k}] − max) / Σⱼ exp(x[${n}, j] − max)`, over: null,
    terms: [{ factors: [{ symbol: 'exp(x − max)', value: Math.exp(row[k]! - max), cell: { part: 'x', index } }, { symbol: '1 / Σ exp(x − max)', value: 1 / sum }] }],
  }
}

export const softmaxWithLoss: LossDefinition = {
  kind: 'softmaxWithLoss', title: 'Softmax-with-Loss', word: 'softmax', target: 'classes', probabilities: true,
  parts: ['y', 'dx'],
  aspects: { gradient: 'dx', weight: null, bias: null, activation: 'y' },
  formula: { gradient: 'dx = (y − t) / N', activation: 'y = exp(x) / Σ exp(x)   L = −log y[t]' },
  cells: { y, dx: differenceRule },
  create: () => new SoftmaxWithLoss(),
  expression: (x, t) => `softmaxWithLoss(${x}, ${t})`,
  pytorch: { loss: ['return F.cross_entropy(outputs, labels)'], y: 'outputs.softmax(dim=1)' },
  onnx: { operator: 'Softmax' }, // along the last axis, −1
  numpy: { name: 'SoftmaxWithLoss', source: `class SoftmaxWithLoss:
    def forward(self, x, t):
        x = x - x.max(axis=1, keepdims=True)  # no overflow
        self.log_y = x - np.log(np.exp(x).sum(axis=1, keepdims=True))
        self.t = t
        return -self.log_y[np.arange(len(t)), t].mean()

    def backward(self):
        dx = np.exp(self.log_y)
        dx[np.arange(len(self.t)), self.t] -= 1  # y - t, with t as one-hot
        return dx / len(self.t)` },
}
