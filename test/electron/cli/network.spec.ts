import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locale } from '@contract'
import { readWeights } from '@core'
import { afterAll, describe, expect, test } from 'vitest'
import { runHere } from './here'

const folder = mkdtempSync(join(tmpdir(), 'lab-network-'))
afterAll(() => { rmSync(folder, { recursive: true }) })

const layers = 'affine 100, relu, affine 10'
/** What is printed about a command line that ends before the digits are read. */
const refused = async (...args: string[]) => {
  const { code, stdout, stderr } = await runHere(['train', ...args], { mnistFolder: '/nowhere' })
  expect([code, stdout, stderr.includes('/nowhere')]).toEqual([2, '', false])
  return stderr
}

describe('train --network', () => {
  test('learns a chain of layers with the squared error, and its file holds both', async () => {
    const { code, stdout } = await runHere(['train', '--network', layers, '--loss', 'identity', '--iterations', '200', '--save', 'chain.safetensors', '--json'], { folder })
    expect(code).toBe(0)
    const result = JSON.parse(stdout) as { readonly testAccuracy: number }
    expect(result).toMatchObject({ layers: [784, 100, 10], network: layers, iterations: 200 })
    expect(result.testAccuracy).toBeGreaterThan(0.7) // chance is 0.1
    expect(readWeights(readFileSync(join(folder, 'chain.safetensors')), 'chain').architecture)
      .toEqual({ input: [784], layers: [{ kind: 'affine', units: 100 }, { kind: 'relu' }, { kind: 'affine', units: 10 }], loss: 'identityWithLoss' })
  })

  test('with the layers of --layers learns the same weights', async () => {
    const shaOf = async (...args: string[]) => (JSON.parse((await runHere(['train', ...args, '--iterations', '20', '--json'])).stdout) as { weightsSha256: string }).weightsSha256
    expect(await shaOf('--network', 'AFFINE 8; relu; affine 10')).toBe(await shaOf('--layers', '784,8,10'))
  })

  test.each([
    ['an unknown layer', 'affine 100, reul, affine 10', ['--network: Layer 2: ', '“reul”', 'affine, relu, sigmoid, tanh, dropout', 'Did you mean relu?']],
    ['a missing layer', 'affine 100,, affine 10', ['--network: Layer 2: ', 'Found: nothing']],
    ['a number too many', 'affine 100, relu 3, affine 10', ['--network: Layer 2: ', 'expected relu', 'Found: relu 3']],
    ['a size that is missing', 'relu, affine', ['--network: Layer 2, affine: ', 'units', 'a whole number from 1 to 4096', 'Found: nothing']],
    ['a size that is no whole number', 'affine 3.5, affine 10', ['--network: Layer 1, affine: ', 'units', 'a whole number from 1 to 4096', 'Found: 3.5']],
    ['a rate of 1', 'dropout 1, affine 10', ['--network: Layer 1, dropout: ', 'rate', 'a number of at least 0 and below 1', 'Found: 1']],
    ['another number of outputs', 'affine 100, relu, affine 9', ['--network: ', '10 numbers', 'MNIST', 'gives 9']],
    ['too many layers', Array.from({ length: 41 }, () => 'relu').join(), ['--network: ', '1 to 40 layers', 'Found: 41']],
    ['too many parameters', 'affine 4096, affine 4096, affine 4096, affine 10', ['--network: ', '20000000', 'Found: affine 4096, affine 4096']],
  ])('names itself and the place of %s, once', async (_, network, parts) => {
    const said = await refused('--network', network)
    for (const part of parts) expect(said).toContain(part)
    expect(said.trim().split('--network: ')).toHaveLength(2)
    expect(said.match(/Layer \d/g)?.length ?? 0).toBeLessThanOrEqual(1)
    expect(said).not.toMatch(/[{}]/)
  })

  test.each<[Locale, string]>([['ko', '--network: 두 번째 계층: ‘reul’'], ['ja', '--network: 2番目の層：「reul」']])('names the place in %s: %s', async (locale, start) => {
    const { stderr } = await runHere(['train', '--network', 'affine 100, reul, affine 10'], { locale, mnistFolder: '/nowhere' })
    expect(stderr).toContain(start)
  })

  test.each([['--layers', '784,50,10'], ['--activation', 'sigmoid']])('excludes %s', async (flag, value) => {
    expect(await refused('--network', layers, flag, value)).toContain(`--network and ${flag} cannot be combined`)
  })

  test('with batch normalization refuses mini-batches of one image, by their flag', async () => {
    const said = await refused('--network', 'affine 20, batchNormalization, relu, affine 10', '--batch-size', '1')
    for (const part of ['--batch-size: Layer 2: ', 'at least 2 images', 'Found: 1']) expect(said).toContain(part)
  })
})

describe('a rate of the update', () => {
  test.each([
    ['--momentum is for that optimizer alone', ['--momentum', '0.5', '--optimizer', 'adam'], ['--momentum works only together with --optimizer momentum']],
    ['a momentum of 1 is refused', ['--momentum', '1', '--optimizer', 'momentum'], ['--momentum: ', 'a number of at least 0 and below 1', 'Found: 1']],
    ['a negative weight decay is refused', ['--weight-decay=-1'], ['--weight-decay: ', 'from 0 to 10', 'Found: -1']],
    ['a weight decay that is no number is refused', ['--weight-decay', 'some'], ['--weight-decay: ', 'from 0 to 10', 'Found: some']],
    ['more than half of the images for validation are refused', ['--validation', '0.6'], ['--validation: ', 'from 0 to 0.5', 'Found: 0.6']],
    ['an unknown loss is refused with the one that was meant', ['--loss', 'softmx'], ['--loss: ', 'softmax, identity', 'Did you mean softmax?']],
  ])('%s', async (_, args, parts) => {
    const said = await refused(...args)
    for (const part of parts) expect(said).toContain(part)
  })

  test('is recorded in the file, and so is the accuracy on the validation images', async () => {
    const { code } = await runHere(['train', '--layers', '784,4,10', '--optimizer', 'momentum', '--momentum', '0.5', '--learning-rate', '0.01', '--weight-decay', '0.001', '--validation', '0.1', '--iterations', '5', '--save', 'rates.safetensors', '--json'], { folder })
    expect(code).toBe(0)
    const { config, metrics } = readWeights(readFileSync(join(folder, 'rates.safetensors')), 'rates')
    expect(config).toMatchObject({ optimizer: { kind: 'momentum', learningRate: 0.01, momentum: 0.5 }, weightDecay: 0.001, validation: 0.1 })
    expect(metrics.validationAccuracy! * 6000).toBeCloseTo(Math.round(metrics.validationAccuracy! * 6000), 6) // a tenth of 60,000 images
  })
})
