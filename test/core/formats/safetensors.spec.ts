import { parseSafetensors, writeSafetensors } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cpuMs } from '../../fixtures/cpu-time'
import { refusal, safetensorsOf } from './bytes'

const entry = (dtype: string, shape: readonly number[], offsets: readonly number[]): string =>
  JSON.stringify({ dtype, shape, data_offsets: offsets })
const refused = (bytes: Uint8Array) => refusal(() => parseSafetensors(bytes, 'w.safetensors'))
const read = (bytes: Uint8Array) => parseSafetensors(bytes, 'w.safetensors')

const sample = () => writeSafetensors(new Map([
  ['affine1.weight', { shape: [2, 3], data: new Float32Array([1, -2, 3.5, 0, 1e-8, 7]) }],
  ['affine1.bias', { shape: [2], data: new Float32Array([0.5, -0.25]) }],
]), new Map([['format', 'pt'], ['note', 'héllo “가” 機械 🍎']]))

describe('the contents of a valid file', () => {
  test('are restored as written: names, shapes, numbers and metadata', () => {
    const { tensors, metadata } = read(sample())
    expect([...tensors.keys()].sort()).toEqual(['affine1.bias', 'affine1.weight'])
    expect(tensors.get('affine1.weight')).toEqual({ dtype: 'F32', shape: [2, 3], data: new Float32Array([1, -2, 3.5, 0, 1e-8, 7]) })
    expect(metadata.get('note')).toBe('héllo “가” 機械 🍎')
  })

  test('F64 keeps all its bits', () => {
    const data = new Float64Array([Math.PI, -5e-324, 1.7976931348623157e308])
    const bytes = writeSafetensors(new Map([['a', { shape: [3], data }]]), new Map())
    expect(read(bytes).tensors.get('a')).toEqual({ dtype: 'F64', shape: [3], data })
  })

  test.each([
    [0x3c00, 1], [0xc000, -2], [0x3555, 0.333251953125], [0x7bff, 65504], [0x0001, 2 ** -24], [0x03ff, 1023 * 2 ** -24],
    [0x8000, -0], [0x7c00, Infinity], [0xfc00, -Infinity], [0x7e00, NaN],
  ])('the F16 bits %i are %d', (bits, value) => {
    const bytes = safetensorsOf(`{"a":${entry('F16', [1], [0, 2])}}`, [bits & 255, bits >> 8])
    expect(read(bytes).tensors.get('a')?.data).toEqual(new Float32Array([value]))
  })

  test.each([[0x3f80, 1], [0xc049, -3.140625], [0x0001, 2 ** -133], [0xff80, -Infinity], [0x7fc0, NaN]])('the BF16 bits %i are %d', (bits, value) => {
    const bytes = safetensorsOf(`{"a":${entry('BF16', [1], [0, 2])}}`, [bits & 255, bits >> 8])
    expect(read(bytes).tensors.get('a')?.data).toEqual(new Float32Array([value]))
  })

  test('a scalar has the shape [] and one number', () => {
    expect(read(safetensorsOf(`{"s":${entry('F32', [], [0, 4])}}`, [0, 0, 128, 63])).tensors.get('s'))
      .toEqual({ dtype: 'F32', shape: [], data: new Float32Array([1]) })
  })

  test('a dimension of zero takes no bytes', () => {
    const bytes = safetensorsOf(`{"e":${entry('F32', [3, 0], [0, 0])},"a":${entry('F32', [1], [0, 4])}}`, [0, 0, 0, 64])
    expect(read(bytes).tensors.get('e')?.data).toHaveLength(0)
    expect(read(bytes).tensors.get('a')?.data[0]).toBe(2)
  })

  test('NaN and infinity are valid numbers of the format', () => {
    const data = new Float32Array([NaN, Infinity, -Infinity])
    expect(read(writeSafetensors(new Map([['a', { shape: [3], data }]]), new Map())).tensors.get('a')?.data).toEqual(data)
  })

  test('a file without tensors, and one without metadata, is valid', () => {
    expect(read(safetensorsOf('{}')).tensors.size).toBe(0)
    expect(read(safetensorsOf('{"__metadata__":{}}')).metadata.size).toBe(0)
  })

  test('spaces may follow the header, and separate its tokens', () => {
    expect(read(safetensorsOf(`{ "a" :\n${entry('F32', [1], [0, 4])} }     `, [0, 0, 128, 63])).tensors.get('a')?.data[0]).toBe(1)
  })

  test('data that is not aligned is copied, whatever the header’s length', () => {
    for (let spaces = 0; spaces < 8; spaces++)
      expect(read(safetensorsOf(`{"a":${entry('F64', [1], [0, 8])}}${' '.repeat(spaces)}`, new Uint8Array(new Float64Array([Math.E]).buffer))).tensors.get('a')?.data[0]).toBe(Math.E)
  })

  // Cause: unlike Uint8Array's, Buffer.prototype.slice shares memory, so the numbers came from the buffer pool.
  test('a view into a larger buffer, such as Node’s Buffer, gives the same result and shares no memory', () => {
    const bytes = sample()
    const large = new Uint8Array(bytes.length + 13)
    large.set(bytes, 13)
    class SharingSlice extends Uint8Array { override slice(from?: number, to?: number) { return this.subarray(from, to) as Uint8Array<ArrayBuffer> } }
    for (const view of [large.subarray(13), new SharingSlice(large.buffer, 13)]) {
      const { tensors } = read(view)
      expect(tensors.get('affine1.bias')?.data).toEqual(new Float32Array([0.5, -0.25]))
      large.fill(255, large.length - 32)
      expect(tensors.get('affine1.bias')?.data).toEqual(new Float32Array([0.5, -0.25]))
      large.set(bytes, 13)
    }
  })

  test('names of built-in object members are ordinary names', () => {
    const header = `{"__proto__":${entry('F32', [1], [0, 4])},"constructor":${entry('F32', [0], [4, 4])},"__metadata__":{"__proto__":"x","toString":"y"}}`
    const { tensors, metadata } = read(safetensorsOf(header, [0, 0, 128, 63]))
    expect([...tensors.keys()].sort()).toEqual(['__proto__', 'constructor'])
    expect([...metadata]).toEqual([['__proto__', 'x'], ['toString', 'y']])
  })

  test('fields that a later version of the format may add are ignored', () => {
    expect(read(safetensorsOf('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"extra":{"x":[1,-2.5e3,null,true,"]}"]}}}')).tensors.size).toBe(1)
  })
})

