import { afterAll, describe, expect, test } from 'vitest'
import { kernelBytes } from '../fixtures/fast-ops'
import { smallDataset } from '../fixtures/small-dataset'
import type { Network } from './cases'
import { LabRunner } from './lab-runner'

const network: Network = { layers: [12, 8, 6], batchSize: 10, optimizer: 'adam', learningRate: 0.01 }

describe('the lab’s side of the bench', () => {
  const lab = new LabRunner(smallDataset(), { bytes: kernelBytes })
  afterAll(() => lab.dispose())
  const seconds = 0.002

  test('says who it is', () => {
    expect(lab.about).toMatchObject({ name: 'Node', kernel: expect.stringMatching(/^wasm-/) as string, threads: 1 })
  })

  test('trains: the burst counts its samples and reports the loss', () => {
    const { count, steps, loss, seconds: took } = lab.work({ work: 'train', network, seconds, steps: 200 })
    expect(count).toBe(10 * steps)
    expect(steps).toBeGreaterThanOrEqual(200)
    expect(took).toBeGreaterThanOrEqual(seconds)
    expect(loss).toBeLessThan(1)
  })

  test('predicts, evaluates what it has learned, and runs the whole loop', () => {
    expect(lab.work({ work: 'predict', network, seconds })).toMatchObject({ count: expect.any(Number) as number })
    expect(lab.work({ work: 'evaluate', network, seconds }).accuracy).toBeGreaterThan(0.8)
    expect(lab.work({ work: 'loop', network, iterations: 60 })).toMatchObject({ count: 600, steps: 60 })
  })

  test('counts a product’s operations, two for each multiply-add, and 192 for each round of the peak', () => {
    const { count, steps } = lab.work({ work: 'product', product: { form: 'TN', M: 5, K: 7, N: 3 }, seconds })
    expect(count).toBe(2 * 5 * 7 * 3 * steps)
    expect(lab.work({ work: 'peak', seconds }).count % 192).toBe(0)
  })

  test('profiles a step', () => {
    const names = lab.work({ work: 'profile', network, seconds }).lines!.map(({ op }) => op)
    expect(names).toContain('00 matmul 10×8')
    expect(names.slice(-2)).toEqual(['all the rest', 'the step'])
  })
})
