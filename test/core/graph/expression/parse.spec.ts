import { describe, expect, test } from 'vitest'
import type { Expression } from '../../../../core/graph/types'
import { parseProgram, printProgram } from '../../../../core/graph/expression'

/** Expression without source spans. */
function meaning(expression: Expression): unknown {
  if (expression.kind === 'number') return expression.value
  return expression.kind === 'name' ? expression.name : [expression.operation, ...expression.args.map(meaning)]
}
const parsed = (source: string) => meaning(parseProgram(source).result)

describe('an expression', () => {
  test.each<[string, unknown]>([
    ['x', 'x'],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['2.', 2],
    ['1e-3', 0.001],
    ['1E+2', 100],
    ['-3', -3],
    ['(apple * count + orange * 3) * tax', ['mul', ['add', ['mul', 'apple', 'count'], ['mul', 'orange', 3]], 'tax']],
    ['a - b - c', ['sub', ['sub', 'a', 'b'], 'c']],
    ['a / b * c', ['mul', ['div', 'a', 'b'], 'c']],
    ['a + b * c', ['add', 'a', ['mul', 'b', 'c']]],
    ['2 ^ 3 ^ 2', ['pow', 2, ['pow', 3, 2]]],
    ['-2 ^ 2', ['neg', ['pow', 2, 2]]],
    ['(-2) ^ 2', ['pow', -2, 2]],
    ['2 ^ -1', ['pow', 2, -1]],
    ['2 ^ -x * y', ['mul', ['pow', 2, ['neg', 'x']], 'y']],
    ['-x * y', ['mul', ['neg', 'x'], 'y']],
    ['x * -1', ['mul', 'x', -1]],
    ['x - -y', ['sub', 'x', ['neg', 'y']]],
    ['--x', ['neg', ['neg', 'x']]],
    ['-(3)', ['neg', 3]],
    ['x ** 2', ['pow', 'x', 2]],
    ['log(1 + exp(-t * y))', ['log', ['add', 1, ['exp', ['mul', ['neg', 't'], 'y']]]]],
    ['max(a, b + 1)', ['max', 'a', ['add', 'b', 1]]],
    ['softmaxWithLoss(affine(x, W, b), t)', ['softmaxWithLoss', ['affine', 'x', 'W', 'b'], 't']],
    ['max_ + e_1', ['add', 'max_', 'e_1']],
  ])('%s is read as in mathematics', (source, wanted) => {
    expect(parsed(source)).toEqual(wanted)
  })

  test.each([
    ['사과 × 개수 ÷ 2 − 할인', '사과 * 개수 / 2 - 할인'],
    ['りんご·個数', 'りんご * 個数'],
    ['（ｘ＋１）＊ｙ', '(x + 1) * y'], // full-width, as Japanese keyboards type
    ['사과', '사과'], // decomposed, as macOS types it
    ['größe_2 ⋅ λ', 'größe_2 * λ'],
  ])('%s, in another script or with other signs, is %s', (source, plain) => {
    expect(printProgram(parseProgram(source))).toBe(plain)
  })

  test('records the position of every part', () => {
    const source = ' 사과 * (개수 + 1)'
    const { result } = parseProgram(source)
    const texts: string[] = []
    const collect = (expression: Expression): void => {
      texts.push(source.slice(expression.span.from, expression.span.to))
      if (expression.kind === 'call') expression.args.forEach(collect)
    }
    collect(result)
    expect(texts).toEqual(['사과 * (개수 + 1)', '사과', '(개수 + 1)', '개수', '1'])
  })
})

describe('definitions', () => {
  const named = (source: string) => {
    const { definitions, result, resultName } = parseProgram(source)
    return [...definitions.map(({ name, value }) => [name, meaning(value)]), [resultName, meaning(result)]]
  }

  test.each<[string, unknown]>([
    ['t = x + y; z = t ^ 2', [['t', ['add', 'x', 'y']], ['z', ['pow', 't', 2]]]],
    ['t = x + y\nt ^ 2', [['t', ['add', 'x', 'y']], [null, ['pow', 't', 2]]]],
    ['\r\n;t = x + y\r\n\r\nt ^ 2;\n', [['t', ['add', 'x', 'y']], [null, ['pow', 't', 2]]]],
    ['z = x', [['z', 'x']]],
    ['t = (x +\n y\n)\nt *\n2', [['t', ['add', 'x', 'y']], [null, ['mul', 't', 2]]]],
  ])('of %j keep their order, with the result last', (source, wanted) => {
    expect(named(source)).toEqual(wanted)
  })

  test('span the text from the name to the end', () => {
    const source = 't = x + y; t'
    const { from, to } = parseProgram(source).definitions[0]!.span
    expect(source.slice(from, to)).toBe('t = x + y')
  })
})
