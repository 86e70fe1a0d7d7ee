import { describe, expect, test } from 'vitest'
import { fill, plainTextOf, readParagraph } from '../../../renderer/course/rich-text'
import { namesIn } from './wanted-by'

describe('a paragraph', () => {
  test('is plain text, formulas, code and strong words in order', () => {
    expect(readParagraph('The **sum** of $x + y$ is `add(x, y)`.', {}, 'en')).toEqual([
      { kind: 'text', text: 'The ' },
      { kind: 'strong', parts: [{ kind: 'text', text: 'sum' }] },
      { kind: 'text', text: ' of ' },
      { kind: 'formula', latex: 'x + y', display: false },
      { kind: 'text', text: ' is ' },
      { kind: 'code', text: 'add(x, y)' },
      { kind: 'text', text: '.' },
    ])
  })

  test.each(['$y = x^2$', '$$y = x^2$$'])('that consists of a formula only, %s, gets a line of its own', (text) => {
    expect(readParagraph(text, {}, 'en')).toEqual([{ kind: 'formula', latex: 'y = x^2', display: true }])
  })

  test('substitutes numbers everywhere, and in formulas as LaTeX', () => {
    expect(readParagraph('[[n]]: $[[n]] + [[m]]$ and `[[n]]`', { n: '1,234', m: '−0.5' }, 'en')).toEqual([
      { kind: 'text', text: '1,234: ' },
      { kind: 'formula', latex: '1{,}234 + -0.5', display: false },
      { kind: 'text', text: ' and ' },
      { kind: 'code', text: '1,234' },
    ])
  })

  test('distinguishes a row of numbers in a formula from thousands', () => {
    expect(readParagraph('$y = [[row]]$', { row: '(0.3, 0.2, 0.5)' }, 'en')).toMatchObject([{ latex: 'y = (0.3, 0.2, 0.5)' }])
  })

  test('leaves a name without a number visible', () => {
    expect(fill('[[gone]]', {})).toBe('[[gone]]')
    expect(namesIn('[[a]] and $[[b]]$')).toEqual(['a', 'b'])
  })

  test('substitutes no number inside of a number', () => {
    expect(fill('[[a]]', { a: '[[b]]', b: '1' })).toBe('[[b]]')
  })

  test.each([
    ['ko', '순전파 뒤에 역전파', ['forward', 'text', 'backward']],
    ['ko', '오차역전파법', ['text']],
    ['ja', '順伝播と逆伝播', ['forward', 'text', 'backward']],
    ['ja', '誤差逆伝播法', ['text']],
    ['en', 'Forward, then backward', ['forward', 'text', 'backward']],
    ['en', 'afterwards straightforward', ['text']],
  ] as const)('in %s writes the directions of “%s” in their colours', (locale, text, kinds) => {
    expect(readParagraph(text, {}, locale).map(({ kind }) => kind)).toEqual(kinds)
  })

  test('reads a formula inside strong words', () => {
    expect(readParagraph('**never $W$ alone**', {}, 'en')).toMatchObject([{ kind: 'strong', parts: [{ text: 'never ' }, { latex: 'W' }, { text: ' alone' }] }])
  })

  test('treats a star inside a formula or code literally', () => {
    expect(readParagraph('`a ** b` is $a * b$ **2**', {}, 'en').map(({ kind }) => kind)).toEqual(['code', 'text', 'formula', 'text', 'strong'])
  })
})

test('the plain text of a paragraph has its numbers, no marks, and Korean particles that follow the numbers', () => {
  expect(plainTextOf('`fruit` = **[[apple]]** × $n$', { apple: '100' })).toBe('fruit = 100 × n')
  expect(plainTextOf('[[n]]은(는) 값', { n: '2' })).toBe('2는 값')
})
