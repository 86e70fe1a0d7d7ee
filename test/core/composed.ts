import { add, columnSums, div, exp, log, mul, sub, type Variable } from '../../core/autograd'

/**
 * Batch normalization over the rows of a batch, composed of autograd's operations.
 * @param x (N,M) @param gamma (1,M) @param beta (1,M)
 * @source Deep Learning from Scratch, 6.3; ε as in PyTorch
 */
export function batchNormalization(x: Variable, gamma: Variable, beta: Variable): Variable {
  const centred = sub(x, div(columnSums(x), x.rows))
  const variance = div(columnSums(mul(centred, centred)), x.rows)
  const deviation = exp(mul(0.5, log(add(variance, 1e-5)))) // the square root
  return add(mul(gamma, div(centred, deviation)), beta)
}
