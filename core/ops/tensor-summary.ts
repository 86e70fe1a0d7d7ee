/** Sums and extremes of a tensor's finite elements, in double precision. */
export interface TensorSummary {
  /** Σx² */
  squares: number
  /** Σ|x| */
  absolute: number
  /** Infinity without a finite element */
  min: number
  /** −Infinity without a finite element */
  max: number
  /** Number of elements that are exactly 0 */
  zeros: number
  /** Number of elements that are neither NaN nor infinite */
  finite: number
}
