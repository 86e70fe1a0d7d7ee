import type { TensorFrame } from '@contract'

export interface WeightMove {
  readonly row: number
  readonly column: number
  readonly before: number
  readonly gradient: number
  readonly rate: number
  readonly after: number
}

/**
 * The weight that the latest update moved farthest.
 * @param W after the update
 * @param dW of the same step
 * @returns null where nothing moved, or the gradient is not finite
 */
export function largestMove(W: TensorFrame, dW: TensorFrame, rate: number): WeightMove | null {
  let at = -1
  for (let i = 0; i < dW.data.length; i++)
    if (Number.isFinite(dW.data[i]) && dW.data[i] !== 0 && (at < 0 || Math.abs(dW.data[i]!) > Math.abs(dW.data[at]!))) at = i
  if (at < 0) return null
  const [gradient, after] = [dW.data[at]!, W.data[at]!]
  return { row: Math.floor(at / dW.columns), column: dW.firstColumn + at % dW.columns, before: after + rate * gradient, gradient, rate, after }
}
