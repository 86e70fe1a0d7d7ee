import type { ErrorCode, ErrorDetails, LabError } from '@core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { pictureOf } from '../../../renderer/lib/picture-file'

const text = (value: string) => new TextEncoder().encode(value)
/** A PNG's first bytes: its signature and its size. */
function png(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(33)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  bytes.set(text('IHDR'), 12)
  new DataView(bytes.buffer).setUint32(16, width)
  new DataView(bytes.buffer).setUint32(20, height)
  return bytes
}

const decode = vi.fn<(file: Blob) => Promise<Pick<ImageBitmap, 'width' | 'height' | 'close'>>>()
const close = vi.fn<() => void>()
/** Sizes to which a picture was drawn */
let drawn: (readonly number[])[] = []
beforeEach(() => {
  drawn = []
  decode.mockReset()
  close.mockReset()
  vi.stubGlobal('createImageBitmap', decode)
  const context = { drawImage: (_: unknown, ...place: readonly number[]) => { drawn.push(place) }, getImageData: (_x: number, _y: number, width: number, height: number) => ({ data: new Uint8ClampedArray(4 * width * height) }) }
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(() => context as never)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

async function refused(file: Blob): Promise<{ readonly code: ErrorCode, readonly details: ErrorDetails }> {
  const { code, details } = await pictureOf(file, 'digit.png').then(() => { throw new TypeError('it was read') }, (cause: unknown) => cause as LabError)
  return { code, details }
}

test('a picture is decoded at its own size, and its bitmap is closed', async () => {
  decode.mockResolvedValue({ width: 300, height: 200, close })
  expect(await pictureOf(new Blob([png(300, 200)]), 'digit.png')).toMatchObject({ kind: 'picture', name: 'digit.png', width: 300, height: 200, sensitivity: 0.5 })
  expect(close).toHaveBeenCalledOnce()
})

test('a larger picture is scaled to 1000 pixels, with its aspect and never to nothing', async () => {
  decode.mockResolvedValueOnce({ width: 4000, height: 3000, close }).mockResolvedValueOnce({ width: 2, height: 9000, close })
  expect(await pictureOf(new Blob([png(4000, 3000)]), 'digit.png')).toMatchObject({ width: 1000, height: 750 })
  expect(await pictureOf(new Blob([png(2, 9000)]), 'digit.png')).toMatchObject({ width: 1, height: 1000 })
  expect(drawn).toEqual([[0, 0, 1000, 750], [0, 0, 1, 1000]])
})

test('more than 25 million pixels or 10,000 a side are refused before anything is unpacked', async () => {
  for (const [width, height] of [[5001, 5000], [10_001, 1], [1, 10_001], [2 ** 31 - 1, 2 ** 31 - 1]] as const) {
    expect(await refused(new Blob([png(width, height)]))).toEqual({ code: 'image.tooLarge', details: { file: 'digit.png', wanted: 25, side: 10_000, found: `${width}×${height}` } })
  }
  expect(decode).not.toHaveBeenCalled()
  decode.mockResolvedValue({ width: 5000, height: 5000, close })
  await pictureOf(new Blob([png(5000, 5000)]), 'digit.png')
})

test('a text that is named as a picture, an empty file and other formats are refused by their content', async () => {
  const contents: readonly (readonly [Uint8Array<ArrayBuffer>, string])[] = [[text('not a picture at all'), '“not a pictur…”'], [new Uint8Array(0), '0 bytes'], [text('GIF89a'), 'GIF'], [text('%PDF-1.7'), 'PDF']]
  for (const [bytes, found] of contents) expect(await refused(new Blob([bytes]))).toEqual({ code: 'image.format', details: { file: 'digit.png', wanted: 'PNG, JPEG, WebP, BMP', found } })
  expect(decode).not.toHaveBeenCalled()
})

test('a picture without pixels, one that is cut and one that the decoder refuses are damaged', async () => {
  expect(await refused(new Blob([png(0, 0)]))).toEqual({ code: 'image.damaged', details: { file: 'digit.png', kind: 'PNG', found: '0×0' } })
  expect(await refused(new Blob([png(30, 20).subarray(0, 20)]))).toMatchObject({ code: 'image.damaged', details: { found: '20 bytes' } })
  decode.mockRejectedValue(new DOMException('not decodable', 'InvalidStateError'))
  expect(await refused(new Blob([png(30, 20)]))).toMatchObject({ code: 'image.damaged', details: { kind: 'PNG' } })
})

test('a JPEG’s size is found behind long profiles', async () => {
  decode.mockResolvedValue({ width: 3, height: 2, close })
  const segment = [0xff, 0xe2, 0xff, 0xff, ...new Uint8Array(0xfffd)]
  const bytes = Uint8Array.from([0xff, 0xd8, ...segment, ...segment, 0xff, 0xc0, 0, 11, 8, 0, 2, 0, 3, 1, 1, 0x11, 0])
  expect(await pictureOf(new Blob([bytes]), 'photo.jpg')).toMatchObject({ width: 3, height: 2 })
})

test('a file that has gone since it was chosen is told', async () => {
  const gone = { size: 100, slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) }) } as unknown as Blob
  expect(await refused(gone)).toMatchObject({ code: 'file.other', details: { file: 'digit.png' } })
})
