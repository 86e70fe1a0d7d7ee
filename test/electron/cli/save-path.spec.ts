import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LabError, markOf, mnist, Trainer, writeWeights } from '@core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkSavePath, chooseSavePath } from '../../../electron/cli/save-path'
import { smallDataset } from '../../fixtures/small-dataset'
import { runConfig } from '../../fixtures/run-config'

const folder = mkdtempSync(join(tmpdir(), 'lab-place-'))
const path = (...names: string[]) => join(folder, ...names)
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

describe('the path for weights', () => {
  const weights = () => writeWeights(new Trainer(runConfig({ layers: [12, 4, 6] }), smallDataset()).weights({ version: '1' }))
  const trained = { architecture: { input: [12], layers: [{ kind: 'affine', units: 4 }, { kind: 'relu' }, { kind: 'affine', units: 6 }], loss: 'softmaxWithLoss' }, dataset: markOf(smallDataset().info) } as const
  const place = (name: string, complete: boolean, { force = false, step = 5 } = {}) => chooseSavePath(name, { complete, step, force }, given => path(given))
  beforeAll(() => {
    mkdirSync(path('sub'))
    writeFileSync(path('sub', 'old.safetensors'), weights())
    writeFileSync(path('text'), 'mine')
    writeFileSync(path('empty'), '')
  })

  test('is the requested one when nothing is lost by it', async () => {
    expect(await place('new.safetensors', false)).toBe('new.safetensors')
    expect(await place('empty', false)).toBe('empty')
    expect(await place('sub/old.safetensors', true)).toBe('sub/old.safetensors')
    expect(await place('text', false, { force: true })).toBe('text')
  })

  test('is next to a more valuable file, under the first free name', async () => {
    expect(await place('sub/old.safetensors', false)).toBe('sub/old.step-5.safetensors')
    writeFileSync(path('sub', 'old.step-5.safetensors'), weights())
    expect(await place('sub/old.safetensors', false)).toBe('sub/old.step-5-2.safetensors')
    writeFileSync(path('sub', 'old.step-5-2.safetensors'), weights())
    expect(await place('sub/old.safetensors', false)).toBe('sub/old.step-5-3.safetensors')
    expect(await place('sub/old.safetensors', false, { step: 6 })).toBe('sub/old.step-6.safetensors')
    expect(await place('text', true)).toBe('text.step-5')
  })

  test('has a name of at most the maximum length', async () => {
    const name = `${'한'.repeat(81)}.safetensors` // 255 bytes
    writeFileSync(path(name), weights())
    const beside = await place(name, false)
    expect(beside).toMatch(/^한+\.step-5\.safetensors$/)
    expect(Buffer.byteLength(beside)).toBeLessThanOrEqual(255)
    expect(Buffer.byteLength(beside)).toBeGreaterThan(255 - 3) // one letter more would exceed the limit
  })

  test.each([['sub', 'file.isFolder'], ['sub/', 'file.isFolder'], ['text', 'cli.notWeights'], ['nowhere/a', 'file.missing']])('%s is refused before training: %s', async (name, code) => {
    await expect(checkSavePath(`${folder}/${name}`, { force: false, trained })).rejects.toMatchObject({ code, details: { flag: '--save' } })
  })

  test.each(['new.safetensors', 'empty', 'sub/old.safetensors'])('%s is accepted', async (name) => {
    await checkSavePath(path(name), { force: false, trained })
    await checkSavePath(path('text'), { force: true, trained })
    expect(readFileSync(path('text'), 'utf8')).toBe('mine')
  })
  test.each([
    ['other units', { ...trained, architecture: { ...trained.architecture, layers: [{ kind: 'affine', units: 5 }, { kind: 'relu' }, { kind: 'affine', units: 6 }] } }, /affine 4, relu, affine 6.*affine 5, relu, affine 6/],
    ['another loss', { ...trained, architecture: { ...trained.architecture, loss: 'identityWithLoss' } }, /affine 4/],
    ['another dataset', { ...trained, dataset: markOf(mnist) }, /MNIST/],
  ] as const)('with the weights of a network with %s is refused before training, unless forced', async (_, other, said) => {
    const file = path('sub', 'old.safetensors')
    const before = readFileSync(file)
    const refused = await checkSavePath(file, { force: false, trained: other }).then(() => null, (cause: unknown) => cause as LabError)
    expect(refused).toMatchObject({ code: 'cli.otherWeights', details: { flag: '--save', file } })
    expect(`${String(refused!.details['found'])} ${String(refused!.details['wanted'])}`).toMatch(said)
    await checkSavePath(file, { force: true, trained: other })
    expect(readFileSync(file)).toEqual(before)
  })
})
