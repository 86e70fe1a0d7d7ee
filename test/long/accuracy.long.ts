import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'

// The accuracies of whole recipes, trained in the terminal. Output of test/fixtures/accuracy/generate.py: those of PyTorch, by seed.
const reached = JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures/accuracy/pytorch.json'), 'utf8')) as Readonly<Record<string, readonly number[]>>
const fashion = '/usr/share/datasets/fashion-mnist'
const folder = mkdtempSync(join(tmpdir(), 'lab-accuracy-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

/** Runs a command as a user would, with a folder of its own for datasets. */
async function json<T>(...args: string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, [resolve(import.meta.dirname, '../../scripts/lab.mjs'), ...args, '--json'], { env: { ...process.env, LAB_USER_DATA: join(folder, 'own') } })
  return JSON.parse(stdout) as T
}
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each) / numbers.length
const variance = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + (each - mean(numbers)) ** 2, 0) / (numbers.length - 1)

/** Trains with the seeds 1 to `seeds`, and prints what it reaches beside PyTorch. @param name of the recipe in pytorch.json */
async function accuraciesOf(name: string, seeds: number, ...options: string[]): Promise<readonly number[]> {
  const accuracies: number[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    const { testAccuracy } = await json<{ testAccuracy: number }>('train', ...options, '--init', 'he', '--optimizer', 'adam', '--learning-rate', '0.001', '--batch-size', '100', '--iterations', '6000', '--seed', `${seed}`)
    accuracies.push(testAccuracy)
  }
  const pytorch = reached[name]!
  console.log(`${name}: ${mean(accuracies).toFixed(5)} [${accuracies.join(', ')}], PyTorch ${mean(pytorch).toFixed(5)} [${pytorch.join(', ')}]`)
  return accuracies
}

// Seeds differ by 0.0012, so a mean of three is uncertain by 0.0007: nine of them are held to this bar.
test('784-100-10 with batch normalization and dropout classifies 0.976 of MNIST’s test images correctly after ten epochs, as PyTorch', async () => {
  const accuracies = await accuraciesOf('normalizedDropout', 9, '--network', 'affine 100, batchNormalization, relu, dropout 0.2, affine 10')
  expect(mean(accuracies)).toBeGreaterThanOrEqual(0.976)
  // two means of independent seeds differ by at most four of their standard errors
  const pytorch = reached['normalizedDropout']!
  expect(Math.abs(mean(accuracies) - mean(pytorch))).toBeLessThan(4 * Math.sqrt(variance(accuracies) / accuracies.length + variance(pytorch) / pytorch.length))
}, 3_600_000)

test('784-50-10 with identity and squared error classifies 0.95 of them correctly after 6,000 mini-batches', async () => {
  expect(mean(await accuraciesOf('identity', 3, '--network', 'affine 50, relu, affine 10', '--loss', 'identity'))).toBeGreaterThanOrEqual(0.95)
}, 3_600_000)

describe.skipIf(!existsSync(fashion))('Fashion-MNIST from Debian’s package', () => {
  const file = (name: string): string => `${fashion}/${name}-ubyte.gz`

  test('784-100-10 classifies 0.87 of the test images correctly after ten epochs', async () => {
    await json('data', 'import', file('train-images-idx3'), file('train-labels-idx1'), '--test-images', file('t10k-images-idx3'), '--test-labels', file('t10k-labels-idx1'), '--name', 'Fashion-MNIST')
    expect(mean(await accuraciesOf('fashion', 3, '--dataset', 'Fashion-MNIST', '--network', 'affine 100, relu, affine 10'))).toBeGreaterThanOrEqual(0.87)
  }, 3_600_000)
})
