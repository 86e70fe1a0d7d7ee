import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Locale, locales } from '@contract'
import { defaultConfig, defaultH, functionNames, LabError, mnist, optimizerDefinition, optimizers } from '@core'
import { DatasetStore, RunStore } from '@files'
import { terminalText } from '@terminal'
import { describe, expect, test } from 'vitest'
import { bar, cutToWidth, table } from '../../../electron/cli/columns'
import { caret } from '../../../electron/cli/caret'
import { certificate } from '../../../electron/cli/certificate'
import { type Command, invocation } from '../../../electron/cli/command'
import { hasFlag, parseArguments } from '../../../electron/cli/flags'
import { gradcheck } from '../../../electron/cli/gradcheck'
import { graph } from '../../../electron/cli/graph'
import { globalFlags, helpOf } from '../../../electron/cli/help'
import { lab } from '../../../electron/cli/lab'
import { checkLanguage, languageOf } from '../../../electron/cli/language'
import { predict } from '../../../electron/cli/predict'
import { Progress } from '../../../electron/cli/progress'
import { Terminal } from '../../../electron/cli/terminal'
import { train } from '../../../electron/cli/train'
import { data } from '../../../electron/cli/data'
import { usualIterations } from '../../../electron/cli/start'
import { configOfFlags, countOf, iterationsOf } from '../../../electron/cli/values'

const commands: readonly Command[] = [train, predict, gradcheck, data, graph, certificate]

/** Runs a command line in this process. */
async function run(args: readonly string[], locale: Locale = 'en') {
  let [stdout, stderr] = ['', '']
  const terminal = new Terminal(locale, { write: (text) => { stdout += text } }, { write: (text) => { stderr += text } }, '/')
  const code = await lab(args, { terminal, version: '1.2.3', datasets: new DatasetStore({ mnist: '/nowhere', own: '/nowhere' }), runs: new RunStore('/nowhere'), entry: pathToFileURL('/nowhere.js') })
  return { code, stdout, stderr }
}
const silent = (locale: Locale = 'en', folder = '/') => new Terminal(locale, { write: () => true }, { write: () => true }, folder)
const lines = (text: string) => text.split('\n').map(line => line.trim())

describe.each(locales)('help in %s', (locale) => {
  const say = (key: string, parameters = {}) => terminalText(locale, key, parameters)

  test('shows every command with its sentence, the common flags, and where to read on', async () => {
    const { code, stdout, stderr } = await run(['--help', '--lang', locale], locale)
    expect([code, stderr]).toEqual([0, ''])
    const shown = lines(stdout)
    expect(shown.slice(0, 5)).toEqual([say('title'), '', `${say('usage')}  ${invocation} ${say('usageWords')}`, '', say('commands')])
    for (const { name } of commands) expect(shown.find(line => line.startsWith(`${name} `))?.slice(name.length).trim()).toBe(say(`command.${name}`))
    for (const { name } of globalFlags) expect(shown.some(line => line.startsWith(`--${name}`) && line.endsWith(say(`flag.${name}`)))).toBe(true)
    expect(shown.slice(-4)).toEqual([say('more', { command: `${invocation} ${say('anyCommand')} --help` }), say('streams'), say('exitCodes'), ''])
    expect(shown.filter(line => line === '')).toHaveLength(5)
  })

  test.each(commands.map(command => [command.name, command] as const))('for %s shows its description, every flag with its argument and default, and an example', async (name, { positional, flags, example }) => {
    const { code, stdout } = await run([name, '--help'], locale)
    const shown = lines(stdout)
    expect(code).toBe(0)
    expect([shown[0], shown[1], shown[2]]).toEqual([say(`command.${name}`), '', `${say('usage')}  ${[invocation, name, ...positional ? [positional] : [], say('usageFlags')].join(' ')}`])
    expect(stdout).toContain(`\n\n${say(`about.${name}`, { functions: functionNames().join(', ') })}\n\n${say('flags')}\n`)
    for (const flag of flags) {
      const said = say(`flag.${flag.text ?? flag.name}`, { usual: 'sgd 0.1, momentum 0.01, adagrad 0.01, rmsprop 0.001, adam 0.001', layers: 'affine units, relu, sigmoid, tanh, dropout rate, batchNormalization' })
      const sentence = flag.fallback === undefined ? said : `${said} ${say('fallback', { value: flag.fallback })}`
      const head = flag.value === undefined ? `--${flag.name}` : `--${flag.name} ${flag.value}`
      expect(shown.filter(line => line.startsWith(`${head} `)).map(line => line.slice(head.length).trim())).toEqual([sentence])
    }
    expect(shown.slice(-6)).toEqual(['', say('example'), `${invocation} ${example}`, '', say('exitCodes'), ''])
  })
})

