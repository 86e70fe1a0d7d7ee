/**
 * Whether all numbers are finite: x − x is 0 for finite numbers, else NaN.
 * Uses four independent sums, since each addition has to wait for the previous one.
 */
export function allFinite(x: ArrayLike<number>): boolean {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  const fours = x.length - x.length % 4
  for (let i = 0; i < fours; i += 4) {
    a += x[i]! - x[i]!
    b += x[i + 1]! - x[i + 1]!
    c += x[i + 2]! - x[i + 2]!
    d += x[i + 3]! - x[i + 3]!
  }
  for (let i = fours; i < x.length; i++) a += x[i]! - x[i]!
  return a + b + c + d === 0
}
