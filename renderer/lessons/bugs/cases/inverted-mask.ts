import { Relu } from '@core'
import { type Bug, paramsOf, registryWith } from '../bug'

/** Passes dout on where the unit did not fire. */
class InvertedMask extends Relu {
  override backward(): void {
    const { x, dout, dx } = this
    if (dx) for (let i = 0; i < dx.size; i++) dx.data[i] = x.data[i]! > 0 ? 0 : dout.data[i]!
  }
}

export const invertedMask: Bug = {
  id: 'inverted-mask', hidden: [30, 30], guilty: 'relu1',
  lines: [{ right: 'dx[self.mask] = 0', wrong: 'dx[~self.mask] = 0' }],
  registry: registryWith('relu1', () => new InvertedMask('relu1')),
  reveals: { loss: true, check: paramsOf('affine1'), numbers: ['relu1.dx'] },
}
