/**
 * Whether no number is NaN or infinite: x − x is 0 for every finite number and NaN for the others.
 * Four sums at once, since each addition would wait for the one before.
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
