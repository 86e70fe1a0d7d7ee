import type { Ops } from '../ops'
import { checkShapes } from '../shapes'
import { numbers } from './numbers'

/** Batch normalization. */
export const normalization: Pick<Ops, 'columnMoments' | 'normalize' | 'normalizeBackward'> = {
  columnMoments(mean, variance, x) {
    const { rows: N, columns: M } = x
    checkShapes(mean.size === M && variance.size === M, 'columnMoments', mean, variance, x)
    const [means, variances, X] = [numbers(mean), numbers(variance), numbers(x)]
    for (let m = 0; m < M; m++) {
      let sum = 0
      for (let i = m; i < N * M; i += M) sum += X[i]!
      const middle = sum / N
      let squares = 0
      for (let i = m; i < N * M; i += M) squares += (X[i]! - middle) ** 2
      means[m] = middle
      variances[m] = squares / N
    }
  },

  normalize(y, xHat, x, mean, variance, gamma, beta, epsilon) {
    const { rows: N, columns: M } = x
    checkShapes(y.size === x.size && xHat.size === x.size && mean.size === M && variance.size === M && gamma.size === M && beta.size === M, 'normalize', y, xHat, x, mean, variance, gamma, beta)
    const [Y, XHat, X] = [numbers(y), numbers(xHat), numbers(x)]
    const [means, variances, gammas, betas] = [numbers(mean), numbers(variance), numbers(gamma), numbers(beta)]
    for (let m = 0; m < M; m++) {
      const deviation = Math.sqrt(variances[m]! + epsilon)
      for (let i = m; i < N * M; i += M) {
        XHat[i] = (X[i]! - means[m]!) / deviation
        Y[i] = gammas[m]! * XHat[i]! + betas[m]!
      }
    }
  },

  normalizeBackward(dx, dgamma, dbeta, dy, xHat, variance, gamma, epsilon, fixed) {
    const { rows: N, columns: M } = dy
    checkShapes((dx === null || dx.size === dy.size) && xHat.size === dy.size && dgamma.size === M && dbeta.size === M && variance.size === M && gamma.size === M, 'normalizeBackward', dgamma, dbeta, dy, xHat, variance, gamma, dx ?? undefined)
    const [dGamma, dBeta, dY, XHat] = [numbers(dgamma), numbers(dbeta), numbers(dy), numbers(xHat)]
    const [variances, gammas, dX] = [numbers(variance), numbers(gamma), dx && numbers(dx)]
    for (let m = 0; m < M; m++) {
      let [products, slopes] = [0, 0]
      for (let i = m; i < N * M; i += M) {
        products += dY[i]! * XHat[i]!
        slopes += dY[i]!
      }
      dGamma[m] = products
      dBeta[m] = slopes
      if (!dX) continue
      const scale = gammas[m]! / Math.sqrt(variances[m]! + epsilon)
      // the loss also depends on x through its mean and variance, unless these are fixed
      for (let i = m; i < N * M; i += M) dX[i] = scale * (fixed ? dY[i]! : dY[i]! - slopes / N - XHat[i]! * products / N)
    }
  },
}
