import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LabError } from '../../../core/errors'
import { readAssignments, readValue, suggestionOf } from '../../../core/typed'

function refusal(read: () => unknown): LabError {
  try { read() }
  catch (cause) {
    if (cause instanceof LabError) return cause
    throw cause
  }
  throw new Error('it was read')
}
const reported = (error: LabError) => [error.code, error.details['at'], suggestionOf(error)?.text]

describe('a list', () => {
  test.each<[string, unknown]>([
    ['1 2', [1, 2]], ['1\u30002', [1, 2]], ['1\t2', [1, 2]], ['1, 2', [1, 2]], ['1 ,2', [1, 2]], ['0,5 1,5', [0.5, 1.5]], ['1,500 2,500', [1500, 2500]], ['1;2', [1, 2]], ['1,5; 2,5', [1.5, 2.5]], ['1；2', [1, 2]],
    ['1 2; 3 4', [[1, 2], [3, 4]]], ['1 2\n3 4', [[1, 2], [3, 4]]], ['1 2;', [1, 2]], ['1 −3', [1, -3]], ['1/3 ½ 10 %', [1 / 3, 0.5, 0.1]], ['1 × 10⁻⁴ 2', [1e-4, 2]], ['1\u00a0500 2', [1500, 2]],
    ['[1,500]', [1, 500]], ['[0,5]', [0, 5]], ['［１，２］', [1, 2]], ['[1、2]', [1, 2]], ['[1, .5]', [1, 0.5]], ['[1 2]', [1, 2]], ['[1 2; 3 4]', [[1, 2], [3, 4]]], ['[1,2;3,4]', [[1, 2], [3, 4]]], ['[[1, .5], [−3, 4.]]', [[1, 0.5], [-3, 4]]],
    ['[[1. 2.]\n [3. 4.]]', [[1, 2], [3, 4]]], ['[[[1]]]', [[[1]]]], ['[ー1,—2]', [-1, -2]], ['[1/3, ½, 5%]', [1 / 3, 0.5, 0.05]], ['[1e-3, +2]', [0.001, 2]],
  ])('%j is %j', (text, value) => {
    expect(readValue(text)).toEqual(value)
  })

  test.each<[string, unknown]>([
    ['1,2,3', ['typed.separators', 1, '[1,2,3]']], ['(1, 2)', ['typed.character', 1, '[1, 2]']], ['{1, 2}', ['typed.character', 1, '[1, 2]']], ['((1,2),(3,4))', ['typed.character', 1, '[[1,2],[3,4]]']],
    ['[1,,2]', ['typed.incomplete', 4, undefined]], ['[1,2,]', ['typed.incomplete', 6, undefined]], ['[]', ['typed.incomplete', 2, undefined]], ['[', ['typed.unclosed', 1, undefined]], ['[1, 2', ['typed.unclosed', 1, undefined]], ['[[1], [2', ['typed.unclosed', 7, undefined]],
    ['[1]]', ['typed.character', 4, undefined]], ['[1] 2', ['typed.character', 5, undefined]], ['[1, two]', ['typed.word', 5, undefined]], ['[null]', ['typed.word', 2, undefined]], ['{"a": 1}', ['typed.character', 1, undefined]],
    ['1 - 3', ['typed.incomplete', 3, undefined]], ['[1e999]', ['typed.range', 2, undefined]], ['1 000', ['typed.spaces', 1, '1000']], ['1 1/2', ['typed.spaces', 1, '1.5']], ['[1 000, 2]', ['typed.spaces', 4, undefined]],
  ])('%j is refused: %j', (text, wanted) => {
    expect(reported(refusal(() => readValue(text)))).toEqual(wanted)
  })

  test('may be nested eight deep, so that the graph can report the shape of one that is too deep', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`
    expect(readValue(nested(8))).toEqual([[[[[[[[1]]]]]]]])
    expect(reported(refusal(() => readValue(nested(9))))).toEqual(['typed.tooDeep', 9, undefined])
  })

  test('nested ten thousand times is refused at once', () => {
    expect(refusal(() => readValue(`${'['.repeat(10_000)}1${']'.repeat(10_000)}`)).code).toBe('typed.tooDeep')
  })

  test('is printed as it was written, in JSON, in NumPy’s way and in rows', () => {
    const row = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).map(number => number + 0), { minLength: 2, maxLength: 4 })
    const matrix = fc.array(row, { minLength: 2, maxLength: 3 })
    fc.assert(fc.property(matrix, (rows) => {
      expect(readValue(JSON.stringify(rows))).toEqual(rows)
      expect(readValue(`[${rows.map(row => `[${row.join(' ')}]`).join('\n ')}]`)).toEqual(rows)
      expect(readValue(rows.map(row => row.map(number => `[${number}]`.slice(1, -1)).join('\u3000')).join('; '))).toEqual(rows)
    }), { seed: 11, numRuns: 500 })
  })
})

describe('the values of names', () => {
  test.each<[string, unknown]>([
    ['x=1', { x: 1 }], [' x = 1 , y = -2.5e-3 ', { x: 1, y: -0.0025 }], ['ｘ＝１，ｙ＝２', { x: 1, y: 2 }], ['x=1、y=2', { x: 1, y: 2 }], ['x=1;y=2', { x: 1, y: 2 }], ['x=1 y=2', { x: 1, y: 2 }], ['x=1\ny=2', { x: 1, y: 2 }],
    ['W=[[1,2],[3,4]],b=[ .5 , -1 ]', { W: [[1, 2], [3, 4]], b: [0.5, -1] }], ['x=1 2; 3 4,y=5', { x: [[1, 2], [3, 4]], y: 5 }], ['x=[1];y=2', { x: [1], y: 2 }], ['x=½,y=—3,z=10%', { x: 0.5, y: -3, z: 0.1 }], ['x₁=3', { x1: 3 }], ['사과=2', { 사과: 2 }], ['x=1_500', { x: 1500 }],
  ])('%j are %j', (text, values) => {
    expect(Object.fromEntries(readAssignments(text))).toEqual(values)
  })

  test.each<[string, unknown]>([
    ['x=0,5', ['typed.name', 5, 'x=0.5']], ['x=1,500', ['typed.name', 5, 'x=1500']], ['y=2,x=1,500', ['typed.name', 9, 'x=1500']], ['x=1,', ['typed.name', 5, 'x=1']], ['x=2\u200b', ['typed.character', 4, 'x=2']], ['x\u200b=2', ['typed.name', 2, undefined]],
    ['', ['typed.name', 1, undefined]], ['x', ['typed.name', 1, undefined]], ['=1', ['typed.name', 1, undefined]], ['1x=3', ['typed.name', 1, undefined]], ['x y=2', ['typed.name', 3, undefined]], ['x=', ['typed.incomplete', 2, undefined]], ['x==1', ['typed.character', 3, 'x=1']],
    ['x=1,x=2', ['typed.repeated', 5, undefined]], ['ｘ=1,x=2', ['typed.repeated', 5, undefined]], ['x=5 apples', ['typed.word', 5, 'x=5']], ['x=[1]][2]', ['typed.character', 6, undefined]], ['x=[1,2', ['typed.unclosed', 3, undefined]],
  ])('in %j are refused: %j', (text, wanted) => {
    expect(reported(refusal(() => readAssignments(text)))).toEqual(wanted)
  })
})
