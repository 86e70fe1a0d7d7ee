import { describe, expect, test } from 'vitest'
import { fileKind, fileStart } from '../../../core/formats/file-kind'

const bytes = (...parts: readonly (string | readonly number[])[]) => Uint8Array.from(parts.flatMap(part => typeof part === 'string' ? Array.from(part, letter => letter.charCodeAt(0)) : part))
/** The first entry of a zip according to the specification: 26 bytes of numbers before the name. */
const zip = (name: string) => bytes([0x50, 0x4b, 0x03, 0x04], Array<number>(22).fill(0), [name.length, 0, 0, 0], name)

// First bytes according to each format's specification.
const known: readonly (readonly [name: string, start: Uint8Array])[] = [
  ['PNG', bytes([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0])], ['JPEG', bytes([0xff, 0xd8, 0xff, 0xe0])], ['GIF', bytes('GIF89a')], ['GIF', bytes('GIF87a')], ['BMP', bytes('BM', [0x36, 0, 0, 0])], ['WebP', bytes('RIFF', [1, 2, 3, 4], 'WEBPVP8 ')],
  ['TIFF', bytes('II', [0x2a, 0])], ['TIFF', bytes('MM', [0, 0x2a])], ['AVIF', bytes([0, 0, 0, 0x1c], 'ftypavif')], ['AVIF', bytes([0, 0, 0, 0x1c], 'ftypavis')], ['HEIC', bytes([0, 0, 0, 0x18], 'ftypheic')], ['HEIC', bytes([0, 0, 0, 0x18], 'ftypmif1')], ['HEIC', bytes([0, 0, 0, 0x18], 'ftyphevc')],
  ['ICO', bytes([0, 0, 1, 0, 1, 0])], ['PDF', bytes('%PDF-1.7')], ['SVG', bytes('<svg xmlns="http://www.w3.org/2000/svg">')], ['SVG', bytes('<?xml version="1.0"?>\n<svg>')], ['HTML', bytes('<!DOCTYPE html>')], ['HTML', bytes('\n <html lang="ko">')], ['XML', bytes('<?xml version="1.0"?><plist>')],
  ['PyTorch (.pt)', zip('archive/data.pkl')], ['PyTorch (.pt)', bytes([0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e])], // PROTO 2, LONG1 of ten bytes: 0x1950a86a20f9469cfc6c
  ['NumPy (.npz)', zip('arr_0.npy')], ['NumPy (.npy)', bytes([0x93], 'NUMPY', [1, 0])], ['Keras (.keras)', zip('metadata.json')], ['Keras (.keras)', zip('config.json')], ['Keras (.keras)', zip('model.weights.h5')],
  ['ZIP', zip('holiday.txt')], ['ZIP', bytes([0x50, 0x4b, 0x05, 0x06], Array<number>(18).fill(0))], ['HDF5 (.h5)', bytes([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a])], ['GGUF', bytes('GGUF', [3, 0, 0, 0])], ['gzip', bytes([0x1f, 0x8b, 8])],
  ...[2, 3, 4, 5].map(protocol => ['pickle', bytes([0x80, protocol, 0x7d, 0x71])] as const),
]

describe('a file of another kind is recognized by its first bytes:', () => {
  test.each(known)('%s', (name, start) => {
    expect(fileKind(start)).toBe(name)
    expect(fileKind(Uint8Array.from([...start, ...Array<number>(1000).fill(7)]))).toBe(name)
  })

  test('a file that begins otherwise is of unknown kind', () => {
    for (const start of [bytes(), bytes('hello'), bytes([0, 0, 8, 3]), bytes('RIFF', [1, 2, 3, 4], 'WAVE'), bytes([0, 0, 0, 0x18], 'ftypmp42'), bytes([0x80, 6]), bytes([0x80, 1]), bytes([0x50, 0x4b, 7, 8]), bytes('{"a": 1}')]) expect(fileKind(start)).toBeNull()
  })

  test('bytes beyond the first 256 do not matter', () => {
    expect([fileKind(zip(`${'x'.repeat(100)}.npy`)), fileKind(zip(`${'x'.repeat(300)}.npy`))]).toEqual(['NumPy (.npz)', 'ZIP'])
  })
})

describe('the beginning of a file', () => {
  test('is shown as quoted text when it is text, with white space collapsed', () => {
    expect([fileStart(bytes('hello')), fileStart(bytes('name,\n\tlabel and more')), fileStart(bytes('  {  "a"'))]).toEqual(['“hello…”', '“name, label…”', '“{ "a"…”'])
  })

  test('is shown as bytes otherwise, at most eight', () => {
    expect([fileStart(bytes([0, 0, 8, 3])), fileStart(bytes([1, 255, 16, 0, 0, 0, 0, 9, 10, 11]))]).toEqual(['00 00 08 03 …', '01 ff 10 00 00 00 00 09 …'])
    expect(fileStart(bytes('ab', [0xc3, 0xa9]))).toBe('61 62 c3 a9 …')
    expect(fileStart(bytes('~ \x7f'))).toBe('7e 20 7f …')
  })

  test('is shown as empty for an empty file', () => {
    expect(fileStart(bytes())).toBe('0 bytes')
  })
})
