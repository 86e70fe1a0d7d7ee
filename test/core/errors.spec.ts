import { readdirSync, readFileSync } from 'node:fs'
import { errorCodes, FormatError, LabError, ownError } from '@core'
import { expect, test } from 'vitest'

const thrownBy = (work: () => unknown): unknown => {
  try { return work() }
  catch (cause) { return cause }
}

test.each([new LabError('file.full', 'no', {}), new FormatError('idx.magic', 'no', {})])('a caught LabError is returned unchanged', (error) => {
  expect(ownError(error)).toBe(error)
})

// Cause: a bug in the code, reported like a user's typing error, would never be found.
test.each([new TypeError('x is undefined'), new Error('no'), 'text', null, undefined])('anything else is rethrown unchanged: %s', (fault) => {
  const told = Symbol('what was returned')
  expect(thrownBy(() => { ownError(fault); return told })).toBe(fault)
})

test('every code belongs to a family, and is listed once', () => {
  for (const code of errorCodes) expect(code).toMatch(/^(?:internal|[a-z][A-Za-z]+\.[a-z][A-Za-z]+)$/)
  expect(new Set(errorCodes).size).toBe(errorCodes.length)
})

test('every code that core throws is listed', () => {
  const sources = readdirSync('core', { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))
  const thrown = sources.flatMap(name => Array.from(readFileSync(`core/${name}`, 'utf8').matchAll(/Error\('([\w.]+)'/g), ([, code]) => code!))
  expect(thrown.length).toBeGreaterThan(40)
  expect(thrown.filter(code => !(errorCodes as readonly string[]).includes(code))).toEqual([])
})
