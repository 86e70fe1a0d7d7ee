import { LabError, parseSafetensors, readGraphDocument, writeGraphDocument } from '@core'
import { describe, expect, test } from 'vitest'

const bytes = (text: string) => new TextEncoder().encode(text)
function detailsOf(read: () => unknown): unknown {
  try { read() }
  catch (cause) {
    if (cause instanceof LabError) return { code: cause.code, ...cause.details }
    throw cause
  }
  throw new Error('it was read')
}

describe('a refused graph file says what was expected and what was found', () => {
  test.each([
    ['', { code: 'graphFile.empty', wanted: 'a graph', found: '0 bytes' }],
    ['   ', { code: 'graphFile.foreign', found: '–' }],
    ['hello', { code: 'graphFile.foreign', found: 'hello' }],
    ['[1]', { code: 'graphFile.foreign', found: '[1]' }],
  ])('%j', (text, expected) => {
    expect(detailsOf(() => readGraphDocument(bytes(text), 'a.json'))).toMatchObject({ file: 'a.json', ...expected })
  })

  test('bytes that are not text', () => {
    expect(detailsOf(() => readGraphDocument(Uint8Array.of(0x7b, 0xff, 0xfe), 'a.json'))).toMatchObject({ code: 'graphFile.foreign' })
  })

  test('more than a megabyte', () => {
    expect(detailsOf(() => readGraphDocument(new Uint8Array(3 * 2 ** 20), 'a.json'))).toMatchObject({ code: 'file.tooLarge', wanted: '1 MB', found: '3 MB' })
  })

  test('a member that occurs twice', () => {
    const text = new TextDecoder().decode(writeGraphDocument({ expression: 'x', inputs: { x: 1 } })).replace('"expression"', '"expression": "x", "expression"')
    expect(detailsOf(() => readGraphDocument(bytes(text), 'a.json'))).toMatchObject({ code: 'graphFile.content', wanted: '"expression": 1 ×', found: '"expression": 2 ×' })
  })
})

test('a file that is not a weights file shows its beginning, with a dot for unprintable bytes', () => {
  const { found } = detailsOf(() => parseSafetensors(Uint8Array.from([...bytes('GIF89a'), 0, 31, 32, 126, 127, 200, ...bytes('more, and more, and more')]), 'a')) as { found: string }
  // eslint-disable-next-line no-control-regex
  expect(found).not.toMatch(/[\x00-\x1f\x7f-\xff]/)
})
