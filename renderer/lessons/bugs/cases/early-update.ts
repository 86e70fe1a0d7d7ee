import type { Bug } from '../bug'
import { Steps } from '../steps'

/** Updates with the gradients of the step before. */
class EarlyUpdate extends Steps {
  protected override goBack(): void {
    this.update()
    this.backward()
  }
}

export const earlyUpdate: Bug = {
  id: 'early-update', hidden: [30], guilty: 'step',
  lines: [{ right: 'self.backward()', wrong: 'self.update()' }, { right: 'self.update()', wrong: 'self.backward()' }],
  Steps: EarlyUpdate,
  reveals: { loss: false, check: [], numbers: ['affine1.W', 'affine1.b', 'affine2.dx', 'affine2.W', 'affine2.b'] },
}
