import { Affine, type Ops } from '@core'
import { type Bug, paramsOf, registryWith } from '../bug'

/** dx = dout · W: a square W fits without its transpose, too. */
class NotTransposed extends Affine {
  override backwardInput(ops: Ops): void {
    const { W, dout, dx } = this
    if (dx) ops.matmul(dx, dout, W)
  }
}

export const squareWeights: Bug = {
  id: 'square-weights', hidden: [30, 30], guilty: 'affine2',
  lines: [{ right: 'return np.dot(dout, self.W.T)', wrong: 'return np.dot(dout, self.W)' }],
  registry: registryWith('affine2', units => new NotTransposed('affine2', units)),
  reveals: { loss: true, check: paramsOf('affine1'), numbers: ['affine2.dx'] },
}
