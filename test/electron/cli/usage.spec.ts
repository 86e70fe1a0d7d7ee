import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { version } from '../../../package.json'
import { LabBundle } from './bundle'

const lab = new LabBundle()
beforeAll(() => lab.make())
afterAll(() => lab.remove())

const cores = availableParallelism()
const hangul = /[가-힣]/
const kana = /[ぁ-んァ-ン]/

describe('help', () => {
  test.each([['en', /Usage:.*FLAGS/], ['ko', hangul], ['ja', kana]] as const)('speaks %s on stdout and ends with 0', async (lang, pattern) => {
    for (const args of [['--help'], ...['train', 'predict', 'evaluate', 'diagnose', 'gradcheck', 'data', 'runs', 'replay'].map(name => [name, '--help'])]) {
      const { code, stdout, stderr } = await lab.run([...args, '--lang', lang])
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(pattern)
      expect(stdout).not.toMatch(/\bcli\.|[{}]/) // a key without a sentence, or a parameter without a value
    }
  })

  test('of train names every flag, of gradcheck its limit', async () => {
    const { stdout } = await lab.run(['train', '--help'])
    for (const flag of 'dataset layers activation init optimizer learning-rate batch-size iterations epochs validation seed order-seed backend threads save checkpoint checkpoint-every resume record fork at set force json lang help'.split(' '))
      expect(stdout).toContain(`--${flag}`)
    expect((await lab.run(['gradcheck', '--help'])).stdout).toContain('1e-7')
  })

  test('takes precedence over other mistakes on the line', async () => {
    expect(await lab.run(['train', '--layers', '0', '--help'])).toMatchObject({ code: 0, stderr: '' })
  })

  test('follows LC_ALL before LC_MESSAGES before LANG', async () => {
    expect((await lab.run(['--help'], { env: { LC_ALL: 'ja_JP.UTF-8', LC_MESSAGES: 'ko_KR', LANG: 'en' } })).stdout).toMatch(kana)
    expect((await lab.run(['--help'], { env: { LC_ALL: '', LC_MESSAGES: 'ko_KR.UTF-8', LANG: 'ja_JP' } })).stdout).toMatch(hangul)
    expect((await lab.run(['--help'], { env: { LC_ALL: '', LANG: 'fr_FR.UTF-8' } })).stdout).toContain('Usage:')
  })

  test('ends silently when its reader has closed the pipe', async () => {
    const ended = await lab.run(['train', '--help'], { onStart: child => child.stdout?.destroy() })
    expect(ended).toMatchObject({ code: 0, stderr: '' })
  })
})

