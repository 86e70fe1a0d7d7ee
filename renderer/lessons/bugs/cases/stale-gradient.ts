import { Affine, type Ops, type Real } from '@core'
import { type Bug, registryWith } from '../bug'

/** Adds dW to that of all steps before. */
class StaleGradient extends Affine {
  private before: Real | null = null

  override backward(ops: Ops): void {
    const { data } = this.dW
    const before = this.before ??= data.slice()
    before.set(data)
    super.backward(ops)
    for (let i = 0; i < data.length; i++) data[i]! += before[i]!
  }
}

export const staleGradient: Bug = {
  id: 'stale-gradient', hidden: [30, 30], guilty: 'affine3',
  lines: [{ right: 'self.dW = np.dot(self.x.T, dout)', wrong: 'self.dW += np.dot(self.x.T, dout)' }],
  registry: registryWith('affine3', units => new StaleGradient('affine3', units)),
  reveals: { loss: true, check: [], numbers: ['affine3.dW'] },
}
