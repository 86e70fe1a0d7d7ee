import type { Ops } from '../ops'
import { checkShapes, invalidClass } from '../shapes'
import { type Calls } from './calls'

/** Softmax, and both losses with their gradients. */
export const losses = ({ offsetOf, kernels }: Calls): Pick<Ops, 'softmax' | 'softmaxLoss' | 'softmaxLossBackward' | 'squaredLoss' | 'squaredLossBackward'> => ({
  softmax(y, x) {
    checkShapes(y.size === x.size, 'softmax', y, x)
    kernels.softmax(offsetOf(y), offsetOf(x), x.columns, 0, x.rows)
  },
  softmaxLoss(y, x, t) {
    const { rows: N, columns: M } = x
    checkShapes(y.size === x.size && t.size === N, 'softmaxLoss', y, x, t)
    const wrong = kernels.wrongClass(offsetOf(t), N, M)
    if (wrong >= 0) throw invalidClass(t.data[wrong]!, M)
    return kernels.softmaxLoss(offsetOf(y), offsetOf(x), offsetOf(t), N, M) / N
  },
  softmaxLossBackward(dx, y, t) {
    checkShapes(dx.size === y.size && t.size === y.rows, 'softmaxLossBackward', dx, y, t)
    kernels.softmaxLossBackward(offsetOf(dx), offsetOf(y), offsetOf(t), y.rows, y.columns)
  },
  squaredLoss(y, t) {
    checkShapes(y.size === t.size, 'squaredLoss', y, t)
    return kernels.squaredLoss(offsetOf(y), offsetOf(t), y.size) / y.rows
  },
  squaredLossBackward(dx, y, t) {
    checkShapes(dx.size === y.size && dx.size === t.size, 'squaredLossBackward', dx, y, t)
    kernels.squaredLossBackward(offsetOf(dx), offsetOf(y), offsetOf(t), y.rows, y.size)
  },
})