describe('what help says', () => {
  const fallbacks = ({ flags }: Command) => Object.fromEntries(flags.flatMap(({ name, fallback }) => fallback === undefined ? [] : [[name, fallback]]))

  test('about the default network is true', () => {
    const shown = fallbacks(train)
    const given = parseArguments(Object.entries(shown).map(([name, value]) => `--${name}=${value}`), train.flags)
    expect(configOfFlags(given, mnist, silent())).toEqual(defaultConfig)
    expect(configOfFlags(parseArguments([], train.flags), mnist, silent())).toEqual(defaultConfig)
    expect(Object.keys(shown).sort()).toEqual(['activation', 'backend', 'batch-size', 'checkpoint-every', 'dataset', 'init', 'iterations', 'layers', 'loss', 'optimizer', 'seed', 'validation', 'weight-decay'])
    expect(iterationsOf(parseArguments([], train.flags), { config: defaultConfig, dataset: mnist, iterations: usualIterations }, silent())).toBe(Number(shown['iterations']))
    expect([fallbacks(gradcheck)['h'], fallbacks(gradcheck)['samples']]).toEqual([String(defaultH), '3'])
  })

  test.each(optimizers)('about the learning rate that is left out is true for %s', (optimizer) => {
    const rate = optimizerDefinition(optimizer).usualLearningRate
    expect(configOfFlags(parseArguments(['--optimizer', optimizer], train.flags), mnist, silent()).optimizer).toMatchObject({ kind: optimizer, learningRate: rate })
    expect(helpOf(train, silent())).toMatch(new RegExp(`--learning-rate X .*usual.*${optimizer} ${rate}\\b`))
  })

  test.each(commands.map(command => [command.name, command.example, command] as const))('about %s: the example is a valid command line', (name, example, { flags, singleDash }) => {
    const [first, ...args] = example.match(/"[^"]*"|\S+/g)!.map(word => word.replaceAll('"', ''))
    expect(first).toBe(name)
    expect(() => parseArguments(args, flags, { singleDash })).not.toThrow()
  })

  test('about a flag’s allowed words: each of them is accepted', () => {
    for (const { name, value } of train.flags.filter(({ value, name }) => value?.includes('|') && name !== 'lang' && name !== 'backend'))
      for (const word of value!.split('|')) expect(() => configOfFlags(parseArguments([`--${name}`, word], train.flags), mnist, silent())).not.toThrow()
    for (const { value } of train.flags.filter(({ name }) => name === 'lang')) for (const word of value!.split('|')) expect(() => { checkLanguage(word) }).not.toThrow()
  })
})

describe('a command line', () => {
  test('with --version prints the version alone, with a command or without', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' })
    expect(await run(['train', '--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' })
  })

  test('-h is --help, before the command or after it; after -- it is a plain word', async () => {
    const { stdout } = await run(['graph', '--help'])
    expect([(await run(['graph', '-h'])).stdout, (await run(['-h', 'graph'])).stdout, (await run(['--lang', 'en', 'graph', '-h'])).stdout]).toEqual([stdout, stdout, stdout])
    expect([hasFlag(['--', '--help'], '--help'), hasFlag(['--help', '--'], '--help'), hasFlag(['a'], '--help')]).toEqual([false, true, false])
  })

  test.each([
    [[], 'cli.missingArgument', ''], [['tran'], 'cli.unknownCommand', ''], [['train', '--bogus'], 'cli.unknownFlag', ' train'], [['train', 'word'], 'cli.extraArgument', ' train'],
    [['graph'], 'cli.missingArgument', ' graph'], [['graph', 'x', 'y'], 'cli.value', ' graph'], [['train', '--seed'], 'cli.missingValue', ' train'], [['train', '--lang', 'xx'], 'cli.value', ' train'],
  ] as const)('%j is answered with a reference to help, and ends with 2', async (args, code, command) => {
    const { code: ended, stdout, stderr } = await run(args)
    expect([ended, stdout]).toEqual([2, ''])
    expect(lines(stderr).at(-2)).toBe(terminalText('en', 'seeHelp', { command: `${invocation}${command} --help` }))
    expect(code).toMatch(/^cli\./)
  })

  test('without the digits ends with 2, without explaining usage', async () => {
    const { code, stderr } = await run(['train', '--iterations', '1'])
    expect([code, stderr.includes(invocation)]).toEqual([2, false])
  })
})

