import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LabError } from '../../../core/errors'
import { readGraphDocument, writeGraphDocument } from '../../../core/graph/document'
import type { GraphDocument, Nested } from '../../../core/graph/types'
import { documents } from './code/documents'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const head = '"format": "backprop-lab-graph", "version": 1'
const whole = (rest: string) => `{${head}, "expression": "x * y", ${rest}}`

function refusal(bytes: Uint8Array): LabError {
  try { readGraphDocument(bytes, 'graph.json') }
  catch (cause) {
    if (cause instanceof LabError) return cause
    throw cause
  }
  throw new Error('it was read')
}

const number = fc.double({ noNaN: true, noDefaultInfinity: true })
const nested: fc.Arbitrary<Nested> = fc.oneof(
  number,
  fc.array(number, { minLength: 1, maxLength: 4 }),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })).chain(([n, m]) => fc.array(fc.array(number, { minLength: m, maxLength: m }), { minLength: n, maxLength: n })),
)
const saved: fc.Arbitrary<GraphDocument> = fc.record({
  expression: fc.constantFrom('z = sigmoid(x * y) + 사과', 't = x + y\nt * 사과', 'z = sigmoid(x); z * y / 사과'),
  inputs: fc.record({ x: nested, y: nested, 사과: number }, { requiredKeys: [] }),
  upstream: number, parameters: fc.subarray(['x', 'y', '사과']), learningRate: number,
}, { requiredKeys: ['expression', 'inputs'] })

describe('a saved graph', () => {
  test.each(Object.entries(documents))('is restored as it was: %s', (_, document) => {
    expect(readGraphDocument(writeGraphDocument(document), 'graph.json')).toEqual(document)
  })

  test('is restored to the last bit, including -0', () => {
    fc.assert(fc.property(saved, (document) => {
      expect(readGraphDocument(writeGraphDocument(document), 'graph.json')).toStrictEqual({ ...document, inputs: { ...document.inputs } })
    }), { numRuns: 1000, seed: 8 })
  })

  test('is a readable file', () => {
    expect(new TextDecoder().decode(writeGraphDocument({ expression: 'W * x', inputs: { W: [[1, 2], [3, 4]], x: 0.5 }, parameters: ['W'] }))).toBe(`{
  "format": "backprop-lab-graph",
  "version": 1,
  "expression": "W * x",
  "inputs": {
    "W": [[1, 2], [3, 4]],
    "x": 0.5
  },
  "parameters": ["W"]
}
`)
  })

  // Cause: only the names in the expression were normalized to composed Unicode, so inputs from another system or typed by hand did not match.
  test.each<[string, string, string]>([
    ['subscripts', 'x₁', 'x1'],
    ['Korean syllables in pieces', '사과'.normalize('NFD'), '사과'],
    ['Japanese voicing in pieces', 'が'.normalize('NFD'), 'が'],
    ['accents in pieces', 'é'.normalize('NFD'), 'é'],
    ['full width', 'ｘ１', 'x1'],
    ['spaces around', ' x ', 'x'],
  ])('matches its inputs, opened groups and parameters with the names of the expression: %s', (_, written, name) => {
    const text = whole(`"inputs": {${JSON.stringify(written)}: 2}, "parameters": [${JSON.stringify(written)}]`).replace('x * y', `${name} * y`)
    expect(readGraphDocument(bytesOf(text), 'graph.json')).toEqual({ expression: `${name} * y`, inputs: { [name]: 2 }, parameters: [name] })
    const opened = whole(`"inputs": {}, "opened": [${JSON.stringify(written)}]`).replace('x * y', `${name} = sigmoid(y)`)
    expect(readGraphDocument(bytesOf(opened), 'graph.json').opened).toEqual([name])
  })

  test.each([
    ['inputs', '"inputs": {"x₁": 1, "x1": 2}'], ['parameters', '"inputs": {}, "parameters": ["x1", "ｘ1"]'], ['opened', '"inputs": {}, "opened": ["x1", "x₁"]'],
  ])('refuses a name that occurs twice in %s, in any normalization', (_, rest) => {
    expect(refusal(bytesOf(whole(rest).replace('x * y', 'x1 = sigmoid(y)'))).details).toMatchObject({ wanted: expect.stringContaining('"x1": 1 ×') as string, found: '"x1": 2 ×' })
  })

  test('may have been edited: other spacing, another order, a byte order mark', () => {
    const text = '\ufeff{"inputs":{"y":1e1}\r\n,"expression":"x*y","version":1,"format":"backprop-lab-graph"}'
    expect(readGraphDocument(bytesOf(text), 'graph.json')).toEqual({ expression: 'x*y', inputs: { y: 10 } })
  })

  test('may contain an error in its expression, which the graph reports', () => {
    const troubled: readonly GraphDocument[] = [{ expression: 'log(x)', inputs: { x: -1 } }, { expression: 'x + y', inputs: { x: [1, 2], y: [1, 2, 3] }, upstream: [1, 2] }]
    for (const document of troubled)
      expect(readGraphDocument(writeGraphDocument(document), 'graph.json')).toEqual(document)
  })
})