describe('what is refused, with a specific error', () => {
  test('an empty file', () => {
    expect(refused(new Uint8Array(0))).toMatchObject({ code: 'safetensors.empty', file: 'w.safetensors', found: '0 bytes' })
  })

  test('a file of fewer than 8 bytes', () => {
    expect(refused(new Uint8Array(7))).toMatchObject({ code: 'safetensors.truncated', wanted: 'at least 8 bytes', found: '7 bytes' })
  })

  test('a file that ends inside its header', () => {
    expect(refused(safetensorsOf('{"a"', [], 100n))).toMatchObject({ code: 'safetensors.truncated', wanted: '108 bytes', found: '12 bytes' })
  })

  test('a file that ends inside its numbers', () => {
    const bytes = sample()
    expect(refused(bytes.subarray(0, bytes.length - 1))).toMatchObject({ code: 'safetensors.truncated', wanted: `${bytes.length} bytes`, found: `${bytes.length - 1} bytes` })
  })

  test.each([[100_000_001n], [2n ** 32n + 2n], [2n ** 63n], [2n ** 64n - 1n]])('a header of %d bytes', (length) => {
    expect(refused(safetensorsOf('{}', [], length)).code).toBe('safetensors.foreign')
  })

  test.each([
    ['a text', [...new TextEncoder().encode('epoch,loss 1,2.3')], /^epoch,loss 1/],
    ['a header that starts with a space', safetensorsOf(' {}'), /\{\}/],
    ['a header that starts with a byte order mark', safetensorsOf('\ufeff{}'), /./],
    ['a header that is a list', safetensorsOf('[]'), /\[\]/],
  ])('%s, quoting its beginning', (_, bytes, found) => {
    const { code, found: start } = refused(Uint8Array.from(bytes))
    expect(code).toBe('safetensors.foreign')
    expect(start).toMatch(found)
  })

  const zipOf = (name: string) => [0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, ...Array<number>(16).fill(0), name.length, 0, 0, 0, ...new TextEncoder().encode(name)]
  test.each([
    ['PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]], ['JPEG', [0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46]], ['ZIP', zipOf('notes.txt')],
    ['NumPy (.npz)', zipOf('arr_0.npy')], ['NumPy (.npz)', zipOf('W1.npy')], ['NumPy (.npy)', [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, 0x76, 0]], ['gzip', [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]],
    ['HDF5 (.h5)', [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0]], ['Keras (.keras)', zipOf('metadata.json')], ['pickle', [0x80, 4, 0x95, 1, 2, 3, 4, 5, 6]],
  ])('a file of another kind, naming the kind: %s', (kind, bytes) => {
    expect(refused(Uint8Array.from(bytes))).toMatchObject({ code: 'safetensors.kind', found: kind })
  })

  test.each([['of today', zipOf('archive/data.pkl')], ['of the time before 1.6', [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]]])('PyTorch’s own file %s, with advice', (_, bytes) => {
    expect(refused(Uint8Array.from(bytes))).toMatchObject({ code: 'safetensors.pytorch', found: 'PyTorch (.pt)' })
  })

  // Cause: 642 is encoded as 0x82 0x02, which resembles the start of a pickle.
  test.each([0x0280, 0x0380, 0x0480, 0x8b1f])('a valid file whose header takes %i bytes is not mistaken for another kind', (length) => {
    const text = `{"__metadata__":{"a":""}}`
    expect(read(safetensorsOf(text + ' '.repeat(length - text.length))).metadata.size).toBe(1)
  })

  test.each([1, 60, 500, 100_000])('%i bytes after its end, with their number', (more) => {
    const bytes = sample()
    const longer = new Uint8Array(bytes.length + more)
    longer.set(bytes)
    expect(refused(longer)).toMatchObject({ code: 'safetensors.trailing', found: String(more), wanted: String(bytes.length) })
  })

  test.each([
    ['a header above 2 MB', `{"__metadata__":{"a":"${'x'.repeat(2e6)}"}}`, 'safetensors.headerSize'],
    ['a header far above 2 MB', `{"__metadata__":{${Array.from({ length: 2_000_000 }, (_, i) => `"${i}":""`).join()}}}`, 'safetensors.headerSize'],
    ['more than 1,000 entries in its metadata', `{"__metadata__":{${Array.from({ length: 1001 }, (_, i) => `"${i}":""`).join()}}}`, 'safetensors.tooMany'],
    ['more than 1,000 tensors', `{${Array.from({ length: 1001 }, (_, i) => `"${i}":${entry('F32', [0], [0, 0])}`).join()}}`, 'safetensors.tooMany'],
  ])('%s', (_, header, code) => {
    expect(refused(safetensorsOf(header))).toMatchObject({ code, file: 'w.safetensors' })
  })

  test.each([
    ['nothing', ''], ['an open brace', '{'], ['text after the end', '{} x'], ['a second object', '{}{}'], ['a comma too many', '{"__metadata__":{},}'],
    ['single quotes', `{'a':1}`], ['a comment', '{/**/}'], ['a missing colon', '{"a" 1}'], ['a control character in a name', '{"a\nb":1}'],
    ['an unknown escape', '{"\\x":1}'], ['half a surrogate pair', `{"\\ud800":${entry('F32', [0], [0, 0])}}`], ['a zero byte after the end', '{}\0'],
  ])('a header with %s', (_, header) => {
    expect(refused(safetensorsOf(header))).toMatchObject({ code: 'safetensors.header', file: 'w.safetensors' })
  })

  test('a header that is not UTF-8', () => {
    expect(refused(safetensorsOf(new Uint8Array([...new TextEncoder().encode('{"'), 0xc0, 0xaf, 0x22])))).toMatchObject({ code: 'safetensors.header', wanted: 'UTF-8' })
    expect(refused(safetensorsOf(new Uint8Array([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]))).code).toBe('safetensors.header') // a lone surrogate
  })

  test.each([
    ['a tensor', `{"a":${entry('F32', [0], [0, 0])},"a":${entry('F32', [0], [0, 0])}}`, 'a'],
    ['a tensor, once in an escape', `{"a":${entry('F32', [0], [0, 0])},"\\u0061":${entry('F32', [0], [0, 0])}}`, 'a'],
    ['the metadata', '{"__metadata__":{},"__metadata__":{}}', '__metadata__'],
    ['a metadata key', '{"__metadata__":{"k":"1","k":"2"}}', 'k'],
    ['a tensor’s field', '{"a":{"dtype":"F32","shape":[0],"shape":[0],"data_offsets":[0,0]}}', 'shape'],
    ['a field of a field', '{"a":{"dtype":"F32","shape":[0],"x":{"y":1,"y":2},"data_offsets":[0,0]}}', 'y'],
  ])('%s that occurs twice', (_, header, found) => {
    expect(refused(safetensorsOf(header))).toMatchObject({ code: 'safetensors.duplicate', found })
  })

  test.each(['{"__metadata__":{"k":1}}', '{"__metadata__":{"k":null}}', '{"__metadata__":{"k":{"a":"b"}}}', '{"__metadata__":[]}', '{"__metadata__":"x"}', '{"__metadata__":null}'])('metadata that does not map text to text: %s', (header) => {
    expect(refused(safetensorsOf(header)).code).toBe('safetensors.metadata')
  })

  test.each(['I64', 'BOOL', 'U8', 'F8_E4M3', 'f32', 'toString', ''])('numbers of the type "%s", naming it', (dtype) => {
    const { code, found, wanted } = refused(safetensorsOf(`{"layer.x":${entry(dtype, [1], [0, 8])}}`, new Uint8Array(8)))
    expect({ code, wanted }).toEqual({ code: 'safetensors.dtype', wanted: 'F64, F32, F16, BF16' })
    expect(found).toContain('layer.x')
    expect(found).toContain(dtype)
  })

  test.each(['{"a":{"shape":[0],"data_offsets":[0,0]}}', '{"a":{"dtype":3,"shape":[0],"data_offsets":[0,0]}}'])('a tensor without a number type: %s', (header) => {
    expect(refused(safetensorsOf(header)).code).toBe('safetensors.dtype')
  })

  test.each(['[-1]', '[1.0]', '[1.5]', '["1"]', '[null]', '[01]', '[1e0]', '[-0]', '[9007199254740992]', '[1,]', '1', '{}', 'null'])('the shape %s', (shape) => {
    expect(refused(safetensorsOf(`{"a":{"dtype":"F32","shape":${shape},"data_offsets":[0,4]}}`, new Uint8Array(4))).code).toBe('safetensors.header')
  })

  test('a tensor without a shape, or that is not an object', () => {
    expect(refused(safetensorsOf('{"a":{"dtype":"F32","data_offsets":[0,4]}}', new Uint8Array(4))).code).toBe('safetensors.header')
    for (const value of ['null', '[]', '"x"', '1']) expect(refused(safetensorsOf(`{"a":${value}}`)).code).toBe('safetensors.header')
  })

  test.each(['[4,0]', '[0]', '[0,4,8]', '[0,-4]', '[0,4.0]', '["0","4"]', '[0,9007199254740992]', '[]', '4', 'null'])('the offsets %s', (offsets) => {
    expect(refused(safetensorsOf(`{"a":{"dtype":"F32","shape":[1],"data_offsets":${offsets}}}`, new Uint8Array(4))).code).toBe('safetensors.offsets')
  })

  test('a tensor without offsets', () => {
    expect(refused(safetensorsOf('{"a":{"dtype":"F32","shape":[1]}}', new Uint8Array(4))).code).toBe('safetensors.offsets')
  })

  test.each([
    ['fewer bytes than its shape', [2], [0, 4]], ['more bytes than its shape', [1], [0, 8]],
    ['more elements than can be counted', [2 ** 30, 2 ** 30], [0, 4]],
    ['a product that overflows before it comes to zero', [2 ** 53 - 1, 2 ** 53 - 1, 0], [0, 0]],
  ])('a tensor of %s', (_, shape, offsets) => {
    expect(refused(safetensorsOf(`{"a":${entry('F32', shape, offsets)}}`, new Uint8Array(offsets[1]!))).code).toBe('safetensors.offsets')
  })

  test.each([
    ['a hole at the start', [4, 8], [8, 12], 12], ['a hole between', [0, 4], [8, 12], 12],
    ['an overlap', [0, 4], [2, 6], 6], ['two in the same place', [0, 4], [0, 4], 4],
  ])('tensors with %s', (_, a, b, size) => {
    expect(refused(safetensorsOf(`{"a":${entry('F32', [1], a)},"b":${entry('F32', [1], b)}}`, new Uint8Array(size))).code).toBe('safetensors.offsets')
  })

  test('tensors far outside of the file, without allocating that memory', () => {
    const huge = 2 ** 52
    expect(refused(safetensorsOf(`{"a":${entry('F32', [huge / 4], [0, huge])}}`)).code).toBe('safetensors.truncated')
  })
})

describe('hostile headers', () => {
  // Causes: a regular expression, and JSON.stringify in a message, each overflowed the stack.
  test('a text of 1.9 million characters is read', () => {
    expect(read(safetensorsOf(`{"__metadata__":{"a":"${'x'.repeat(1.9e6)}"}}`)).metadata.get('a')).toHaveLength(1.9e6)
  })

  test.each([
    ['a shape', (deep: string) => `{"a":{"dtype":"F32","shape":${deep},"data_offsets":[0,4]}}`, '['],
    ['an unknown field', (deep: string) => `{"a":{"x":${deep}}}`, '['],
    ['objects', (deep: string) => `{"a":{"x":${deep}}}`, '{"x":'],
    ['metadata', (deep: string) => `{"__metadata__":${deep}}`, '['],
    ['the whole', (deep: string) => `{"a":${deep}}`, '['],
  ])('%s nested a million deep is refused at once', (_, header, bracket) => {
    const bytes = safetensorsOf(header(bracket.repeat(1e6)))
    expect(cpuMs(() => { expect(String(refused(bytes).code)).toMatch(/^safetensors\./) })).toBeLessThan(1000) // typically 10 ms; visiting every level takes far longer
  })

  test('messages stay short, however long the name', () => {
    const { found } = refused(safetensorsOf(`{"${'n'.repeat(1e6)}":${entry('I8', [1], [0, 1])}}`, [0]))
    expect(String(found).length).toBeLessThan(200)
  })

  test('any bytes are either read or refused with a FormatError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => { refused(bytes) }), { seed: 5, numRuns: 2000 })
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => { refused(safetensorsOf(bytes)) }), { seed: 6, numRuns: 2000 })
    fc.assert(fc.property(fc.json(), (json) => { refused(safetensorsOf(json)) }), { seed: 7, numRuns: 2000 })
    fc.assert(fc.property(fc.json(), fc.json(), (a, b) => { refused(safetensorsOf(`{"a":{"dtype":"F32","shape":${a},"data_offsets":${b}}}`)) }), { seed: 8, numRuns: 1000 })
  })

  test('every truncation of a valid file is refused', () => {
    const bytes = sample()
    for (let length = 0; length < bytes.length; length++) expect(String(refused(bytes.subarray(0, length)).code)).toMatch(/^safetensors\./)
  })

  test('flipped bits, inserted and removed bytes cause nothing but a FormatError', () => {
    const bytes = sample()
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }), (flips) => {
      const bent = bytes.slice()
      for (const [at, bits] of flips) bent[at] = bent[at]! ^ bits
      refused(bent)
    }), { seed: 9, numRuns: 3000 })
    fc.assert(fc.property(fc.nat(bytes.length), fc.nat(20), fc.uint8Array({ maxLength: 20 }), (at, gone, put) => {
      refused(new Uint8Array([...bytes.subarray(0, at), ...put, ...bytes.subarray(at + gone)]))
    }), { seed: 10, numRuns: 2000 })
  })
})

