import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readNpy, readNpzArrays, writeNpy, writeZip } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { refusal } from './bytes'

// Written by NumPy itself: test/fixtures/numpy/generate.py
const folder = resolve(import.meta.dirname, '../../fixtures/numpy')
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder, name)))
const described = JSON.parse(readFileSync(join(folder, 'arrays.json'), 'utf8')) as Record<string, { type: string, shape: number[], data: number | number[] }>
const names = readdirSync(join(folder, 'arrays')).map(name => name.replace('.npy', ''))

describe('an array that NumPy wrote', () => {
  test.each(names)('is read with type, shape and every number: %s', (name) => {
    const { type, shape, data } = described[name]!
    const array = readNpy(bytesOf(`arrays/${name}.npy`), name)
    expect(array).toMatchObject({ type, shape })
    expect([...array.data]).toEqual([data].flat())
  })

  test('of bytes takes no memory of its own', () => {
    const bytes = bytesOf('arrays/little-u1.npy')
    expect(readNpy(bytes, 'a').data.buffer).toBe(bytes.buffer)
  })

  test('is read from bytes that are not aligned', () => {
    const bytes = bytesOf('arrays/little-f8.npy')
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)
    expect([...readNpy(shifted.subarray(1), 'a').data]).toEqual(described['little-f8']!.data)
  })
})

/** The first version’s file with any dictionary. */
function fileOf(dict: string, data: Uint8Array = new Uint8Array(12), { version = [1, 0], length = dict.length }: { version?: readonly number[], length?: number } = {}): Uint8Array {
  const head = [0x93, ...Buffer.from('NUMPY'), ...version, length & 255, length >> 8, ...version[0] === 1 ? [] : [length >> 16 & 255, length >> 24 & 255]]
  return Uint8Array.from([...head, ...Buffer.from(dict, 'latin1'), ...data])
}
const good = '{\'descr\': \'<f4\', \'fortran_order\': False, \'shape\': (3,), }\n'
const refused = (bytes: Uint8Array) => refusal(() => readNpy(bytes, 'a.npy'))

describe('a header', () => {
  test.each([good, '{"shape":(3,),"fortran_order":True,"descr":"|f4"}'.replace('|', '<').replaceAll('"', '\''), '{ \'descr\' : \'=f4\' , \'fortran_order\' : False , \'shape\' : ( 3 , ) }', good.replace('(3,)', '(1, 3)'), good.replace('(3,)', '(3L,)')])('of the same dictionary is accepted: %j', (dict) => {
    expect(readNpy(fileOf(dict), 'a').data).toEqual(new Float32Array(3))
  })

  test.each<[string, Uint8Array, Record<string, unknown>]>([
    ['another file', Uint8Array.from(Buffer.from('PK\x03\x04and more')), { code: 'npy.foreign', at: 0, found: '50 4b 03 04 61 6e' }],
    ['nothing', new Uint8Array(), { code: 'npy.foreign', found: '–' }],
    ['version 4', fileOf(good, undefined, { version: [4, 0] }), { code: 'npy.version', at: 6, found: '4.0' }],
    ['version 1.1', fileOf(good, undefined, { version: [1, 1] }), { code: 'npy.version', found: '1.1' }],
    ['a header of 10,001 bytes', fileOf(good.padEnd(10_001)), { code: 'npy.header', at: 8, wanted: '≤ 10000', found: 10_001 }],
    ['a header of 4 GB promised', fileOf(good, undefined, { version: [2, 0], length: 0xfffffff0 }), { code: 'npy.header', found: 0xfffffff0 }],
    ['a header that ends early', fileOf(good).subarray(0, 40), { code: 'npy.cut', wanted: 10 + good.length, found: 40 }],
    ['no length', fileOf(good).subarray(0, 9), { code: 'npy.cut', wanted: 10, found: 9 }],
    ['Python objects', fileOf(good.replace('<f4', '|O')), { code: 'npy.type', at: 20, found: '\'|O\'' }],
    ['complex numbers', fileOf(good.replace('<f4', '<c8')), { code: 'npy.type', found: '\'<c8\'' }],
    ['text', fileOf(good.replace('<f4', '<U7')), { code: 'npy.type' }],
    ['a record', fileOf(good.replace('\'<f4\'', '[(\'x\', \'<f4\')]')), { code: 'npy.type' }],
    ['floats without an order', fileOf(good.replace('<f4', '|f4')), { code: 'npy.type' }],
    ['no shape', fileOf('{\'descr\': \'<f4\', \'fortran_order\': False}'), { code: 'npy.header', wanted: '\'shape\'' }],
    ['a key twice', fileOf('{\'descr\': \'<f4\', \'descr\': \'<f8\', \'fortran_order\': False, \'shape\': (3,)}'), { code: 'npy.header', wanted: '1', found: 'descr' }],
    ['another key', fileOf(good.replace(', }', ', \'x\': 1}')), { code: 'npy.header', wanted: 'descr, fortran_order, shape' }],
    ['a negative size', fileOf(good.replace('(3,)', '(-3,)')), { code: 'npy.header', found: '-3,), }·' }],
    ['a size beyond 2^53', fileOf(good.replace('(3,)', '(9999999999999999,)')), { code: 'npy.header', wanted: '< 2^53' }],
    ['a number for a shape', fileOf(good.replace('(3,)', '(3)')), { code: 'npy.header', wanted: ',' }],
    ['33 axes', fileOf(good.replace('(3,)', `(${'1, '.repeat(33)})`)), { code: 'npy.header', wanted: '≤ 32' }],
    ['more after the dictionary', fileOf(`${good.trim()} x`), { code: 'npy.header', wanted: '}' }],
    ['an expression', fileOf(good.replace('(3,)', '(1+2,)')), { code: 'npy.header' }],
    ['sizes whose product overflows', fileOf(good.replace('(3,)', '(9007199254740991, 2, 0)')), { code: 'npy.length', wanted: '< 2^53' }],
    ['too few numbers', fileOf(good, new Uint8Array(11)), { code: 'npy.length', wanted: 10 + good.length + 12, found: 10 + good.length + 11 }],
    ['too many numbers', fileOf(good, new Uint8Array(13)), { code: 'npy.length' }],
    ['4 GB promised', fileOf(good.replace('(3,)', '(1073741824,)')), { code: 'npy.length', wanted: 10 + good.length + 11 + 2 ** 32 - 2 }],
  ])('with %s is refused with rule and place', (_, bytes, wanted) => {
    expect(refused(bytes)).toMatchObject({ file: 'a.npy', ...wanted })
  })
})

