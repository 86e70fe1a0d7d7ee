import type { Ops } from '../ops/ops'
import type { Arena, Slot } from '../tensor'
import { cellFactor, differenceRule, placeIn } from './cell-sum'
import { LossLayer } from './layer'
import type { LossDefinition } from './loss'

/**
 * y = x with the squared error ½ Σ (y − t)²: the last layer for regression.
 * Its derivative is y − t divided by the number of rows, as for softmax with cross-entropy.
 */
export class IdentityWithLoss extends LossLayer {
  readonly kind = 'identityWithLoss'

  constructor(name = 'identityWithLoss') { super(name) }

  build(input: Slot, arena: Arena): Slot {
    const { capacity: N, columns: M } = input.value
    this.input = input
    this.target = arena.slot([N, M], { grad: false }) // dense values
    return this.output = arena.slot([N, M], { grad: false }) // y
  }

  forward(ops: Ops): void {
    const { x, y, t } = this
    ops.copy(y, x)
    this.loss = ops.squaredLoss(y, t) // mean over N of ½ Σ (y − t)²
  }

  backward(ops: Ops): void {
    const { y, t, dx } = this
    if (dx) ops.squaredLossBackward(dx, y, t) // (N,M) = (y − t) / N
  }

  lossOf(row: number): number {
    const { y: { data: y, columns: M }, t: { data: t } } = this
    let sum = 0
    for (let i = row * M; i < (row + 1) * M; i++) sum += (y[i]! - t[i]!) ** 2
    return sum / 2
  }

  predict(ops: Ops): void {
    const { x, y } = this
    ops.copy(y, x)
  }
}

export const identityWithLoss: LossDefinition = {
  kind: 'identityWithLoss', title: 'Identity-with-Loss', word: 'identity', target: 'values', probabilities: false,
  parts: ['y', 'dx'],
  aspects: { gradient: 'dx', weight: null, bias: null, activation: 'y' },
  formula: { gradient: 'dx = (y − t) / N', activation: 'y = x   L = ½ Σ (y − t)²' },
  cells: {
    y: (block, index) => {
      const at = placeIn(block, 'y', index).join(', ')
      return { formula: `y[${at}] = x[${at}]`, over: null, terms: [{ factors: [cellFactor(block, 'x', index)] }] }
    },
    dx: differenceRule,
  },
  create: () => new IdentityWithLoss(),
  expression: (x, t) => `identityWithLoss(${x}, ${t})`,
  pytorch: { loss: ['targets = F.one_hot(labels, outputs.shape[1])', 'return ((outputs - targets) ** 2).sum(dim=1).mean() / 2'], y: 'outputs' },
  onnx: null,
  numpy: { name: 'IdentityWithLoss', source: `class IdentityWithLoss:
    def forward(self, x, t):
        self.difference = x - np.eye(x.shape[1])[t]  # y - t, with t as one-hot
        return np.sum(self.difference ** 2) / 2 / len(t)

    def backward(self):
        return self.difference / len(self.difference)` },
}
