import type { Bug } from '../bug'
import { Steps } from '../steps'

const classes = 10

/** Compares with the class before; NumPy takes −1 for the last one. */
class ShiftedTarget extends Steps {
  protected override classOf(label: number): number { return (label + classes - 1) % classes }
}

export const shiftedTarget: Bug = {
  id: 'shifted-target', hidden: [30], guilty: 'step',
  lines: [{ right: 't = np.eye(10)[labels]', wrong: 't = np.eye(10)[labels - 1]' }],
  Steps: ShiftedTarget,
  reveals: { loss: false, check: [], numbers: ['softmaxWithLoss.t'] },
}
