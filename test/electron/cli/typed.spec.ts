import { LabError, mnist } from '@core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assignmentsOf } from '../../../electron/cli/assignments'
import { parseArguments } from '../../../electron/cli/flags'
import { graph } from '../../../electron/cli/graph'
import { languageOf } from '../../../electron/cli/language'
import { Terminal } from '../../../electron/cli/terminal'
import { train } from '../../../electron/cli/train'
import { choiceOf, configOfFlags, countOf } from '../../../electron/cli/values'
import { meanings, refusals } from '../../fixtures/typed-numbers'
import { LabBundle } from './bundle'
import { perceptron, runConfig } from '../../fixtures/run-config'

const terminal = new Terminal('en', { write: () => true }, { write: () => true }, '/')
const config = (...args: readonly string[]) => configOfFlags(parseArguments(args, train.flags), mnist, terminal)
function refusal(read: () => unknown): LabError {
  try { read() }
  catch (cause) {
    if (cause instanceof LabError) return cause
    throw cause
  }
  throw new Error('it was read')
}

describe('a number typed in the terminal', () => {
  test.each(meanings.filter(([, meaning]) => meaning > 0 && meaning <= 100))('%j means %d for a flag', (text, meaning) => {
    expect(config(`--learning-rate=${text}`).optimizer.learningRate).toBe(meaning)
  })

  test.each(meanings.filter(([text, meaning]) => Number.isInteger(meaning) && meaning > 0 && meaning <= 10_000 && !text.includes('%')))('%j is the batch size %d', (text, meaning) => {
    expect(config(`--batch-size=${text}`).batchSize).toBe(meaning)
  })

  test.each(meanings.filter(([text]) => !/[,，、]/.test(text)))('%j means %d for a name in --set', (text, meaning) => {
    expect(assignmentsOf(`x=${text}`, terminal).get('x')).toBe(meaning)
  })

  test.each(refusals)('%j is refused: %s', (text, code, suggestion) => {
    const error = refusal(() => config(`--learning-rate=${text || ' '}`))
    expect([error.code, (error.cause as LabError).code]).toEqual(['cli.value', code])
    if (suggestion !== undefined) expect(terminal.errorText(error)).toMatch(new RegExp(`Did you mean ${suggestion}\\?$`))
  })

  test('is not a percentage where things are counted', () => {
    expect(terminal.errorText(refusal(() => config('--batch-size=50%')))).toBe('--batch-size: expected a whole number from 1 to 10000. Found: 50%. 50%: expected a whole number, not a percentage.')
    expect(() => countOf(parseArguments(['--iterations', '200%'], train.flags), 'iterations', { max: 10, fallback: 1 }, terminal)).toThrow('iterations')
  })

  test.each(['784,50,10', '784, 50, 10', '７８４，５０，１０', '784、50、10', '784 50 10', '[784, 50, 10]', '784;50;10', '784,5e1,10'])('the sizes %j are accepted', (text) => {
    expect(config(`--layers=${text}`).network.layers).toEqual(perceptron([784, 50, 10]).layers)
  })

  test.each([['784-50-10', '784,50,10'], ['784x50x10', '784,50,10'], ['784×50×10', '784,50,10']])('the sizes %j suggest %j', (text, meant) => {
    expect(terminal.errorText(refusal(() => config(`--layers=${text}`)))).toContain(`Did you mean ${meant}?`)
  })

  test('words are compared letter by letter, and a similar one is suggested', () => {
    expect(config('--activation', 'ＲｅＬＵ', '--optimizer', 'Adam')).toEqual(runConfig({ activation: 'relu', optimizer: 'adam', learningRate: 0.001 }))
    expect(terminal.errorText(refusal(() => config('--activation', 'sigmod')))).toContain('Did you mean sigmoid?')
  })

  test('a word with a capital letter in its middle is found in any case', () => {
    for (const typed of ['leakyRelu', 'LEAKYRELU', 'leakyrelu'])
      expect(choiceOf({ flags: new Map([['activation', typed]]) }, 'activation', ['relu', 'leakyRelu'], 'relu'), typed).toBe('leakyRelu')
  })
})

