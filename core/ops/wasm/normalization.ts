import type { Ops } from '../ops'
import { checkShapes } from '../shapes'
import { type Calls, costPerElement, floatsPerCacheLine } from './calls'

/** Batch normalization. Threads share its columns, never the rows of a column, so their number does not change a sum. */
export const normalization = ({ offsetOf, share }: Calls): Pick<Ops, 'columnMoments' | 'normalize' | 'normalizeBackward'> => ({
  columnMoments(mean, variance, x) {
    const { rows: N, columns: M } = x
    checkShapes(mean.size === M && variance.size === M, 'columnMoments', mean, variance, x)
    share('columnMoments', M, floatsPerCacheLine, x.size * costPerElement, offsetOf(mean), offsetOf(variance), offsetOf(x), N, M)
  },
  normalize(y, xHat, x, mean, variance, gamma, beta, epsilon) {
    const { rows: N, columns: M } = x
    checkShapes(y.size === x.size && xHat.size === x.size && mean.size === M && variance.size === M && gamma.size === M && beta.size === M, 'normalize', y, xHat, x, mean, variance, gamma, beta)
    share('normalize', M, floatsPerCacheLine, x.size * costPerElement, offsetOf(y), offsetOf(xHat), offsetOf(x), offsetOf(mean), offsetOf(variance), offsetOf(gamma), offsetOf(beta), epsilon, N, M)
  },
  normalizeBackward(dx, dgamma, dbeta, dy, xHat, variance, gamma, epsilon, fixed) {
    const { rows: N, columns: M } = dy
    checkShapes((dx === null || dx.size === dy.size) && xHat.size === dy.size && dgamma.size === M && dbeta.size === M && variance.size === M && gamma.size === M, 'normalizeBackward', dgamma, dbeta, dy, xHat, variance, gamma, dx ?? undefined)
    share('normalizeBackward', M, floatsPerCacheLine, dy.size * costPerElement, dx ? offsetOf(dx) : 0, offsetOf(dgamma), offsetOf(dbeta), offsetOf(dy), offsetOf(xHat), offsetOf(variance), offsetOf(gamma), epsilon, Number(fixed), N, M)
  },
})
