import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { writeIdx } from '@core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runHere } from './here'

const sample = resolve('electron/assets/sample.safetensors')
/** Names and shapes as in the lab, but written by PyTorch: it says neither its activation nor its normalization */
const foreign = resolve('test/fixtures/pytorch/lab-names.safetensors')

interface Evaluated {
  readonly evaluation: Readonly<Record<'train' | 'test', { readonly correct: readonly number[], readonly counts: readonly number[], readonly accuracy: number, readonly images: number }>> & { readonly validation: null }
  readonly confusion: Readonly<Record<'train' | 'validation' | 'test', readonly (readonly number[])[] | null>>
}

describe('evaluate', () => {
  let result: Evaluated
  beforeAll(async () => {
    const { code, stdout, stderr } = await runHere(['evaluate', sample, '--json'])
    expect(code, stderr).toBe(0)
    result = JSON.parse(stdout) as Evaluated
  }, 60_000)

  test('counts the answers of each class: a row\'s sum are its images, the diagonal the right ones', () => {
    for (const split of ['train', 'test'] as const) {
      const { correct, counts } = result.evaluation[split]
      const matrix = result.confusion[split]!
      expect(matrix).toHaveLength(10)
      expect(matrix.map(row => row.reduce((a, b) => a + b))).toEqual(counts)
      expect(matrix.map((row, i) => row[i])).toEqual(correct)
    }
    expect(result.confusion.validation).toBeNull()
  })

  test.each(['en', 'ko', 'ja'] as const)('prints the matrix of the test images in %s', { timeout: 60_000 }, async (locale) => {
    const { stdout } = await runHere(['evaluate', sample], { locale })
    const row = result.confusion.test![3]!
    const numbers = row.map(count => count === 0 ? '·' : count.toLocaleString('en')).join(' +')
    expect(stdout).toMatch(new RegExp(`^3 +${numbers}$`, 'm'))
    expect(stdout).not.toContain('evaluate.')
  })
})

describe('another dataset than the network has learned', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-evaluate-'))
  afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

  test('is measured, and named as such', { timeout: 60_000 }, async () => {
    writeFileSync(join(folder, 'images.idx'), writeIdx([40, 28, 28], Uint8Array.from({ length: 40 * 784 }, (_, i) => i % 251)))
    writeFileSync(join(folder, 'labels.idx'), writeIdx([40], Uint8Array.from({ length: 40 }, (_, i) => i % 10)))
    const here = { folder, own: join(folder, 'own') }
    await runHere(['data', 'import', 'images.idx', 'labels.idx', '--name', 'Stripes'], here)
    const own = await runHere(['evaluate', sample, '--json'], here)
    const other = await runHere(['evaluate', sample, '--dataset', 'Stripes', '--json'], here)
    expect([own.stderr.includes('has learned'), other.code, JSON.parse(other.stdout)]).toMatchObject([false, 0, { dataset: { name: 'Stripes' } }])
    expect(other.stderr).toContain('has learned MNIST and is measured on Stripes')
  })
})

describe('a file of another program', () => {
  test('is measured under every possibility, and must be told one', { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await runHere(['evaluate', foreign, '--json'])
    expect([code, stdout]).toEqual([2, ''])
    const lines = [...stderr.matchAll(/^ {2}--activation (\w+) --normalization (\w+) +([\d.]+)%$/gm)]
    expect(lines).toHaveLength(12)
    const shares = lines.map(([, , , share]) => Number(share))
    expect(shares).toEqual([...shares].sort((a, b) => b - a))
    expect(stderr).toContain(`--activation ${lines[0]![1]} --normalization ${lines[0]![2]}`)
    expect(stderr).toContain('1,000')
  })

  test('is measured only under the possibilities that one flag leaves', { timeout: 60_000 }, async () => {
    const { code, stderr } = await runHere(['evaluate', foreign, '--activation', 'tanh'])
    expect(code).toBe(2)
    expect([...stderr.matchAll(/^ {2}--activation tanh --normalization /gm)]).toHaveLength(4)
    expect(stderr.split('\n').at(-3)).not.toContain('relu')
  })

  test('is evaluated as both flags say', { timeout: 60_000 }, async () => {
    const accuracyWith = async (activation: string): Promise<number> => {
      const { code, stdout, stderr } = await runHere(['evaluate', foreign, '--activation', activation, '--normalization', 'unit', '--json'])
      expect(code, stderr).toBe(0)
      return (JSON.parse(stdout) as Evaluated).evaluation.test.accuracy
    }
    expect(await accuracyWith('relu')).not.toBe(await accuracyWith('sigmoid'))
  })

  test('is refused with an unknown word, and a file that describes itself with any', async () => {
    const unknown = await runHere(['evaluate', foreign, '--activation', 'swish'])
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('relu, sigmoid, tanh')])
    const fixed = await runHere(['evaluate', sample, '--normalization', 'unit'])
    expect([fixed.code, fixed.stderr]).toEqual([2, expect.stringContaining('--normalization cannot be given')])
  })
})

describe('the book\'s pickle', () => {
  const pickle = resolve('test/fixtures/pickle/sample_weight.pkl')

  test('is best under the book\'s own choices, and then has as many right answers as NumPy finds', { timeout: 60_000 }, async () => {
    const asked = await runHere(['evaluate', pickle])
    expect(asked.code).toBe(2)
    expect(/^ {2}--activation \w+ --normalization \w+/m.exec(asked.stderr)![0]).toBe('  --activation sigmoid --normalization unit')
    const { code, stdout, stderr } = await runHere(['evaluate', pickle, '--activation', 'sigmoid', '--normalization', 'unit', '--json'])
    expect(code, stderr).toBe(0)
    const { right } = JSON.parse(readFileSync(resolve('test/fixtures/pickle/scores.json'), 'utf8')) as { right: number }
    expect((JSON.parse(stdout) as Evaluated).evaluation.test.correct.reduce((a, b) => a + b)).toBe(right)
  })

  test.each([0, 1, 4])('is inspected in protocol %i', async (protocol) => {
    const { code, stdout } = await runHere(['inspect', resolve(`test/fixtures/pickle/protocol-${protocol}.pkl`), '--json'])
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { format: 'pickle', open: ['activation', 'normalization'] }])
  })
})