describe('flags', () => {
  test.each(['－－ｓｅｅｄ＝７', '--seed＝７', '—seed=7', '––seed=7', '−−seed=7', '―seed=7', '--ｓｅｅｄ=7'])('%j is --seed 7', (arg) => {
    expect(config(arg).seed).toBe(7)
  })

  test('keep their values as they were typed', () => {
    expect(parseArguments(['－－ｓｅｔ＝ｘ＝１'], graph.flags).flags.get('set')).toBe('ｘ＝１')
    expect(languageOf(['graph', '－－ｌａｎｇ＝ja'], {})).toBe('ja')
    expect(languageOf(['graph', '--lang', 'ｋｏ'], {})).toBe('ko')
  })

  const words = (...args: readonly string[]) => parseArguments(args, graph.flags, { singleDash: 'words' }).positional
  test.each(['-x', '-5', '-.5', '-xy', '−x', '—x', '—count', '-count', '-½', '-(x)', '–5'])('%j is an expression where one is expected', arg => expect(words(arg)).toEqual([arg]))
  test.each([['-json', '--json'], ['-set', '--set'], ['--jsn', '--json'], ['—json=1', undefined]])('%j is not one', (arg, suggestion) => {
    expect(refusal(() => words(arg)).details['suggestion']).toBe(suggestion)
  })
  test('elsewhere a single dash is an unknown flag', () => {
    expect(refusal(() => config('-x')).code).toBe('cli.unknownFlag')
    expect(refusal(() => config('-seed')).details['suggestion']).toBe('--seed')
  })
})

describe('a quoted text', () => {
  test.each([['x=2\u200b', 'x=2<U+200B>'], ['x\u202e=2', 'x<U+202E>=2'], ['x=\ufeff2', 'x=<U+FEFF>2'], ['x=1\u00ad5', 'x=1<U+00AD>5']])('in %j shows invisible characters', (given, found) => {
    expect(terminal.errorText(refusal(() => assignmentsOf(given, terminal)))).toContain(`Found: ${found}. `)
  })

  test('also for a flag’s value, a flag and a word', () => {
    expect(terminal.errorText(refusal(() => config('--seed=\u200b1')))).toContain('Found: <U+200B>1. ')
    expect(terminal.errorText(refusal(() => config('--see\u200bd=1')))).toContain('--see<U+200B>d')
    expect(terminal.errorText(refusal(() => config('--init=h\u00ade')))).toContain('Found: h<U+00AD>e')
  })

  test('of a pair is reported with its position and a suggestion', () => {
    expect(terminal.errorText(refusal(() => assignmentsOf('y=1,x=0,5', terminal)))).toMatch(/Found: 5\. Character 9: expected a name and an equals sign, as in x=2\. Did you mean x=0\.5\?$/)
  })
})

describe('the terminal itself', () => {
  const lab = new LabBundle()
  beforeAll(() => lab.make())
  afterAll(() => lab.remove())

  test.each<[readonly string[], unknown]>([
    [['graph', '-x', '--set', 'x=2', '--json'], { value: -2, gradients: { x: -1 } }],
    [['graph', '-5', '--json'], { value: -5, gradients: {} }],
    [['graph', '--json', '-.5'], { value: -0.5, gradients: {} }],
    [['ｇｒａｐｈ', 'ｘ＊ｙ', '－－ｓｅｔ＝ｘ＝１，５，ｙ＝２', '--json'], null],
    [['graph', 'ｘ＊ｙ', '--set', 'ｘ＝１．５，ｙ＝½', '－－ｊｓｏｎ'], { value: 0.75, gradients: { x: 0.5, y: 1.5 } }],
  ])('%j', async (args, wanted) => {
    const { code, stdout, stderr } = await lab.run(args)
    if (wanted === null) expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('Did you mean x=1.5?')])
    else expect([code, stderr, JSON.parse(stdout)]).toEqual([0, '', wanted])
  })

  test.each([['ko', '혹시 x \\* \\(3\\)'], ['ja', 'x \\* \\(3\\) のこと'], ['en', 'x stands for a number here.*Did you mean x \\* \\(3\\)\\?']])('reports in %s that a name before a bracket misses its operator', async (lang, said) => {
    const { code, stderr } = await lab.run(['graph', 'x(3)', '--set', 'x=1', '--lang', lang])
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)])
  })
})
