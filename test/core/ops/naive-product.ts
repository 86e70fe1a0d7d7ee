/**
 * C (I,J) = A (I,K) · B (K,J) in three loops, as on paper: the truth that the reference's unrolled product is held against.
 * @param a element (i,k) of A
 * @param b element (k,j) of B
 * @returns C, row by row
 */
export function naiveProduct(I: number, K: number, J: number, a: (i: number, k: number) => number, b: (k: number, j: number) => number): number[] {
  const c: number[] = []
  for (let i = 0; i < I; i++) for (let j = 0; j < J; j++) {
    let sum = 0
    for (let k = 0; k < K; k++) sum += a(i, k) * b(k, j)
    c.push(sum)
  }
  return c
}
