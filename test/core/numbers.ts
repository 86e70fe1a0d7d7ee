import { Random, Tensor, type Precision } from '@core'
import { expect } from 'vitest'

/** Seeded normal numbers. */
export function randomTensor(shape: readonly number[], seed: number, precision: Precision = 'float64'): Tensor {
  const tensor = Tensor.zeros(shape, precision)
  const random = new Random(seed)
  for (let i = 0; i < tensor.size; i++) tensor.data[i] = random.normal()
  return tensor
}

/** Asserts that every number is within an absolute tolerance; NaN never is. */
export function expectNear(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(wanted.length)
  const furthest = Array.from(wanted, (number, i) => Math.abs(found[i]! - number))
    .reduce((max, distance) => Math.max(max, distance), 0)
  expect(furthest, `[${Array.from(found).slice(0, 12).join(', ')}]`).toBeLessThanOrEqual(tolerance)
}
