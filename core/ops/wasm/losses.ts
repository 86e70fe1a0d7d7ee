import type { Ops } from '../ops'
import { checkShapes, invalidClass } from '../shapes'
import { type Calls } from './calls'

/** Softmax, and both losses with their gradients. */
export const losses = ({ at, kernels }: Calls): Pick<Ops, 'softmax' | 'softmaxLoss' | 'softmaxLossBackward' | 'squaredLoss' | 'squaredLossBackward'> => ({
  softmax(y, x) {
    checkShapes(y.size === x.size, 'softmax', y, x)
    kernels.softmax(at(y), at(x), x.columns, 0, x.rows)
  },
  softmaxLoss(y, x, t) {
    const { rows: N, columns: M } = x
    checkShapes(y.size === x.size && t.size === N, 'softmaxLoss', y, x, t)
    const wrong = kernels.wrongClass(at(t), N, M)
    if (wrong >= 0) throw invalidClass(t.data[wrong]!, M)
    return kernels.softmaxLoss(at(y), at(x), at(t), N, M) / N
  },
  softmaxLossBackward(dx, y, t) {
    checkShapes(dx.size === y.size && t.size === y.rows, 'softmaxLossBackward', dx, y, t)
    kernels.softmaxLossBackward(at(dx), at(y), at(t), y.rows, y.columns)
  },
  squaredLoss(y, t) {
    checkShapes(y.size === t.size, 'squaredLoss', y, t)
    return kernels.squaredLoss(at(y), at(t), y.size) / y.rows
  },
  squaredLossBackward(dx, y, t) {
    checkShapes(dx.size === y.size && dx.size === t.size, 'squaredLossBackward', dx, y, t)
    kernels.squaredLossBackward(at(dx), at(y), at(t), y.rows, y.size)
  },
})