describe('a graph in the terminal', () => {
  test('is a table of its nodes with values and gradients', async () => {
    const { code, stdout, stderr } = await run(['graph', 'x*y + 1', '--set', 'x=2,y=3'])
    expect([code, stderr]).toEqual([0, ''])
    const rows = stdout.trimEnd().split('\n').map(line => line.trim().split(/ {2,}/))
    expect(rows[0]).toEqual(['node', 'formula', 'value', 'gradient'].map(key => terminalText('en', `graph.${key}`)))
    expect(rows.slice(1).map(row => [row.at(-2), row.at(-1)])).toEqual(expect.arrayContaining([['2', '3'], ['3', '2'], ['6', '1'], ['1', '1'], ['7', '1']]))
    expect(rows).toHaveLength(6)
  })

  test('of large tensors shows their shapes', async () => {
    const row = `[${Array.from({ length: 30 }, (_, i) => i).join(',')}]`
    const { stdout } = await run(['graph', 'sum(x)', '--set', `x=${row}`])
    expect(stdout).toContain('(30)')
    expect(stdout).toContain('435') // 29·30/2
  })

  test('shows eight digits, and all of them as JSON', async () => {
    expect((await run(['graph', '1/3'])).stdout).toContain('0.33333333 ')
    expect(JSON.parse((await run(['graph', '1/3', '--json'])).stdout)).toEqual({ value: 1 / 3, gradients: {} })
  })

  test('cuts a long formula at the end of its column', async () => {
    const name = 'a'.repeat(40)
    const { stdout } = await run(['graph', `${name}*${name}b`, '--set', `${name}=1,${name}b=2`])
    expect(stdout).toMatch(/a{40} \* a{4}…/)
    for (const line of stdout.split('\n')) for (const cell of line.split(/ {2,}/)) expect(cell.length).toBeLessThanOrEqual(48)
  })

  test.each([
    ['x +', [], '  x +\n    ^'], ['log(x)', ['--set', 'x=-1'], 'log(x)'], ['x', [], '--set x=1'], ['x*y', ['--set', 'x=1'], '--set x=…,y=1'], ['x', ['--set', 'x=1,z=2'], 'z'],
    ['1 + 2', ['--set', 'x=1'], 'no input named x. Its inputs: –.'],
  ])('%s %j is refused with 2, and %j is named', async (expression, more, said) => {
    const { code, stdout, stderr } = await run(['graph', expression, ...more])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(said)
  })
})