describe('a file is refused', () => {
  test.each<[string, string, string, string?]>([
    ['nothing', '', 'graphFile.empty'],
    ['a text', 'hello', 'graphFile.foreign', 'hello'],
    ['white space', ' \n ', 'graphFile.foreign', '–'],
    ['a list', '[1]', 'graphFile.foreign'],
    ['another program\'s JSON', '{"name": "x", "inputs": 3}', 'graphFile.foreign'],
    ['another format', '{"format": "backprop-lab-graph-2", "version": 1}', 'graphFile.foreign', 'backprop-lab-graph-2'],
    ['a later version, whatever else it holds', '{"format": "backprop-lab-graph", "version": 2, "graph": {"a": [1]}}', 'graphFile.version', '2'],
    ['a version that is none', '{"format": "backprop-lab-graph", "version": "1"}', 'graphFile.version'],
    ['without a version', '{"format": "backprop-lab-graph", "expression": "x", "inputs": {}}', 'graphFile.content'],
    ['without an expression', `{${head}, "inputs": {}}`, 'graphFile.content'],
    ['without inputs', `{${head}, "expression": "x"}`, 'graphFile.content'],
    ['an unknown key', whole('"inputs": {}, "colour": [1, {"a": null}]'), 'graphFile.content', 'colour'],
    ['a key twice', whole('"inputs": {}, "inputs": {}'), 'graphFile.content'],
    ['an input twice', whole('"inputs": {"x": 1, "x": 2}'), 'graphFile.content'],
    ['an input that the expression lacks', whole('"inputs": {"w": 1}'), 'graphFile.content', 'w'],
    ['an input that every object has', whole('"inputs": {"__proto__": 1}'), 'graphFile.content', '__proto__'],
    ['a ragged matrix', whole('"inputs": {"x": [[1, 2], [3]]}'), 'graphFile.content', '[3]'],
    ['lists and numbers mixed', whole('"inputs": {"x": [1, [2]]}'), 'graphFile.content', '[2]'],
    ['an empty list', whole('"inputs": {"x": []}'), 'graphFile.content'],
    ['five dimensions', whole('"inputs": {"x": [[[[[1]]]]]}'), 'graphFile.content', '[[[[[…'],
    ['a text for a number', whole('"inputs": {"x": "1"}'), 'graphFile.content'],
    ['null', whole('"inputs": {"x": null}'), 'graphFile.content'],
    ['infinity', whole('"inputs": {"x": 1e999}'), 'graphFile.content'],
    ['NaN', whole('"inputs": {"x": NaN}'), 'graphFile.content'],
    ['a number that JSON does not know', whole('"inputs": {"x": 01}'), 'graphFile.content'],
    ['a group that is none', whole('"inputs": {}, "opened": ["n1"]'), 'graphFile.content', 'n1'],
    ['a group twice', `{${head}, "expression": "sigmoid(x)", "inputs": {}, "opened": ["n1", "n1"]}`, 'graphFile.content'],
    ['a parameter that is no input', whole('"inputs": {}, "parameters": ["n1"]'), 'graphFile.content', 'n1'],
    ['an upstream of another shape', whole('"inputs": {}, "upstream": [1, 2]'), 'graphFile.content', '(2)'],
    ['a learning rate that is none', whole('"inputs": {}, "learningRate": "fast"'), 'graphFile.content'],
    ['an expression that is none', `{${head}, "expression": "x + * y", "inputs": {}}`, 'graphFile.expression', '* y'],
    ['an empty expression', `{${head}, "expression": "", "inputs": {}}`, 'graphFile.expression', '–'],
    ['an expression that is too long', `{${head}, "expression": "${'x+'.repeat(5000)}x", "inputs": {}}`, 'graphFile.content', '10001'],
    ['something behind the end', `${whole('"inputs": {}')} {}`, 'graphFile.content'],
    ['a file that was cut off', whole('"inputs": {"x": 1').slice(0, -1), 'graphFile.content'],
    ['values that stretching would make gigantic', `{${head}, "expression": "a * b * c", "inputs": {"a": ${JSON.stringify(Array.from({ length: 4096 }, () => [[1]]))}, "b": ${JSON.stringify([Array.from({ length: 4096 }, () => [1])])}, "c": ${JSON.stringify([[Array.from({ length: 4096 }, () => 1)]])}}}`, 'graphFile.content', '(4096, 4096, 1)'],
  ])('for %s', (_, text, code, found) => {
    const { code: given, details } = refusal(bytesOf(text))
    expect([given, details['file']]).toEqual([code, 'graph.json'])
    if (found !== undefined) expect(details['found']).toBe(found)
    expect(String(details['wanted'] ?? details['at'])).not.toMatch(/undefined/)
  })

  test('for its size, before it is read', () => {
    expect(refusal(new Uint8Array(2 ** 20 + 1)).code).toBe('file.tooLarge')
  })

  test('for bytes that are not text', () => {
    expect(refusal(new Uint8Array([0x7b, 0xff, 0xfe])).code).toBe('graphFile.foreign')
  })

  test('with nothing but a LabError, whichever byte is damaged', () => {
    const sound = writeGraphDocument(documents['definitions']!)
    fc.assert(fc.property(fc.nat(sound.length - 1), fc.nat(255), (at, byte) => {
      const bytes = sound.slice()
      bytes[at] = byte
      try { readGraphDocument(bytes, 'graph.json') }
      catch (cause) { if (!(cause instanceof LabError)) throw cause }
    }), { numRuns: 2000, seed: 9 })
  })

  test('at once, however deeply its brackets are nested', () => {
    expect(refusal(bytesOf(whole(`"inputs": {"x": ${'['.repeat(500_000)}`))).code).toBe('graphFile.content')
    expect(refusal(bytesOf(`{${head}, "z": ${'['.repeat(500_000)}`)).code).toBe('graphFile.content')
  })
})

