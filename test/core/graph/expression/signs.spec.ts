import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LabError } from '../../../../core/errors'
import { parseProgram, printProgram } from '../../../../core/graph/expression'
import { plainName, suggestionOf, withSuggestion } from '../../../../core/typed'

function refusal(source: string): LabError {
  try { parseProgram(source) }
  catch (cause) {
    if (cause instanceof LabError) return cause
    throw cause
  }
  throw new Error(`${source} was read`)
}
const printed = (source: string) => printProgram(parseProgram(source))
/** Applies suggestions repeatedly until there is none left. */
function corrected(source: string): string {
  for (let i = 0; i < 20; i++) {
    try { return printed(source) }
    catch (cause) {
      const suggestion = cause instanceof LabError ? suggestionOf(cause) : null
      if (!suggestion) throw cause
      source = withSuggestion(source, suggestion)
    }
  }
  throw new Error(`${source} is still none`)
}

/** All characters of a class. */
const allOf = (category: RegExp) => Array.from({ length: 0x11_0000 }, (_, code) => String.fromCodePoint(code)).filter(char => category.test(char))

describe('signs as keyboards and books write them', () => {
  test('every dash of Unicode, and the minus signs, subtract', () => {
    const dashes = [...allOf(/\p{Pd}/u), '−', '⁻', '₋', '˗', '－', '﹣', 'ー', 'ｰ']
    expect(dashes.length).toBeGreaterThan(25)
    for (const dash of dashes) expect([dash, printed(`x ${dash} y`), printed(`${dash}y`), printed(`3${dash}y`)]).toEqual([dash, 'x - y', '-y', '3 - y'])
  })

  test.each(['×', '✕', '✖', '∙', '•', '·', '⋅', '∗', '＊', '﹡'])('%s multiplies', sign => expect(printed(`x ${sign} y`)).toBe('x * y'))
  test.each(['÷', '∕', '／', '⁄'])('%s divides', sign => expect(printed(`x${sign}y`)).toBe('x / y'))
  // signs that no expression uses: the similar valid sign is suggested
  test.each([
    ['/', [':', '\\', '⟋']], ['*', ['・', 'ㆍ', '‧', '╳', '✗', '✘', '❌', '⊗', '⊙']], ['-', ['¯', '‾']],
  ])('%s is suggested for similar signs', (sign, like) => {
    for (const each of like) {
      expect(suggestionOf(refusal(`x ${each} y`)), each).toMatchObject({ text: sign, from: 2, to: 2 + each.length })
      expect(corrected(`x ${each} y`)).toBe(`x ${sign} y`)
    }
  })
  // Cause: Unicode classifies the dot of Korean keyboards as a letter, so it became an input.
  test('the dot of Korean keyboards is not part of a name', () => expect([corrected('사과ㆍ개수'), corrected('a ㆍ b')]).toEqual(['사과 * 개수', 'a * b']))
  test.each([':=', '≔'])('%s names a result', sign => expect(corrected(`t ${sign} x\nt * 2`)).toBe('t = x\nt * 2'))
  test.each(['（）', '﹙﹚', '❨❩', '｟｠', '〔〕', '【】', '⦅⦆', '⁽⁾'])('%s are brackets', ([open, close]) => expect(printed(`2*${open}x+1${close}`)).toBe('2 * (x + 1)'))
  test.each(['[]', '{}', '［］', '〈〉', '⟨⟩', '「」', '《》', '⟦⟧'])('%s are suggested for similar brackets', ([open, close]) => {
    expect(refusal(`2*${open}x+1${close}`)).toMatchObject({ code: 'graph.character', details: { at: 3, suggestion: '(' } })
    expect(corrected(`2*${open}x+1${close}`)).toBe('2 * (x + 1)')
  })
  test.each(['⌈x⌉', '⌊x⌋', '„x“'])('%s have another or no meaning: nothing is suggested', (source) => {
    expect(refusal(source)).toMatchObject({ code: 'graph.character', details: { at: 1 } })
    expect(suggestionOf(refusal(source))).toBeNull()
  })

  test.each([
    ['max(a、b)', 'max(a, b)'], ['max(a，b)', 'max(a, b)'], ['0。5 * x', '0.5 * x'], ['ｘ＝１；ｘ＊２', 'x = 1\nx * 2'], ['1e−4 * x', '0.0001 * x'], ['1_500 * x', '1500 * x'], ['x₁ + x1', 'x1 + x1'], ['𝑥 + x', 'x + x'], ['\ufeffx + 1', 'x + 1'], ['x\u00a0+\u3000y', 'x + y'],
    ['ラーメンー1', 'ラーメンー1'], ['バター+1', 'バター + 1'], ['(ーx)', '-x'], ['사과ー1', '사과 - 1'], ['xー1', 'x - 1'], ['x^ー1', 'x^-1'], ['ﾊﾞﾀｰ*2', 'バター * 2'], ['ㅎ + 하', 'ㅎ + 하'],
  ])('%j is %j', (source, wanted) => expect(printed(source)).toBe(wanted))

  test.each([
    ['x²', 'x^2'], ['x⁻¹²', 'x^-12'], ['10⁻⁴ * x', '10^-4 * x'], ['½ * x', '1 / 2 * x'], ['1½ * x', '(1 + 1 / 2) * x'], ['√x + 1', 'sqrt(x) + 1'], ['√(x + 1)', 'sqrt(x + 1)'], ['10% * x', '0.1 * x'], ['x : y', 'x / y'], ['x・y', 'x * y'], ['t := x; t', 't = x\nt'],
    ['0,5 * x', '0.5 * x'], ['1,500 * x', '1500 * x'], ['(0,5 + x)', '0.5 + x'], ['exp(0,5)', 'exp(0.5)'], ['1 500 * x', '1500 * x'], ['x +\u200b y', 'x + y'], ['ap\u00adple * 2', 'apple * 2'], ['log x + 1', 'log(x) + 1'],
    ['2x', '2 * x'], ['2(x)', '2 * x'], ['(a)(b)', 'a * b'], ['apple count', 'apple * count'], ['x(3)', 'x * 3'], ['x (y)', 'x * y'], ['apple(count) + 1', 'apple * count + 1'], ['tax(apple + 1)', 'tax * (apple + 1)'], ['log1(x) + log1', 'log1 * x + log1'], ['t = x; t(3)', 't = x\nt * 3'], ['사과(2)', '사과 * 2'], ['f(x)=x^2', 'f = x^2'], ['f(x, y) = x * y; f + 1', 'f = x * y\nf + 1'], ['함수(a) = a + 1\n함수 * 2', '함수 = a + 1\n함수 * 2'],
    ['sigmiod(x)', 'sigmoid(x)'], ['2 * ReLU(x)', '2 * relu(x)'], ['ln(x)', 'log(x)'], ['affin(x, W, b)', 'affine(x, W, b)'], ['MAX(a, b)', 'max(a, b)'],
  ])('of %j the suggestion makes %j', (source, wanted) => expect(corrected(source)).toBe(wanted))

  test('for a long expression only the two parts around the missing operator are shown', () => {
    const source = `${'apple * count + '.repeat(5)}tax(3)`
    expect(suggestionOf(refusal(source))?.text).toBe('tax * (')
    expect(corrected(source)).toBe(source.replace('tax(3)', 'tax * 3'))
  })

  test.each([
    ['add(x, y)', 'graph.unknownFunction'], ['tan(x)', 'graph.unknownFunction'], ['f()', 'graph.unknownFunction'], ['x(3)', 'graph.missingTimes'], ['f (x)', 'graph.missingTimes'], ['log1(x)', 'graph.unknownFunction'], ['log1(x) + log1', 'graph.missingTimes'],
  ])('%j is %s', (source, code) => expect(refusal(source).code).toBe(code))

  test.each(['\u200b', '\u200d', '\u00ad', '\u2060', '\u202e', '\u200f', '\u3164', '\ufe0f', '\u115f', '\u2800'])('an invisible %j is not part of a name: it is reported, with the suggestion to remove it', (char) => {
    for (const source of [`x${char} + 1`, `ap${char}ple`, `x + ${char}1`]) {
      expect(refusal(source)).toMatchObject({ code: 'graph.character', details: { found: `U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`, suggestion: '' } })
      expect(corrected(source)).toBe(printed(source.replace(char, '')))
    }
  })

  test('the underlined and the replaced span lie within the text, whatever is typed', () => {
    const texts = fc.string({ unit: fc.oneof(fc.constantFrom(...'xyW12.,()+-*/^=; ²½√%[]{}ー−（）、。：\u200b\n'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), fc.constantFrom('exp', 'max', 'tax ')), maxLength: 14 })
    fc.assert(fc.property(texts, (source) => {
      try { parseProgram(source) }
      catch (cause) {
        const error = cause as LabError
        expect(error).toBeInstanceOf(LabError)
        const { from, to } = error.details as { from: number, to: number }
        expect([from >= 0, from <= to, to <= source.length]).toEqual([true, true, true])
        const suggestion = suggestionOf(error)
        if (suggestion) {
          expect([suggestion.from >= 0, suggestion.from <= suggestion.to, suggestion.to <= source.length]).toEqual([true, true, true])
          expect(withSuggestion(source, suggestion)).not.toBe(source)
        }
      }
    }), { seed: 3, numRuns: 10_000 })
  })
})

