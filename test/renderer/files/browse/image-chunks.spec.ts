import type { BrowsedSplit } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { ImageChunks } from '../../../../renderer/files/browse/image-chunks'
import { infoOf } from '../../../fixtures/dataset-info'
import { recordCanvases } from '../../canvas'

afterEach(() => { vi.restoreAllMocks() })

/** Images of two pixels: the split, and the index modulo 256 */
const dataset = (train: number, test: number) => ({ info: infoOf({ id: 'a', rows: 1, columns: 2, classes: 3, train, test }), labels: { train: new Uint16Array(train), test: new Uint16Array(test) } })
const bytesOf = (split: BrowsedSplit, indices: readonly number[]) => Uint8Array.from(indices.flatMap(index => [split === 'train' ? 1 : 2, index % 256]))
function chunksOf({ train = 2000, test = 500, places = Uint32Array.from({ length: train + test }, (_, place) => place), ask = bytesOf as ((split: BrowsedSplit, indices: readonly number[]) => Uint8Array | Promise<Uint8Array>) } = {}) {
  const asked: [BrowsedSplit, number][] = []
  const faults: unknown[] = []
  let arrivals = 0
  const chunks = new ImageChunks({
    dataset: dataset(train, test), places, arrived: () => { arrivals++ }, failed: (cause) => { faults.push(cause) },
    ask: async (split, indices) => { asked.push([split, indices.length]); return await ask(split, indices) },
  })
  return { chunks, asked, faults, arrivals: () => arrivals }
}
const read = (chunks: ImageChunks, position: number) => { const bytes = chunks.bytesOf(position); return bytes && [...bytes] }

test('images come with those around them, a few hundred in one request', async () => {
  const { chunks, asked, arrivals } = chunksOf()
  expect(read(chunks, 0)).toBeNull()
  chunks.want(300, 320)
  await flushPromises()
  expect(asked).toEqual([['train', 256], ['train', 256], ['train', 256]])
  expect([read(chunks, 300), read(chunks, 0), read(chunks, 800)]).toEqual([[1, 44], [1, 0], null])
  expect(arrivals()).toBe(3)
  chunks.want(300, 320) // nothing more
  expect(asked).toHaveLength(3)
})

test('a chunk may have images of both splits, in the order of the selection', async () => {
  const { chunks, asked } = chunksOf({ places: Uint32Array.of(2007, 3, 2000, 1999, 2499) })
  chunks.want(0, 4)
  await flushPromises()
  expect(asked).toEqual([['train', 2], ['test', 3]])
  expect([0, 1, 2, 3, 4].map(position => read(chunks, position))).toEqual([[2, 7], [1, 3], [2, 0], [1, 207], [2, 243]])
})

test('what is no longer in sight is not asked for', async () => {
  const waiting: (() => void)[] = []
  const { chunks, asked } = chunksOf({ train: 100_000, ask: (split, indices) => new Promise((done) => { waiting.push(() => { done(bytesOf(split, indices)) }) }) })
  for (let first = 0; first < 90_000; first += 9000) chunks.want(first, first + 100)
  await flushPromises()
  expect(asked).toHaveLength(3) // of the first places; the others are waited for
  waiting.splice(0).forEach((done) => { done() })
  await flushPromises()
  waiting.splice(0).forEach((done) => { done() })
  await flushPromises()
  expect(read(chunks, 81_000)).toEqual([1, 81_000 % 256])
  expect(asked.length).toBeLessThan(8)
})

test('the images that were seen last are kept, as many as fit', async () => {
  const side = 128
  const info = infoOf({ id: 'large', rows: side, columns: side, classes: 2, train: 4000, test: 0 })
  let asked = 0
  const chunks = new ImageChunks({
    dataset: { info, labels: { train: new Uint16Array(4000), test: new Uint16Array() } }, places: Uint32Array.from({ length: 4000 }, (_, place) => place), arrived: () => undefined, failed: (cause) => { throw cause },
    ask: async (_, indices) => { asked++; return new Uint8Array(indices.length * side * side) },
  })
  expect(chunks.length).toBe(16) // 256 kB
  for (let first = 0; first < 4000; first += 16) {
    chunks.want(first, first)
    await flushPromises()
  }
  const kept = Array.from({ length: 250 }, (_, chunk) => chunks.bytesOf(16 * chunk) !== null)
  expect(kept.at(-1)).toBe(true)
  expect(kept[0]).toBe(false)
  expect(kept.filter(Boolean).length * 16 * side * side * 5).toBeLessThanOrEqual(64 * 2 ** 20)
  expect(asked).toBeLessThanOrEqual(255)
})

test('after an error nothing is asked for a while, and a selection that was left says nothing', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const { chunks, asked, faults } = chunksOf({ ask: () => Promise.reject(new Error('gone')) })
    chunks.want(0, 10)
    await flushPromises()
    const before = asked.length
    chunks.want(600, 700)
    await flushPromises()
    expect([asked.length, faults.length > 0]).toEqual([before, true])
    vi.advanceTimersByTime(2_100)
    chunks.close()
    chunks.want(0, 10)
    await flushPromises()
    expect(asked).toHaveLength(before)
  }
  finally { vi.useRealTimers() }
})

test('a picture is painted once, and anew in other colours', async () => {
  const drawn = recordCanvases()
  const { chunks } = chunksOf()
  chunks.want(0, 10)
  await flushPromises()
  const colours = [[255, 255, 255], [0, 0, 0]] as const
  const first = chunks.pictureOf(17, colours)!
  expect([first.x, first.y]).toEqual([2, 1]) // 16 in a row, two pixels each
  expect(chunks.pictureOf(18, colours)!.sheet).toBe(first.sheet)
  expect(drawn.filter(({ call }) => call === 'putImageData')).toHaveLength(1)
  const { data } = drawn.find(({ call }) => call === 'putImageData')!.args[0] as ImageData
  expect([...data.subarray(4 * (32 + 2), 4 * (32 + 4))]).toEqual([254, 254, 254, 255, 238, 238, 238, 255]) // 1 and 17 of 255
  chunks.repaint()
  expect(chunks.pictureOf(17, colours)!.sheet).not.toBe(first.sheet)
})