describe('an .npz', () => {
  test.each(['stored.npz', 'compressed.npz'])('that NumPy wrote is read: %s', (name) => {
    const { arrays } = readNpzArrays(bytesOf(name), name, 2 ** 20)
    expect([...arrays.keys()]).toEqual(['W1', 'b1', 'x_train'])
    const numbers = described['npz'] as unknown as Record<string, number[]>
    expect([...arrays.get('W1')!.data]).toEqual(numbers['W1']!.map(Math.fround))
    expect([...arrays.get('b1')!.data]).toEqual(numbers['b1'])
    const pixels = arrays.get('x_train')!
    expect(pixels.shape).toEqual(name === 'stored.npz' ? [80, 50] : [15, 80, 50])
    expect(pixels.data.every((byte, i) => byte === i % 256)).toBe(true)
  })

  test('names the array that is damaged, and an entry that is none', () => {
    expect(refusal(() => readNpzArrays(writeZip([['W1.npy', fileOf(good.replace('<f4', '|O'))]]), 'a.npz', 100))).toMatchObject({ code: 'npy.type', file: 'a.npz: W1.npy' })
    expect(refusal(() => readNpzArrays(writeZip([['notes.txt', new Uint8Array(3)]]), 'a.npz', 100))).toMatchObject({ code: 'npz.name', name: 'notes.txt' })
  })
})

test('what is written is read back, bit for bit', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), fc.infiniteStream(fc.float()), (shape, numbers) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => numbers.next().value as number)
    const bytes = writeNpy(shape, data)
    expect(readNpy(bytes, 'a')).toEqual({ type: 'f4', shape, data })
    expect((bytes.length - data.byteLength) % 64).toBe(0)
  }), { seed: 1 })
})

test.runIf(existsSync('/usr/bin/python3'))('what is written opens in NumPy without pickle, where NumPy is installed', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'backprop-lab-npy-')), 'a.npy')
  try {
    writeFileSync(path, writeNpy([2, 3], Float32Array.of(1, 2, 3, 4, 5, -0.5)))
    const script = 'import sys\ntry:\n import numpy\nexcept ImportError:\n print("none")\nelse:\n a = numpy.load(sys.argv[1], allow_pickle=False)\n print(a.dtype.str, a.tolist())'
    expect(['<f4 [[1.0, 2.0, 3.0], [4.0, 5.0, -0.5]]', 'none']).toContain(execFileSync('/usr/bin/python3', ['-c', script, path], { encoding: 'utf8' }).trim())
  }
  finally { rmSync(resolve(path, '..'), { recursive: true }) }
})
