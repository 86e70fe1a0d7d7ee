import { type Ops, SoftmaxWithLoss } from '@core'
import { type Bug, lossWith, paramsOf } from '../bug'

/** dx = (y − t) / N². */
class DividedTwice extends SoftmaxWithLoss {
  override backward(ops: Ops): void {
    super.backward(ops)
    const { dx, y } = this
    if (dx) ops.scale(dx, 1 / y.rows)
  }
}

export const doubleDivision: Bug = {
  id: 'double-division', hidden: [30], guilty: 'softmaxWithLoss',
  lines: [{ right: 'return dx', wrong: 'return dx / batch_size' }],
  alternative: { right: 'dx = self.y - self.t', wrong: 'dx = (self.y - self.t) / batch_size' },
  loss: lossWith(() => new DividedTwice()),
  reveals: { loss: true, check: paramsOf('affine1', 'affine2'), numbers: ['softmaxWithLoss.dx'] },
}