// Cause: each name was searched in a list of all previous names. A 1 MB file with 170,000 names blocked the app for 34 s.
describe('a list of names', () => {
  const many = (count: number): string[] => Array.from({ length: count }, (_, i) => `a${i}`)
  const inLists: readonly (readonly [string, (names: readonly string[]) => string])[] = [
    ['opened', names => `"inputs": {}, "opened": ${JSON.stringify(names)}`],
    ['parameters', names => `"inputs": {}, "parameters": ${JSON.stringify(names)}`],
    ['inputs', names => `"inputs": {${names.map(name => `"${name}": 1`).join(', ')}}`],
  ]

  test.each(inLists)('of %s has at most as many entries as a graph has nodes, and is refused at the first excess name', (key, rest) => {
    // Everything after the first excess name is skipped, even invalid JSON.
    const text = whole(rest([...many(2_000), 'last'])).replace(/("last"(?:: 1)?)[\s\S]*$/, '$1 @@@')
    expect(refusal(bytesOf(text)).details).toMatchObject({ wanted: expect.stringMatching(/^(opened|parameters|inputs): ≤ 2000$/) as string, found: '> 2000' })
    expect(refusal(bytesOf(whole(rest(many(2_000))))).details).toMatchObject({ wanted: expect.stringContaining(`${key}: `) as string, found: 'a0' })
  })

  test('with as many entries as allowed is read', () => {
    const names = many(1_000)
    const document: GraphDocument = { expression: names.join('+').slice(0, 3_900).replace(/\+[^+]*$/, ''), inputs: {} }
    const inputs = document.expression.split('+')
    expect(readGraphDocument(writeGraphDocument({ ...document, parameters: inputs }), 'graph.json').parameters).toEqual(inputs)
  })

  test.each(inLists)('of %s with a name of a megabyte is refused', (_, rest) => {
    expect(refusal(bytesOf(whole(rest(['x'.repeat(900_000)])))).details).toMatchObject({ wanted: expect.stringContaining('≤ 8000') as string })
  })
})
