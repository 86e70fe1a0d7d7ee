import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type DatasetInfo, imageBytes, resizePicture } from '@core'
import { type FolderChoices, type FoundImages, readPng, readSource, usualChoices } from '@files'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bandFiles } from '../../../fixtures/idx-files'
import { letter, letterFiles, pngOf, writeTree } from '../../../fixtures/picture-folder'
import { refusal } from '../refusal'
import { unreadable } from '../unreadable'

let folder = ''
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'lab-letters-')) })
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })
const read = (choices: Partial<FolderChoices> = {}, path = folder): Promise<FoundImages> => readSource([{ path, name: path }], { ...usualChoices, ...choices })
const refused = (choices: Partial<FolderChoices> = {}) => refusal(() => read(choices))
const countsOf = ({ images: { train, test, classes } }: FoundImages) =>
  [train, test].map(part => part && classes!.map((_, c) => part.labels.filter(label => label === c).length))
/** The image of the only picture of a class. */
const imageIn = ({ images: { train, rows, columns } }: FoundImages, label: number) => {
  const n = train.labels.indexOf(label)
  return [...train.images.subarray(n * rows * columns, (n + 1) * rows * columns)]
}

describe('a folder with a sub-folder for each class', () => {
  test('gives its pictures by class, the classes in their natural order, mixed', async () => {
    writeTree(folder, letterFiles(['10', '9', 'ㄱ', 'b'], 6))
    const found = await read()
    expect(found).toMatchObject({ kind: 'folder', images: { rows: 8, columns: 6, classes: ['9', '10', 'b', 'ㄱ'], test: null }, sizes: [{ rows: 8, columns: 6, count: 24 }], problems: [] })
    expect(countsOf(found)).toEqual([[6, 6, 6, 6], null])
    expect(new Set(found.images.train.labels.subarray(0, 8)).size).toBeGreaterThan(2)
    expect((await read()).images).toEqual(found.images)
  })

  test('of dark ink on light paper is inverted, as the edges of most pictures say; the choice is a person’s', async () => {
    writeTree(folder, { 'a/1.png': letter(0, 0), 'b/1.png': letter(1, 0), 'b/2.png': letter(1, 3), 'b/dark.png': letter(1, 0, { paper: 3, ink: 250 }) })
    const found = await read()
    expect(found.preprocessing).toBe('resizeDark')
    // 255 − grey: paper 255 → 0, ink 10 → 245
    expect(imageIn(found, 0).filter(value => value > 0)).toEqual(new Array(6).fill(245))
    const asIs = await read({ isDark: false })
    expect(asIs.preprocessing).toBe('resize')
    expect(imageIn(asIs, 0)).toEqual(imageIn(found, 0).map(value => 255 - value))
  })

  test('of light ink on dark paper is taken as it is', async () => {
    writeTree(folder, { 'a/1.png': letter(0, 0, { paper: 0, ink: 200 }), 'b/1.png': letter(1, 0, { paper: 0, ink: 200 }) })
    const found = await read()
    expect([found.preprocessing, imageIn(found, 0).filter(value => value > 0)]).toEqual(['resize', new Array(6).fill(200)])
  })

  test('of several sizes is resized to the commonest, or to 28×28 where no size is that of most, or to another size', async () => {
    writeTree(folder, { 'a/1.png': letter(0, 0), 'a/2.png': letter(0, 1), 'b/1.png': letter(1, 0), 'b/2.png': letter(1, 0, { width: 20, height: 30 }) })
    const common = await read()
    expect([common.images.rows, common.images.columns, common.sizes]).toEqual([8, 6, [{ rows: 8, columns: 6, count: 3 }, { rows: 30, columns: 20, count: 1 }]])
    const chosen = await read({ size: { rows: 28, columns: 28 } })
    expect([chosen.images.rows, chosen.images.columns]).toEqual([28, 28])
    writeTree(folder, { 'a/3.png': letter(0, 0, { width: 9, height: 9 }), 'a/4.png': letter(0, 0, { width: 10, height: 9 }), 'b/3.png': letter(0, 0, { width: 11, height: 9 }) })
    expect((await read()).images).toMatchObject({ rows: 28, columns: 28 })
  })

  test('of pictures above 128 pixels is resized to 28×28', async () => {
    writeTree(folder, { 'a/1.png': letter(0, 0, { width: 200, height: 129 }), 'b/1.png': letter(1, 0, { width: 200, height: 129 }) })
    expect((await read()).images).toMatchObject({ rows: 28, columns: 28 })
  })

  test('is read as the terminal reads a picture that a network of this dataset is given', async () => {
    writeTree(folder, { 'a/1.png': letter(0, 0, { width: 31, height: 17 }), 'b/1.png': letter(1, 0) })
    for (const isDark of [true, false]) {
      const found = await read({ isDark, size: { rows: 20, columns: 30 } })
      const { rgba, width, height } = await readPng(join(folder, 'a/1.png'))
      const dataset: Pick<DatasetInfo, 'shape' | 'preprocessing'> = { shape: [1, 20, 30], preprocessing: found.preprocessing }
      expect(imageIn(found, 0)).toEqual([...imageBytes(resizePicture(rgba, width, height, dataset))])
    }
  })

  test('may have its classes below train and test, and is split by that', async () => {
    writeTree(folder, { ...letterFiles(['a', 'b'], 3, 'Train/'), ...letterFiles(['b', 'c'], 2, 'test/'), 'README.txt': 'x' })
    const found = await read()
    expect(found.images.classes).toEqual(['a', 'b', 'c'])
    expect(countsOf(found)).toEqual([[3, 3, 0], [0, 2, 2]])
    expect(found.problems.map(({ code, details }) => [code, details['files']])).toEqual([['dataset.otherFiles', 'README.txt']])
  })

  test('has classes called train and test where there are more', async () => {
    writeTree(folder, letterFiles(['train', 'test', 'bus'], 2))
    expect((await read()).images).toMatchObject({ classes: ['bus', 'test', 'train'], test: null })
  })

  test('may be the only one in an archive’s folder', async () => {
    writeTree(folder, { ...letterFiles(['a', 'b'], 2, 'letters/'), '.DS_Store': 'x', '__MACOSX/a/1.png': 'x' })
    expect((await read()).images.classes).toEqual(['a', 'b'])
  })

  test('names what is left out: hidden files, other files, folders below, damaged pictures and classes without a picture', async () => {
    const sound = letter(0, 0)
    writeTree(folder, {
      ...letterFiles(['a', 'b'], 2), 'a/.hidden.png': sound, 'a/Thumbs.db': 'x', 'b/photo.jpg': Uint8Array.of(0xff, 0xd8, 0xff), 'b/deeper/1.png': sound, 'notes.txt': 'x',
      'a/cut.png': sound.subarray(0, 60), 'b/text.png': 'no picture', 'b/renamed': sound, 'none/notes.txt': 'x', empty: null,
    })
    const found = await read()
    expect(countsOf(found)).toEqual([[2, 3], null])
    const told = Object.fromEntries(found.problems.map(({ code, details }) => [code, details]))
    expect(told['dataset.damagedPictures']).toMatchObject({ n: 2, files: expect.stringMatching(/^(?=.*a\/cut\.png(?:,|$))(?=.*b\/text\.png \()/) as string })
    expect(told['dataset.emptyClasses']).toEqual({ n: 2, files: 'empty, none' })
    expect(told['dataset.otherFiles']).toEqual({ n: 6, files: 'notes.txt, a/.hidden.png, a/Thumbs.db, …' })
  })

  test('tells of a class whose pictures are all damaged', async () => {
    writeTree(folder, { ...letterFiles(['a', 'b'], 2), 'c/cut.png': letter(0, 0).subarray(0, 60) })
    expect((await read()).problems.map(({ code, details }) => [code, details['n'], details['last']])).toEqual([['dataset.damagedPictures', 1, undefined], ['dataset.unusedClasses', 1, 'c']])
  })

  test('names a picture that may not be read', async () => {
    writeTree(folder, letterFiles(['a', 'b'], 2))
    const found = await unreadable(join(folder, 'a/0.png'), folder, read)
    expect(found.problems.map(({ code, details }) => [code, details['files']])).toEqual([['dataset.damagedPictures', 'a/0.png (EACCES)']])
  })

  test('is found through links', async () => {
    writeTree(folder, { ...letterFiles(['x'], 2, 'elsewhere/'), set: null })
    symlinkSync(join(folder, 'elsewhere/x'), join(folder, 'set/x'))
    symlinkSync(join(folder, 'nowhere'), join(folder, 'set/broken'))
    expect(countsOf(await read({}, join(folder, 'set')))).toEqual([[2], null])
  })
})

describe('a folder that is no dataset', () => {
  test.each<[string, Record<string, Uint8Array | string | null>, object]>([
    ['is empty', {}, { code: 'dataset.noClasses', found: 0 }],
    ['has its pictures in no sub-folder', { '1.png': letter(0, 0), '2.png': letter(1, 0) }, { code: 'dataset.noClasses', found: 2 }],
    ['has sub-folders without a picture', { 'a/1.txt': 'x', 'b': null }, { code: 'dataset.noClasses' }],
    ['has no picture that can be read', { 'a/1.png': 'x', 'b/2.png': letter(0, 0).subarray(0, 50) }, { code: 'dataset.noPictures', found: expect.any(String) as string }],
  ])('%s', async (_, files, expected) => {
    writeTree(folder, files)
    expect(await refused()).toMatchObject(expected)
  })

  test('has more than 1,000 classes', async () => {
    writeTree(folder, Object.fromEntries(Array.from({ length: 1001 }, (_, c) => [`${c}/1.png`, letter(0, 0)])))
    expect(await refused()).toMatchObject({ code: 'dataset.tooManyClasses', found: 1001, max: 1000 })
  })

  test('is missing', async () => {
    expect(await refusal(() => read({}, join(folder, 'none')))).toMatchObject({ code: 'file.missing' })
  })

  test('may not be read, or a folder of a class may not', async () => {
    writeTree(folder, letterFiles(['a', 'b'], 2))
    expect(await unreadable(join(folder, 'b'), folder, refused)).toMatchObject({ code: 'file.denied', file: 'b/' })
    expect(await unreadable(folder, folder, refused)).toMatchObject({ code: 'file.denied', file: basename(folder) })
  })
})

test('reading goes on picture by picture, and can be stopped', async () => {
  writeTree(folder, letterFiles(['a', 'b'], 10))
  const stop = new AbortController()
  const told: string[] = []
  const reading = readSource([{ path: folder, name: 'x' }], usualChoices, { signal: stop.signal, onProgress: (done, total) => {
    told.push(`${done}/${total}`)
    if (done === 4) stop.abort()
  } })
  await expect(reading).rejects.toMatchObject({ code: 'dataset.cancelled' })
  expect(told).toEqual(['0/20', '1/20', '2/20', '3/20', '4/20'])
})

test('a picture whose header promises 100 megapixels is left out, and nothing of that size is unpacked', async () => {
  const bomb = pngOf(1, 1, () => 0)
  bomb.writeUInt32BE(10_000, 16)
  bomb.writeUInt32BE(10_000, 20)
  writeTree(folder, { ...letterFiles(['a', 'b'], 2), 'a/bomb.png': bomb })
  expect((await read()).problems.map(({ code }) => code)).toEqual(['dataset.damagedPictures'])
})

describe('files that are chosen in any order', () => {
  const files = bandFiles({ train: 70, test: 14 })
  const chosen = (...names: string[]) => readSource(names.map(name => ({ path: join(folder, name), name })))
  beforeEach(() => { writeTree(folder, { 'train-images-idx3-ubyte': files.trainImages, 'train-labels-idx1-ubyte': files.trainLabels, 't10k-images-idx3-ubyte': files.testImages, 't10k-labels-idx1-ubyte': files.testLabels }) })

  test('are told apart by their contents and their names', async () => {
    const found = await chosen('t10k-labels-idx1-ubyte', 'train-images-idx3-ubyte', 't10k-images-idx3-ubyte', 'train-labels-idx1-ubyte')
    expect(found).toMatchObject({ kind: 'idx', files: { trainImages: 'train-images-idx3-ubyte', testLabels: 't10k-labels-idx1-ubyte' } })
    expect([found.images.train.labels.length, found.images.test?.labels.length]).toEqual([70, 14])
  })

  test('are told apart by their number where the names do not say it', async () => {
    writeTree(folder, { 'x/1': files.testImages, 'x/2': files.trainLabels, 'x/3': files.testLabels, 'x/4': files.trainImages })
    const found = await chosen('x/1', 'x/2', 'x/3', 'x/4')
    expect(found.files).toEqual({ trainImages: 'x/4', trainLabels: 'x/2', testImages: 'x/1', testLabels: 'x/3' })
  })

  test('may be the images alone: labels with the name that belongs to them are found', async () => {
    expect((await chosen('train-images-idx3-ubyte')).files).toEqual({ trainImages: 'train-images-idx3-ubyte', trainLabels: 'train-labels-idx1-ubyte' })
    rmSync(join(folder, 'train-labels-idx1-ubyte'))
    expect(await refusal(() => chosen('train-images-idx3-ubyte'))).toEqual({ code: 'dataset.files', images: 1, labels: 0 })
  })

  test('may lie in a folder that is chosen', async () => {
    writeTree(folder, { 'README.md': 'x' })
    expect(await read()).toMatchObject({ kind: 'idx', images: { test: expect.anything() as object } })
  })

  test.each([[[]], [['train-labels-idx1-ubyte']], [['train-images-idx3-ubyte', 't10k-images-idx3-ubyte']], [['x.txt']]])('are refused where they are no pairs: %j', async (names) => {
    writeTree(folder, { 'x.txt': 'x' })
    expect(await refusal(() => chosen(...names))).toMatchObject({ code: 'dataset.files' })
  })

  test('are named where one is damaged', async () => {
    writeTree(folder, { 'train-labels-idx1-ubyte': readFileSync(join(folder, 'train-labels-idx1-ubyte')).subarray(0, 50) })
    expect(await refusal(() => chosen('train-images-idx3-ubyte', 'train-labels-idx1-ubyte'))).toMatchObject({ code: 'idx.length', file: 'train-labels-idx1-ubyte' })
  })
})
