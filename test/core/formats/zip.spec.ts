import { deflateRawSync } from 'node:zlib'
import { readEntry, readZip, writeZip } from '@core'
import fc from 'fast-check'
import { deflateSync, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { inflate } from '../../../core/formats/inflate'
import { refusal } from './bytes'

const limits = { entries: 10, bytes: 1000 }
const text = (value: string) => new TextEncoder().encode(value)
const stored = () => writeZip([['a.txt', text('apple')], ['b/c.txt', text('orange, orange')]])
const deflated = () => zipSync({ 'a.txt': text('apple '.repeat(30)), 'b.txt': text('orange '.repeat(30)) })
const contentsOf = (bytes: Uint8Array, most = limits) => readZip(bytes, 'z.zip', most).entries.map(entry => [entry.name, new TextDecoder().decode(readEntry(bytes, entry, 'z.zip'))])
const refused = (bytes: Uint8Array, most = limits) => refusal(() => contentsOf(bytes, most))

/** Places in a file of two entries, by the marks before them. */
const places = (bytes: Uint8Array, mark: string): readonly number[] => [...bytes.keys()].filter(at => mark === Buffer.from(bytes.subarray(at, at + 4)).toString('latin1'))
const [local, central, end] = ['PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06']
/** The file with numbers changed: the nth mark, offset from it, bytes of the number, value. */
function bent(bytes: Uint8Array, ...changes: readonly (readonly [mark: string, n: number, offset: number, width: 2 | 4, value: number])[]): Uint8Array {
  const copy = Uint8Array.from(bytes)
  const view = new DataView(copy.buffer)
  for (const [mark, n, offset, width, value] of changes) {
    const at = places(copy, mark)[n]! + offset
    if (width === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
  }
  return copy
}
const renamed = (from: string, to: string) => Uint8Array.from(Buffer.from(Buffer.from(stored()).toString('latin1').replaceAll(from, to), 'latin1'))

describe('a zip', () => {
  test('of stored and deflated entries is read', () => {
    expect(contentsOf(stored())).toEqual([['a.txt', 'apple'], ['b/c.txt', 'orange, orange']])
    expect(contentsOf(deflated())).toEqual([['a.txt', 'apple '.repeat(30)], ['b.txt', 'orange '.repeat(30)]])
    expect(contentsOf(writeZip([]))).toEqual([])
  })

  test('has a comment, whatever it holds', () => {
    const comment = text('PK\x05\x06 and more')
    expect(readZip(writeZip([['a', text('x')]], comment), 'z', limits).comment).toEqual(comment)
  })

  test('of any names and contents is read back', () => {
    const name = fc.stringMatching(/^[a-z0-9_]{1,8}$/)
    fc.assert(fc.property(fc.uniqueArray(fc.tuple(name, fc.uint8Array({ maxLength: 60 })), { selector: ([name]) => name, maxLength: 8 }), fc.boolean(), (entries, deflates) => {
      const bytes = deflates ? zipSync(Object.fromEntries(entries)) : writeZip(entries)
      const found = readZip(bytes, 'z', limits).entries.map(entry => [entry.name, Uint8Array.from(readEntry(bytes, entry, 'z'))] as const)
      const sorted = (all: readonly (readonly [string, Uint8Array])[]) => [...all].sort(([a], [b]) => a < b ? -1 : 1)
      expect(sorted(found)).toEqual(sorted(entries))
    }), { seed: 2 })
  })

  test('may have sizes of zip64 in the headers of its entries, as NumPy writes them, and sizes behind the contents', () => {
    expect(contentsOf(bent(stored(), [local, 0, 18, 4, 0xffffffff], [local, 0, 22, 4, 0xffffffff]))).toHaveLength(2)
    expect(contentsOf(bent(stored(), [local, 0, 6, 2, 8], [local, 0, 14, 4, 0], [local, 0, 18, 4, 0], [local, 0, 22, 4, 0]))).toHaveLength(2)
  })
})

describe('a bad zip is refused with rule and place:', () => {
  const zeros = deflateSync(new Uint8Array(5000))
  /** A zip of one deflated entry that promises a size. */
  const promising = (size: number) => {
    const whole = zipSync({ a: new Uint8Array(5000) })
    return bent(whole, [local, 0, 22, 4, size], [central, 0, 24, 4, size])
  }

  test.each<[string, Uint8Array, Record<string, unknown>]>([
    ['no zip', text('not a zip at all, but longer than 22 bytes'), { code: 'zip.cut' }],
    ['nothing', new Uint8Array(), { code: 'zip.cut' }],
    ['an end cut off', stored().subarray(0, -1), { code: 'zip.cut' }],
    ['bytes behind the end', Uint8Array.from([...stored(), 0]), { code: 'zip.cut' }],
    ['bytes before the beginning', Uint8Array.from([0, ...stored()]), { code: 'zip.damaged' }],
    ['several disks', bent(stored(), [end, 0, 4, 2, 1]), { code: 'zip.damaged', wanted: 'disk 0', found: 'disk 1' }],
    ['fewer entries than promised', bent(stored(), [end, 0, 8, 2, 3], [end, 0, 10, 2, 3]), { code: 'zip.damaged', wanted: 'PK\\1\\2' }],
    ['more entries than promised', bent(stored(), [end, 0, 8, 2, 1], [end, 0, 10, 2, 1]), { code: 'zip.damaged' }],
    ['zip64 in the directory’s end', bent(stored(), [end, 0, 16, 4, 0xffffffff]), { code: 'zip.large' }],
    ['zip64 in an entry', bent(stored(), [central, 1, 24, 4, 0xffffffff]), { code: 'zip.large', name: 'b/c.txt' }],
    ['an encrypted entry', bent(stored(), [central, 1, 8, 2, 1]), { code: 'zip.encrypted', name: 'b/c.txt' }],
    ['an entry encrypted in its own header', bent(stored(), [local, 1, 6, 2, 1]), { code: 'zip.encrypted', name: 'b/c.txt' }],
    ['another method', bent(stored(), [central, 0, 10, 2, 14]), { code: 'zip.method', name: 'a.txt', found: 14 }],
    ['an absolute name', renamed('a.txt', '/.txt'), { code: 'zip.name', name: '/.txt' }],
    ['a drive', renamed('a.txt', 'C:txt'), { code: 'zip.name', name: 'C:txt' }],
    ['a way upwards', renamed('b/c.txt', '../.txt'), { code: 'zip.name', name: '../.txt' }],
    ['a way upwards of Windows', renamed('b/c.txt', '..\\.txt'), { code: 'zip.name' }],
    ['a folder', renamed('b/c.txt', 'b/c.tx/'), { code: 'zip.name', name: 'b/c.tx/' }],
    ['a name that is no UTF-8', renamed('a.txt', '\xff.txt'), { code: 'zip.name' }],
    ['a name twice', writeZip([['a', text('1')], ['a', text('2')]]), { code: 'zip.duplicate', name: 'a' }],
    ['a stored entry of two sizes', bent(stored(), [central, 0, 24, 4, 4]), { code: 'zip.size', name: 'a.txt', wanted: 5, found: 4 }],
    ['entries at one place', bent(stored(), [central, 1, 42, 4, 0]), { code: 'zip.overlap', name: 'b/c.txt' }],
    ['an entry that reaches into the next', bent(stored(), [central, 0, 20, 4, 50], [central, 0, 24, 4, 50], [local, 0, 18, 4, 50], [local, 0, 22, 4, 50]), { code: 'zip.overlap', name: 'b/c.txt' }],
    ['an entry that reaches into the directory', bent(stored(), [central, 1, 20, 4, 15], [central, 1, 24, 4, 15], [local, 1, 18, 4, 15], [local, 1, 22, 4, 15]), { code: 'zip.overlap', name: 'b/c.txt' }],
    ['an entry behind the end', bent(stored(), [central, 1, 42, 4, 5000]), { code: 'zip.damaged', wanted: 'PK\\3\\4' }],
    ['an entry without a header', bent(stored(), [local, 0, 0, 4, 0]), { code: 'zip.damaged', at: 0 }],
    ['another name in an entry’s header', bent(stored(), [local, 0, 30, 2, 0x7878]), { code: 'zip.damaged', wanted: 'a.txt', found: 'xxtxt' }],
    ['another method in an entry’s header', bent(stored(), [local, 0, 8, 2, 8]), { code: 'zip.damaged', found: 8 }],
    ['another size in an entry’s header', bent(stored(), [local, 0, 22, 4, 6]), { code: 'zip.damaged', wanted: 5, found: 6 }],
    ['another byte in stored contents', renamed('apple', 'apply'), { code: 'zip.checksum', name: 'a.txt' }],
    ['more inside than promised', promising(4999), { code: 'zip.data', wanted: 4999, found: '> 4999' }],
    ['less inside than promised', promising(5001), { code: 'zip.data', wanted: 5001, found: 5000 }],
    ['a size that deflate cannot reach', promising(zeros.length * 1032 + 1), { code: 'zip.size', name: 'a' }],
  ])('%s', (_, bytes, wanted) => {
    expect(refused(bytes, { entries: 10, bytes: 100_000 })).toMatchObject({ file: 'z.zip', ...wanted })
  })

  test('more entries, or more bytes, than the reader allows', () => {
    expect(refused(stored(), { entries: 1, bytes: 1000 })).toMatchObject({ code: 'zip.tooMany', wanted: 1, found: 2 })
    expect(refused(stored(), { entries: 2, bytes: 18 })).toMatchObject({ code: 'zip.tooLarge', name: 'b/c.txt' })
    expect(refused(bent(deflated(), [local, 0, 22, 4, 2 ** 32 - 2], [central, 0, 24, 4, 2 ** 32 - 2]), limits)).toMatchObject({ code: 'zip.size' })
  })

  test('any byte of a deflated entry changed, unless its bits are not used', () => {
    const bytes = deflated()
    const [, second] = places(bytes, local) as [number, number]
    for (let at = 35; at < second; at++) for (const bit of [0, 3, 7]) {
      const changed = Uint8Array.from(bytes)
      changed[at]! ^= 1 << bit
      const { code } = refused(changed)
      if (code === 'none: it was accepted') expect(contentsOf(changed)).toEqual(contentsOf(bytes))
      else expect(code).toMatch(/^zip\.(?:data|checksum)$/)
    }
  })

  test('a bomb is unpacked to the size that it promises and one piece, not to what it holds', () => {
    const packed = deflateRawSync(new Uint8Array(64 * 2 ** 20))
    const { bytes, length } = inflate(packed, 1000)
    expect(bytes).toHaveLength(1000)
    expect(length).toBeGreaterThan(1000)
    expect(length).toBeLessThan(5 * 2 ** 20)
  })
})
