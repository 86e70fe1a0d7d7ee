import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../core/errors'
import { cut, foundText } from '../../core/found'
import { defaultConfig } from '../../core/config'
import { checkRunConfig } from '../../core/formats/run-config'

const cyclic: Record<string, unknown> = { a: 1 }
cyclic['self'] = cyclic
const cyclicList: unknown[] = [1]
cyclicList.push(cyclicList)
const deep = Array.from({ length: 20_000 }).reduce<unknown>(inner => [inner], 1)

describe('a found value', () => {
  test.each<[unknown, string]>([
    [undefined, '–'], ['', '–'], [null, 'null'], [0, '0'], [-0, '0'], [NaN, 'NaN'], [-Infinity, '-Infinity'], [true, 'true'], ['abc', '"abc"'], ['a"b', '"a\\"b"'],
    [[784, 0, 10], '[784,0,10]'], [[], '[]'], [{}, '{}'], [{ a: [1, { b: null }] }, '{"a":[1,{"b":null}]}'], [[undefined, NaN], '[undefined,NaN]'],
    [1n, '1n'], [-5n, '-5n'], [10n ** 5000n, 'bigint'], [Symbol('x'), 'symbol'], [() => 1, 'function'],
    [new Map([[1, 2]]), 'Map'], [new Float32Array(3), 'Float32Array'], [new Date(0), 'Date'], [Object.create(null), '{}'],
    [cyclic, '{"a":1,"self":{"a":1,"self":{"a":1,"self":{…}}}}'], [cyclicList, '[1,[1,[1,[…]]]]'], [deep, '[[[[…]]]]'],
  ])('is quoted like JSON, whatever it is: %#', (value, text) => {
    expect(foundText(value)).toBe(text)
  })

  test('is quoted by its beginning when it is long', () => {
    for (const value of ['x'.repeat(5e7), Array.from({ length: 1e5 }, () => 'y'.repeat(1e3)), Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`k${i}`, i]))]) {
      const text = foundText(value)
      expect(text.length).toBeLessThanOrEqual(200)
      expect(text).toMatch(/…/)
    }
    expect(foundText(Array.from({ length: 20 }, (_, i) => i))).toBe('[0,1,2,3,4,5,6,7,8,9,10,11,…]')
  })

  test('is inspected no further than it is quoted', () => {
    const looked: string[] = []
    const value = new Proxy(Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, i])), { get: (target, key) => { looked.push(String(key)); return target[String(key)] } })
    foundText({ value })
    expect(looked.length).toBeLessThan(20)
  })
})

describe('a truncated text', () => {
  test('keeps its beginning, or the end of a path, and splits no character', () => {
    expect(cut('x'.repeat(200))).toBe('x'.repeat(200))
    expect(cut('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`)
    expect(cut(`/${'x'.repeat(300)}/a.safetensors`, 'end')).toMatch(/^…x+\/a\.safetensors$/)
    expect(cut('😀'.repeat(150))).toBe(`${'😀'.repeat(99)}…`)
    expect(cut('😀'.repeat(150), 'end')).toBe(`…${'😀'.repeat(99)}`)
  })
})

// Cause: a BigInt and a cyclic object caused errors without a code, and a large value was returned in full.
test.each<[string, unknown]>([['a BigInt', 1n], ['a cyclic list', cyclicList], ['a cyclic object', cyclic], ['a list in twenty thousand others', deep], ['fifty million characters', 'x'.repeat(5e7)], ['a symbol', Symbol('x')], ['a function', () => 1]])(
  'a configuration with %s in any of its fields is refused with a message of at most 300 characters',
  (_, junk) => {
    for (const field of Object.keys(defaultConfig)) {
      const refused = (() => {
        try { return checkRunConfig({ ...defaultConfig, [field]: junk }) }
        catch (cause) { return cause }
      })()
      expect(refused, field).toBeInstanceOf(ConfigError)
      expect((refused as ConfigError).message.length, field).toBeLessThan(300)
    }
    expect(() => checkRunConfig({ layers: [784, junk, 10], activation: 'relu' })).toThrow(ConfigError)
    expect(() => checkRunConfig(junk)).toThrow(ConfigError)
  },
)
