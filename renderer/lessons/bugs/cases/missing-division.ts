import { type Ops, SoftmaxWithLoss } from '@core'
import { type Bug, lossWith, paramsOf } from '../bug'

/** dx = y − t: the sum over the images instead of their mean. */
class Undivided extends SoftmaxWithLoss {
  override backward(ops: Ops): void {
    super.backward(ops)
    const { dx, y } = this
    if (dx) ops.scale(dx, y.rows)
  }
}

export const missingDivision: Bug = {
  id: 'missing-division', hidden: [30], guilty: 'softmaxWithLoss',
  lines: [{ right: 'dx = (self.y - self.t) / batch_size', wrong: 'dx = self.y - self.t' }],
  loss: lossWith(() => new Undivided()),
  reveals: { loss: true, check: paramsOf('affine1', 'affine2'), numbers: ['softmaxWithLoss.dx'] },
}