test('--version prints the package\'s version', async () => {
  expect(await lab.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

describe('bad usage', () => {
  /** Command line and the text that the message must contain. */
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', ['train, predict, evaluate, diagnose, gradcheck']],
    ['tarin', ['tarin', 'Did you mean train?']],
    ['train --iteratons 10', ['--iteratons', 'Did you mean --iterations?']],
    ['train --dropout 0.2', ['--dropout']],
    ['train --momentum 0.9', ['--momentum works only together with --optimizer momentum']],
    ['train --layers', ['--layers', 'N,N,…']],
    ['train --layers --json', ['--layers', 'N,N,…']],
    ['train --json=yes', ['--json', 'yes']],
    ['train --seed 1 --seed=2', ['--seed', 'more than once']],
    ['train --iterations 10 --epochs 1', ['--iterations', '--epochs']],
    ['train weights.safetensors', ['weights.safetensors']],
    ['train --lang fr', ['--lang', 'ko, en, ja', 'fr']],
    ['train --layers 784,0,10', ['--layers', '1 to 4096', '0 (784,0,10)']],
    ['train --layers 784,-1,10', ['--layers', '1 to 4096', '-1 (784,-1,10)']],
    ['train --layers 784,1e9,10', ['--layers', '1 to 4096', '784,1e9,10']],
    ['train --layers 784,3.5,10', ['--layers', '1 to 4096', '3.5 (784,3.5,10)']],
    ['train --layers 784,abc,10', ['--layers', '1 to 4096', 'abc (784,abc,10)']],
    ['train --layers=784,,10', ['--layers', '1 to 4096', 'Found: – (784,,10)']],
    ['train --layers 50', ['--layers', '1 to 4096', 'Found: 50\n']],
    ['train --layers 784,4096,4096,4096,10', ['--layers', '20000000']],
    ['train --layers 100,50,10', ['--layers', '784-…-10', '100-50-10']],
    ['train --learning-rate 0', ['--learning-rate', 'above 0', 'Found: 0']],
    ['train --learning-rate -0.1', ['--learning-rate', 'above 0', 'Found: -0.1']],
    ['train --learning-rate NaN', ['--learning-rate', 'above 0', 'Found: NaN']],
    ['train --learning-rate 0x1', ['--learning-rate', 'Found: 0x1']],
    ['train --batch-size 0', ['--batch-size', '1 to 10000', 'Found: 0']],
    ['train --seed 1.5', ['--seed', '0 to 4294967295', 'Found: 1.5']],
    ['train --iterations 0', ['--iterations', '1 to', 'Found: 0']],
    ['train --epochs 1e9', ['--epochs', '1 to', 'Found: 1e9']],
    ['train --activation tanh', ['--activation', 'relu, sigmoid', 'tanh']],
    ['train --init zero', ['--init', 'small, xavier, he', 'zero']],
    ['train --optimizer adamw', ['--optimizer', 'sgd, momentum, adagrad, rmsprop, adam', 'adamw']],
    ['train --dataset cifar', ['--dataset', 'MNIST', 'cifar']],
    ['train --order-seed -1', ['--order-seed', '0 to 4294967295', 'Found: -1']],
    ['train --checkpoint', ['--checkpoint', 'FILE']],
    ['train --checkpoint-every 5', ['--checkpoint-every', '--checkpoint FILE']],
    ['train --checkpoint c --checkpoint-every 0', ['--checkpoint-every', '1 to', 'Found: 0']],
    ['train --checkpoint c --checkpoint-every 1.5', ['--checkpoint-every', 'Found: 1.5']],
    ['train --checkpoint c --save c', ['--checkpoint', '--save', 'same file']],
    ['train --resum c', ['--resum', 'Did you mean --resume?']],
    ['train --set learning-rate=0.1', ['--set', '--resume FILE']],
    ['train --resume missing.safetensors', ['missing.safetensors']],
    ['data', ['import, list']],
    ['train --backend gpu', ['--backend', 'wasm, reference', 'gpu']],
    ['predict --backend gpu a b', ['--backend', 'wasm, reference', 'gpu']],
    ['train --threads 0', ['--threads', `1 to ${cores}`, 'Found: 0']],
    ['train --threads 1.5', ['--threads', `1 to ${cores}`, 'Found: 1.5']],
    ['train --threads all', ['--threads', `1 to ${cores}`, 'Found: all']],
    [`train --threads ${cores + 1}`, ['--threads', `1 to ${cores}`, `Found: ${cores + 1}`]],
    [`certificate --quick --threads ${cores + 1}`, ['--threads', `1 to ${cores}`]],
    ['predict --threads 1 a b', ['--threads']],
    ['gradcheck --samples 0', ['--samples', '1 to', 'Found: 0']],
    ['gradcheck --h 0', ['--h', 'above 0', 'Found: 0']],
    ['gradcheck --save x', ['--save']],
    ['predict', ['WEIGHTS']],
    ['evaluate', ['FILE']],
    ['evaluate a b', ['b']],
    ['diagnose', ['FILE']],
    ['diagnose a b', ['b']],
    ['diagnose missing.safetensors', ['missing.safetensors']],
    ['evaluate --dataset nothing a.safetensors', ['a.safetensors']],
    ['gradcheck --network affine_10 --samples 1', ['--network', 'affine_10']],
    ['predict weights.safetensors', ['IMAGE']],
  ]

  // Ten at a time: a process takes a tenth of a second, and none reads the dataset.
  test('is reported with what was expected and what was found, with exit code 2 and nothing on stdout', async () => {
    for (let i = 0; i < cases.length; i += 10) {
      await Promise.all(cases.slice(i, i + 10).map(async ([line, named]) => {
        const { code, stdout, stderr } = await lab.run(line.split(' ').filter(Boolean), { env: { LAB_MNIST: '/nowhere' } })
        expect([line, code, stdout]).toEqual([line, 2, ''])
        for (const part of named) expect(stderr, line).toContain(part)
        expect(stderr, line).not.toMatch(/\bcli\.|\berrors\.|[{}]/)
      }))
    }
  })

  test('is reported in the chosen language', async () => {
    for (const [lang, pattern] of [['ko', hangul], ['ja', kana]] as const) {
      const { code, stderr } = await lab.run(['train', '--learning-rate=0', '--lang', lang])
      expect(code).toBe(2)
      expect(stderr).toMatch(pattern)
      expect(stderr).toContain('--learning-rate')
      expect(stderr).not.toContain('expected')
    }
  })
})