describe('a name', () => {
  test('is the same in every normalization of its letters', () => {
    expect(['ｘ１', 'x₁', ' x1 ', 'x1'].map(plainName)).toEqual(['x1', 'x1', 'x1', 'x1'])
    expect(plainName('ｱｯﾌﾟﾙ')).toBe('アップル')
    expect(plainName('사과'.normalize('NFD'))).toBe('사과')
  })
})

describe('a function of other tools before its argument without brackets', () => {
  const code = (source: string): unknown => {
    try { return parseProgram(source) }
    catch (cause) { return cause instanceof LabError ? [cause.code, cause.details['found'], cause.details['suggestion']] : cause }
  }

  test('is reported as unknown, not treated as an input', () => {
    expect(code('arctan x')).toEqual(['graph.unknownFunction', 'arctan', undefined])
    expect(code('2 * floor 3 + y')).toEqual(['graph.unknownFunction', 'floor', undefined])
  })

  test('is answered with our function when we have it under another name', () => {
    expect(code('ln x')).toEqual(['graph.unknownFunction', 'ln', 'log'])
  })

  test('an input without an operator still misses the operator', () => {
    for (const source of ['apple count', '사과 개수', 'x 3', 'sin = 2; sin x']) expect((code(source) as unknown[])[0], source).toBe('graph.missingOperator')
  })
})

// Cause: after the first line break a suggestion was cut to the two parts around the sign: "3 * (".
test.each([
  ['3(a+b)\n', '3 * (a+b)'], ['t = 3(a+b)\nt * 2', 't = 3 * (a+b)'], ['s = 1; t = 2x ; s * t', 't = 2 * x'], ['f(x)=x^2\n', 'f=x^2'], ['f(x) = x^2; f', 'f = x^2'],
])('the suggestion for %j shows the corrected line', (source, shown) => {
  expect(suggestionOf(refusal(source))?.text).toBe(shown)
})
