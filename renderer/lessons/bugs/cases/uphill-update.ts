import type { Param } from '@core'
import { type Bug, paramsOf } from '../bug'
import { Steps } from '../steps'

/** W ← W + η · dW */
class UphillUpdate extends Steps {
  protected override change({ value, grad, before }: Param['slot']): void { this.tools.ops.sgd(value, grad, -this.tools.learningRate, before) }
}

export const uphillUpdate: Bug = {
  id: 'uphill-update', hidden: [30], guilty: 'step',
  lines: [{ right: 'p -= self.lr * dp', wrong: 'p += self.lr * dp' }],
  Steps: UphillUpdate,
  reveals: { loss: true, check: [], numbers: paramsOf('affine1', 'affine2') },
}
