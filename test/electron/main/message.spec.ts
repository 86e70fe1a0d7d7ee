import { describe, expect, test } from 'vitest'
import { rejectionOf } from '../../../electron/main/message'

// The limits are far above what the window sends: 600,000 entries, 2 million characters, 16 levels, 2,000 names per object, 64 KB per list.
const characters = 2 ** 21
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, null]))
const levels = (count: number) => Array.from({ length: count }).reduce<unknown>(inner => [inner], null)

describe('a message is accepted up to each limit, and refused one above', () => {
  test.each<[string, (above: number) => unknown, RegExp]>([
    ['entries of a list', above => ({ '': new Array(599_999 + above).fill(0) }), /more than 600000 entries/], // plus one name
    ['entries of two lists', above => ({ a: new Array(300_000).fill(0), b: new Array(299_998 + above).fill(0) }), /more than 600000 entries/],
    ['names of many objects', above => ({ '': new Array(299_999 + above).fill({ '': null }) }), /more than 600000 entries/], // each counts twice, as an entry and as a name
    ['characters of a text', above => ({ a: 'x'.repeat(characters - 1 + above) }), /more than 2097152 characters/], // plus one for its name
    ['characters of a name', above => ({ ['x'.repeat(characters + above)]: 1 }), /more than 2097152 characters/],
    ['characters of two texts', above => ({ a: 'x'.repeat(characters / 2 - 1), b: 'y'.repeat(characters / 2 - 1 + above) }), /more than 2097152 characters/],
    ['levels', above => ({ a: levels(15 + above) }), /more than 16 levels/],
    ['names', above => keys(2_000 + above), /more than 2000 keys/],
    ['bytes', above => ({ a: new Uint8Array(2 ** 16 + above) }), /more than 65536 bytes/],
    ['bytes, however wide its numbers are', above => ({ a: new Float32Array(2 ** 14 + above) }), /more than 65536 bytes/],
  ])('%s', (_, make, why) => {
    expect(rejectionOf(make(0))).toBeNull()
    expect(rejectionOf(make(1))).toMatch(why)
  })
})

test.each([null, undefined, 0, NaN, '', 'a text', true, 1n, Symbol('s')])('%s is small', (value) => {
  expect(rejectionOf(value)).toBeNull()
})

test.each<[string, unknown]>([
  ['nothing in it', {}], ['no prototype', Object.create(null)], ['empty values', { a: null, b: undefined, c: '', d: [], e: {} }], ['a list of objects', { a: [{ b: [1, 'x', null] }] }],
])('a plain object with %s is accepted', (_, value) => {
  expect(rejectionOf(value)).toBeNull()
})

class Own { readonly a = 1 }
test.each<[string, unknown]>([['a list', [1]], ['a map', new Map()], ['a date', new Date(0)], ['an instance', new Own()], ['a function\'s prototype', Object.create({})], ['a list of numbers', new Uint8Array(1)]])('%s is not a message, nor part of one unless it is a list', (what, value) => {
  expect(rejectionOf(value)).toBe('not a plain object')
  expect(rejectionOf({ inside: value })).toBe(what.startsWith('a list') ? null : 'not a plain object')
  expect(rejectionOf({ inside: [[value]] })).toBe(what.startsWith('a list') ? null : 'not a plain object')
})

test('an invalid value in the last of many entries is detected', () => {
  expect(rejectionOf({ list: [...new Array<number>(1_000).fill(0), new Map()] })).toBe('not a plain object')
  expect(rejectionOf({ ...keys(1_000), last: new Map() })).toBe('not a plain object')
})
