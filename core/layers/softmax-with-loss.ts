import type { Ops } from '../ops/ops'
import type { Arena, Slot } from '../tensor'
import type { LossLayer } from './layer'

/**
 * y = softmax(x), and the cross-entropy of y against t: a classification's last layer.
 * Its derivative is the plain difference y − t, divided by the rows of the batch.
 * @source Deep Learning from Scratch, 5.6.3
 */
export class SoftmaxWithLoss implements LossLayer {
  readonly kind = 'softmaxWithLoss'
  readonly params = {}
  input!: Slot
  /** Class indices (N) */
  target!: Slot
  /** y, the probabilities (N,M) */
  out!: Slot
  loss = NaN

  constructor(readonly name = 'softmaxWithLoss') {}

  build(input: Slot, arena: Arena): Slot {
    const { capacity: N, columns: M } = input.value
    this.input = input
    this.target = arena.slot([N], { grad: false })
    return this.out = arena.slot([N, M], { grad: false })
  }

  forward(ops: Ops): void {
    const { value: x } = this.input
    const { value: t } = this.target
    const { value: y } = this.out
    this.loss = ops.softmaxLoss(y, x, t) // mean over N of log Σ exp(x) − x[t]
  }

  backward(ops: Ops): void {
    const { grad: dx } = this.input
    const { value: t } = this.target
    const { value: y } = this.out
    if (dx) ops.softmaxLossBackward(dx, y, t) // (N,M) = (y − t) / N, t one-hot
  }

  predict(ops: Ops): void {
    ops.softmax(this.out.value, this.input.value)
  }

  setRows(rows: number): void {
    this.target.setRows(rows)
    this.out.setRows(rows)
  }
}