describe('the number of mini-batches', () => {
  const args = (...given: string[]) => parseArguments(given, train.flags)
  test.each([[['--epochs', '1'], 100, 600], [['--epochs', '2'], 100, 1200], [['--epochs', '1'], 7, 8572], [['--epochs', '1'], 60_000, 1], [['--iterations', '5'], 100, 5], [['--epochs', '1', '--validation', '0.25'], 100, 450]] as const)('%j at batch size %i are %i', (given, batchSize, expected) => {
    expect(iterationsOf(args(...given), { config: { ...configOfFlags(args(...given), mnist, silent()), batchSize }, dataset: mnist, iterations: 9 }, silent())).toBe(expected)
  })

  test.each([
    [[], 9], [['--iterations', '700'], 700], [['--epochs', '3'], 1604], // 300 of the second epoch are left, and 300 are the third
    [['--epochs', '1'], 1004], [['--epochs', '2'], 1304],
  ] as const)('%j of a training that stands in its second epoch are %i in all', (given, expected) => {
    // 60,000 images, now in mini-batches of 200
    const stand = { config: { ...defaultConfig, batchSize: 200 }, dataset: mnist, position: { step: 1004, epoch: 1, seen: 100 }, iterations: 9 }
    expect(iterationsOf(args(...given), stand, silent())).toBe(expected)
  })

  test('both ways of setting it exclude each other', () => {
    expect(() => iterationsOf(args('--epochs', '1', '--iterations', '1'), { config: defaultConfig, dataset: mnist, iterations: 9 }, silent())).toThrow(expect.objectContaining({ code: 'cli.conflict', details: { flag: '--iterations', found: '--epochs' } }) as Error)
  })

  test('a count must be within its limits, both ends included', () => {
    const count = (text: string) => countOf(args('--iterations', text), 'iterations', { min: 2, max: 5, fallback: 3 }, silent())
    expect([count('2'), count('5'), countOf(args(), 'iterations', { max: 5, fallback: 3 }, silent())]).toEqual([2, 5, 3])
    for (const text of ['1', '6', '2.5']) expect(() => count(text)).toThrow(expect.objectContaining({ code: 'cli.value' }) as Error)
  })
})

describe('the terminal', () => {
  test.each([[0, '0:00'], [0.4, '0:00'], [0.6, '0:01'], [59.4, '0:59'], [60, '1:00'], [95, '1:35'], [3599, '59:59'], [3600, '1:00:00'], [3661, '1:01:01'], [36_000, '10:00:00'], [-5, '0:00']])('%f s are %s', (seconds, text) => {
    expect(silent().duration(seconds)).toBe(text)
  })

  test('writes numbers as the language does', () => {
    expect([silent().number(12345.6), silent().number(12345.6, 1), silent().percent(0.97), silent().percent(0.5, 0)]).toEqual(['12,346', '12,345.6', '97.00%', '50%'])
  })

  test('resolves paths in the current folder, and shows them as they were given', () => {
    expect(silent('en', join('/somewhere')).path('a.png')).toBe('/somewhere/a.png')
    expect(silent('en', process.cwd()).path('a.png')).toBe('a.png')
    expect(silent('en', '/somewhere').path('/abs/a.png')).toBe('/abs/a.png')
  })

  test('reports a bug as such, with its origin', () => {
    const text = silent().errorText(new TypeError('oh'))
    expect(text).toContain('TypeError: oh')
    expect(silent().errorText('thrown')).toContain('thrown')
  })

  test('cannot be controlled by given text', () => {
    expect(silent().errorText(new LabError('cli.unknownCommand', '', { command: 'a\x1b[2Jb\n', wanted: '' }))).not.toMatch(/[\x00-\x1f]/) // eslint-disable-line no-control-regex
  })
})

describe('the language', () => {
  test.each([
    [[], { LC_ALL: '', LC_MESSAGES: 'ja_JP', LANG: 'ko_KR' }, 'ja'], [[], { LC_ALL: 'ko', LC_MESSAGES: 'ja' }, 'ko'], [[], { LANG: 'ja' }, 'ja'], [['--lang', 'KO'], { LANG: 'ja' }, 'ko'], [['--lang', 'xx'], { LANG: 'ja' }, 'ja'], [['--lang'], { LANG: 'ko' }, 'ko'],
  ])('of %j in %j is %s', (args, environment, expected) => {
    expect(languageOf(args, environment)).toBe(expected)
  })

  test('that is unknown is refused with a list of the known ones', () => {
    expect(() => { checkLanguage('xx') }).toThrow(expect.objectContaining({ code: 'cli.value', details: { flag: '--lang', wanted: 'ko, en, ja', found: 'xx' } }) as Error)
    expect(() => { checkLanguage(undefined) }).not.toThrow()
  })
})

