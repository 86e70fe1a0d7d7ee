import { Random } from '@core'
import { describe, expect, test } from 'vitest'
import { robustMax } from '../../../core/train/robust-max'

const random = new Random(1)
const normal = Float32Array.from({ length: 39_200 }, () => random.normal())
const largest = (data: Float32Array) => data.reduce((max, x) => Number.isFinite(x) ? Math.max(max, Math.abs(x)) : max, 0)
const shareBeyond = (data: Float32Array, end: number) => data.filter(x => Math.abs(x) > end).length / data.length

describe('the end of a colour scale', () => {
  test('leaves out fewer than one of a thousand normally distributed numbers', () => {
    const end = robustMax(normal, largest(normal))
    expect(end).toBeGreaterThan(3.5) // 1.5 · 2.576 = 3.86: the 99th percentile of |x| is 2.576
    expect(end).toBeLessThan(4.2)
    expect(shareBeyond(normal, end)).toBeLessThan(1e-3)
  })

  test('is hardly moved by one number that is a thousand times as large, nor by numbers that are not finite', () => {
    const end = robustMax(normal, largest(normal))
    const odd = Float32Array.from(normal)
    odd[0] = 4000
    odd.set([NaN, Infinity, -Infinity], 100)
    expect(robustMax(odd, 4000) / end).toBeCloseTo(1, 1)
    const small = Float32Array.from({ length: 50 }, (_, i) => i === 7 ? -1000 : 1 + i / 50)
    expect(robustMax(small, 1000)).toBeLessThan(3)
  })

  test('does not depend on how many numbers are 0', () => {
    const sparse = new Float32Array(10 * normal.length)
    normal.forEach((x, i) => { sparse[10 * i] = x })
    const share = robustMax(sparse, largest(sparse)) / robustMax(normal, largest(normal))
    expect(share).toBeGreaterThan(0.8)
    expect(share).toBeLessThan(1.2)
  })

  test('is the largest of equally distributed numbers, of a few, and 0 of none', () => {
    expect(robustMax(Float32Array.from({ length: 1000 }, (_, i) => i / 999), 1)).toBe(1)
    expect(robustMax(Float32Array.of(1e-3, 1, -50), 50)).toBe(50)
    expect(robustMax(new Float32Array(100), 0)).toBe(0)
    expect(robustMax(Float32Array.of(NaN), 0)).toBe(0)
  })
})
