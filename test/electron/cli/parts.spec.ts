import { nearest } from '@core'
import { describe, expect, test } from 'vitest'
import { cutToWidth, table, widthOf } from '../../../electron/cli/columns'
import { parseArguments } from '../../../electron/cli/flags'
import { languageOf } from '../../../electron/cli/language'
import { Progress } from '../../../electron/cli/progress'
import { Terminal } from '../../../electron/cli/terminal'

describe('a command line', () => {
  const known = [{ name: 'rate', value: 'X' }, { name: 'json' }]

  test('accepts both spellings, negative values, and only words after --', () => {
    expect([...parseArguments(['--rate=0.1', 'a', '--json', 'b'], known).flags]).toEqual([['rate', '0.1'], ['json', '']])
    expect(parseArguments(['--rate', '-0.1'], known).flags.get('rate')).toBe('-0.1')
    expect(parseArguments(['--rate=a=b'], known).flags.get('rate')).toBe('a=b')
    expect(parseArguments(['a', '--', '--json'], known)).toEqual({ flags: new Map(), repeated: new Map(), positional: ['a', '--json'] })
  })

  test('suggests a similar flag, and none that is dissimilar', () => {
    const flags = ['--learning-rate', '--batch-size', '--seed', '--save']
    expect(nearest('--learnig-rate', flags)).toBe('--learning-rate')
    expect(nearest('--batchsize', flags)).toBe('--batch-size')
    expect(nearest('--sede', flags)).toBe('--seed')
    expect(nearest('--batch', flags)).toBe('--batch-size')
    expect(nearest('--learningRate', flags)).toBe('--learning-rate')
    expect(nearest('--lr', flags)).toBe('--learning-rate')
    expect(nearest('--bs', flags)).toBe('--batch-size')
    expect(nearest('--momentum', flags)).toBeUndefined()
  })

  test('is answered in the language that it names, at any position', () => {
    expect(languageOf(['train', '--lang', 'ja'], { LANG: 'ko_KR' })).toBe('ja')
    expect(languageOf(['--lang=en', 'train'], { LANG: 'ko_KR' })).toBe('en')
    expect(languageOf(['train'], { LANG: 'ko_KR.UTF-8' })).toBe('ko')
    expect(languageOf(['train'], { LC_ALL: 'C', LANG: 'ko_KR.UTF-8' })).toBe('en')
  })
})

test('columns align although Korean and Japanese letters are wide', () => {
  expect(widthOf('손실 a')).toBe(6)
  expect(table([['손실', '1'], ['loss', '20']], [1])).toBe('손실   1\nloss  20')
  expect(cutToWidth('ab손실', 5)).toBe('ab손')
})

describe('progress', () => {
  const shown = (isTTY: boolean, times: readonly number[], columns = 120) => {
    let now = 0
    const written: string[] = []
    const stderr = { isTTY, columns, write: (text: string) => written.push(text) }
    const progress = new Progress(new Terminal('en', stderr, stderr, '/', () => now), { dumb: false })
    for (const time of times) {
      now = time
      progress.update(time, 40_000, () => ['loss 0.5'])
    }
    progress.end()
    return written
  }

  test('draws a bar with the time left on one line of a terminal, at most ten times a second', () => {
    const written = shown(true, [0, 50, 10_000, 10_050, 20_000])
    expect(written).toHaveLength(4) // three drawings, then the line is erased
    expect(written[1]).toMatch(/^\r█{6}░{18} {2}25% {2}10,000\/40,000 {2}loss 0\.5 {2}0:30 left/)
    expect(written.at(-1)).toBe('\r\x1b[K')
    expect(written.join('')).not.toContain('\n')
  })

  test('never wraps in a narrow terminal', () => {
    // eslint-disable-next-line no-control-regex -- ANSI control sequences have no width
    for (const text of shown(true, [0, 10_000], 30)) expect(widthOf(text.replace(/\r|\x1b\[K/g, ''))).toBeLessThan(30)
  })

  test('assumes a width when the terminal does not report one', () => {
    expect(shown(true, [0, 10_000], 0)[1]).toContain('10,000/40,000')
  })

  test('prints a plain line every ten seconds elsewhere', () => {
    const written = shown(false, [0, 5000, 9000, 10_000, 12_000, 20_000])
    expect(written).toEqual(['0%  0/40,000  loss 0.5\n', '25%  10,000/40,000  loss 0.5  0:30 left\n', '50%  20,000/40,000  loss 0.5  0:20 left\n'])
  })
})