describe('columns', () => {
  test('are as wide as their widest cell, right-aligned for numbers, without trailing spaces', () => {
    expect(table([['a', 'number', 'x'], ['long', '7', ''], ['b', '12', 'y']], [1])).toBe('a     number  x\nlong       7\nb         12  y')
    expect(table([])).toBe('')
  })

  test.each([[0, '    '], [1, '████'], [0.5, '██  '], [0.25, '█   '], [0.125, '▌   '], [1 / 32, '▏   '], [7 / 32, '▉   '], [-1, '    '], [2, '████']])('a share of %f is the bar "%s"', (share, expected) => {
    expect(bar(share, 4)).toBe(expected)
  })

  test.each([['abc', 3, 'abc'], ['abcd', 3, 'abc'], ['한글', 3, '한'], ['한글', 4, '한글'], ['', 3, ''], ['a', 0, '']])('%s is cut to %i cells: %s', (text, cells, expected) => {
    expect(cutToWidth(text, cells)).toBe(expected)
  })
})

describe('the caret', () => {
  const under = (text: string, at: number, columns?: number) => {
    const [line = '', mark = ''] = caret(text, at, columns).split('\n')
    return { line, at: mark.length - 1, mark: mark.trim() }
  }

  test('is below the position', () => {
    expect(under('abc', 1)).toEqual({ line: '  abc', at: 3, mark: '^' })
    expect(under('abc', 3)).toEqual({ line: '  abc', at: 5, mark: '^' })
    expect(under('한b', 1)).toEqual({ line: '  한b', at: 4, mark: '^' })
  })

  test('shows only the line of the position, and no control characters', () => {
    expect(under('one\ntwo\nthree', 5)).toEqual({ line: '  two', at: 3, mark: '^' })
    expect(under('a\tb\x1bc', 3).line).toBe('  a b c')
  })

  test('a text that just fits is not cut; one letter more is', () => {
    const room = 40 - 2 - 2
    expect(under('x'.repeat(room), 0, 40).line).toBe(`  ${'x'.repeat(room)}`)
    expect(under('x'.repeat(room + 1), 0, 40).line).toBe(`  ${'x'.repeat(room - 1)}…`)
  })

  test.each([20, 40, 80, 200])('of a long line, the part around the position fits into %i columns', (columns) => {
    const text = Array.from({ length: 300 }, (_, i) => String(i % 10)).join('')
    for (const at of [0, 10, 150, 299]) {
      const { line, at: mark } = under(text, at, columns)
      expect(line.length).toBeLessThanOrEqual(Math.max(columns, 24))
      expect(line[mark]).toBe(text[at])
    }
  })
})

describe('progress', () => {
  const shown = (steps: readonly (readonly [time: number, done: number, total: number])[], { isTTY = false, dumb = false } = {}) => {
    let now = 0
    const written: string[] = []
    const stderr = { isTTY, columns: 100, write: (text: string) => written.push(text) }
    const progress = new Progress(new Terminal('en', stderr, stderr, '/', () => now), { dumb })
    for (const [time, done, total] of steps) {
      now = time
      progress.update(done, total, () => [])
    }
    return { written, progress }
  }

  test('is redrawn after a tenth of a second, printed again after ten seconds', () => {
    expect(shown([[0, 0, 10], [99, 1, 10], [100, 1, 10], [199, 2, 10]], { isTTY: true }).written).toHaveLength(2)
    expect(shown([[0, 0, 10], [9_999, 1, 10], [10_000, 1, 10]]).written).toHaveLength(2)
  })

  test('shows the remaining time after half a second, and reports what was done', () => {
    expect(shown([[500, 5, 10]]).written[0]).not.toContain('left')
    expect(shown([[501, 5, 10]]).written[0]).toContain('0:01 left')
    expect(shown([[20_000, 0, 10]]).written[0]).not.toContain('left')
  })

  test('of empty work is complete', () => {
    expect(shown([[0, 0, 0]]).written[0]).toContain('100%')
  })

  test('draws no bar in a terminal that cannot, and then erases nothing', () => {
    const { written, progress } = shown([[0, 5, 10]], { isTTY: true, dumb: true })
    progress.end()
    expect(written).toEqual(['50%  5/10\n'])
  })

  test('erases its line once', () => {
    const { written, progress } = shown([[0, 5, 10]], { isTTY: true })
    progress.end()
    progress.end()
    expect(written).toEqual([expect.stringMatching(/^\r█{12}░{12} {2}50%/), '\r\x1b[K'])
  })
})
