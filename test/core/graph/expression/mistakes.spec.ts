import { describe, expect, test } from 'vitest'
import { type ErrorDetails, LabError } from '../../../../core/errors'
import { expressionLimits, functionNames, parseProgram } from '../../../../core/graph/expression'
import { cpuMs } from '../../../fixtures/cpu-time'

function refusal(source: string): LabError {
  try { parseProgram(source) }
  catch (cause) {
    if (cause instanceof LabError) return cause
    throw cause
  }
  throw new Error(`${source} was read`)
}

describe('a mistake', () => {
  test.each<[string, string, ErrorDetails]>([
    ['', 'graph.empty', { at: 1 }],
    [' ; \n ', 'graph.empty', { at: 1 }],
    ['x $ y', 'graph.character', { at: 3, found: '$' }],
    ['x²', 'graph.character', { at: 2, found: '²', suggestion: '^2' }],
    ['[x]', 'graph.character', { at: 1, found: '[', suggestion: '(' }],
    ['mean([1,2;3,4])', 'graph.character', { at: 6, found: '[' }],
    ['2 * |x - y|', 'graph.character', { at: 5, found: '|', suggestion: 'abs(x - y)' }],
    ['a + 😀', 'graph.character', { at: 5, found: '😀', from: 4, to: 6 }],
    ['x +\u200b y', 'graph.character', { at: 4, found: 'U+200B' }],
    ['1.2.3', 'graph.number', { at: 1, found: '1.2.3', to: 5 }],
    ['x + 1e999', 'graph.number', { at: 5, found: '1e999' }],
    ['1e-999', 'graph.number', { at: 1, found: '1e-999' }],
    ['2x', 'graph.missingOperator', { at: 2, found: 'x' }],
    ['2(x)', 'graph.missingOperator', { at: 2, found: '(' }],
    ['(a)(b)', 'graph.missingOperator', { at: 4, found: '(' }],
    ['apple count', 'graph.missingOperator', { at: 7, found: 'count' }],
    ['max(a b)', 'graph.missingOperator', { at: 7, found: 'b' }],
    ['x + * y', 'graph.missingOperand', { at: 5, found: '*' }],
    ['x ÷ ÷ y', 'graph.missingOperand', { at: 5, found: '÷' }],
    ['()', 'graph.missingOperand', { at: 2, found: ')' }],
    ['max(a,)', 'graph.missingOperand', { at: 7, found: ')' }],
    ['= x', 'graph.missingOperand', { at: 1, found: '=' }],
    ['x\n* y', 'graph.unnamed', { at: 1, wanted: 't = …' }],
    ['x +', 'graph.endsEarly', { at: 3, from: 2, to: 3 }],
    ['t = ; t', 'graph.endsEarly', { at: 3 }],
    ['-', 'graph.endsEarly', { at: 1 }],
    ['(x + y', 'graph.unclosed', { at: 1 }],
    ['2 * (x + (y)', 'graph.unclosed', { at: 5 }],
    ['t = (x + y\nt * 2', 'graph.unclosed', { at: 5 }],
    ['max(a, b', 'graph.unclosed', { at: 4 }],
    ['x)', 'graph.misplaced', { at: 2, found: ')' }],
    ['x, y', 'graph.misplaced', { at: 2, found: ',' }],
    ['x + 1 = y', 'graph.misplaced', { at: 7, found: '=' }],
    ['a = b = c', 'graph.misplaced', { at: 7, found: '=' }],
    ['(a, b)', 'graph.misplaced', { at: 3, found: ',' }],
    ['exp + 1', 'graph.unexpected', { at: 1, found: 'exp', wanted: 'exp(x)' }],
    ['max = 3', 'graph.unexpected', { at: 1, found: 'max', wanted: 'max(a, b)' }],
    ['sigmiod(x)', 'graph.unknownFunction', { at: 1, found: 'sigmiod', suggestion: 'sigmoid' }],
    ['2 * ReLU(x)', 'graph.unknownFunction', { at: 5, found: 'ReLU', suggestion: 'relu' }],
    ['ln(x)', 'graph.unknownFunction', { at: 1, found: 'ln', suggestion: 'log' }],
    ['softmax_with_loss(x, t)', 'graph.unknownFunction', { at: 1, suggestion: 'softmaxWithLoss' }],
    ['사과(x)', 'graph.missingTimes', { at: 3, name: '사과', suggestion: '사과 * (x)' }],
    ['tan(x)', 'graph.unknownFunction', { at: 1, found: 'tan' }],
    ['add(x, y)', 'graph.unknownFunction', { at: 1, found: 'add' }],
    ['max(x)', 'graph.argumentCount', { at: 1, name: 'max', wanted: 'max(a, b)', found: 1, from: 0, to: 6 }],
    ['exp()', 'graph.argumentCount', { at: 1, found: 0 }],
    ['affine(x, W)', 'graph.argumentCount', { at: 1, wanted: 'affine(x, W, b)', found: 2 }],
    ['t = x; t = y; t', 'graph.repeatedName', { at: 8, name: 't' }],
    ['t = x; t = t', 'graph.repeatedName', { at: 8, name: 't' }],
    ['x = x + 1', 'graph.usedBefore', { at: 5, name: 'x' }],
    ['z = t * 2; t = x; z', 'graph.usedBefore', { at: 5, name: 't' }],
    ['x + 1; y', 'graph.unnamed', { at: 1 }],
  ])('in %j is %s, at the character where it begins', (source, code, details) => {
    const error = refusal(source)
    expect([error.code, error.details]).toEqual([code, expect.objectContaining(details)])
  })

  test('counts characters as people do, and underlines in UTF-16 units', () => {
    expect(refusal('x + 사과 +\n(y').details).toMatchObject({ at: 10, from: 9, to: 10 })
    expect(refusal('𠮷 + 𠮷 $').details).toMatchObject({ at: 7, from: 8, to: 9 })
  })
})

