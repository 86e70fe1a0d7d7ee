import { Affine, type Ops } from '@core'
import { type Bug, registryWith } from '../bug'

/** db is dout of the first image. */
class BiasOfOneRow extends Affine {
  override backward(ops: Ops): void {
    super.backward(ops)
    const { db, dout } = this
    db.data.set(dout.data.subarray(0, db.size))
  }
}

export const biasOfOneRow: Bug = {
  id: 'bias-of-one-row', hidden: [30], guilty: 'affine1',
  lines: [{ right: 'self.db = np.sum(dout, axis=0)', wrong: 'self.db = dout[0]' }],
  registry: registryWith('affine1', units => new BiasOfOneRow('affine1', units)),
  reveals: { loss: false, check: ['affine1.b'], numbers: ['affine1.db'] },
}
