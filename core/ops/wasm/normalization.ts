import type { Ops } from '../ops'
import { checkShapes } from '../shapes'
import { type Calls, costPerElement, floatsPerCacheLine } from './calls'

/** Batch normalization. Threads share its columns, never the rows of a column, so their number does not change a sum. */
export const normalization = ({ at, share }: Calls): Pick<Ops, 'columnMoments' | 'normalize' | 'normalizeBackward'> => ({
  columnMoments(mean, variance, x) {
    const { rows: N, columns: M } = x
    checkShapes(mean.size === M && variance.size === M, 'columnMoments', mean, variance, x)
    share('columnMoments', M, floatsPerCacheLine, x.size * costPerElement, at(mean), at(variance), at(x), N, M)
  },
  normalize(y, xHat, x, mean, variance, gamma, beta, epsilon) {
    const { rows: N, columns: M } = x
    checkShapes(y.size === x.size && xHat.size === x.size && mean.size === M && variance.size === M && gamma.size === M && beta.size === M, 'normalize', y, xHat, x, mean, variance, gamma, beta)
    share('normalize', M, floatsPerCacheLine, x.size * costPerElement, at(y), at(xHat), at(x), at(mean), at(variance), at(gamma), at(beta), epsilon, N, M)
  },
  normalizeBackward(dx, dgamma, dbeta, dy, xHat, variance, gamma, epsilon, fixed) {
    const { rows: N, columns: M } = dy
    checkShapes((dx === null || dx.size === dy.size) && xHat.size === dy.size && dgamma.size === M && dbeta.size === M && variance.size === M && gamma.size === M, 'normalizeBackward', dgamma, dbeta, dy, xHat, variance, gamma, dx ?? undefined)
    share('normalizeBackward', M, floatsPerCacheLine, dy.size * costPerElement, dx ? at(dx) : 0, at(dgamma), at(dbeta), at(dy), at(xHat), at(variance), at(gamma), epsilon, Number(fixed), N, M)
  },
})