test('for an unknown function lists all functions, and truncates an endless name', () => {
  expect(refusal('f(x, y)').details['wanted']).toBe(functionNames().join(', '))
  expect(String(refusal(`${'f'.repeat(3000)}(x, y)`).details['found']).length).toBeLessThanOrEqual(60)
})

describe('the limits', () => {
  const times = (n: number, text: string) => text.repeat(n)

  test('refuse 10,000 characters and 1,000 brackets at once', () => {
    expect(cpuMs(() => {
      expect(refusal(times(2500, 'x + ') + 'x')).toMatchObject({ code: 'graph.tooLong', details: { found: 10_001, max: 4000 } })
      expect(refusal(times(1000, '(') + 'x' + times(1000, ')'))).toMatchObject({ code: 'graph.tooDeep', details: { at: 101, max: 100 } })
      expect(refusal(times(1000, '('))).toMatchObject({ code: 'graph.tooDeep' })
      expect(refusal(times(10_000_000, '(')).code).toBe('graph.tooLong')
    })).toBeLessThan(2000) // 0.2 s measured; exponential growth would take minutes
  })

  test.each([
    ['brackets', (n: number) => times(n, '(') + 'x' + times(n, ')')],
    ['calls', (n: number) => times(n, 'exp(') + 'x' + times(n, ')')],
    ['unary minus', (n: number) => times(n, '-') + 'x'],
    ['powers', (n: number) => times(n, 'x^') + 'x'],
  ])('allow 100 nested %s, not 101', (_, nested) => {
    expect(parseProgram(nested(expressionLimits.maxDepth)).result.kind).toMatch(/call|name/)
    expect(refusal(nested(expressionLimits.maxDepth + 1)).code).toBe('graph.tooDeep')
  })

  test('count characters, not UTF-16 units', () => {
    const rare = '𠮷' // one character, two UTF-16 units
    expect(parseProgram(times(1999, rare) + '+' + times(2000, rare)).result.kind).toBe('call')
    expect(refusal(times(2000, rare) + '+' + times(2000, rare)).details['found']).toBe(4001)
  })

  test('allow 2,000 nodes, not 2,001: a name counts once', () => {
    const chain = (terms: number) => Array.from({ length: terms }, () => 'a').join('+')
    expect(parseProgram(chain(2000)).result.kind).toBe('call') // 1,999 sums plus a
    expect(parseProgram(chain(1998) + '+b').result.kind).toBe('call')
    expect(refusal(chain(1999) + '+b')).toMatchObject({ code: 'graph.tooManyNodes', details: { max: 2000 } })
    expect(refusal(chain(1999) + '*1').code).toBe('graph.tooManyNodes')
  })
})

test('a matrix among the characters of an expression is not answered with another bracket', () => {
  expect(() => parseProgram('mean([1,2;3,4])')).toThrow(expect.not.objectContaining({ details: expect.objectContaining({ suggestion: expect.anything() as unknown }) as unknown }) as Error)
})
