import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LabError } from '../../../../core/errors'
import { parseProgram, printExpression, printProgram } from '../../../../core/graph/expression'
import { functions } from '../../../../core/graph/operations'
import type { Expression } from '../../../../core/graph/types'

const nowhere = { from: 0, to: 0 }
const call = (operation: string, ...args: Expression[]): Expression => ({ kind: 'call', operation, args, span: nowhere })

/** Everything except source positions. */
function bare(expression: Expression): Expression {
  if (expression.kind !== 'call') return { ...expression, span: nowhere }
  return { ...expression, args: expression.args.map(bare), span: nowhere }
}

const binary = ['add', 'sub', 'mul', 'div', 'pow'] as const
const { expression } = fc.letrec<{ expression: Expression }>(tie => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('x', 'y', '사과', 'W1', 'exp_').map((name): Expression => ({ kind: 'name', name, span: nowhere })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value): Expression => ({ kind: 'number', value, span: nowhere })),
    fc.tuple(fc.constantFrom(...binary), tie('expression'), tie('expression')).map(([operation, a, b]) => call(operation, a, b)),
    tie('expression').map(x => call('neg', x)),
    fc.constantFrom(...functions()).chain(({ name, syntax }) => fc.tuple(...syntax.args.map(() => tie('expression'))).map(args => call(name, ...args))),
  ),
}))

describe('printing and parsing', () => {
  test('are inverse to each other for every expression', () => {
    fc.assert(fc.property(expression, (tree) => {
      expect(bare(parseProgram(printExpression(tree)).result)).toEqual(tree)
    }), { numRuns: 3000, seed: 3 })
  })

  test.each(['a - (b - c)', 'a / (b * c)', '(a + b)^2', '-x^2', '(-x)^2', 'x^-2', '(a^b)^c', 'a^b^c', '-(3)', '--3', 'max(-a, b) * -c'])('%s keeps exactly its brackets', (source) => {
    expect(printProgram(parseProgram(source))).toBe(source)
  })

  test('keep definitions and the result\'s name', () => {
    expect(printProgram(parseProgram('t=x+y;z=t^2'))).toBe('t = x + y\nz = t^2')
  })

  test('take a chain of 2,000 terms without running out of stack', () => {
    const source = Array.from({ length: 2000 }, () => 'a').join('+')
    expect(printProgram(parseProgram(source)).replaceAll(' ', '')).toBe(source)
  })
})

describe('for any typed text', () => {
  const pieces = fc.constantFrom('x', 'y', 't', '1', '.5', '1e', 'exp', 'max', 'foo', '+', '-', '*', '/', '^', '(', ')', ',', '=', ';', '\n', ' ', '²', '😀', '−', '．', '\u0000')
  const read = (source: string): void => {
    try { parseProgram(source) }
    catch (cause) {
      if (!(cause instanceof LabError)) throw cause
      const { at, from, to } = cause.details
      if (cause.code === 'graph.tooManyNodes' || cause.code === 'graph.tooLong') return
      const sound = [from, to].map(Number).every(unit => unit >= 0 && unit <= source.length)
        && Number(at) === [...source.slice(0, Number(from))].length + 1
        && !Object.values(cause.details).some(detail => /\p{Cc}/u.test(String(detail)))
      if (!sound) throw new Error(`${cause.code} of ${JSON.stringify(source)}: ${JSON.stringify(cause.details)}`, { cause })
    }
  }

  test('a LabError is the worst outcome', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), read), { numRuns: 3000, seed: 4 })
    fc.assert(fc.property(fc.array(pieces, { maxLength: 24 }).map(all => all.join('')), read), { numRuns: 10_000, seed: 5 })
  })

  test('the printed result has the same meaning', () => {
    let reads = 0
    fc.assert(fc.property(fc.array(pieces, { maxLength: 12 }).map(all => all.join('')), (source) => {
      let program
      try { program = parseProgram(source) }
      catch { return }
      reads++
      expect(bare(parseProgram(printProgram(program)).result)).toEqual(bare(program.result))
    }), { numRuns: 10_000, seed: 6 })
    expect(reads).toBeGreaterThan(300)
  })
})
