import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type LabError, mnist } from '@core'
import { DatasetStore, OwnDigits } from '@files'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { idxFile } from '../../fixtures/idx-files'

let folder: string
let digits: OwnDigits
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'digits-'))
  digits = new OwnDigits(join(folder, 'digits'))
})
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

/** A digit of one grey */
const imageOf = (grey: number) => new Uint8Array(784).fill(grey)
const add = (label: number, grey = label) => digits.add({ images: imageOf(grey), labels: Uint8Array.of(label) })
const firstPixels = ({ images }: { readonly images: Uint8Array }) => Array.from({ length: images.length / 784 }, (_, i) => images[784 * i])
const code = (work: () => unknown): Promise<string> => Promise.resolve().then(work).then(() => 'ok', (error: LabError) => error.code)

describe('digits of one’s own', () => {
  test('are none before the first one, and nothing is written by looking', async () => {
    expect(await digits.read()).toEqual({ images: new Uint8Array(), labels: new Uint8Array(), hidden: [] })
    expect(readdirSync(folder)).toEqual([])
  })

  test('stay in their order, in the next session, too', async () => {
    await Promise.all([add(7), add(3), add(9)])
    const found = await new OwnDigits(join(folder, 'digits')).read()
    expect([[...found.labels], firstPixels(found), found.images.length]).toEqual([[7, 3, 9], [7, 3, 9], 3 * 784])
  })

  test('keep their numbers when one is hidden; it can be shown again', async () => {
    for (const label of [1, 2, 3]) await add(label)
    expect((await digits.hide(1, true)).hidden).toEqual([1])
    expect([...(await digits.shown()).labels]).toEqual([1, 3])
    await add(4)
    const found = await new OwnDigits(join(folder, 'digits')).read()
    expect([[...found.labels], found.hidden]).toEqual([[1, 2, 3, 4], [1]])
    expect((await digits.hide(1, false)).hidden).toEqual([])
  })

  test('lose nothing when the program ends between the two files: the last one is not there yet', async () => {
    await add(5)
    writeFileSync(join(folder, 'digits', 'images.idx'), idxFile([2, 28, 28], new Uint8Array(2 * 784).fill(6)))
    expect([...(await digits.read()).labels]).toEqual([5])
    await add(8)
    expect([[...(await digits.read()).labels], firstPixels(await digits.read())]).toEqual([[5, 8], [6, 8]])
  })

  test('of a damaged file are not written over', async () => {
    await add(5)
    const path = join(folder, 'digits', 'images.idx')
    truncateSync(path, 100)
    expect(await code(() => add(6))).toBe('idx.length')
    expect(readFileSync(path)).toHaveLength(100)
  })

  test('are at most 10,000', async () => {
    await digits.add({ images: new Uint8Array(784 * 10_000), labels: new Uint8Array(10_000) })
    expect(await code(() => add(1))).toBe('digits.full')
    expect((await digits.read()).labels).toHaveLength(10_000)
  })
})

describe('an IDX pair of them', () => {
  test('has those that are not hidden, and comes back', async () => {
    for (const label of [1, 2, 3]) await add(label)
    await digits.hide(0, true)
    const path = join(folder, 'mine-images.idx')
    await digits.export(path)
    expect(readFileSync(path).subarray(0, 16)).toEqual(Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28]))
    expect(readFileSync(join(folder, 'mine-labels.idx'))).toEqual(Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 2, 3]))
    const other = new OwnDigits(join(folder, 'other'))
    expect((await other.import(path)).added).toBe(2)
    expect(firstPixels(await other.read())).toEqual([2, 3])
  })

  test('is found by MNIST’s names, and may be packed', async () => {
    writeFileSync(join(folder, 't10k-images-idx3-ubyte.gz'), gzipSync(idxFile([1, 28, 28], imageOf(40))))
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte.gz'), gzipSync(idxFile([1], [4])))
    await digits.import(join(folder, 't10k-images-idx3-ubyte.gz'))
    expect([...(await digits.read()).labels]).toEqual([4])
  })

  test.each<[string, string, () => void]>([
    ['other sizes', 'idx.size', () => pair(idxFile([1, 20, 30], new Uint8Array(600)), idxFile([1], [1]))],
    ['a label that is no digit', 'idx.label', () => pair(idxFile([1, 28, 28], imageOf(1)), idxFile([1], [10]))],
    ['more images than labels', 'idx.count', () => pair(idxFile([2, 28, 28], new Uint8Array(1568)), idxFile([1], [1]))],
    ['no labels beside the images', 'file.missing', () => { writeFileSync(join(folder, 'a-images.idx'), idxFile([1, 28, 28], imageOf(1))) }],
    ['a text', 'idx.magic', () => { writeFileSync(join(folder, 'a-images.idx'), 'hello') }],
  ])('with %s is refused, and none is added', async (_, wanted, make) => {
    await add(3)
    make()
    expect(await code(() => digits.import(join(folder, 'a-images.idx')))).toBe(wanted)
    expect([...(await digits.read()).labels]).toEqual([3])
  })
  const pair = (images: Uint8Array, labels: Uint8Array) => {
    writeFileSync(join(folder, 'a-images.idx'), images)
    writeFileSync(join(folder, 'a-labels.idx'), labels)
  }
})

test('as a dataset they stay as they were, whatever is drawn later', async () => {
  for (let label = 0; label < 10; label++) await add(label)
  const store = new DatasetStore({ mnist: folder, own: folder })
  const make = () => digits.withFiles(({ images, labels }) => store.import({ trainImages: { path: images, name: 'mine' }, trainLabels: { path: labels, name: 'mine' } }, 'My digits 10', mnist.classes, 'digit'))
  const { info } = await make()
  expect(info).toMatchObject({ name: 'My digits 10', shape: [1, 28, 28], preprocessing: 'digit', counts: { train: 9, test: 1 }, classes: [...'0123456789'] })
  await add(5)
  const { train, test } = await new DatasetStore({ mnist: folder, own: folder }).load(await store.find(info.id))
  expect([...train.labels, ...test.labels].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  await digits.hide(10, true)
  expect((await make()).info.id).toBe(info.id) // the same digits
  expect(readdirSync(join(folder, 'digits')).filter(name => name.startsWith('copy-'))).toEqual([])
})
