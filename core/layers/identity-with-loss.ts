import type { Ops } from '../ops/ops'
import type { Arena, Slot } from '../tensor'
import type { LossLayer } from './layer'

/**
 * y = x, and the squared error ½ Σ (y − t)²: a regression's last layer.
 * Its derivative is y − t divided by the rows of the batch, as with softmax and cross-entropy.
 */
export class IdentityWithLoss implements LossLayer {
  readonly kind = 'identityWithLoss'
  readonly params = {}
  input!: Slot
  /** Dense values (N,M) */
  target!: Slot
  /** y (N,M) */
  out!: Slot
  loss = NaN

  constructor(readonly name = 'identityWithLoss') {}

  build(input: Slot, arena: Arena): Slot {
    const { capacity: N, columns: M } = input.value
    this.input = input
    this.target = arena.slot([N, M], { grad: false })
    return this.out = arena.slot([N, M], { grad: false })
  }

  forward(ops: Ops): void {
    const { value: x } = this.input
    const { value: t } = this.target
    const { value: y } = this.out
    ops.copy(y, x)
    this.loss = ops.squaredLoss(y, t) // mean over N of ½ Σ (y − t)²
  }

  backward(ops: Ops): void {
    const { grad: dx } = this.input
    const { value: t } = this.target
    const { value: y } = this.out
    if (dx) ops.squaredLossBackward(dx, y, t) // (N,M) = (y − t) / N
  }

  predict(ops: Ops): void {
    ops.copy(this.out.value, this.input.value)
  }

  setRows(rows: number): void {
    this.target.setRows(rows)
    this.out.setRows(rows)
  }
}