describe('a written file', () => {
  test('follows the format’s rules for any names, shapes and numbers', () => {
    const shape = fc.array(fc.nat(4), { maxLength: 3 })
    const tensor = fc.tuple(shape, fc.boolean(), fc.integer()).map(([dims, double, start]) => {
      const size = dims.reduce((a, b) => a * b, 1)
      const values = Array.from({ length: size }, (_, i) => start + i / 3)
      return { shape: dims, data: double ? Float64Array.from(values) : Float32Array.from(values) }
    })
    const name = fc.string({ unit: 'binary', minLength: 0, maxLength: 8 }).filter(text => text !== '__metadata__')
    fc.assert(fc.property(fc.dictionary(name, tensor), fc.dictionary(name, fc.string({ unit: 'binary' })), (tensors, metadata) => {
      const { tensors: found, metadata: texts } = read(writeSafetensors(new Map(Object.entries(tensors)), new Map(Object.entries(metadata))))
      expect(new Map([...found].map(([key, { shape, data }]) => [key, { shape, data }]))).toEqual(new Map(Object.entries(tensors)))
      expect(texts).toEqual(new Map(Object.entries(metadata)))
    }), { seed: 11, numRuns: 300 })
  })

  test('aligns the numbers to 8 bytes, pads with spaces, and sorts wider numbers first, then by name', () => {
    const bytes = writeSafetensors(new Map([
      ['b', { shape: [1], data: new Float32Array([1]) }], ['z', { shape: [1], data: new Float64Array([2]) }], ['a', { shape: [1], data: new Float32Array([3]) }],
    ]), new Map([['format', 'pt']]))
    const N = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    expect(N % 8).toBe(0)
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + N))
    expect(header).toMatch(/\} *$/)
    expect(Object.keys(JSON.parse(header) as object)).toEqual(['__metadata__', 'z', 'a', 'b'])
    expect(new Float64Array(bytes.buffer.slice(8 + N, 16 + N))[0]).toBe(2)
  })

  test('does not depend on the order of the tensors', () => {
    const tensors = [['a', { shape: [1], data: new Float32Array([1]) }], ['b', { shape: [1], data: new Float32Array([2]) }]] as const
    expect(writeSafetensors(new Map(tensors), new Map())).toEqual(writeSafetensors(new Map([...tensors].reverse()), new Map()))
  })
})
