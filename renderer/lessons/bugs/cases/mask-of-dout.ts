import { type Ops, Relu } from '@core'
import { type Bug, paramsOf, registryWith } from '../bug'

/** Passes on where dout is positive, not where x was. */
class MaskOfDout extends Relu {
  override backward(ops: Ops): void {
    const { dout, dx } = this
    if (dx) ops.reluBackward(dx, dout, dout)
  }
}

export const maskOfDout: Bug = {
  id: 'mask-of-dout', hidden: [30], guilty: 'relu1',
  lines: [{ right: 'dx[self.mask] = 0', wrong: 'dx[dout <= 0] = 0' }],
  registry: registryWith('relu1', () => new MaskOfDout('relu1')),
  reveals: { loss: true, check: paramsOf('affine1'), numbers: ['relu1.dx'] },
}
