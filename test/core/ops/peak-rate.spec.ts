import { peakOperations } from '@core'
import { expect, test, vi } from 'vitest'
import { peakRate } from '../../../core/ops/peak-rate'

test('the peak counts the quickest call, and two operations for each multiply-add of four or eight lanes', () => {
  let now = 0
  const took = [4, 1, 16, 2, 2, 2, 2, 2, 2, 2]
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
  try {
    const kernels = { peak: (rounds: number): void => { now += took.shift() ?? 2; expect(rounds).toBe(20_000) } }
    // 20,000 rounds of 24 multiply-adds (two operations each) on four lanes, in one millisecond
    expect(peakRate(kernels, 'relaxed', 21)).toBe(20_000 * 24 * 2 * 4 * 1000)
    expect(took).toHaveLength(7) // stops after the time limit
  }
  finally { clock.mockRestore() }
  expect(peakOperations('wide')).toBe(2 * peakOperations('relaxed'))
  expect(peakOperations('simd')).toBe(peakOperations('relaxed'))
})
